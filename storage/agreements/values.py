"""The kinds of value the agreement file is written in: dates, numbers, ja/nej, names, lists and phrases.

Every scalar reaches these as text (or as itself, when a stored document is read back). What is wrong is said in
Swedish together with what is allowed; `storage.agreements.reading` puts the line to it.
"""

import re
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from storage.agreements import phrases
from storage.agreements.names import listing, nearest
from storage.terms import EARLIEST, LATEST, Cadence

MISTAKE = "mistake"  # the error type that carries a Swedish message and what is allowed
A_DATE = "ett datum skrivet 2027-01-31"


def mistake(message: str, allowed: str) -> PydanticCustomError:
    """A mistake in a value, told in Swedish."""
    return PydanticCustomError(MISTAKE, "{message}", {"message": message, "allowed": allowed})


def _text(value: Any) -> Any:
    if isinstance(value, str):
        if not value.strip():
            raise mistake("raden är tom", "en text")
        return value.strip()
    if isinstance(value, bool | int | float | date):
        return str(value)
    raise mistake("här ska det stå en text", "en text på en rad, eller efter > på flera")


def _date(value: Any) -> date:
    if isinstance(value, date) and not EARLIEST <= value <= LATEST:
        raise mistake(f"{value} är för långt bort", f"{A_DATE}; utan slut: lämna raden tom")
    if isinstance(value, date):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value.strip()):
        try:
            found = date.fromisoformat(value.strip())
        except ValueError:
            raise mistake(f"{value} finns inte i almanackan", A_DATE) from None
        return _date(found)
    raise mistake(f"”{value}” är inget datum" if isinstance(value, str) else "här ska det stå ett datum", A_DATE)


def _number(value: Any) -> int:
    found = value if isinstance(value, int) and not isinstance(value, bool) else None
    if isinstance(value, str):
        found = phrases.number(value)
    if found is None:
        raise mistake(
            f"”{value}” är inget tal" if isinstance(value, str) else "här ska det stå ett tal", "ett heltal, t.ex. 3"
        )
    return found


def _at_least_one(value: int) -> int:
    if not 1 <= value <= 999:
        raise mistake(f"{value} går inte", "ett heltal från 1 till 999")
    return value


def _days(value: int) -> int:
    if not 0 <= value <= 730:
        raise mistake(f"{value} går inte", "antal dagar, 0 till 730")
    return value


def _yes_or_no(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = value.strip().casefold() if isinstance(value, str) else ""
    if word in ("ja", "yes", "true", "sant"):
        return True
    if word in ("nej", "no", "false", "falskt"):
        return False
    raise mistake("här ska det stå ja eller nej", "ja, nej")


def _listed(value: Any) -> Any:
    """One value alone is a list of one: `alias: vandring` is as good as `alias: [vandring]`."""
    return [value] if isinstance(value, str | int | float) and not isinstance(value, bool) else value


def _phrase(value: Any) -> str:
    text = _text(value)
    assert isinstance(text, str)
    try:
        phrases.parse(text)
    except phrases.PhraseError as problem:
        near = nearest(text, phrases.EXAMPLES)
        hint = f"t.ex. {near}; " if near else ""
        raise mistake(str(problem), f"{hint}former: {listing(phrases.EXAMPLES, 40)}") from None
    return text


def _turn(value: Any) -> str:
    text = _text(value)
    assert isinstance(text, str)
    try:
        phrases.term_months(text)
    except phrases.PhraseError as problem:
        raise mistake(str(problem), "varje år, vartannat år, varje halvår, 12 månader, ej angivet") from None
    return text


def _event(value: Any) -> str:
    text = _text(value)
    key = phrases.event_key(text)
    if key is None:
        raise mistake(f"”{text}” är ingen helg som boten känner", listing(phrases.EVENT_WORDS.values(), 20))
    return key


def _organisation(value: Any) -> str:
    text = _text(value)
    if not re.fullmatch(r"[0-9]{2}[2-9][0-9]{3}-[0-9]{4}", text):
        raise mistake(f"”{text}” är inget organisationsnummer", "sex siffror, bindestreck, fyra siffror: 212000-0000")
    assert isinstance(text, str)
    return text


def one_of(*words: str) -> AfterValidator:
    """A validator that lets through the given words only."""

    def check(value: str) -> str:
        if value.casefold() in words:
            return value.casefold()
        near = nearest(value, words)
        hint = f"; menade du {near}?" if near else ""
        raise mistake(f"”{value}” går inte här{hint}", listing(words, 20))

    return AfterValidator(check)


def cadence(text: str) -> Cadence:
    """The cadence of a phrase that has been checked already."""
    return phrases.parse(text)


_LIST = {"anyOf": [{"type": ["string", "number"]}, {"type": "array", "items": {"type": ["string", "number"]}}]}
_NUMBERS = {"anyOf": [{"type": ["integer", "string"]}, {"type": "array", "items": {"type": ["integer", "string"]}}]}

Text = Annotated[str, BeforeValidator(_text), WithJsonSchema({"type": ["string", "number"]})]
Day = Annotated[date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]
Count = Annotated[
    int, BeforeValidator(_number), AfterValidator(_at_least_one), WithJsonSchema({"type": ["integer", "string"]})
]
Days = Annotated[int, BeforeValidator(_number), AfterValidator(_days)]
YesNo = Annotated[
    bool, BeforeValidator(_yes_or_no), WithJsonSchema({"enum": ["ja", "nej", True, False], "default": "nej"})
]
Names = Annotated[tuple[Text, ...], BeforeValidator(_listed), WithJsonSchema(_LIST)]
Numbers = Annotated[tuple[Count, ...], BeforeValidator(_listed), WithJsonSchema(_NUMBERS)]
DayCounts = Annotated[tuple[Days, ...], BeforeValidator(_listed), WithJsonSchema(_NUMBERS)]
Phrase = Annotated[
    str, BeforeValidator(_phrase), WithJsonSchema({"type": "string", "examples": list(phrases.EXAMPLES)})
]
Turn = Annotated[
    str, BeforeValidator(_turn), WithJsonSchema({"type": "string", "examples": ["varje år", "ej angivet"]})
]
Event = Annotated[
    str, BeforeValidator(_event), WithJsonSchema({"enum": list(dict.fromkeys([*phrases.EVENTS, *phrases.EVENT_WORDS]))})
]
Organisation = Annotated[
    str, BeforeValidator(_organisation), WithJsonSchema({"type": "string", "pattern": r"^\d{6}-\d{4}$"})
]
