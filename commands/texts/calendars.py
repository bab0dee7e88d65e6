"""Sentences about calendars and their secret addresses."""

TITLE = "Kalender"
MINE = "Mina forum"
SHOW = "Ny adress"
OFF = "Stäng av"
FILE = "Hämta som fil"
WHOSE = "Vilken kalender?"
CONFIRM_NEW = "Byt adress"
NOT_ON = (
    "Boten har ingen adress utifrån, så kalendern går inte att prenumerera på än. Be it-avdelningen öppna botens port "
    "och sätta SAMVERKANSBOT_PUBLIC_URL. Så länge kan du hämta kalendern som fil."
)
ASK_NEW = "Den gamla adressen slutar fungera. Vill du byta?"
ASK_OFF = "Den som prenumererar på adressen får inget mer. Vill du stänga av den?"
FILE_NOTE = "Filen visar hur det ser ut nu. Den ändras inte när något flyttas."
SECRET = "Adressen är din egen och hemlig: den som har den ser kalendern. Den visas bara nu."
HOW = (
    "Outlook: Lägg till kalender, Prenumerera från webben. Google: Andra kalendrar, Från webbadress. "
    "iPhone: Inställningar, Kalender, Konton, Lägg till prenumererad kalender."
)
OFF_DONE = "Adressen är avstängd. Den som prenumererar på den får inget mer."
OFF_ALREADY = "Det finns ingen adress att stänga av."


def name(forum: str) -> str:
    return f"Samverkan: {forum}" if forum else "Samverkan: mina forum"


def address(whose: str, url: str) -> str:
    return f"{whose}: {url}"


def has_one(whose: str) -> str:
    return (
        f"Du har redan en adress till kalendern för {whose.lower() if whose == MINE else whose}. Den går inte att visa "
        "igen. Byter du adress slutar den gamla att fungera."
    )


def file_on_its_way(file: str) -> str:
    return f"Kalendern kommer som filen {file} i ett direktmeddelande."
