"""Whether a planned reminder still makes sense when it is about to be sent. Pure; the answer is a reason in code."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from schedules.facts import AgreementFacts, CommitmentFacts, OccasionFacts
from schedules.progress import COUNTS, open_due_days, progress
from schedules.reminders.rules import LEFTOVERS
from schedules.reminders.values import Reminder, ReminderKind
from schedules.reminders.windows import lacks_bookings, noted_lately
from schedules.rotation import chair_on, missing
from storage.terms import OccasionState

IN_ADVANCE = (
    ReminderKind.CALL_FOR_MATTERS,
    ReminderKind.SUMMONS,
    ReminderKind.PREPARE,
    ReminderKind.SOON,
    ReminderKind.TODAY,
)
WALKED = (
    ReminderKind.WALK_PROTOCOL,
    ReminderKind.WALK_FEEDBACK,
    ReminderKind.WALK_MEASURES,
    ReminderKind.WALK_AGAIN,
)


def sense_gone(reminder: Reminder, facts: AgreementFacts, now: datetime) -> str | None:
    """Why the reminder must not be sent any more ("logged", "booked", "cancelled", "passed" …), or None when it must.

    `now` is aware UTC; `facts` are those of now, not of when it was planned.
    """
    today = now.astimezone(ZoneInfo(facts.zone)).date()
    if reminder.kind is ReminderKind.SNOOZED:
        return sense_gone(reminder.first_time(), facts, now)
    if facts.ends is not None and today > facts.ends + LEFTOVERS:
        return "ended"
    if reminder.commitment_id is not None and reminder.kind is not ReminderKind.AGREEMENT_ENDS:
        commitment = next((each for each in facts.commitments if each.id == reminder.commitment_id), None)
        if commitment is None:
            return "removed"
        return _about_commitment(reminder, commitment, facts, today)
    return _about_forum_or_agreement(reminder, facts, today)


def _about_commitment(
    reminder: Reminder, commitment: CommitmentFacts, facts: AgreementFacts, today: date
) -> str | None:
    if reminder.occasion_id is not None:
        occasion = next((each for each in commitment.occasions if each.id == reminder.occasion_id), None)
        return "removed" if occasion is None else _about_occasion(reminder, occasion, commitment, today)
    if reminder.kind is ReminderKind.PULSE:
        return "answered" if noted_lately(commitment, today) else None
    if reminder.kind is ReminderKind.EVENT:
        return "passed" if reminder.window and today > reminder.window.last else None
    if reminder.window and any(waiver.window.first == reminder.window.first for waiver in commitment.waivers):
        return "waived"
    if reminder.kind is ReminderKind.NOTHING_BOOKED:
        return _still_lacking(reminder, commitment, facts, today)
    if reminder.about not in open_due_days(commitment, facts, reminder.about, reminder.about):
        return "logged"
    if reminder.kind is ReminderKind.PREPARE and _booked_before(commitment, reminder.about, today):
        return "booked"
    return None


def _about_occasion(
    reminder: Reminder, occasion: OccasionFacts, commitment: CommitmentFacts, today: date
) -> str | None:
    if occasion.state is OccasionState.CANCELLED:
        return "cancelled"
    if occasion.state is OccasionState.MOVED or reminder.about != occasion.on:
        return "moved"
    if reminder.kind in WALKED:
        if occasion.state not in COUNTS:
            return "not held"
        if reminder.kind is ReminderKind.WALK_AGAIN and any(each.on > occasion.on for each in _open(commitment)):
            return "booked"
        return None
    if occasion.state in COUNTS:
        return "logged"
    return "passed" if reminder.kind in IN_ADVANCE and today > occasion.on else None


def _open(commitment: CommitmentFacts) -> list[OccasionFacts]:
    return [each for each in commitment.occasions if each.state is OccasionState.PLANNED]


def _booked_before(commitment: CommitmentFacts, due: date, today: date) -> bool:
    return any(today <= each.on <= due for each in _open(commitment))


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
    if reminder.kind is ReminderKind.CHAIR_UNKNOWN:
        return None if missing(forum) else "answered"
    turn = chair_on(forum, max(today, reminder.about))
    if reminder.kind is ReminderKind.CHAIR_VACANT:
        return None if turn is not None and turn.vacant else "filled"
    if turn is None or turn.seat != reminder.detail:
        return "changed"
    return "passed" if reminder.kind is ReminderKind.CHAIR_SOON and today >= reminder.about else None
