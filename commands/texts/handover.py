"""Sentences about seats that pass from one to another."""

from collections.abc import Sequence
from datetime import date, time

from schedules.swedish import datum, uppräkning
from schedules.texts import when_where

APPOINT = "Lägg till någon"
MINE = "Det som väntar på mig"
STANDING = "Så ligger forumet till"
MEASURES = "Öppna åtgärder på platsen"
MEASURES_HINT = "Det som är förkryssat följer med till den nya. Det andra blir forumets, tills någon tar det."
MEASURES_WAIT_HINT = "Det som är förkryssat väntar på nästa person. Det andra blir forumets, tills någon tar det."
MATTERS = "Öppna ärenden från den som lämnar"
MATTERS_HINT = "Det som är förkryssat för den nya vidare. Ärendena ligger kvar i forumet vad du än väljer."
MATTERS_WAIT_HINT = "Det som är förkryssat för nästa person vidare. Ärendena ligger kvar i forumet vad du än väljer."


def vacancy_heading(forum: str) -> str:
    return f"{forum}: en plats blir ledig"


def vacant(seat: str, forums: Sequence[str], first: date, today: date) -> str:
    when = "nu" if first <= today else f"från och med {datum(first)}"
    where = f" i {uppräkning(list(forums))}" if forums else ""
    return f"{seat}{where} är vakant {when}. Påminnelser till platsen går till samordnarna så länge."


def welcome(forums: Sequence[str]) -> str:
    return f"Välkommen till {uppräkning(list(forums))}"


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
