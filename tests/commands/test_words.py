"""What people type becomes dates, times, counts, outcomes and names; what is not understood is said, never guessed."""

from contextlib import suppress
from datetime import date, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from commands.call import Refused
from commands.words import Words, fold, nearest, read_date, require_best, tidy, whole_day
from schedules.swedish import WEEKDAYS_LONG, datum, datum_vecka, klockslag, tidpunkt
from storage.terms import OccasionState

TODAY = date(2027, 10, 20)  # a Wednesday, week 42

DATES = [
    # typed, when logging, when booking
    ("2027-10-14", date(2027, 10, 14), date(2027, 10, 14)),
    ("14/10", date(2027, 10, 14), date(2028, 10, 14)),
    ("14/10-26", date(2026, 10, 14), date(2026, 10, 14)),
    ("14/10 2026", date(2026, 10, 14), date(2026, 10, 14)),
    ("14.10.2026", date(2026, 10, 14), date(2026, 10, 14)),
    ("14 okt", date(2027, 10, 14), date(2028, 10, 14)),
    ("14 okt.", date(2027, 10, 14), date(2028, 10, 14)),
    ("14okt", date(2027, 10, 14), date(2028, 10, 14)),
    ("14:e oktober", date(2027, 10, 14), date(2028, 10, 14)),
    ("den 14 oktober 2026", date(2026, 10, 14), date(2026, 10, 14)),
    ("TORS 14 OKT", date(2027, 10, 14), None),
    ("tis 1 dec 2026", date(2026, 12, 1), date(2026, 12, 1)),
    ("tis 1 dec 2026 (v. 49)", date(2026, 12, 1), date(2026, 12, 1)),
    ("1 dec", date(2026, 12, 1), date(2027, 12, 1)),
    ("1/12", date(2026, 12, 1), date(2027, 12, 1)),
    ("20 okt", TODAY, TODAY),
    ("29 feb", date(2024, 2, 29), date(2028, 2, 29)),
    ("tisdag v 49", date(2026, 12, 1), date(2027, 12, 7)),
    ("tisdag vecka 49 2026", date(2026, 12, 1), date(2026, 12, 1)),
    ("v49 tisdag", date(2026, 12, 1), date(2027, 12, 7)),
    ("v. 49", date(2026, 11, 30), date(2027, 12, 6)),
    ("v. 53 2026", date(2026, 12, 28), date(2026, 12, 28)),
    ("idag", TODAY, TODAY),
    ("i dag", TODAY, TODAY),
    ("igår", date(2027, 10, 19), date(2027, 10, 19)),
    ("i går kväll", date(2027, 10, 19), date(2027, 10, 19)),
    ("i förrgår", date(2027, 10, 18), date(2027, 10, 18)),
    ("imorgon", date(2027, 10, 21), date(2027, 10, 21)),
    ("i övermorgon", date(2027, 10, 22), date(2027, 10, 22)),
    ("i fredags", date(2027, 10, 15), date(2027, 10, 15)),
    ("i onsdags", date(2027, 10, 13), date(2027, 10, 13)),
    ("på fredag", date(2027, 10, 22), date(2027, 10, 22)),
    ("nästa tisdag", date(2027, 10, 26), date(2027, 10, 26)),
    ("nästa fredag", date(2027, 10, 29), date(2027, 10, 29)),
    ("förra fredagen", date(2027, 10, 15), date(2027, 10, 15)),
    ("fredag", date(2027, 10, 15), date(2027, 10, 22)),
    ("onsdag", TODAY, date(2027, 10, 27)),
    ("２０２７－１０－１４", date(2027, 10, 14), date(2027, 10, 14)),
    ("14\u00a0okt", date(2027, 10, 14), date(2028, 10, 14)),
]


@pytest.mark.parametrize(("typed", "logged", "booked"), DATES)
def test_dates_as_people_write_them(typed: str, logged: date, booked: date | None) -> None:
    assert read_date(typed, TODAY, past=True) == logged
    if booked is not None:
        assert read_date(typed, TODAY, past=False) == booked


@pytest.mark.parametrize("typed", ["2027-02-30", "31/4", "30 feb", "v. 54", "0 okt", "32 okt", "14/13", "2027-13-01"])
def test_a_day_that_does_not_exist_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="finns inte"):
        read_date(typed, TODAY, past=True)


@pytest.mark.parametrize("typed", ["", "snart", "14", "okt", "1412", "2027-10", "14 okt och lite till", "vandring"])
def test_what_is_no_date_is_refused_and_named(typed: str) -> None:
    with pytest.raises(Refused, match="är inget datum"):
        read_date(typed, TODAY, past=True)


def test_a_weekday_that_does_not_fit_the_date_is_refused_with_the_right_one() -> None:
    with pytest.raises(Refused, match="14 oktober 2027 är en torsdag, inte en fredag"):
        Words("fredag 14 okt").take_date(TODAY, past=True)


def test_the_first_of_two_dates_is_the_one_that_stands_first() -> None:
    words = Words("planeringsgruppen 10 feb till 17/2")
    assert words.take_date(TODAY, past=False) == date(2028, 2, 10)
    assert words.take_date(TODAY, past=False) == date(2028, 2, 17)
    assert words.text == "planeringsgruppen till"


@pytest.mark.parametrize(
    ("typed", "found", "left"),
    [
        ("kl 13", time(13), ""),
        ("kl. 9.30", time(9, 30), ""),
        ("klockan 9", time(9), ""),
        ("13.00 Kommunhuset", time(13), "Kommunhuset"),
        ("13:00, Kommunhuset", time(13), "Kommunhuset"),
        ("13.00.", time(13), ""),
        ("13.00–15.00 Sal 3", time(13), "Sal 3"),
        ("kl 13-15", time(13), ""),
        ("Sal 3", None, "Sal 3"),
    ],
)
def test_times_as_people_write_them(typed: str, found: time | None, left: str) -> None:
    words = Words(typed)
    assert words.take_time() == found
    assert words.text == left


def test_a_bare_hour_counts_right_after_the_date_of_a_booking() -> None:
    words = Words("planeringsgruppen 10 feb 13 Kommunhuset")
    assert words.take_date(TODAY, past=False) == date(2028, 2, 10)
    assert words.take_time() == time(13)
    assert words.text == "planeringsgruppen Kommunhuset"
    logged = Words("vandring 14 okt 12 deltagare")
    assert logged.take_date(TODAY, past=False) == date(2028, 10, 14)
    assert (logged.take_time(), logged.take_participants()) == (None, 12)


@pytest.mark.parametrize("typed", ["kl 25", "24.30", "12:75"])
def test_a_time_that_does_not_exist_is_refused(typed: str) -> None:
    with pytest.raises(Refused, match="inget klockslag"):
        Words(typed).take_time()


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("12 deltagare", 12),
        ("12 st", 12),
        ("12 pers", 12),
        ("12 personer", 12),
        ("ca 12 deltagare", 12),
        ("1 200 besökare", 1200),
        ("1200 deltagare", 1200),
        ("deltagare: 12", 12),
        ("tolv deltagare", 12),
        ("inga deltagare", 0),
        ("0 deltagare", 0),
        ("-5 deltagare", None),
        ("8-10 deltagare", None),
        ("12 stolar", None),
        ("12", None),
    ],
)
def test_counts_of_people(typed: str, count: int | None) -> None:
    assert Words(typed).take_participants() == count


def test_a_count_after_a_date_is_no_year() -> None:
    words = Words("14 okt 2500 deltagare")
    assert words.take_date(TODAY, past=True) == date(2027, 10, 14)
    assert words.take_participants() == 2500


HELD, PARTLY, CANCELLED = OccasionState.HELD, OccasionState.PARTLY, OccasionState.CANCELLED


@pytest.mark.parametrize(
    ("typed", "state", "left"),
    [
        ("genomförd", HELD, ""),
        ("Genomfort", HELD, ""),
        ("klar", HELD, ""),
        ("gjord", HELD, ""),
        ("hölls", HELD, ""),
        ("blev av", HELD, ""),
        ("delvis", PARTLY, ""),
        ("delvis genomförd", PARTLY, ""),
        ("genomförd delvis", PARTLY, ""),
        ("inställd", CANCELLED, ""),
        ("installt", CANCELLED, ""),
        ("ställdes in", CANCELLED, ""),
        ("avbokad", CANCELLED, ""),
        ("inte genomförd", CANCELLED, ""),
        ("ej genomfört", CANCELLED, ""),
        ("genomfördes inte", CANCELLED, ""),
        ("blev inte av", CANCELLED, ""),
        ("ägde inte rum", CANCELLED, ""),
        ("inte klar", None, "inte klar"),
        ("inte inställd", None, "inte inställd"),
        ("ej delvis", None, "ej delvis"),
        ("Klarälven", None, "Klarälven"),
        ("vandring", None, "vandring"),
    ],
)
def test_outcomes_and_their_opposites(typed: str, state: OccasionState | None, left: str) -> None:
    words = Words(typed)
    assert words.take_outcome() == state
    assert words.text == left


def test_saying_both_that_it_was_and_was_not_held_is_refused() -> None:
    with pytest.raises(Refused, match="Vilket var det"):
        Words("genomförd inställd").take_outcome()


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2200-01-01"])
def test_a_day_in_no_calendar_anybody_keeps_is_refused_where_it_is_typed_and_where_it_is_picked(day: str) -> None:
    """Every rule asks for the days around a day, and there these have none."""
    with pytest.raises(Refused, match=day):
        Words(day).take_date(date(2027, 1, 8), past=False)
    with pytest.raises(ValueError, match=day):
        whole_day(day)


NAMED = [
    ("1", ("Planeringsgruppen", "planeringsgrupp")),
    ("2", ("Operativa gruppen", "operativa", "operativ grupp")),
    ("3", ("Trygghetsvandring", "trygghetsvandringar", "vandring")),
    ("4", ("Trygghetskväll", "kväll")),
    ("5", ("Utemiljö, vegetation och belysning", "utemiljö")),
    ("6", ("Kommunikationsplan", "kommunikation")),
    ("7", ("Uppdatering av lägesbilden", "lägesbild")),
]


@pytest.mark.parametrize(
    ("typed", "key", "left"),
    [
        ("planeringsgruppen", "1", ""),
        ("planering", "1", ""),
        ("PLANERINGSGRUPPENS", "1", ""),
        ("operativa gruppen", "2", ""),
        ("operativa", "2", ""),
        ("trygghetsvandringen", "3", ""),
        ("trygghetsvandringarna Centrum", "3", "Centrum"),
        ("trygghetsvandring, Centrum", "3", "Centrum"),
        ("“trygghetsvandring” – Centrum", "3", "Centrum"),
        ("trygghetskvall", "4", ""),
        ("utemiljö vegetation och belysning", "5", ""),
        ("kommun polis lägesbild", "7", "kommun polis"),
        ("kommun", "6", ""),
        ("fika", None, "fika"),
        ("", None, ""),
    ],
)
def test_names_by_ending_short_form_and_alias(typed: str, key: str | None, left: str) -> None:
    words = Words(typed)
    assert words.take_best(NAMED) == key
    assert words.text == left


def test_several_equally_good_names_are_listed() -> None:
    with pytest.raises(Refused, match="Trygghetsvandring eller Trygghetskväll"):
        Words("trygghet").take_best(NAMED)


def test_an_unknown_name_is_named_with_the_nearest() -> None:
    with pytest.raises(Refused, match=r"”trygghetsvadring”\. Menade du Trygghetsvandring"):
        require_best(Words("trygghetsvadring"), NAMED)
    with pytest.raises(Refused, match=r"”fika”\. Det som finns: Planeringsgruppen"):
        require_best(Words("fika"), NAMED)
    assert nearest("fika", NAMED) == []


def test_parties_are_found_as_whole_words() -> None:
    parties = [("kommun", ("Nyby kommun", "kommunen", "kommun")), ("polis", ("Polisen i Nyby", "polis", "polisen"))]
    words = Words("polisen, kommun Polishuset")
    assert sorted(words.take_names(parties)) == ["kommun", "polis"]
    assert words.text == "Polishuset"


def test_mentions_in_both_of_slacks_forms() -> None:
    assert Words("<#C012AB|planering> x").take_channel() == "C012AB"
    assert Words("<#C012AB>").take_channel() == "C012AB"
    assert Words("x <@U012AB|anna>").take_user() == "U012AB"
    assert Words("x <@W012AB>").take_user() == "W012AB"
    assert Words("@anna").take_user() is None


def test_ids_of_buttons_stay_inside_what_a_database_takes() -> None:
    words = Words("c:12 2027-10-14")
    assert words.take_id("c") == 12
    assert words.text == "2027-10-14"
    assert Words("c:99999999999").take_id("c") is None
    assert Words("abc:12").take_id("c") is None


def test_slacks_entities_are_undone_and_nothing_else() -> None:
    assert tidy("R&amp;D &lt;3") == "R&D <3"
    assert tidy("Lek&parad &copy") == "Lek&parad &copy"


def test_hidden_characters_and_phone_punctuation_are_made_plain() -> None:
    assert tidy("tr\u200byggt\u00ad – ”ja”\x00 ＯＫ") == 'tryggt - "ja" OK'
    assert fold("ÅÄÖ Éx") == "aao ex"


# --- properties -------------------------------------------------------------------------------------------------------

LINES = st.one_of(
    st.text(max_size=80),
    st.lists(
        st.sampled_from(
            [
                *("14", "okt", "2027", "2027-10-14", "v.", "49", "kl", "13.00", "1/12", "-", ",", "tis", "tisdag", "i"),
                *("nästa", "fredags", "12", "deltagare", "inte", "genomförd", "delvis", "inställd", "klar", "ß", "ﬃ"),
                *(
                    "trygghetsvandring",
                    "planering",
                    "c:12",
                    "<@U1|a>",
                    "&amp;lt;",
                    "29/2",
                    "99/99",
                    "0000-00-00",
                    "v54",
                ),
            ]
        ),
        max_size=9,
    ).map(" ".join),
)


@given(LINES)
@example("Straße 14 okt")
@example("ǰ 14 okt")
@example("İstanbul 1/12")
def test_no_text_whatever_breaks_the_parser(line: str) -> None:
    words = Words(line)
    for take in (
        lambda: words.take_date(TODAY, past=True),
        lambda: words.take_date(TODAY, past=False),
        words.take_time,
        words.take_participants,
        words.take_outcome,
        words.take_channel,
        words.take_user,
        lambda: words.take_id("o"),
        lambda: words.take_names(NAMED),
        lambda: words.take_best(NAMED),
        lambda: require_best(words, NAMED),
    ):
        with suppress(Refused):
            take()


@given(st.text(max_size=60))
def test_folding_keeps_the_length_and_is_done_once(line: str) -> None:
    assert len(fold(line)) == len(tidy(line))
    assert fold(fold(line)) == fold(line) or "&" in line


@given(st.text(max_size=60))
def test_what_is_taken_leaves_only_what_was_there(line: str) -> None:
    words = Words(line)
    before = set(words.text)
    try:
        words.take_date(TODAY, past=True)
    except Refused:
        return
    assert set(words.text) <= before | {" "}


DAYS = st.dates(date(2021, 1, 1), date(2039, 12, 31))


@given(DAYS)
def test_every_way_the_bot_writes_a_date_is_read_back(day: date) -> None:
    for past in (True, False):
        written = [day.isoformat(), datum(day), datum_vecka(day), f"{day.day}/{day.month} {day.year}"]
        iso = day.isocalendar()
        written.append(f"{WEEKDAYS_LONG[day.weekday()]} v. {iso.week} {iso.year}")
        assert [read_date(each, TODAY, past=past) for each in written] == [day] * len(written)


@given(DAYS, st.times())
def test_every_way_the_bot_writes_a_time_is_read_back(day: date, at: time) -> None:
    at = at.replace(second=0, microsecond=0)
    words = Words(tidpunkt(day, at))
    assert words.take_date(TODAY, past=False) == day
    assert words.take_time() == at
    assert Words(klockslag(at)).take_time() == at


@given(st.dates(date(2021, 1, 1), date(2039, 12, 31)), st.dates(date(2022, 1, 1), date(2038, 12, 31)))
def test_a_date_without_a_year_is_the_nearest_on_the_right_side(day: date, today: date) -> None:
    written = f"{day.day}/{day.month}"
    back, ahead = read_date(written, today, past=True), read_date(written, today, past=False)
    assert (back.day, back.month) == (ahead.day, ahead.month) == (day.day, day.month)
    assert back <= today <= ahead
    if (day.day, day.month) != (29, 2):
        assert today - back < timedelta(days=367)
        assert ahead - today < timedelta(days=367)
