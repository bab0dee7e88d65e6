"""The bot's own sentences: what went wrong, what is done, what a newcomer needs."""

from collections.abc import Iterable, Sequence

DONE = "Klart"
DONE_ALREADY = "Det är redan gjort."
CLOSE = "Stäng"
CANCEL = "Avbryt"
SURE = "Är du säker?"
YES = "Ja"
NO = "Nej"
MORE_IN_NEXT = "… fortsätter i nästa meddelande"
CUT = "… resten får inte plats här."
OPTIONAL_PLACEHOLDER = "Välj"
SEARCH_PLACEHOLDER = "Skriv för att söka"
BUSY = "Databasen svarar inte just nu. Inget är sparat; försök igen om en minut."
SLACK_SILENT = "Slack svarar inte boten just nu. Försök igen om en minut."
DISK_FULL = "Databasens disk är full. Inget är sparat. Säg till den som sköter boten, och försök igen sedan."
READ_ONLY = (
    "Databasen går bara att läsa just nu. Inget är sparat. Säg till den som sköter boten, och försök igen sedan."
)
NOT_OPENED = (
    "Databasen går inte att öppna just nu. Inget är sparat. Säg till den som sköter boten, och försök igen sedan."
)
NOT_UNDERSTOOD_BUTTON = "Den knappen finns inte längre. Skriv /samverkan för att se vad som går att göra."
INVITED = (
    "Hej! Här kan jag påminna om det ni har kommit överens om. En samordnare kopplar forumet hit genom att skriva "
    "/samverkan koppla och forumets namn i den här kanalen."
)
MENTIONED = "Hej! Det här kan jag hjälpa till med:"
ANSWER_TITLE = "Svar"
SLOW = "Det tar lite längre än vanligt. Svaret kommer här strax."
SLOW_FORM = (
    "Det tar längre än vanligt, men det du skrev är mottaget. Vänta en stund och tryck en gång till för att se svaret."
)
OPEN_FORM = "Formuläret hann inte öppnas. Tryck på knappen, så kommer det."
FAR_OFF = "Välj en dag mellan år 1900 och 2199."
FILE_LOST = "Filen gick inte att hämta från Slack. Försök igen om en stund."
FILE_NOT_TEXT = (
    "Filen är inte ren text. Spara listan som CSV (i Excel: Spara som, CSV UTF-8) och försök igen. "
    "Inget packades upp och inget är sparat."
)
CLI_NOT_TEXT = "Filen är inte ren text. Spara den som text (UTF-8) och försök igen. Inget är sparat."
TOO_MANY_FILES = "Lämna färre filer åt gången, helst en."
FILE_TOO_LARGE = "Filen är för stor: högst 1 MB."
HOME_BROKEN = "Det går inte att visa just nu. Öppna fliken igen om en minut."


def broken(reference: str) -> str:
    return f"Något gick fel (ref {reference}). Inget är sparat. Försök igen, eller säg till den som sköter boten."


def typed(words: str) -> str:
    return f"Du skrev: {words}"


def nothing_to_choose(label: str) -> str:
    return f"{label}: det finns inget att välja."


def open_form(title: str) -> str:
    return f"Öppna: {title}"


SETTINGS_WRONG = "Inställningarna stämmer inte:"
NO_BOT_TOKEN = "SLACK_BOT_TOKEN saknas. Den finns i appens inställningar under Install App och börjar med xoxb-."
NO_APP_TOKEN = (
    "SLACK_APP_TOKEN saknas. Den skapas under Basic Information, App-Level Tokens, och börjar med xapp-. Ska Slack nå "
    "boten över HTTP behövs i stället SLACK_SIGNING_SECRET och --http PORT."
)
CLOCK_AGAINST_SLACK = (
    "SAMVERKANSBOT_CLOCK får inte användas mot Slacks egen adress. Peka SLACK_API_URL på ett lokalt Slack, "
    "eller ta bort klockan."
)


REHEARSAL_AGAINST_SLACK = "SAMVERKANSBOT_REHEARSAL_PORT får inte användas mot Slacks egen adress. Ta bort den."
FORGETFUL_DATABASE = (
    "DATABASE_URL pekar på en databas i minnet, som glömmer allt. Skriv till exempel sqlite:///fil.sqlite3."
)


def bad_database(kind: str) -> str:
    what = f"börjar med {kind}://" if kind else "är ingen adress"
    return f"DATABASE_URL {what}. Skriv sqlite:///fil.sqlite3 eller postgresql://användare:lösenord@server/databas."


def bad_level(name: str, value: str, allowed: Sequence[str]) -> str:
    return f"{name} är ”{value}”. Välj {', '.join(allowed[:-1])} eller {allowed[-1]}."


def bad_seconds(name: str, value: str, most: int) -> str:
    return f"{name} är ”{value}”. Skriv ett antal sekunder, högst {most}."


def bad_clock(value: str) -> str:
    return f"SAMVERKANSBOT_CLOCK är ”{value}”. Skriv till exempel 2027-02-09T07:59."


def bad_number(name: str, value: str) -> str:
    return f"{name} är ”{value}”. Skriv ett helt tal."


MAIL_WITHOUT_HOST = "Inställningar för e-post finns, men inte SAMVERKANSBOT_SMTP_HOST, så ingen e-post går."
MAIL_IN_CLEAR = "SAMVERKANSBOT_SMTP_SECURITY=none går bara till en server på samma maskin. Använd starttls eller tls."
BAD_SENDER = "SAMVERKANSBOT_SMTP_FROM ska vara en e-postadress, till exempel samverkan@kommunen.se."
MAIL_HALF_LOGIN = "SAMVERKANSBOT_SMTP_USER och SAMVERKANSBOT_SMTP_PASSWORD hör ihop: ange båda eller ingen."
MAIL_FROM = "Samverkansboten"
MAIL_FOOT = (
    "Du får det här som e-post för att du sitter i ett samverkansforum och inte har Slack här. Svara inte på brevet: "
    "säg till ordföranden eller en samordnare, som kan svara åt dig."
)


def bad_port(name: str, value: str) -> str:
    return f"{name} är ”{value}”. Skriv ett portnummer, 1–65535."


def secret_twice(name: str) -> str:
    return f"Både {name} och {name}_FILE är satta. Behåll en av dem."


def secret_no_file(path: str) -> str:
    return f"{path} är ingen vanlig fil."


def secret_open(path: str, mode: int) -> str:
    return f"Filen {path} får läsas av andra än sin ägare ({mode:o}). Rätta med: chmod 600 {path}"


def secret_odd(path: str) -> str:
    return f"Filen {path} ska innehålla en enda rad med värdet, och inget annat."


def bad_public_url(text: str) -> str:
    return f"SAMVERKANSBOT_PUBLIC_URL ska vara en https-adress, till exempel https://bot.kommunen.se, inte {text!r}."


def bad_address(name: str, value: str) -> str:
    return f"{name} är ”{value}”. Skriv en adress som börjar med http:// eller https://."


def bad_secret_address(name: str) -> str:
    return f"{name} är ingen adress. Skriv en som börjar med http:// eller https://."


def bad_token(name: str, begins: str) -> str:
    return f"{name} ska börja med {begins}."


def slack_refuses(error: str) -> str:
    why = {
        "invalid_auth": "token godtas inte. Kontrollera SLACK_BOT_TOKEN.",
        "not_authed": "token saknas. Kontrollera SLACK_BOT_TOKEN.",
        "account_inactive": "appen är avinstallerad eller kontot avstängt. Installera appen igen.",
        "token_revoked": "token är återkallad. Installera appen igen och byt SLACK_BOT_TOKEN.",
    }
    return f"Slack säger nej: {why.get(error, error)}"


def slack_unreachable(address: str) -> str:
    return f"Slack svarar inte på {address}. Kontrollera nätet och SLACK_API_URL."


def link_refused(error: str) -> str:
    check = "Kontrollera SLACK_APP_TOKEN och att Socket Mode är på."
    return f"Slack släpper inte in boten över Socket Mode ({error}). {check}"


def database_unusable(why: str) -> str:
    return f"Databasen går inte att använda: {why}. Kontrollera DATABASE_URL och att filen går att skriva."


def started(team: str) -> str:
    return f"Boten är uppkopplad mot {team}."


def other_team(team: str, bound: str) -> str:
    return (
        f"Databasen hör till arbetsytan {bound}, men token gäller {team}. Byt SLACK_BOT_TOKEN, eller peka DATABASE_URL "
        "på en egen databas."
    )


def port_busy(port: int, name: str = "SAMVERKANSBOT_REHEARSAL_PORT") -> str:
    return f"Port {port} ({name}) går inte att använda: den är upptagen, eller så saknas rättigheter. Kör boten redan?"


def listens(address: str) -> str:
    return f"Boten svarar på {address}."


STOPPING = "Avslutar: det som är påbörjat görs klart."
LINK_LOST = "Förbindelsen med Slack går inte att få tillbaka. Boten avslutas så att den kan startas om."

# --- the command line -------------------------------------------------------------------------------------------------

CLI = "Samverkansbot: minns vad kommun, polis och räddningstjänst har kommit överens om."
CLI_RUN = "Starta boten mot Slack."
CLI_PORT = "PORT"
CLI_HTTP = (
    "svara på den här porten: hälsa och mätvärden, och Slacks egna anrop om SLACK_SIGNING_SECRET är satt "
    "(annars Socket Mode)"
)
CLI_DOCTOR = "Kontrollera inställningar, Slack och databas, och säg vad som behöver rättas. Inget ändras."
CLI_BACKUP = "Säkerhetskopiera databasen till en ny fil (SQLite). Boten får köra under tiden."
CLI_AFTER_RESTORE = (
    "Kör när en PostgreSQL-databas har lästs tillbaka, innan boten startas: det som redan gått skickas inte igen."
)
CLI_RESTORE = "Läs tillbaka en säkerhetskopia (SQLite). Det som fanns där sparas bredvid. Boten får inte köra."
CLI_AGREEMENT = "Överenskommelser som filer."
CLI_CHECK = "Kontrollera filer och visa alla fel på en gång. Inget sparas."
CLI_SCHEMA = "Skriv ut filformatets JSON Schema."
CLI_IMPORT = "Läs in en överenskommelse. Går att göra om: det som är loggat rörs aldrig."
CLI_SHOW = "Visa en överenskommelse så som en människa läser den."
CLI_ROSTER = "Vilka som sitter på platserna."
CLI_ROSTER_IMPORT = "Läs in medlemmar från en CSV-fil."
CLI_ROSTER_EXPORT = "Skriv ut medlemmarna som CSV."
CLI_FORUM = "Forum och deras kanaler."
CLI_LINK = "Koppla ett forum till en Slackkanal."
CLI_FORUM_LIST = "Visa forumen och deras kanaler."
CLI_PREVIEW = "Visa årets påminnelser och tillfällen i förväg."
CLI_MIGRATE = "Uppdatera databasens tabeller."
CLI_FILE = "FIL"
CLI_FILES = "FIL…"
CLI_CSV = "FIL.csv"
CLI_KEY_OR_FILE = "[NAMN | FIL]"
CLI_FORUM_NAME = "FORUM"
CLI_CHANNEL = "KANAL-ID"
CLI_DRY_RUN = "visa bara vad som skulle ändras"
CLI_FROM = "första dagen, 2027-01-01"
CLI_TO = "sista dagen, 2027-12-31"
CLI_ONLY_FORUM = "bara det här forumet"
CLI_FORMAT = "table, json eller ics"
CLI_AGREEMENT_KEY = "bara den här överenskommelsen (filens namn utan .yml)"
NOTHING_CHANGED = "Inget att ändra: det stämmer redan."
NOTHING_STORED = "Inget är sparat."
DRY = "Det här skulle ändras (inget är sparat):"
NO_AGREEMENTS = "Ingen överenskommelse är inläst. Läs in en med: samverkansbot import FIL"
NO_SUCH_FORMAT = "Välj formatet table, json eller ics."


def checked(name: str, mistakes: int, warnings: int) -> str:
    beside = f", {warnings} {'varning' if warnings == 1 else 'varningar'}" if warnings else ""
    return f"{name}: {'inga fel' if not mistakes else f'{mistakes} fel'}{beside}"


def unforeseen(what: str) -> str:
    return f"Något oväntat gick fel: {what}. Kör igen med SAMVERKANSBOT_LOG=debug för att se var."


def no_database(name: str) -> str:
    return f"Databasen {name} finns inte. Läs in en överenskommelse först: samverkansbot import FIL"


def no_file(name: str) -> str:
    return f"Filen {name} går inte att läsa: den finns inte, eller så saknas rättigheter."


def changed(count: int) -> str:
    return f"Klart: {count} {'ändring' if count == 1 else 'ändringar'}."


def bad_date(value: str) -> str:
    return f"”{value}” är inget datum. Skriv till exempel 2027-01-01."


def backwards(first: str, last: str) -> str:
    return f"Perioden går baklänges: {first} till {last}."


def no_forum(name: str, known: Sequence[str]) -> str:
    return f"Inget forum heter ”{name}”. De som finns: {', '.join(known)}."


def no_agreement(key: str, known: Sequence[str]) -> str:
    return f"Ingen överenskommelse heter ”{key}”. De som är inlästa: {', '.join(known) or 'inga'}."


def linked(forums: Sequence[str], channel: str) -> str:
    return f"Klart: {', '.join(forums)} är kopplat till {channel}."


def forum_row(name: str, agreement: str, channel: str | None) -> str:
    return f"{name} ({agreement}): {channel or 'ingen kanal'}"


def bad_channel(value: str) -> str:
    return f"”{value}” är inget kanal-id. Ett sådant börjar på C eller G, till exempel C0123456789."


MIGRATED = "Databasens tabeller är uppdaterade."

CLI_ADMIN = "Vilka som är administratörer, och vem som får göra vad."
CLI_ADMIN_ADD = "Gör någon till administratör. Så släpps den första in."
CLI_ADMIN_LIST = "Visa administratörerna."
CLI_ADMIN_REMOVE = "Ta bort en administratör. Den sista går inte att ta bort."
CLI_ADMIN_TABLE = "Skriv ut tabellen över vem som får göra vad."
CLI_USER = "SLACK-ID"
CLI_TEAM = "team-id, för någon från en annan organisations Slack"
CLI_NAME = "namnet, om personen inte finns i medlemslistan"
NO_ADMINS = "Ingen är administratör. Utse en med: samverkansbot admin add SLACK-ID"
LAST_ADMIN = "Det är den sista administratören. Utse en annan först: samverkansbot admin add SLACK-ID"


def admin_added(user_id: str) -> str:
    return f"Klart: {user_id} är administratör."


def admin_already(user_id: str) -> str:
    return f"{user_id} är redan administratör."


def admin_removed(user_id: str) -> str:
    return f"Klart: {user_id} är inte längre administratör."


def no_admin(user_id: str) -> str:
    return f"{user_id} är ingen administratör. De som är det: samverkansbot admin list"


def admin_row(name: str, user_id: str | None, team_id: str | None, *, closed: bool) -> str:
    identity = ", ".join(
        each for each in (user_id or "inget Slack-id", team_id, "kontot stängt" if closed else "") if each
    )
    return f"{name} ({identity})"


def bad_user(value: str) -> str:
    return f"”{value}” är inget Slack-id. Ett sådant börjar på U eller W, till exempel U0123456789."


def bad_team(value: str) -> str:
    return f"”{value}” är inget team-id. Ett sådant börjar på T eller E, till exempel T0123456789."


CLI_RECORDS = "Vad som bevaras och gallras."
CLI_RECORDS_IMPORT = "Läs in kommunens beslut om vad som bevaras och gallras."
CLI_RECORDS_SHOW = "Visa vad som är bestämt, slag för slag."
CLI_RECORDS_DISPOSE = "Gallra i två steg: först ett förslag med en kod, sedan just det."
CLI_PROPOSE = "visa vad som skulle gallras, och en kod"
CLI_CONFIRM = "koden från förslaget"
CLI_BY = "vem som ansvarar för gallringen: en administratörs eller samordnares namn eller Slack-id"
CLI_EXPORT = "Ta ut allt om ett forum eller en person."
CLI_EXPORT_FORUM = "Allt om ett forum, och inget om något annat, som en zip-fil."
CLI_EXPORT_PERSON = "Registerutdrag: allt om en person som en zip-fil (artikel 15)."
CLI_LOG = "Vem som gjort vad."
CLI_LOG_EXPORT = "Loggen som CSV."
CLI_FORUM_NAME = "FORUM"
CLI_PERSON = "NAMN|ANVÄNDAR-ID"
CLI_FROM = "första dagen, som 2027-01-01"
CLI_TO = "sista dagen, som 2027-12-31"


def which_person(found: Iterable[str]) -> str:
    lines = [f"  {each}" for each in found]
    if not lines:
        return "Ingen i medlemslistorna heter så eller har det id:t."
    return "\n".join(["Flera heter så. Skriv användar-id:t i stället:", *lines])


def which_forum(found: Iterable[str]) -> str:
    return "\n".join(["Vilket forum? Skriv ett av:", *(f"  {each}" for each in found)])


def bad_day(text: str) -> str:
    return f"{text} är ingen dag. Skriv som 2027-03-01."


def file_exists(path: str) -> str:
    return f"Filen {path} finns redan. Välj ett annat namn; inget skrivs över."


def cannot_write(path: str, why: str) -> str:
    return f"Det går inte att skriva {path}{f' ({why})' if why else ''}."


def written(path: str) -> str:
    return f"Klart: {path}. Filen kan bara läsas av dig."


def not_handed_over(name: str) -> str:
    return (
        f"Filen {name} gick inte att skicka. Försök igen om en stund; går det inte då heller, säg till den som sköter "
        "boten."
    )
