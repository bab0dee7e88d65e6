"""Sentences about who may do what, and the words of the table in docs/permissions.md."""

from commands.access import Action, Kind, Role

OUTSIDER = (
    "Du sitter inte i något av forumen, så här finns inget att visa. Är det fel? Be en samordnare lägga till dig med "
    "/samverkan medlemmar."
)
NO_ROSTER = (
    "Ingen är inlagd på någon plats än. Den som sköter boten läser in medlemmarna med: "
    "samverkansbot roster import medlemmar.csv"
)
MAY_NOT_ADMINISTER = "Det här får samordnare och administratörer göra. Be någon av dem."
MAY_NOT_NAME_ADMINISTRATORS = (
    "Administratörer utses av administratörer. Ta bort de raderna ur filen, eller be en administratör läsa in den."
)


def team_missing(team_id: str) -> str:
    return (
        f"Du finns i listan men utan din organisation, så jag kan inte vara säker på att det är du. Be en samordnare "
        f"skriva {team_id} i kolumnen slack_team_id på din rad."
    )


def not_yours(forum: str) -> str:
    return f"Du sitter inte i {forum or 'det forumet'} och kan därför inte se det."


def internal(forum: str) -> str:
    return f"Det här är märkt internt. Bara de som sitter i {forum or 'forumet'} och samordnarna kan läsa det."


def may_not_log(forum: str) -> str:
    return f"Den som sitter i {forum or 'forumet'} eller är samordnare kan logga det här. Be någon av dem."


def may_not_act(forum: str) -> str:
    return f"Det här får ordföranden i {forum or 'forumet'} och samordnarna göra. Be någon av dem."


def may_not_write(forum: str) -> str:
    return f"Det här får sekreteraren och ordföranden i {forum or 'forumet'} och samordnarna göra. Be någon av dem."


def may_not_approve(forum: str) -> str:
    return f"Bara den som sitter i {forum or 'forumet'} kan svara för sin part om beslutet."


def may_not(kind: Kind, forum: str = "") -> str:
    """The sentence that says no; `forum` empty where the person must not even know its name."""
    match kind:
        case Kind.SEE:
            return not_yours(forum)
        case Kind.LOG:
            return may_not_log(forum)
        case Kind.ACT:
            return may_not_act(forum)
        case Kind.WRITE:
            return may_not_write(forum)
        case Kind.ATTEND:
            return NOT_SEATED
        case Kind.APPROVE:
            return may_not_approve(forum)
        case Kind.ADMINISTER:
            return MAY_NOT_ADMINISTER


NOT_SEATED = "Bara den som sitter i forumet kan svara på kallelsen."

# --- docs/permissions.md ----------------------------------------------------------------------------------------------

ROLES = {
    Role.OUTSIDER: "utomstående",
    Role.GUEST: "gäst",
    Role.EXTERNAL: "extern",
    Role.MEMBER: "ledamot",
    Role.DEPUTY: "ersättare",
    Role.SECRETARY: "sekreterare",
    Role.CHAIR: "ordförande",
    Role.COORDINATOR: "samordnare",
    Role.ADMINISTRATOR: "administratör",
    Role.RESPONSIBLE: "ansvarig",
}
ACTIONS = {
    Action.READ_HELP: "läsa hjälpen",
    Action.SEE_OWN: "se det som väntar på en själv, och fliken Hem",
    Action.SET_WISHES: "ställa in sina egna påminnelser och sin frånvaro",
    Action.SEE_STANDING: "se läget och målen",
    Action.SEE_CHAIR: "se ordförande och turordning",
    Action.SEE_MEMBERS: "se vilka som sitter i forumet",
    Action.SEE_BOOKED: "se vad som är bokat",
    Action.SEE_REASON: "se varför en påminnelse kom",
    Action.SNOOZE: "be om en påminnelse till",
    Action.ATTEND: "svara på en kallelse",
    Action.SEE_ANSWERS: "se vilka som kommer till ett möte",
    Action.ANSWER_FOR: "svara på en kallelse åt någon annan",
    Action.LOG: "logga vad som blev av, och rätta det",
    Action.BOOK: "boka",
    Action.MOVE: "flytta",
    Action.CALL_OFF: "ställa in",
    Action.PLAN_YEAR: "planera ett års möten",
    Action.PULSE: "svara på hur det löpande går",
    Action.WAIVE: "avstå från ett åtagande en period",
    Action.PASS_ON_CHAIR: "lämna över ordförandeskapet",
    Action.ANCHOR_CHAIR: "svara på vems tur det är",
    Action.APPOINT: "tillsätta och avsluta uppdrag",
    Action.READ_IN_ROSTER: "läsa in en medlemslista",
    Action.NAME_ADMINISTRATORS: "utse administratörer",
    Action.LINK_CHANNEL: "koppla forumet till en kanal",
    Action.SEE_BOT_STATE: "se hur boten mår",
    Action.SEE_MINUTES: "läsa protokoll",
    Action.WRITE_MINUTES: "skriva protokoll",
    Action.APPROVE_MINUTES: "justera protokoll",
    Action.SEE_MATTERS: "se ärenden",
    Action.RAISE_MATTER: "väcka ärenden",
    Action.SEE_DECISIONS: "se beslut",
    Action.RECORD_DECISION: "föra in beslut",
    Action.APPROVE_CHANGE: "svara för sin part på en ändring av överenskommelsen",
    Action.SEE_MEASURES: "se åtgärder",
    Action.ASSIGN_MEASURE: "ge någon en åtgärd",
    Action.REPORT_MEASURE: "rapportera en åtgärd",
    Action.SEE_DOCUMENTS: "läsa dokument",
    Action.ADD_DOCUMENT: "lägga till dokument",
    Action.SEE_VERSIONS: "visa ändringar i det som är loggat",
    Action.SEE_INTERNAL: "läsa det som är märkt internt",
    Action.HAVE_FEED: "prenumerera på kalendern",
    Action.HAVE_FEED_FOR: "ge någon utan Slack en kalenderadress",
    Action.EXPORT_FORUM: "exportera forumets alla uppgifter",
    Action.EXPORT_PERSON: "ta ut registerutdrag om någon annan",
    Action.EXPORT_OWN: "ta ut registerutdrag om sig själv",
    Action.SEE_AUDIT_LOG: "läsa loggen över vem som gjort vad",
    Action.SET_RECORDS_RULES: "fylla i vad som ska bevaras och gallras",
    Action.DISPOSE: "gallra",
}
# what has a row but no command in Slack, and where it is done instead
BESIDE_SLACK = {
    Action.ASSIGN_MEASURE: "görs i samma formulär som beslutet som åtgärden följer av, och har därför den radens regel",
    Action.SEE_DOCUMENTS: "finns inte än: raden säger vad som ska gälla",
    Action.ADD_DOCUMENT: "finns inte än: raden säger vad som ska gälla",
    Action.EXPORT_PERSON: "görs med `samverkansbot export person` av den som sköter servern på en samordnares begäran",
    Action.SET_RECORDS_RULES: (
        "görs med `samverkansbot records import` av den som sköter servern, efter det beslut av kommunen som filen "
        "hänvisar till"
    ),
    Action.DISPOSE: (
        "görs i två steg med `samverkansbot records dispose` av den som sköter servern, i namn av den samordnare som "
        "ansvarar för det (`--by`)"
    ),
}
BESIDE_TITLE = "## Det som inte görs i Slack"
BESIDE_INTRO = """
Kommandoraden frågar inte tabellen: den som når servern når allt. Raderna säger vem i samverkan som får begära det.
""".strip()
WHAT, NOTHING, EVERYTHING = "Får", "–", "ja"
RELATIONS = {"own": "eget", "below": "eget och under", "beside": "alla"}

PAGE_INTRO = """
# Vem som får göra vad

Den här sidan är gjord av tabellen i `commands/access.py` (`samverkansbot admin table`), och ett test ser till att de
säger samma sak. Varje kommando, knapp, formulär, genväg, Hem, export, kalender och fil frågar samma tabell, genom
`Rights.may` i `commands/permissions.py`. Det som inte går att göra i Slack står under tabellen.

*eget*: forumet man sitter i. *eget och under*: också forum som rapporterar dit, direkt eller genom andra. *alla*:
varje forum i överenskommelsen, också de bredvid och ovanför; för administratörer varje forum i arbetsytan. *ja*:
gäller inget visst forum.
"""
PAGE_NOTES = """
## Så läses den

- En person är sitt team-id och användar-id i Slack tillsammans. En rad i medlemslistan utan `slack_team_id` betyder
  arbetsytans egen organisation och ingen annan. Den som kommer från en annan organisations Slack måste ha sitt
  team-id på raden.
- Rättigheter följer platser, i dag. Den som slutar, eller vars konto stängs i Slack, har inga rättigheter från den
  stunden; ett formulär som öppnades före och skickas efter prövas på nytt. Att vara med i en kanal ger inga
  rättigheter.
- Gäster och externa har det som deras plats ger, genom knappar och formulär (Slack låter inte externa skriva
  kommandon). Utan plats är de utomstående.
- Sekreterare är den som har en plats av typen sekreterare i forumet, som ordinarie eller ersättare.
- Ordförande är den som har ordförandens eller vice ordförandens plats i dag, som ordinarie eller ersättare. Ersättare
  har det som platsen ger. Är ordförandens plats vakant och det inte finns någon vice ordförande, har näst i tur
  ordförandens rättigheter tills någon har utsetts.
- Ansvarig är den vars plats, eller vars part, ska göra åtgärden det gäller, i vilket forum den än beslutades. När ett
  forum har fått en åtgärd av ett annat får de som sitter där rapportera den som sin egen.
- Den som har flera roller får det som någon av dem ger. Samordnare har sina rättigheter i sin egen överenskommelse
  och i ingen annan.
- Det som är märkt *intern* (utfall, ärenden, beslut, åtgärder av beslut, anteckningar, trender) läses bara av dem som
  sitter i forumet och av samordnarna, också av den som annars ser forumen under sitt eget. Märkningen gör aldrig att
  någon får läsa mer: *parterna* och *publik* läses av dem som tabellen säger, och skiljer sig åt i vilka kanaler de
  läggs i.
- En påminnelse som har gått till en person får den personen fråga om och skjuta upp, också när platsen är en annan.
- Första administratören utses på kommandoraden när boten installeras: `samverkansbot admin add U0123456789`. Den
  sista går inte att ta bort, och kommandoraden släpper alltid in den som sköter servern.
- Vad en knapp eller ett formulär bär med sig är aldrig en rättighet. Varje id slås upp och prövas mot tabellen igen.
"""
