"""Sentences and headings of exports: a forum's records, a person's register extract, and the files in them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from commands.texts.history import FIELDS, value
from commands.texts.matter import STATES as MEASURE_STATES
from schedules.swedish import antal, datum, datum_vecka, stund
from schedules.texts import COMING, DECLINING, SENDING

CHOOSE = "Vilket forum ska exporteras?"
TITLE = "Exportera"
NOTE = "Filen skickas till dig ensam. Den kan innehålla det som är internt: lägg den där det får ligga."
OWN_TITLE = "Registerutdrag"
OWN_NOTE = (
    "Rader som pekar på dig, och meningar där ditt namn står i det som andra har skrivit. Ingen annans namn är med."
)
THEIR_NOTE = "Filen skickas till dig ensam. Läs igenom den och pröva sekretessen innan du lämnar ut den."
NOBODY_FOUND = (
    "Jag hittar ingen som heter så, eller har det Slack-id:t, bland dem som bara sitter i överenskommelser som du "
    "samordnar. Den som sköter boten kan ta ut utdraget på servern."
)
SEVERAL = "Flera heter så. Skriv personens Slack-id i stället: /samverkan registerutdrag U0123456789"
NOBODY = "Det finns inget om dig att ta ut: du står inte på någon medlemslista."


INDEX_TEXT, INDEX_JSON, READABLE = "innehall.txt", "innehall.json", "lasbart.txt"
ORIGINALS = "original"
ORIGINAL = f"{ORIGINALS}/overenskommelse.yml"
CSV_FOLDER = "csv"
NOTHING = "inget"
YES, NO = "ja", "nej"
NAMED = " (namn)"
MENTIONS = "omnamnanden"
MENTION_HEADINGS = ("Tabell", "Id", "Fält", "Mening")
NAMED_HEADING = "Meningar där namnet står i det som andra har skrivit"
SOMEBODY_ELSE = "[någon annan]"

# table → the file's name, in letters that every system takes
FILES: Mapping[str, str] = {
    "agenda_point": "dagordningar",
    "agreement": "overenskommelse",
    "annex": "bilagor",
    "appointment": "uppdrag",
    "approval": "parters-svar",
    "attendance_answer": "svar-pa-kallelser",
    "audit_entry": "logg",
    "calendar_feed": "kalenderadresser",
    "chair_anchor": "turordningens-borjan",
    "chair_term": "ordforandeturer",
    "channel_difference": "kanal-och-medlemslista",
    "commitment": "ataganden",
    "commitment_goal": "ataganden-och-mal",
    "decision": "beslut",
    "disposal": "gallringar",
    "focus_area": "omraden",
    "forum": "forum",
    "forum_seat": "platser",
    "forum_seat_option": "platser-och-funktioner",
    "goal": "mal",
    "handover": "overlamningar",
    "matter": "arenden",
    "matter_step": "arendens-steg",
    "measure": "atgarder",
    "measure_report": "atgarders-rapporter",
    "minutes": "minnesanteckningar",
    "missing_reminder": "saknade-paminnelser",
    "minutes_step": "minnesanteckningars-steg",
    "notice": "paminnelser",
    "occasion": "tillfallen",
    "outcome": "utfall",
    "outgoing": "utskick",
    "party": "parter",
    "person": "personer",
    "pulse": "puls",
    "record_rule": "gallringsregler",
    "roster_draft": "inlamnade-medlemslistor",
    "seat": "funktioner",
    "signature": "underskrifter",
    "slack_channel": "kanal",
    "trend_report": "trender",
    "waiver": "avstaenden",
}
# table → what it is called where it is read, if not as its file
TITLES: Mapping[str, str] = {
    "agreement": "Överenskommelse",
    "appointment": "Uppdrag",
    "approval": "Parters svar på beslut",
    "attendance_answer": "Svar på kallelser",
    "audit_entry": "Loggen: vem som gjort vad",
    "calendar_feed": "Kalenderadresser",
    "chair_anchor": "Turordningens början",
    "chair_term": "Ordförandeturer",
    "decision": "Beslut",
    "disposal": "Gallringar",
    "handover": "Överlämningar",
    "matter": "Ärenden",
    "matter_step": "Ärendens steg",
    "measure": "Åtgärder",
    "measure_report": "Rapporter om åtgärder",
    "minutes": "Minnesanteckningar",
    "minutes_step": "Synpunkter, justeringar och fastställanden",
    "missing_reminder": "Påminnelser som saknats",
    "notice": "Påminnelser",
    "occasion": "Tillfällen",
    "outcome": "Utfall",
    "outgoing": "Utskick",
    "person": "Personen",
    "pulse": "Hur det löpande går",
    "roster_draft": "Inlämnade medlemslistor",
    "seat": "Funktioner",
    "trend_report": "Trender",
    "waiver": "Avståenden",
}
COLUMNS: Mapping[str, str] = {
    "id": "Id",
    "added": "Tillkom efter kallelsen",
    "answering_forum_id": "Svarande forum, id",
    "calendar_at": "Kalenderfil skickad",
    "mark": "Kontrollsumma",
    "handed_in_at": "Inlämnad",
    "content": "Innehåll",
    "carried_by": "Förs vidare av, person",
    "day": "Dag",
    "detail": "Uppgift",
    "fixes_at": "Fastställs",
    "follows": "Följer med",
    "from_person_id": "Från person, id",
    "settled": "Som det ska",
    "shown": "Skiljer sig",
    "to_person_id": "Till person, id",
    "waits": "Väntar på parternas godkännande",
    "about_forum_id": "Om forum, id",
    "absent_from": "Borta från",
    "absent_to": "Borta till",
    "act": "Steg",
    "action": "Gjorde",
    "active": "Gäller",
    "actor": "Vem (Slack-id)",
    "administrator": "Administratör",
    "agreement_id": "Överenskommelse, id",
    "aliases": "Alias",
    "amends": "Ändrar överenskommelsen",
    "answered_at": "Svarade",
    "answered_by": "Svarade, person",
    "approves": "Godkänner",
    "area": "Område",
    "at": "Tid",
    "booked_at": "Bokat",
    "booked_by": "Bokade, person",
    "by": "Person",
    "by_decision": "Genom beslut",
    "by_name": "Namn då",
    "cadence": "Hur ofta",
    "chair_rule": "Ordförande utses",
    "changed_at": "Ändrat",
    "channel_id": "Kanal",
    "claimed_by": "Process",
    "coming": "Kommer",
    "sends_deputy": "Skickar ersättare",
    "commitment_id": "Åtagande, id",
    "cooperating": "Samverkar",
    "coordinator": "Samordnare",
    "created_at": "Skapad",
    "deactivated": "Kontot stängt",
    "decided_at": "Beslutat",
    "decided_by": "Beslutade, person",
    "decided_on": "Beslutsdag",
    "decision_id": "Beslut, id",
    "deputy": "Ersättare",
    "description": "Beskrivning",
    "details": "Uppgifter",
    "due": "Klart senast",
    "due_at": "Ska gå",
    "email": "E-post",
    "ends": "Till och med",
    "example": "Exempel",
    "failure": "Fel",
    "first": "Från och med",
    "found_at": "Upptäckt",
    "first_try_at": "Första försöket",
    "focus_area_id": "Fokusområde, id",
    "forum_id": "Forum, id",
    "forum_seat_id": "Plats, id",
    "from_day": "Från dag",
    "from_forum_id": "Från forum, id",
    "function": "Funktion",
    "gathers": "Samlade påminnelser",
    "goal_id": "Mål, id",
    "goal_result": "Resultat mot målet",
    "guest": "Gäst",
    "imported_at": "Inläst",
    "key": "Nyckel",
    "kind": "Slag",
    "label": "Rad",
    "lane": "Adress",
    "last": "Till och med",
    "leads": "Påminner före",
    "lease_until": "Upptagen till",
    "logged_at": "Loggat",
    "logged_by": "Loggade, person",
    "logged_by_name": "Loggade, namn då",
    "looked_at": "Kontrollerad",
    "matter_id": "Ärende, id",
    "measure_id": "Åtgärd, id",
    "meeting": "Mötets nummer",
    "method": "Metod",
    "moved_from": "Flyttad från",
    "moved_to_id": "Flyttat till, id",
    "municipality": "Kommun",
    "name": "Namn",
    "natural_key": "Nyckel",
    "not_before": "Tidigast",
    "note": "Anmärkning",
    "number": "Nummer",
    "occasion_id": "Tillfälle, id",
    "on": "Datum",
    "org_number": "Organisationsnummer",
    "outgoing_id": "Utskick, id",
    "over_at": "Över",
    "parent_id": "Överordnat forum, id",
    "participants": "Deltagare",
    "parties": "Parter",
    "party_id": "Part, id",
    "passed_by": "Förbigången",
    "payload": "Innehåll",
    "person_id": "Person",
    "place": "Plats",
    "places": "Antal platser",
    "agenda": "Dagordning",
    "places_only": "Bara platser, inga enskilda",
    "position": "Ordning",
    "predecessor": "Föregångare",
    "purpose": "Syfte",
    "quantity": "Räknas som",
    "quiet_from": "Tyst från",
    "quiet_to": "Tyst till",
    "raised_at": "Anmält",
    "raised_by": "Anmälde, person",
    "raised_by_name": "Anmälde, namn då",
    "raised_key": "Begäran",
    "reason": "Skäl",
    "recorded_at": "Infört",
    "recorded_by": "Förde in, person",
    "recorded_by_name": "Förde in, namn då",
    "adjusters": "Justerare, id",
    "attendance": "Närvaro",
    "points": "Punkter",
    "taken_back": "Återtaget",
    "vice": "Vice ordförande",
    "written_at": "Skrivet",
    "written_by": "Skrivet av, id",
    "written_by_name": "Skrivet av",
    "trends": "Trender",
    "made_at": "Skapad",
    "replaced": "Ersatt av",
    "revoked_at": "Avstängd",
    "token_digest": "Adressens kontrollsumma",
    "reports": "Rapporterar",
    "responsible": "Ansvarar",
    "row_version": "Radens version",
    "seat_id": "Funktion, id",
    "seat_title": "Funktion då",
    "sent_at": "Skickat",
    "shared_with": "Delas med",
    "short": "Kort namn",
    "signatory": "Undertecknar",
    "signed_on": "Undertecknat",
    "slack_team_id": "Slack, organisation",
    "slack_user_id": "Slack, person",
    "source": "Källa",
    "starts": "Från och med",
    "state": "Läge",
    "strategic_council": "Strategiskt råd",
    "subject": "Vad",
    "subject_id": "Vad, id",
    "successor": "Efterträdare",
    "term_months": "Månader per tur",
    "text": "Text",
    "time_text": "Tid enligt överenskommelsen",
    "title": "Rubrik",
    "to_forum_id": "Till forum, id",
    "tries": "Försök",
    "ts": "Slack, meddelande",
    "unsure": "Osäkert",
    "update_rule": "Uppdateras",
    "version": "Version",
    "visibility": "Synlighet",
    "waived_at": "Avstått",
    "waived_by": "Avstod, person",
    "workspace_id": "Arbetsyta, id",
    "year": "År",
    "zone": "Tidszon",
}


def column(name: str) -> str:
    """A column's heading; its own name where it has none."""
    return COLUMNS.get(name, name)


def file_of(table: str) -> str:
    """Where a table's rows are."""
    return f"{CSV_FOLDER}/{FILES.get(table, table)}.csv"


def title_of(table: str) -> str:
    """What a table is called where it is read."""
    return TITLES.get(table, FILES.get(table, table))


def mention(table: str, field: str, sentence: str) -> str:
    return f"{table}, {field.lower()}: {sentence}"


def said(value: str) -> str:
    """A stored value in words, where it is one of those the program has names for."""
    return VALUES.get(value, value)


def on_its_way(forum: str, name: str) -> str:
    return f"Jag tar fram allt om {forum} och skickar det till dig som {name}."


def own_on_its_way(name: str) -> str:
    return f"Allt som boten har om dig kommer som filen {name} i ett direktmeddelande."


def theirs_on_its_way(person: str, name: str) -> str:
    return f"Allt som boten har om {person} kommer som filen {name} i ett direktmeddelande."


def forum_heading(forum: str, municipality: str, now: datetime, zone: str) -> str:
    return f"{forum}, {municipality}\nAllt som boten har om forumet, {stund(now, zone)}.\n"


def person_heading(name: str, now: datetime, zone: str) -> str:
    return (
        f"Registerutdrag för {name}\nAllt som boten har om personen, {stund(now, zone)} "
        "(artikel 15 i EU:s dataskyddsförordning).\n\n"
        "Varför uppgifterna finns, med vilken rättslig grund, hur länge och vem som får se dem står i kommunens\n"
        "registerförteckning. Personuppgiftsansvarig är kommunen. Den registrerade har rätt att begära rättelse och\n"
        "att klaga hos Integritetsskyddsmyndigheten.\n"
    )


def section(heading: str, lines: Sequence[str]) -> str:
    return "\n".join([f"\n{heading}", "-" * len(heading), *(lines or [NOTHING])]) + "\n"


INDEX_INTRO = """\
Så läses filerna

- lasbart.txt är till för att läsas. Filerna i csv/ är samma uppgifter, en rad för varje, och fler.
- CSV: UTF-8 med BOM, semikolon mellan fälten, CRLF mellan raderna. Excel på svenska öppnar dem direkt.
- Tider står i UTC med tidszon. Id är botens egna nummer: samma id i två filer är samma sak.
- En apostrof först i en cell är satt dit för att cellen annars skulle ha kunnat tolkas som en formel.
- sha256 är filens kontrollsumma.
"""


def index_line(path: str, digest: str, size: int, rows: int | None) -> str:
    counted = f", {antal(rows, 'rad', 'rader')}" if rows is not None else ""
    return f"{path}{counted}, {size} byte\n    sha256 {digest}"


SECTIONS = {
    "members": "Vilka som suttit",
    "chairs": "Ordförande",
    "commitments": "Åtaganden",
    "occasions": "Tillfällen och vad som blev av dem, alla versioner",
    "answers": "Svar på kallelser",
    "minutes": "Minnesanteckningar, den senaste versionen (tidigare versioner: csv/minnesanteckningar.csv)",
    "minutes_steps": "Synpunkter, justeringar och fastställanden",
    "pulses": "Hur det löpande går",
    "waivers": "Avståenden",
    "trends": "Trender",
    "matters": "Ärenden och deras steg",
    "decisions": "Beslut och parternas svar",
    "measures": "Åtgärder och rapporter om dem",
    "rows": "Så många rader finns i varje fil",
}
STATES = {"planned": "planerat", "held": "genomfört", "partly": "delvis", "cancelled": "inställt", "moved": "flyttat"}


def member(name: str, seat: str, starts: date, ends: date | None, *, deputy: bool) -> str:
    until = f"till {datum(ends)}" if ends else "tills vidare"
    return f"{name}: {seat}{' (ersättare)' if deputy else ''}, från {datum(starts)} {until}"


def term(seat: str, name: str, starts: date, ends: date | None, *, vice: bool) -> str:
    until = f"till {datum(ends)}" if ends else "tills vidare"
    return f"{'vice: ' if vice else ''}{seat}{f' ({name})' if name else ''}, från {datum(starts)} {until}"


def commitment(title: str, source: str) -> str:
    return f"{title} ({source})" if source else title


def occasion(title: str, on: date, state: str, place: str) -> str:
    return f"{title} {datum_vecka(on)}: {STATES.get(state, state)}{f', {place}' if place else ''}"


def outcome(version: int, at: datetime, zone: str, name: str, fields: Sequence[tuple[str, object]]) -> str:
    """A version with all its fields."""
    said = "; ".join(f"{FIELDS[field].lower()}: {value(field, what)}" for field, what in fields)
    return f"    version {version}, {stund(at, zone)}{f' av {name}' if name else ''}: {said}"


def answer(title: str, on: date, name: str, *, coming: bool, sends_deputy: bool) -> str:
    said = COMING if coming else SENDING if sends_deputy else DECLINING
    return f"{title} {datum_vecka(on)}: {name}, {said[:1].lower()}{said[1:]}"


ACTS = {"comment": "synpunkt", "adjusted": "justerade", "fixed": "fastställde"}


def minutes_step(title: str, on: date, version: int, act: str, by: tuple[str, str], text: str) -> str:
    """`by`: who, and when in words."""
    named = ", ".join(part for part in by if part)
    return f"{title} {datum(on)}, version {version}: {ACTS.get(act, act)} ({named}){f': {text}' if text else ''}"


def pulse(title: str, on: date, state: str) -> str:
    return f"{title} {datum(on)}: {state}"


def reported_here(forum: str, on: date, area: str) -> str:
    """The heading of trends from a forum below. `forum`: whose export it is."""
    return f"Trender rapporterade till {forum}, {datum(on)}{f': {area}' if area else ''}"


def trends(heading: str, said: str, name: str) -> str:
    return f"{heading}{f' ({name})' if name else ''}. {said}"


MATTER_STATES = {"open": "öppet", "decided": "beslutat", "closed": "avslutat"}
MATTER_ACTS = {
    "raised": "anmält",
    "sent_up": "skickat upp",
    "sent_down": "skickat ner",
    "deferred": "bordlagt",
    "decided": "beslutat",
    "closed": "avslutat",
}


def step(act: str, when: str, name: str, reason: str) -> str:
    """A step under its matter, its decision or its measure."""
    return f"    {act}, {when}{f', {name}' if name else ''}{f': {reason}' if reason else ''}"


def approval(party: str, when: str, name: str, *, approves: bool) -> str:
    return step(f"{party} {'godkänner' if approves else 'godkänner inte'}", when, name, "")


def report(state: str, when: str, name: str, text: str) -> str:
    return step(MEASURE_STATES.get(state, state).lower(), when, name, text)


def waiver(title: str, first: date, last: date, reason: str) -> str:
    return f"{title}, {datum(first)}–{datum(last)}: {reason}"


def matter(number: int | None, title: str, state: str, text: str) -> str:
    return f"{number}. {title} ({MATTER_STATES.get(state, state)}){f': {text}' if text else ''}"


def decision(year: int, number: int, on: date, text: str) -> str:
    return f"{year}:{number}, {datum(on)}: {text}"


def measure(title: str, state: str, due: date | None) -> str:
    return f"{title} ({MEASURE_STATES.get(state, state).lower()}){f', senast {datum(due)}' if due else ''}"


def counted(path: str, rows: int) -> str:
    return f"{path}: {antal(rows, 'rad', 'rader')}"


VALUES: Mapping[str, str] = {**STATES, **MATTER_STATES, **MEASURE_STATES, **MATTER_ACTS, **ACTS}
