"""What a reminder is: its kind, whom it is for, what it is about, and its stable key."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from schedules.facts import Span


class ReminderKind(StrEnum):
    """What a reminder is about. `Reminder.days` says how many days before (+) or after (-) the day it is about."""

    NOTHING_BOOKED = "nothing_booked"  # a third and two thirds into a window with too little booked
    CALL_FOR_MATTERS = "call_for_matters"  # meeting, 21 days: what shall we take up?
    SUMMONS = "summons"  # meeting, 10 days: kallelse with Kommer / Kan inte
    PREPARE = "prepare"  # walk 42 (date and route), 21 (roles, invitations); follow-up 42 and 14; activity 14
    SOON = "soon"  # 1 working day before a meeting, 2 days before an activity or walk
    TALLY = "tally"  # forum's meeting, 2 working days: to its chair, who comes and who has not answered
    TODAY = "today"  # the same day 08.00
    LOG = "log"  # the day after: what came of it? (+7 chair, +14 coordinators)
    DUE = "due"  # a follow-up's, situation report's or deadline's last day
    OVERDUE = "overdue"  # 7 days after that, still not logged
    WALK_PROTOCOL = "walk_protocol"  # 14 days after a held walk
    WALK_FEEDBACK = "walk_feedback"  # 21 days after: tell the participants
    WALK_MEASURES = "walk_measures"  # 60 and 120 days after: ask each responsible for their measures
    WALK_AGAIN = "walk_again"  # 12 months after: walk the same place again
    CHAIR_SOON = "chair_soon"  # 30 days before the chair passes on
    CHAIR_TODAY = "chair_today"  # the day it passes on
    CHAIR_VACANT = "chair_vacant"  # nobody sits on the chairing seat
    CHAIR_UNKNOWN = "chair_unknown"  # the agreement gives no anchor or term: coordinators are asked
    EVENT = "event"  # 28 and 7 days before an event-bound day or weekend
    AGREEMENT_ENDS = "agreement_ends"  # 12, 9, 6, 3, 1 months before
    PULSE = "pulse"  # quarterly, for löpande commitments
    MEASURE_SOON = "measure_soon"  # 14 days before a measure's last day
    MEASURE_DUE = "measure_due"
    MEASURE_LATE = "measure_late"  # every 30 days after it
    TRENDS = "trends_due"  # 14 days before the forum above meets: report your trends
    DIGEST = "digest"  # Monday 08.00 to coordinators
    SNOOZED = "snoozed"  # one extra, asked for by a person


class Audience(StrEnum):
    """To whom: a forum's channel, or people found by their seats when the reminder is planned."""

    CHANNEL = "channel"
    CHAIR = "chair"
    COORDINATORS = "coordinators"
    RESPONSIBLE = "responsible"
    INCOMING = "incoming"  # who is about to take the chair (the seat in `detail`)


@dataclass(frozen=True)
class Reminder:
    """Something to tell at `due_at` (aware UTC). `moved_from`: the local day it would have gone but for a red day."""

    kind: ReminderKind
    audiences: tuple[Audience, ...]
    due_at: datetime
    about: date  # the day it is about: the occasion's, the due date, the day the chair passes on …
    days: int = 0  # lead: days (months for AGREEMENT_ENDS) before `about`; negative after it
    forum_id: int | None = None
    commitment_id: int | None = None
    occasion_id: int | None = None
    window: Span | None = None
    moved_from: date | None = None
    detail: str = ""  # a seat's title, an event's name, a measure's id

    def first_time(self) -> "Reminder":
        """What a snoozed reminder was about: `detail` of the extra one is "kind|detail" of the first."""
        kind, _, detail = self.detail.partition("|")
        return replace(self, kind=ReminderKind(kind), detail=detail)

    def key(self, recipient: str) -> str:
        """Stable over planning twice, replicas and restarts: what it is about, which kind and lead, to whom."""
        if self.occasion_id:
            about = f"o{self.occasion_id}"
        elif self.commitment_id:
            about = f"c{self.commitment_id}:{self.about}"
        elif self.forum_id:
            about = f"f{self.forum_id}:{self.about}"
        else:
            about = f"{self.about}"
        return ":".join((self.kind, about, str(self.days), self.detail, recipient))
