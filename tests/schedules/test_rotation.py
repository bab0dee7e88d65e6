"""Whose turn it is: rules from their anchor, decisions on top, history untouched."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from schedules.facts import ChairTerm, ForumFacts
from schedules.rotation import (
    Turn,
    chair_on,
    changed_turns,
    decide,
    frozen,
    missing,
    next_turn,
    rotate,
    seats_in_turn,
    swapped,
    turns,
    with_decision,
    years_ahead,
)
from storage.terms import ChairRule

POLICE, FIRE, MUNICIPALITY = "Lokalpolisområdeschef", "Distriktschef", "Kommundirektör"
ORDER = (POLICE, FIRE, MUNICIPALITY)


def day(text: str) -> date:
    return date.fromisoformat(text)


def council(*terms: ChairTerm) -> ForumFacts:
    """Chefssamrådet: three seats take a year each, the municipality first in 2027."""
    rule = ChairRule(
        form="rotating", order=ORDER, term_months=12, anchor_seat=MUNICIPALITY, anchor_from=day("2027-01-01")
    )
    return ForumFacts(1, "Chefssamrådet", rule, terms)


def said(sequence: list[Turn]) -> list[tuple[str, str, str]]:
    return [(turn.seat, str(turn.first), str(turn.last)) for turn in sequence]


@pytest.mark.parametrize(
    ("when", "seat"),
    [
        ("2027-01-01", MUNICIPALITY),
        ("2027-12-31", MUNICIPALITY),
        ("2028-01-01", POLICE),
        ("2029-06-15", FIRE),
        ("2030-01-01", MUNICIPALITY),
    ],
)
def test_chair_passes_to_next_seat_at_new_year(when: str, seat: str) -> None:
    turn = chair_on(council(), day(when))
    assert turn
    assert turn.seat == seat
    assert not turn.decided


def test_before_the_anchor_nobody_is_known_to_chair() -> None:
    assert chair_on(council(), day("2026-12-31")) is None


def test_a_turn_shows_its_full_length_also_when_asked_for_a_part_of_it() -> None:
    assert said(turns(council(), day("2027-06-01"), day("2028-02-01"))) == [
        (MUNICIPALITY, "2027-01-01", "2027-12-31"),
        (POLICE, "2028-01-01", "2028-12-31"),
    ]


def test_next_turn_is_the_one_after_the_present() -> None:
    following = next_turn(council(), day("2027-05-05"))
    assert following == Turn(POLICE, day("2028-01-01"), day("2028-12-31"))


def test_history_stays_as_it_was_when_the_rule_says_otherwise() -> None:
    forum = council(ChairTerm(FIRE, day("2026-01-01"), day("2027-06-30")))
    assert said(turns(forum, day("2026-01-01"), day("2028-06-01"))) == [
        (FIRE, "2026-01-01", "2027-06-30"),
        (MUNICIPALITY, "2027-07-01", "2027-12-31"),
        (POLICE, "2028-01-01", "2028-12-31"),
    ]


def test_a_swap_breaks_no_order_after_it() -> None:
    forum = council(
        ChairTerm(FIRE, day("2028-01-01"), day("2028-12-31"), by_decision=True),
        ChairTerm(POLICE, day("2029-01-01"), day("2029-12-31"), by_decision=True),
    )
    assert [turn.seat for turn in turns(forum, day("2027-01-01"), day("2031-12-31"))] == [
        *(MUNICIPALITY, FIRE, POLICE, MUNICIPALITY, POLICE)
    ]


def test_a_substitute_hands_the_chair_back() -> None:
    forum = council(ChairTerm(FIRE, day("2027-03-01"), day("2027-04-30"), by_decision=True))
    assert said(turns(forum, day("2027-01-01"), day("2027-12-31"))) == [
        (MUNICIPALITY, "2027-01-01", "2027-02-28"),
        (FIRE, "2027-03-01", "2027-04-30"),
        (MUNICIPALITY, "2027-05-01", "2027-12-31"),
    ]


def test_rotating_by_hand_begins_the_next_turn_early_and_keeps_its_end() -> None:
    (turn,) = rotate(council(), day("2027-09-01"))
    assert turn == Turn(POLICE, day("2027-09-01"), day("2028-12-31"), decided=True)
    forum = with_decision(council(), turn)
    assert said(turns(forum, day("2027-01-01"), day("2029-12-31"))) == [
        (MUNICIPALITY, "2027-01-01", "2027-08-31"),
        (POLICE, "2027-09-01", "2028-12-31"),
        (FIRE, "2029-01-01", "2029-12-31"),
    ]


def test_a_stand_in_to_come_is_not_the_next_in_turn() -> None:
    forum = council(
        ChairTerm("Kommunpolis", day("2027-09-10"), day("2027-09-12"), by_decision=True),
        ChairTerm(FIRE, day("2027-10-01"), day("2027-10-01"), by_decision=True, occasion=3),
    )
    assert rotate(forum, day("2027-09-01")) == (Turn(POLICE, day("2027-09-01"), day("2028-12-31"), decided=True),)


def test_rotating_twice_the_same_day_passes_two_seats() -> None:
    (first,) = rotate(council(), day("2027-09-01"))
    forum = with_decision(council(), first)
    assert rotate(forum, day("2027-09-01")) == (Turn(FIRE, day("2027-09-01"), day("2029-12-31"), decided=True),)


def test_the_later_decision_holds_where_two_overlap() -> None:
    forum = council(
        ChairTerm(POLICE, day("2027-09-01"), day("2028-12-31"), by_decision=True),
        ChairTerm(FIRE, day("2027-09-01"), day("2029-12-31"), by_decision=True),
    )
    turn = chair_on(forum, day("2027-10-01"))
    assert turn
    assert turn.seat == FIRE


def test_terms_from_the_last_of_a_month_do_not_drift() -> None:
    rule = ChairRule(form="rotating", order=ORDER, term_months=1, anchor_seat=POLICE, anchor_from=day("2028-01-31"))
    starts = [turn.first for turn in turns(ForumFacts(1, "F", rule), day("2028-01-31"), day("2028-05-31"))]
    assert [str(each) for each in starts] == ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30", "2028-05-31"]


def test_parties_alternate_by_their_seats() -> None:
    rule = ChairRule(
        form="alternating",
        order=("Säkerhetschef", "Kommunpolis"),
        parties=("Nykvarns kommun", "Polismyndigheten"),
        term_months=6,
        anchor_seat="Kommunpolis",
        anchor_from=day("2027-01-01"),
    )
    forum = ForumFacts(2, "Planeringsgruppen", rule)
    assert [turn.seat for turn in turns(forum, day("2027-01-01"), day("2028-06-30"))] == [
        *("Kommunpolis", "Säkerhetschef", "Kommunpolis")
    ]


def test_a_fixed_chair_is_always_the_same() -> None:
    forum = ForumFacts(3, "Operativa gruppen", ChairRule(form="fixed", order=("Säkerhetschef",)))
    assert chair_on(forum, day("2031-05-05")) == Turn("Säkerhetschef", date.min, None)
    assert next_turn(forum, day("2031-05-05")) is None
    assert rotate(forum, day("2031-05-05")) == ()


def test_a_stand_in_for_a_fixed_chair_gives_it_back() -> None:
    rule = ChairRule(form="fixed", order=("Säkerhetschef",))
    stand_in = ChairTerm("Kommunpolis", day("2027-03-01"), day("2027-03-31"), by_decision=True)
    forum = ForumFacts(3, "Operativa gruppen", rule, (stand_in,))
    assert [turn.seat for turn in turns(forum, day("2027-02-01"), day("2027-05-01"))] == [
        *("Säkerhetschef", "Kommunpolis", "Säkerhetschef")
    ]
    assert next_turn(forum, day("2027-03-10")) == Turn("Säkerhetschef", day("2027-04-01"), None)


@pytest.mark.parametrize("form", ["appointed", "elected", "unstated"])
def test_a_chair_that_no_rule_gives_is_known_by_decision_only(form: str) -> None:
    rule = ChairRule.model_validate({"form": form})
    assert chair_on(ForumFacts(1, "Rådet", rule), day("2027-05-05")) is None
    forum = ForumFacts(1, "Rådet", rule, (ChairTerm("KS ordförande", day("2027-01-01"), None, by_decision=True),))
    assert chair_on(forum, day("2027-05-05")) == Turn("KS ordförande", day("2027-01-01"), None, decided=True)
    assert missing(forum) == frozenset()


MEETINGS = [day("2027-02-10"), day("2027-04-14"), day("2027-09-08")]


@pytest.mark.parametrize(
    ("when", "seat"),
    [
        ("2027-01-15", POLICE),
        ("2027-02-10", POLICE),
        ("2027-02-11", FIRE),
        ("2027-04-15", MUNICIPALITY),
        ("2027-09-09", POLICE),
        ("2028-09-09", POLICE),
    ],
)
def test_a_chair_by_meeting_passes_the_day_after_the_meeting(when: str, seat: str) -> None:
    rule = ChairRule(form="per_meeting", order=ORDER, anchor_seat=POLICE, anchor_from=day("2027-01-01"))
    forum = ForumFacts(1, "Rådet", rule)
    turn = chair_on(forum, day(when), MEETINGS)
    assert turn
    assert turn.seat == seat
    assert missing(forum) == frozenset()


def test_the_forums_own_meetings_are_counted_when_no_others_are_given() -> None:
    rule = ChairRule(form="per_meeting", order=ORDER, anchor_seat=POLICE, anchor_from=day("2027-01-01"))
    forum = ForumFacts(1, "Rådet", rule, meetings=tuple(MEETINGS))
    assert next_turn(forum, day("2027-02-10")) == Turn(FIRE, day("2027-02-11"), day("2027-04-14"), meeting=2)
    assert next_turn(forum, day("2027-10-01")) is None


# --- meeting by meeting -----------------------------------------------------------------------------------------------

BOOKED = ("2027-02-10", "2027-04-10", "2027-06-10", "2027-09-10")


def by_meeting(*meetings: str) -> ForumFacts:
    rule = ChairRule(form="per_meeting", order=ORDER, anchor_seat=POLICE, anchor_from=day("2027-01-01"))
    return ForumFacts(1, "Rådet", rule, meetings=tuple(day(each) for each in meetings))


def leads(forum: ForumFacts) -> list[str]:
    """Who chairs each meeting."""
    return [turn.seat if (turn := chair_on(forum, on)) else "" for on in sorted(forum.meetings)]


def decided(forum: ForumFacts, made: tuple[Turn, ...], today: str) -> ForumFacts:
    for turn in made:
        forum = with_decision(forum, turn, day(today))
    return forum


def test_a_meeting_passed_on_is_led_by_the_next_in_turn_and_theirs_by_who_passed_it_on() -> None:
    forum = by_meeting(*BOOKED)
    assert leads(forum) == [POLICE, FIRE, MUNICIPALITY, POLICE]
    passed = decided(forum, rotate(forum, day("2027-03-01")), "2027-03-01")
    assert leads(passed) == [POLICE, MUNICIPALITY, FIRE, POLICE]
    before = chair_on(passed, day("2027-02-28"))  # what has been is not changed
    assert before is not None
    assert before.seat == FIRE


def test_swapped_meetings_stay_swapped_when_one_of_them_is_moved() -> None:
    forum = by_meeting(*BOOKED)
    _, one, other, _ = turns(forum, day("2027-02-01"), day("2027-09-01"))
    forum = decided(forum, swapped(one, other, day("2027-02-15")), "2027-02-15")
    moved = replace(forum, meetings=by_meeting("2027-02-10", "2027-04-20", "2027-06-10", "2027-09-10").meetings)
    assert leads(moved) == [POLICE, MUNICIPALITY, FIRE, POLICE]


def test_a_meeting_called_off_takes_no_turn_and_a_new_one_between_two_is_the_next_in_turns() -> None:
    forum = by_meeting(*BOOKED)
    assert leads(replace(forum, meetings=by_meeting("2027-02-10", "2027-06-10", "2027-09-10").meetings)) == [*ORDER]
    assert leads(replace(forum, meetings=by_meeting(*BOOKED, "2027-05-10").meetings)) == [*ORDER, POLICE, FIRE]


def test_the_chair_passed_on_with_nothing_booked_is_one_meetings_and_the_order_goes_on() -> None:
    forum = by_meeting("2027-02-10")
    forum = decided(forum, rotate(forum, day("2027-03-01")), "2027-03-01")
    now = chair_on(forum, day("2027-03-01"))
    assert now is not None
    assert now.seat == MUNICIPALITY
    assert leads(replace(forum, meetings=by_meeting(*BOOKED).meetings)) == [POLICE, MUNICIPALITY, FIRE, POLICE]


def test_a_stand_in_for_a_meeting_lies_on_top_of_the_order_and_takes_nobodys_turn() -> None:
    forum = by_meeting(*BOOKED)
    turn = Turn("Kommunpolis", day("2027-04-10"), day("2027-04-10"), decided=True, occasion=7)
    forum = decided(forum, (turn,), "2027-03-01")
    assert leads(forum) == [POLICE, "Kommunpolis", MUNICIPALITY, POLICE]
    assert [term.occasion for term in forum.terms if term.by_decision] == [7]


def test_seats_in_turn_come_as_decided_and_then_as_the_rule_orders_them() -> None:
    forum = by_meeting("2027-02-10")
    forum = decided(forum, rotate(forum, day("2027-03-01")), "2027-03-01")
    turn = chair_on(forum, day("2027-03-02"))
    assert turn is not None
    assert seats_in_turn(forum, turn) == [FIRE, POLICE]


def test_what_a_fixed_chair_has_given_can_be_recorded_from_the_agreements_start() -> None:
    forum = ForumFacts(3, "Operativa gruppen", ChairRule(form="fixed", order=("Säkerhetschef",)))
    assert frozen(forum, day("2027-01-01"), day("2028-03-01")) == [
        ChairTerm("Säkerhetschef", day("2027-01-01"), day("2028-02-29"))
    ]


def test_a_swap_of_later_turns_records_nothing_of_what_is_yet_to_come() -> None:
    _, one, other = turns(council(), day("2027-06-01"), day("2029-06-01"))
    forum = decided(council(), swapped(one, other, day("2027-06-01")), "2027-06-01")
    assert [(term.seat, str(term.first), str(term.last)) for term in forum.terms] == [
        (MUNICIPALITY, "2027-01-01", "2027-05-31"),
        (FIRE, "2028-01-01", "2028-12-31"),
        (POLICE, "2029-01-01", "2029-12-31"),
    ]


@pytest.mark.parametrize(
    ("known", "lacks"),
    [
        ({}, {"order", "anchor", "term"}),
        ({"order": ORDER}, {"anchor", "term"}),
        ({"order": ORDER, "term_months": 12}, {"anchor"}),
        ({"order": ORDER, "term_months": 12, "anchor_seat": POLICE}, {"anchor"}),
        ({"order": ORDER, "term_months": 12, "anchor_seat": "Någon annan", "anchor_from": "2027-01-01"}, {"anchor"}),
        ({"order": ORDER, "anchor_seat": POLICE, "anchor_from": "2027-01-01"}, {"term"}),
        ({"order": ORDER, "term_months": 12, "anchor_seat": POLICE, "anchor_from": "2027-01-01"}, set()),
    ],
)
def test_what_is_missing_is_asked_for_and_never_guessed(known: dict[str, object], lacks: set[str]) -> None:
    forum = ForumFacts(1, "Rådet", ChairRule.model_validate({"form": "rotating", **known}))
    assert missing(forum) == lacks
    if lacks & {"anchor", "order"}:
        assert chair_on(forum, day("2027-05-05")) is None
        assert rotate(forum, day("2027-05-05")) == ()


def test_without_a_length_of_term_the_chair_stays_until_passed_on_by_hand() -> None:
    rule = ChairRule(form="alternating", order=(POLICE, FIRE), anchor_seat=POLICE, anchor_from=day("2027-01-01"))
    forum = ForumFacts(2, "Planeringsgruppen", rule)
    assert chair_on(forum, day("2029-05-05")) == Turn(POLICE, day("2027-01-01"), None)
    assert next_turn(forum, day("2029-05-05")) is None
    (passed,) = rotate(forum, day("2029-05-05"))
    assert passed == Turn(FIRE, day("2029-05-05"), None, decided=True)
    forum = with_decision(forum, passed)
    assert said(turns(forum, day("2027-01-01"), day("2031-01-01"))) == [
        (POLICE, "2027-01-01", "2029-05-04"),
        (FIRE, "2029-05-05", "None"),
    ]
    assert rotate(forum, day("2030-05-05")) == (Turn(POLICE, day("2030-05-05"), None, decided=True),)


def test_an_anchor_set_later_ends_a_decision_until_further_notice() -> None:
    forum = council(ChairTerm(FIRE, day("2026-03-01"), None, by_decision=True))
    assert said(turns(forum, day("2026-03-01"), day("2027-12-31"))) == [
        (FIRE, "2026-03-01", "2026-12-31"),
        (MUNICIPALITY, "2027-01-01", "2027-12-31"),
    ]


def test_five_years_ahead() -> None:
    assert [turn.seat for turn in years_ahead(council(), day("2027-03-01"))] == [
        *(MUNICIPALITY, POLICE, FIRE, MUNICIPALITY, POLICE, FIRE)
    ]


def test_a_change_shows_exactly_the_days_that_change_hands() -> None:
    today = day("2027-03-01")
    before = years_ahead(council(), today)
    swap = ChairTerm(FIRE, day("2028-01-01"), day("2028-06-30"), by_decision=True)
    after = years_ahead(council(swap), today)
    first, last = day("2028-01-01"), day("2028-06-30")
    assert changed_turns(before, after) == [(Turn(POLICE, first, last), Turn(FIRE, first, last, decided=True))]
    assert changed_turns(before, before) == []


def test_passing_the_chair_on_by_hand_changes_only_the_rest_of_the_present_turn() -> None:
    today = day("2027-09-01")
    (turn,) = rotate(council(), today)
    changes = changed_turns(years_ahead(council(), today), years_ahead(with_decision(council(), turn), today))
    assert [(was and was.seat, becomes and becomes.seat) for was, becomes in changes] == [(MUNICIPALITY, POLICE)]
    assert {(each.first, each.last) for pair in changes for each in pair if each} == {(today, day("2027-12-31"))}


def test_a_change_says_when_nobody_had_the_chair_before() -> None:
    after = [Turn(FIRE, day("2027-01-01"), None)]
    assert changed_turns([], after) == [(None, after[0])]


def test_deciding_freezes_what_has_been_and_keeps_later_decisions() -> None:
    later = ChairTerm(MUNICIPALITY, day("2029-01-01"), day("2029-06-30"), by_decision=True)
    covered = ChairTerm(FIRE, day("2028-02-01"), day("2028-03-31"), by_decision=True)
    forum = council(covered, later)
    turn = Turn(POLICE, day("2028-01-15"), day("2028-12-31"), decided=True)
    assert decide(forum, turn) == [
        ChairTerm(MUNICIPALITY, day("2027-01-01"), day("2027-12-31")),
        ChairTerm(POLICE, day("2028-01-01"), day("2028-01-14")),
        ChairTerm(POLICE, day("2028-01-15"), day("2028-12-31"), by_decision=True),
        later,
    ]


def test_a_stand_in_hands_the_chair_back_to_whom_it_was_passed_on_to() -> None:
    (passed_on,) = rotate(council(), day("2027-03-01"))
    forum = with_decision(council(), passed_on)
    for first, last in (("2027-03-01", "2027-03-01"), ("2027-05-10", "2027-05-12"), ("2027-05-11", "2027-05-20")):
        forum = with_decision(forum, Turn(FIRE, day(first), day(last), decided=True))
        after = chair_on(forum, day(last) + timedelta(days=1))
        assert after is not None
        assert (after.seat, after.last) == (POLICE, passed_on.last)
    assert [turn.seat for turn in turns(forum, day("2027-05-09"), day("2027-05-21"))] == [POLICE, FIRE, FIRE, POLICE]


def test_deciding_again_the_same_day_replaces_the_first_decision() -> None:
    forum = council()
    for _ in range(2):
        (turn,) = rotate(forum, day("2027-09-01"))
        forum = with_decision(forum, turn)
    assert [(term.seat, str(term.first)) for term in forum.terms] == [
        (MUNICIPALITY, "2027-01-01"),
        (FIRE, "2027-09-01"),
    ]


def test_who_chaired_is_remembered_when_history_is_frozen_again() -> None:
    forum = council(ChairTerm(MUNICIPALITY, day("2027-01-01"), day("2027-12-31"), person="Ann Berg"))
    turn = Turn(FIRE, day("2027-05-01"), day("2027-05-31"), decided=True)
    assert decide(forum, turn)[0] == ChairTerm(MUNICIPALITY, day("2027-01-01"), day("2027-04-30"), person="Ann Berg")


# --- properties -------------------------------------------------------------------------------------------------------

days = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@given(
    anchor=days, months=st.integers(1, 48), size=st.integers(2, 6), offset=st.integers(0, 5), years=st.integers(1, 20)
)
def test_no_turn_is_skipped_or_doubled_over_any_run_of_years(
    anchor: date, months: int, size: int, offset: int, years: int
) -> None:
    order = tuple(f"Funktion {number}" for number in range(size))
    rule = ChairRule(
        form="rotating", order=order, term_months=months, anchor_seat=order[offset % size], anchor_from=anchor
    )
    found = turns(ForumFacts(1, "F", rule), anchor, anchor + relativedelta(years=years))
    for number, turn in enumerate(found):
        assert turn.seat == order[(offset + number) % size]
        assert turn.first == anchor + relativedelta(months=number * months)
        assert turn.last == anchor + relativedelta(months=(number + 1) * months) - timedelta(days=1)


@given(data=st.data())
def test_whatever_is_decided_every_day_after_the_anchor_has_one_chair(data: st.DataObject) -> None:
    terms = tuple(
        ChairTerm(seat, first, None if length is None else first + timedelta(days=length), decided)
        for seat, first, length, decided in data.draw(
            st.lists(
                st.tuples(
                    st.sampled_from(ORDER),
                    st.dates(day("2026-01-01"), day("2031-12-31")),
                    st.none() | st.integers(0, 800),
                    st.booleans(),
                ),
                max_size=6,
            )
        )
    )
    forum = council(*terms)
    found = turns(forum, day("2027-01-01"), day("2032-12-31"))
    for turn, following in pairwise(found):
        assert turn.last
        assert following.first == turn.last + timedelta(days=1)
    asked = data.draw(st.dates(day("2027-01-01"), day("2032-12-31")))
    assert chair_on(forum, asked) == next(turn for turn in found if turn.first <= asked <= (turn.last or date.max))


@given(today=st.dates(day("2027-01-01"), day("2032-12-31")))
def test_after_rotating_by_hand_the_rule_goes_on_with_the_seat_after(today: date) -> None:
    (turn,) = rotate(council(), today)
    before = chair_on(council(), today)
    assert before
    assert ORDER[(ORDER.index(before.seat) + 1) % 3] == turn.seat
    following = next_turn(with_decision(council(), turn), today)
    assert following
    assert following.seat == ORDER[(ORDER.index(turn.seat) + 1) % 3]
    assert turn.last
    assert following.first == turn.last + timedelta(days=1)
