"""The words of the records file, and what is said of it: docs/records.md."""

from collections.abc import Mapping, Sequence
from datetime import date

from schedules.swedish import antal, datum
from storage.records.kinds import RecordKind

# kind → its key in the file, and what it is
KINDS: Mapping[RecordKind, tuple[str, str]] = {
    RecordKind.AGREEMENT: ("överenskommelse", "överenskommelsen med parter, funktioner, mål och områden"),
    RecordKind.FORUM: ("forum", "forumen, deras platser och turordning"),
    RecordKind.COMMITMENT: ("åtagande", "det som överenskommelsen lovar"),
    RecordKind.ROSTER: ("medlemslista", "personer och deras uppdrag"),
    RecordKind.OCCASION: ("tillfälle", "möten och aktiviteter som planerats"),
    RecordKind.OUTCOME: ("utfall", "vad som blev av, som det gäller"),
    RecordKind.OUTCOME_VERSION: ("utfallsversion", "tidigare versioner av det som loggats"),
    RecordKind.ANSWER: ("kallelsesvar", "kommer och kan inte"),
    RecordKind.PULSE: ("puls", "svar på hur det löpande går"),
    RecordKind.WAIVER: ("avstående", "perioder som satts åt sidan, med skäl"),
    RecordKind.CHAIR_TERM: ("ordförandetur", "vem som varit ordförande"),
    RecordKind.NOTICE: ("utskick", "påminnelser och meddelanden till Slack"),
    RecordKind.AUDIT: ("logg", "vem som gjort vad"),
    RecordKind.MATTER: ("ärende", "ärenden och deras steg"),
    RecordKind.DECISION: ("beslut", "beslut och parternas svar"),
    RecordKind.MEASURE: ("åtgärd", "åtgärder och rapporter om dem"),
    RecordKind.MINUTES: ("protokoll", "protokoll, minnesanteckningar och dagordningar"),
    RecordKind.DOCUMENT: ("dokument", "dokument som lagts till"),
    RecordKind.EXPORT: ("export", "exporter; boten sparar inga"),
    RecordKind.OWN: ("egenkontroll", "vad boten antecknar om sig själv"),
}
KIND_NAMED = {name: kind for kind, (name, _) in KINDS.items()}
SECTION, DEFAULT_DECISION, DEFAULT_DAY = "slag", "beslut", "beslutat"
TOP = ("kommun", DEFAULT_DECISION, DEFAULT_DAY, SECTION)
KEEP, DISPOSE = "bevaras", "gallras"
NOTE = "anmärkning"
ROW = (DISPOSE, KEEP, DEFAULT_DECISION, DEFAULT_DAY, NOTE)
AFTER = r"(?:efter\s+)?(\d{1,3})\s*(år|månader|månad)"
YEARS = "år"
WHERE = "slag {}"


def unknown_key(key: str) -> str:
    return f"nyckeln {key} finns inte"


def kinds_allowed() -> str:
    return ", ".join(name for name, _ in KINDS.values())


NO_SECTION = "raden slag: saknas"
NOT_A_MAPPING = "här ska det stå ett slag per rad"
ROW_ALLOWED = "bevaras, eller gallras: efter 2 år"
BAD_TIME = "tiden går inte att läsa"
TIME_ALLOWED = "gallras: efter 2 år, eller gallras: efter 18 månader"
BOTH = "raden säger både bevaras och gallras"
NO_DECISION = "gallras utan beslut"
DECISION_ALLOWED = "beslut: diarienummer och paragraf, på raden eller överst i filen"
BAD_DAY = "dagen går inte att läsa"
DAY_ALLOWED = "beslutat: 2027-03-01"


def too_short(months: int) -> str:
    return f"tiden är för kort: boten behöver uppgifterna i minst {antal(months, 'månad', 'månader')}"


def kept(name: str, note: str) -> str:
    return f"{name}: bevaras{f' ({note})' if note else ''}"


def time(months: int) -> str:
    if months % 12:
        return antal(months, "månad", "månader")
    return f"{months // 12} år"


def disposed(name: str, months: int, decision: str, decided_on: date | None, note: str) -> str:
    day = f", {datum(decided_on)}" if decided_on else ""
    return f"{name}: gallras efter {time(months)} (beslut {decision}{day}){f'; {note}' if note else ''}"


UNDECIDED = "Inget är bestämt: allt bevaras. Skriv en fil enligt docs/records.md och läs in den."
IMPORTED = "Klart. Inget gallras av sig självt: samverkansbot records dispose --propose visar vad som skulle gå."
NOTHING_STORED = "Inget är sparat."
NOTHING_TO_DO = "Inget att gallra: inget är äldre än sin tid, eller så har inget slag ett gallringsbeslut."
CHOOSE_ONE = "Skriv antingen --propose eller --confirm KOD --by NAMN."
WHO = "Skriv vem som ansvarar för gallringen, en administratör eller samordnare: --by NAMN eller Slack-id."


def would_go(name: str, count: int, decision: str) -> str:
    return f"  {name}: {antal(count, 'rad', 'rader')} (beslut {decision})"


def held(name: str, count: int) -> str:
    return f"  {name}: {antal(count, 'rad', 'rader')} står kvar, för att något som bevaras hänvisar dit"


PROPOSED = "Det här skulle gallras:"
HELD = "Gammalt nog, men står kvar:"


def how_to_confirm(code: str) -> str:
    return (
        f"Inget är gallrat än. Ta en säkerhetskopia, och gallra sedan inom 14 dagar med:\n"
        f'  samverkansbot records dispose --confirm {code} --by "För- och efternamn"'
    )


def done(lines: Sequence[str], name: str) -> str:
    return "\n".join([f"Gallrat av {name}:", *lines, "Det är antecknat i loggen."])


WHY_NOT = {
    "nobody": "Bara en administratör eller samordnare kan ansvara för en gallring. Inget är gallrat.",
    "unknown": "Koden finns inte. Ta fram ett förslag med --propose.",
    "done": "Det förslaget är redan gallrat.",
    "old": "Förslaget är äldre än 14 dagar. Ta fram ett nytt med --propose.",
    "changed": "Något har ändrats sedan förslaget. Inget är gallrat; ta fram ett nytt med --propose.",
}
