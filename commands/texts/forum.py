"""Sentences about rosters and channels."""

from collections.abc import Sequence
from datetime import date

from schedules.swedish import antal, datum, uppräkning

TITLE = "Medlemmar"
CHOOSE_FORUM = "Vilket forum?"
APPOINT = "Lägg till någon"
APPOINT_TITLE = "Lägg till på en plats"
REPLACE = "Byt ut någon"
END = "Avsluta någon"
END_TITLE = "Avsluta på en plats"
END_SUBMIT = "Avsluta"
WHO_ENDS = "Vem?"
LAST_DAY = "Sista dag"
LAST_DAY_HINT = "Dagen efter har personen inga rättigheter kvar från platsen."
CHOOSE_PERSON = "Välj vem det gäller."
NOBODY_SITS = "Ingen sitter i forumet, så det finns ingen att avsluta."
SEVERAL_OF_NAME = "Flera heter så. Ange också Slack-id, så blir det rätt person."
NOT_LINKED = "Ingen kanal är kopplad. Skriv /samverkan koppla i forumets kanal."
INVITE = "Bjud in boten till kanalen om den inte redan är med: /invite @samverkansbot"
TO = ("till", "med")
IMPORT = "Läs in en lista"
IMPORT_TITLE = "Läs in medlemmar"
IMPORT_FILE = "Fil (CSV)"
IMPORT_HINT = "Kolumner: seat, name, slack_user_id, email, role, from, to"
SEAT = "Plats"
PERSON = "Vem?"
PERSON_HINT = "Skriv namnet. Finns personen redan på en annan plats används samma person."
SLACK_ID = "Slack-id, om personen finns i Slack"
SLACK_ID_HINT = "Finns i personens profil: ⋮, Kopiera medlems-id. Börjar på U eller W."
SLACK_TEAM = "Organisationens team-id, bara för externa"
SLACK_TEAM_HINT = "För den som kommer från en annan organisations Slack. Börjar på T eller E."
EMAIL = "E-postadress, för den som inte finns i Slack"
EMAIL_HINT = "Får kallelser och påminnelser som e-post, om kommunen har ställt in det."
DEPUTY = "Ordinarie eller ersättare?"
ORDINARY, SUBSTITUTE = "Ordinarie", "Ersättare"
FROM = "Från och med"
CHOOSE_SEAT = "Välj en plats i listan."
GIVE_NAME = "Skriv ett namn."
GIVE_DATE = "Ange en dag."
BAD_SLACK_ID = "Ett Slack-id börjar på U eller W och består av stora bokstäver och siffror. Lämna tomt om du inte vet."
BAD_SLACK_TEAM = "Ett team-id börjar på T eller E, och behöver ett Slack-id bredvid sig. Lämna tomt om du inte vet."
BAD_EMAIL = "Adressen ser inte ut som en e-postadress. Den ska vara som namn@kommun.se."
OTHER_EMAIL = "Personen har en annan adress i listan. Lämna tomt, eller läs in en lista för att byta adress."
EMAIL_TAKEN = "Adressen hör till någon annan i listan."
UNTIL = "Till och med"
UNTIL_HINT = "Lämna tomt om det gäller tills vidare."
ENDS_BEFORE = "Sista dagen kan inte ligga före den första."
SETTLED = "Då är det så. Boten säger till igen om något annat skiljer sig."
CHANGED_SINCE = "Det har ändrats sedan dess. Svara på det senaste meddelandet i stället."
VACANT = "Platsen blir vakant. De andra samordnarna har fått veta det."
VACANT_WORDS = ("vakanta", "vakanser", "vakant")
ALL_VACANT = "Vakanta platser"
NO_VACANT = "Ingen plats är vakant."
NO_FILE = "Välj en fil att läsa in."
NO_DRAFT = "Listan är redan inläst, eller så har en annan lista lämnats in sedan dess. Börja om med filen."
HELD_ALREADY = "Personen sitter redan där."
NOT_IN_CHANNEL = "Skriv kommandot i forumets kanal, eller nämn kanalen med #."


def place(label: str, kind: str, names: Sequence[str], vacant: int) -> str:
    pieces = list(names)
    if vacant:
        pieces.append("vakant" if not names else f"{antal(vacant, 'plats', 'platser')} vakant")
    return f"• {label}{'' if kind == 'ledamot' else f' ({kind})'}: {', '.join(pieces)}"


def vacancy(name: str, count: int, forums: Sequence[str]) -> str:
    where = f" ({uppräkning(list(forums))})" if forums else ""
    return f"• {name}{where}" + (f": {antal(count, 'plats', 'platser')}" if count > 1 else "")


def holder(name: str, since: date, until: date | None, *, deputy: bool, slack: bool) -> str:
    marks = [f"sedan {datum(since)}"]
    if until:
        marks.append(f"till och med {datum(until)}")
    if deputy:
        marks.insert(0, "ersättare")
    if not slack:
        marks.append("inte i Slack")
    return f"{name} ({', '.join(marks)})"


def coming(name: str, starts: date, *, deputy: bool) -> str:
    return f"   {name} tillträder {datum(starts)}{' som ersättare' if deputy else ''}"


def role(deputy: bool) -> str:
    return SUBSTITUTE if deputy else ORDINARY


def linked(forum: str, *, here: bool) -> str:
    where = "den här kanalen" if here else "kanalen du nämnde"
    return f"Klart. {forum} är kopplat till {where}, och påminnelserna kommer dit."


def linked_already(forum: str) -> str:
    return f"{forum} är redan kopplat till den kanalen."


def appointed(name: str, seat: str, starts: date, ends: date | None = None) -> str:
    until = f" till och med {datum(ends)}" if ends else ""
    return f"Klart. {name} sitter på {seat} från och med {datum(starts)}{until}."


def left_behind(titles: Sequence[str]) -> str:
    return f"Hos forumet tills någon tar det: {uppräkning(list(titles))}."


def ended(name: str, seat: str, last: date) -> str:
    return f"Klart. {name} sitter på {seat} till och med {datum(last)}. Det som har varit finns kvar."


def imported(count: int) -> str:
    return f"Klart. {antal(count, 'ändring', 'ändringar')} i medlemslistan." if count else "Listan stämde redan."


def not_imported(problems: Sequence[str]) -> str:
    return "Inget är inläst:\n" + "\n".join(f"• {problem}" for problem in problems[:15])
