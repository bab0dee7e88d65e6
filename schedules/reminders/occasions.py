"""Reminders about a planned or held occasion: before it, the same day, and until somebody has said what came of it.

| Kind of commitment | Before (days) | After (days) |
|---|---|---|
| meeting | 21 matters, 10 summons, 1 working day, same day | 1 log, 7 chair, 14 coordinators |
| walk | 42 and 21 prepare, 2, same day | the same, and once held: 14 protocol, 21 feedback, 60 and 120 measures, 365 |
| other | 14 prepare, 2, same day | 1 log, 7 chair, 14 coordinators |

Two working days before a forum meets, its chair is told who comes.

`LeadTimes` of the commitment replace the days: 0 is the same day, 1 and 2 are "soon", of the longer ones a meeting's
shortest is the summons. A follow-up's own lead times are about its due days, so its occasions keep the defaults.

Channel for what everybody needs; the chair and then the coordinators for what has been left undone. One day brings an
occasion's people one message: the summons before a preparation before "soon" before "today" before the call for
matters. What an occasion is booked too late for is left out, but for the summons to a meeting and the last preparation
of a walk: those go out when it is booked.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from schedules.facts import CommitmentFacts, OccasionFacts
from schedules.progress import COUNTS, has_due_day
from schedules.reminders.posting import Posting, Slot
from schedules.reminders.values import Audience, Reminder, ReminderKind
from storage.terms import CommitmentKind, OccasionState

DEFAULT_BEFORE = {CommitmentKind.MEETING: (21, 10, 1, 0), CommitmentKind.WALK: (42, 21, 2, 0)}
OTHER_BEFORE = (14, 2, 0)
DEFAULT_AFTER = (1, 7, 14)
SOON_DAYS = 2
TALLY_DAYS = 2
WEIGHT = (
    ReminderKind.SUMMONS,
    ReminderKind.PREPARE,
    ReminderKind.SOON,
    ReminderKind.TODAY,
    ReminderKind.CALL_FOR_MATTERS,
)
LOG_AUDIENCE = (Audience.CHANNEL, Audience.CHAIR, Audience.COORDINATORS)
WALKED = (
    (14, ReminderKind.WALK_PROTOCOL, (Audience.CHAIR, Audience.COORDINATORS)),
    (21, ReminderKind.WALK_FEEDBACK, (Audience.CHAIR, Audience.COORDINATORS)),
    (60, ReminderKind.WALK_MEASURES, (Audience.CHANNEL,)),
    (120, ReminderKind.WALK_MEASURES, (Audience.CHANNEL,)),
    (365, ReminderKind.WALK_AGAIN, (Audience.CHAIR, Audience.COORDINATORS)),
)
AGAIN_FROM = timedelta(days=90)  # a walk of the same place at least so much later is the walk again


def about_occasions(commitment: CommitmentFacts, posting: Posting) -> Iterator[Reminder]:
    """Every reminder that the commitment's occasions give rise to, whenever it falls."""
    for occasion in commitment.occasions:
        if occasion.state is OccasionState.PLANNED:
            yield from _one_a_day(_before(commitment, occasion, posting), posting)
            yield from _tally(commitment, occasion, posting)
            yield from _log(commitment, occasion, posting)
        elif commitment.kind is CommitmentKind.WALK and occasion.state in COUNTS:
            yield from _walked(commitment, occasion, posting)


def _one_a_day(reminders: Iterator[Reminder], posting: Posting) -> Iterator[Reminder]:
    told: dict[date, ReminderKind] = {}
    for reminder in sorted(reminders, key=lambda each: WEIGHT.index(each.kind)):
        day = posting.local_day(reminder.due_at)
        # two preparations ask for different things, and both are asked for
        if told.setdefault(day, reminder.kind) is reminder.kind:
            yield reminder


def _before(commitment: CommitmentFacts, occasion: OccasionFacts, posting: Posting) -> Iterator[Reminder]:
    leads = days_before(commitment)
    begins = posting.begins(occasion.on, occasion.at)
    for days in leads:
        kind = _kind_before(commitment.kind, days, leads)
        slot = _slot_before(commitment.kind, occasion, days, posting)
        due_at = posting.at(slot.day)
        if due_at <= occasion.booked_at:
            if days != _must_come(commitment.kind, leads):
                continue
            due_at = posting.soon_after(occasion.booked_at)
            slot = Slot(posting.local_day(due_at))
        if due_at < begins:
            yield _about(commitment, occasion, kind, (Audience.CHANNEL,), days, posting, slot, due_at)


def _tally(commitment: CommitmentFacts, occasion: OccasionFacts, posting: Posting) -> Iterator[Reminder]:
    """Two working days before a forum meets, so that there is a day left to ask a deputy or to move it."""
    if commitment.kind is not CommitmentKind.MEETING or commitment.forum_id is None or not days_before(commitment):
        return
    day = occasion.on
    for _ in range(TALLY_DAYS):
        day = posting.calendar.working_day_before(day)
    slot = Slot(posting.before(day, occasion.on).day)
    if posting.at(slot.day) > occasion.booked_at:
        yield _about(commitment, occasion, ReminderKind.TALLY, (Audience.CHAIR,), TALLY_DAYS, posting, slot)


def days_before(commitment: CommitmentFacts) -> tuple[int, ...]:
    """The days before an occasion of the commitment's at which to remind, the longest first."""
    leads = None if has_due_day(commitment.kind) else commitment.leads.before
    if leads is None:
        leads = DEFAULT_BEFORE.get(commitment.kind, OTHER_BEFORE)
    return tuple(sorted(set(leads), reverse=True))


def summons_days(commitment: CommitmentFacts) -> int:
    """How many days before a meeting it is summoned to; 0 where the agreement wants no summons."""
    return _must_come(commitment.kind, days_before(commitment)) or 0


def _long(leads: tuple[int, ...]) -> list[int]:
    return [days for days in leads if days > SOON_DAYS]


def _kind_before(kind: CommitmentKind, days: int, leads: tuple[int, ...]) -> ReminderKind:
    if days == 0:
        return ReminderKind.TODAY
    if days <= SOON_DAYS:
        return ReminderKind.SOON
    if kind is CommitmentKind.MEETING:
        return ReminderKind.SUMMONS if days == _long(leads)[-1] else ReminderKind.CALL_FOR_MATTERS
    return ReminderKind.PREPARE


def _must_come(kind: CommitmentKind, leads: tuple[int, ...]) -> int | None:
    """The lead time that is told of also when the occasion is booked inside it."""
    told = kind in (CommitmentKind.MEETING, CommitmentKind.WALK)
    return _long(leads)[-1] if told and _long(leads) else None


def _slot_before(kind: CommitmentKind, occasion: OccasionFacts, days: int, posting: Posting) -> Slot:
    if days == 0:
        return posting.same_day(occasion.on, occasion.at)
    if days == 1 and kind is CommitmentKind.MEETING:
        # one working day: a meeting on Monday is told of on Friday, which is no moving
        return Slot(posting.before(posting.calendar.working_day_before(occasion.on), occasion.on).day)
    return posting.before(occasion.on - timedelta(days=days), occasion.on)


def _log(commitment: CommitmentFacts, occasion: OccasionFacts, posting: Posting) -> Iterator[Reminder]:
    leads = None if has_due_day(commitment.kind) else commitment.leads.after
    asked: tuple[int, date] | None = None  # days after, and the day it was posted
    for number, days in enumerate(sorted(set(DEFAULT_AFTER if leads is None else leads))):
        wanted = occasion.on + timedelta(days=days)
        slot = posting.after(wanted, occasion.on)
        if asked and slot.day <= asked[1]:
            # moved onto the one before (Christmas, July): those asked first keep their time to answer
            later = posting.after(asked[1] + timedelta(days=days - asked[0]), occasion.on)
            slot = Slot(later.day, wanted)
        asked = (days, slot.day)
        yield _about(commitment, occasion, ReminderKind.LOG, (LOG_AUDIENCE[min(number, 2)],), -days, posting, slot)


def _walked(commitment: CommitmentFacts, occasion: OccasionFacts, posting: Posting) -> Iterator[Reminder]:
    for days, kind, audiences in WALKED:
        if kind is ReminderKind.WALK_AGAIN and walked_again(commitment, occasion):
            continue
        slot = posting.after(occasion.on + timedelta(days=days), occasion.on)
        yield _about(commitment, occasion, kind, audiences, -days, posting, slot)


def walked_again(commitment: CommitmentFacts, occasion: OccasionFacts) -> bool:
    """Whether the same place (or one not named) has been walked again, or is booked to be."""
    place = occasion.place.casefold().strip()
    return any(
        other.on >= occasion.on + AGAIN_FROM
        and other.state in (*COUNTS, OccasionState.PLANNED)
        and other.place.casefold().strip() in (place, "")
        for other in commitment.occasions
    )


def _about(
    commitment: CommitmentFacts,
    occasion: OccasionFacts,
    kind: ReminderKind,
    audiences: tuple[Audience, ...],
    days: int,
    posting: Posting,
    slot: Slot,
    due_at: datetime | None = None,
) -> Reminder:
    return Reminder(
        kind=kind,
        audiences=audiences,
        due_at=due_at or posting.at(slot.day),
        about=occasion.on,
        days=days,
        forum_id=commitment.forum_id,
        commitment_id=commitment.id,
        occasion_id=occasion.id,
        moved_from=slot.moved_from,
    )
