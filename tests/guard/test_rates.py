"""How often the guard is right: over ten thousand generated texts, and the table in docs/guard.md is what comes out."""

from functools import cache
from pathlib import Path

import pytest

from tests.guard.corpus import ASK, PASS, STOP, corpus
from tests.guard.counting import Row, counted, summed, table

ROOT = Path(__file__).parent.parent.parent


@cache
def rows() -> dict[str, Row]:
    return counted(corpus())


def whole(expected: str) -> Row:
    return summed(row for row in rows().values() if row.expected == expected)


def test_the_corpus_is_ten_thousand_texts_and_the_same_every_time() -> None:
    assert sum(row.texts for row in rows().values()) >= 10_000
    assert corpus() == corpus()
    assert corpus() != corpus(1)


def test_no_number_whatever_its_form_goes_past() -> None:
    assert {kind for kind, row in rows().items() if row.expected == STOP and row.stopped != row.texts} == set()


def test_everything_to_ask_about_is_asked_about_or_stopped() -> None:
    assert {kind for kind, row in rows().items() if row.expected == ASK and row.passed} == set()
    assert whole(ASK).stopped <= 0.005 * whole(ASK).texts


def test_what_only_looks_alike_is_hardly_ever_stopped() -> None:
    stopped = {kind: row.stopped for kind, row in rows().items() if row.expected == PASS and row.stopped}
    assert set(stopped) <= {"tio siffror i ett, vilka som helst"}
    assert whole(PASS).stopped <= 0.002 * whole(PASS).texts


def test_a_day_and_a_time_of_day_is_never_stopped_and_seldom_asked_about() -> None:
    for kind in ("dag och klockslag utan århundrade", "dag och klockslag, förr"):
        assert rows()[kind].stopped == 0, kind
        assert rows()[kind].asked <= 0.12 * rows()[kind].texts, "one in ten has a check digit that is right"


@pytest.mark.parametrize(
    "kind", ["löpande text", "datum", "datum och tid", "diarienummer", "organisationsnummer", "tider", "SFS"]
)
def test_ordinary_text_is_neither_stopped_nor_asked_about(kind: str) -> None:
    assert rows()[kind].passed == rows()[kind].texts


def test_the_documentation_states_what_is_measured() -> None:
    assert table(rows()) in (ROOT / "docs" / "guard.md").read_text(encoding="utf-8")
