"""Sentences about a change of the roster: what it would do, what it did, and taking it back."""

from collections.abc import Sequence
from datetime import date

from schedules.swedish import antal, datum, uppräkning

LOOK_TITLE = "Stämmer det här?"
LOOK_SUBMIT = "Ja, spara"
CHANGES = "Det här ändras:"
BACKWARDS = "Ändringen gäller bakåt i tiden. Det som har loggats, svarats och skrivits sedan dess står kvar som det är."
CHANGED_MEANWHILE = "Medlemslistan har ändrats sedan du såg det här. Så här blir det nu:"
UNDO = "Ångra"
UNDONE = "Klart. Det är som det var förut."
TOO_LATE = "Det går inte längre att ångra: listan har ändrats sedan dess, eller så var det en annan dag."
PEOPLE_STAY = "Namn och adresser som lästes in står kvar."
GIVEN_BACK = "Ändringen av medlemslistan är ångrad."
FORECAST = "Visa turordningen"
MEMBERS = "Visa medlemmar"
MOST_LINES = 12


def comes(name: str, seat: str, first: date, last: date | None, *, deputy: bool) -> str:
    until = f" till och med {datum(last)}" if last else ""
    return f"• {name} sitter på {seat}{' som ersättare' if deputy else ''} från och med {datum(first)}{until}"


def leaves(name: str, seat: str, last: date) -> str:
    return f"• {name} har {datum(last)} som sista dag på {seat}"


def never_came(name: str, seat: str) -> str:
    return f"• {name} tillträder inte {seat}"


def vacant(name: str, forums: Sequence[str], first: date, today: date) -> str:
    where = f" i {uppräkning(list(forums))}" if forums else ""
    when = "nu" if first <= today else f"från och med {datum(first)}"
    return f"• {name}{where} blir vakant {when}"


def turn(forum: str, first: date, last: date | None, was: Sequence[str], becomes: Sequence[str]) -> str:
    when = f"{datum(first)}–{datum(last)}" if last else f"från och med {datum(first)}"
    if not becomes:
        return f"• Ordförande i {forum} {when}: ingen, i stället för {uppräkning(list(was))}"
    instead = f" i stället för {uppräkning(list(was))}" if was else ""
    return f"• Ordförande i {forum} {when}: {uppräkning(list(becomes))}{instead}"


def more(count: int) -> str:
    return f"… och {antal(count, 'ändring', 'ändringar')} till"


def turn_heading(forum: str) -> str:
    return f"{forum}: din tur som ordförande ändras"


def left_heading(seat: str) -> str:
    return f"Uppdraget på {seat}"


def left(seat: str, last: date) -> str:
    return f"{datum(last)} är din sista dag på {seat}. Från dagen efter går påminnelserna till den som sitter där då."


def days_now(seat: str, first: date, last: date | None) -> str:
    until = f" till och med {datum(last)}" if last else " tills vidare"
    return f"Du sitter på {seat} från och med {datum(first)}{until}."


def not_coming(seat: str) -> str:
    return f"Du tillträder inte {seat}: medlemslistan är ändrad."


def file_problem_heading(name: str) -> str:
    return f"Listan {name}"
