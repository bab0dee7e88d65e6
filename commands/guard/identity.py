"""Finds personal identity numbers in running text: personnummer, samordningsnummer and T-numbers, however written.

What a number is: folkbokföringslagen (1991:481) 18 §, lag (2022:1697) 2 kap. 8 § (day + 60), and for T-numbers (a
letter in the birth number) the open personnummer specification. The `personnummer` library does dates and check
digits; the scanning is ours (`candidates`). Whatever stands between the day and the last four is a gap; only the ways
people divide such numbers count, so that 070-123 45 67 and 2027-000123 pass as the phone and the registry number they
are.

Three answers: CERTAIN (stopped), DOUBTFUL (asked about: the check digit is wrong, or it may as well be a phone, an
invoice or a time of day), or nothing.
"""

import re
from collections.abc import Iterator
from datetime import date
from enum import Enum

from personnummer.personnummer import Personnummer, PersonnummerException

from commands.guard.candidates import Candidate, Division, candidates, divided, tidied
from commands.guard.plain import legible, with_slips, without_emphasis

CLOCK_FROM = 2025  # "2027-10-14 1300" is a day and a time of day: nobody that young is written of with a space
MEETINGS_AHEAD, MEETINGS_BEHIND = 6, 2  # years in which "270301-1300" may be a meeting: as long as an agreement lasts


class Finding(Enum):
    """How sure it is that a text holds a personal identity number."""

    CERTAIN = "certain"
    DOUBTFUL = "doubtful"


_SAME_LINE = re.compile(r"[ .,\t/+-]|[ \t][-.][ \t]")
_BACK_GAP = re.compile(r"[^\w\n]{1,3}|_")
_APART = frozenset({(2, 2, 2), (4, 2, 2), (2, 2, 2, 2)})  # a day taken apart: its gaps are alike
_IN_TWO = frozenset({(3, 3), (4, 2), (2, 4), (4, 4)})
_STRADDLING = frozenset({(6, 6)})  # the only way people divide one inside the day or the last four
_YEAR_BEGINS = re.compile(r"[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?![0-9])")
_INTERIM = re.compile(
    r"(?<![0-9])(?P<date>(?:(?:18|19|20)?[0-9]{6})|(?:18|19|20)?[0-9]{2}(?P<apart>[-/. ])[0-9]{2}(?P=apart)[0-9]{2})"
    r"(?P<gap>[\W_]{0,5})(?P<letter>[TRSUWXJKLMN])(?P<rest>[\W_]{0,2}[0-9][\W_]?[0-9][\W_]?[0-9])(?![0-9])",
    re.IGNORECASE,
)
_PHONE_BEFORE = re.compile(
    r"(?:tel|tfn|telefon\w*|mobil\w*|ring\w*|sms\w*|växel\w*|jour\w*|nås på|nummer)[\s:.,()-]{0,4}(?:på |nr\.? |är )?$",
    re.IGNORECASE,
)
_INVOICE_BEFORE = re.compile(
    r"(?:faktura\w*|ocr|order\w*|artikel\w*|bankgiro|plusgiro)(?:[\s:.#-]|nr|nummer|är)*$", re.IGNORECASE
)
_PERSON = r"person\s?n(?:umme)?r|personnummer|samordningsnummer|pnr|p-nr|pers\.?\s?nr|född"
_PERSON_WORD = re.compile(_PERSON, re.IGNORECASE)
_PERSON_BEFORE = re.compile(rf"(?:{_PERSON})[\s:.,()-]{{0,4}}$", re.IGNORECASE)
_BEFORE = 40  # letters looked at for such words


def holds_identity_number(text: str, today: date | None = None) -> bool:
    """Whether the text holds a personnummer, samordningsnummer or T-number, however it is written.

    With `today`, a full date that has not come is nobody's birthday.
    """
    return look(text, today) is Finding.CERTAIN


def look(text: str, today: date | None = None) -> Finding | None:
    """The worst that stands in the text, or None."""
    marked = legible(text)
    known = tidied(without_emphasis(marked))
    worst: Finding | None = None
    for version in dict.fromkeys((known, with_slips(known), tidied(marked))):  # a mark may also be what divides it
        for found in (*_interim(version, today), *_numbers(version, today)):
            if found is Finding.CERTAIN:
                return found
            worst = found
    return worst


def _numbers(text: str, today: date | None) -> Iterator[Finding]:
    told = bool(_PERSON_WORD.search(text))
    doubted = False
    for candidate in candidates(text):
        right = candidate.sums_up
        if not right and (doubted or not (told or "-" in candidate.raw or "+" in candidate.raw)):
            continue  # nothing that a wrong check digit could be asked about
        found = _judged(text, candidate, today, right=right)
        if found is not None:
            doubted = True
            yield found


def _judged(text: str, candidate: Candidate, today: date | None, *, right: bool) -> Finding | None:
    division = divided(candidate)
    if not _divided_as_people_do(text, candidate, division):
        return None
    if candidate.serial.startswith("000") or not _birth(candidate.birth, today):
        return None
    before = text[max(0, candidate.start - _BEFORE) : candidate.start]
    if _PERSON_BEFORE.search(before):
        return Finding.CERTAIN if right and _checked(candidate.digits) else Finding.DOUBTFUL
    if _is_clock(candidate, division, today):
        if candidate.birth[:4] >= str(CLOCK_FROM) and len(candidate.birth) == 8 and _blank(division.middle):
            return None
        return Finding.DOUBTFUL if right else None
    if not right or not _checked(candidate.digits):
        meant = division.strong and (division.middle or "").strip() in ("-", "+")
        return Finding.DOUBTFUL if meant else None  # a slip of the finger tells who it is too
    phone = candidate.digits[0] == "0" and _PHONE_BEFORE.search(before)
    if division.whole and (phone or _INVOICE_BEFORE.search(before)):
        return Finding.DOUBTFUL
    return Finding.DOUBTFUL if _divided_as_a_phone(candidate, division) else Finding.CERTAIN


def _divided_as_people_do(text: str, candidate: Candidate, division: Division) -> bool:
    end = candidate.end
    if division.whole:
        return not (len(candidate.digits) == 10 and re.match(r"\.[0-9]{6}(?![0-9])", text[end : end + 8]))  # Slack's ts
    if division.middle is None:
        return division.front in _STRADDLING and bool(_SAME_LINE.fullmatch(division.front_gaps[0]))
    if division.strong:
        return not (candidate.serial[:2] in ("19", "20") and _YEAR_BEGINS.match(text, end))
    if _begins_another(text, end) or not all(_BACK_GAP.fullmatch(gap) for gap in division.back_gaps):
        return False
    return _day_as_people_write(text, candidate, division)


def _day_as_people_write(text: str, candidate: Candidate, division: Division) -> bool:
    front, gaps = division.front, division.front_gaps
    if not all(_SAME_LINE.fullmatch(gap) for gap in gaps):
        return False
    if len(front) == 1:
        return True
    if set(front) == {1}:
        return len(set(gaps)) == 1 and not _one_of_a_row(text, candidate, gaps[0])
    if front in _APART:
        return len(set(gaps)) == 1
    if front not in _IN_TWO:
        return False
    # "59.1112, 17.5678" is a place on the map
    return division.alike or (gaps[0] in (" ", "-") and (division.middle or "").strip() not in (".", ","))


def _one_of_a_row(text: str, candidate: Candidate, gap: str) -> bool:
    """Whether more single digits stand before or after: a row of numbers."""
    before = text[max(0, candidate.start - len(gap) - 1) : candidate.start]
    after = text[candidate.end : candidate.end + len(gap) + 1]
    return (before.endswith(gap) and before[:1].isdigit()) or (after.startswith(gap) and after[-1:].isdigit())


def _begins_another(text: str, end: int) -> bool:
    """Whether the last group is the year of one more date: "2027-01-12 2027-02-10"."""
    return text[end : end + 1] in ("-", "/", ".") and text[end + 1 : end + 2].isdigit()


def _divided_as_a_phone(candidate: Candidate, division: Division) -> bool:
    """0701-23 45 67 and 031-12 34 567: an area code, and the rest in groups of its own."""
    if candidate.digits[0] != "0" or division.front not in _IN_TWO:
        return False
    return not (division.alike and len(division.back) == 1)


def _is_clock(candidate: Candidate, division: Division, today: date | None) -> bool:
    """Whether the last four may be a time of day, on a day there are meetings: "2027-10-14 1300", "270301-1300"."""
    hour, minute = int(candidate.serial[:2]), int(candidate.serial[2:])
    if hour > 23 or minute > 59:
        return False
    if division.back == (2, 2) and division.back_gaps[0] in (".", ":"):
        return True
    if len(candidate.birth) == 8:
        return int(candidate.birth[:4]) >= CLOCK_FROM and (today is not None or _blank(division.middle))
    if today is None or division.whole or minute % 5:
        return False
    year = 2000 + int(candidate.birth[:2])
    return today.year - MEETINGS_BEHIND <= year <= today.year + MEETINGS_AHEAD and int(candidate.birth[4:]) < 32


def _blank(middle: str | None) -> bool:
    return middle is not None and not middle.strip(" \t,")


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
        digits, rest = re.sub("[^0-9]", "", found["date"]), re.sub("[^0-9]", "", found["rest"])
        if not _birth(digits, today):
            continue
        # the letter counts as a 1 (github.com/personnummer/meta); a slip in the check digit still names somebody
        right, gap, in_one = _checked(f"{digits}1{rest}"), found["gap"].strip(), rest == found["rest"]
        if right or (in_one and (gap in ("-", "+") or not found["gap"])):
            yield Finding.CERTAIN
        elif in_one and gap in ("", "/", ".", ":"):
            yield Finding.DOUBTFUL
