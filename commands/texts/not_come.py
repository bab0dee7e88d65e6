"""Sentences about reminders that have not come: why they wait, were late, or never came."""

from collections.abc import Sequence
from datetime import date, datetime

from schedules import texts as reminder_texts
from schedules.auditor.texts import failure
from schedules.swedish import antal, datum, stund

HEADING = "Påminnelser som inte kom"
ON_ITS_WAY = "Är på väg till Slack just nu."
NO_CHANNEL = "Forumet har ingen kanal, så samordnarna får den i stället."
NOT_CARRIED = "Utskicken står still just nu; den kommer när det är avhjälpt. Se /lage bot."


def quiet(until: datetime, zone: str) -> str:
    return f"Väntar till {stund(until, zone)}: personens tysta timmar."


def asked_to_wait(until: datetime, zone: str) -> str:
    return f"Slack har bett boten vänta till {stund(until, zone)}."


def tried(times: int, reason: str, again: datetime, zone: str) -> str:
    return f"Försökt {antal(times, 'gång', 'gånger')} ({failure(reason)}); nytt försök {stund(again, zone)}."


def queued(before: int) -> str:
    return f"{antal(before, 'meddelande går', 'meddelanden går')} före till samma ställe."


def late(due: datetime, zone: str, outages: Sequence[tuple[datetime, datetime]]) -> str:
    return reminder_texts.late(due, zone, outages)


def planned_late(made: datetime, zone: str) -> str:
    return f"Den planerades först {stund(made, zone)}, efter sin tid."


def never_planned(due: datetime, kind: str, zone: str, to: str, came_later: bool) -> str:
    """A reminder the auditor found missing."""
    end = "planerades för sent, men kom till slut" if came_later else "planerades aldrig, genom ett fel hos boten"
    return f"• {stund(due, zone)}: {kind}{to} – {end}"


def before_import(due: datetime, kind: str, zone: str, imported: datetime) -> str:
    return f"• {stund(due, zone)}: {kind} – överenskommelsen lästes in först {stund(imported, zone)}"


def changed_since(due: datetime, kind: str, zone: str) -> str:
    return f"• {stund(due, zone)}: {kind} – behövdes inte då; det som står i läget har ändrats sedan dess"


def booked_too_late(due: datetime, kind: str, zone: str, on: date, booked: datetime) -> str:
    return f"• {stund(due, zone)}: {kind} inför {datum(on)} – det bokades först {stund(booked, zone)}"
