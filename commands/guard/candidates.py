"""Where a text has ten or twelve digits that could be a day of birth and four more, and how they are divided.

One search with regular expressions whose every step is bounded: the work grows with the text and no faster, whatever
somebody writes. What the digits are is for `identity` to say.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

_TAG = re.compile(r"</?[A-Za-z]{1,10} ?/?>")
_BLANK = re.compile(r"\s+")
_REPEATED = re.compile(r"([^\w\s]|_)\1+")
_WORD_BETWEEN = re.compile(
    r"(?<=[0-9])[\W_]{0,4}(?:pnr|p-nr|persnr|pers\.nr|personnr|personnummer|"
    r"(?:de )?sista fyra|fyra sista|slutsiffror(?:na)?)[\W_]{0,4}(?=[A-Z]?[0-9])",
    re.IGNORECASE,
)
_IN = r"[\W_]{0,3}+"  # between the digits of a day, and of the last four
_MIDDLE = r"[\W_]{0,6}+"
_DAY = (
    rf"{_IN}[0-9]{_IN}(?:0{_IN}[1-9]|1{_IN}[0-2]){_IN}"
    rf"(?:0{_IN}[1-9]|[12]{_IN}[0-9]|3{_IN}[01]|6{_IN}[1-9]|[78]{_IN}[0-9]|9{_IN}[01])"
)
_LAST = rf"{_MIDDLE}[0-9]{_IN}[0-9]{_IN}[0-9]{_IN}[0-9](?![0-9])"
_TEN = re.compile(rf"(?<![0-9])[0-9](?=({_DAY}{_LAST}))")
_TWELVE = re.compile(rf"(?<![0-9])(?:1(?={_IN}[89])|2(?={_IN}0))(?=({_IN}[0-9]{_IN}[0-9]{_DAY}{_LAST}))")
_DIGITS = re.compile("[0-9]+")
_NO_DIGIT = re.compile("[^0-9]+")
# two digits with their weights, 2 and 1: the check digit by five look-ups
_WEIGHED = {f"{first}{last}": sum(divmod(2 * first, 10)) + last for first in range(10) for last in range(10)}


class Candidate(NamedTuple):
    """Ten or twelve digits of a text. `raw` is how they stand there, from `start` to `end`."""

    raw: str
    digits: str
    start: int
    end: int

    @property
    def birth(self) -> str:
        return self.digits[:-4]

    @property
    def serial(self) -> str:
        return self.digits[-4:]

    @property
    def sums_up(self) -> bool:
        """Whether the check digit is right: modulus 10 over the last ten (Skatteverket). Quick, before anything else
        is asked; the library has the last word."""
        ten = self.digits[-10:]
        return sum([_WEIGHED[ten[at : at + 2]] for at in (0, 2, 4, 6, 8)]) % 10 == 0


class Division(NamedTuple):
    """How the digits are divided: those of the day, what stands between, and the last four.

    `middle` is None where no gap stands between the day and the rest: all in one, or divided somewhere else.
    """

    front: tuple[int, ...]
    front_gaps: tuple[str, ...]
    middle: str | None
    back: tuple[int, ...]
    back_gaps: tuple[str, ...]

    @property
    def gaps(self) -> tuple[str, ...]:
        return (*self.front_gaps, *(() if self.middle is None else (self.middle,)), *self.back_gaps)

    @property
    def alike(self) -> bool:
        """Whether every gap is the same."""
        return len(set(self.gaps)) == 1

    @property
    def whole(self) -> bool:
        """Whether all digits stand in one."""
        return not self.gaps

    @property
    def strong(self) -> bool:
        """Whether it is divided as such a number is: the day in one, the last four in one."""
        return self.middle is not None and len(self.front) == len(self.back) == 1


def tidied(known: str) -> str:
    """A plain text as the search reads it: blanks and repeated marks as one, tags and words such as pnr as a blank."""
    if "<" in known:
        known = _TAG.sub(" ", known)
    known = _BLANK.sub(lambda found: "\n" if "\n" in found[0] or "\r" in found[0] else " ", known)
    return _WORD_BETWEEN.sub(" ", _REPEATED.sub(r"\1", known))


def candidates(text: str) -> Iterator[Candidate]:
    """Every place in a tidied text where such digits stand, the shorter first. They may overlap."""
    for pattern in (_TEN, _TWELVE):
        for found in pattern.finditer(text):
            end = found.end(1)
            raw = text[found.start() : end]
            yield Candidate(raw, raw if raw.isdigit() else _NO_DIGIT.sub("", raw), found.start(), end)


def divided(candidate: Candidate) -> Division:
    """How a candidate is divided."""
    sizes = tuple(map(len, _NO_DIGIT.split(candidate.raw)))
    gaps = tuple(_DIGITS.split(candidate.raw)[1:-1])
    length = 0
    for count, size in enumerate(sizes, start=1):
        length += size
        if length == len(candidate.birth):
            return Division(sizes[:count], gaps[: count - 1], gaps[count - 1], sizes[count:], gaps[count:])
    return Division(sizes, gaps, None, (), ())
