"""A file with mistakes gives all of them at once, each on its line, and no agreement."""

import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.agreements.problems import Problem
from storage.agreements.reading import check_text, read
from tests.storage.agreements.files import EXAMPLE, NYBY, NYKVARN, changed, line_of, sound

Broken = tuple[str, list[tuple[str, str, str]]]  # the text; (part of the line, where, part of the message)


def syntax() -> Broken:
    return changed(NYBY, ("    typ: polis\n", "    typ: polis: ja\n")), [("typ: polis: ja", "filen", "kolon")]


def unknown_keys() -> Broken:
    text = changed(
        NYBY,
        ("kommun: Nyby kommun\nperiod", "komun: Nyby kommun\nperiod"),
        ("    överordnat: Styrgruppen", "    överordnad: Styrgruppen"),
        ("    alias: [vandring]", "    ålias: [vandring]"),
        ("    frekvens: en gång per år", "    frekvens: en gång per år\n    hittepå: 1"),
    )
    return text, [
        ("komun: Nyby", "", "okänd nyckel komun; menade du kommun?"),
        ("överordnad:", "forum 2 (Arbetsgruppen)", "okänd nyckel överordnad; menade du överordnat?"),
        ("ålias:", "aktiviteter 1 (Nattvandring)", "okänd nyckel ålias; menade du alias?"),
        ("hittepå:", "uppföljning 1 (Lägesbild)", "okänd nyckel hittepå"),
    ]


def wrong_types() -> Broken:
    text = changed(
        NYBY,
        ("  från: 2027-01-01\n  till", "  från: 1 januari 2027\n  till"),
        ("        platser: 2", "        platser: många"),
        ("områden:\n  - namn: Centrum", "områden: Centrum"),
        ("    mål: 1\n", "    mål: [ett, första]\n"),
        ("kort: polisen", "kort: [polisen]"),
    )
    return text, [
        ("från: 1 januari", "period, från", "”1 januari 2027” är inget datum"),
        ("kort: [polisen]", "parter 2 (Lokalpolisområde Nyby), kort", "här ska det stå en text"),
        ("platser: många", "forum 2 (Arbetsgruppen), ledamöter 2 (Polis), platser", "”många” är inget tal"),
        ("områden: Centrum", "områden", "här ska det stå en lista"),
        ("mål: [ett, första]", "aktiviteter 1 (Nattvandring), mål 2", "”första” är inget tal"),
    ]


def unknown_names() -> Broken:
    text = changed(
        NYBY,
        ("    part: kommunen", "    part: komunen"),
        ("    överordnat: Styrgruppen", "    överordnat: Stygruppen"),
        ("      - Trygghetssamordnare\n      - rad", "      - Tryghetssamordnare\n      - rad"),
        ("    ansvarig: Arbetsgruppen", "    ansvarig: [Arbetsgruppen, Arbetslaget]"),
        ("standardforum: Arbetsgruppen", "standardforum: Gruppen för arbete"),
        ("    område: Centrum", "    område: Centrumet runt torget"),
    )
    return text, [
        ("part: komunen", "funktioner 1 (Trygghetssamordnare), part", "parten komunen finns inte"),
        ("överordnat: Stygruppen", "forum 2 (Arbetsgruppen), överordnat", "menade du Styrgruppen?"),
        (
            "sätt: fast",
            "forum 2 (Arbetsgruppen), ordförande, ordning",
            "Trygghetssamordnare sitter inte i Arbetsgruppen",
        ),
        ("- Tryghetssamordnare", "forum 2 (Arbetsgruppen), ledamöter 1", "menade du Trygghetssamordnare?"),
        ("standardforum: Gruppen", "standardforum", "forumet Gruppen för arbete finns inte"),
        ("område: Centrumet", "aktiviteter 1 (Nattvandring), område", "området Centrumet runt torget finns inte"),
        ("ansvarig: [Arbetsgruppen, Arb", "aktiviteter 1 (Nattvandring), ansvarig 2", "namnet Arbetslaget finns inte"),
    ]


def backward_dates() -> Broken:
    text = changed(NYBY, ("  till: 2028-12-31", "  till: 2026-12-31"), ("standardforum: Arb", "# standardforum: Arb"))
    text += """kalender:
  lov:
    - namn: sportlov
      från: 2027-03-05
      till: 2027-03-01
  ungdomshelger:
    - namn: valborg
      från: 2027-04-31
      till: 2027-05-01
"""
    return text, [
        ("till: 2026-12-31", "period, till", "till 2026-12-31 ligger före från 2027-01-01"),
        ("  - namn: Lägesbild", "uppföljning 1 (Lägesbild)", "inget forum"),
        ("till: 2027-03-01", "kalender, lov 1 (sportlov), till", "till 2027-03-01 ligger före från 2027-03-05"),
        ("från: 2027-04-31", "kalender, ungdomshelger 1 (valborg), från", "2027-04-31 finns inte i almanackan"),
    ]


def endless() -> Broken:
    return changed(NYBY, ("till: 2028-12-31", "till: 9999-12-31")), [
        ("till: 9999-12-31", "period, till", "9999-12-31 är för långt bort")
    ]


def doubles() -> Broken:
    text = changed(
        NYBY,
        ("    text: Tryggare centrum\n", "    text: Tryggare centrum\n  - nummer: 1\n    text: Färre bränder\n"),
        ("    alias: [styrgrupp]\n", "    alias: [arbetsgruppen]\n"),
        ("    kort: kommunen\n", "    kort: kommunen\n    kort: staden\n"),
        ("      - rad: Polis\n", "      - rad: trygghetssamordnare\n"),
        ("    alias: samordnaren\n", "    alias: [samordnaren, kommunpolis]\n"),
    )
    return text, [
        ("kort: staden", "kort", "nyckeln kort står två gånger (även på rad 9)"),
        ("  - namn: Kommunpolis", "funktioner 2 (Kommunpolis), namn", "finns redan, som alias för Trygghetssamordnare"),
        ("  - namn: Arbetsgruppen", "forum 2 (Arbetsgruppen), namn", "finns redan, som alias för Styrgruppen"),
        ("- rad: trygghets", "forum 2 (Arbetsgruppen), ledamöter 2 (trygghetssamordnare)", "står två gånger"),
        ("  - nummer: 1\n    text: Färre", "mål 2, nummer", "mål 1 finns redan"),
    ]


def rates() -> Broken:
    text = changed(
        NYBY,
        ("    sammanträder: fyra gånger per år", "    sammanträder: ibland"),
        ("    sammanträder: varje torsdag", "    sammanträder: fyra till två gånger per år"),
        ("    tid: minst två gånger per år", "    tid: Vandringen går när det är mörkt"),
        ("    frekvens: en gång per år\n", ""),
        ("      byts: varje år", "      byts: när vi orkar"),
    )
    return text, [
        ("sammanträder: ibland", "forum 1 (Styrgruppen), sammanträder", "”ibland” går inte att läsa som en takt"),
        ("byts: när", "forum 1 (Styrgruppen), ordförande, byts", "går inte att läsa som en mandattid"),
        ("sammanträder: fyra till", "forum 2 (Arbetsgruppen), sammanträder", "det minsta först"),
        ("tid: Vandringen", "aktiviteter 1 (Nattvandring), tid", "boten kan inte läsa tid"),
        ("  - namn: Lägesbild", "uppföljning 1 (Lägesbild)", "varken frekvens eller takt"),
    ]


def chairs() -> Broken:
    text = changed(
        NYKVARN,
        ("ordning: [LPO-chef, distriktschef, kommundirektör]", "ordning: [LPO-chef, Kontaktpolis]"),
        ("      parter: [kommunen, polisen]", "      parter: [kommunen]\n      först: Kommunpolis"),
        (
            "      sätt: fast\n      ordning: Kommunens säkerhetschef",
            "      sätt: utses\n      ordning: Rektor för Lillhagaskolan",
        ),
    )
    return text, [
        ("ordning: [LPO-chef, Kontakt", "forum 1 (Chefssamrådet), ordförande, ordning 2", "Kontaktpolis sitter inte i"),
        ("parter: [kommunen]", "forum 2 (Planeringsgruppen), ordförande, parter", "kräver minst två parter"),
        (
            "först: Kommunpolis",
            "forum 2 (Planeringsgruppen), ordförande, först",
            "Kommunpolis står inte i turordningen",
        ),
        ("först: Kommunpolis", "forum 2 (Planeringsgruppen), ordförande, först", "först kräver från"),
        ("ordförande:\n      sätt: utses", "forum 3 (Operativa gruppen), ordförande, utses av", "kräver utses av"),
        (
            "ordning: Rektor för",
            "forum 3 (Operativa gruppen), ordförande, ordning",
            "ordning hör inte ihop med sätt: utses",
        ),
    ]


def circle() -> Broken:
    text = changed(
        NYKVARN,
        ("    överordnat: Chefssamrådet\n", "    överordnat: Operativa gruppen\n"),
        ("    mål: 9\n", "    mål: [9, 10]\n"),
        ("  - nummer: 3\n    titel: Uppföljningsplan", "  - nummer: 2\n    titel: Uppföljningsplan"),
    )
    return text, [
        ("    överordnat: Operativa", "forum 2 (Planeringsgruppen), överordnat", "går runt i en ring"),
        ("    överordnat: Planeringsgruppen", "forum 3 (Operativa gruppen), överordnat", "går runt i en ring"),
        ("  - nummer: 2\n    titel: Uppf", "bilagor 3 (Uppföljningsplan), nummer", "bilaga 2 finns redan"),
        ("    mål: [9, 10]", "aktiviteter 9 (Trafikkontroller), mål 2", "mål 10 finns inte i filen"),
    ]


def missing() -> Broken:
    text = changed(
        NYKVARN,
        ("titel: Samverkansöverenskommelse\n", ""),
        ("  från: 2021-01-01\n", ""),
        ("    orgnummer: 212000-2999\n", "    orgnummer: 2120002999\n"),
        ("  - part: Nykvarns kommun\n    funktion: kommundirektör\n", "  - part: Nykvarns kommun\n"),
        ("    sammanträder: minst 10 gånger per år\n", ""),
        ("      - Chef för kommunledningskontoret\n", "      - platser: 0\n"),
        (
            "  - namn: Grannsamverkan\n",
            "  - namn: Grannsamverkan, ett namn som är så långt att ingen rad i en meny i Slack rymmer det\n",
        ),
    )
    return text, [
        ("kommun: Nykvarns kommun", "", "titel saknas"),
        ("period:\n", "period", "från saknas"),
        ("orgnummer: 2120002999", "parter 1 (Nykvarns kommun), orgnummer", "är inget organisationsnummer"),
        ("platser: 0", "forum 1 (Chefssamrådet), ledamöter 4", "funktion saknas"),
        ("platser: 0", "forum 1 (Chefssamrådet), ledamöter 4, platser", "0 går inte"),
        ("- namn: Operativa gruppen", "forum 3 (Operativa gruppen)", "sammanträder saknas"),
        ("Grannsamverkan, ett namn", "aktiviteter 6 (Grannsamverkan", "texten är för lång"),
        ("- part: Nykvarns kommun", "underskrifter 1", "funktion saknas"),
    ]


BROKEN = (
    syntax,
    unknown_keys,
    wrong_types,
    unknown_names,
    backward_dates,
    endless,
    doubles,
    rates,
    chairs,
    circle,
    missing,
)


@pytest.mark.parametrize("variant", BROKEN, ids=[variant.__name__ for variant in BROKEN])
def test_a_broken_file_gives_all_its_mistakes_with_their_lines(variant: Callable[[], Broken]) -> None:
    text, expected = variant()
    file, problems = read(text)
    found = [problem for problem in problems if not problem.warning]
    wanted = [(line_of(text, part), where, message) for part, where, message in expected]
    assert file is None
    assert [problem.line for problem in found] == [line for line, _, _ in wanted]
    for problem, (_, where, message) in zip(found, wanted, strict=True):
        assert where in problem.where
        assert message in problem.message
        assert problem.allowed


@pytest.mark.parametrize("text", [NYKVARN, EXAMPLE, NYBY], ids=["nykvarn", "example", "nyby"])
def test_the_files_we_ship_have_no_mistakes(text: str) -> None:
    assert [problem for problem in check_text(text) if not problem.warning] == []


def test_the_example_has_nothing_left_to_ask_about() -> None:
    assert check_text(EXAMPLE) == []


def test_what_nykvarns_agreement_does_not_say_is_warned_about_and_nothing_else() -> None:
    warnings = check_text(NYKVARN)
    assert all(problem.warning for problem in warnings)
    assert [(problem.where, problem.message.split(";")[0]) for problem in warnings] == [
        ("forum 1 (Chefssamrådet), ordförande", "vems tur det är från vilken dag framgår inte"),
        ("forum 2 (Planeringsgruppen), ordförande, ordning", "funktionerna framgår inte"),
        ("forum 2 (Planeringsgruppen), ordförande", "vems tur det är från vilken dag framgår inte"),
        ("forum 2 (Planeringsgruppen), ordförande, byts", "hur ofta ordförandeskapet byts framgår inte"),
    ]


def warnings_of(text: str) -> list[str]:
    return [problem.message for problem in check_text(text) if problem.warning]


def test_a_strategic_council_that_the_police_chairs_is_warned_about() -> None:
    text = changed(NYBY, ("    alias: [styrgrupp]", "    alias: [styrgrupp]\n    strategiskt råd: ja"))
    assert [message for message in warnings_of(text) if "10 § lag (2023:196)" in message and "Kommunpolis" in message]
    assert not [message for message in warnings_of(NYBY) if "10 §" in message]
    led_by_the_municipality = changed(
        text,
        ("ordning: [Trygghetssamordnare, Kommunpolis]\n      byts: varje år", "ordning: Trygghetssamordnare"),
        ("sätt: roterande", "sätt: fast"),
        ("      först: Trygghetssamordnare\n      från: 2027-01-01\n", ""),
    )
    assert not [message for message in warnings_of(led_by_the_municipality) if "10 §" in message]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("syfte: Ett tryggare Nyby\n", "", "syftet saknas"),
        ("områden:\n  - namn: Centrum\n", "", "samverkansområden saknas"),
        ("  till: 2028-12-31\n", "", "gäller tills vidare och ingen revidering"),
        ("    mål: 1\n", "", "ingen aktivitet tjänar mål 1"),
        ("      från: 2027-01-01\n", "      från: 2030-01-01\n", "2030-01-01 ligger utanför perioden"),
        ("    ansvarig: polisen\n", "", "ingen ansvarig"),
        ("samordnare:\n  funktioner: [Trygghetssamordnare]\n", "", "inga samordnare"),
        ("syfte: Ett tryggare Nyby\n", "syfte: Ring 08-555 010 20\n", "telefonnummer"),
        ("syfte: Ett tryggare Nyby\n", "syfte: Skriv till anna@nyby.example.se\n", "e-postadress"),
    ],
)
def test_what_is_worth_knowing_is_a_warning_and_no_mistake(old: str, new: str, message: str) -> None:
    text = changed(NYBY, (old, new)).replace(
        "    område: Centrum\n", "" if "områden" in old else "    område: Centrum\n"
    )
    file, _ = read(text)
    assert file is not None
    assert [each for each in warnings_of(text) if message in each]
    assert not [each for each in warnings_of(NYBY) if message in each]


def test_a_personal_identity_number_is_a_mistake_and_an_organisation_number_is_not() -> None:
    # a test number that the tax agency has made public for tests
    _, problems = read(changed(NYBY, ("syfte: Ett tryggare Nyby", "syfte: Hjälp 19121212-1212 till rätta")))
    assert [problem for problem in problems if "personnummer" in problem.message and not problem.warning]
    assert "1212-1212" not in " ".join(problem.sentence() for problem in problems)
    assert not [
        each
        for each in check_text(changed(NYBY, ("Ett tryggare", "Avtal 212000-2999 om ett tryggare")))
        if not each.warning
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "filen är tom"),
        ("# bara en kommentar\n", "filen är tom"),
        ("- en\n- lista\n", "filen börjar med en lista"),
        ("bara en text", "filen börjar med en text"),
        (b"titel: \xff\xfe\n", "inte sparad som UTF-8"),
        ("titel: Nyby\xe5".encode("latin-1"), "inte sparad som UTF-8"),
        ("titel: x\x00y", "styrtecken"),
        ("titel:\n\tkommun: Nyby\n", "tabbtecken"),
        ("a: &x [1]\nb: *x\n", "hänvisningen *x går inte"),
        ("titel: !!python/object:os.system x\n", "typmärket"),
        ("titel: a\n---\ntitel: b\n", "flera dokument"),
        ("[" * 5_000, "för många nivåer"),
        ("a: [" + "1," * 60_000 + "]", "för många rader"),
        ("a: " + "x" * 1_100_000, "för stor"),
        ("? [a, b]\n: c\n", "en nyckel måste vara ett ord"),
        ("titel: 'oavslutad\n", "går inte att läsa som YAML"),
    ],
)
def test_what_is_no_agreement_at_all_gets_a_clear_answer(content: str | bytes, message: str) -> None:
    file, problems = read(content)
    assert file is None
    assert [problem for problem in problems if message in problem.message], problems


def test_a_file_that_unfolds_to_a_billion_laughs_is_stopped_at_once() -> None:
    laughs = "a: &a [ha, ha]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    started = time.monotonic()
    file, problems = read(laughs)
    assert file is None
    assert [problem.line for problem in problems if "hänvisningen *a" in problem.message] == [2]
    assert time.monotonic() - started < 1


def test_plain_words_are_enough() -> None:
    """One value alone stands for a list of one; numbers may be words; ja and nej are what they say."""
    file = sound(changed(NYBY, ("        platser: 2", "        platser: två"), ("    mål: 1\n", "    mål: ett\n")))
    assert file.seats[0].aliases == ("samordnaren",)
    assert file.forums[1].members[1].places == 2
    assert file.activities[0].goals == (1,)
    assert sound(EXAMPLE).example
    assert not file.example


def test_a_key_with_nothing_after_it_says_nothing() -> None:
    assert sound(changed(NYBY, ("  till: 2028-12-31", "  till:"))).period.last is None


def test_a_problem_is_a_sentence_with_file_and_line() -> None:
    problem = Problem(12, "forum 2 (Styrgruppen)", "okänd nyckel x; menade du y?", "y, z")
    assert (
        problem.sentence("a/b.yml") == "a/b.yml:12: forum 2 (Styrgruppen): okänd nyckel x; menade du y? Tillåtet: y, z."
    )
    warning = Problem(3, "", "syftet saknas", "syfte:", warning=True)
    assert warning.sentence() == "rad 3: varning: syftet saknas. Förslag: syfte."


@given(st.binary(max_size=300) | st.text(max_size=300))
def test_no_content_whatever_makes_reading_fail(content: bytes | str) -> None:
    read(content)


LINES = NYKVARN.split("\n")


@settings(max_examples=100, deadline=None)
@given(
    st.integers(0, len(LINES) - 1),
    st.sampled_from(["delete", "double", "cut", "indent", "value"]),
    st.text("abcåäö:-[]{}#&*!|>'\" 0129\n\t", max_size=12),
)
def test_no_slip_of_the_hand_makes_reading_fail(number: int, slip: str, typed: str) -> None:
    line = LINES[number]
    slips = {
        "delete": [],
        "double": [line, line],
        "cut": [line[: len(line) // 2]],
        "indent": [f"  {line}"],
        "value": [line.split(":")[0] + ": " + typed],
    }
    file, problems = read("\n".join([*LINES[:number], *slips[slip], *LINES[number + 1 :]]))
    assert file is not None or [problem for problem in problems if not problem.warning]
    assert all(1 <= problem.line <= len(LINES) + 20 for problem in problems)
    assert "\x00" not in "".join(problem.sentence() for problem in problems)
