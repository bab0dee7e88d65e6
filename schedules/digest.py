"""The coordinators' Monday message: the week, what waits, what lags, and the bot's own numbers."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import func, select
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
from storage.vacancies import Roster, roster_of

WEEK = timedelta(days=7)
MOST_VACANT = 6
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
        (texts.DIGEST_REFUSED, await _refused(session, facts.id, now)),
    ]
    parts = [Part(heading=heading, lines=tuple(lines)) for heading, lines in sections if lines]
    if not any(lines for _, lines in sections[1:4]):
        parts.insert(0, Part(lines=(texts.DIGEST_CALM,)))
    parts += _vacant(facts, await roster_of(session, facts.id), today)
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


def _vacant(facts: AgreementFacts, roster: Roster, today: date) -> list[Part]:
    """The vacant places, the chairs' and those newly vacant first; of very many the first, and a way to the rest."""
    before = {each.seats: each.count for each in roster.vacancies(today - WEEK)}
    chairing = {seat for forum in facts.forums for seat in (*forum.chair_rule.order, forum.chair_rule.vice)}
    ranked = []
    for each in roster.vacancies(today):
        chairs = all(roster.titles[seat] in chairing for seat in each.seats)
        new = each.count > before.get(each.seats, 0)
        forums = [roster.forums[forum] for forum in each.forums]
        line = texts.digest_vacant(each.name, each.count, forums, chairs=chairs, new=new)
        ranked.append((not chairs, not new, line))
    if not ranked:
        return []
    lines = [line for *_, line in sorted(ranked, key=lambda each: each[:2])]
    more = len(lines) - MOST_VACANT
    every = (Button(texts.every_vacancy(len(lines)), "samverkan medlemmar", "vakanta"),) if more > 0 else ()
    shown = (*lines[:MOST_VACANT], *((texts.more_vacancies(more),) if more > 0 else ()))
    return [Part(heading=texts.DIGEST_VACANT, lines=shown, buttons=every)]


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
