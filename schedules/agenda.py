"""A meeting's agenda: the model, what has been raised, and what the rules know is due. One list for the summons, the
minutes' form and the document."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from schedules import texts
from schedules.facts import AgreementFacts
from schedules.progress import progress
from storage.matters import open_matters
from storage.models import Forum
from storage.terms import CommitmentKind
from storage.trends import reports_to

MOST_DUE = 6
TRENDS_FOR = 92  # days that a report stays news


@dataclass(frozen=True)
class Point:
    """One numbered point. `why`: where it comes from, "" for the model's own."""

    title: str
    why: str = ""


async def agenda(session: AsyncSession, facts: AgreementFacts, forum_id: int | None, today: date) -> list[Point]:
    """The forum's points on the local day, in order: its own model, as its agreement writes it, else the common one;
    what has come up before the point of other questions. Source of the model: the project's domain notes, meeting
    practice."""
    forum = await session.get(Forum, forum_id) if forum_id is not None else None
    matters = await open_matters(session, forum_ids=[forum_id]) if forum_id is not None else []
    raised = [Point(matter.title, texts.AGENDA_RAISED) for matter in matters]
    model = [Point(each) for each in (forum.agenda if forum is not None else ()) or texts.AGENDA_MODEL]
    last = next((number for number, each in enumerate(model) if texts.is_last(each.title)), len(model))
    reported = await _trends(session, forum_id, today)
    return [*model[:last], *reported, *_due(facts, forum_id, today), *raised, *model[last:]]


async def _trends(session: AsyncSession, forum_id: int | None, today: date) -> list[Point]:
    """A point for each forum below that has reported trends in the last quarter."""
    if forum_id is None:
        return []
    since = datetime.combine(today - timedelta(days=TRENDS_FOR), time(0), UTC)
    rows = await reports_to(session, [forum_id], since=since)
    names = dict.fromkeys(name for report, name in rows if report.to_forum_id == forum_id)
    return [Point(texts.agenda_trends(name), texts.AGENDA_REPORTED) for name in names]


def to_follow_up(facts: AgreementFacts, forum_id: int | None, today: date) -> list[str]:
    """The forum's own promises that are behind or not logged."""
    found = []
    for commitment in facts.commitments:
        if commitment.forum_id != forum_id or commitment.kind is CommitmentKind.MEETING:
            continue
        state = progress(commitment, facts, today)
        if state.unlogged or (state.needed is not None and state.held + state.booked < state.needed):
            found.append(commitment.title)
    return found[:MOST_DUE]


def _due(facts: AgreementFacts, forum_id: int | None, today: date) -> Sequence[Point]:
    late = [each for each in facts.measures if each.forum_id == forum_id and each.due <= today]
    return [Point(texts.agenda_measure(each.title), texts.agenda_measure_due(each.due)) for each in late[:MOST_DUE]]
