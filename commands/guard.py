"""Stops what must not be written, before anything is stored: personal identity numbers in any written form.

Personnummer, samordningsnummer (day + 60) and T-numbers (a letter in the birth number), with or without century and
separator. Sources: folkbokföringslagen (1991:481) 18 §, lag (2022:1697) 2 kap. 8 §; domain rule: no such number has a
reason to be here (dataskyddslagen 3 kap. 10 §). Organisation numbers (third digit at least 2), phone numbers, dates and
registry numbers pass. What is stopped is never echoed, logged or kept. Fails closed: an error here stores nothing.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from commands.call import Refused
from commands.texts import guard as texts

_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
# YYMMDD or YYYYMMDD, an optional separator, then three digits (or a letter and two, a T-number) and a check digit
_NUMBER = re.compile(
    r"(?<![\d])(?P<century>(?:18|19|20)?)(?P<year>\d{2})(?P<month>\d{2})(?P<day>\d{2})"
    r"(?P<separator>\s?[-+]?\s?)(?P<serial>\d{3}|[TRSUWXJKLMN]\d{2})(?P<check>\d)(?!\d)",
    re.IGNORECASE,
)
_SPACED = re.compile(r"(?<=\d)[ .](?=\d)")


def check_free_text(fields: Mapping[str, str]) -> None:
    """Raises Refused naming the fields that hold a personal identity number; never what they held."""
    stopped = {name: texts.IDENTITY_NUMBER for name, text in fields.items() if holds_identity_number(text)}
    if stopped:
        raise Refused(texts.IDENTITY_NUMBER, fields=stopped)


def holds_identity_number(text: str) -> bool:
    """Whether the text holds a personnummer, samordningsnummer or T-number, however it is written."""
    plain = _DASHES.sub("-", _HIDDEN.sub("", unicodedata.normalize("NFKC", text)))
    return any(_is_identity(found) for found in _NUMBER.finditer(plain)) or any(
        _is_identity(found) for found in _NUMBER.finditer(_SPACED.sub("", plain))
    )


def _is_identity(found: re.Match[str]) -> bool:
    day = int(found["day"])
    if not _plausible_date(found["century"], found["year"], found["month"], day - 60 if day > 60 else day):
        return False
    if not found["serial"].isdigit():
        return True  # a T-number has no checksum of its own to fail
    return _luhn(found["year"] + found["month"] + found["day"] + found["serial"] + found["check"])


def _plausible_date(century: str, year: str, month: str, day: int) -> bool:
    for prefix in [century] if century else ["19", "20"]:
        try:
            date(int(prefix + year), int(month), day)
        except ValueError:
            continue
        return True
    return False


def _luhn(digits: str) -> bool:
    """Modulus 10 with weights 2, 1, 2, 1 … (Skatteverket, rättslig vägledning 330245)."""
    total = 0
    for place, digit in enumerate(digits):
        product = int(digit) * (2 if place % 2 == 0 else 1)
        total += product // 10 + product % 10
    return total % 10 == 0
