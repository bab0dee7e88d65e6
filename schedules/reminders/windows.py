"""Reminders that come from the number itself: nothing booked, a follow-up due, an event coming, a pulse to take.

| About | When | To |
|---|---|---|
| nothing booked | a third and two thirds into the window (28–60 days: once; shorter: never) | chair, coordinators |
| follow-up, lägesbild, deadline | 42 and 14 days before, the due day, 7 after | responsible, coordinators |
| event-bound | 28 and 7 days before, unless something is booked or done in those days | channel |
| löpande | about the 10th of each quarter's last month, unless noted lately | responsible |

"Nothing booked" comes where less is held and booked than an even pace asks for, or where nothing lies ahead. A due day
that something booked or held answers for brings nothing: what is booked has reminders of its own.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from schedules.cadence import Window, needs_number, windows
from schedules.days import event_spans
from schedules.facts import AgreementFacts, CommitmentFacts, Span
from schedules.progress import COUNTS, has_due_day, open_due_days, waiver_reason
from schedules.reminders.posting import Posting, Slot
from schedules.reminders.values import Audience, Reminder, ReminderKind
from storage.terms import CommitmentKind, OccasionState

FOLLOW_UP_BEFORE, FOLLOW_UP_AFTER = (42, 14, 0), (7,)
EVENT_BEFORE = (28, 7)
PULSE_MONTHS, PULSE_DAY = (3, 6, 9, 12), 10
NOTED_LATELY = timedelta(days=60)
LATE_ANSWER = timedelta(days=60)  # what is held or booked so soon after a due day is an answer to it, late


def by_due_days(commitment: CommitmentFacts) -> bool:
    """Whether the commitment is due on days: follow-ups and the like, a revision, and anything with a deadline."""
    return has_due_day(commitment.kind) or commitment.cadence.form == "deadline" or _is_renewal(commitment)


def _is_renewal(commitment: CommitmentFacts) -> bool:
    return commitment.kind is CommitmentKind.RENEWAL


def about_windows(
    commitment: CommitmentFacts, facts: AgreementFacts, posting: Posting, first: date, last: date
) -> Iterator[Reminder]:
    """Every reminder the commitment's cadence gives rise to whose day lies about [first, last]."""
    if _is_renewal(commitment) and facts.ends is not None:
        return  # the agreement's own end has its own, in months
    if commitment.cadence.form == "event":
        yield from _events(commitment, facts, posting, first, last)
    if commitment.cadence.form == "ongoing" or commitment.cadence.also_ongoing:
        yield from _pulses(commitment, facts, posting, first, last)
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
        if not window.least or window.span in seen or waiver_reason(commitment, window.span):
            continue
        seen.add(window.span)
        for number, wanted in _thirds(window.span):
            slot = posting.before(wanted)
            if slot.day < window.span.first:  # a third into July to September: in August, not in June
                slot = posting.after(wanted)
            if slot.day in window.span and lacks_bookings(
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
    before = FOLLOW_UP_BEFORE if commitment.leads.before is None else commitment.leads.before
    after = FOLLOW_UP_AFTER if commitment.leads.after is None else commitment.leads.after
    for due in open_due_days(commitment, facts, first, last, booked_too=True):
        window = next(iter(windows(commitment.cadence, facts.starts, facts.ends, due, due)), None)
        slots: dict[date, tuple[int, Slot]] = {}  # of two moved to one day the later says it all
        for days in (*sorted(before, reverse=True), *(-each for each in sorted(after))):
            wanted = due - timedelta(days=days)
            slot = posting.before(wanted, due) if days >= 0 else posting.after(wanted)
            slots[slot.day] = (days, slot)
        for days, slot in slots.values():
            if slot.day < facts.starts or (days < 0 and answered_late(commitment, due)):
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


def answered_late(commitment: CommitmentFacts, due: date) -> bool:
    """Whether something was done, or is booked, soon after the due day."""
    return any(
        due < each.on <= due + LATE_ANSWER and each.state in (*COUNTS, OccasionState.PLANNED)
        for each in commitment.occasions
    )


def spans_of(event: str, facts: AgreementFacts, year: int) -> tuple[Span, ...]:
    """The event's days that begin in the year: the agreement's own where it gives any, its breaks, else the usual."""
    own = [span for span in facts.event_days.get(event, ()) if span.first.year == year]
    return tuple(own) or event_spans(event, year, facts.breaks)


def has_plans(commitment: CommitmentFacts, span: Span) -> bool:
    """Whether something is booked or done in the days."""
    return any(each.on in span and each.state in (*COUNTS, OccasionState.PLANNED) for each in commitment.occasions)


def _events(
    commitment: CommitmentFacts, facts: AgreementFacts, posting: Posting, first: date, last: date
) -> Iterator[Reminder]:
    for year in range(first.year, last.year + 1):
        for event in commitment.cadence.events:
            for span in spans_of(event, facts, year):
                if span.first < facts.starts or (facts.ends and span.first > facts.ends):
                    continue
                if has_plans(commitment, span):
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


def _pulses(
    commitment: CommitmentFacts, facts: AgreementFacts, posting: Posting, first: date, last: date
) -> Iterator[Reminder]:
    for year in range(first.year, last.year + 1):
        for month in PULSE_MONTHS:
            wanted = date(year, month, PULSE_DAY)
            slot = posting.after(wanted)
            new = wanted < facts.starts + NOTED_LATELY  # nothing has had time to happen
            if not new and not noted_lately(commitment, slot.day):
                yield Reminder(
                    kind=ReminderKind.PULSE,
                    audiences=(Audience.RESPONSIBLE,),
                    due_at=posting.at(slot.day),
                    about=wanted,
                    forum_id=commitment.forum_id,
                    commitment_id=commitment.id,
                )
