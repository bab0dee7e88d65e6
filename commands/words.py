"""Swedish words → values: what people type becomes dates, times, counts, outcomes and names. Strict: never a guess."""

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

from rapidfuzz import fuzz, process

from commands.call import Refused
from commands.texts import words as texts
from storage.terms import OccasionState

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "januari"),
            ("feb", "februari", "febr"),
            ("mar", "mars"),
            ("apr", "april"),
            ("maj",),
            ("jun", "juni"),
            ("jul", "juli"),
            ("aug", "augusti"),
            ("sep", "sept", "september"),
            ("okt", "oktober"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        1,
    )
    for name in names
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            ("man", "mandag", "mandagen", "mandags"),
            ("tis", "tisdag", "tisdagen", "tisdags"),
            ("ons", "onsdag", "onsdagen", "onsdags"),
            ("tor", "tors", "torsdag", "torsdagen", "torsdags"),
            ("fre", "fredag", "fredagen", "fredags"),
            ("lor", "lordag", "lordagen", "lordags"),
            ("son", "sondag", "sondagen", "sondags"),
        )
    )
    for name in names
}
OUTCOMES = {
    **dict.fromkeys(
        ("genomford", "genomfort", "genomforda", "klar", "klart", "gjord", "gjort", "hallen", "hallet", "avklarad"),
        OccasionState.HELD,
    ),
    **dict.fromkeys(("delvis", "halvklar", "paborjad"), OccasionState.PARTLY),
    **dict.fromkeys(
        ("installd", "installt", "installda", "avbokad", "avbokat", "avlyst", "uteblev"), OccasionState.CANCELLED
    ),
}
RELATIVE = {"idag": 0, "i dag": 0, "igar": -1, "i gar": -1, "imorgon": 1, "i morgon": 1, "i forrgar": -2}
SMART = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "—": "-", "–": "-", "−": "-", "‑": "-", "\u00a0": " "}
)
ZERO_WIDTH = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_WEEKDAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
_BEFORE = rf"(?:(?:pa )?(?:{_WEEKDAY})\.?,? )?"  # "tis 1 dec": the weekday belongs to the date
_DAY_FORMS = (
    re.compile(rf"{_BEFORE}(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})"),
    re.compile(rf"{_BEFORE}(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})(?:[-/ ](?P<year>\d{{4}}))?"),
    re.compile(rf"{_BEFORE}(?:den )?(?P<day>\d{{1,2}})(?::?e)?\.? (?P<name>{_MONTH})\b\.?(?:,? (?P<year>\d{{4}}))?"),
    re.compile(rf"(?P<weekday>{_WEEKDAY})\.?,? (?:i )?v(?:ecka|\.)? ?(?P<week>\d{{1,2}})(?:,? (?P<year>\d{{4}}))?\b"),
    re.compile(r"(?P<relative>i ?dag|i ?gar|i ?morgon|i forrgar)\b"),
    re.compile(rf"(?P<direction>nasta|i|pa|forra) (?P<weekday>{_WEEKDAY})\b"),
    re.compile(r"v(?:ecka|\.)? ?(?P<week>\d{1,2})(?:,? (?P<year>\d{4}))?\b"),
)
_TIME = re.compile(
    r"(?:kl(?:ockan|\.)? ?(?P<bare>\d{1,2})(?:[.:](?P<bare_minute>\d{2}))?"
    r"|(?P<hour>\d{1,2})[.:](?P<minute>\d{2}))(?![\d.:-])"
)
_PEOPLE = re.compile(
    r"(?P<number>\d{1,6}) ?(?:deltagare|deltog|pers(?:oner)?|st|besokare|narvarande|ungdomar|boende)\b"
)
_CHANNEL = re.compile(r"<#(?P<id>[CG][A-Z0-9]+)(?:\|[^>]*)?>")
_USER = re.compile(r"<@(?P<id>[UW][A-Z0-9]+)(?:\|[^>]*)?>")


def tidy(text: str) -> str:
    """What was typed, with phone keyboards' punctuation, hidden characters and Slack's entities made plain."""
    plain = unicodedata.normalize("NFC", html.unescape(text)).translate(SMART)
    plain = "".join(_narrow(letter) for letter in plain)
    return " ".join(ZERO_WIDTH.sub("", plain).split())


def _narrow(letter: str) -> str:
    """Full-width forms as plain ones; other letters as they are."""
    return unicodedata.normalize("NFKC", letter) if "\uff01" <= letter <= "\uff5e" else letter


def fold(text: str) -> str:
    """Lower case without å, ä, ö and other marks, for comparing. As long as the text itself."""
    folded = []
    for letter in tidy(text).casefold():
        base = unicodedata.normalize("NFD", letter)[:1]
        folded.append(base or letter)
    return "".join(folded)


@dataclass
class Words:
    """A typed line that is taken apart bit by bit; what is left over is what nobody understood."""

    text: str

    def __post_init__(self) -> None:
        self.text = tidy(self.text)

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        folded = fold(self.text)
        for found in pattern.finditer(folded):
            if found.start() and (folded[found.start() - 1].isalnum() or folded[found.start() - 1] in "-/."):
                continue
            if len(folded) == len(self.text):
                self.text = " ".join((self.text[: found.start()] + " " + self.text[found.end() :]).split())
                return found
        return None

    def take_date(self, today: date, *, past: bool) -> date | None:
        """The first date in the line. Without a year: the nearest past one (logging) or coming one (booking).

        Raises Refused for a date that does not exist.
        """
        for pattern in _DAY_FORMS:
            found = self._take(pattern)
            if found is not None:
                return _as_date(found, today, past=past)
        return None

    def take_time(self) -> time | None:
        """The first time of day: kl 13, 13.00, 13:00. Raises Refused for one that does not exist."""
        found = self._take(_TIME)
        if found is None:
            return None
        hour, minute = int(found["bare"] or found["hour"]), int(found["bare_minute"] or found["minute"] or 0)
        if hour > 23 or minute > 59:
            raise Refused(texts.unknown_time(found[0]))
        return time(hour, minute)

    def take_participants(self) -> int | None:
        """How many took part: "12 deltagare", "12 st", "12 pers"."""
        found = self._take(_PEOPLE)
        return int(found["number"]) if found else None

    def take_outcome(self) -> OccasionState | None:
        """genomförd, delvis, inställd and the like."""
        pattern = re.compile(rf"\b(?P<word>{'|'.join(sorted(OUTCOMES, key=len, reverse=True))})\b")
        found = self._take(pattern)
        if found is None:
            return None
        if found["word"] == "delvis":
            self._take(re.compile(r"\bgenomfor[dt]a?\b"))  # "delvis genomförd"
        return OUTCOMES[found["word"]]

    def take_channel(self) -> str | None:
        """A mentioned channel's id."""
        found = _CHANNEL.search(self.text)
        if found is None:
            return None
        self.text = " ".join(self.text.replace(found[0], " ").split())
        return found["id"]

    def take_user(self) -> str | None:
        """A mentioned person's id."""
        found = _USER.search(self.text)
        if found is None:
            return None
        self.text = " ".join(self.text.replace(found[0], " ").split())
        return found["id"]

    def take_id(self, letter: str) -> int | None:
        """An id that a button carries: "c:12". People never type these."""
        found = re.search(rf"(?:^|\s){letter}:(\d{{1,18}})(?=\s|$)", self.text)
        if found is None:
            return None
        self.text = " ".join((self.text[: found.start()] + " " + self.text[found.end() :]).split())
        return int(found[1])

    def take_names(self, named: Iterable[tuple[str, Sequence[str]]]) -> list[str]:
        """Every key whose name stands in the line as whole words, longest names first. (key, names) in, keys out."""
        pairs = [(fold(name), key) for key, names in named for name in names if name]
        found: list[str] = []
        for name, key in sorted(pairs, key=lambda pair: -len(pair[0])):
            if self._take(re.compile(rf"\b{re.escape(name)}\b")) is not None and key not in found:
                found.append(key)
        return found

    def take_best(self, named: Sequence[tuple[str, Sequence[str]]]) -> str | None:
        """The one key whose name the line begins with or holds, allowing for endings ("trygghetsvandringen").

        Raises Refused when several fit as well. None when none does; then the words are still there.
        """
        folded = fold(self.text).split()
        for size in range(min(6, len(folded)), 0, -1):
            for first in range(len(folded) - size + 1):
                piece = " ".join(folded[first : first + size])
                keys = _matches(piece, named)
                if len(keys) > 1:
                    raise Refused(texts.several_names(piece, [_shown(key, named) for key in keys]))
                if keys:
                    words = self.text.split()
                    self.text = " ".join(words[:first] + words[first + size :])
                    return keys[0]
        return None


def _shown(key: str, named: Sequence[tuple[str, Sequence[str]]]) -> str:
    return next(names[0] for each, names in named if each == key)


ENDINGS = ("s", "en", "et", "n", "ens", "ar", "arna", "er", "erna", "na", "or", "orna")


def _matches(piece: str, named: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """Keys with a name equal to the piece, else equal but for an ending, else one that begins with it."""
    if len(piece) < 3:
        return []
    by_fit: dict[int, list[str]] = {0: [], 1: [], 2: []}
    for key, names in named:
        fits = [fit for name in names if name for fit in [_fit(piece, fold(name))] if fit is not None]
        if fits:
            by_fit[min(fits)].append(key)
    return next((keys for keys in by_fit.values() if keys), [])


def _fit(piece: str, name: str) -> int | None:
    if piece == name:
        return 0
    if any(piece == name + ending or piece + ending == name for ending in ENDINGS):
        return 1
    return 2 if len(piece) >= 4 and name.startswith(piece) else None


def require_best(words: Words, named: Sequence[tuple[str, Sequence[str]]]) -> str:
    """As take_best, but Refused, naming the nearest right ones, when nothing fits."""
    found = words.take_best(named)
    if found is not None:
        return found
    known = [names[0] for _, names in named]
    raise Refused(texts.unknown_name(words.text, nearest(words.text, named), known[:12]))


def nearest(text: str, named: Sequence[tuple[str, Sequence[str]]], most: int = 2) -> list[str]:
    """The names most like the text, none when nothing is near."""
    choices = {name: fold(name) for _, names in named for name in names[:1]}
    found = process.extract(fold(text), choices, scorer=fuzz.WRatio, limit=most, score_cutoff=60)
    return [name for _, _, name in found]


def _as_date(found: re.Match[str], today: date, *, past: bool) -> date:
    groups = found.groupdict()
    if groups.get("relative"):
        return today + timedelta(days=RELATIVE[found["relative"]])
    if groups.get("week"):
        return _week_date(found, today, past=past)
    if groups.get("weekday"):
        return _weekday_date(found, today)
    month = MONTHS[found["name"]] if groups.get("name") else int(found["month"])
    day = int(found["day"])
    if groups.get("year"):
        return _real_date(found[0], int(found["year"]), month, day)
    return _nearest_year(found[0], month, day, today, past=past)


def _real_date(word: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Refused(texts.no_such_date(word)) from None


def _nearest_year(word: str, month: int, day: int, today: date, *, past: bool) -> date:
    """Without a year: the last such day up to today, or the first from today on (29 Feb may be years off)."""
    years = range(today.year, today.year - 9, -1) if past else range(today.year, today.year + 9)
    for year in years:
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if (found <= today) if past else (found >= today):
            return found
    raise Refused(texts.no_such_date(word))


def _week_date(found: re.Match[str], today: date, *, past: bool) -> date:
    weekday = WEEKDAYS[found["weekday"]] if found.groupdict().get("weekday") else 0
    week = int(found["week"])
    this_year = today.isocalendar().year
    wanted = (
        [int(found["year"])] if found["year"] else [this_year, this_year - 1] if past else [this_year, this_year + 1]
    )
    for year in wanted:
        try:
            day = date.fromisocalendar(year, week, weekday + 1)
        except ValueError:
            continue
        if found["year"] or ((day <= today) if past else (day >= today)):
            return day
    raise Refused(texts.no_such_date(found[0]))


def _weekday_date(found: re.Match[str], today: date) -> date:
    """i fredags, förra fredagen: the last one; nästa, på, i: the coming one."""
    weekday = WEEKDAYS[found["weekday"]]
    backwards = found["direction"] == "forra" or (found["direction"] == "i" and found["weekday"].endswith("s"))
    if backwards and found["weekday"] not in ("tis", "ons", "tors"):
        return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def read_date(text: str, today: date, *, past: bool) -> date:
    """A whole text that must be one date. Raises Refused saying what was not understood."""
    words = Words(text)
    found = words.take_date(today, past=past)
    if found is None or words.text:
        raise Refused(texts.unknown_date(tidy(text)))
    return found
