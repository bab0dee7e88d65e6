"""Swedish words for how often, and what they mean."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules import days
from storage.agreements.phrases import EVENT_WORDS, EXAMPLES, PhraseError, event_key, number, parse, phrase, term_months
from storage.terms import Cadence, SeasonCount

SPRING, AUTUMN = ("våren", 1, 6), ("hösten", 7, 12)


def seasons(*counts: tuple[tuple[str, int, int], int]) -> tuple[SeasonCount, ...]:
    return tuple(
        SeasonCount(name=name, first_month=first, last_month=last, least=least) for (name, first, last), least in counts
    )


def per(least: int, most: int | None, period: str = "year", **more: Any) -> dict[str, Any]:
    return {"form": "count", "least": least, "most": most, "period": period, **more}


TABLE: list[tuple[str, dict[str, Any]]] = [
    # met in agreements (domain notes 5.1)
    ("fyra gånger per år", per(4, 4)),
    ("sex gånger per år", per(6, 6)),
    ("2 gånger per år", per(2, 2)),
    ("Två gånger per år", per(2, 2)),
    ("en gång per år", per(1, 1)),
    ("vid två tillfällen per år", per(2, 2)),
    ("minst 10 gånger per år", per(10, None)),
    ("minst två gånger per år", per(2, None)),
    ("minst en (1) gång varje år", per(1, None)),
    ("fyra gånger per år eller fler vid behov", per(4, 4, more_if_needed=True)),
    ("normalt fyra gånger per år", per(4, 4, normally=True)),
    ("en till två gånger per år.", per(1, 2)),
    ("tre till fyra gånger per år", per(3, 4)),
    ("1–2 gånger per år", per(1, 2)),
    ("två gånger på våren och en på hösten", {"form": "seasons", "seasons": seasons((SPRING, 2), (AUTUMN, 1))}),
    ("var fjärde månad", {"form": "interval", "every": 4, "unit": "month"}),
    ("varannan vecka", {"form": "interval", "every": 2, "unit": "week"}),
    (
        "varannan vecka från 2027-01-14",
        {"form": "interval", "every": 2, "unit": "week", "anchor": date(2027, 1, 14)},
    ),
    ("var fjortonde dag", {"form": "interval", "every": 2, "unit": "week"}),
    ("var 14:e dag", {"form": "interval", "every": 2, "unit": "week"}),
    ("veckovis", per(1, 1, "week")),
    ("varje torsdag", {"form": "weekday", "weekday": 3, "unit": "week"}),
    ("tisdagar", {"form": "weekday", "weekday": 1, "unit": "week"}),
    (
        "varannan torsdag från 2027-01-14",
        {"form": "weekday", "weekday": 3, "unit": "week", "every": 2, "anchor": date(2027, 1, 14)},
    ),
    ("två gånger i månaden", per(2, 2, "month")),
    ("två halvdagar per år", per(2, 2, duration="half_day")),
    ("två heldagar per år", per(2, 2, duration="full_day")),
    ("kvartalsvis", per(1, 1, "quarter")),
    ("en gång per tertial", per(1, 1, "tertial")),
    ("varje halvår", per(1, 1, "half_year")),
    ("tre gånger per år", per(3, 3)),
    ("årligen", per(1, 1)),
    ("vart tredje år", {"form": "interval", "every": 3, "unit": "year"}),
    ("vartannat år", {"form": "interval", "every": 2, "unit": "year"}),
    ("en gång per mandatperiod", per(1, 1, every=4)),
    ("en gång under avtalsperioden", per(1, 1, "agreement")),
    ("senast i december", {"form": "deadline", "month": 12}),
    ("Senast i februari", {"form": "deadline", "month": 2}),
    ("senast 15 mars", {"form": "deadline", "month": 3, "day": 15}),
    ("före december", {"form": "deadline", "month": 11}),
    ("före sommaren", {"form": "deadline", "month": 6}),
    ("vartannat år senast i maj", {"form": "deadline", "every": 2, "month": 5}),
    ("löpande", {"form": "ongoing"}),
    ("Löpande under samverkansperioden", {"form": "ongoing"}),
    ("Löpande arbete året runt", {"form": "ongoing"}),
    ("kontinuerligt", {"form": "ongoing"}),
    ("regelbundet", {"form": "ongoing"}),
    ("med jämna intervall", {"form": "ongoing"}),
    (
        "vid ungdomshelger: halloween, skolavslutning",
        {"form": "event", "events": ("halloween", "skolavslutning")},
    ),
    (
        "vid kända ungdomshelger så som Halloween, skolavslutning mm",
        {"form": "event", "events": ("halloween", "skolavslutning"), "more_if_needed": True},
    ),
    ("inför påsk och nyår", {"form": "event", "events": ("pask", "nyar")}),
    (
        "en gång per år i respektive område: Centrum, Hökmossen",
        per(1, 1, areas=("Centrum", "Hökmossen")),
    ),
    ("minst 30 trafikkontroller per år", per(30, None, unit_name="trafikkontroller")),
    ("två gånger per år samt löpande", per(2, 2, also_ongoing=True)),
    ("två gånger per år samt ett löpande arbete och stöd", per(2, 2, also_ongoing=True)),
    ("vid behov", {"form": "on_demand"}),
    ("ej angivet", {"form": "unspecified"}),
    # synthetic: ordinary Swedish that no agreement read so far has used
    ("var sjätte vecka", {"form": "interval", "every": 6, "unit": "week"}),
    ("varannan månad", {"form": "interval", "every": 2, "unit": "month"}),
    ("minst två gånger per termin", per(2, None, "half_year")),
    ("en gång vartannat år", {"form": "interval", "every": 2, "unit": "year"}),
    ("minst två gånger vartannat år", per(2, None, every=2)),
    ("i mars och oktober", {"form": "seasons", "seasons": seasons((("mars", 3, 3), 1), (("oktober", 10, 10), 1))}),
    ("TVÅ  GÅNGER\u00a0PER ÅR", per(2, 2)),
]


@pytest.mark.parametrize(("words", "meaning"), TABLE, ids=[words for words, _ in TABLE])
def test_a_phrase_means_one_cadence_and_is_said_back_the_same(words: str, meaning: dict[str, Any]) -> None:
    cadence = parse(words)
    assert cadence == Cadence.model_validate(meaning)
    assert parse(phrase(cadence)) == cadence


@pytest.mark.parametrize(
    "words",
    [
        "",
        "fyra",
        "ibland",
        "per år",
        "noll gånger per år",
        "0 gånger per år",
        "fyra till två gånger per år",
        "var 3:e dag",
        "senast 31 februari",
        "vid ungdomshelger: fredag",
        "en gång per år i respektive område",
        "varje helg",
        "löpande från 2027-01-01",
        "fyra gånger per år från 2027-01-01",
        "varannan vecka från 2027-13-01",
        "²",
        "en gång per år i respektive område: Centrum, centrum",
        "löpande i respektive område: A, B",
        "var 0:e vecka",
    ],
)
def test_words_that_say_no_rate_are_refused(words: str) -> None:
    with pytest.raises(PhraseError):
        parse(words)


@pytest.mark.parametrize(
    ("words", "months"),
    [
        ("varje år", 12),
        ("årligen", 12),
        ("vartannat år", 24),
        ("varje halvår", 6),
        ("halvårsvis", 6),
        ("12 månader", 12),
        ("ett år", 12),
        ("var tredje månad", 3),
        ("kvartalsvis", 3),
        ("ej angivet", None),
    ],
)
def test_how_long_a_turn_in_the_chair_lasts(words: str, months: int | None) -> None:
    assert term_months(words) == months


@pytest.mark.parametrize("words", ["varje vecka", "ibland", "", "varje mandat"])
def test_a_turn_that_is_no_number_of_months_is_refused(words: str) -> None:
    with pytest.raises(PhraseError):
        term_months(words)


def test_numbers_are_words_or_figures() -> None:
    assert [number(word) for word in ("fyra", "Tio", "12", "tjugo", "många", "²", "")] == [
        4,
        10,
        12,
        20,
        None,
        None,
        None,
    ]


def test_every_example_shown_to_people_can_be_read() -> None:
    assert all(parse(example) for example in EXAMPLES)


def test_every_youth_weekend_has_a_swedish_word_that_reads_back() -> None:
    assert {event_key(word) for word in EVENT_WORDS.values()} == set(EVENT_WORDS) == set(days.EVENTS)


SOFTENED = st.fixed_dictionaries(
    {"normally": st.booleans(), "more_if_needed": st.booleans(), "also_ongoing": st.booleans()}
)
COUNTS = st.builds(
    lambda least, extra, period, every, soft: Cadence.model_validate(
        {
            **soft,
            **per(least, None if extra is None else least + extra, period, every=every),
        }
    ),
    st.integers(2, 40),
    st.none() | st.integers(0, 3),
    st.sampled_from(["week", "month", "quarter", "tertial", "half_year", "year"]),
    st.integers(1, 3),
    SOFTENED,
)
INTERVALS = st.builds(
    lambda every, unit, anchor, soft: Cadence.model_validate(
        {**soft, "form": "interval", "every": every, "unit": unit, "anchor": anchor}
    ),
    st.integers(2, 30),
    st.sampled_from(["week", "month", "year"]),
    st.none() | st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    SOFTENED,
)


@given(COUNTS | INTERVALS)
def test_what_is_said_is_read_back_as_it_was(cadence: Cadence) -> None:
    assert parse(phrase(cadence)) == cadence


@given(st.text(max_size=60))
def test_any_text_is_a_cadence_or_a_phrase_error(text: str) -> None:
    try:
        cadence = parse(text)
    except PhraseError:
        return
    assert parse(phrase(cadence)) == cadence
