"""Reminders that come from the number itself: nothing booked, a follow-up due, an event coming, a pulse to take.

| About | When | To |
|---|---|---|
| nothing booked | a third and two thirds into the window (28–60 days: once; shorter: never) | chair, coordinators |
| follow-up, lägesbild, deadline | 42 and 14 days before, the due day, 7 after | responsible, coordinators |
| event-bound | 28 and 7 days before | channel |
| löpande | about the 10th of each quarter's last month, unless noted lately | responsible |
"""

from collections.abc import Iterator
from datetime import date, timedelta

from schedules.cadence import Window, due_days, needs_number, windows
from schedules.days import event_spans
from schedules.facts import AgreementFacts, CommitmentFacts, Span
from schedules.progress import COUNTS, has_due_day, open_due_days
from schedules.reminders.posting import Posting
from schedules.reminders.values import Audience, Reminder, ReminderKind
from storage.terms import CommitmentKind, OccasionState

FOLLOW_UP_BEFORE, FOLLOW_UP_AFTER = (42, 14, 0), (7,)
EVENT_BEFORE = (28, 7)
PULSE_MONTHS, PULSE_DAY = (3, 6, 9, 12), 10
NOTED_LATELY = timedelta(days=60)


def by_due_days(commitment: CommitmentFacts) -> bool:
    """Whether the commitment is due on days: follow-ups and the like, and anything with a deadline."""
    return has_due_day(commitment.kind) or commitment.cadence.form == "deadline"


def about_windows(
    commitment: CommitmentFacts, facts: AgreementFacts, posting: Posting, first: date, last: date
) -> Iterator[Reminder]:
    """Every reminder the commitment's cadence gives rise to whose day lies about [first, last]."""
    if commitment.kind is CommitmentKind.RENEWAL:
        return
    if commitment.cadence.form == "event":
        yield from _events(commitment, facts, posting, first, last)
    if commitment.cadence.form == "ongoing" or commitment.cadence.also_ongoing:
        yield from _pulses(commitment, posting, first, last)
    if by_due_days(commitment):
        yield from _due_days(commitment, facts, posting, first, last)
    elif needs_number(commitment.cadence):
        yield from _nothing_booked(commitment, facts, posting, first, last)


def lacks_bookings(commitment: CommitmentFacts, span: Span, needed: int, today: date) -> bool:
    """Whether too little is held and nothing is booked ahead, or less than an even pace asks for."""
    inside = [each for each in commitment.occasions if each.on in span]
    held = sum(each.quantity for each in inside if each.state in COUNTS)
    booked = sum(each.quantity for each in inside if each.state is OccasionState.PLANNED)
    if held + booked >= needed:
        return False
    ahead = any(each.state is OccasionState.PLANNED and each.on >= today for each in inside)
    passed = max(0, (today - span.first).days)
    expected = needed * passed // ((span.last - span.first).days + 1)
    return not ahead or held + booked < expected


def _waived(commitment: CommitmentFacts, span: Span) -> bool:
    return any(waiver.window.first == span.first for waiver in commitment.waivers)


def _thirds(span: Span) -> tuple[tuple[int, date], ...]:
    days = (span.last - span.first).days + 1
    if days < 28:
        return ()
    first = (1, span.first + timedelta(days=days // 3))
    return (first,) if days < 60 else (first, (2, span.first + timedelta(days=2 * days // 3)))


def _nothing_booked(
    commitment: CommitmentFacts, facts: AgreementFacts, posting: Posting, first: date, last: date
) -> Iterator[Reminder]:
    seen: set[Span] = set()
    for window in windows(commitment.cadence, facts.starts, facts.ends, first, last):
        if not window.least or window.span in seen or _waived(commitment, window.span):
            continue
        seen.add(window.span)
        for number, wanted in _thirds(window.span):
            slot = posting.before(wanted, wanted)
            if slot.day >= window.span.first and lacks_bookings(
                commitment, window.span, _needed(commitment, window), slot.day
            ):
                yield Reminder(
                    kind=ReminderKind.NOTHING_BOOKED,
                    audiences=(Audience.CHAIR, Audience.COORDINATORS),
                    due_at=posting.at(slot.day),
                    about=window.span.last,
                    days=number,
                    forum_id=commitment.forum_id,
                    commitment_id=commitment.id,
                    window=window.span,
                    moved_from=slot.moved_from,
                )


def _needed(commitment: CommitmentFacts, window: Window) -> int:
    return (window.least or 0) * max(1, len(commitment.cadence.areas))


def _due_days(
    commitment: CommitmentFacts, facts: AgreementFacts, posting: Posting, first: date, last: date
) -> Iterator[Reminder]:
    before = commitment.leads.before if commitment.leads.before is not None else FOLLOW_UP_BEFORE
    after = commitment.leads.after if commitment.leads.after is not None else FOLLOW_UP_AFTER
    prepared = set(_not_even_booked(commitment, facts, first, last))
    for due in open_due_days(commitment, facts, first, last):
        window = next(iter(windows(commitment.cadence, facts.starts, facts.ends, due, due)), None)
        for days in (*sorted(before, reverse=True), *(-each for each in sorted(after))):
            if days > 0 and due not in prepared:
                continue
            wanted = due - timedelta(days=days)
            slot = posting.before(wanted, due) if days >= 0 else posting.after(wanted)
            if slot.day < facts.starts:
                continue
            kind = ReminderKind.PREPARE if days > 0 else ReminderKind.DUE if days == 0 else ReminderKind.OVERDUE
            yield Reminder(
                kind=kind,
                audiences=(Audience.RESPONSIBLE, Audience.COORDINATORS),
                due_at=posting.at(slot.day),
                about=due,
                days=days,
                forum_id=commitment.forum_id,
                commitment_id=commitment.id,
                window=window.span if window else None,
                moved_from=slot.moved_from,
            )


def _not_even_booked(commitment: CommitmentFacts, facts: AgreementFacts, first: date, last: date) -> list[date]:
    """Due days for which nothing is held or booked."""
    found = []
    for window in windows(commitment.cadence, facts.starts, facts.ends, first, last):
        days = due_days(commitment.cadence, facts.starts, facts.ends, window.span.first, window.span.last)
        met = sum(
            each.quantity
            for each in commitment.occasions
            if each.on in window.span and each.state in (*COUNTS, OccasionState.PLANNED)
        )
        found += days[met:]
    return found


def spans_of(event: str, facts: AgreementFacts, year: int) -> tuple[Span, ...]:
    """The event's days that begin in the year: the agreement's own where it gives any, else the general ones."""
    own = [span for span in facts.event_days.get(event, ()) if span.first.year == year]
    return tuple(own) or event_spans(event, year)


def _events(
    commitment: CommitmentFacts, facts: AgreementFacts, posting: Posting, first: date, last: date
) -> Iterator[Reminder]:
    for year in range(first.year, last.year + 1):
        for event in commitment.cadence.events:
            for span in spans_of(event, facts, year):
                if span.first < facts.starts or (facts.ends and span.first > facts.ends):
                    continue
                for days in commitment.leads.before or EVENT_BEFORE:
                    slot = posting.before(span.first - timedelta(days=days), span.first)
                    yield Reminder(
                        kind=ReminderKind.EVENT,
                        audiences=(Audience.CHANNEL,),
                        due_at=posting.at(slot.day),
                        about=span.first,
                        days=days,
                        forum_id=commitment.forum_id,
                        commitment_id=commitment.id,
                        window=span,
                        moved_from=slot.moved_from,
                        detail=event,
                    )


def noted_lately(commitment: CommitmentFacts, day: date) -> bool:
    """Whether somebody has noted something about löpande work in the last two months."""
    noted = [*commitment.pulses, *(each.on for each in commitment.occasions if each.state in COUNTS)]
    return any(timedelta(0) <= day - each < NOTED_LATELY for each in noted)


def _pulses(commitment: CommitmentFacts, posting: Posting, first: date, last: date) -> Iterator[Reminder]:
    for year in range(first.year, last.year + 1):
        for month in PULSE_MONTHS:
            wanted = date(year, month, PULSE_DAY)
            slot = posting.after(wanted)
            if not noted_lately(commitment, slot.day):
                yield Reminder(
                    kind=ReminderKind.PULSE,
                    audiences=(Audience.RESPONSIBLE,),
                    due_at=posting.at(slot.day),
                    about=wanted,
                    forum_id=commitment.forum_id,
                    commitment_id=commitment.id,
                )
