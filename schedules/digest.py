"""The coordinators' Monday message: the week, what waits, what lags, and the bot's own numbers."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules import texts
from schedules.acting_chair import acting_chair, leaders
from schedules.facts import AgreementFacts, CommitmentFacts
from schedules.message import Button, Message, Part
from schedules.progress import open_due_days, progress
from schedules.reminders.windows import by_due_days
from schedules.rotation import chair_on, missing
from storage import models
from storage.auditing import numbers
from storage.models import NoticeState
from storage.terms import OccasionState, Standing

WEEK = timedelta(days=7)
# this morning's are still on their way, and belong to the next week's numbers: so no Monday falls between two weeks
ON_THEIR_WAY = timedelta(hours=1)


async def weekly(session: AsyncSession, facts: AgreementFacts, now: datetime) -> Message:
    """The week from `now` (aware UTC) for one agreement; sections with nothing in them are left out."""
    today = now.astimezone(ZoneInfo(facts.zone)).date()
    sections = [
        (texts.DIGEST_WEEK, _this_week(facts, today)),
        (texts.DIGEST_UNLOGGED, _unlogged(facts, today)),
        (texts.DIGEST_BEHIND, _behind(facts, today)),
        (texts.DIGEST_DUE, _due_soon(facts, today)),
        (texts.DIGEST_CHAIRS, _chairs(facts, today)),
        (texts.DIGEST_VACANT, await _vacant(session, facts.id, today)),
        (texts.DIGEST_REFUSED, await _refused(session, facts.id, now)),
    ]
    parts = [Part(heading=heading, lines=tuple(lines)) for heading, lines in sections if lines]
    if not any(lines for _, lines in sections[1:4]):
        parts.insert(0, Part(lines=(texts.DIGEST_CALM,)))
    parts.append(
        Part(
            note=await _numbers(session, facts.id, now),
            buttons=(Button(texts.OVERVIEW, "lage"), Button(texts.MINE, "lage mina")),
        )
    )
    return Message(tuple(parts), title=texts.digest_title(facts.municipality, today))


def _title(facts: AgreementFacts, commitment: CommitmentFacts) -> str:
    forum = next((each for each in facts.forums if each.id == commitment.forum_id), None)
    return texts.in_forum(commitment.title, forum.name) if forum else commitment.title


def _this_week(facts: AgreementFacts, today: date) -> list[str]:
    found = [
        (occasion.on, texts.digest_occasion(_title(facts, commitment), occasion.on, occasion.at, occasion.place))
        for commitment in facts.commitments
        for occasion in commitment.occasions
        if occasion.state is OccasionState.PLANNED and today <= occasion.on < today + WEEK
    ]
    return [line for _, line in sorted(found)]


def _unlogged(facts: AgreementFacts, today: date) -> list[str]:
    return [
        texts.digest_unlogged(_title(facts, commitment), occasion.on)
        for commitment in facts.commitments
        for occasion in progress(commitment, facts, today).unlogged
    ]


def _behind(facts: AgreementFacts, today: date) -> list[str]:
    lines = []
    for commitment in facts.commitments:
        state = progress(commitment, facts, today)
        if state.standing is Standing.BEHIND:
            lines.append(
                texts.digest_behind(
                    _title(facts, commitment), state.held, state.booked, state.needed or 0, state.suggestions
                )
            )
    return lines


def _due_soon(facts: AgreementFacts, today: date) -> list[str]:
    return [
        texts.digest_due(_title(facts, commitment), day)
        for commitment in facts.commitments
        if by_due_days(commitment)
        for day in open_due_days(commitment, facts, today, today + 6 * WEEK)
    ]


def _chairs(facts: AgreementFacts, today: date) -> list[str]:
    lines = []
    for forum in facts.forums:
        turn = chair_on(forum, today)
        if turn is not None:
            acting = acting_chair(forum, today)
            leads = texts.acting(acting, leaders(forum, acting, today))
            line = texts.digest_chair(forum.name, turn.seat, turn.last)
            lines.append(f"{line}. {leads}" if leads else line)
        elif forum.chair_rule.rotates and missing(forum):
            lines.append(texts.digest_chair_unknown(forum.name))
    return lines


async def _vacant(session: AsyncSession, agreement_id: int, today: date) -> list[str]:
    seats = (
        await session.exec(
            select(models.Seat.title)
            .where(models.Seat.agreement_id == agreement_id, col(models.Seat.active))
            .where(
                ~select(models.Appointment.id)
                .where(
                    models.Appointment.seat_id == models.Seat.id,
                    col(models.Appointment.starts) <= today,
                    col(models.Appointment.ends).is_(None) | (col(models.Appointment.ends) >= today),
                )
                .exists()
            )
            .order_by(col(models.Seat.id))
        )
    ).all()
    return [texts.digest_vacant(seats)] if seats else []


async def _refused(session: AsyncSession, agreement_id: int, now: datetime) -> list[str]:
    count = (
        await session.exec(
            select(func.count()).where(
                models.Notice.agreement_id == agreement_id,
                models.Notice.state == NoticeState.REFUSED,
                models.Notice.due_at >= now - ON_THEIR_WAY - WEEK,
                models.Notice.due_at < now - ON_THEIR_WAY,
            )
        )
    ).one()
    return [texts.digest_refused(count)] if count else []


async def _numbers(session: AsyncSession, agreement_id: int, now: datetime) -> str:
    until = now - ON_THEIR_WAY
    week = await numbers(session, agreement_id=agreement_id, since=until - WEEK, until=until)
    return texts.digest_numbers(
        planned=week.planned,
        sent=week.sent,
        late_count=week.late,
        longest_seconds=int(week.longest.total_seconds()),
        missing=week.missing,
    )
