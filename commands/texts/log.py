"""Sentences about logging what came of things."""

from collections.abc import Sequence
from datetime import date

from schedules.swedish import antal, datum, datum_vecka, stor, uppräkning

TITLES = {"aktivitet": "Logga aktivitet", "mote": "Logga möte", "uppfoljning": "Logga uppföljning"}
ASK_WHAT = "Vad vill du logga?"
BUTTONS = {"aktivitet": "En aktivitet", "mote": "Ett möte", "uppfoljning": "En uppföljning"}
CHANGE = "Ändra"
SUBMIT = "Logga"

ACTIVITY = {"aktivitet": "Aktivitet", "mote": "Forum", "uppfoljning": "Uppföljning"}
WHEN = "Datum"
WHERE = "Plats"
WHERE_HINT = "En plats eller ett område, inga privata adresser."
OUTCOME = "Vad blev det av?"
OUTCOMES = {"held": "Genomförd", "partly": "Delvis genomförd", "cancelled": "Inställd"}
OUTCOMES_NEUTER = {"held": "Genomfört", "partly": "Delvis genomfört", "cancelled": "Inställt"}
PARTICIPANTS = "Antal deltagare"
PARTIES = "Vilka parter deltog?"
GOAL_RESULT = "Resultat mot målet"
TEXT = "Anteckning"
TEXT_HINT = "Skriv så att det tål att lämnas ut. Inga namn, personnummer eller uppgifter om enskilda."

CHOOSE_ACTIVITY = "Välj vad du vill logga."
CHOOSE_OUTCOME = "Välj vad det blev av."
GIVE_DATE = "Ange vilken dag det var."
FUTURE = "Den dagen har inte varit än. Det går bara att logga inställt i förväg."
BAD_NUMBER = "Skriv antalet som ett helt tal, till exempel 12."
CHANGED_MEANWHILE = "Någon annan har loggat det här medan formuläret var öppet. Stäng och tryck Ändra för att se det."


def outside_period(starts: date, ends: date | None) -> str:
    until = f" till och med {datum(ends)}" if ends else ""
    return f"Överenskommelsen gäller från {datum(starts)}{until}. Välj en dag däremellan."


def goals_hint(goals: Sequence[str]) -> str:
    return f"Mål: {'; '.join(goals)}" if goals else ""


def not_understood(left: str) -> str:
    return f"Jag förstod inte ”{left}”, så det står som anteckning. Rätta gärna innan du loggar."


def said(state: str, title: str, on: date, place: str, participants: int | None, parties: Sequence[str]) -> str:
    """One line: what, when, where, how many, who."""
    pieces = [f"{title} {datum_vecka(on)}"]
    if place:
        pieces.append(place)
    if participants is not None and state != "cancelled":
        pieces.append(antal(participants, "deltagare", "deltagare"))
    if parties:
        pieces.append(uppräkning(list(parties)))
    return f"{OUTCOMES[state]}: {', '.join(pieces)}."


def goal_result(text: str) -> str:
    return f"Resultat mot målet: {text}"


def logged() -> str:
    return "Tack, det är loggat."


def corrected() -> str:
    return "Tack, rättelsen är sparad som en ny version. Den gamla finns kvar."


def summary_heading(title: str, name: str, version: int) -> str:
    what = "loggat" if version == 1 else "rättat"
    return f"{stor(title)}: {what} av {name}" if name else f"{stor(title)}: {what}"


def already(on: date, name: str, logged_on: date) -> str:
    by = f" av {name}" if name else ""
    return f"Redan loggat {datum(logged_on)}{by} för {datum(on)}. Tryck Ändra för att rätta."


def complete_hint(example: str) -> str:
    return f"Säger du också vilka parter som deltog loggas det direkt, till exempel: {example}"
