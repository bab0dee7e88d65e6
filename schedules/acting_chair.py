"""Who leads a forum on a day: the chair, or whom it falls to while the chairing seat is vacant or its holder is away.

A vacant seat falls to the vice chair, else to the seat's own deputy, else to the next in turn whose seat is not vacant,
else to the coordinators. Where the holder is away it falls to the seat's deputy, else to the vice chair, else to the
coordinators: a turn passes to nobody for a few days' leave. Agreements seldom say; this is the program's own rule, and
whoever reads who leads is told why.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from schedules.facts import ForumFacts
from schedules.rotation import Turn, chair_on, seats_in_turn, vice_on
from schedules.seats import is_vacant, on_seat, present


class By(StrEnum):
    """As what somebody leads."""

    CHAIR = "chair"
    DEPUTY = "deputy"
    VICE = "vice"
    NEXT = "next"  # in turn
    COORDINATORS = "coordinators"
    NOBODY = "nobody"  # it is not known whose turn it is, and there is no vice chair


class Why(StrEnum):
    """Why it is not the chair."""

    VACANT = "vacant"
    AWAY = "away"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class ActingChair:
    """Who leads. `seat` None: the coordinators, or nobody. `turn`: whose turn it is; `why` None: theirs who lead."""

    seat: str | None
    by: By
    turn: Turn | None = None
    why: Why | None = None


def acting_chair(forum: ForumFacts, day: date) -> ActingChair:
    """Who leads the forum on the day, and why it is not the chair where it is not."""
    turn = chair_on(forum, day)
    vice = vice_on(forum, day)
    if turn is None:
        manned = vice is not None and _manned(forum, vice, day)
        return ActingChair(vice if manned else None, By.VICE if manned else By.NOBODY, None, Why.UNKNOWN)
    vacant = is_vacant(forum, turn.seat, day)
    if not vacant and _manned(forum, turn.seat, day):
        return ActingChair(turn.seat, By.CHAIR, turn)
    why = Why.VACANT if vacant else Why.AWAY
    deputy = (By.DEPUTY, turn.seat, bool(present(on_seat(forum, turn.seat, day, deputies=True), day)))
    second = (By.VICE, vice, vice is not None and vice != turn.seat and _manned(forum, vice, day))
    for by, seat, leads in (second, deputy) if vacant else (deputy, second):
        if leads:
            return ActingChair(seat, by, turn, why)
    if vacant:
        for seat in seats_in_turn(forum, turn):
            if _manned(forum, seat, day):
                return ActingChair(seat, By.NEXT, turn, why)
    return ActingChair(None, By.COORDINATORS, turn, why)


def _manned(forum: ForumFacts, seat: str, day: date) -> bool:
    """Whether an ordinary holder is there that day; where it is not looked into who sits, somebody is."""
    return forum.appointments is None or bool(present(on_seat(forum, seat, day), day))


def leaders(forum: ForumFacts, acting: ActingChair, day: date) -> list[str]:
    """The names of those who lead on the day; none where the coordinators or nobody do."""
    if acting.seat is None:
        return []
    return [each.name for each in present(on_seat(forum, acting.seat, day, deputies=acting.by is By.DEPUTY), day)]
