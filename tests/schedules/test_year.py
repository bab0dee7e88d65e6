"""A whole year of an agreement like the example's, every reminder of it; and what holds for any year."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from time import perf_counter

from hypothesis import given, settings
from hypothesis import strategies as st

from schedules.days import Calendar
from schedules.facts import AgreementFacts, AppointmentFacts, CommitmentFacts, ForumFacts, OccasionFacts
from schedules.reminders import Reminder, ReminderKind, due, due_and_next, next_due, sense_gone
from storage.terms import ChairRule, CommitmentKind, OccasionState
from tests.schedules.promises import BREAKS, STOCKHOLM, day, example, local, occasion, promise, said, told

COUNCIL, PLANNING, OPERATIVE = 1, 2, 3
FORUMS = (
    ForumFacts(
        COUNCIL,
        "Chefssamrådet",
        ChairRule(
            form="rotating",
            order=("Lokalpolisområdeschef", "Distriktschef", "Kommundirektör"),
            term_months=12,
            anchor_seat="Kommundirektör",
            anchor_from=day("2027-01-01"),
        ),
    ),
    ForumFacts(
        PLANNING,
        "Planeringsgruppen",
        ChairRule(
            form="alternating",
            order=("Säkerhetschef", "Kommunpolis"),
            term_months=6,
            anchor_seat="Säkerhetschef",
            anchor_from=day("2027-01-01"),
        ),
    ),
    ForumFacts(OPERATIVE, "Operativa gruppen", ChairRule(form="fixed", order=("Säkerhetschef",))),
)
MEETINGS = {
    COUNCIL: ["2027-03-10", "2027-06-09", "2027-09-15", "2027-12-08"],
    PLANNING: ["2027-02-17", "2027-05-19", "2027-09-01", "2027-11-17"],
    OPERATIVE: ["2027-01-27", "2027-02-24", "2027-03-24", "2027-04-21"],  # the rest is not booked yet
}


def meetings(forum: int) -> list[OccasionFacts]:
    return [occasion(on, number=forum * 100 + number) for number, on in enumerate(MEETINGS[forum])]


def year() -> AgreementFacts:
    """2027 as it looks in January: the council and the planning group have booked, the operative group some."""
    return example(
        promise("fyra gånger per år", *meetings(COUNCIL), number=1, forum=COUNCIL),
        promise("fyra gånger per år eller fler vid behov", *meetings(PLANNING), number=2, forum=PLANNING),
        promise("minst 10 gånger per år", *meetings(OPERATIVE), number=3, forum=OPERATIVE),
        promise(
            "två gånger per år",
            occasion("2027-04-14", "18:00", number=401),
            kind=CommitmentKind.WALK,
            number=4,
            forum=PLANNING,
        ),
        promise("en gång per år", kind=CommitmentKind.ACTIVITY, number=5, forum=PLANNING),
        promise("löpande", kind=CommitmentKind.ACTIVITY, number=6, forum=PLANNING),
        promise("vid ungdomshelger: halloween", kind=CommitmentKind.ACTIVITY, number=7, forum=OPERATIVE),
        promise("två gånger per år", kind=CommitmentKind.FOLLOW_UP, number=8, forum=COUNCIL),
        promise("en gång per år", kind=CommitmentKind.SITUATION_REPORT, number=9, forum=COUNCIL),
        promise("senast i december", kind=CommitmentKind.RENEWAL, number=10, forum=COUNCIL),
        forums=FORUMS,
    )


def _renumbered(commitment: CommitmentFacts, number: int) -> CommitmentFacts:
    moved = tuple(replace(each, id=number * 10_000 + each.id) for each in commitment.occasions)
    return replace(commitment, id=number, occasions=moved)


def line(reminder: Reminder) -> str:
    what = f"c{reminder.commitment_id}" if reminder.commitment_id else f"f{reminder.forum_id}"
    moved = f" < {reminder.moved_from}" if reminder.moved_from else ""
    return f"{said(reminder.due_at)[:10]} {what} {reminder.kind} {reminder.days}{moved}"


TABLE = """
2027-01-05 c3 call_for_matters 21 < 2027-01-06
2027-01-15 c3 summons 10 < 2027-01-17
2027-01-25 c3 tally 2
2027-01-26 c3 soon 1
2027-01-27 c2 call_for_matters 21
2027-01-27 c3 today 0
2027-01-28 c3 log -1
2027-02-03 c3 call_for_matters 21
2027-02-03 c3 log -7
2027-02-05 c2 summons 10 < 2027-02-07
2027-02-10 c3 log -14
2027-02-12 c3 summons 10 < 2027-02-14
2027-02-15 c2 tally 2
2027-02-16 c2 soon 1
2027-02-17 c1 call_for_matters 21
2027-02-17 c2 today 0
2027-02-18 c2 log -1
2027-02-22 c3 tally 2
2027-02-23 c3 soon 1
2027-02-24 c2 log -7
2027-02-24 c3 today 0
2027-02-25 c3 log -1
2027-02-26 c1 summons 10 < 2027-02-28
2027-03-03 c3 call_for_matters 21
2027-03-03 c2 log -14
2027-03-03 c3 log -7
2027-03-03 c4 prepare 42
2027-03-08 c1 tally 2
2027-03-09 c1 soon 1
2027-03-10 c3 log -14
2027-03-10 c6 pulse 0
2027-03-10 c1 today 0
2027-03-11 c1 log -1
2027-03-12 c3 summons 10 < 2027-03-14
2027-03-17 c1 log -7
2027-03-22 c3 tally 2
2027-03-23 c3 soon 1
2027-03-24 c1 log -14
2027-03-24 c4 prepare 21
2027-03-24 c3 today 0
2027-03-25 c3 log -1
2027-03-31 c3 call_for_matters 21
2027-03-31 c3 log -7
2027-04-07 c3 log -14
2027-04-09 c3 summons 10 < 2027-04-11
2027-04-12 c4 soon 2
2027-04-14 c4 today 0
2027-04-15 c4 log -1
2027-04-19 c3 tally 2
2027-04-20 c3 soon 1
2027-04-21 c4 log -7
2027-04-21 c3 today 0
2027-04-22 c3 log -1
2027-04-28 c2 call_for_matters 21
2027-04-28 c3 log -7
2027-04-28 c4 log -14
2027-04-30 c3 nothing_booked 1 < 2027-05-02
2027-04-30 c4 nothing_booked 1 < 2027-05-02
2027-04-30 c5 nothing_booked 1 < 2027-05-02
2027-05-05 c3 log -14
2027-05-05 c2 summons 10 < 2027-05-09
2027-05-17 c2 tally 2
2027-05-18 c2 soon 1
2027-05-19 c1 call_for_matters 21
2027-05-19 c8 prepare 42
2027-05-19 c2 today 0
2027-05-20 c2 log -1
2027-05-26 c2 log -7
2027-05-28 c1 summons 10 < 2027-05-30
2027-06-01 f2 chair_soon 30
2027-06-02 c2 log -14
2027-06-07 c1 tally 2
2027-06-08 c1 soon 1
2027-06-09 c1 today 0
2027-06-10 c1 log -1
2027-06-10 c6 pulse 0
2027-06-16 c1 log -7
2027-06-16 c8 prepare 14
2027-06-23 c1 log -14
2027-06-30 c8 due 0
2027-07-01 f2 chair_today 0
2027-08-02 c8 overdue -7 < 2027-07-07
2027-08-11 c2 call_for_matters 21
2027-08-20 c2 summons 10 < 2027-08-22
2027-08-25 c1 call_for_matters 21
2027-08-30 c2 tally 2
2027-08-31 c2 soon 1
2027-09-01 c3 nothing_booked 2
2027-09-01 c4 nothing_booked 2
2027-09-01 c5 nothing_booked 2
2027-09-01 c2 today 0
2027-09-02 c2 log -1
2027-09-03 c1 summons 10 < 2027-09-05
2027-09-08 c2 log -7
2027-09-10 c6 pulse 0
2027-09-13 c1 tally 2
2027-09-14 c1 soon 1
2027-09-15 c2 log -14
2027-09-15 c1 today 0
2027-09-16 c1 log -1
2027-09-22 c1 log -7
2027-09-29 c1 log -14
2027-10-01 c7 event 28
2027-10-22 c7 event 7
2027-10-27 c2 call_for_matters 21
2027-11-05 c2 summons 10 < 2027-11-07
2027-11-15 c2 tally 2
2027-11-16 c2 soon 1
2027-11-17 c1 call_for_matters 21
2027-11-17 c2 today 0
2027-11-18 c2 log -1
2027-11-19 c8 prepare 42
2027-11-19 c9 prepare 42
2027-11-24 c2 log -7
2027-11-26 c1 summons 10 < 2027-11-28
2027-12-01 c2 log -14
2027-12-02 f1 chair_soon 30
2027-12-02 f2 chair_soon 30
2027-12-06 c1 tally 2
2027-12-07 c1 soon 1
2027-12-08 c1 today 0
2027-12-09 c1 log -1
2027-12-10 c6 pulse 0
2027-12-15 c1 log -7
2027-12-17 c8 prepare 14
2027-12-17 c9 prepare 14
2027-12-22 c1 log -14
2027-12-30 c8 due 0 < 2027-12-31
2027-12-30 c9 due 0 < 2027-12-31
"""


def test_every_reminder_of_2027_but_the_digests() -> None:
    assert [line(each) for each in told(year(), "2027-01-01", "2027-12-31")] == TABLE.strip().splitlines()


def test_the_year_has_a_digest_every_working_week_but_july() -> None:
    found = [each for each in told(year(), "2027-01-01", "2027-12-31", but=()) if each.kind is ReminderKind.DIGEST]
    assert len(found) == 48
    assert {each.about.month for each in found} == set(range(1, 13)) - {7}


def test_a_year_of_a_large_agreement_is_worked_out_in_no_time() -> None:
    one = year()
    many = [each for number in range(3) for each in one.commitments][:25]
    facts = example(*[_renumbered(each, number) for number, each in enumerate(many, 1)], forums=FORUMS)
    until = local("2027-12-31 23:59")
    due(facts, local("2027-01-01 00:00"), until)
    start = perf_counter()
    found = due(facts, local("2027-01-01 00:00"), until)
    took = perf_counter() - start
    assert len(found) > 200
    assert took < 0.5  # some ten milliseconds; the margin is for a busy machine


# --- whatever is promised and booked ----------------------------------------------------------------------------------

PROMISES = (
    ("fyra gånger per år", CommitmentKind.MEETING),
    ("minst 10 gånger per år", CommitmentKind.MEETING),
    ("två gånger per år", CommitmentKind.WALK),
    ("kvartalsvis", CommitmentKind.ACTIVITY),
    ("en till två gånger per år", CommitmentKind.ACTIVITY),
    ("löpande", CommitmentKind.ACTIVITY),
    ("vid ungdomshelger: halloween, valborg, lucia, nyår samt löpande", CommitmentKind.ACTIVITY),
    ("senast i februari", CommitmentKind.ACTIVITY),
    ("två gånger per år", CommitmentKind.FOLLOW_UP),
    ("en gång per år", CommitmentKind.SITUATION_REPORT),
    ("var fjärde månad", CommitmentKind.INDICATORS),
    ("varje torsdag", CommitmentKind.MEETING),
)
days = st.dates(date(2026, 11, 1), date(2029, 3, 31))
moments = st.integers(0, 1_400_000).map(lambda minutes: datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=minutes))


@st.composite
def agreements(draw: st.DrawFn) -> AgreementFacts:
    number, promises = 0, []
    for position in range(draw(st.integers(1, 4))):
        words, kind = draw(st.sampled_from(PROMISES))
        made = []
        for on in draw(st.lists(days, max_size=5, unique=True)):
            number += 1
            made.append(
                OccasionFacts(
                    number,
                    on,
                    draw(st.none() | st.times()),
                    draw(st.sampled_from(["Centrum", "Kommunhuset", ""])),
                    draw(st.sampled_from(OccasionState)),
                    local(f"{on} 10:00") - timedelta(minutes=draw(st.integers(1, 100_000))),
                )
            )
        promises.append(promise(words, *made, kind=kind, number=position + 1))
    appointments = {}
    for seat in draw(st.sets(st.sampled_from(FORUMS[0].chair_rule.order))):
        first, last = sorted([draw(days), draw(days)])
        appointments[seat] = (AppointmentFacts(1, "Någon", first, draw(st.sampled_from([None, last]))),)
    forums = (
        ForumFacts(1, "Chefssamrådet", FORUMS[0].chair_rule, appointments=appointments),
        *(replace(forum, appointments=appointments) for forum in FORUMS[1:]),
    )
    return example(*promises, forums=forums)


@settings(max_examples=60, deadline=None)
@given(facts=agreements())
def test_every_reminder_has_its_key_its_working_day_and_its_sense(facts: AgreementFacts) -> None:
    found = due(facts, local("2026-10-01 00:00"), local("2029-12-31 23:59"))
    calendar = Calendar(BREAKS)
    assert [each.due_at for each in found] == sorted(each.due_at for each in found)
    assert max(Counter(each.key("x") for each in found).values(), default=1) == 1
    for each in found:
        at = each.due_at.astimezone(STOCKHOLM)
        assert calendar.is_working_day(at.date()), line(each)
        assert 6 <= at.hour < 21, line(each)
        assert each.audiences
        assert sense_gone(each, facts, each.due_at) is None, line(each)
        if each.days > 0 and each.kind is not ReminderKind.NOTHING_BOOKED:
            assert at.date() <= each.about, line(each)
        if each.days < 0:
            assert at.date() > each.about, line(each)


@settings(max_examples=40, deadline=None)
@given(facts=agreements(), between=st.lists(moments, min_size=1, max_size=6))
def test_planning_bit_by_bit_gives_what_planning_at_once_gives(facts: AgreementFacts, between: list[datetime]) -> None:
    first, *cuts, last = sorted([local("2026-11-01 00:00"), *between, local("2029-06-30 12:00")])
    whole = {each.key("x") for each in due(facts, first, last)}
    parts = [due(facts, one, other) for one, other in zip([first, *cuts], [*cuts, last], strict=True)]
    assert {each.key("x") for part in parts for each in part} == whole


@settings(max_examples=40, deadline=None)
@given(facts=agreements(), after=moments)
def test_the_next_is_the_first_of_what_is_due(facts: AgreementFacts, after: datetime) -> None:
    following = next_due(facts, after, horizon_days=200)
    found = due(facts, after, after + timedelta(days=200))
    assert following == (found[0].due_at if found else None)


def test_what_is_due_and_what_comes_next_are_the_same_asked_for_together_or_apart() -> None:
    facts, morning = year(), datetime(2027, 1, 1, 7, tzinfo=UTC)
    for day_number in range(0, 365, 3):
        after = morning + timedelta(days=day_number)
        until = after + timedelta(days=day_number % 5)
        reminders, upcoming = due_and_next(facts, after=after, until=until, within=timedelta(days=1))
        assert reminders == due(facts, after, until)
        assert upcoming == next_due(facts, until, horizon_days=1)
