"""Sentences about matters, decisions and measures."""

from collections.abc import Sequence
from datetime import date

from schedules.swedish import antal, datum, stor

RAISE_TITLE = "Nytt ärende"
RAISE_SUBMIT = "Anmäl"
WHICH_FORUM = "Till vilket forum?"
MATTER = "Ärende"
MATTER_HINT = "Kort, som det ska stå på dagordningen."
BACKGROUND = "Bakgrund"
BACKGROUND_HINT = "Skriv så att det tål att lämnas ut. Inga namn, personnummer eller uppgifter om enskilda."
CHOOSE_FORUM = "Välj ett forum."
GIVE_TITLE = "Skriv vad ärendet gäller."
LIST_TITLE = "Ärenden"
NONE = "Inga ärenden väntar."
RAISE = "Anmäl ärende"
HANDLE = "Hantera"
DECIDE = "Besluta"
HANDLE_TITLE = "Hantera ärende"
HANDLE_SUBMIT = "Spara"
WHAT_NOW = "Vad händer med ärendet?"
REASON = "Motivering"
DEFER = "Bordlägg till nästa möte"
CLOSE = "Avsluta utan beslut"
CHOOSE_ACT = "Välj vad som händer med ärendet."
GIVE_REASON = "Skriv en kort motivering, så att den går att läsa efteråt."
GONE = "Ärendet är redan avslutat eller ligger i ett annat forum. Se /mote ärenden."
DECIDE_TITLE = "Beslut"
DECIDE_SUBMIT = "Spara beslutet"
DECISION = "Beslut"
DECISION_HINT = "Beslutet som det ska stå, en eller ett par meningar."
GIVE_DECISION = "Skriv vad som beslutades."
DECIDED_ON = "Beslutsdag"
NOT_AHEAD = "Beslutet kan inte ligga framåt i tiden."
GIVE_DAY = "Ange en dag."
KIND = "Vad är det för beslut?"
ORDINARY = "Vanligt beslut"
AMENDS = "Ändrar överenskommelsen"
AMENDS_HINT = "Då behöver varje part godkänna (gäller inte lägesbilden och aktivitetsplanen)."
RESPONSIBLE = "Vem ska göra det?"
RESPONSIBLE_HINT = "Lämna tomt om beslutet inte kräver någon åtgärd."
DUE = "Klart senast"
DUE_PAST = "Dagen har redan varit."
DUE_WITHOUT = "Välj också vem som ska göra det."
SEATS, PARTIES, FORUMS = "Funktioner", "Parter", "Forum"
AMENDS_ELSEWHERE = (
    "Ändringar av överenskommelsen beslutas i det översta forumet och godkänns av parterna. Skicka ärendet dit med "
    "Hantera."
)
NOT_YET = "Beslut skrivs från möten som har varit."
APPROVE, OBJECT = "Vår part godkänner", "Vår part godkänner inte"
NOT_AMENDING = "Det här beslutet behöver inte godkännas part för part."
NOT_A_PARTY = "Din plats hör inte till någon av parterna, så du kan inte svara för en part."
DECISIONS_TITLE = "Beslut"
NO_DECISIONS = "Inga beslut är noterade än."
MEASURES_TITLE = "Åtgärder"
INTERNAL = "Internt ärende"
NO_MEASURES = "Inga åtgärder är öppna."
REPORT = "Hur går det?"
REPORT_TITLE = "Hur går åtgärden?"
STATE = "Läge"
STATES = {"new": "Inte påbörjad", "going": "Pågår", "done": "Klar", "declined": "Genomförs inte"}
CHOOSE_STATE = "Välj hur det går."
REPORT_TEXT = "Kommentar"
REPORT_REASON = "Skriv varför den inte genomförs. Skälet visas i uppföljningen."
NEW_DUE = "Klart senast"
REPORTED = "Tack, det är noterat."
UNCHANGED = "Inget är ändrat."
MEASURE_GONE = "Åtgärden finns inte kvar."
MEASURE_WAITS = "Åtgärden börjar när alla parter har godkänt beslutet."


def raised(title: str, forum: str) -> str:
    return f"Klart. ”{title}” tas upp på nästa möte i {forum}."


def told_raised(forum: str) -> str:
    return f"Nytt ärende till nästa möte i {forum}"


def line(title: str, name: str, raised_on: date) -> str:
    return f"• {title} ({name + ', ' if name else ''}{datum(raised_on)})"


def carried_by(name: str) -> str:
    return f"förs vidare av {name}"


def up_to(forum: str) -> str:
    return f"Skicka upp till {forum}"[:75]


def down_to(forum: str) -> str:
    return f"Skicka ner till {forum}"[:75]


def sent(title: str, forum: str) -> str:
    return f"”{title}” ligger nu hos {forum}."


def deferred(title: str) -> str:
    return f"”{title}” är bordlagt till nästa möte."


def closed(title: str) -> str:
    return f"”{title}” är avslutat utan beslut."


def told_sent_here(title: str, origin: str) -> str:
    return f"Ärende från {origin}: {title}"


def told_sent_away(title: str, to: str) -> str:
    return f"Ärendet ”{title}” är skickat till {to}"


def told_deferred(title: str) -> str:
    return f"Bordlagt: {title}"


def told_closed(title: str) -> str:
    return f"Avslutat utan beslut: {title}"


def because(reason: str, name: str) -> str:
    return f"{reason} ({name})" if name else reason


def number(forum_key: str, year: int, value: int) -> str:
    """A decision's number: "Chefssamrådet 2027:3"."""
    return f"{forum_key} {year}:{value}"


def told_decided(numbered: str) -> str:
    return f"Beslut {numbered}"


def told_decided_elsewhere(numbered: str, title: str) -> str:
    return f"Ert ärende ”{title}” är avgjort: beslut {numbered}"


def decided(numbered: str) -> str:
    return f"Beslutet är sparat som {numbered}."


def measure_line(title: str, responsible: str, due: date | None, state: str) -> str:
    pieces = [responsible, f"senast {datum(due)}" if due else "", STATES[state].lower()]
    return f"• {title}: {', '.join(piece for piece in pieces if piece)}"


def follows(responsible: str, due: date | None) -> str:
    when = f", senast {datum(due)}" if due else ""
    return f"Åtgärd: {responsible}{when}"


def told_measure(numbered: str) -> str:
    return f"En åtgärd för dig, enligt beslut {numbered}"


def told_measure_party(numbered: str, party: str) -> str:
    return f"En åtgärd för {party}, enligt beslut {numbered}. Du får den som samordnare"


def told_measure_forum(numbered: str, forum: str) -> str:
    return f"En åtgärd för {forum}, enligt beslut {numbered}"


def told_measure_chair(numbered: str, forum: str) -> str:
    return f"En åtgärd för {forum}, där du är ordförande, enligt beslut {numbered}"


def minutes_fixed(on: date) -> str:
    return (
        f"Anteckningarna från {datum(on)} är redan fastställda. Öppna dem och spara på nytt, så kommer beslutet med i "
        "en ny version."
    )


def please_approve(numbered: str, party: str) -> str:
    return f"Beslut {numbered} ändrar överenskommelsen och väntar på svar från {party}"


def valid(numbered: str, on: date) -> str:
    return f"Alla parter har godkänt beslut {numbered}. Ändringen gäller från {datum(on)}."


def valid_already(numbered: str, on: date) -> str:
    return (
        f"Alla parter har godkänt beslut {numbered}, och det gäller sedan {datum(on)}. "
        "Det ändras genom ett nytt beslut."
    )


def needs_approval(parties: Sequence[str]) -> str:
    return f"Beslutet ändrar överenskommelsen. Att godkänna: {', '.join(parties)}."


def approvals(said: Sequence[tuple[str, bool | None]]) -> str:
    words = {True: "godkänt", False: "godkänner inte", None: "väntar"}
    return stor("; ".join(f"{party}: {words[each]}" for party, each in said)) + "."


def approved(party: str, *, yes: bool) -> str:
    return f"Noterat: {party} {'godkänner' if yes else 'godkänner inte'}."


def told_approved(numbered: str, party: str, *, yes: bool) -> str:
    return f"Beslut {numbered}: {party} {'har godkänt' if yes else 'godkänner inte'}"


def decision_line(numbered: str, on: date, text: str) -> str:
    return f"• {numbered} ({datum(on)}): {text}"


def told_report(title: str, state: str) -> str:
    return f"{STATES[state]}: {title}"


def more(count: int) -> str:
    return f"… och {antal(count, 'till', 'till')}."
