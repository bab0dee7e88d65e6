"""Finds the forum, commitment or occasion that words or a button mean, among what the asker may see."""

from collections.abc import Sequence

from sqlalchemy import bindparam
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.call import Refused
from commands.permissions import Rights
from commands.texts import finding as texts
from commands.words import Words, folded_name, nearest
from storage.database import once
from storage.models import Agreement, Commitment, Forum, Occasion
from storage.terms import CommitmentKind


def forum_names(forums: Sequence[Forum]) -> list[tuple[str, tuple[str, ...]]]:
    """(id, names) of forums, for Words.take_best. Of forums with the same name in several agreements, the first: the
    agreement in force stands before the one to come."""
    first: dict[str, int] = {}
    return [
        (str(forum.id), (forum.name, *forum.aliases))
        for forum in forums
        if first.setdefault(folded_name(forum.name), forum.agreement_id) == forum.agreement_id
    ]


async def forum_meant(words: Words, asker: Rights) -> Forum | None:
    """The forum the words name, taken from them; None when they name none. Raises Refused when several fit."""
    forum_id = words.take_id("f")
    if forum_id is None:
        found = words.take_best(forum_names(list(asker.forums.values())))
        forum_id = int(found) if found else None
    if forum_id is None:
        return None
    forum = asker.forums.get(forum_id)
    if forum is None:
        raise Refused(texts.GONE)
    return forum


async def require_forum(words: Words, asker: Rights) -> Forum:
    """As forum_meant, but Refused, with the nearest names, when the words name none."""
    forum = await forum_meant(words, asker)
    if forum is None:
        named = forum_names(list(asker.forums.values()))
        raise Refused(texts.no_such_forum(words.text, nearest(words.text, named), [names[0] for _, names in named]))
    return forum


COMMITMENTS = (
    select(Commitment)
    .join(Agreement, col(Agreement.id) == Commitment.agreement_id)
    .where(
        col(Commitment.agreement_id).in_(bindparam("agreements", expanding=True)),
        col(Commitment.active),
        col(Commitment.kind).in_(bindparam("kinds", expanding=True)),
    )
    .order_by(col(Agreement.starts), col(Agreement.id), col(Commitment.position), col(Commitment.id))
)


async def commitments(
    session: AsyncSession, asker: Rights, kinds: Sequence[CommitmentKind] | None = None
) -> Sequence[Commitment]:
    """The commitments of the asker's forums' agreements, in the agreements' order."""
    agreements = {forum.agreement_id for forum in asker.forums.values()}
    wanted = tuple(CommitmentKind if kinds is None else kinds)

    async def ask() -> Sequence[Commitment]:
        return (await session.exec(COMMITMENTS, params={"agreements": list(agreements), "kinds": wanted})).all()

    return await once(session, ("commitments", frozenset(agreements), wanted), ask)


def commitment_names(rows: Sequence[Commitment], asker: Rights) -> list[tuple[str, tuple[str, ...]]]:
    """(id, names) of commitments; a forum's meetings also answer to the forum's names.

    Of what several agreements promise alike, the first: the agreement in force stands before the one to come.
    """
    named = []
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        names = [row.title, *row.aliases]
        forum = asker.forums.get(row.forum_id or 0)
        alike = folded_name(row.title), folded_name(forum.name if forum else "")
        if first.setdefault(alike, row.agreement_id) != row.agreement_id:
            continue
        if row.kind is CommitmentKind.MEETING and forum is not None:
            names += [forum.name, *forum.aliases]
        named.append((str(row.id), tuple(names)))
    return named


async def commitment_meant(
    words: Words, asker: Rights, session: AsyncSession, kinds: Sequence[CommitmentKind]
) -> Commitment | None:
    """The commitment of one of the kinds that the words name; None when they name none."""
    rows = await commitments(session, asker, kinds)
    commitment_id = words.take_id("c")
    if commitment_id is None:
        found = words.take_best(commitment_names(rows, asker)) if words.text else None
        commitment_id = int(found) if found else None
    if commitment_id is None:
        return None
    row = await session.get(Commitment, commitment_id)
    if row is None or not row.active:
        raise Refused(texts.GONE)
    return row


async def occasion_meant(words: Words, session: AsyncSession) -> tuple[Occasion, Commitment] | None:
    """The occasion a button carries, with its commitment."""
    occasion_id = words.take_id("o")
    if occasion_id is None:
        return None
    occasion = await session.get(Occasion, occasion_id)
    commitment = await session.get(Commitment, occasion.commitment_id) if occasion else None
    if occasion is None or commitment is None:
        raise Refused(texts.GONE)
    return occasion, commitment


async def agreement_of(session: AsyncSession, commitment: Commitment) -> Agreement:
    """The agreement a commitment belongs to."""
    agreement = await session.get(Agreement, commitment.agreement_id)
    if agreement is None:
        raise Refused(texts.GONE)
    return agreement
