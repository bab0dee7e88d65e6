"""Facts that have been read, kept in this process until they change.

What tells is a stamp (the agreement's facts_version and what else the facts are made of), asked for each time in one
small question: so replicas, the command line and a database put back need no word to each other.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary, WeakValueDictionary

from sqlalchemy import Connection, Engine
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules.facts import AgreementFacts

MOST = 4_096  # agreements of one database, some 130 kB each: thirteen times as many as Sweden has municipalities

Stamp = tuple[Hashable, ...]


@dataclass
class Kept:
    """Facts by agreement, those used last at the end."""

    _facts: OrderedDict[int, tuple[Stamp, AgreementFacts]] = field(default_factory=OrderedDict)
    _turns: WeakValueDictionary[int, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    def reading(self, agreement_id: int) -> asyncio.Lock:
        """To be held while an agreement is read: one reads, and the others have what it kept."""
        return self._turns.setdefault(agreement_id, asyncio.Lock())

    def recalled(self, agreement_id: int, stamp: Stamp) -> AgreementFacts | None:
        """The facts, where they are known by the stamp."""
        known = self._facts.get(agreement_id)
        if known is None or known[0] != stamp:
            return None
        self._facts.move_to_end(agreement_id)
        return known[1]

    def keep(self, agreement_id: int, stamp: Stamp, facts: AgreementFacts) -> None:
        """Keeps facts that were read after the stamp was: should they be newer, the next stamp is another."""
        self._facts[agreement_id] = (stamp, facts)
        self._facts.move_to_end(agreement_id)
        while len(self._facts) > MOST:
            self._facts.popitem(last=False)


_OF_ENGINE: WeakKeyDictionary[Engine, Kept] = WeakKeyDictionary()


def kept_in(session: AsyncSession) -> Kept:
    """What is kept of the session's database. Not for a session with changes that nobody else can see."""
    bound = session.sync_session.get_bind()
    engine = bound.engine if isinstance(bound, Connection) else bound
    return _OF_ENGINE.setdefault(engine, Kept())
