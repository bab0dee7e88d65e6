"""Sentences about what has been changed in what is logged."""

from collections.abc import Sequence
from datetime import date, datetime

from commands.texts.log import OUTCOMES
from schedules.swedish import datum, stund, uppräkning

TITLE = "Ändringar"
SHOW = "Visa ändringar"
GONE = "Det finns inte längre."
NOT_LOGGED = "Det är inte loggat än, så det finns inga ändringar."
ONLY_ONE = "Det har inte ändrats sedan det loggades."
NOTE = "Inget skrivs över: varje rättelse är en ny version, och de gamla finns kvar."
LATEST = "Senast loggat"
NOTHING = "inget"
REST_SAME = "Inget annat än vem som sparade."
LONGEST = 300

FIELDS = {
    "state": "Utfall",
    "on": "Datum",
    "place": "Plats",
    "area": "Område",
    "quantity": "Räknas som",
    "participants": "Deltagare",
    "parties": "Parter",
    "goal_result": "Resultat mot målet",
    "text": "Text",
    "visibility": "Synlighet",
}


def heading(version: int, at: datetime, zone: str, name: str) -> str:
    by = f" av {name}" if name else ""
    return f"Version {version}, {stund(at, zone)}{by}"


def changed(field: str, before: object, after: object) -> str:
    return f"• {FIELDS[field]}: {value(field, before)} → {value(field, after)}"


def value(field: str, what: object) -> str:
    """What stood in a field, shortened, in words."""
    if field == "state":
        return OUTCOMES.get(str(what), str(what)).lower()
    if isinstance(what, date):
        return datum(what)
    if isinstance(what, Sequence) and not isinstance(what, str):
        return uppräkning([str(each) for each in what]) or NOTHING
    text = "" if what is None else str(what)
    return (text[: LONGEST - 1] + "…" if len(text) > LONGEST else text) or NOTHING
