"""What came of a meeting's matters: decided, sent on, deferred or closed, to stand under their points."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.texts import matter as matter_texts
from commands.texts import minutes as texts
from schedules.agenda import day_begins, next_meeting
from schedules.facts import AgreementFacts
from storage.matters import GONE, decisions_at, steps_from
from storage.minutes import agenda_points
from storage.models import Decision, Forum, MatterAct, Occasion

Results = Mapping[int, tuple[str, ...]]  # matter → what came of it, in words


async def results_of(
    session: AsyncSession, facts: AgreementFacts, occasion: Occasion, forum: Forum, until: datetime
) -> Results:
    """What the forum did with each matter of the meeting's agenda, as recorded by `until` (aware UTC).

    What it did from the day of the meeting until it met again; and what was settled between summons and meeting.
    """
    points = [each for each in await agenda_points(session, occasion.id or 0) if each.matter_id is not None]
    if not points:
        return {}
    ids = [each.matter_id or 0 for each in points]
    day = day_begins(occasion.on, facts.zone)
    following = next_meeting(facts, occasion)
    end = min(until, day_begins(following, facts.zone)) if following else until
    found: dict[int, list[str]] = {}
    for decision in await decisions_at(session, occasion_id=occasion.id or 0, until=until):
        if decision.matter_id in ids:
            numbered = matter_texts.number(forum.name, decision.year, decision.number)
            found.setdefault(decision.matter_id or 0, []).append(texts.decided(numbered, decision.text))
    decisions = await _elsewhere(session, forum, ids, occasion)
    frozen_at = min(each.at for each in points)
    steps = await steps_from(session, forum_id=forum.id or 0, matter_ids=ids, since=min(frozen_at, day), until=end)
    names = {each.id: each.name for each in facts.forums}
    for step in steps:
        if step.at < day and step.act not in GONE:
            continue  # put off at the meeting before
        lines = found.setdefault(step.matter_id, [])
        if step.act is not MatterAct.DECIDED:
            to = names.get(step.to_forum_id or 0, "")
            lines.append(texts.done_with(step.act.value, to, step.reason))
        elif step.matter_id in decisions:
            decision = decisions[step.matter_id]
            numbered = matter_texts.number(forum.name, decision.year, decision.number)
            lines.append(texts.decided_then(numbered, decision.decided_on, decision.text))
    return {matter: tuple(lines) for matter, lines in found.items() if lines}


async def _elsewhere(
    session: AsyncSession, forum: Forum, matter_ids: Sequence[int], occasion: Occasion
) -> dict[int, Decision]:
    """The forum's decisions about the matters that were not taken at this meeting."""
    rows = await session.exec(
        select(Decision).where(
            Decision.forum_id == forum.id,
            col(Decision.matter_id).in_(matter_ids),
            col(Decision.occasion_id).is_(None) | (col(Decision.occasion_id) != occasion.id),
        )
    )
    return {each.matter_id or 0: each for each in rows.all()}
