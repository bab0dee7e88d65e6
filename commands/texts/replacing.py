"""Sentences about one person after another on a seat."""

from collections.abc import Sequence
from datetime import date, timedelta

from schedules.swedish import antal, datum, uppräkning

TITLE = "Byt ut på en plats"
SUBMIT = "Byt"
WHOM = "Vem ska bytas ut?"
NOBODY_SITS = "Ingen sitter i forumet i dag, så det finns ingen att byta ut."
FROM = "Den nya börjar"
FROM_HINT = "Den som lämnar har dagen före som sista dag."
GIVE_DATE = "Ange en dag."
THE_SAME = "Det är samma person."
HELD_ALREADY = "Personen sitter redan där."


def more(count: int) -> str:
    return f"Visa {antal(count, 'till', 'till')}"


def intro(name: str, seat: str) -> str:
    return f"{name} lämnar {seat}. Skriv vem som tar över."


def replaced(before: str, after: str, seat: str, starts: date) -> str:
    last = datum(starts - timedelta(days=1))
    return f"{after} sitter på {seat} från och med {datum(starts)}. {before} har {last} som sista dag där."


def too_early(name: str, first: date) -> str:
    return f"{name} tillträdde {datum(first)}. Den nya kan tidigast börja då."


def left_later(titles: Sequence[str], day: date) -> str:
    return f"Blir forumets {datum(day)}, tills någon tar det: {uppräkning(list(titles))}."
