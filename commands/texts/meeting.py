"""Sentences about booking, moving and calling off."""

from collections.abc import Sequence
from datetime import date, time

from schedules.swedish import antal, datum, stor, tidpunkt, uppräkning

TO = "till"
FROM_AND_TO = ("till", "från", "den")  # words between two dates
TITLE = "Bokat framåt"
NOTHING = "Inget är bokat framåt i dina forum."
BOOK = "Boka tid"
MOVE = "Flytta"
CANCEL = "Ställ in"
MEND_CALENDAR = "Uppdatera kalendern"
FORM_BOOK = "Boka tid"
FORM_MOVE = "Flytta"
WHAT = "Vad?"
WHEN = "Datum"
CLOCK = "Klockslag"
WHERE = "Plats eller länk"
CANCEL_CONFIRM = "Ställa in? Forumet får veta det."
AREA = "Vilket område?"
CHOOSE_AREA = "Välj ett område i listan."
PLACE_TOO_LONG = "Platsen är för lång. Skriv högst 200 tecken."
CHOOSE = "Välj vad som ska bokas."
GIVE_DATE = "Ange ett datum."
BAD_TIME = "Ange ett klockslag, till exempel 13:00."
PAST = "Den dagen har redan varit. Välj en dag framåt, eller logga det med /logga."
NOT_PLANNED = "Det är inte längre planerat: någon har redan flyttat, ställt in eller loggat det."
EXAMPLE_BOOK = "/mote boka planeringsgruppen 2027-02-10 13.00 Kommunhuset"


def line(title: str, on: date, at: time | None, place: str) -> str:
    return f"{stor(tidpunkt(on, at))}: {title}" + (f", {place}" if place else "")


def suggestion_note(days: Sequence[date]) -> str:
    return f"Förslag i jämn takt: {uppräkning([datum(day) for day in days], 'eller')}."


def placed(place: str, area: str) -> str:
    """The place with the area that the occasion counts for."""
    return ", ".join(each for each in (place, area) if each)


def until(clock: str) -> str:
    """An end time as part of the place: it is kept as said."""
    return f"till kl. {clock.replace(':', '.')}"


def booked(line: str) -> str:
    return f"Bokat. {line}."


def already(title: str, on: date, at: time | None, place: str) -> str:
    return f"Det är redan bokat: {line(title, on, at, place)}."


def warning(reason: str) -> str:
    """What the calendar says against the day: "helg", "klämdag", "långfredagen", "sportlov", "juli", "v. 52"."""
    if reason == "juli" or reason.startswith("v. "):
        return f"Tänk på att många är lediga {'i juli' if reason == 'juli' else reason}."
    return f"Tänk på att det är {reason} den dagen."


def told_booked(title: str) -> str:
    return f"Bokat: {title}"


def told_moved(title: str) -> str:
    return f"Flyttat: {title}"


def told_cancelled(title: str) -> str:
    return f"Inställt: {title}"


def moved(title: str, before: str, after: str) -> str:
    return f"Flyttat. {title}: {before} blir {after}."


def from_to(before: str, after: str) -> str:
    return f"{stor(before)} blir {after}."


def told_changed(title: str) -> str:
    return f"Ändrat: {title}"


def new_place(when: str, place: str, before: str) -> str:
    """The time stays and the place does not; either may be unsaid."""
    now = place or "platsen är inte bestämd"
    was = f" Tidigare: {before}." if before else ""
    return f"{stor(when)}: {now}.{was} Tiden är densamma, så svaren gäller fortfarande."


def answer_anew(number: int) -> str:
    """What those who are asked must know: `number` of them had answered for the old time."""
    lost = "Svaren på den gamla tiden gäller inte längre. " if number else ""
    return f"{lost}Svara gärna redan nu om du kommer den nya tiden."


def asked_anew(number: int) -> str:
    """To whoever moved it."""
    answers = antal(number, "svar", "svar")
    return f"{answers} på den gamla tiden gäller inte längre. Forumet får frågan på nytt."


def occupied(title: str, when: str, place: str) -> str:
    """Another occasion of the same kind is booked for that very time."""
    where = f", {place}" if place else ""
    return (
        f"Det är redan bokat något då: {title} {when}{where}. Inget är flyttat. "
        "Välj en annan tid, eller ställ in det ena tillfället."
    )


def cancelled(title: str, when: str) -> str:
    return f"Inställt: {title} {when}. Forumet får veta det."


def was(when: str) -> str:
    return f"{stor(when)} blir inte av."


def when(on: date, at: time | None) -> str:
    return tidpunkt(on, at)


def outside_period(first: date, last: date | None) -> str:
    until = f"–{datum(last)}" if last else " och framåt"
    return f"Dagen ligger utanför överenskommelsens period, {datum(first)}{until}."


def nothing_planned(title: str) -> str:
    return f"Inget är bokat för {title}. Boka med: {EXAMPLE_BOOK}"


def which_planned(title: str, day: date | None, whens: Sequence[str]) -> str:
    """Several are booked and no day is said, or none is booked on the day."""
    if day is not None:
        return f"{title}: inget är bokat {datum(day)}. Bokat är {uppräkning(list(whens))}."
    return f"Flera tillfällen är bokade för {title}: {uppräkning(list(whens))}. Skriv också vilken dag."
