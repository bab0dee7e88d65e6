"""Sentences about who comes to a meeting."""

from collections.abc import Sequence
from datetime import date, time

from schedules.swedish import datum, tidpunkt, uppräkning

WHO = "Vem gäller det?"
ANSWER = "Svar"
SUBMIT = "Spara svaret"
CHOOSE_PERSON = "Välj vem svaret gäller."
CHOOSE_ANSWER = "Välj ett svar."
CHOOSE_FORUM = "Vilket möte gäller det?"
NOBODY = "Ingen sitter i forumet den dagen, så det finns ingen att svara åt."
NO_DEPUTY = "Platsen har ingen ersättare i medlemslistan. Samordnarna har fått veta att en behövs."
DEPUTY_ITSELF = "Du sitter här som ersättare. Säg Kommer eller Kan inte, så vet ordföranden."


def thanks(coming: bool, title: str, on: date, at: time | None) -> str:
    answer = "du kommer" if coming else "du kan inte komma"
    return f"Noterat: {answer} till {title} {tidpunkt(on, at)}. Ändra dig gärna med knapparna."


def moved_since(title: str, before: str, after: str) -> str:
    """To whoever presses a button about the time before."""
    return f"{title} är flyttat: {before} blev {after}. Ditt svar gäller den nya tiden."


def deputy_sent(title: str, on: date, at: time | None, deputies: Sequence[str]) -> str:
    asked = f" {uppräkning(list(deputies))} har fått frågan." if deputies else ""
    return f"Noterat: du skickar ersättare till {title} {tidpunkt(on, at)}.{asked} Ändra dig gärna med knapparna."


def answered_for(name: str, answer: str, title: str, on: date) -> str:
    return f"Noterat för {name}: {answer.lower()}, {title} {datum(on)}."


def too_late(title: str, on: date) -> str:
    return f"{title} {datum(on)} är inte längre planerat, så det går inte att svara."


def none_booked(forum: str) -> str:
    return f"Inget kommande möte är bokat i {forum}."


def asked_heading(title: str) -> str:
    return f"{title}: du är ersättare"


def asked(name: str, when: str) -> str:
    return f"{name} kan inte komma och skickar sin ersättare. {when}. Kan du vara med?"


def not_needed(name: str, when: str) -> str:
    return f"{name} har ändrat sitt svar. {when}. Du behöver inte gå i stället."


def wanted_heading(title: str) -> str:
    return f"{title}: en ersättare behövs"


def wanted(name: str, seat: str, when: str) -> str:
    return f"{name} ({seat}) kan inte komma och platsen har ingen ersättare i medlemslistan. {when}."
