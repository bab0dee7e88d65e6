"""Numbers written in ways nobody has listed, and how much work a text is: drawn at random, never by the clock."""

import string
import sys
from collections.abc import Callable
from datetime import date
from random import Random
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commands.guard.identity import Finding, look
from tests.guard import numbers

TODAY = date(2026, 11, 23)
MARKS = string.punctuation + " \t\n\u00a0\u2009–—−·•…→─━־¦§¤°»«“”’‑\u200b\u2060"
seeds = st.integers(min_value=0, max_value=10_000).map(Random)
gaps = st.text(MARKS, min_size=1, max_size=4)
seen_gaps = st.text(MARKS.replace("\u200b", "").replace("\u2060", ""), min_size=1, max_size=4)
inner = st.sampled_from(["", " ", "-", ".", "/", "\u00a0", "–", "·", "_"])


def is_a_time(last: str) -> bool:
    """Whether four digits may be a time of day: then the day before them decides."""
    return int(last[:2]) < 24 and int(last[2:]) < 60


@given(seeds, gaps, st.sampled_from([0, 2]), st.sampled_from([numbers.personnummer, numbers.samordningsnummer]))
def test_whatever_stands_between_the_day_and_the_last_four(
    random: Random, gap: str, century: int, make: Callable[[Random], str]
) -> None:
    whole = make(random)
    text = f"Vi såg {whole[century:8]}{gap}{whole[8:]} vid torget"
    assert look(text, TODAY) is Finding.CERTAIN


@given(seeds, seen_gaps, st.tuples(inner, inner, inner), st.sampled_from([0, 2]))
def test_however_the_last_four_are_divided(
    random: Random, gap: str, between: tuple[str, str, str], century: int
) -> None:
    whole = numbers.personnummer(random)
    last = "".join(map("".join, zip(whole[8:], (*between, ""), strict=True)))
    found = look(f"Uppgift {whole[century:8]}{gap}{last}, igår", TODAY)
    assert found is Finding.CERTAIN or (found is Finding.DOUBTFUL and is_a_time(whole[8:]))


@given(st.text(MARKS + string.digits + "OolI" + "TRSpnr", max_size=200), seeds, st.integers(0, 200))
def test_a_number_is_found_in_the_middle_of_anything(around: str, random: Random, at: int) -> None:
    whole = numbers.personnummer(random)
    text = f"{around[:at]} vid {whole} och {around[at:]}"
    assert look(text, TODAY) is Finding.CERTAIN


# --- how much work a text is ------------------------------------------------------------------------------------------

AWKWARD = (
    *("64 08 23 11 ", "1 ", "1 0 1 0 1 0 1 ", "0101010101 ", "640823-3235 ", "640823 ", "0101 01 01 01 ", "12"),
    *("å", " ", "\n", "-", "_", "*`", "O0", "6-", "&", "&amp;", "<b>", "640823 pnr ", "T", "640823-T 22", "\ufdfa"),
)


def calls(text: str) -> int:
    """How many calls of functions, ours and the library's, it takes to look through a text."""
    counted = 0

    def count(_: FrameType, event: str, __: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        look(text, TODAY)
    finally:
        sys.setprofile(before)
    return counted


@pytest.mark.parametrize("piece", AWKWARD)
def test_four_times_the_text_is_four_times_the_work(piece: str) -> None:
    short, long = (calls((piece * (length // len(piece) + 1))[:length]) for length in (4_000, 16_000))
    assert long <= 4.4 * short + 400
    assert long <= 16 * 16_000, "a bounded number of steps for each letter"
