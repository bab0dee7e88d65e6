"""Swedish words → values: what people type becomes dates, times, counts, outcomes and names. Strict: never a guess."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache

from rapidfuzz import fuzz, process

from commands.call import Refused
from commands.texts import words as texts
from storage.hidden import without_hidden
from storage.terms import OccasionState, known_day

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
        (
            *("genomford", "genomfort", "genomforda", "genomfordes", "klar", "klart", "gjord", "gjort", "gjorda"),
            *("hallen", "hallet", "hallna", "holls", "avklarad", "avklarat", "utford", "utfort", "blev av", "agde rum"),
        ),
        OccasionState.HELD,
    ),
    **dict.fromkeys(("delvis", "halvklar", "halvklart", "paborjad", "paborjat"), OccasionState.PARTLY),
    **dict.fromkeys(
        (
            *("installd", "installt", "installda", "stalldes in", "avbokad", "avbokat", "avbokades", "avlyst"),
            *("avlystes", "uteblev", "utebliven"),
        ),
        OccasionState.CANCELLED,
    ),
}
RELATIVE = {
    **{"idag": 0, "imorse": 0, "ikvall": 0, "igar": -1, "imorgon": 1, "iforrgar": -2},
    **{"overmorgon": 2, "iovermorgon": 2},
}
COUNTS = ("inga", "en", "tva", "tre", "fyra", "fem", "sex", "sju", "atta", "nio", "tio", "elva", "tolv")
SMART = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "—": "-", "–": "-", "−": "-", "‑": "-", "\u00a0": " "}
)
ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))  # all that Slack escapes; "&copy" is what somebody wrote
FULL_WIDTH = re.compile("[\uff01-\uff5e]")
MARKS = " .,;:!?()\"'-"  # what may stand around a word without being of it
FOLDED = {"ø": "o", "æ": "a", "œ": "o", "đ": "d", "ł": "l"}  # letters that do not decompose

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_WEEKDAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
_LONG_WEEKDAY = "|".join(sorted((name for name in WEEKDAYS if "dag" in name), key=len, reverse=True))
_COUNTED = (
    "deltagare|deltagande|deltog|personer|pers|stycken|st|besokare|narvarande|ungdomar|elever|vuxna|barn"
    "|boende|invanare"
)
_BEFORE = rf"(?:(?:pa )?(?P<said>{_WEEKDAY})\b\.?,? (?:den )?)?"  # "tis 1 dec": the weekday belongs to the date
_YEAR = rf"(?P<year>20\d{{2}})(?!\d)(?! ?(?:{_COUNTED})\b)"  # "14 okt 2500 deltagare" names no year
_WEEK = r"v(?:eckan?|\.)? ?(?P<week>\d{1,2})(?!\d)"
_SHOWN_WEEK = r"(?: \(v(?:ecka|\.)? ?\d{1,2}\))?"  # as the bot itself writes dates
_DAY_PART = r"(?: (?:pa )?(?:kvall(?:en)?|formiddag(?:en)?|eftermiddag(?:en)?))?"
_DAY_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{_BEFORE}(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})(?!\d){_SHOWN_WEEK}",
        rf"{_BEFORE}(?P<day>\d{{1,2}})/(?P<month>\d{{1,2}})(?!\d)"
        rf"(?:[-/ ]{_YEAR}|[-/](?P<short>\d{{2}})(?!\d))?{_SHOWN_WEEK}",
        rf"{_BEFORE}(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.(?P<year>20\d{{2}})(?!\d)",
        rf"{_BEFORE}(?:den )?(?P<day>\d{{1,2}})(?::?[ea])?\.? ?(?P<name>{_MONTH})\b\.?(?:,? {_YEAR})?{_SHOWN_WEEK}",
        rf"(?:pa )?(?P<weekday>{_WEEKDAY})\.?,? (?:i )?{_WEEK}(?:,? {_YEAR})?",
        rf"{_WEEK},? (?:pa )?(?P<weekday>{_LONG_WEEKDAY})\b(?:,? {_YEAR})?",
        rf"(?P<relative>i ?dag|i ?morse|i ?kvall|i ?gar|i ?morgon|i ?forrgar|(?:i )?overmorgon)\b{_DAY_PART}",
        rf"(?P<direction>nasta|i|pa|forra) (?P<weekday>{_WEEKDAY})\b{_DAY_PART}",
        rf"(?P<weekday>{_LONG_WEEKDAY})\b{_DAY_PART}",
        rf"{_WEEK}(?:,? {_YEAR})?",
    )
)
_BARE_HOUR = re.compile(
    rf",? (?P<hour>\d{{1,2}})(?=[ ,]|$)(?!,? (?:{_COUNTED}|{_MONTH})\b)"  # "10 feb 13": at 13
)
_TIME = re.compile(
    r"(?:kl(?:ockan|\.)? ?(?P<bare>\d{1,2})(?:[.:](?P<bare_minute>\d{2}))?"
    r"|(?P<hour>\d{1,2})[.:](?P<minute>\d{2}))(?![\d:]|\.\d)"
    rf"(?: ?- ?(?:kl\.? ?)?\d{{1,2}}(?:[.:]\d{{2}})?(?![\d:/-])(?! (?:{_MONTH})\b))?"  # "13.00-15.00": from 13
)
_PEOPLE = re.compile(
    r"(?:(?:ca|cirka|omkring|ungefar|runt|drygt|totalt)\.? )?"
    rf"(?:(?:(?P<number>\d{{1,3}}(?: \d{{3}})+|\d{{1,7}}) ?|(?P<word>{'|'.join(COUNTS)}) )(?:{_COUNTED})\b"
    r"|(?:antal )?deltagare:? (?P<after>\d{1,7})\b)"
)
_HELD = "|".join(
    word for word, state in OUTCOMES.items() if state is OccasionState.HELD and not word.startswith(("klar", "avklar"))
)
_NOT_HELD = re.compile(
    rf"(?:blev|blir) (?:inte|ej) (?:nagot )?av\b|agde (?:inte|ej) rum\b|(?:{_HELD}) (?:inte|ej)\b"
    rf"|(?:inte|ej) (?:blivit |blev )?(?:{_HELD})\b"
)
_OUTCOME = re.compile(
    rf"(?<!inte )(?<!ej )\b(?P<word>{'|'.join(sorted(OUTCOMES, key=len, reverse=True))})\b(?! (?:inte|ej)\b)"
)
_CHANNEL = re.compile(r"<#(?P<id>[CG][A-Z0-9]+)(?:\|[^>]*)?>")
_USER = re.compile(r"<@(?P<id>[UW][A-Z0-9]+)(?:\|[^>]*)?>")


def tidy(text: str) -> str:
    """What was typed, on one line, with phone keyboards' punctuation, hidden characters and Slack's entities plain."""
    plain = without_hidden(text)
    for entity, letter in ENTITIES:
        plain = plain.replace(entity, letter)
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", plain).translate(SMART)
        plain = FULL_WIDTH.sub(lambda wide: unicodedata.normalize("NFKC", wide[0]), plain)
    return " ".join(plain.split())


def whole_number(text: str) -> int | None:
    """An id or another number that a button, a form or its context carries; None for anything else.

    At most nine digits, which every database takes, and only 0-9: "²" is a digit to `str.isdigit` and no number.
    """
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


def whole_day(text: str) -> date:
    """The day, YYYY-MM-DD, that a form carries. Raises ValueError for anything else, and for years of no agreement."""
    return known_day(date.fromisoformat(text))


def fold(text: str) -> str:
    """Lower case without å, ä, ö and other marks, for comparing. As long as the tidied text."""
    return _folded(tidy(text))


@lru_cache(4_000)
def folded_name(name: str) -> str:
    """As fold, of a name from an agreement: it is remembered, as what somebody has written is not."""
    return fold(name)


def _folded(plain: str) -> str:
    return "".join(_fold_letter(letter) for letter in plain)


@lru_cache(1_000)
def _fold_letter(letter: str) -> str:
    lower = unicodedata.normalize("NFD", letter.casefold())[:1] or letter
    return FOLDED.get(lower, lower)


@dataclass
class Words:
    """A typed line that is taken apart bit by bit; what is left over in `text` is what nobody understood."""

    text: str

    def __post_init__(self) -> None:
        self.text = tidy(self.text)

    def _find(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """The first match, in the folded line, that does not begin inside a word or a number."""
        folded = _folded(self.text)
        for found in pattern.finditer(folded):
            if not found.start() or not (folded[found.start() - 1].isalnum() or folded[found.start() - 1] in "-/."):
                return found
        return None

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = self._find(pattern)
        if found is not None:
            self._cut(found.start(), found.end())
        return found

    def _cut(self, first: int, last: int, instead: str = "") -> None:
        """Takes a piece out, and the punctuation that stood around it."""
        pieces = (self.text[:first] + f" {instead} " + self.text[last:]).split()
        self.text = " ".join(piece for piece in pieces if piece.strip(MARKS)).strip(" ,;")

    def take_date(self, today: date, *, past: bool) -> date | None:
        """The first date in the line. Without a year: the nearest past one (logging) or coming one (booking).

        Raises Refused for a date that does not exist, or that falls on another weekday than the one named.
        """
        matches = [match for match in map(self._find, _DAY_FORMS) if match is not None]
        if not matches:
            return None
        found = min(matches, key=lambda match: (match.start(), -match.end()))
        hour = None if past else _BARE_HOUR.match(_folded(self.text), found.end())
        day = _as_date(found, today, past=past)
        if hour is not None and int(hour["hour"]) < 24:
            self._cut(found.start(), hour.end(), f"kl {hour['hour']}")
        else:
            self._cut(found.start(), found.end())
        return day

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
        """How many took part: "12 deltagare", "12 st", "1 200 besökare", "deltagare: 12", "inga deltagare"."""
        found = self._take(_PEOPLE)
        if found is None:
            return None
        if found["word"]:
            return COUNTS.index(found["word"])
        return int((found["number"] or found["after"]).replace(" ", ""))

    def take_outcome(self) -> OccasionState | None:
        """genomförd, delvis, inställd and the like; "inte genomförd" and "blev inte av" are inställd.

        None for none, and for what could mean either ("inte klar"): those words are left. Raises Refused when the line
        says both that it was held and that it was not.
        """
        said = {OccasionState.CANCELLED} if self._take(_NOT_HELD) else set()
        words = []
        while (found := self._take(_OUTCOME)) is not None:
            words.append(found["word"])
            said.add(OUTCOMES[found["word"]])
        if OccasionState.PARTLY in said:
            return OccasionState.PARTLY  # "delvis genomförd", "delvis inställd"
        if len(said) > 1:
            raise Refused(texts.TWO_OUTCOMES)
        return next(iter(said), None)

    def take_channel(self) -> str | None:
        """A mentioned channel's id."""
        return self._take_mention(_CHANNEL)

    def take_user(self) -> str | None:
        """A mentioned person's id."""
        return self._take_mention(_USER)

    def _take_mention(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.search(self.text)
        if found is None:
            return None
        self._cut(found.start(), found.end())
        return found["id"]

    def take_id(self, letter: str) -> int | None:
        """An id that a button carries: "c:12". People never type these."""
        found = re.search(rf"(?:^|\s){letter}:([0-9]{{1,9}})(?=\s|$)", self.text)
        if found is None:
            return None
        self._cut(found.start(), found.end())
        return int(found[1])

    def take_names(self, named: Iterable[tuple[str, Sequence[str]]]) -> list[str]:
        """Every key whose name stands in the line as whole words, longest names first. (key, names) in, keys out."""
        pairs = [(folded_name(name), key) for key, names in named for name in names if name]
        found: list[str] = []
        for name, key in sorted(pairs, key=lambda pair: -len(pair[0])):
            if self._take(re.compile(rf"\b{re.escape(name)}(?!\w)")) is not None and key not in found:
                found.append(key)
        return found

    def take_best(self, named: Sequence[tuple[str, Sequence[str]]]) -> str | None:
        """The one key whose name stands in the line, allowing for endings ("trygghetsvandringen") and short forms.

        A whole name anywhere counts before one with an ending, and that before the beginning of one; among equals the
        longest, then the first. Raises Refused when several keys fit as well. None when none does; then the words are
        still there.
        """
        tokens = self.text.split()
        folded = [_folded(token).strip(MARKS) for token in tokens]
        known = [(key, [_bare(name) for name in names if name]) for key, names in named]
        best: tuple[int, int, int] | None = None
        keys: list[str] = []
        for size in range(min(LONGEST_NAME, len(tokens)), 0, -1):
            for first in range(len(tokens) - size + 1):
                fit, fitting = _matches(" ".join(folded[first : first + size]), known)
                if fitting and (best is None or (fit, -size, first) < best):
                    best, keys = (fit, -size, first), fitting
        if best is None:
            return None
        size, first = -best[1], best[2]
        if len(keys) > 1:
            raise Refused(texts.several_names(" ".join(tokens[first : first + size]), _shown(keys, named)))
        left = [token for token in (*tokens[:first], *tokens[first + size :]) if token.strip(MARKS)]
        self.text = " ".join(left).strip(" ,;")
        return keys[0]


LONGEST_NAME = 10  # words
ENDINGS = ("s", "en", "et", "n", "t", "ens", "ets", "ar", "arna", "er", "erna", "na", "or", "orna")


def _shown(keys: Iterable[str], named: Sequence[tuple[str, Sequence[str]]]) -> list[str]:
    """The keys' main names, each once."""
    titles = {key: names[0] for key, names in named}
    return list(dict.fromkeys(titles[key] for key in keys))


@lru_cache(4_000)  # of agreements' names, which are asked about in every line that is typed
def _bare(name: str) -> str:
    """A name folded, with its punctuation gone: "Utemiljö, vegetation" is typed without the comma as well."""
    return " ".join(word for word in (word.strip(MARKS) for word in fold(name).split()) if word)


def _matches(piece: str, known: Sequence[tuple[str, Sequence[str]]]) -> tuple[int, list[str]]:
    """How well the piece fits (0 equal, 1 but for an ending, 2 begins a name), and the keys that it fits best."""
    if len(piece) < 3:
        return 3, []
    fits = {key: min((_fit(piece, name) for name in names), default=3) for key, names in known}
    best = min(fits.values(), default=3)
    return best, [key for key, fit in fits.items() if fit == best and fit < 3]


def _fit(piece: str, name: str) -> int:
    if piece[:1] != name[:1]:  # most names, most of the time
        return 3
    if piece == name:
        return 0
    if any(piece == name + ending or piece + ending == name for ending in ENDINGS):
        return 1
    return 2 if len(piece) >= 4 and name.startswith(piece) else 3


def require_best(words: Words, named: Sequence[tuple[str, Sequence[str]]]) -> str:
    """As take_best, but Refused, naming the nearest right ones, when nothing fits."""
    found = words.take_best(named)
    if found is not None:
        return found
    known = [names[0] for _, names in named]
    raise Refused(texts.unknown_name(words.text, nearest(words.text, named), known[:12]))


NEAR = 75  # of 100: "trygghetsvadring" is near, "fika" is near nothing


def nearest(text: str, named: Sequence[tuple[str, Sequence[str]]], most: int = 2) -> list[str]:
    """The main names of what is most like the text or one of its words, none when nothing is near."""
    choices = {(number, name): fold(name) for number, (_, names) in enumerate(named) for name in names if name}
    scores: dict[str, float] = {}
    for said in {fold(text), *[word for word in fold(text).split() if len(word) > 3]}:
        for _, score, (number, _) in process.extract(said, choices, scorer=fuzz.ratio, limit=most, score_cutoff=NEAR):
            title = named[number][1][0]
            scores[title] = max(score, scores.get(title, 0))
    return sorted(scores, key=lambda title: -scores[title])[:most]


def _as_date(found: re.Match[str], today: date, *, past: bool) -> date:
    groups = found.groupdict()
    if groups.get("relative"):
        return today + timedelta(days=RELATIVE[found["relative"].replace(" ", "")])
    if groups.get("week"):
        return _week_date(found, today, past=past)
    if groups.get("weekday"):
        return _weekday_date(found, today, past=past)
    month = MONTHS[found["name"]] if groups.get("name") else int(found["month"])
    day = int(found["day"])
    year = groups.get("year") or (f"20{found['short']}" if groups.get("short") else None)
    if year:
        whole = _real_date(found[0], int(year), month, day)
    else:
        whole = _nearest_year(found[0], month, day, today, past=past)
    if groups.get("said") and WEEKDAYS[found["said"]] != whole.weekday():
        raise Refused(texts.other_weekday(whole, WEEKDAYS[found["said"]]))
    return whole


def _real_date(word: str, year: int, month: int, day: int) -> date:
    try:
        return known_day(date(year, month, day))
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
            day = known_day(date.fromisocalendar(year, week, weekday + 1))
        except ValueError:
            continue
        if found["year"] or ((day <= today) if past else (day >= today)):
            return day
    raise Refused(texts.no_such_date(found[0]))


def _weekday_date(found: re.Match[str], today: date, *, past: bool) -> date:
    """ "i fredags" is the last one, "på fredag" the coming one; "förra" and "nästa" are the week before and after.

    A weekday alone is the last one in logging (today too), the coming one in booking.
    """
    weekday = WEEKDAYS[found["weekday"]]
    direction = found.groupdict().get("direction")
    if direction in ("nasta", "forra"):
        monday = today - timedelta(days=today.weekday())
        return monday + timedelta(days=weekday + (7 if direction == "nasta" else -7))
    said_past = direction == "i" and found["weekday"].endswith("dags")
    if said_past:
        return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
    if past and direction != "pa":
        return today - timedelta(days=(today.weekday() - weekday) % 7)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def read_date(text: str, today: date, *, past: bool) -> date:
    """A whole text that must be one date. Raises Refused saying what was not understood."""
    words = Words(text)
    found = words.take_date(today, past=past)
    if found is None or words.text:
        raise Refused(texts.unknown_date(tidy(text)))
    return found
