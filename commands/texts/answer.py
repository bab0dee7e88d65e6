"""Sentences that answer the buttons under a reminder."""

from collections.abc import Sequence
from datetime import date, datetime

from schedules.swedish import antal, datum, stor, stund, uppräkning
from schedules.texts import UNSENT_WHY

TOMORROW = "Nästa arbetsdag"
NEXT_WEEK = "Om en vecka"
WAIVE_TITLE = "Avstå denna period"
WAIVE_REASON = "Varför?"
WAIVE_HINT = "Skälet visas i läget och i uppföljningen."
WAIVE_SUBMIT = "Avstå"
WHEN = "När ska jag påminna igen? Det blir en extra påminnelse och ändrar inget annat."
GIVE_REASON = "Skriv ett skäl."
NO_WINDOW = "Det här har ingen period att avstå från."
NEXT_WINDOW = "Perioden har tagit slut sedan formuläret öppnades. Öppna det igen för den nya perioden."
WHY_TITLE = "Om den här påminnelsen"
NO_REMINDERS = "Du har inte fått någon påminnelse än."
LATEST_TITLE = "Dina senaste påminnelser"
WHY = "Varför?"
OLDER = "Visa äldre"
OPEN_MESSAGE = "Öppna meddelandet"
OTHER = "Meddelande"
THE_AGREEMENT = "Överenskommelsen"
AGREEMENT_WORDS = ("överenskommelsen", "avtalet")  # what belongs to no forum is asked for by
STATES = {
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
    "mended": "det ordnade sig",
    "filled": "platsen är inte längre vakant",
    "written": "anteckningarna är skrivna",
    "not held": "det blev inte genomfört",
    "internal": "det är internt och kanalen delas med fler än parterna; forumets egna fick det direkt",
    "nothing to say": "det fanns inget att säga",
    "nothing left to say": "det fanns inget att säga",
}
PULSES = {"pagar": "pågår", "hant": "har hänt", "pausad": "pausad"}
NEXT = "Nästa påminnelser, som det ser ut nu"
NONE_COMING = "Inga de närmaste tre månaderna."
LOG = "Logga"


def snoozed(at: datetime, zone: str) -> str:
    return f"Jag påminner igen {stund(at, zone)}."


def already_snoozed(at: datetime, zone: str) -> str:
    return f"Det är redan ordnat: jag påminner igen {stund(at, zone)}."


def too_late_by_then(at: datetime, zone: str) -> str:
    return f"{stor(stund(at, zone))} är för sent: då är det redan över. Jag har inte lagt till någon påminnelse."


def nothing_to_snooze() -> str:
    return "Den påminnelsen behövs inte längre: det är redan ordnat."


def pulse_question(title: str) -> str:
    return f"{title}: hur går det?"


def pulse(title: str, state: str) -> str:
    return f"Tack. {title}: {PULSES.get(state, state)}."


def waive_intro(title: str, first: date, last: date) -> str:
    return f"{title}, {datum(first)}–{datum(last)}: inga fler påminnelser, och läget visar ”Avstått” med skälet."


def waived(title: str) -> str:
    return f"Noterat. {title} är avstått för perioden, och skälet visas i läget."


def waived_told(title: str, first: date, last: date, reason: str, name: str) -> str:
    by = f" ({name})" if name else ""
    return f"{title} är avstått {datum(first)}–{datum(last)}: {reason}{by}"


def headline(kind: str, about: str) -> str:
    return f"{kind}: {about}" if about else kind


def rule(days: int, about: date, *, in_thirds: bool) -> str:
    """Why just then: so many days before or after what it is about, or so far into a period that ends then."""
    if in_thirds:
        parts = "en tredjedel" if days == 1 else "två tredjedelar"
        return f"Regel: när {parts} har gått av perioden som slutar {datum(about)}, om för lite är bokat"
    if days == 0:
        return f"Regel: samma dag, {datum(about)}"
    length = antal(abs(days), "dag", "dagar")
    return f"Regel: {length} {'före' if days > 0 else 'efter'} {datum(about)}"


def planned(made: datetime, due: datetime, zone: str) -> str:
    return f"Planerad {stund(made, zone)}, att komma {stund(due, zone)}"


def moved_from(day: date) -> str:
    return f"Flyttad från {datum(day)}, en dag då boten inte påminner"


def state(word: str, at: datetime | None, zone: str, reason: str | None, to: str = "") -> str:
    """How it stands with a reminder: when it was sent, or is to be, to whom, and why it was not."""
    if word == "sent" and at is not None:
        return f"Skickad {stund(at, zone)}{to}"
    if word == "waiting":
        return f"Väntar på att skickas{to}"
    return f"{stor(STATES[word])}{f': {because(reason)}' if reason else ''}"


def because(reason: str) -> str:
    """The words for a reason in code: why it was withdrawn, or what Slack answered."""
    code, _, elsewhere = reason.partition(":")
    words = REASONS.get(code) or UNSENT_WHY.get(code) or f"Slack svarade ”{code}”"
    return f"{words}, så samordnarna fick den i stället" if elsewhere else words


def to_person(name: str) -> str:
    return f" till {name}"


def to_channel(forum: str) -> str:
    return f" i kanalen för {forum}"


def search_title(named: Sequence[str], day: date | None) -> str:
    """What was searched for: names, a day; nothing for one's own latest."""
    pieces = [*named, *([datum(day)] if day else [])]
    return stor(", ".join(pieces)) if pieces else LATEST_TITLE


def none_about(title: str) -> str:
    return f"Ingen påminnelse har kommit om {title} än."


def next_one(kind: str, due: datetime, zone: str) -> str:
    return f"• {stund(due, zone)}: {kind}"


def answers(coming: Sequence[str], declined: Sequence[str], sending: Sequence[str]) -> str:
    """Who has answered what; `sending` a deputy."""
    said = {"kommer": coming, "kan inte": declined, "skickar ersättare": sending}
    pieces = [f"{answer}: {uppräkning(list(names))}" for answer, names in said.items() if names]
    return f"Svar: {'; '.join(pieces)}" if pieces else "Ingen har svarat."


def came_of_it(line: str) -> str:
    return f"Utfall: {line}"
