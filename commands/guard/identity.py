"""Finds personal identity numbers in running text: personnummer, samordningsnummer and T-numbers, however written.

What a number is: folkbokföringslagen (1991:481) 18 §, lag (2022:1697) 2 kap. 8 § (day + 60), and for T-numbers (a
letter in the birth number) the open personnummer specification. The `personnummer` library does dates and check
digits; the scanning is ours. A text is read as groups of digits with at most three marks between them; only the
groupings people use for such numbers count, so that 070-123 45 67 and 2027-000123 pass as the phone and the registry
number they are.

Three answers: CERTAIN (stopped), DOUBTFUL (asked about: the check digit is wrong, or the words around it say phone or
invoice), or nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from itertools import pairwise

from personnummer.personnummer import Personnummer, PersonnummerException

from commands.guard.plain import plain, with_slips

CLOCK_FROM = 2025  # "2027-10-14 1300" is a day and a time of day: nobody that young is written of with a space


class Finding(Enum):
    """How sure it is that a text holds a personal identity number."""

    CERTAIN = "certain"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True)
class _Group:
    digits: str
    start: int
    end: int


_DIGITS = re.compile("[0-9]+")
_GAP = re.compile(r"\s{0,3}[-+/.,:;()|#=]{0,2}\s{0,3}")
_SAME_LINE = re.compile(r"[ .,\t-]|\s[-.]\s")
_STRONG = ((6, 4), (8, 4))
_WHOLE = ((10,), (12,))
# a date taken apart, then the rest: its two gaps are alike
_APART = (
    (2, 2, 2, 4),
    (4, 2, 2, 4),
    (2, 2, 2, 2, 2),
    (4, 2, 2, 2, 2),
    (2, 2, 2, 2, 2, 2),
    (2, 2, 2, 3, 1),
    (4, 2, 2, 3, 1),
)
# odd ways to divide one: every gap is alike, and none of them how phone numbers are divided
_ODD = ((6, 3, 1), (8, 3, 1), (6, 2, 2), (8, 2, 2), (4, 4, 4), (4, 4, 2, 2), (2, 4, 4), (4, 2, 4), (6, 6), (3, 3, 4))
_GROUPINGS = frozenset((*_STRONG, *_WHOLE, *_APART, *_ODD))
_LONGEST = max(map(len, _GROUPINGS))
_INTERIM = re.compile(
    r"(?<![0-9])(?P<date>(?:(?:18|19|20)?[0-9]{6})|(?:18|19|20)?[0-9]{2}(?P<apart>[-/. ])[0-9]{2}(?P=apart)[0-9]{2})"
    r"(?P<gap>\s{0,3}[-+/.:]?\s{0,3})(?P<letter>[TRSUWXJKLMN])(?P<rest>[0-9]{3})(?![0-9])",
    re.IGNORECASE,
)
_PHONE_BEFORE = re.compile(
    r"(?:tel|tfn|telefon\w*|mobil\w*|ring\w*|sms\w*|växel\w*|jour\w*|nås på|nummer)[\s:.,()-]{0,4}(?:på |nr\.? |är )?$",
    re.IGNORECASE,
)
_INVOICE_BEFORE = re.compile(
    r"(?:faktura\w*|ocr|order\w*|artikel\w*|bankgiro|plusgiro)(?:[\s:.#-]|nr|nummer|är)*$", re.IGNORECASE
)
_PERSON_BEFORE = re.compile(
    r"(?:person\s?n(?:umme)?r|personnummer|samordningsnummer|pnr|p-nr|pers\.?\s?nr|född)[\s:.,()-]{0,4}$", re.IGNORECASE
)


def holds_identity_number(text: str, today: date | None = None) -> bool:
    """Whether the text holds a personnummer, samordningsnummer or T-number, however it is written.

    With `today`, a full date that has not come is nobody's birthday.
    """
    return look(text, today) is Finding.CERTAIN


def look(text: str, today: date | None = None) -> Finding | None:
    """The worst that stands in the text, or None."""
    known = plain(text)
    worst: Finding | None = None
    for version in dict.fromkeys((known, with_slips(known))):
        for found in (*_numbers(version, today), *_interim(version, today)):
            if found is Finding.CERTAIN:
                return found
            worst = found
    return worst


def _numbers(text: str, today: date | None) -> Iterator[Finding]:
    run: list[_Group] = []
    for match in _DIGITS.finditer(text):
        group = _Group(match[0], match.start(), match.end())
        if run and not _GAP.fullmatch(text, run[-1].end, group.start):
            yield from _in_run(text, run, today)
            run = []
        run.append(group)
    yield from _in_run(text, run, today)


def _in_run(text: str, run: list[_Group], today: date | None) -> Iterator[Finding]:
    if sum(len(group.digits) for group in run) < 10:
        return
    for first in range(len(run)):
        for count in range(1, min(_LONGEST, len(run) - first) + 1):
            groups = run[first : first + count]
            if tuple(len(group.digits) for group in groups) in _GROUPINGS:
                found = _judged(text, run, first, groups, today)
                if found is not None:
                    yield found
    yield from _spelled(text, run, today)


def _spelled(text: str, run: list[_Group], today: date | None) -> Iterator[Finding]:
    """Digit by digit: "6 4 0 8 2 3 3 2 3 4"; every digit of the number stands alone."""
    alone: list[str] = []
    for group in (*run, _Group("", 0, 0)):
        if len(group.digits) == 1:
            alone.append(group.digits)
            continue
        if len(alone) in (10, 12) and _valid("".join(alone), today):
            yield Finding.CERTAIN
        alone = []


def _judged(text: str, run: list[_Group], first: int, groups: list[_Group], today: date | None) -> Finding | None:
    sizes = tuple(len(group.digits) for group in groups)
    gaps = [text[one.end : other.start] for one, other in pairwise(groups)]
    digits = "".join(group.digits for group in groups)
    birth, serial = digits[:-4], digits[-4:]
    if not _divided_as_people_do(text, groups, sizes, gaps) or not _birth(birth, today) or serial.startswith("000"):
        return None
    if _is_timestamp(text, groups, run, first) or _is_clock(birth, serial, gaps, sizes):
        return None
    before = text[max(0, groups[0].start - 40) : groups[0].start]
    if not _checked(digits):
        return Finding.DOUBTFUL if _meant(sizes, gaps, before) else None
    if sizes in _WHOLE and (_INVOICE_BEFORE.search(before) or (digits[0] == "0" and _PHONE_BEFORE.search(before))):
        return Finding.DOUBTFUL
    return Finding.CERTAIN


def _divided_as_people_do(text: str, groups: list[_Group], sizes: tuple[int, ...], gaps: list[str]) -> bool:
    if sizes in _STRONG or sizes in _WHOLE:
        return True
    if not all(_SAME_LINE.fullmatch(gap) or gap in "/+" for gap in gaps) or "" in gaps:
        return False
    if _begins_another(text, groups[-1].end):
        return False
    if sizes in _APART:
        return gaps[0] == gaps[1]
    return len(set(gaps)) == 1


def _begins_another(text: str, end: int) -> bool:
    """Whether the last group is the year of one more date: "2027-01-12 2027-02-10"."""
    return text[end : end + 1] in ("-", "/", ".") and text[end + 1 : end + 2].isdigit()


def _meant(sizes: tuple[int, ...], gaps: list[str], before: str) -> bool:
    """Whether a number whose check digit is wrong was surely meant as one: a slip of the finger tells who it is too."""
    return bool(_PERSON_BEFORE.search(before)) or (sizes in _STRONG and gaps[0].strip() in ("-", "+"))


def _is_timestamp(text: str, groups: list[_Group], run: list[_Group], first: int) -> bool:
    """Slack's own time of a message: ten digits, a point, six digits."""
    after = run[first + 1] if len(groups) == 1 and first + 1 < len(run) else None
    return (
        after is not None
        and len(groups[0].digits) == 10
        and len(after.digits) == 6
        and text[groups[0].end : after.start] == "."
    )


def _is_clock(birth: str, serial: str, gaps: list[str], sizes: tuple[int, ...]) -> bool:
    """A late day, a space and a time of day."""
    apart = sizes in ((8, 4), (4, 2, 2, 4), (4, 2, 2, 2, 2)) and not gaps[-2 if sizes[-1] == 2 else -1].strip(" \t,")
    timed = int(serial[:2]) < 24 and int(serial[2:]) < 60
    return apart and timed and len(birth) == 8 and int(birth[:4]) >= CLOCK_FROM


def _birth(digits: str, today: date | None) -> bool:
    """Whether six or eight digits are somebody's day of birth, perhaps with 60 added to the day."""
    if len(digits) == 8 and digits[:2] not in ("18", "19", "20"):
        return False
    years = [digits[:4]] if len(digits) == 8 else [f"19{digits[:2]}", f"20{digits[:2]}"]
    month, day = int(digits[-4:-2]), int(digits[-2:])
    for year in years:
        try:
            born = date(int(year), month, day - 60 if day > 60 else day)
        except ValueError:
            continue
        if len(digits) == 6 or today is None or born <= today:
            return True
    return False


def _valid(digits: str, today: date | None) -> bool:
    return _birth(digits[:-4], today) and _checked(digits)


def _checked(digits: str) -> bool:
    """Whether the library takes ten or twelve digits for a number. It is given a century: else it asks the clock."""
    centuries = [""] if len(digits) == 12 else ["19", "20"]
    return any(_taken(century + digits) for century in centuries)


def _taken(digits: str) -> bool:
    try:
        Personnummer(digits)
    except PersonnummerException:
        return False
    return True


def _interim(text: str, today: date | None) -> Iterator[Finding]:
    for found in _INTERIM.finditer(text):
        digits = re.sub("[^0-9]", "", found["date"])
        if not _birth(digits, today):
            continue
        # the letter counts as a 1 (github.com/personnummer/meta); a slip in the check digit still names somebody
        sure = found["gap"].strip() in ("-", "+") or not found["gap"]
        yield Finding.CERTAIN if sure or _checked(f"{digits}1{found['rest']}") else Finding.DOUBTFUL
