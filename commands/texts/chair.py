"""Sentences about who chairs."""

from collections.abc import Sequence
from datetime import date

from schedules.swedish import datum, uppräkning

TITLE = "Ordförande"
FORECAST_TITLE = "Ordförande fem år framåt"
ROTATE = "Lämna över"
YES = "Ja, lämna över"
FORECAST = "Fem år framåt"
ANCHOR = "Ange vems tur det är"
ANCHOR_TITLE = "Vems tur är det?"
ANCHOR_SEAT = "Vem har ordförandeskapet?"
ANCHOR_FROM = "Från vilken dag?"
ANCHOR_TERM = "Hur länge varar en tur?"
TERMS = {"3": "Tre månader", "6": "Ett halvår", "12": "Ett år", "24": "Två år"}
ANCHOR_SAVED = "Tack. Nu räknar boten ut turordningen från det."
UNKNOWN = "vems tur det är saknas i överenskommelsen"
UNSTATED = "överenskommelsen säger inget om ordförande"
ALREADY = "Redan gjort: ordförandeskapet har gått vidare."
CHOOSE_SEAT = "Välj en funktion i listan."
CHOOSE_TERM = "Välj hur länge en tur varar."
GIVE_DATE = "Ange en dag."
NOT_ROTATING = "Det här forumets ordförandeskap växlar inte enligt överenskommelsen."
LACKING = "Innan ordförandeskapet kan lämnas över måste det vara klart vems tur det är. Ange det först."


def who(seat: str, names: Sequence[str]) -> str:
    return f"{seat}, {uppräkning(list(names))}" if names else f"{seat} (vakant)"


def now(chair: str, first: date | None, last: date | None) -> str:
    since = f" sedan {datum(first)}" if first else ""
    until = f" till och med {datum(last)}" if last else ""
    return f"{chair}{since}{until}"


def coming(chair: str, first: date) -> str:
    return f"Härnäst: {chair}, från {datum(first)}"


def turn(first: date, last: date | None, chair: str, *, decided: bool) -> str:
    until = f"–{datum(last)}" if last else " och framåt"
    return f"• {datum(first)}{until}: {chair}" + (" (beslutat)" if decided else "")


def rotate_question(forum: str, now_chair: str, next_chair: str, first: date, last: date | None) -> str:
    until = f" till och med {datum(last)}" if last else ""
    return f"{forum}: {now_chair} lämnar över till {next_chair} från {datum(first)}{until}."


def changes(lines: int) -> str:
    return "Det här ändras framåt:" if lines else "Inga andra turer ändras."


def change(was: str | None, becomes: str | None) -> str:
    if was and becomes:
        return f"• {was} blir {becomes}"
    return f"• {becomes} tillkommer" if becomes else f"• {was} utgår"


def span(seat: str, first: date, last: date | None) -> str:
    return f"{seat} {datum(first)}–{datum(last)}" if last else f"{seat} från {datum(first)}"


def rotated(forum: str, chair: str) -> str:
    return f"Klart. {chair} är nu ordförande i {forum}."


def told_heading(forum: str) -> str:
    return f"{forum}: ny ordförande"


def told(chair: str, last: date | None, before: str, name: str) -> str:
    until = f" till och med {datum(last)}" if last else ""
    by = f" Överlämningen gjordes av {name}." if name else ""
    return f"{chair} är ordförande från och med i dag{until}. Tack till {before}.{by}"
