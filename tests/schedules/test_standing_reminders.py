"""Reminders that no commitment gives rise to: chairs, the agreement's end, the Monday digest; and when the next is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from schedules.facts import ChairTerm, ForumFacts
from schedules.reminders import Audience, Reminder, ReminderKind, due, next_due
from storage.terms import ChairRule, CommitmentKind
from tests.schedules.promises import agreement, day, example, lines, local, occasion, promise, said, seated, told

POLICE, FIRE, MUNICIPALITY = "Lokalpolisområdeschef", "Distriktschef", "Kommundirektör"
ORDER = (POLICE, FIRE, MUNICIPALITY)
RULE = ChairRule(form="rotating", order=ORDER, term_months=12, anchor_seat=MUNICIPALITY, anchor_from=day("2027-01-01"))
COUNCIL = ForumFacts(1, "Chefssamrådet", RULE)


def chairs(forum: ForumFacts, first: str, last: str) -> list[Reminder]:
    return [each for each in told(example(forums=(forum,)), first, last) if "chair" in each.kind]


# --- the chair --------------------------------------------------------------------------------------------------------


def test_the_chair_is_told_of_thirty_days_before_and_the_working_day_after_new_year() -> None:
    found = chairs(COUNCIL, "2027-01-01", "2028-12-31")
    assert [(line, each.detail) for line, each in zip(lines(found), found, strict=True)] == [
        ("2027-12-02 08:00 chair_soon 30", POLICE),
        ("2028-01-03 08:00 chair_today 0 < 2028-01-01", POLICE),
        ("2028-12-01 08:00 chair_soon 30 < 2028-12-02", FIRE),
    ]
    assert [each.audiences for each in found[:2]] == [
        (Audience.CHAIR, Audience.INCOMING, Audience.COORDINATORS),
        (Audience.CHANNEL,),
    ]
    assert found[0].about == day("2028-01-01")


def test_no_turn_passes_after_the_agreements_end() -> None:
    assert chairs(COUNCIL, "2030-06-01", "2031-12-31") == []


def test_a_swap_is_told_of_when_it_begins_and_when_it_ends() -> None:
    swap = ChairTerm(FIRE, day("2027-05-03"), day("2027-05-31"), True, None, day("2027-02-01"))
    found = chairs(replace(COUNCIL, terms=(swap,)), "2027-01-01", "2027-11-30")
    assert [(line[17:29].strip(), each.detail) for line, each in zip(lines(found), found, strict=True)] == [
        ("chair_soon 3", FIRE),
        ("chair_soon 3", MUNICIPALITY),
        ("chair_today", FIRE),
        ("chair_today", MUNICIPALITY),
    ]


def test_a_chair_passed_on_by_hand_today_is_not_told_of_again() -> None:
    passed = ChairTerm(POLICE, day("2027-05-08"), day("2028-12-31"), True, None, day("2027-05-08"))  # a Saturday
    found = chairs(replace(COUNCIL, terms=(passed,)), "2027-05-08", "2027-06-30")
    assert [each.kind for each in found] == []


def test_two_turns_of_the_same_seat_are_no_change() -> None:
    again = ChairTerm(MUNICIPALITY, day("2028-01-01"), day("2028-12-31"), by_decision=True)
    assert chairs(replace(COUNCIL, terms=(again,)), "2027-06-01", "2028-11-30") == []


def test_who_leads_the_next_meeting_is_told_the_working_day_after_the_last_one() -> None:
    rule = replace_form(RULE, "per_meeting")
    forum = replace(COUNCIL, chair_rule=rule, meetings=(day("2027-02-12"), day("2027-05-12")))
    found = chairs(forum, "2027-01-01", "2027-12-31")
    assert [(line, each.detail) for line, each in zip(lines(found), found, strict=True)] == [
        ("2027-02-15 08:00 chair_today 0 < 2027-02-13", POLICE),
        ("2027-05-13 08:00 chair_today 0", FIRE),
    ]
    assert {each.audiences for each in found} == {(Audience.INCOMING, Audience.CHANNEL)}


def replace_form(rule: ChairRule, form: str) -> ChairRule:
    return ChairRule.model_validate({**rule.model_dump(), "form": form})


# --- vacant and unknown chairs ----------------------------------------------------------------------------------------

VACANT = replace(COUNCIL, appointments=seated(POLICE, FIRE))
UNKNOWN = ForumFacts(2, "Planeringsgruppen", ChairRule(form="alternating", order=(POLICE, FIRE)))


def test_a_vacant_chair_is_told_of_once_a_quarter() -> None:
    found = [each for each in chairs(VACANT, "2027-02-15", "2027-12-31") if each.kind is ReminderKind.CHAIR_VACANT]
    assert [said(each.due_at) for each in found] == [
        "2027-02-15 08:00",
        "2027-04-01 08:00",
        "2027-08-02 08:00",
        "2027-10-01 08:00",
    ]
    assert {(each.detail, each.audiences) for each in found} == {(MUNICIPALITY, (Audience.COORDINATORS,))}


@pytest.mark.parametrize("now", ["2027-02-10 08:00", "2027-02-10 10:00", "2027-02-10 23:30", "2027-02-11 07:59"])
def test_a_chair_found_vacant_is_told_of_the_next_morning(now: str) -> None:
    facts = example(forums=(VACANT,))
    following = next_due(facts, local(now))
    assert following
    assert said(following) == "2027-02-11 08:00"
    (found,) = [each for each in due(facts, local(now), following) if each.kind is ReminderKind.CHAIR_VACANT]
    assert found.about == day("2027-01-01")


def test_looking_each_day_gives_a_vacant_chair_one_key_in_the_quarter() -> None:
    facts = example(forums=(VACANT,))
    keys = set()
    moment = local("2027-01-10 12:00")
    while moment < local("2027-03-31 12:00"):
        keys |= {each.key("p1") for each in due(facts, moment, moment + timedelta(days=1)) if "chair" in each.kind}
        moment += timedelta(days=1)
    assert len(keys) == 1


def test_a_chair_that_passes_to_a_vacant_seat_is_told_of_then() -> None:
    forum = replace(COUNCIL, appointments=seated(FIRE, MUNICIPALITY))
    found = [each for each in chairs(forum, "2027-01-01", "2028-03-31") if each.kind is ReminderKind.CHAIR_VACANT]
    assert [said(each.due_at) for each in found] == ["2028-01-03 08:00"]


def test_whose_turn_it_is_is_asked_once_a_quarter_while_nobody_says() -> None:
    found = chairs(UNKNOWN, "2027-02-15", "2027-07-31")
    assert [(each.kind, said(each.due_at)) for each in found] == [
        (ReminderKind.CHAIR_UNKNOWN, "2027-02-15 08:00"),
        (ReminderKind.CHAIR_UNKNOWN, "2027-04-01 08:00"),
    ]


@pytest.mark.parametrize("form", ["fixed", "appointed", "elected", "convener", "unstated"])
def test_a_chair_that_does_not_rotate_is_not_asked_about(form: str) -> None:
    forum = ForumFacts(1, "Rådet", ChairRule.model_validate({"form": form, "order": [POLICE]}))
    assert chairs(forum, "2027-01-01", "2027-12-31") == []


def test_nothing_is_asked_about_the_chairs_of_an_ended_agreement() -> None:
    facts = agreement(forums=(VACANT, UNKNOWN), starts="2021-01-01", ends="2022-12-31")
    assert told(facts, "2023-01-01", "2027-12-31", but=()) == []


# --- the agreement's end ----------------------------------------------------------------------------------------------


def test_the_end_is_told_of_twelve_nine_six_three_and_one_months_before() -> None:
    renewal = promise("senast i december", kind=CommitmentKind.RENEWAL, number=9)
    found = told(example(renewal), "2029-06-01", "2030-12-31")
    assert lines(found) == [
        "2029-12-28 08:00 agreement_ends 12 < 2030-01-01",
        "2030-04-01 08:00 agreement_ends 9",
        "2030-06-28 08:00 agreement_ends 6 < 2030-07-01",
        "2030-10-01 08:00 agreement_ends 3",
        "2030-11-29 08:00 agreement_ends 1 < 2030-12-01",
    ]
    assert {(each.about, each.commitment_id, each.audiences) for each in found} == {
        (day("2030-12-31"), 9, (Audience.COORDINATORS,))
    }


def test_the_end_is_told_of_also_when_a_successor_is_known() -> None:
    assert len(told(example(successor=True), "2029-06-01", "2030-12-31")) == 5


def test_a_short_agreement_is_told_of_from_its_beginning() -> None:
    found = told(agreement(starts="2027-06-01", ends="2027-12-31"), "2026-01-01", "2027-12-31")
    assert [each.days for each in found] == [6, 3, 1]


def test_an_open_ended_agreement_has_no_end() -> None:
    assert told(agreement(), "2027-01-01", "2030-12-31") == []


# --- the Monday digest ------------------------------------------------------------------------------------------------


def digests(first: str, last: str) -> list[str]:
    found = told(example(), first, last, but=())
    return lines([each for each in found if each.kind is ReminderKind.DIGEST])


def test_the_digest_comes_on_mondays() -> None:
    assert digests("2027-01-11", "2027-01-31") == [
        "2027-01-11 08:00 digest 0",
        "2027-01-18 08:00 digest 0",
        "2027-01-25 08:00 digest 0",
    ]


def test_a_red_monday_has_its_digest_the_next_working_day() -> None:
    assert digests("2027-03-27", "2027-04-04") == ["2027-03-30 08:00 digest 0 < 2027-03-29"]
    assert digests("2028-04-17", "2028-04-23") == ["2028-04-18 08:00 digest 0 < 2028-04-17"]


def test_july_has_no_digests() -> None:
    assert digests("2027-06-28", "2027-08-08") == ["2027-06-28 08:00 digest 0", "2027-08-02 08:00 digest 0"]


def test_there_is_no_digest_before_the_agreement_or_after_it() -> None:
    assert digests("2026-11-01", "2027-01-10") == ["2027-01-04 08:00 digest 0"]
    assert digests("2030-12-10", "2031-03-31") == ["2030-12-16 08:00 digest 0"]


def test_a_week_of_nothing_but_red_days_eves_and_klamdagar_has_no_digest() -> None:
    assert digests("2030-12-17", "2030-12-31") == []


# --- the next one -----------------------------------------------------------------------------------------------------


def test_the_next_is_the_first_after_the_moment() -> None:
    facts = example(promise("vid behov", occasion("2027-02-10")))
    seen: list[str] = []
    moment = local("2027-01-11 09:00")
    while len(seen) < 5:
        following = next_due(facts, moment)
        assert following
        seen.append(said(following))
        moment = following
    assert seen == [f"2027-{text} 08:00" for text in ("01-18", "01-20", "01-25", "01-29", "02-01")]


def test_nothing_is_next_when_nothing_is_left() -> None:
    assert next_due(agreement(starts="2021-01-01", ends="2022-12-31"), local("2027-01-11 09:00")) is None
    far = agreement(promise("vid behov", occasion("2029-02-10")), starts="2029-01-01", ends="2029-12-31")
    assert next_due(far, local("2026-01-01 09:00")) is None
    assert next_due(far, local("2026-01-01 09:00"), horizon_days=1200) == local("2029-01-02 08:00")
