"""Sentences that answer the buttons under a reminder."""

from collections.abc import Sequence
from datetime import date, datetime, time

from schedules.swedish import antal, datum, stund, tidpunkt, uppräkning

COMING = "Kommer"
DECLINING = "Kan inte"
TOMORROW = "Nästa arbetsdag"
NEXT_WEEK = "Om en vecka"
WAIVE_TITLE = "Avstå denna period"
WAIVE_REASON = "Varför?"
WAIVE_HINT = "Skälet visas i läget och i uppföljningen."
WAIVE_SUBMIT = "Avstå"
WHEN = "När ska jag påminna igen? Det blir en extra påminnelse och ändrar inget annat."
NOT_SEATED = "Bara den som sitter i forumet kan svara på kallelsen."
GIVE_REASON = "Skriv ett skäl."
NO_WINDOW = "Det här har ingen period att avstå från."
WHY_TITLE = "Varför kom påminnelsen?"
NO_REMINDERS = "Du har inte fått någon påminnelse än."
LATEST_TITLE = "Dina senaste påminnelser"
WHY = "Varför?"
STATES = {
    "waiting": "väntar på att skickas",
    "sent": "skickad",
    "withdrawn": "inte skickad",
    "refused": "kunde inte skickas",
}
REASONS = {
    "logged": "det var redan loggat",
    "booked": "det blev bokat",
    "cancelled": "det ställdes in",
    "moved": "det flyttades",
    "passed": "tiden hade gått",
    "answered": "någon hade redan svarat",
    "waived": "perioden är avstådd",
    "ended": "överenskommelsen har löpt ut",
    "removed": "det finns inte längre i överenskommelsen",
    "changed": "turordningen ändrades",
    "filled": "platsen är inte längre vakant",
    "not held": "det blev inte genomfört",
}
PULSES = {"pagar": "pågår", "pausad": "pausad", "hant": "har hänt"}


def thanks(coming: bool, title: str, on: date, at: time | None) -> str:
    answer = "du kommer" if coming else "du kan inte"
    return f"Noterat: {answer} till {title} {tidpunkt(on, at)}. Ändra dig gärna med knapparna."


def too_late(title: str, on: date) -> str:
    return f"{title} {datum(on)} är inte längre planerat, så det går inte att svara."


def snoozed(at: datetime, zone: str) -> str:
    return f"Jag påminner igen {stund(at, zone)}."


def already_snoozed(at: datetime, zone: str) -> str:
    return f"Det är redan ordnat: jag påminner igen {stund(at, zone)}."


def nothing_to_snooze() -> str:
    return "Den påminnelsen behövs inte längre: det är redan ordnat."


def pulse(title: str, state: str) -> str:
    return f"Tack. {title}: {PULSES.get(state, state)}."


def waive_intro(title: str, first: date, last: date) -> str:
    return f"{title}, {datum(first)}–{datum(last)}: inga fler påminnelser, och läget visar ”Avstått” med skälet."


def waived(title: str) -> str:
    return f"Noterat. {title} är avstått för perioden, och skälet visas i läget."


def waived_told(title: str, reason: str, name: str) -> str:
    by = f" ({name})" if name else ""
    return f"{title} är avstått för perioden: {reason}{by}"


def rule(source: str) -> str:
    return source


def planned(at: datetime, zone: str) -> str:
    return f"Förfaller: {stund(at, zone)}"


def moved_from(day: date) -> str:
    return f"Flyttad från {datum(day)}, en dag då boten inte påminner"


def state(word: str, sent_at: datetime | None, zone: str, reason: str | None) -> str:
    text = STATES[word]
    if sent_at is not None:
        text += f" {stund(sent_at, zone)}"
    if reason:
        text += f": {REASONS.get(reason, reason)}"
    return f"Läge: {text}"


def link(address: str) -> str:
    return f"Meddelandet: {address}"


def answers(coming: Sequence[str], declined: Sequence[str]) -> str:
    if not coming and not declined:
        return "Ingen har svarat."
    pieces = []
    if coming:
        pieces.append(f"kommer: {uppräkning(list(coming))}")
    if declined:
        pieces.append(f"kan inte: {uppräkning(list(declined))}")
    return "Svar: " + "; ".join(pieces)


def came_of_it(line: str) -> str:
    return f"Utfall: {line}"


def count(number: int) -> str:
    return antal(number, "påminnelse", "påminnelser")
