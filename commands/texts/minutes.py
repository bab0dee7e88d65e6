"""Sentences about minutes, and the words of the document."""

from collections.abc import Sequence
from datetime import date, datetime

from schedules.swedish import antal, datum, stor, stund

FORM = "Minnesanteckningar"
SUBMIT = "Spara"
PRESENT = "Vilka var med?"
OTHERS = "Andra som var med"
OTHERS_HINT = "Funktion och organisation, till exempel: adjungerad från skolan."
ADJUSTERS = "Vilka ska justera? (frivilligt)"
NOTE_HINT = "Kort: vad som sades och vad ni kom fram till."
NO_MEETING = (
    "Det finns inget möte som har varit att skriva anteckningar från. Ange dag: /mote anteckningar FORUM 2027-02-10"
)
NOT_A_MEETING = "Anteckningar skrivs från möten. Det andra loggas med /logga aktivitet."
NOT_YET = "Mötet har inte varit än."
CANCELLED = "Mötet ställdes in eller flyttades, så det finns inget att anteckna."
NONE = "Inga anteckningar är skrivna från det mötet än."
SAVED = "Anteckningarna är sparade och forumet har fått veta det."
UNCHANGED = "Inget är ändrat."
FETCH, CHANGE, COMMENT, FIX, ADJUST, CHANGES = (
    "Hämta som Word",
    "Ändra",
    "Lämna synpunkt",
    "Fastställ",
    "Justera",
    "Visa ändringar",
)
COMMENT_FORM = "Synpunkt"
COMMENT_FIELD = "Vad bör ändras?"
COMMENT_SENT = "Tack, den som skrev anteckningarna har fått din synpunkt."
GIVE_COMMENT = "Skriv vad som bör ändras."
NOT_ADJUSTER = "Du är inte utsedd att justera de här anteckningarna."
ADJUSTED = "Tack, du har justerat anteckningarna."
ADJUSTED_ALREADY = "Du har redan justerat den här versionen."
FIXED_ALREADY = "Anteckningarna är redan fastställda. Det går att rätta dem: då blir det en ny version."
FIXED = "Anteckningarna är fastställda."
LIST_TITLE = "Anteckningar"
SOMEBODY_FIRST = "Någon annan hann spara en version före dig. Öppna anteckningarna igen, så ser du den."
EMPTY = "Ange minst en som var med, eller skriv något under en punkt."

DOCUMENT = "Minnesanteckningar"
PARTICIPANTS, ABSENT, POINTS, DECISIONS, MEASURES = "Närvarande", "Frånvarande", "Dagordning", "Beslut", "Åtgärder"
HEAD_NAME, HEAD_WHO, HEAD_WHEN = "Beslut", "Ansvarig", "Senast"
NOTHING_NOTED = "Inget antecknat."
PAGE, OF = "Sida", "av"
SIGNATURE = "Justeras"
LANGUAGE = "sv-SE"
PLACES_NOTE = "Inga uppgifter om enskilda förs in här."


def title(forum: str, on: date) -> str:
    return f"Minnesanteckningar: {forum}, {datum(on)}"


def where_when(on: date, at: str | None, place: str) -> str:
    clock = klockslag_of(at)
    return ", ".join(each for each in (datum(on) + (f" {clock}" if clock else ""), place) if each)


def klockslag_of(at: str | None) -> str:
    return f"kl. {at.replace(':', '.')}" if at else ""


def told(forum: str, on: date, version: int) -> str:
    return title(forum, on) if version == 1 else f"{title(forum, on)} (version {version})"


def summary(present: str, points: int, name: str) -> str:
    by = f" Skrivna av {name}." if name else ""
    there = f"{present} närvarande" if present != "0" else "närvaron är inte antecknad"
    return f"{stor(there)}, {antal(points, 'punkt antecknad', 'punkter antecknade')}.{by}"


def until(last: date) -> str:
    return f"Synpunkter senast {datum(last)}. Då fastställs de."


def now_fixed(forum: str, on: date) -> str:
    return f"Minnesanteckningarna från {forum} {datum(on)} är fastställda"


def commented(forum: str, on: date, name: str) -> str:
    return f"Synpunkt på anteckningarna från {forum} {datum(on)}" + (f", från {name}" if name else "")


def adjust_please(forum: str, on: date) -> str:
    return f"Du är utsedd att justera anteckningarna från {forum} {datum(on)}"


def version_heading(version: int, at: datetime, zone: str, name: str) -> str:
    return f"Version {version}, {stund(at, zone)}" + (f", {name}" if name else "")


def changed(what: str, was: str, now: str) -> str:
    return f"• {what}: ”{was or 'inget'}” blev ”{now or 'inget'}”"


def standing(fixed: datetime | None, adjusted: Sequence[str], zone: str) -> str:
    lines = [f"Fastställda {stund(fixed, zone)}." if fixed else "Inte fastställda än."]
    lines += [f"Justerade av {name}." for name in adjusted]
    return " ".join(lines)


def holder(name: str, seat: str, *, deputy: bool) -> str:
    return f"{name}, {seat}{' (ersättare)' if deputy else ''}"


def decision(number: str, text: str) -> str:
    return f"{number}: {text}"


def footer(forum: str, version: int) -> str:
    return f"{forum} · version {version}"


WRITE = "Skriv anteckningar"


def missing_heading(forum: str, on: date) -> str:
    return f"{forum}: minnesanteckningar saknas från {datum(on)}"


def please_write(forum: str, on: date) -> str:
    return (
        f"{forum} möttes {datum(on)}, och inga minnesanteckningar är skrivna här. De behövs för att alla ska veta vad "
        "som sades, och de bevaras. Skriv dem med knappen, så får alla dem för synpunkter."
    )
