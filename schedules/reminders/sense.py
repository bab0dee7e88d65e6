"""Whether a planned reminder still makes sense when it is about to be sent. Pure; the answer is a reason in code.

| Reason | The reminder is about |
|---|---|
| logged | an occasion, or a due day, of which somebody has said what came |
| booked | something lacking that has been booked since; a walk walked again |
| cancelled, moved | an occasion that will not be, or not then |
| passed | preparing for what has begun or is over; a week that has gone |
| waived | a window set aside |
| answered | löpande work, or whose turn it is, that somebody has told of |
| changed, filled | a chair that goes to somebody else; a seat that somebody sits on |
| not held | what follows a walk that was not walked after all |
| reported | trends that the forum has reported since the forum above last met |
| done | a measure that is done, or declined with a reason |
| removed | a commitment, occasion or forum that is no longer there |
| ended | an agreement that has ended, but for what is left to log |
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from schedules.facts import AgreementFacts, CommitmentFacts, ForumFacts, OccasionFacts
from schedules.progress import COUNTS, open_due_days, progress, waiver_reason
from schedules.reminders.measures import measure_about
from schedules.reminders.occasions import walked_again
from schedules.reminders.rules import LEFTOVERS
from schedules.reminders.trends import has_reported, is_booked
from schedules.reminders.values import Reminder, ReminderKind
from schedules.reminders.windows import answered_late, has_plans, lacks_bookings, noted_lately
from schedules.rotation import chair_on, missing
from schedules.seats import is_vacant
from storage.terms import OccasionState

IN_ADVANCE = (
    ReminderKind.CALL_FOR_MATTERS,
    ReminderKind.SUMMONS,
    ReminderKind.PREPARE,
    ReminderKind.SOON,
    ReminderKind.TALLY,
    ReminderKind.TODAY,
)
WALKED = (
    ReminderKind.WALK_PROTOCOL,
    ReminderKind.WALK_FEEDBACK,
    ReminderKind.WALK_MEASURES,
    ReminderKind.WALK_AGAIN,
)


MEASURES = (ReminderKind.MEASURE_SOON, ReminderKind.MEASURE_DUE, ReminderKind.MEASURE_LATE)


def sense_gone(reminder: Reminder, facts: AgreementFacts, now: datetime) -> str | None:
    """Why the reminder must not be sent any more ("logged", "booked", "cancelled", "passed" …), or None when it must.

    `now` is aware UTC; `facts` are those of now, not of when it was planned.
    """
    today = now.astimezone(ZoneInfo(facts.zone)).date()
    if reminder.kind is ReminderKind.SNOOZED:
        return sense_gone(reminder.first_time(), facts, now)
    leftover = LEFTOVERS if reminder.kind in (ReminderKind.LOG, ReminderKind.OVERDUE) else timedelta(0)
    if facts.ends is not None and today > facts.ends + leftover:
        return "ended"
    if reminder.commitment_id is not None and reminder.kind is not ReminderKind.AGREEMENT_ENDS:
        commitment = next((each for each in facts.commitments if each.id == reminder.commitment_id), None)
        if commitment is None:
            return "removed"
        return _about_commitment(reminder, commitment, facts, now)
    return _about_forum_or_agreement(reminder, facts, today)


def _about_commitment(
    reminder: Reminder, commitment: CommitmentFacts, facts: AgreementFacts, now: datetime
) -> str | None:
    zone = ZoneInfo(facts.zone)
    today = now.astimezone(zone).date()
    if reminder.occasion_id is not None:
        occasion = next((each for each in commitment.occasions if each.id == reminder.occasion_id), None)
        if occasion is None:
            return "removed"
        # without a time of day it may begin at any hour of its day
        begun = datetime.combine(occasion.on, occasion.at or time.max, zone) <= now
        return _about_occasion(reminder, occasion, commitment, begun)
    if reminder.kind is ReminderKind.PULSE:
        return "answered" if noted_lately(commitment, today) else None
    if reminder.kind is ReminderKind.EVENT:
        return _event(reminder, commitment, today)
    if reminder.window and waiver_reason(commitment, reminder.window):
        return "waived"
    if reminder.kind is ReminderKind.NOTHING_BOOKED:
        return _still_lacking(reminder, commitment, facts, today)
    return _due_day(reminder, commitment, facts, today)


def _event(reminder: Reminder, commitment: CommitmentFacts, today: date) -> str | None:
    if reminder.window is None or today > reminder.window.last:
        return "passed"
    return "booked" if has_plans(commitment, reminder.window) else None


def _due_day(reminder: Reminder, commitment: CommitmentFacts, facts: AgreementFacts, today: date) -> str | None:
    due = reminder.about
    if due not in open_due_days(commitment, facts, due, due):
        return "logged"
    if due not in open_due_days(commitment, facts, due, due, booked_too=True):
        return "booked"
    if reminder.kind is ReminderKind.OVERDUE and answered_late(commitment, due):
        return "logged"
    return "passed" if reminder.kind is ReminderKind.PREPARE and today > due else None


def _about_occasion(
    reminder: Reminder, occasion: OccasionFacts, commitment: CommitmentFacts, begun: bool
) -> str | None:
    if occasion.state is OccasionState.CANCELLED:
        return "cancelled"
    if occasion.state is OccasionState.MOVED or reminder.about != occasion.on:
        return "moved"
    if reminder.kind in WALKED:
        if occasion.state not in COUNTS:
            return "not held"
        again = reminder.kind is ReminderKind.WALK_AGAIN and walked_again(commitment, occasion)
        return "booked" if again else None
    if occasion.state in COUNTS:
        return "logged"
    return "passed" if reminder.kind in IN_ADVANCE and begun else None


def _still_lacking(reminder: Reminder, commitment: CommitmentFacts, facts: AgreementFacts, today: date) -> str | None:
    if reminder.window is None or today > reminder.window.last:
        return "passed"
    needed = progress(commitment, facts, max(reminder.window.first, today)).needed or 0
    return None if lacks_bookings(commitment, reminder.window, needed, today) else "booked"


def _about_forum_or_agreement(reminder: Reminder, facts: AgreementFacts, today: date) -> str | None:
    if reminder.kind is ReminderKind.AGREEMENT_ENDS:
        return None if facts.ends == reminder.about and today <= reminder.about else "passed"
    if reminder.kind is ReminderKind.DIGEST:
        return "passed" if today >= reminder.about + timedelta(days=7) else None
    forum = next((each for each in facts.forums if each.id == reminder.forum_id), None)
    if forum is None:
        return "removed"
    if reminder.kind in MEASURES:
        return _measure(reminder, facts, today)
    if reminder.kind is ReminderKind.TRENDS:
        return _trends(reminder, forum, facts, today)
    if reminder.kind is ReminderKind.CHAIR_UNKNOWN:
        return None if missing(forum) else "answered"
    turn = chair_on(forum, max(today, reminder.about))
    if reminder.kind is ReminderKind.CHAIR_VACANT:
        day = max(today, reminder.about)
        return None if turn is not None and is_vacant(forum, turn.seat, day) else "filled"
    if turn is None or turn.seat != reminder.detail:
        return "changed"
    return "passed" if reminder.kind is ReminderKind.CHAIR_SOON and today >= reminder.about else None


def _measure(reminder: Reminder, facts: AgreementFacts, today: date) -> str | None:
    measure = measure_about(reminder, facts)
    if measure is None:
        return "done"
    if measure.due != reminder.about:
        return "moved"
    return "passed" if reminder.kind is ReminderKind.MEASURE_SOON and today >= measure.due else None


def _trends(reminder: Reminder, forum: ForumFacts, facts: AgreementFacts, today: date) -> str | None:
    if not is_booked(forum, facts, reminder.about):
        return "moved"
    if today >= reminder.about:
        return "passed"
    return "reported" if has_reported(forum, facts, reminder.about) else None
