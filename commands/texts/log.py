"""Sentences about logging what came of things."""

from collections.abc import Sequence
from datetime import date

from schedules.swedish import datum, datum_vecka, stor, uppräkning

TITLES = {"aktivitet": "Logga aktivitet", "mote": "Logga möte", "uppfoljning": "Logga uppföljning"}
ASK_WHAT = "Vad vill du logga?"
BUTTONS = {"aktivitet": "En aktivitet", "mote": "Ett möte", "uppfoljning": "En uppföljning"}
MINUTES = "Minnesanteckningar"
CHANGE = "Ändra"
SUBMIT = "Logga"

ACTIVITY = {"aktivitet": "Aktivitet", "mote": "Forum", "uppfoljning": "Uppföljning"}
WHEN = "Datum"
WHERE = "Plats"
WHERE_HINT = "En plats eller ett område, inga privata adresser."
OUTCOME = "Vad blev det av?"
OUTCOMES = {"held": "Genomförd", "partly": "Delvis genomförd", "cancelled": "Inställd"}
OUTCOMES_NEUTER = {"held": "Genomfört", "partly": "Delvis genomfört", "cancelled": "Inställt"}
OUTCOMES_PLURAL = {"held": "Genomförda", "partly": "Delvis genomförda", "cancelled": "Inställda"}
ALL_PARTIES = ("alla parter", "alla tre parter", "samtliga parter", "alla tre parterna", "alla parterna")
LEADING_JOINTS = ("och", "samt", "med", "fran", "i", "pa", "vid", "hos", "av")
TRAILING_JOINTS = ("och", "samt", "med", "fran", "i", "pa", "vid", "hos", "av", "deltog")
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
WRONG_ACTIVITY = "Fel aktivitet? Logga den rätta för sig, och rätta den här till inställd."
AREA = "Vilket område gäller det?"
NEEDS_MORE = "Det behövs lite till för att det ska räknas rätt."
LOGGED = "Tack, det är loggat."
CORRECTED = "Tack, rättelsen är sparad som en ny version. Den gamla finns kvar."
UNCHANGED = "Inget är ändrat. Så här står det:"
PRESS_CHANGE = "Inget är ändrat. Tryck Ändra för att rätta."


def somebody_first(name: str, line: str) -> str:
    by = name or "Någon annan"
    return f"{by} hann före: {line} Skicka om du vill spara det du har skrivit som en rättelse, annars stäng."


def choose_area(areas: Sequence[str]) -> str:
    return f"Välj ett av områdena: {', '.join(areas)}."


def how_many(unit: str) -> str:
    return f"Antal {unit}"


def bad_count(unit: str) -> str:
    return f"Skriv hur många {unit} det blev, ett helt tal som är minst 1."


def counts(quantity: int) -> str:
    return f"Räknas som {quantity}."


def too_long(most: int) -> str:
    return f"Det är för långt. Skriv högst {most} tecken."


def counted_for(booked: date) -> str:
    return f"Det räknas som tillfället som var bokat {datum(booked)}."


def shortened(text: str, most: int) -> str:
    """A long text's beginning, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def outside_period(starts: date, ends: date | None) -> str:
    until = f" till och med {datum(ends)}" if ends else ""
    return f"Överenskommelsen gäller från {datum(starts)}{until}. Välj en dag däremellan."


def goals_hint(goals: Sequence[str]) -> str:
    return f"Mål: {'; '.join(goals)}" if goals else ""


def not_understood(left: str, near: Sequence[str]) -> str:
    if near:
        return f"Jag förstod inte ”{left}”. Menade du {uppräkning(list(near), 'eller')}? Välj nedan."
    return f"Jag förstod inte ”{left}”, så det står som anteckning. Rätta gärna innan du loggar."


def said(state: str, title: str, on: date, place: str, participants: str, parties: Sequence[str]) -> str:
    """One line: what, when, where, how many, who. `participants` is the count as it may be shown, "" for none."""
    pieces = [f"{title} {datum_vecka(on)}"]
    if place:
        pieces.append(place)
    if participants and state != "cancelled":
        pieces.append(f"{participants} deltagare")
    if parties:
        pieces.append(uppräkning(list(parties)))
    return f"{_outcomes(title)[state]}: {', '.join(pieces)}."


def _outcomes(title: str) -> dict[str, str]:
    """genomförd, genomfört, genomförda: by the title's own ending."""
    word = title.split(":")[0].split(" vid ")[0].strip().casefold()
    if word.endswith(("möte", "mått", "arbete", "samråd")):
        return OUTCOMES_NEUTER
    return OUTCOMES_PLURAL if word.endswith(("er", "ar", "or")) else OUTCOMES


def goal_result(text: str) -> str:
    return f"Resultat mot målet: {text}"


def summary_heading(title: str, name: str, version: int) -> str:
    what = "loggat" if version == 1 else "rättat"
    return f"{stor(title)}: {what} av {name}" if name else f"{stor(title)}: {what}"


def already(logged_on: date, name: str) -> str:
    return f"Redan loggat {datum(logged_on)} av {name}." if name else f"Redan loggat {datum(logged_on)}."
