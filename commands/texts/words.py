"""Sentences about words that were not understood."""

from collections.abc import Sequence
from datetime import date

from schedules.swedish import MONTHS_LONG, WEEKDAYS_LONG, uppräkning

TWO_OUTCOMES = (
    "Du skriver både att det blev av och att det inte blev av. Vilket var det: genomförd, delvis eller inställd?"
)


def other_weekday(day: date, said: int) -> str:
    written = f"{day.day} {MONTHS_LONG[day.month - 1]} {day.year}"
    return f"{written} är en {WEEKDAYS_LONG[day.weekday()]}, inte en {WEEKDAYS_LONG[said]}. Skriv den dag du menar."


def unknown_date(word: str) -> str:
    return f"”{word}” är inget datum jag förstår. Skriv till exempel 2027-02-10, 10/2, 10 feb eller tisdag v 6."


def no_such_date(word: str) -> str:
    return f"”{word}” finns inte i kalendern. Skriv till exempel 2027-02-10 eller 10 feb."


def unknown_time(word: str) -> str:
    return f"”{word}” är inget klockslag jag förstår. Skriv till exempel 13.00 eller kl 13."


def unknown_name(word: str, nearest: Sequence[str], known: Sequence[str]) -> str:
    if nearest:
        return f"Jag hittar inget som heter ”{word}”. Menade du {uppräkning(nearest, 'eller')}?"
    return f"Jag hittar inget som heter ”{word}”. Det som finns: {', '.join(known)}."


def several_names(word: str, names: Sequence[str]) -> str:
    return f"”{word}” kan betyda {uppräkning(names, 'eller')}. Skriv lite mer."


def left_over(words: str) -> str:
    return f"Jag förstod inte ”{words}”."
