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
ADJUSTERS_SHORT = "Justerare"
NOTE_HINT = "Kort: vad som sades och vad ni kom fram till."
DECIDE_HINT = "Beslut skriver du med knappar när anteckningarna är sparade."
DECIDE_NEXT = "Togs det beslut? Skriv dem här, så får de nummer och kommer med i anteckningarna."
DECIDE_DIRECT = "Skriv annat beslut"
NO_MEETING = (
    "Det finns inget möte som har varit att skriva anteckningar från. Ange dag: /mote anteckningar FORUM 2027-02-10"
)
NOT_A_MEETING = "Anteckningar skrivs från möten. Det andra loggas med /logga aktivitet."
NOT_YET = "Mötet har inte varit än."
CANCELLED = "Mötet ställdes in eller flyttades, så det finns inget att anteckna."
NONE = "Inga anteckningar är skrivna från det mötet än."
SAVED = "Anteckningarna är sparade och forumet har fått veta det."
UNCHANGED = "Inget är ändrat."
UNCHANGED_TEXT = "Inget är omskrivet; beslut kan ha tillkommit."
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
HEAD_PERSON, HEAD_SEAT = "Namn", "Funktion"
SIGNATURES, PLACE_AND_DATE = "Justering", "Ort och datum"
NOTHING_NOTED = "Inget antecknat."
MORE_IN_DOCUMENT = "Resten står i dokumentet: Hämta som Word."
PAGE, OF = "Sida", "av"
SIGNATURE = "Underskrift"
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


def until(last: date, fixed: datetime, zone: str) -> str:
    return f"Synpunkter senast {datum(last)}. De fastställs {stund(fixed, zone)}."


def point(number: int, title: str, *, added: bool = False) -> str:
    return f"{number}. {title}" + (" (tillkom efter kallelsen)" if added else "")


def decided(numbered: str, text: str) -> str:
    return f"Beslut {numbered}: {text}"


def decided_then(numbered: str, on: date, text: str) -> str:
    return f"Beslut {numbered} ({datum(on)}): {text}"


def done_with(act: str, to: str, reason: str) -> str:
    said = {"deferred": "Bordlagt till nästa möte", "closed": "Avslutat utan beslut"}
    return f"{said.get(act) or f'Skickat till {to}'}: {reason}"


def more_points(count: int) -> str:
    return f"… och {antal(count, 'punkt', 'punkter')} till, som står i dokumentet."


def others(said: str) -> str:
    return f"Dessutom: {said}"


def adjusted_on(name: str, on: date) -> str:
    return f"{name}, justerade i Slack {on.isoformat()}"


def open_matter(number: int, title: str) -> str:
    return f"• {number}. {title}"


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


def holder(name: str, seat: str, kind: str, *, deputy: bool) -> str:
    """ "Anna Ek, Kommunpolis (ersättare)": as what somebody sits there, where it is not as a member."""
    roles = [*([kind] if kind in ("adjungerad", "inbjuden", "sekreterare") else []), *(["ersättare"] if deputy else [])]
    return f"{name}, {seat}" + (f" ({', '.join(roles)})" if roles else "")


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
