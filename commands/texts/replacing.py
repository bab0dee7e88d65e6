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
NOT_BACKWARDS = "Den nya kan tidigast börja i dag: vem som har suttit när ändras inte i efterhand."
THE_SAME = "Det är samma person."
HELD_ALREADY = "Personen sitter redan där."
MEASURES = "Öppna åtgärder på platsen"
MEASURES_HINT = "Det som är förkryssat följer med till den nya. Det andra blir forumets, tills någon tar det."
MATTERS = "Öppna ärenden som den som lämnar har anmält"
MATTERS_HINT = "Den nya får veta vilka som följer med. Ärendena ligger kvar i forumet vad du än väljer."
LEFT_BY_SEAT = "Följde inte med när platsen bytte person."


def more(count: int) -> str:
    return f"Visa {antal(count, 'till', 'till')}"


def intro(name: str, seat: str) -> str:
    return f"{name} lämnar {seat}. Skriv vem som tar över."


def replaced(before: str, after: str, seat: str, starts: date) -> str:
    last = datum(starts - timedelta(days=1))
    return f"{after} sitter på {seat} från och med {datum(starts)}. {before} har {last} som sista dag där."


def left_behind(titles: Sequence[str]) -> str:
    return f"Hos forumet tills någon tar det: {uppräkning(list(titles))}."
