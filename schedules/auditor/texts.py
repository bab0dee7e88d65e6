"""Sentences about the bot's own health, for coordinators and for `/lage bot`."""

from collections.abc import Sequence
from datetime import datetime

from schedules.swedish import antal, stund
from schedules.texts import UNSENT_WHY, längd
from storage.models import FindingKind

HEADING = "Boten märker att något inte fungerar"
OVER_HEADING = "Det fungerar igen"
REMEDY = "Säg till den som sköter boten. Det här meddelandet kommer högst en gång om dagen så länge det är så."
MISSING_AGAIN = "De kommer inte av sig själva. Se /samverkan varfor."
PLANNED_LATER = "De kommer när det är avhjälpt."


def sentence(
    kind: FindingKind, count: int, oldest: datetime | None, reason: str | None, zone: str, about: str = ""
) -> str:
    """What is wrong, since when, and what becomes of the reminders meanwhile. `about`: the agreement's municipality."""
    since = f" sedan {stund(oldest, zone)}" if oldest else ""
    if kind is FindingKind.PLANNER:
        return f"Nya påminnelser planeras inte{since}. Inget är glömt: {PLANNED_LATER[0].lower()}{PLANNED_LATER[1:]}"
    if kind is FindingKind.COURIER:
        return f"Meddelanden skickas inte{since}. Inget är förlorat: {PLANNED_LATER[0].lower()}{PLANNED_LATER[1:]}"
    if kind is FindingKind.LINK:
        return f"Boten har inte hört något från Slack{since}. Kommandon och knappar kan sakna svar."
    if kind is FindingKind.UNPLANNABLE:
        where = f" för {about}" if about else ""
        return f"Påminnelserna{where} kan inte räknas fram ({reason or 'okänt fel'}). {PLANNED_LATER}"
    if kind is FindingKind.MISSING:
        where = f" för {about}" if about else ""
        tail = MISSING_AGAIN if reason == "passed by" else PLANNED_LATER
        return f"{antal(count, 'påminnelse', 'påminnelser')}{where} har inte planerats; {first(oldest, zone)}. {tail}"
    if kind is FindingKind.LATE:
        why = f" Senaste försöket: {failure(reason)}." if reason else ""
        what = antal(count, "meddelande är försenat", "meddelanden är försenade")
        return f"{what} mer än en kvart; {first(oldest, zone)}.{why} De skickas så snart det går."
    return _of_messages(kind, count, oldest, reason, zone, since)


def _of_messages(
    kind: FindingKind, count: int, oldest: datetime | None, reason: str | None, zone: str, since: str
) -> str:
    if kind is FindingKind.STUCK:
        return f"{antal(count, 'meddelande har fastnat', 'meddelanden har fastnat')} på väg till Slack{since}."
    if kind is FindingKind.STRANDED:
        what = antal(count, "påminnelse väntar", "påminnelser väntar")
        return f"{what} i ett meddelande som redan är avslutat, och kommer inte av sig själva."
    if kind is FindingKind.REFUSED:
        what = antal(count, "påminnelse", "påminnelser")
        return f"{what} kunde inte skickas de senaste sju dagarna ({failure(reason or '')})."
    return f"Botens egenkontroll har inte gått{since}, så det som står här kan vara gammalt."


def first(oldest: datetime | None, zone: str) -> str:
    return f"den första skulle ha kommit {stund(oldest, zone)}" if oldest else "tiden är okänd"


def failure(reason: str) -> str:
    """Slack's or our own word for what went wrong, in Swedish where there is a sentence for it."""
    return UNSENT_WHY.get(reason.partition(":")[0], f"Slack svarade ”{reason}”" if reason else "orsaken är okänd")


def over(kind: FindingKind, since: datetime, ended: datetime, zone: str, about: str = "") -> str:
    """That it is over: what it was, and from when to when. It can be read without the first message."""
    where = f" för {about}" if about else ""
    what = {
        FindingKind.PLANNER: "Påminnelser planeras igen",
        FindingKind.COURIER: "Meddelanden skickas igen",
        FindingKind.LINK: "Boten hör Slack igen",
        FindingKind.UNPLANNABLE: f"Påminnelserna{where} kan räknas fram igen",
        FindingKind.MISSING: f"Inga påminnelser{where} saknas längre",
        FindingKind.LATE: "Inga meddelanden är försenade längre",
        FindingKind.STUCK: "Inga meddelanden har fastnat längre",
        FindingKind.STRANDED: "Inga påminnelser väntar i avslutade meddelanden längre",
    }[kind]
    length = längd(max(0, int((ended - since).total_seconds())))
    return f"{what}. Det varade från {stund(since, zone)} till {stund(ended, zone)} ({length})."


def lines(sentences: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"• {each}" for each in sentences)
