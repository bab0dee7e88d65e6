"""Stops what must not be written, before anything is stored: personal identity numbers in any written form.

Personnummer, samordningsnummer (day + 60) and T-numbers (a letter in the birth number), with or without century and
separators: "19640823-3234", "640823 3234", "64-08-23-3234", "6 4 0 8 2 3 …". Sources: folkbokföringslagen (1991:481)
18 §, lag (2022:1697) 2 kap. 8 §; domain rule: no such number has a reason to be here (dataskyddslagen 3 kap. 10 §).
Organisation numbers (month at least 20), phone numbers as they are written, dates and registry numbers pass. Where
a bare row of ten digits could be either a phone number or a person, it is stopped: the words can be written otherwise.
What is stopped is never echoed, logged or kept. Fails closed: an error here stores nothing.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from commands.call import Refused
from commands.texts import guard as texts

_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_SERIAL = r"(?P<serial>\d{3}|[TRSUWXJKLMN]\d{2})(?P<check>\d)(?![\d])"
# YYMMDD or YYYYMMDD in one piece, perhaps a separator, then three digits (T-number: a letter and two) and a check digit
_WHOLE = re.compile(
    r"(?<!\d)(?P<century>(?:18|19|20)?)(?P<year>\d{2})(?P<month>\d{2})(?P<day>\d{2})(?P<gap>\s*[-+/.]?\s*)" + _SERIAL,
    re.IGNORECASE,
)
# the same with its date taken apart: 1964-08-23-3234, 64 08 23 3234, 1964.08.23/3234
_APART = re.compile(
    r"(?<!\d)(?P<century>(?:18|19|20)?)(?P<year>\d{2})(?P<apart>[-/. ])(?P<month>\d{2})(?P=apart)(?P<day>\d{2})"
    r"(?P<gap>\s*[-+/.]?\s*)" + _SERIAL,
    re.IGNORECASE,
)
_SPELLED = re.compile(r"(?<!\d)\d(?:[ .]\d){9,11}(?![ .]?\d)")  # digit by digit


def check_free_text(fields: Mapping[str, str]) -> None:
    """Raises Refused naming the fields that hold a personal identity number; never what they held."""
    stopped = {name: texts.IDENTITY_NUMBER for name, text in fields.items() if holds_identity_number(text)}
    if stopped:
        raise Refused(texts.IDENTITY_NUMBER, fields=stopped)


def holds_identity_number(text: str) -> bool:
    """Whether the text holds a personnummer, samordningsnummer or T-number, however it is written."""
    plain = _DASHES.sub("-", _HIDDEN.sub("", unicodedata.normalize("NFKC", text)))
    spelled = " ".join(found[0].replace(" ", "").replace(".", "") for found in _SPELLED.finditer(plain))
    return any(_is_identity(found) for each in (plain, spelled) for found in _WHOLE.finditer(each)) or any(
        _is_identity(found) and not _is_clock(found) for found in _APART.finditer(plain)
    )


def _is_identity(found: re.Match[str]) -> bool:
    day = int(found["day"])
    if not _plausible_date(found["century"], found["year"], found["month"], day - 60 if day > 60 else day):
        return False
    if not found["serial"].isdigit():
        return True  # a T-number has no checksum of its own to fail
    return _luhn(found["year"] + found["month"] + found["day"] + found["serial"] + found["check"])


def _is_clock(found: re.Match[str]) -> bool:
    """A date and then a space and a time of day: "2027-10-14 1300"."""
    after = found["serial"] + found["check"]
    return not found["gap"].strip() and after.isdigit() and int(after[:2]) < 24 and int(after[2:]) < 60


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
