"""Sentences about the trail: who did what, when."""

from collections.abc import Mapping
from datetime import datetime

from schedules.swedish import stund

TITLE = "Vem som gjort vad"
NOTHING = "Inget finns antecknat här än."
NO_MORE = "Det finns inget äldre."
MORE = "Visa fler"
NOTE = "Här står vem, vad och när, aldrig vad någon har skrivit. Nyast först. Ingen kan ändra eller ta bort en rad."
CLOCK = "Boten"
KEYBOARD = "Den som sköter servern"
SOMEBODY = "någon utanför medlemslistan"

# what is in `audit_entry.action`, in words. A command of its own name, or something of the bot's and the keyboard's
ACTIONS: Mapping[str, str] = {
    "logga aktivitet": "loggade en aktivitet",
    "logga mote": "loggade ett möte",
    "logga uppfoljning": "loggade en uppföljning",
    "ordforande rotera": "lämnade över ordförandeskapet",
    "ordforande ankare": "angav vems tur det är att vara ordförande",
    "ordforande byt": "bytte två turer som ordförande",
    "ordforande tillfallig": "lät någon annan leda en tid",
    "ordforande angra": "tog tillbaka en ändring av ordförandeskapet",
    "mote boka": "bokade",
    "mote flytta": "flyttade",
    "mote stall-in": "ställde in",
    "mote planera": "planerade ett års möten",
    "mote arende": "anmälde ett ärende",
    "arende hantera": "tog hand om ett ärende",
    "arende besluta": "förde in ett beslut",
    "beslut godkann": "svarade för sin part på en ändring",
    "atgard rapportera": "rapporterade en åtgärd",
    "samverkan koppla": "kopplade ett forum till en kanal",
    "samverkan paminnelser": "ställde in sina påminnelser",
    "samverkan borta": "sade till om frånvaro",
    "samverkan tillsatt": "tillsatte någon på en plats",
    "samverkan byt": "bytte ut någon på en plats",
    "samverkan avsluta": "avslutade ett uppdrag",
    "samverkan angra": "ångrade en ändring av medlemslistan",
    "samverkan stammer": "sade att kanalen och medlemslistan är som de ska",
    "handover": "lät det som inte följde med en plats gå till forumet, eller ett ärende till efterträdaren",
    "samverkan lasin": "läste in en medlemslista",
    "samverkan exportera": "exporterade ett forum",
    "svar kommer": "svarade att de kommer",
    "svar kan-inte": "svarade att de inte kan komma",
    "svar ersattare": "skickade sin ersättare",
    "svar at": "svarade på en kallelse åt någon annan",
    "senare": "bad om en påminnelse till",
    "puls": "svarade på hur det löpande går",
    "avsta": "avstod från ett åtagande en period",
    "agreement import": "läste in överenskommelsen",
    "roster import": "läste in en medlemslista",
    "forum link": "kopplade ett forum till en kanal",
    "admin add": "utsåg en administratör",
    "admin remove": "tog bort en administratör",
    "export forum": "exporterade ett forum",
    "export person": "tog ut ett registerutdrag",
    "trender rapportera": "rapporterade trender",
    "mote anteckningar": "skrev minnesanteckningar",
    "anteckningar synpunkt": "lämnade en synpunkt på minnesanteckningar",
    "anteckningar faststall": "fastställde minnesanteckningar",
    "anteckningar justera": "justerade minnesanteckningar",
    "kalender at": "tog fram eller stängde av en kalenderadress åt någon",
    "mote kalender": "ändrade sin kalenderadress",
    "samverkan registerutdrag": "tog ut sitt registerutdrag",
    "log export": "exporterade loggen",
    "records import": "läste in vad som bevaras och gallras",
    "records propose": "tog fram ett gallringsförslag",
    "records dispose": "gallrade",
    "channel_shared": "delade en kanal med en annan organisation",
    "user_change": "ändrade ett konto i Slack",
}
SUBJECTS: Mapping[str, str] = {
    "agreement": "överenskommelse",
    "appointment": "uppdrag",
    "approval": "parts svar",
    "attendance_answer": "svar",
    "chair_anchor": "turordning",
    "chair_term": "ordförandetur",
    "commitment": "åtagande",
    "decision": "beslut",
    "disposal": "gallring",
    "forum": "forum",
    "channel_difference": "kanal och medlemslista",
    "handover": "överlämning",
    "matter": "ärende",
    "matter_step": "ärende",
    "measure": "åtgärd",
    "measure_report": "åtgärd",
    "notice": "påminnelse",
    "occasion": "tillfälle",
    "outcome": "utfall",
    "outgoing": "utskick",
    "person": "person",
    "pulse": "puls",
    "record_rule": "gallringsregel",
    "roster": "medlemslista",
    "seat": "funktion",
    "waiver": "avstående",
}


def did(action: str) -> str:
    """What was done, in words; the action itself where it has none."""
    return ACTIONS.get(action, action)


def line(at: datetime, zone: str, who: str, action: str, about: str) -> str:
    said = f"• {stund(at, zone)}: {who} {did(action)}"
    return f"{said} ({about})" if about else said


def about(subject: str, subject_id: int | None, named: str, version: object = None) -> str:
    """What it was about: "utfall 12, Trygghetsvandring, version 2"."""
    word = SUBJECTS.get(subject, subject)
    pieces = [f"{word} {subject_id}" if subject_id is not None else word]
    if named:
        pieces.append(named)
    if isinstance(version, int) and version > 1:
        pieces.append(f"version {version}")
    return ", ".join(pieces)


def title(forum: str) -> str:
    return f"{TITLE}: {forum}" if forum else TITLE


HEADINGS = ("Nr", "Tid (UTC)", "Lokal tid", "Slack-id", "Namn", "Gjorde", "Kommando", "Vad", "Id", "Uppgifter")
