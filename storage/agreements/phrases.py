"""How often, in Swedish: "fyra gånger per år eller fler vid behov" to a Cadence and back.

Numbers may be words or figures, case does not matter. What each form means stands in `storage.terms.Cadence`.
"""

import re
from datetime import date
from typing import Literal, get_args

from storage.agreements.names import fold
from storage.terms import Cadence, Period, SeasonCount, known_day

Unit = Literal["week", "month", "year"]

EXAMPLES = (
    "fyra gånger per år",
    "minst 10 gånger per år",
    "en till två gånger per år",
    "fyra gånger per år eller fler vid behov",
    "två gånger per år samt löpande",
    "kvartalsvis",
    "varannan vecka från 2027-01-14",
    "var fjärde månad",
    "varje torsdag",
    "vart tredje år",
    "två gånger på våren och en på hösten",
    "senast i december",
    "två halvdagar per år",
    "minst 30 trafikkontroller per år",
    "en gång per år i respektive område: Centrum, Hökmossen",
    "vid ungdomshelger: halloween, skolavslutning",
    "löpande",
    "vid behov",
    "ej angivet",
)

NUMBERS = {
    **{"en": 1, "ett": 1, "två": 2, "tre": 3, "fyra": 4, "fem": 5, "sex": 6, "sju": 7, "åtta": 8, "nio": 9, "tio": 10},
    **{"elva": 11, "tolv": 12, "tretton": 13, "fjorton": 14, "femton": 15, "sexton": 16, "sjutton": 17, "arton": 18},
    **{"nitton": 19, "tjugo": 20, "trettio": 30, "fyrtio": 40, "femtio": 50, "sextio": 60, "hundra": 100},
}
ORDINALS = {
    **{"andra": 2, "tredje": 3, "fjärde": 4, "femte": 5, "sjätte": 6, "sjunde": 7, "åttonde": 8, "nionde": 9},
    **{"tionde": 10, "elfte": 11, "tolfte": 12, "fjortonde": 14, "tjugoåttonde": 28},
}
WEEKDAYS = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
MONTHS = (
    *("januari", "februari", "mars", "april", "maj", "juni"),
    *("juli", "augusti", "september", "oktober", "november", "december"),
)
SEASONS = {"våren": (1, 6), "vårterminen": (1, 6), "sommaren": (6, 8), "hösten": (7, 12), "höstterminen": (7, 12)}

PERIODS: dict[str, tuple[Period, int]] = {
    **{"vecka": ("week", 1), "månad": ("month", 1), "kvartal": ("quarter", 1), "tertial": ("tertial", 1)},
    **{"halvår": ("half_year", 1), "termin": ("half_year", 1), "år": ("year", 1), "mandatperiod": ("year", 4)},
    **{"avtalsperiod": ("agreement", 1), "överenskommelseperiod": ("agreement", 1), "period": ("agreement", 1)},
}
ADVERBS: dict[str, Period] = {
    **{"veckovis": "week", "månadsvis": "month", "månatligen": "month", "kvartalsvis": "quarter"},
    **{"tertialvis": "tertial", "halvårsvis": "half_year", "terminsvis": "half_year", "årsvis": "year"},
    **{"årligen": "year"},
}
# the keys of schedules.days.EVENTS, by the words people use for them
EVENTS = {
    **{"halloween": "halloween", "skolavslutning": "skolavslutning", "skolavslutningen": "skolavslutning"},
    **{"valborg": "valborg", "valborgsmässoafton": "valborg", "skolstart": "skolstart", "skolstarten": "skolstart"},
    **{"lucia": "lucia", "lucianatten": "lucia", "nyår": "nyar", "nyårsafton": "nyar", "midsommar": "midsommar"},
    **{"midsommarafton": "midsommar", "påsk": "pask", "påsken": "pask", "höstlov": "hostlov", "höstlovet": "hostlov"},
    **{"sportlov": "sportlov", "sportlovet": "sportlov", "jullov": "jullov", "jullovet": "jullov"},
    **{"studenten": "studenten"},
}
EVENT_WORDS = {
    **{"halloween": "halloween", "skolavslutning": "skolavslutning", "valborg": "valborg", "skolstart": "skolstart"},
    **{"lucia": "lucia", "nyar": "nyår", "midsommar": "midsommar", "pask": "påsk", "hostlov": "höstlov"},
    **{"sportlov": "sportlov", "jullov": "jullov", "studenten": "studenten"},
}
OCCASION_WORDS = {"gång", "gånger", "tillfälle", "tillfällen", "möte", "möten", "sammanträde", "sammanträden"}
DURATIONS: dict[str, Literal["half_day", "full_day"]] = {
    **{"halvdag": "half_day", "halvdagar": "half_day", "heldag": "full_day", "heldagar": "full_day"},
}

_NUMBER = rf"(?:\d{{1,4}}|{'|'.join(NUMBERS)})"
_ORDINAL = rf"(?:\d{{1,2}}:(?:a|e)|{'|'.join(ORDINALS)})"
_MONTH = "|".join(MONTHS)
_ONGOING = re.compile(
    r"(?:ett )?(?:fort)?löpande(?: arbete| stöd| insatser)?(?: och stöd)?"
    r"(?: (?:året runt|hela året|under (?:hela )?(?:samverkans|avtals|överenskommelse)?(?:perioden|tiden|året)))?"
    r"|kontinuerligt|regelbundet|med jämna (?:intervall|mellanrum)"
)
_UNSPECIFIED = re.compile(r"(?:ej|inte|icke) angiv(?:et|en|na)|framgår (?:ej|inte)|saknas|okänt")
_ON_DEMAND = re.compile(r"(?:endast |bara )?vid behov|när (?:det )?behov(?:et)? (?:finns|uppstår)|när det behövs")
_MORE = re.compile(
    r",?\s+(?:eller (?:fler|flera|oftare|mer)(?: gånger)?|(?:samt|och|men)(?: (?:fler|flera|oftare))?(?: gånger)?)"
    r" vid behov$|,?\s+(?:m\.?\s?m\.?|med mera|m\.?\s?fl\.?|med flera)$"
)
_ALSO_ONGOING = re.compile(rf",?\s+(?:samt|och|plus|jämte)\s+(?:{_ONGOING.pattern})$")
_ANCHOR = re.compile(r",?\s+(?:räknat |med start )?(?:från(?: och med)?|fr\.?\s?o\.?\s?m\.?)\s+(\d{4}-\d{2}-\d{2})$")
_AREAS = re.compile(
    r",?\s+(?:i|för) (?:respektive|varje|vart och ett av) (?:område(?:na)?|stadsdel|kommundel|ort|tätort|plats)"
    r"(?:\s*:\s*(.+))?$"
)
_NORMALLY = re.compile(r"^(?:normalt|vanligen|vanligtvis|i regel|som regel|cirka|ca\.?|ungefär|omkring)\s+")
_EVENT = re.compile(
    r"(?:vid|inför|under)\s+"
    r"(?:(?:kända )?(?:ungdoms|risk|stor)?(?:helger|helgerna|kvällar|kvällarna|dagar|tillfällen)"
    r"(?:\s*:\s*|,?\s+så\s?som\s+|\s+som\s+|\s+))?(.+)"
)
_COUNT = re.compile(
    rf"(?:vid )?(?P<minst>minst |åtminstone |lägst )?(?P<least>{_NUMBER})"
    rf"(?:\s*(?:till|-|eller)\s*(?P<most>{_NUMBER}))?\s+(?P<noun>[^\W\d]+)\s+(?P<per>.+)"
)
_PER = re.compile(rf"(?:per|om|i|varje|under|en gång per)\s+(?P<period>[^\W\d]+)|{'|'.join(ADVERBS)}")
_EVERY = re.compile(
    rf"(?:minst |en gång )?(?:(?P<second>varannan|vartannat)|(?P<each>varje)|(?:var|vart) (?P<ordinal>{_ORDINAL}))"
    r"\s+(?P<unit>[^\W\d]+)"
)
_WEEKDAY = re.compile(rf"(?:på )?(?P<day>{'|'.join(WEEKDAYS)})(?:ar|arna|en)?")
_DEADLINE = re.compile(
    r"(?:(?P<every>(?:varje|vartannat|(?:var|vart) [\w:]+) år|årligen|en gång per år),?\s+)?"
    r"(?:senast|före|innan)\s+(?P<when>.+?)(?:\s+(?:varje år|årligen|per år))?"
)
_DEADLINE_MONTH = re.compile(
    r"(?:(?:i|den|under|utgången av|slutet av|i slutet av|den sista|sista) )?"
    rf"(?:(?P<day>\d{{1,2}})\s+)?(?P<month>{_MONTH})"
)
_SEASON = re.compile(
    rf"(?:minst )?(?:(?P<number>{_NUMBER})(?: (?:gång|gånger|tillfälle|tillfällen))?\s+)?(?:på|under|i)\s+"
    rf"(?P<season>{'|'.join(SEASONS)}|{_MONTH})"
)


class PhraseError(ValueError):
    """The words do not say how often in a way the bot can read."""


def number(text: str) -> int | None:
    """ "fyra" or "4" as 4; None when it is no number."""
    word = text.strip().casefold()
    return int(word) if re.fullmatch(r"[0-9]{1,6}", word) else NUMBERS.get(word)


def parse(text: str) -> Cadence:
    """The cadence a Swedish phrase says. Raises PhraseError when it says none."""
    words = _clean(text)
    found = _alone(words.casefold())
    if found is not None:
        return found
    words, areas = _take_areas(words)
    lower = words.casefold()
    extras: dict[str, object] = {"areas": areas}
    lower, extras["also_ongoing"] = _take(_ALSO_ONGOING, lower)
    lower, extras["more_if_needed"] = _take(_MORE, lower)
    if not extras["also_ongoing"]:
        lower, extras["also_ongoing"] = _take(_ALSO_ONGOING, lower)
    anchor = _ANCHOR.search(lower)
    if anchor:
        extras["anchor"] = _day(anchor.group(1))
        lower = lower[: anchor.start()]
    normally = _NORMALLY.match(lower)
    if normally:
        extras["normally"] = True
        lower = lower[normally.end() :]
    for read in (_weekday, _interval, _deadline, _seasons, _count, _event):
        found = read(lower)
        if found is not None:
            break
    else:
        raise PhraseError(f"”{text.strip()}” går inte att läsa som en takt")
    if found.anchor is None and "anchor" in extras and found.form not in ("interval", "weekday"):
        raise PhraseError(
            f"”{text.strip()}”: ett startdatum hör bara till ”varannan vecka”, ”var fjärde månad” och dylikt"
        )
    if areas and found.form not in ("count", "interval", "deadline", "seasons"):
        raise PhraseError(f"”{text.strip()}”: områden hör bara till takter med ett antal")
    return Cadence.model_validate({**found.model_dump(), **{name: value for name, value in extras.items() if value}})


def term_months(text: str) -> int | None:
    """How long a turn in the chair lasts: "varje år" is 12, "halvårsvis" 6, "ej angivet" None. Raises PhraseError."""
    words = _clean(text).casefold()
    if _UNSPECIFIED.fullmatch(words):
        return None
    duration = re.fullmatch(rf"(?:{_NUMBER}) (?:månader|månad|år)", words)
    if duration:
        count, unit = words.split()
        return (number(count) or 0) * (12 if unit == "år" else 1)
    months: dict[str, int] = {"month": 1, "quarter": 3, "tertial": 4, "half_year": 6, "year": 12}
    if words in ADVERBS and ADVERBS[words] in months:
        return months[ADVERBS[words]]
    every = _EVERY.fullmatch(words)
    if every:
        step, period = _step(every)
        if period in months:
            return step * months[period]
    raise PhraseError(f"”{text.strip()}” går inte att läsa som en mandattid")


def event_key(word: str) -> str | None:
    """The key of a named youth weekend ("nyår" is "nyar"); None when the bot knows no such weekend."""
    folded = fold(word)
    return next((key for name, key in EVENTS.items() if fold(name) == folded), None)


def phrase(cadence: Cadence) -> str:
    """The cadence in Swedish; `parse` reads it back to the same cadence."""
    said = _said(cadence)
    if cadence.normally:
        said = f"normalt {said}"
    if cadence.anchor:
        said += f" från {cadence.anchor.isoformat()}"
    if cadence.more_if_needed:
        said += " m.m." if cadence.form == "event" else " eller fler vid behov"
    if cadence.also_ongoing:
        said += " samt löpande"
    if cadence.areas:
        said += f" i respektive område: {', '.join(cadence.areas)}"
    return said


def _clean(text: str) -> str:
    plain = re.sub(r"[‐-―−]", "-", text.replace("\u00a0", " "))
    plain = re.sub(r"\(\d+\)", " ", plain)  # "en (1) gång"
    plain = " ".join(plain.split())
    return plain if re.search(r"(?:m\.\s?m|m\.\s?fl)\.$", plain, re.IGNORECASE) else plain.rstrip(". ")


def _alone(words: str) -> Cadence | None:
    if _ONGOING.fullmatch(words):
        return Cadence(form="ongoing")
    if _UNSPECIFIED.fullmatch(words):
        return Cadence(form="unspecified")
    if _ON_DEMAND.fullmatch(words):
        return Cadence(form="on_demand")
    return None


def _take(pattern: re.Pattern[str], words: str) -> tuple[str, bool]:
    found = pattern.search(words)
    return (words[: found.start()], True) if found else (words, False)


def _take_areas(words: str) -> tuple[str, tuple[str, ...]]:
    found = re.search(_AREAS.pattern, words, re.IGNORECASE)
    if not found:
        return words, ()
    if not found.group(1):
        raise PhraseError(f"”{words}”: räkna upp områdena efter ett kolon")
    areas = tuple(name.strip() for name in re.split(r",|\s+och\s+|\s+samt\s+", found.group(1)) if name.strip())
    if len({fold(area) for area in areas}) < len(areas) or not areas:
        raise PhraseError(f"”{words}”: samma område står två gånger")
    return words[: found.start()], areas


def _day(text: str) -> date:
    try:
        return known_day(date.fromisoformat(text))
    except ValueError:
        raise PhraseError(f"{text} är inget datum") from None


def _ordinal(word: str) -> int:
    return int(word.split(":")[0]) if word[0].isdigit() else ORDINALS[word]


def _step(every: re.Match[str]) -> tuple[int, str]:
    """("var fjärde månad") -> 4, "month"; the unit "" where it is none."""
    step = 2 if every["second"] else 1 if every["each"] else _ordinal(every["ordinal"])
    if every["unit"] in ("dag", "dagen"):
        return (step // 7, "week") if step and step % 7 == 0 else (step, "")
    period, times = PERIODS.get(every["unit"], ("", 1))
    return step * times, period


def _weekday(words: str) -> Cadence | None:
    every = _EVERY.fullmatch(words)
    if every and every["unit"] in WEEKDAYS:
        step, _ = _step(every)
        return Cadence(form="weekday", weekday=WEEKDAYS.index(every["unit"]), every=step, unit="week")
    plain = _WEEKDAY.fullmatch(words)
    return Cadence(form="weekday", weekday=WEEKDAYS.index(plain["day"]), unit="week") if plain else None


def _interval(words: str) -> Cadence | None:
    if words in ADVERBS:
        return Cadence(form="count", least=1, most=1, period=ADVERBS[words])
    every = _EVERY.fullmatch(words)
    if every is None:
        return None
    step, period = _step(every)
    if every["each"] and period:
        return _counted(1, 1, period, 1)
    if step < 1 or period in ("", "agreement"):
        return None
    months = {"quarter": 3, "tertial": 4, "half_year": 6}
    if period in months:
        return Cadence(form="interval", every=step * months[period], unit="month")
    unit: Unit = "week" if period == "week" else "month" if period == "month" else "year"
    return Cadence(form="interval", every=step, unit=unit)


def _deadline(words: str) -> Cadence | None:
    found = _DEADLINE.fullmatch(words)
    if found is None:
        return None
    years = 1
    if found["every"]:
        every = _EVERY.fullmatch(found["every"])
        years = _step(every)[0] if every else 1
    before = not re.search(r"senast", words)
    when = found["when"]
    named: dict[str, tuple[int, int | None]] = {
        **{"sommaren": (6, None), "semestern": (6, None), "jul": (12, 23), "årsskiftet": (12, None)},
        **{"årets slut": (12, None), "årets utgång": (12, None), "utgången av året": (12, None)},
        **{"vid årets slut": (12, None), "vid årsskiftet": (12, None), "i slutet av året": (12, None)},
    }
    if when in named:
        month, day = named[when]
        return Cadence(form="deadline", every=years, month=month, day=day)
    month_found = _DEADLINE_MONTH.fullmatch(when)
    if month_found is None:
        return None
    month = MONTHS.index(month_found["month"]) + 1
    day = int(month_found["day"]) if month_found["day"] else None
    if day is not None:
        _day(f"2028-{month:02d}-{day:02d}")  # a leap year: the 29th of February is a day
    elif before and "utgången" not in when and "slutet" not in when:
        month = (month - 2) % 12 + 1  # "före december" is by the end of November
    return Cadence(form="deadline", every=years, month=month, day=day)


def _seasons(words: str) -> Cadence | None:
    each = re.fullmatch(r"(?:varje|en gång per|en gång varje) (vår|höst)(?: och (vår|höst))?", words)
    if each:
        names = [f"{name}en" for name in each.groups() if name]
        return Cadence(form="seasons", seasons=tuple(_season(name, 1) for name in names))
    counts: list[SeasonCount] = []
    carried = 1
    for part in re.split(r"\s*,\s*|\s+(?:och|samt)\s+", words):
        part = re.sub(r"\s+(?:per år|varje år)(?=\s)", "", part)
        found = _SEASON.fullmatch(part) or _SEASON.fullmatch(f"i {part}" if counts else part)
        if found is None:
            return None
        carried = (number(found["number"]) or 0) if found["number"] else carried
        counts.append(_season(found["season"], carried))
    return Cadence(form="seasons", seasons=tuple(counts))


def _season(name: str, least: int) -> SeasonCount:
    if name in SEASONS:
        first, last = SEASONS[name]
    else:
        first = last = MONTHS.index(name) + 1
    return SeasonCount(name=name, first_month=first, last_month=last, least=least)


def _count(words: str) -> Cadence | None:
    found = _COUNT.fullmatch(words)
    if found is None:
        return None
    least = number(found["least"]) or 0
    top = number(found["most"]) if found["most"] else None if found["minst"] else least
    noun = found["noun"]
    if least < 1 or (top is not None and top < least):
        raise PhraseError(f"”{words}”: antalen ska vara minst 1, och det minsta först")
    counted = _counted(least, top, *_per(found["per"]))
    if counted is None:
        return None
    if noun in DURATIONS:
        return counted.model_copy(update={"duration": DURATIONS[noun]})
    return counted if noun in OCCASION_WORDS else counted.model_copy(update={"unit_name": noun})


def _per(words: str) -> tuple[str, int]:
    every = _EVERY.fullmatch(words)
    if every:
        step, period = _step(every)
        return period, step
    if words in ADVERBS:
        return ADVERBS[words], 1
    found = _PER.fullmatch(words)
    word = (found["period"] or "") if found else ""
    for ending in ("", "et", "en", "n", "t"):  # "i månaden", "om året", "under perioden"
        if word.endswith(ending) and word.removesuffix(ending) in PERIODS:
            period, step = PERIODS[word.removesuffix(ending)]
            return period, step
    return "", 1


def _counted(least: int, most: int | None, period: str, every: int) -> Cadence | None:
    if period not in get_args(Period) or every < 1:
        return None
    return Cadence.model_validate({"form": "count", "least": least, "most": most, "period": period, "every": every})


def _event(words: str) -> Cadence | None:
    found = _EVENT.fullmatch(words)
    if found is None:
        return None
    keys = []
    for word in re.split(r"\s*,\s*|\s+(?:och|samt|eller)\s+", found.group(1)):
        key = event_key(word)
        if key is None:
            raise PhraseError(f"”{word}” är ingen helg som boten känner; de är {', '.join(EVENT_WORDS.values())}")
        keys.append(key)
    return Cadence(form="event", events=tuple(dict.fromkeys(keys)))


PERIOD_WORDS = {
    **{"week": "vecka", "month": "månad", "quarter": "kvartal", "tertial": "tertial", "half_year": "halvår"},
    **{"year": "år", "agreement": "avtalsperiod"},
}
UNIT_WORDS = {"week": "vecka", "month": "månad", "year": "år"}


def count_word(count: int, *, neuter: bool = False) -> str:
    """4 as "fyra", 13 as "13"; 1 as "en" or, for neuter nouns, "ett"."""
    if count == 1:
        return "ett" if neuter else "en"
    return next((word for word, value in NUMBERS.items() if value == count and count <= 12), str(count))


def _said(cadence: Cadence) -> str:
    match cadence.form:
        case "count":
            return _said_count(cadence)
        case "interval":
            return _said_every(cadence.every, UNIT_WORDS[cadence.unit or "month"])
        case "weekday":
            return _said_every(cadence.every, WEEKDAYS[cadence.weekday or 0])
        case "deadline":
            years = "" if cadence.every == 1 else f"{_said_every(cadence.every, 'år')} "
            day = f"{cadence.day} " if cadence.day else "i "
            return f"{years}senast {day}{MONTHS[(cadence.month or 12) - 1]}"
        case "seasons":
            return " och ".join(_said_season(season) for season in cadence.seasons)
        case "ongoing":
            return "löpande"
        case "event":
            return f"vid ungdomshelger: {', '.join(EVENT_WORDS.get(key, key) for key in cadence.events)}"
        case "on_demand":
            return "vid behov"
        case "unspecified":
            return "ej angivet"


def _said_count(cadence: Cadence) -> str:
    least = cadence.least or 1
    singular = (least if cadence.most is None else cadence.most) == 1
    nouns: dict[str | None, tuple[str, str]] = {
        **{None: ("gång", "gånger"), "half_day": ("halvdag", "halvdagar"), "full_day": ("heldag", "heldagar")},
    }
    noun = cadence.unit_name or nouns[cadence.duration][0 if singular else 1]
    if cadence.most is None:
        amount = f"minst {count_word(least)}"
    else:
        amount = count_word(least) if cadence.most == least else f"{count_word(least)} till {count_word(cadence.most)}"
    period = cadence.period or "year"
    if period == "year" and cadence.every == 4:
        return f"{amount} {noun} per mandatperiod"
    step = f"per {PERIOD_WORDS[period]}" if cadence.every == 1 else _said_every(cadence.every, PERIOD_WORDS[period])
    return f"{amount} {noun} {step}"


def _said_every(every: int, noun: str) -> str:
    neuter = noun in ("år", "halvår", "kvartal", "tertial")
    if every == 1:
        return f"varje {noun}"
    if every == 2:
        return f"{'vartannat' if neuter else 'varannan'} {noun}"
    ordinal = next((word for word, value in ORDINALS.items() if value == every), f"{every}:e")
    return f"{'vart' if neuter else 'var'} {ordinal} {noun}"


def _said_season(season: SeasonCount) -> str:
    place = "på" if season.name in SEASONS else "i"
    return f"{count_word(season.least)} {'gång' if season.least == 1 else 'gånger'} {place} {season.name}"
