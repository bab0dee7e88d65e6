"""How far a commitment has come in its window: state, pace and suggested dates (design, section 5).

What counts: an occasion that was held, wholly or partly, counts its `quantity`; one that is planned counts as booked
until its time has passed, and from then on as unlogged. The even pace is the whole part of the number needed times the
share of the window that has gone, so nobody is behind when a year begins. Where the cadence itself names days
(deadline, interval, weekday) the pace is the number of those days that have passed.

The state, first match wins:

done       the number needed is held
waived     the window is set aside, with a reason
upcoming   the window, or the agreement, has not begun
unlogged   an occasion, of this window or an earlier one, has passed and nobody has said what came of it
ongoing    no number is needed (also where a clipped window's share rounds to none)
missed     the window is closed, or has fewer days left than there are occasions missing
booked     held and booked reach the number
on pace    they do not, but are at least what an even pace asks
behind     they are less, and the rest can still be done
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from schedules.cadence import Window, due_days_of, has_own_dates, window_on, windows
from schedules.days import Calendar, each_day, monday_of
from schedules.facts import AgreementFacts, CommitmentFacts, OccasionFacts, Span
from storage.terms import CommitmentKind, OccasionState, Standing

DAY = timedelta(days=1)
COUNTS = (OccasionState.HELD, OccasionState.PARTLY)  # partly done still came together; the outcome says what lacked
NEARBY = timedelta(days=400)  # how far to look for a window when the day lies in none
NOTICE = timedelta(days=7)  # a suggested day is at least this far off, where the window allows
AHEAD = timedelta(days=366)  # suggestions and weeks left look no further
PREFERRED = (2, 1, 3, 0, 4)  # Wednesday, Tuesday, Thursday, then the rest


@dataclass(frozen=True)
class Tally:
    """What has come of a window so far."""

    held: int
    booked: int
    unlogged: int


@dataclass(frozen=True)
class Progress:
    """A commitment in its window on a day. `needed` None: no number. `expected`: what an even pace asks for today.

    `window` None: the cadence has none. `unlogged` are all of the commitment's passed and unlogged occasions, of any
    window, oldest first. `next_on`/`next_at` are the next booked occasion, `due_on` the next day by which something
    must be done that is not. `suggestions` are at most three days. `waived_because` is the reason the window was set
    aside. `areas` gives (area, held, needed) where the number holds per area.
    """

    standing: Standing
    window: Window | None
    held: int
    booked: int
    needed: int | None
    most: int | None
    expected: int
    next_on: date | None
    next_at: time | None
    last_held: date | None
    due_on: date | None
    unlogged: tuple[OccasionFacts, ...]
    working_weeks_left: int
    suggestions: tuple[date, ...]
    waived_because: str = ""
    areas: tuple[tuple[str, int, int], ...] = ()


def progress(
    commitment: CommitmentFacts,
    facts: AgreementFacts,
    today: date,
    *,
    clock: time | None = None,
    on: date | None = None,
) -> Progress:
    """How the commitment stands on `today` (local). With `clock` (local) what has begun earlier today has passed too.

    Looks at the window that holds `on` (else `today`): the last one once the agreement has ended, the first one before
    it begins. An answer for a whole day is kept with the facts as long as that day is asked about.
    """
    if clock is not None or on is not None:
        return _worked_out(commitment, facts, today, clock, on)
    day, kept = facts.worked_out.get("progress", (None, {}))
    if day != today:
        kept = {}
        facts.worked_out["progress"] = (today, kept)
    found = kept.get(id(commitment))
    if found is None or found[0] is not commitment:
        found = kept[id(commitment)] = (commitment, _worked_out(commitment, facts, today, None, None))
    state: Progress = found[1]
    return state


def _worked_out(
    commitment: CommitmentFacts, facts: AgreementFacts, today: date, clock: time | None, on: date | None
) -> Progress:
    window = _window_near(commitment, facts, on or today)
    every = _areas_of(commitment, facts, window)
    tallies = [(each, tally(commitment, each.span, each.area, today, clock)) for each in every]
    needed = sum(each.least or 0 for each in every) or None
    # per area, what one area has too much of does not make up for another
    held = sum(_capped(each, counts.held) for each, counts in tallies)
    booked = sum(_capped(each, counts.held + counts.booked) for each, counts in tallies) - held
    missing = max(0, (needed or 0) - held - booked)
    coming = [each for each in commitment.occasions if _is_planned(each) and not passed(each, today, clock)]
    following = min(coming, key=lambda each: (each.on, each.at or time.min), default=None)
    waived = waiver_reason(commitment, window.span) if window else ""
    state = Progress(
        standing=Standing.ONGOING,
        window=window,
        held=held,
        booked=booked,
        needed=needed,
        most=sum(each.most or 0 for each in every) if every and all(each.most for each in every) else None,
        expected=sum(even_pace(commitment, facts, each, today) for each in every),
        next_on=following.on if following else None,
        next_at=following.at if following else None,
        last_held=max((each.on for each in commitment.occasions if each.state in COUNTS), default=None),
        due_on=_next_due(commitment, facts, window, held + booked, today),
        unlogged=unlogged(commitment, today, clock),
        working_weeks_left=weeks_left(facts, window.span, today) if window else 0,
        suggestions=suggested_days(facts, window.span, missing, today) if window and missing and not waived else (),
        waived_because=waived,
        areas=tuple((each.area, counts.held, each.least or 0) for each, counts in tallies if each.area),
    )
    return replace(state, standing=_standing(commitment, facts, state, today))


def tally(commitment: CommitmentFacts, span: Span, area: str | None, today: date, clock: time | None = None) -> Tally:
    """What of the commitment (in the area, when one is given) lies in the span."""
    held = booked = open_ = 0
    for occasion in commitment.occasions:
        if occasion.on not in span or (area is not None and occasion.area != area):
            continue
        if occasion.state in COUNTS:
            held += occasion.quantity
        elif _is_planned(occasion) and passed(occasion, today, clock):
            open_ += occasion.quantity
        elif _is_planned(occasion):
            booked += occasion.quantity
    return Tally(held, booked, open_)


def even_pace(commitment: CommitmentFacts, facts: AgreementFacts, window: Window, today: date) -> int:
    """How many an even pace asks for in the window before `today`, rounded down."""
    needed = window.least or 0
    if today > window.span.last:
        return needed
    if has_own_dates(commitment.cadence):
        return sum(day < today for day in due_days_of(commitment.cadence, facts.starts, facts.ends, window))
    gone = max(0, (today - window.span.first).days)
    return needed * gone // ((window.span.last - window.span.first).days + 1)


def passed(occasion: OccasionFacts, today: date, clock: time | None = None) -> bool:
    """Whether the occasion's time has come and gone; without `clock` today's has not."""
    if occasion.on == today and clock is not None and occasion.at is not None:
        return occasion.at <= clock
    return occasion.on < today


def unlogged(commitment: CommitmentFacts, today: date, clock: time | None = None) -> tuple[OccasionFacts, ...]:
    """The occasions that have passed and of which nobody has said what came, oldest first."""
    found = [each for each in commitment.occasions if _is_planned(each) and passed(each, today, clock)]
    return tuple(sorted(found, key=lambda each: (each.on, each.id)))


def waiver_reason(commitment: CommitmentFacts, span: Span) -> str:
    """Why the whole span is set aside, "" when it is not."""
    for waiver in commitment.waivers:
        if waiver.window.first <= span.first and span.last <= waiver.window.last:
            return waiver.reason
    return ""


def has_due_day(kind: CommitmentKind) -> bool:
    """Whether a commitment of the kind is due by days (a follow-up, the lägesbild), rather than by booked occasions."""
    return kind in (CommitmentKind.FOLLOW_UP, CommitmentKind.SITUATION_REPORT, CommitmentKind.INDICATORS)


def open_due_days(
    commitment: CommitmentFacts, facts: AgreementFacts, first: date, last: date, *, booked_too: bool = False
) -> list[date]:
    """Due days in [first, last] that nothing held answers for: the k-th of a window is met by its k-th occasion.

    With `booked_too` what is planned answers as well. Nothing is due in a window set aside.
    """
    states = (*COUNTS, OccasionState.PLANNED) if booked_too else COUNTS
    found: set[date] = set()
    for window in windows(commitment.cadence, facts.starts, facts.ends, first, last):
        if waiver_reason(commitment, window.span):
            continue
        ready = sum(
            each.quantity
            for each in commitment.occasions
            if each.state in states and each.on in window.span and window.area in (None, each.area)
        )
        days = due_days_of(commitment.cadence, facts.starts, facts.ends, window)
        found |= {day for day in days[ready:] if first <= day <= last}
    return sorted(found)


def weeks_left(facts: AgreementFacts, span: Span, today: date) -> int:
    """Weeks to plan with from `today` to the end of the span, a year ahead at most."""
    first = max(today, span.first)
    return Calendar(facts.breaks).working_weeks(first, min(span.last, first + AHEAD))


def suggested_days(facts: AgreementFacts, span: Span, missing: int, today: date) -> tuple[date, ...]:
    """Up to three days for what is missing in the span, evenly spread from a week after `today`.

    Wednesday, Tuesday or Thursday before Monday and Friday; never on a day that already has an occasion of the
    agreement's, a red or half day, a klämdag, in July or a school break; in weeks 51 to 2 only when the others do not
    suffice. When one or two are missing, the rest of the three are alternatives.
    """
    calendar = Calendar(facts.breaks)
    first = max(today + DAY, span.first)
    first = max(first, min(today + NOTICE, span.last - 2 * NOTICE))
    last = min(span.last, first + AHEAD)
    taken = {each.on for commitment in facts.commitments for each in commitment.occasions if _is_planned(each)}
    fit = [day for day in each_day(first, last) if day not in taken and calendar.posting_hindrance(day) is None]
    fit = [day for day in fit if calendar.break_on(day) is None and calendar.half_day(day) is None]
    good = _by_week(day for day in fit if calendar.meeting_hindrance(day) is None)
    number = max(missing, 3)
    spare = [week for week in _by_week(fit) if monday_of(week[0]) not in {monday_of(each[0]) for each in good}]
    weeks = sorted([*good, *spare[: max(0, number - len(good))]])
    slots = [weeks[(2 * each + 1) * len(weeks) // (2 * number)] for each in range(number)] if weeks else []
    chosen: list[date] = []
    for week in slots:
        free = [day for day in week if day not in chosen]
        if free:
            chosen.append(min(free, key=lambda day: PREFERRED.index(day.weekday())))
    return tuple(sorted(chosen)[:3])


# --- in detail --------------------------------------------------------------------------------------------------------


def _is_planned(occasion: OccasionFacts) -> bool:
    return occasion.state is OccasionState.PLANNED


def _window_near(commitment: CommitmentFacts, facts: AgreementFacts, day: date) -> Window | None:
    """The day's window; outside the agreement its first or last one, between seasons the next one, else the last."""
    day = max(facts.starts, min(day, facts.ends or day))
    cadence, starts, ends = commitment.cadence, facts.starts, facts.ends
    # an agreement's last two days hold no Thursday: for "varje torsdag" the week before says how it went
    dated = has_own_dates(cadence)
    later = [each for each in windows(cadence, starts, ends, day, day + NEARBY) if each.least or not dated]
    if later:
        return later[0]
    earlier = [each for each in windows(cadence, starts, ends, day - NEARBY, day) if each.least or not dated]
    return earlier[-1] if earlier else None


def _areas_of(commitment: CommitmentFacts, facts: AgreementFacts, window: Window | None) -> list[Window]:
    """The window, once per area."""
    if window is None:
        return []
    day = window.span.first
    found = windows(commitment.cadence, facts.starts, facts.ends, day, day)
    return [each for each in found if each.nominal == window.nominal]


def _capped(window: Window, number: int) -> int:
    return min(number, window.least or 0) if window.area else number


def _standing(commitment: CommitmentFacts, facts: AgreementFacts, state: Progress, today: date) -> Standing:
    if state.needed is not None and state.held >= state.needed:
        return Standing.DONE
    if state.waived_because:
        return Standing.WAIVED
    if today < (state.window.span.first if state.window else facts.starts):
        return Standing.UPCOMING
    if state.unlogged:
        return Standing.UNLOGGED
    if state.needed is None or state.window is None:
        return Standing.ONGOING
    ready = state.held + state.booked
    days_left = (state.window.span.last - today).days + 1
    # of occasions, no more than one a day; of things counted (trafikkontroller) any number
    if days_left <= 0 or (state.needed - ready > days_left and commitment.cadence.unit_name is None):
        return Standing.MISSED
    if ready >= state.needed:
        return Standing.BOOKED
    return Standing.ON_PACE if ready >= state.expected else Standing.BEHIND


def _next_due(
    commitment: CommitmentFacts, facts: AgreementFacts, window: Window | None, ready: int, today: date
) -> date | None:
    """The first day of the window's that what is held and booked does not answer for; else the next window's first."""
    if window is None:
        return None
    days = due_days_of(commitment.cadence, facts.starts, facts.ends, window)
    if len(days) > ready:
        return days[ready]
    if window.span.last == date.max:
        return None
    following = window_on(commitment.cadence, facts.starts, facts.ends, window.span.last + DAY)
    days = due_days_of(commitment.cadence, facts.starts, facts.ends, following) if following else []
    return days[0] if days and days[0] >= today else None


def _by_week(days: Iterable[date]) -> list[list[date]]:
    weeks: dict[date, list[date]] = {}
    for day in days:
        weeks.setdefault(monday_of(day), []).append(day)
    return list(weeks.values())
