"""A meeting's agenda: the model, what has been raised, and what the rules know is due. One list, with one numbering,
for the summons, the minutes' form and the document.

It is frozen when the summons is planned, or when the minutes are begun where none was sent. What is raised between the
summons and the meeting is added with the numbers after it, and marked; what comes later belongs to the next meeting.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from schedules import texts
from schedules.facts import AgreementFacts, CommitmentFacts, ForumFacts
from schedules.progress import has_due_day, open_due_days, progress
from storage.matters import matters_before
from storage.minutes import agenda_points
from storage.models import AgendaPoint, Commitment, Forum, MatterAct, Occasion
from storage.terms import CommitmentKind, OccasionState
from storage.trends import reports_to

TRENDS_FOR = 92  # days that a report stays news, and that a forum without a next meeting is taken to wait for it


@dataclass(frozen=True)
class Point:
    """One numbered point. `key`: what it is about, the same however often the agenda is made. `detail`: where it comes
    from, or what is known. `added`: came up after the summons."""

    key: str
    title: str
    detail: str = ""
    matter_id: int | None = None
    added: bool = False
    number: int = 0


async def agenda(session: AsyncSession, facts: AgreementFacts, occasion: Occasion, today: date) -> list[Point]:
    """The meeting's points by number, as they stand on the local day: those frozen, and those added since.

    Source of the model: the project's domain notes, meeting practice.
    """
    kept = [
        Point(each.key, each.title, each.detail, each.matter_id, each.added, each.number)
        for each in await agenda_points(session, occasion.id or 0)
    ]
    made = await _made(session, facts, occasion, min(today, occasion.on))
    if not kept:
        return [replace(each, number=number) for number, each in enumerate(made, 1)]
    known = {each.key for each in kept}
    new = [each for each in made if each.matter_id is not None and each.key not in known]
    last = kept[-1].number
    return [*kept, *(replace(each, added=True, number=last + more) for more, each in enumerate(new, 1))]


async def freeze(
    session: AsyncSession, facts: AgreementFacts, occasion: Occasion, *, today: date, now: datetime
) -> list[Point]:
    """The agenda, kept from now on: its points and their numbers no longer change. `now` is aware UTC.

    Takes no lock: the planner has the agreement's, and whoever writes minutes holds the meeting.
    """
    points = await agenda(session, facts, occasion, today)
    known = {each.number for each in await agenda_points(session, occasion.id or 0)}
    for each in points:
        if each.number not in known:
            session.add(
                AgendaPoint(
                    occasion_id=occasion.id or 0,
                    number=each.number,
                    key=each.key,
                    title=each.title,
                    detail=each.detail,
                    matter_id=each.matter_id,
                    added=each.added,
                    at=now,
                )
            )
    await session.flush()
    return points


def begins(occasion: Occasion, zone: str) -> datetime:
    """When the meeting begins, as aware UTC; at the end of the day when no time is set."""
    at = time.fromisoformat(occasion.at) if occasion.at else time(23, 59)
    return datetime.combine(occasion.on, at, ZoneInfo(zone)).astimezone(UTC)


def day_begins(on: date, zone: str) -> datetime:
    """The first instant of a local day, as aware UTC."""
    return datetime.combine(on, time(0), ZoneInfo(zone)).astimezone(UTC)


def next_meeting(facts: AgreementFacts, occasion: Occasion) -> date | None:
    """The day the same forum meets after the occasion, as far as is booked."""
    commitment = next((each for each in facts.commitments if each.id == occasion.commitment_id), None)
    days = [
        each.on
        for each in (commitment.occasions if commitment else ())
        if each.on > occasion.on and each.state not in (OccasionState.CANCELLED, OccasionState.MOVED)
    ]
    return min(days, default=None)


async def _made(session: AsyncSession, facts: AgreementFacts, occasion: Occasion, day: date) -> list[Point]:
    """The agenda made anew, in order: the forum's own model, as its agreement writes it, else the common one; what has
    come up before the point of other questions."""
    commitment = await session.get(Commitment, occasion.commitment_id)
    forum = await session.get(Forum, commitment.forum_id) if commitment and commitment.forum_id else None
    titles = list((forum.agenda if forum is not None else ()) or texts.AGENDA_MODEL)
    model = [Point(f"standing:{number}", each) for number, each in enumerate(titles, 1)]
    if forum is None or forum.id is None:
        return model
    last = next((number for number, each in enumerate(titles) if texts.is_last(each)), len(titles))
    return [
        *model[:last],
        *await _trends(session, facts, forum.id, day),
        *_due(facts, forum.id, occasion, day),
        *_measures(facts, forum.id, occasion.on),
        *await _raised(session, facts, forum.id, occasion),
        *model[last:],
    ]


async def _trends(session: AsyncSession, facts: AgreementFacts, forum_id: int, day: date) -> list[Point]:
    """A point for each forum below that has reported trends in the last quarter, with the newest report."""
    since = day_begins(day - timedelta(days=TRENDS_FOR), facts.zone)
    rows = await reports_to(session, [forum_id], since=since)
    found: dict[int, Point] = {}
    for report, name in rows:  # the newest first
        if report.to_forum_id == forum_id:
            said = ": ".join(each for each in (report.area, texts.trends(report.trends)) if each)
            found.setdefault(report.forum_id, Point(f"trends:{report.forum_id}", texts.agenda_trends(name), said))
    return list(found.values())


def _due(facts: AgreementFacts, forum_id: int, occasion: Occasion, day: date) -> list[Point]:
    """What the forum must have done before it meets again (a follow-up, the lägesbild), each a point; and one for the
    activities that are behind or not logged."""
    until = (next_meeting(facts, occasion) or occasion.on + timedelta(days=TRENDS_FOR)) - timedelta(days=1)
    since = max(facts.starts, occasion.on - timedelta(days=TRENDS_FOR))
    found, behind = [], []
    for commitment in facts.commitments:
        if commitment.forum_id != forum_id or commitment.kind is CommitmentKind.MEETING:
            continue
        if has_due_day(commitment.kind):
            days = open_due_days(commitment, facts, since, until)
            if days:
                found.append(Point(f"due:{commitment.id}", commitment.title, texts.agenda_due(days[0])))
        elif _is_behind(commitment, facts, day):
            behind.append(commitment.title)
    if behind:
        found.append(Point("behind", texts.AGENDA_BEHIND, texts.some_of(behind)))
    return found


def _is_behind(commitment: CommitmentFacts, facts: AgreementFacts, day: date) -> bool:
    state = progress(commitment, facts, day)
    return bool(state.unlogged) or (state.needed is not None and state.held + state.booked < state.needed)


def _measures(facts: AgreementFacts, forum_id: int, on: date) -> list[Point]:
    """The open measures due by the day of the meeting: those the forum has decided on, and those it answers for."""
    return [
        Point(f"measure:{each.id}", texts.agenda_measure(each.title), texts.agenda_due(each.due))
        for each in facts.measures
        if forum_id in (each.forum_id, each.answering_forum_id) and each.due <= on
    ]


async def _raised(session: AsyncSession, facts: AgreementFacts, forum_id: int, occasion: Occasion) -> list[Point]:
    """The matters before the meeting, each with where it comes from."""
    rows = await matters_before(
        session,
        forum_id=forum_id,
        occasion_id=occasion.id or 0,
        come_by=begins(occasion, facts.zone),
        still_at=day_begins(occasion.on, facts.zone),
    )
    return [
        Point(
            f"matter:{matter.id}",
            matter.title,
            texts.agenda_raised(matter.raised_by_name)
            if step.act is MatterAct.RAISED
            else texts.agenda_from(_name(facts.forums, step.from_forum_id)),
            matter.id,
        )
        for matter, step in rows
    ]


def _name(forums: Sequence[ForumFacts], forum_id: int | None) -> str:
    return next((each.name for each in forums if each.id == forum_id), "")
