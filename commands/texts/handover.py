"""Sentences about seats that pass from one to another."""

from datetime import date, time

from schedules.swedish import datum
from schedules.texts import when_where

APPOINT = "Lägg till någon"
MINE = "Det som väntar på mig"
STANDING = "Så ligger forumet till"


def vacancy_heading(forum: str) -> str:
    return f"{forum}: en plats blir ledig"


def vacant(seat: str, first: date, today: date) -> str:
    when = "nu" if first <= today else f"från och med {datum(first)}"
    return f"{seat} är vakant {when}. Påminnelser till platsen går till samordnarna så länge."


def welcome(forum: str) -> str:
    return f"Välkommen till {forum}"


def seated(seat: str, starts: date, *, deputy: bool) -> str:
    return f"Du sitter på {seat}{' som ersättare' if deputy else ''} från och med {datum(starts)}. Med platsen följer:"


def measure(title: str, due: date | None) -> str:
    return f"• Åtgärd: {title}" + (f", senast {datum(due)}" if due else "")


def meeting(on: date, at: time | None, place: str) -> str:
    return f"• Möte {when_where(on, at, place)}"


def matter(title: str) -> str:
    return f"• Ärende: {title}"


def turn(forum: str, first: date, last: date | None) -> str:
    return f"• Ordförande i {forum} från och med {datum(first)}" + (f" till och med {datum(last)}" if last else "")
