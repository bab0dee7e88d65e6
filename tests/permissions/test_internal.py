"""What is marked internal, walked through every way in: read by the forum's own and the coordinators, by nobody else.

Each forum of Byn has internal items of every kind, each with words that stand nowhere else.
"""

import io
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

import pytest
from docx import Document
from sqlmodel.ext.asyncio.session import AsyncSession

from commands import COMMANDS
from commands.access import Action, allowed
from commands.call import Answer, Call, Command, Form, Refused
from commands.status import home
from storage.matters import add_measure, decide, raise_matter
from storage.minutes import write
from storage.models import Agreement, Commitment, Forum, TrendReport
from storage.occasions import book, record_outcome
from storage.outbox import tell
from storage.terms import OccasionState, Visibility
from tests.permissions.conftest import Byn
from tests.permissions.hamlet import FORUMS, NOW, PEOPLE, TODAY, Place, standing
from tests.permissions.test_walk import PROBES

INTERNAL, PARTIES = Visibility.INTERNAL.value, Visibility.PARTIES.value
WALKED_ON, MET_ON = date(2027, 10, 1), date(2027, 10, 6)


@dataclass(frozen=True)
class Kept:
    """The internal items of one forum, by id. `opened`: a day with an internal decision and minutes for the parties;
    `hidden`: a booking of an internal commitment."""

    walk: int
    matter: int
    decision: int
    measure: int
    minutes: int
    opened: int
    notice: int
    hidden: int


def secret(name: str) -> str:
    """What every internal item of the forum says."""
    return f"Förtroligt-{name}"


async def lay(session: AsyncSession, place: Place, above: int | None) -> Kept:
    """Internal items of every kind in one forum."""
    forum = await session.get_one(Forum, place.forum)
    words = secret(place.name)
    row, _ = await book(session, commitment_id=place.activity, on=WALKED_ON, at=None, place="", person_id=None, now=NOW)
    for text in (words, f"{words} rättat"):
        await record_outcome(
            session,
            row,
            state=OccasionState.HELD,
            on=WALKED_ON,
            place=words,
            area=None,
            quantity=1,
            participants=9,
            parties=(),
            goal_result=words,
            text=text,
            visibility=INTERNAL,
            person=None,
            now=NOW,
        )
    matter, decided = [
        (
            await raise_matter(
                session,
                forum=forum,
                title=f"{words} {number}",
                text=words,
                visibility=INTERNAL,
                person=None,
                now=NOW,
                key=f"{words}{number}",
            )
        )[0]
        for number in (1, 2)
    ]
    met, opened = [
        (await book(session, commitment_id=place.meeting, on=on, at=None, place="", person_id=None, now=NOW))[0]
        for on in (MET_ON, TODAY)
    ]
    decision = await decide(
        session,
        decided,
        forum_id=forum.id or 0,
        text=words,
        amends=True,
        on=TODAY,
        occasion_id=opened.id,
        person=None,
        now=NOW,
    )
    measure = await add_measure(session, forum=forum, title=words, due=TODAY, now=NOW, decision_id=decision.id)
    for meeting, visibility, note in ((met, INTERNAL, words), (opened, PARTIES, "Lugnt")):
        await write(
            session,
            occasion_id=meeting.id or 0,
            after=0,
            attendance={"present": [], "absent": [], "others": ""},
            points=[{"title": "Lägesbild", "note": note}],
            adjusters=[],
            visibility=visibility,
            person=None,
            now=NOW,
        )
    if above is not None:
        session.add(
            TrendReport(
                forum_id=place.forum,
                to_forum_id=above,
                area=words,
                trends={"trafik": "up"},
                visibility=INTERNAL,
                at=NOW,
            )
        )
    hidden = await session.get_one(Commitment, place.follow_up)
    hidden.visibility = INTERNAL
    session.add(hidden)
    later, _ = await book(
        session,
        commitment_id=place.follow_up,
        on=date(2027, 11, 1),
        at="09:00",
        place=words,
        person_id=None,
        now=NOW,
    )
    notice = await tell(
        session,
        workspace_id=(await session.get_one(Agreement, forum.agreement_id)).workspace_id,
        key=f"{words}:told",
        kind="log",
        due_at=NOW,
        now=NOW,
        forum_id=place.forum,
        agreement_id=forum.agreement_id,
        commitment_id=place.activity,
        occasion_id=row.id,
        details={"audiences": [], "about": "2027-10-01", "days": 1, "detail": "", "window": None},
    )
    await session.flush()
    return Kept(
        row.id or 0,
        matter.id or 0,
        decision.id or 0,
        measure.id or 0,
        met.id or 0,
        opened.id or 0,
        notice or 0,
        later.id or 0,
    )


class _Undo(Exception):
    """Everything laid and asked is taken back."""


@asynccontextmanager
async def laid(byn: Byn) -> AsyncIterator[tuple[AsyncSession, Mapping[str, Kept]]]:
    """Byn with internal items in every forum, for as long as the block lasts."""
    try:
        async with byn.database.transaction() as session:
            kept = {
                name: await lay(
                    session, byn.hamlet.places[name], byn.hamlet.places[above].forum if above in FORUMS else None
                )
                for name, (above, _) in FORUMS.items()
            }
            yield session, kept
            raise _Undo
    except _Undo:
        pass


ABOUT: Mapping[str, Callable[[Kept], tuple[str, ...]]] = {
    # beside what the walk asks them: the ways to ask for an internal item itself
    "utfall andringar": lambda kept: (f"o:{kept.walk}",),
    "logga aktivitet": lambda kept: (f"o:{kept.walk}",),
    "arende hantera": lambda kept: (f"m:{kept.matter}",),
    "arende besluta": lambda kept: (f"m:{kept.matter}",),
    "beslut godkann": lambda kept: (f"d:{kept.decision} ja",),
    "atgard rapportera": lambda kept: (f"a:{kept.measure}",),
    "mote anteckningar": lambda kept: (f"o:{kept.minutes}",),
    "anteckningar hamta": lambda kept: (f"o:{kept.minutes}", f"o:{kept.opened}"),
    "anteckningar synpunkt": lambda kept: (f"o:{kept.minutes}",),
    "anteckningar faststall": lambda kept: (f"o:{kept.minutes}",),
    "anteckningar justera": lambda kept: (f"o:{kept.minutes}",),
    "anteckningar andringar": lambda kept: (f"o:{kept.minutes}",),
    "varfor": lambda kept: (f"n:{kept.notice}",),
    "mote kalender": lambda _: ("fil",),
    "mote kalenderfil": lambda kept: (f"o:{kept.hidden}",),
    "mote flytta": lambda kept: (f"o:{kept.hidden}",),
}
WHO = ("ledamot", "extern", "samordnare", "administrator")
ASKED_OF = ("Mitten", "Botten")  # one's own, and one whose other items one reads


def words_of(command: Command, place: Place, kept: Kept) -> Iterator[str]:
    """The ways to ask the command about the forum's internal items."""
    yield ""
    if command.name in PROBES:
        yield PROBES[command.name].words(place)
    if command.name in ABOUT:
        yield from ABOUT[command.name](kept)


async def said(session: AsyncSession, answer: Answer) -> str:
    """Everything an answer shows: its message and the file with it, or the form as it is filled in."""
    if isinstance(answer, Form):
        return repr(answer)
    shown = repr(answer.message)
    if answer.enclosed is None:
        return shown
    content = await answer.enclosed.make(session)
    if not answer.enclosed.name.endswith(".docx"):
        return shown + content.decode("utf-8", "replace").replace("\r\n ", "")
    document: Any = Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return shown + "\n".join([*(each.text for each in document.paragraphs), *cells])


async def ask(session: AsyncSession, command: Command, call: Call) -> str:
    """What somebody is shown; "" for a refusal. Nothing of it stays."""
    shown = ""
    try:
        async with session.begin_nested():
            try:
                shown = await said(session, await command.run(call, session))
            except Refused as refused:
                shown = f"{refused.sentence} {refused.message}"
            raise _Undo
    except _Undo:
        pass
    session.expire_all()
    return shown


def may_read(who: str, name: str) -> bool:
    return name in FORUMS and allowed(Action.SEE_INTERNAL, standing(who, name))


SHOWS = (
    *("utfall andringar", "logga aktivitet", "lage", "lage mal", "mote arenden", "mote beslut", "mote atgarder"),
    *("atgard rapportera", "mote trender", "anteckningar hamta", "varfor", "mote"),
)


@pytest.mark.thorough
@pytest.mark.asyncio
async def test_what_is_internal_is_shown_to_the_forums_own_and_the_coordinators_alone(byn: Byn) -> None:
    leaked, read = [], set()
    async with laid(byn) as (session, kept):
        for command, who, name in product(COMMANDS, WHO, ASKED_OF):
            for words in words_of(command, byn.hamlet.places[name], kept[name]):
                shown = await ask(session, command, byn.hamlet.call(who, words))
                for other in FORUMS:
                    if secret(other) in shown:
                        read.add((command.name, who, other))
                        if not may_read(who, other) and not (
                            command.name == "mote trender" and may_read(who, FORUMS[other][0])
                        ):
                            leaked.append((command.name, who, other, words))
    assert not leaked
    for name in SHOWS:
        assert {(name, who, "Mitten") for who in ("ledamot", "extern", "samordnare")} <= read, name


@pytest.mark.asyncio
async def test_home_shows_nothing_internal_of_forums_one_does_not_sit_in(byn: Byn) -> None:
    async with laid(byn) as (session, _):
        for who in PEOPLE:
            shown = repr(await home(byn.hamlet.call(who), session))
            for name in FORUMS:
                assert secret(name) not in shown or may_read(who, name), (who, name)


@pytest.mark.asyncio
async def test_nobody_is_shown_an_internal_outcome_by_logging_the_same_again(byn: Byn) -> None:
    """Whoever sits above may log in the forum below, but what stands there already may be internal."""
    (log,) = [each for each in COMMANDS if each.name == "logga aktivitet"]
    async with laid(byn) as (session, kept):
        place = byn.hamlet.places["Botten"]
        form = await log.run(byn.hamlet.call("samordnare", f"o:{kept['Botten'].walk}"), session)
        assert isinstance(form, Form)
        fields = {each.name: each.value for each in form.fields if each.kind != "note"}
        for context in (form.context, {**form.context, "version": "0"}):
            call = byn.hamlet.call("ledamot", fields={**fields, "text": "annat"}, context=context, submitted=True)
            assert secret("Botten") not in await ask(session, log, call)
        typed = byn.hamlet.call("ledamot", f"{place.activity_title} 2027-10-01 genomfört 12 deltagare alla parter")
        assert secret("Botten") not in await ask(session, log, typed)
