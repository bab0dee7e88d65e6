"""Sentences about rosters and channels."""

from collections.abc import Sequence
from datetime import date

from schedules.swedish import antal, datum, uppräkning

TITLE = "Medlemmar"
CHOOSE_FORUM = "Vilket forum?"
APPOINT = "Lägg till någon"
APPOINT_TITLE = "Lägg till på en plats"
IMPORT = "Läs in en lista"
IMPORT_TITLE = "Läs in medlemmar"
IMPORT_FILE = "Fil (CSV)"
IMPORT_HINT = "Kolumner: seat, name, slack_user_id, email, role, from, to"
SEAT = "Plats"
PERSON = "Vem? Namn eller @namn"
PERSON_HINT = "Skriv namnet. Finns personen redan på en annan plats används samma person."
SLACK_ID = "Slack-id (U…), om personen finns i Slack"
DEPUTY = "Ordinarie eller ersättare?"
ORDINARY, SUBSTITUTE = "Ordinarie", "Ersättare"
FROM = "Från och med"
CHOOSE_SEAT = "Välj en plats i listan."
GIVE_NAME = "Skriv ett namn."
GIVE_DATE = "Ange en dag."
BAD_SLACK_ID = "Ett Slack-id börjar på U eller W och består av stora bokstäver och siffror. Lämna tomt om du inte vet."
NO_FILE = "Välj en fil att läsa in."
HELD_ALREADY = "Personen sitter redan där."
NOT_IN_CHANNEL = "Skriv kommandot i forumets kanal, eller nämn kanalen med #."


def place(label: str, names: Sequence[str], vacant: int) -> str:
    pieces = list(names)
    if vacant:
        pieces.append("vakant" if not names else f"{antal(vacant, 'plats', 'platser')} vakant")
    return f"• {label}: {', '.join(pieces)}"


def holder(name: str, since: date, *, deputy: bool, slack: bool) -> str:
    marks = ["ersättare"] if deputy else []
    if not slack:
        marks.append("inte i Slack")
    return f"{name} (sedan {datum(since)}{''.join(', ' + mark for mark in marks)})"


def linked_to(channel: str | None) -> str:
    return f"Kanal: <#{channel}>" if channel else "Ingen kanal är kopplad. Skriv /samverkan koppla i forumets kanal."


def linked(forums: Sequence[str]) -> str:
    return f"Klart. {uppräkning(list(forums))} är kopplat till den här kanalen, och påminnelserna kommer hit."


def appointed(name: str, seat: str, starts: date) -> str:
    return f"Klart. {name} sitter på {seat} från {datum(starts)}."


def imported(count: int) -> str:
    return f"Klart. {antal(count, 'ändring', 'ändringar')} i medlemslistan." if count else "Listan stämde redan."


def not_imported(problems: Sequence[str]) -> str:
    return "Inget är inläst:\n" + "\n".join(f"• {problem}" for problem in problems[:15])
