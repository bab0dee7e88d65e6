"""Reminders about a planned or held occasion: before it, the same day, and until somebody has said what came of it.

| Kind of commitment | Before (days) | After (days) |
|---|---|---|
| meeting | 21 matters, 10 summons, 1 working day, same day | 1 log, 7 chair, 14 coordinators |
| walk | 42 and 21 prepare, 2, same day | the same, and once held: 14 protocol, 21 feedback, 60 and 120 measures, 365 |
| other | 14 prepare, 2, same day | 1 log, 7 chair, 14 coordinators |

`LeadTimes` of the commitment replace the days. Channel for what everybody needs; the chair and then the coordinators
for what has been left undone.
"""

from collections.abc import Iterator
from datetime import timedelta

from schedules.facts import CommitmentFacts, OccasionFacts
from schedules.reminders.posting import Posting, Slot
from schedules.reminders.values import Audience, Reminder, ReminderKind
from storage.terms import CommitmentKind, OccasionState

DEFAULT_BEFORE = {CommitmentKind.MEETING: (21, 10, 1, 0), CommitmentKind.WALK: (42, 21, 2, 0)}
OTHER_BEFORE = (14, 2, 0)
DEFAULT_AFTER = (1, 7, 14)
LOG_AUDIENCE = (Audience.CHANNEL, Audience.CHAIR, Audience.COORDINATORS)
WALKED = (
    (14, ReminderKind.WALK_PROTOCOL, (Audience.CHAIR, Audience.COORDINATORS)),
    (21, ReminderKind.WALK_FEEDBACK, (Audience.CHAIR, Audience.COORDINATORS)),
    (60, ReminderKind.WALK_MEASURES, (Audience.CHANNEL,)),
    (120, ReminderKind.WALK_MEASURES, (Audience.CHANNEL,)),
    (365, ReminderKind.WALK_AGAIN, (Audience.CHAIR, Audience.COORDINATORS)),
)


def about_occasions(commitment: CommitmentFacts, posting: Posting) -> Iterator[Reminder]:
    """Every reminder that the commitment's occasions give rise to, whenever it falls."""
    for occasion in commitment.occasions:
        if occasion.state is OccasionState.PLANNED:
            yield from _before(commitment, occasion, posting)
            yield from _log(commitment, occasion, posting)
        elif commitment.kind is CommitmentKind.WALK and occasion.state in (OccasionState.HELD, OccasionState.PARTLY):
            yield from _walked(commitment, occasion, posting)


def _before(commitment: CommitmentFacts, occasion: OccasionFacts, posting: Posting) -> Iterator[Reminder]:
    leads = commitment.leads.before
    if leads is None:
        leads = DEFAULT_BEFORE.get(commitment.kind, OTHER_BEFORE)
    told_on: set[object] = set()
    for days in sorted(leads, reverse=True):
        kind = _kind_before(commitment.kind, days)
        slot = _slot_before(commitment.kind, occasion, days, posting)
        due_at = posting.at(slot.day)
        if due_at <= occasion.booked_at:
            # booked inside the lead time: only what people must have is told all the same, at once
            due_at = posting.soon_after(occasion.booked_at)
            slot = Slot(posting.local_day(due_at))
            if not _must_come(commitment.kind, kind, days) or slot.day >= occasion.on:
                continue
        if slot.day in told_on or slot.day > occasion.on:
            continue  # the same day's message has already said it
        told_on.add(slot.day)
        yield Reminder(
            kind=kind,
            audiences=(Audience.CHANNEL,),
            due_at=due_at,
            about=occasion.on,
            days=days,
            forum_id=commitment.forum_id,
            commitment_id=commitment.id,
            occasion_id=occasion.id,
            moved_from=slot.moved_from,
        )


def _kind_before(kind: CommitmentKind, days: int) -> ReminderKind:
    if days == 0:
        return ReminderKind.TODAY
    if days <= 2:
        return ReminderKind.SOON
    if kind is CommitmentKind.MEETING:
        return ReminderKind.CALL_FOR_MATTERS if days >= 15 else ReminderKind.SUMMONS
    return ReminderKind.PREPARE


def _must_come(kind: CommitmentKind, reminder: ReminderKind, days: int) -> bool:
    return reminder is ReminderKind.SUMMONS or (
        kind is CommitmentKind.WALK and reminder is ReminderKind.PREPARE and days <= 30
    )


def _slot_before(kind: CommitmentKind, occasion: OccasionFacts, days: int, posting: Posting) -> Slot:
    if days == 1 and kind is CommitmentKind.MEETING:
        # one working day: a meeting on Monday is told of on Friday, which is no moving
        day = posting.before(posting.calendar.working_day_before(occasion.on), occasion.on).day
        return Slot(day)
    return posting.before(occasion.on - timedelta(days=days), occasion.on)


def _log(commitment: CommitmentFacts, occasion: OccasionFacts, posting: Posting) -> Iterator[Reminder]:
    leads = commitment.leads.after if commitment.leads.after is not None else DEFAULT_AFTER
    for number, days in enumerate(sorted(leads)):
        slot = posting.after(occasion.on + timedelta(days=days))
        yield Reminder(
            kind=ReminderKind.LOG,
            audiences=(LOG_AUDIENCE[min(number, 2)],),
            due_at=posting.at(slot.day),
            about=occasion.on,
            days=-days,
            forum_id=commitment.forum_id,
            commitment_id=commitment.id,
            occasion_id=occasion.id,
            moved_from=slot.moved_from,
        )


def _walked(commitment: CommitmentFacts, occasion: OccasionFacts, posting: Posting) -> Iterator[Reminder]:
    for days, kind, audiences in WALKED:
        slot = posting.after(occasion.on + timedelta(days=days))
        yield Reminder(
            kind=kind,
            audiences=audiences,
            due_at=posting.at(slot.day),
            about=occasion.on,
            days=-days,
            forum_id=commitment.forum_id,
            commitment_id=commitment.id,
            occasion_id=occasion.id,
            moved_from=slot.moved_from,
        )
