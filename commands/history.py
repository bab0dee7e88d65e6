"""Visa ändringar: what differs between the versions of what is logged, who changed it and when."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Refused, Reply
from commands.changed import changes_button
from commands.outcome import line_of
from commands.permissions import Rights, rights
from commands.places import shown_people
from commands.texts import history as texts
from commands.words import Words
from schedules.message import Message, Part
from storage.models import Commitment, Forum, Occasion, Outcome
from storage.occasions import outcomes_since

MOST_LATEST = 5


async def changes(call: Call, session: AsyncSession) -> Answer:
    """Every version of an occasion's outcome, newest first, each with what it changed.

    Raises Refused for those who may not see them, and for an occasion that is not there.
    """
    asker = await rights(call, session)
    occasion = await session.get(Occasion, Words(call.words).take_id("o") or 0)
    commitment = await session.get(Commitment, occasion.commitment_id) if occasion else None
    if occasion is None or commitment is None:
        raise Refused(texts.GONE)
    asker.require(Action.SEE_VERSIONS, commitment.forum_id, commitment.agreement_id)
    versions = await versions_of(session, occasion.id or 0)
    # a later version tells what an earlier one said: whoever may not read one of them reads none
    marks = (each.visibility for each in versions)
    asker.require_read(Action.SEE_VERSIONS, commitment.forum_id, *marks)
    if not versions:
        return Reply(Message((Part(lines=(texts.NOT_LOGGED,)),), title=commitment.title))
    forum = await session.get(Forum, commitment.forum_id)
    parts = [
        Part(
            heading=texts.heading(after.version, after.logged_at, call.zone, after.logged_by_name),
            lines=tuple(differences(before, after, forum)) or (texts.REST_SAME,),
        )
        for before, after in reversed(list(pairwise(versions)))
    ]
    original = versions[0]
    parts.append(
        Part(
            heading=texts.heading(original.version, original.logged_at, call.zone, original.logged_by_name),
            lines=tuple(f"• {texts.FIELDS[name]}: {said}" for name, said in _whole(original, forum)),
            note=texts.NOTE if parts else texts.ONLY_ONE,
        )
    )
    return Reply(Message(tuple(parts), title=f"{texts.TITLE}: {commitment.title}"))


async def latest(session: AsyncSession, asker: Rights, *, agreement_id: int, forum_id: int, first: date) -> list[Part]:
    """What was last logged in the forum since the day, each corrected one with its changes at hand; nothing for those
    who may not read what is logged."""
    if not asker.may(Action.SEE_VERSIONS, forum_id):
        return []
    forum = await session.get(Forum, forum_id)
    rows = await outcomes_since(
        session,
        agreement_id=agreement_id,
        first=first,
        forum_id=forum_id,
        most=MOST_LATEST,
        internal=asker.may(Action.SEE_INTERNAL, forum_id),
    )
    return [
        Part(
            heading=texts.LATEST if number == 0 else "",
            lines=(line_of(commitment.title, outcome, forum),),
            buttons=changes_button(outcome.occasion_id, outcome.version),
        )
        for number, (commitment, _, outcome) in enumerate(reversed(rows))
    ]


async def versions_of(session: AsyncSession, occasion_id: int) -> list[Outcome]:
    """Every version, the first first."""
    question = select(Outcome).where(Outcome.occasion_id == occasion_id).order_by(col(Outcome.version))
    return list((await session.exec(question)).all())


def differences(before: Outcome, after: Outcome, forum: Forum | None) -> Iterator[str]:
    """A line for each field that is another, as far as that may be shown in the forum."""
    for name in texts.FIELDS:
        was, now = _field(before, name, forum), _field(after, name, forum)
        if was != now:
            yield texts.changed(name, was, now)


def _field(outcome: Outcome, name: str, forum: Forum | None) -> object:
    return shown_people(outcome.participants, forum) if name == "participants" else getattr(outcome, name)


def _whole(outcome: Outcome, forum: Forum | None) -> Iterator[tuple[str, str]]:
    for name in texts.FIELDS:
        said = texts.value(name, _field(outcome, name, forum))
        if said != texts.NOTHING and not (name == "quantity" and said == "1"):
            yield name, said
