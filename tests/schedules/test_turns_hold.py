"""No rotation ever skips or doubles a turn, whatever people do to it over the years, in any order: pass it on, swap,
let somebody stand in, step down, change the rule."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.facts import ForumFacts
from schedules.rotation import Turn, chair_on, frozen, rotate, swapped, turns, with_decision
from storage.terms import ChairRule

DAY = timedelta(days=1)
ANCHOR = date(2027, 1, 1)
END = date(2046, 12, 31)
SEATS = ("Kommundirektör", "Lokalpolisområdeschef", "Distriktschef", "Säkerhetschef")
OUTSIDE = "Kommunpolis"  # sits in the forum, but is not in the order
DEEDS = ("pass on", "swap", "stand in", "step down", "new rule", "time goes by")


@dataclass
class Years:
    """A forum's years: what stands, today, and the seats that have chaired each day so far."""

    forum: ForumFacts
    today: date
    chaired: dict[date, str]

    def goes_on(self, days: int) -> None:
        """Time goes by; who chairs each day is written down as it happens."""
        self.chaired |= by_day(self.forum, self.today, self.today + DAY * (days - 1))
        self.today += DAY * days

    def decides(self, turn: Turn) -> None:
        self.forum = with_decision(self.forum, turn, self.today)

    def answers(self, rule: ChairRule) -> None:
        """A new answer to whose turn it is: what the old one gave until then is recorded, as the program does it."""
        assert rule.anchor_from is not None
        self.forum = replace(self.forum, chair_rule=rule, terms=tuple(frozen(self.forum, ANCHOR, rule.anchor_from)))

    def to_come(self) -> list[Turn]:
        return [turn for turn in turns(self.forum, self.today, END) if turn.first > self.today and turn.last]


def begun(size: int, months: int) -> Years:
    order = SEATS[:size]
    rule = ChairRule(form="rotating", order=order, term_months=months, anchor_seat=order[0], anchor_from=ANCHOR)
    return Years(ForumFacts(1, "Chefssamrådet", rule), ANCHOR, {})


def by_day(forum: ForumFacts, first: date, last: date = END) -> dict[date, str]:
    """The seat in the chair each day, which must be one and only one."""
    found = turns(forum, first, last)
    assert found
    assert found[0].first <= first
    for turn, following in pairwise(found):
        assert turn.last is not None
        assert following.first == turn.last + DAY
    assert found[-1].last is None or found[-1].last >= last
    seats = {}
    for turn in found:
        day = max(turn.first, first)
        while day <= min(turn.last or last, last):
            seats[day] = turn.seat
            day += DAY
    return seats


def the_rule(forum: ForumFacts, first: date) -> list[tuple[str, date]]:
    """The turns that begin from the day on, as the rule alone gives them: seat after seat, each a whole term."""
    rule = forum.chair_rule
    assert rule.anchor_from is not None
    assert rule.anchor_seat is not None
    assert rule.term_months is not None
    start, expected, number = rule.order.index(rule.anchor_seat), [], 0
    while (begins := rule.anchor_from + relativedelta(months=number * rule.term_months)) <= END:
        if begins >= first:
            expected.append((rule.order[(start + number) % len(rule.order)], begins))
        number += 1
    return expected


def do(years: Years, deed: str, data: st.DataObject) -> None:
    """One deed, and what must hold of that deed alone."""
    before = by_day(years.forum, years.today)
    match deed:
        case "pass on":
            now, passed = chair_on(years.forum, years.today), rotate(years.forum, years.today)
            if not passed:
                return
            (turn,) = passed
            assert now is not None
            assert turn.seat != now.seat
            years.decides(turn)
            after = by_day(years.forum, years.today)
            changed = [day for day in before if before[day] != after[day]]
            assert all(turn.last is None or day <= turn.last for day in changed)
        case "swap":
            found = [turn for turn in years.to_come() if turn.first < years.today + relativedelta(years=6)]
            pairs = [
                (one, other) for one in found for other in found if one.first < other.first and one.seat != other.seat
            ]
            if not pairs:
                return
            one, other = data.draw(st.sampled_from(pairs[:40]))
            for turn in (replace(one, seat=other.seat, decided=True), replace(other, seat=one.seat, decided=True)):
                years.decides(turn)
            after = by_day(years.forum, years.today)
            assert _days(after, one) == {other.seat}
            assert _days(after, other) == {one.seat}
            assert all(before[day] == after[day] for day in before if not (_within(day, one) or _within(day, other)))
        case "stand in" | "step down":
            now = chair_on(years.forum, years.today)
            assert now is not None
            first = years.today + DAY * (data.draw(st.integers(0, 400)) if deed == "stand in" else 0)
            last = first + DAY * data.draw(st.integers(0, 90)) if deed == "stand in" else now.last
            if last is None:
                return
            seat = OUTSIDE if deed == "stand in" else data.draw(st.sampled_from(SEATS))
            years.decides(Turn(seat, first, last, decided=True))
            after = by_day(years.forum, years.today)
            assert all(after[day] == (seat if first <= day <= last else before[day]) for day in before)
        case "new rule":
            size, months = data.draw(st.integers(2, 4)), data.draw(st.sampled_from((6, 12, 24)))
            order = tuple(data.draw(st.permutations(SEATS)))[:size]
            anchor = years.today + DAY * data.draw(st.integers(1, 200))
            years.answers(
                ChairRule(form="rotating", order=order, term_months=months, anchor_seat=order[0], anchor_from=anchor)
            )
            after = by_day(years.forum, years.today)
            assert all(after[day] == before[day] for day in before if day < anchor)
        case "time goes by":
            years.goes_on(data.draw(st.integers(1, 250)))


def _within(day: date, turn: Turn) -> bool:
    return turn.first <= day and (turn.last is None or day <= turn.last)


def _days(seats: dict[date, str], turn: Turn) -> set[str]:
    return {seat for day, seat in seats.items() if _within(day, turn)}


@settings(max_examples=40, deadline=None)
@given(size=st.integers(2, 4), months=st.sampled_from((6, 12, 24)), data=st.data())
def test_no_turn_is_skipped_or_doubled_whatever_people_do_over_the_years(
    size: int, months: int, data: st.DataObject
) -> None:
    years = begun(size, months)
    for deed in data.draw(st.lists(st.sampled_from(DEEDS), min_size=1, max_size=8)):
        do(years, deed, data)
        if years.chaired:  # history is frozen whatever is done later
            assert by_day(years.forum, ANCHOR, years.today - DAY) == years.chaired
    decided = [term.last for term in years.forum.terms if term.by_decision and term.last is not None]
    undisturbed = max([years.today, years.forum.chair_rule.anchor_from or ANCHOR, *decided]) + DAY
    expected = the_rule(years.forum, undisturbed)
    found = [(turn.seat, turn.first) for turn in turns(years.forum, undisturbed, END) if turn.first >= undisturbed]
    assert len(expected) >= 2
    assert [each for each in found if each[1] >= expected[0][1]] == expected


@settings(max_examples=40, deadline=None)
@given(size=st.integers(3, 4), months=st.sampled_from((6, 12)), data=st.data())
def test_swaps_give_every_seat_as_many_days_as_before_but_for_the_length_of_the_terms(
    size: int, months: int, data: st.DataObject
) -> None:
    years = begun(size, months)
    fair = Counter(seat for seat, _ in the_rule(years.forum, ANCHOR))
    for _ in range(data.draw(st.integers(1, 5))):
        do(years, "swap", data)
    starts = [first for _, first in the_rule(years.forum, ANCHOR)]
    seats = by_day(years.forum, ANCHOR)
    assert Counter(seats[first] for first in starts) == fair


# --- meeting by meeting -----------------------------------------------------------------------------------------------

MEETING_DEEDS = ("book", "move", "call off", "pass on", "swap", "meet", "meet", "new rule")


@dataclass
class Meetings:
    """A forum whose chair changes by meeting: what is booked, today, and who led each meeting that was."""

    forum: ForumFacts
    today: date
    led: list[tuple[date, str]]

    @property
    def booked(self) -> list[date]:
        return [on for on in self.forum.meetings if on >= self.today]

    def has(self, days: Iterable[date]) -> None:
        self.forum = replace(self.forum, meetings=tuple(sorted(set(days))))

    def decides(self, made: Iterable[Turn]) -> None:
        for turn in made:
            self.forum = with_decision(self.forum, turn, self.today)

    def leader(self, on: date) -> str:
        turn = chair_on(self.forum, on)
        assert turn is not None
        return turn.seat


def do_with_meetings(years: Meetings, deed: str, data: st.DataObject) -> None:
    booked = years.booked
    free = [years.today + DAY * n for n in range(90) if years.today + DAY * n not in years.forum.meetings]
    match deed:
        case "book":
            years.has([*years.forum.meetings, data.draw(st.sampled_from(free))])
        case "move" if booked:
            old, new = data.draw(st.sampled_from(booked)), data.draw(st.sampled_from(free))
            years.has([*(set(years.forum.meetings) - {old}), new])
        case "call off" if booked:
            years.has(set(years.forum.meetings) - {data.draw(st.sampled_from(booked))})
        case "pass on":
            before = chair_on(years.forum, years.today)
            made = rotate(years.forum, years.today)
            years.decides(made)
            assert before is not None
            assert made
            assert years.leader(years.today) == made[0].seat != before.seat
        case "swap":
            ahead = turns(years.forum, years.today, years.today + relativedelta(years=1))
            pairs = [(one, other) for one in ahead for other in ahead if one.first < other.first]
            pairs = [(one, other) for one, other in pairs if one.seat != other.seat and one.meeting and other.meeting]
            if pairs:
                one, other = data.draw(st.sampled_from(pairs))
                years.decides(swapped(one, other, years.today))
        case "meet" if booked:
            years.led.append((booked[0], years.leader(booked[0])))
            years.today = booked[0] + DAY
        case "new rule":
            order = tuple(data.draw(st.permutations(SEATS)))[: data.draw(st.integers(2, 4))]
            rule = ChairRule(form="per_meeting", order=order, anchor_seat=order[0], anchor_from=years.today)
            kept = frozen(years.forum, ANCHOR, years.today)
            years.forum = replace(years.forum, chair_rule=rule, terms=tuple(kept))


@settings(max_examples=60, deadline=None)
@given(size=st.integers(2, 4), data=st.data())
def test_meeting_by_meeting_no_turn_is_skipped_or_doubled_whatever_is_booked_moved_called_off_or_swapped(
    size: int, data: st.DataObject
) -> None:
    rule = ChairRule(form="per_meeting", order=SEATS[:size], anchor_seat=SEATS[0], anchor_from=ANCHOR)
    years = Meetings(ForumFacts(1, "Rådet", rule), ANCHOR, [])
    for deed in data.draw(st.lists(st.sampled_from(MEETING_DEEDS), min_size=4, max_size=20)):
        do_with_meetings(years, deed, data)
        assert [(on, years.leader(on)) for on, _ in years.led] == years.led  # who led a meeting stays so
    rule = years.forum.chair_rule
    assert rule.anchor_from is not None
    since = [on for on in years.forum.meetings if on >= rule.anchor_from]
    swaps = max([term.meeting for term in years.forum.terms], default=0)
    more = max(swaps, len(since)) + len(rule.order) - len(since)
    last = max([years.today, *years.forum.meetings])
    years.has([*years.forum.meetings, *(last + DAY * 7 * (n + 1) for n in range(more))])
    since = [on for on in years.forum.meetings if on >= rule.anchor_from]
    seats, expected = [years.leader(on) for on in since], [rule.order[n % len(rule.order)] for n in range(len(since))]
    assert Counter(seats) == Counter(expected)  # every seat as many meetings as the rule gives it
    assert seats[swaps:] == expected[swaps:]  # and after the last that was changed by hand, the rule's own
