"""Identity numbers are stopped however they are written, and what only looks like one passes.

The numbers are invented or published for tests: 640823-3234 is Skatteverket's own example.
"""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from commands.call import Refused
from commands.guard import check_free_text, holds_identity_number
from commands.guard.identity import CLOCK_FROM


@pytest.mark.parametrize(
    "written",
    [
        "640823-3234",
        "640823+3234",
        "6408233234",
        "19640823-3234",
        "196408233234",
        "640823 3234",
        "19640823 3234",
        "640823 - 3234",
        "640823–3234",
        "640823—3234",
        "６４０８２３－３２３４",
        "64\u200b0823-3234",
        "1964-08-23-3234",
        "1964-08-23 3234",
        "64 08 23 3234",
        "64.08.23-3234",
        "6 4 0 8 2 3 3 2 3 4",
        "1 9 6 4 0 8 2 3 3 2 3 4",
        "Pojken (640823-3234) sågs vid stationen.",
        "pnr640823-3234.",
        "701063-2391",  # samordningsnummer: the 3rd
        "900101-T384",
        "19900101-R012",
    ],
)
def test_an_identity_number_is_stopped_however_it_is_written(written: str) -> None:
    assert holds_identity_number(written)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "212000-2999",  # organisation numbers
        "202100-0076",
        "16212000-2999",
        "070-123 45 67",
        "070 123 45 67",
        "08-555 010 00",
        "+46 70 123 45 67",
        "+46701234567",
        "2027-10-14",
        "2027-10-14 kl. 13.00",
        "2027-10-14 1300",
        "14 okt 2027, 1200 deltagare",
        "KS 2027/123",
        "KS-2027/01234",
        "Dnr 2027-000123",
        "5000-K123456-27",
        "640823-3235",  # fails the checksum
        "641323-3234",  # no such month
        "155 80 Nykvarn",
        "59.1789, 17.4290",
        "12 deltagare, 3 åtgärder, 45 min",
    ],
)
def test_what_only_looks_like_one_passes(written: str) -> None:
    assert not holds_identity_number(written)


def test_the_refusal_names_the_field_and_never_the_number() -> None:
    with pytest.raises(Refused) as refused:
        check_free_text({"place": "Centrum", "text": "hos 640823-3234"})
    assert list(refused.value.fields) == ["text"]
    assert "640823" not in f"{refused.value.sentence} {refused.value.fields} {refused.value.args}"


def checked(nine: str) -> str:
    """The nine digits with their check digit."""
    total = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(nine))
    return nine + str(-total % 10)


# whoever is younger may look like a day and a time of day: `identity.CLOCK_FROM`
BIRTHS = st.dates(date(1930, 1, 1), date(CLOCK_FROM - 1, 12, 31))
AROUND = st.text(alphabet="abcåäö ,.;:!?()\n", max_size=12)


@given(BIRTHS, st.integers(1, 999), st.booleans(), st.sampled_from(["", "-", "+", " ", " - "]), AROUND, AROUND)
def test_every_birthday_and_number_is_stopped(
    born: date, serial: int, coordination: bool, gap: str, before: str, after: str
) -> None:
    day = born.day + 60 if coordination else born.day
    number = checked(f"{born:%y%m}{day:02d}{serial:03d}")
    for century in ("", f"{born.year // 100}"):
        assert holds_identity_number(f"{before}{century}{number[:6]}{gap}{number[6:]}{after}")


@given(st.text(max_size=200))
@example("²³¹²⁰⁵-1234")
@example("٦٤٠٨٢٣-٣٢٣٤")
def test_no_text_whatever_breaks_the_check(text: str) -> None:
    assert holds_identity_number(text) in (True, False)
