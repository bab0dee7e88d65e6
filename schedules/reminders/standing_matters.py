"""Reminders that no commitment gives rise to: the chair, the agreement's own end, and the Monday digest.

| About | When | To |
|---|---|---|
| the chair passes on | 30 days before; the day itself, unless it is passed on by hand | those concerned; the channel |
| the chair passes on by meeting | the working day after a meeting | who leads the next one; the channel |
| nobody on the chairing seat | the next morning, then each quarter | coordinators |
| nobody knows whose turn it is | the next morning, then each quarter | coordinators |
| the agreement ends | 12, 9, 6, 3, 1 months before | coordinators |
| the week | Monday, or the next working day of the week; not in July | coordinators |
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from schedules.facts import AgreementFacts, ForumFacts
from schedules.reminders.posting import Posting
from schedules.reminders.values import Audience, Reminder, ReminderKind
from schedules.rotation import Turn, chair_on, missing, turns
from schedules.seats import edges, is_vacant
from storage.terms import CommitmentKind

DAY = timedelta(days=1)
CHAIR_BEFORE = 30
CHAIR_REACH = timedelta(days=100)  # thirty days and the longest move over July, with room
MONTHS_BEFORE_END = (12, 9, 6, 3, 1)
MONDAY = 0


def about_chairs(facts: AgreementFacts, posting: Posting, after: datetime, until: datetime) -> Iterator[Reminder]:
    """Changes of chair, and chairs that are vacant or unknown, told of after `after` and by `until` (aware UTC)."""
    first, last = posting.local_day(after), posting.local_day(until)
    for forum in facts.forums:
        yield from _changes(forum, facts, posting, first, last + CHAIR_REACH)
        yield from _in_want(forum, facts, posting, after, until)


def _changes(forum: ForumFacts, facts: AgreementFacts, posting: Posting, first: date, last: date) -> Iterator[Reminder]:
    before = None
    by_hand = {
        (term.seat, term.first)
        for term in forum.terms
        if term.decided_on is not None and term.decided_on >= term.first - DAY
    }
    for turn in turns(forum, first - timedelta(days=400), last):
        changed = before is not None and before.seat != turn.seat
        before = turn
        if not changed or turn.first <= facts.starts or (facts.ends and turn.first > facts.ends):
            continue
        if forum.chair_rule.form == "per_meeting":
            if (turn.seat, turn.first) not in by_hand:
                yield _next_meeting(forum, posting, turn)
            continue
        soon = posting.before(turn.first - timedelta(days=CHAIR_BEFORE), turn.first)
        today = posting.after(turn.first, turn.first)  # a chair that passes on in July is told of in July
        for kind, audiences, slot, days in (
            (
                ReminderKind.CHAIR_SOON,
                (Audience.CHAIR, Audience.INCOMING, Audience.COORDINATORS),
                soon,
                CHAIR_BEFORE,
            ),
            (ReminderKind.CHAIR_TODAY, (Audience.CHANNEL,), today, 0),
        ):
            if kind is ReminderKind.CHAIR_TODAY and (turn.seat, turn.first) in by_hand:
                continue  # whoever passed it on has told the forum
            yield Reminder(
                kind=kind,
                audiences=audiences,
                due_at=posting.at(slot.day),
                about=turn.first,
                days=days,
                forum_id=forum.id,
                moved_from=slot.moved_from,
                detail=turn.seat,
            )


def _next_meeting(forum: ForumFacts, posting: Posting, turn: Turn) -> Reminder:
    """Whoever leads the next meeting hears of it, with the forum, the working day after the last one."""
    slot = posting.after(turn.first, turn.first)
    return Reminder(
        kind=ReminderKind.CHAIR_TODAY,
        audiences=(Audience.INCOMING, Audience.CHANNEL),
        due_at=posting.at(slot.day),
        about=turn.first,
        forum_id=forum.id,
        moved_from=slot.moved_from,
        detail=turn.seat,
    )


def _in_want(
    forum: ForumFacts, facts: AgreementFacts, posting: Posting, after: datetime, until: datetime
) -> Iterator[Reminder]:
    """Vacant or unknown: the first morning after `after`, and again each quarter.

    It is not known since when, so every look gives it anew; the key has the quarter, and so it is told once in it.
    """
    first = max(posting.local_day(after), facts.starts)
    last = min(posting.local_day(until), facts.ends or date.max)
    told: set[tuple[ReminderKind, str, date]] = set()
    chairing = turns(forum, first, last)
    left = {day for turn in chairing for day in edges(forum, turn.seat) if first <= day <= last}
    for seen in sorted({first, *_quarters(first, last), *(turn.first for turn in chairing), *left}):
        day = posting.calendar.posting_day_after(max(seen, first))
        if posting.at(day) <= after:
            day = posting.calendar.posting_day_after(day + DAY)
        quarter = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        kind, seat = _want(forum, day)
        if kind is None or day > last or (kind, seat, quarter) in told:
            continue
        told.add((kind, seat, quarter))
        yield Reminder(
            kind=kind,
            audiences=(Audience.COORDINATORS,),
            due_at=posting.at(day),
            about=quarter,
            forum_id=forum.id,
            detail=seat,
        )


def _quarters(first: date, last: date) -> list[date]:
    years = range(first.year, last.year + 1)
    return [day for year in years for month in (1, 4, 7, 10) if first <= (day := date(year, month, 1)) <= last]


def _want(forum: ForumFacts, day: date) -> tuple[ReminderKind | None, str]:
    if missing(forum):
        return ReminderKind.CHAIR_UNKNOWN, ""
    turn = chair_on(forum, day)
    if turn is not None and is_vacant(forum, turn.seat, day):
        return ReminderKind.CHAIR_VACANT, turn.seat
    return None, ""


def about_end(facts: AgreementFacts, posting: Posting) -> Iterator[Reminder]:
    """The agreement's own end, with the renewal checklist."""
    if facts.ends is None:
        return
    renewal = next((each for each in facts.commitments if each.kind is CommitmentKind.RENEWAL), None)
    for months in MONTHS_BEFORE_END:
        slot = posting.before(facts.ends + DAY - relativedelta(months=months), facts.ends)
        if slot.day >= facts.starts:
            yield Reminder(
                kind=ReminderKind.AGREEMENT_ENDS,
                audiences=(Audience.COORDINATORS,),
                due_at=posting.at(slot.day),
                about=facts.ends,
                days=months,
                forum_id=renewal.forum_id if renewal else None,
                commitment_id=renewal.id if renewal else None,
                moved_from=slot.moved_from,
            )


def about_weeks(facts: AgreementFacts, posting: Posting, first: date, last: date) -> Iterator[Reminder]:
    """The Monday digest."""
    monday = first - timedelta(days=first.weekday())
    while monday <= last:
        slot = posting.after(monday)
        if slot.day < monday + timedelta(days=5) and _within(facts, slot.day):
            yield Reminder(
                kind=ReminderKind.DIGEST,
                audiences=(Audience.COORDINATORS,),
                due_at=posting.at(slot.day),
                about=monday,
                moved_from=slot.moved_from,
            )
        monday += timedelta(days=7)


def _within(facts: AgreementFacts, day: date) -> bool:
    return facts.starts <= day and (facts.ends is None or day <= facts.ends)
