"""Who leads when the chairing seat is vacant or its holder away: vice, deputy, next in turn, coordinators; and why."""

from dataclasses import replace

import pytest

from schedules import texts
from schedules.acting_chair import By, Why, acting_chair, leaders
from schedules.facts import AppointmentFacts, ForumFacts, Span
from schedules.reminders import ReminderKind
from schedules.seats import longest_on_seat
from storage.terms import ChairRule
from tests.schedules.promises import day, example, said, seated, told

POLICE, FIRE, MUNICIPALITY, VICE = "Lokalpolisområdeschef", "Distriktschef", "Kommundirektör", "Säkerhetschef"
RULE = ChairRule(
    form="rotating",
    order=(POLICE, FIRE, MUNICIPALITY),
    term_months=12,
    anchor_seat=POLICE,
    anchor_from=day("2027-01-01"),
)
COUNCIL = ForumFacts(1, "Chefssamrådet", RULE)
WITH_VICE = replace(COUNCIL, chair_rule=RULE.model_copy(update={"vice": VICE}))
DAY = day("2027-06-01")
DEPUTY = AppointmentFacts(9, "Elin Berg", day("2027-01-01"), None, deputy=True)


@pytest.mark.parametrize(
    ("forum", "sits", "seat", "by", "why"),
    [
        (WITH_VICE, seated(POLICE, FIRE, VICE), POLICE, By.CHAIR, None),
        (WITH_VICE, seated(FIRE, VICE), VICE, By.VICE, Why.VACANT),
        (WITH_VICE, seated(FIRE, VICE) | {POLICE: (DEPUTY,)}, VICE, By.VICE, Why.VACANT),
        (COUNCIL, seated(FIRE) | {POLICE: (DEPUTY,)}, POLICE, By.DEPUTY, Why.VACANT),
        (WITH_VICE, seated(FIRE, MUNICIPALITY), FIRE, By.NEXT, Why.VACANT),
        (COUNCIL, seated(MUNICIPALITY), MUNICIPALITY, By.NEXT, Why.VACANT),
        (COUNCIL, {}, None, By.COORDINATORS, Why.VACANT),
        (COUNCIL, None, POLICE, By.CHAIR, None),
    ],
)
def test_a_vacant_chair_falls_to_the_vice_else_the_next_in_turn_else_the_coordinators(
    forum: ForumFacts,
    sits: dict[str, tuple[AppointmentFacts, ...]] | None,
    seat: str | None,
    by: By,
    why: Why | None,
) -> None:
    acting = acting_chair(replace(forum, appointments=sits), DAY)
    assert (acting.seat, acting.by, acting.why) == (seat, by, why)


@pytest.mark.parametrize(
    ("forum", "others", "seat", "by"),
    [
        (WITH_VICE, {POLICE: (DEPUTY,)}, POLICE, By.DEPUTY),
        (WITH_VICE, {}, VICE, By.VICE),
        (COUNCIL, {}, None, By.COORDINATORS),  # nobody else's turn comes early for a few days' leave
    ],
)
def test_a_chair_who_is_away_is_stood_in_for_by_the_deputy_else_the_vice_else_the_coordinators(
    forum: ForumFacts, others: dict[str, tuple[AppointmentFacts, ...]], seat: str | None, by: By
) -> None:
    away = AppointmentFacts(1, "Gustav", day("2027-01-01"), None, away=(Span(DAY, DAY),))
    sits = seated(FIRE, VICE) | {POLICE: (away, *others.get(POLICE, ()))}
    acting = acting_chair(replace(forum, appointments=sits), DAY)
    assert (acting.seat, acting.by, acting.why) == (seat, by, Why.AWAY)
    assert acting_chair(replace(forum, appointments=sits), day("2027-06-02")).by is By.CHAIR


def test_a_seat_that_somebody_leaves_in_two_years_is_not_vacant_today_and_is_then() -> None:
    forum = replace(COUNCIL, appointments=seated(POLICE, last="2027-08-31") | seated(FIRE, MUNICIPALITY))
    assert acting_chair(forum, day("2027-08-31")).why is None
    assert acting_chair(forum, day("2027-09-01")).why is Why.VACANT
    found = [each for each in told(example(forums=(forum,)), "2027-01-01", "2027-12-30") if "vacant" in each.kind]
    assert [(each.kind, said(each.due_at)) for each in found] == [
        (ReminderKind.CHAIR_VACANT, "2027-09-01 08:00"),
        (ReminderKind.CHAIR_VACANT, "2027-10-01 08:00"),
    ]


def test_a_seat_is_vacant_until_the_day_somebody_comes() -> None:
    forum = replace(COUNCIL, appointments=seated(POLICE, first="2027-07-01"))
    assert acting_chair(forum, day("2027-06-30")).why is Why.VACANT
    assert acting_chair(forum, day("2027-07-01")).by is By.CHAIR


def test_why_somebody_else_leads_is_said() -> None:
    forum = replace(WITH_VICE, appointments=seated(VICE))
    acting = acting_chair(forum, DAY)
    assert texts.acting(acting, leaders(forum, acting, DAY)) == (
        "Platsen är vakant; vice ordförande Säkerhetschef, Säkerhetschefs innehavare, leder."
    )
    forum = replace(COUNCIL, appointments=seated(MUNICIPALITY))
    acting = acting_chair(forum, DAY)
    assert texts.acting(acting, leaders(forum, acting, DAY)) == (
        "Platsen är vakant; Kommundirektör, Kommundirektörs innehavare, som står på tur därnäst, leder."
    )
    forum = replace(COUNCIL, appointments={})
    acting = acting_chair(forum, DAY)
    assert texts.acting(acting, []) == "Platsen är vakant; samordnarna håller i forumet så länge."


def test_who_sat_there_the_most_of_the_days_is_who_held_the_turn() -> None:
    gustav = AppointmentFacts(1, "Gustav", day("2026-01-01"), day("2027-03-31"))
    vera = AppointmentFacts(2, "Vera", day("2027-04-01"), None)
    forum = replace(COUNCIL, appointments={POLICE: (gustav, vera)})
    for first, last, who in (
        ("2026-06-01", "2027-06-30", gustav),
        ("2027-03-01", "2027-12-31", vera),
        ("2025-01-01", "2025-12-31", None),
    ):
        assert longest_on_seat(forum, POLICE, day(first), day(last)) == who
