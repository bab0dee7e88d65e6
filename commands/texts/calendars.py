"""Sentences about calendars and their secret addresses."""

from datetime import date, time

from schedules.texts import when_where

TITLE = "Kalender"
MINE = "Mina forum"
SHOW = "Ny adress"
OFF = "Stäng av"
FILE = "Hämta som fil"
TEXT = "Kommande möten som text"
NOTHING_BOOKED = "Inget möte är bokat."
FOR_SOMEBODY = "Kalenderadress åt någon"
FOR_TITLE = "Kalenderadress åt någon"
FOR_WHOM = "Vem?"
FOR_WHOM_HINT = "De som sitter i forumet och inte finns i Slack. Andra hämtar sin adress själva."
FOR_WHAT = "Vad vill du göra?"
FOR_NEW = "Ta fram en ny adress"
FOR_NEW_HINT = "En gammal adress slutar fungera."
FOR_OFF = "Stäng av adressen"
NOBODY_WITHOUT_SLACK = "Alla som sitter i forumet finns i Slack, och hämtar sin adress själva med /mote kalender."
CHOOSE_PERSON = "Välj vem det gäller."
HAND_OVER = "Adressen är hemlig: den som har den ser kalendern. Den visas bara nu, så skicka den vidare direkt."
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


def coming(on: date, at: time | None, place: str, what: str) -> str:
    return f"{when_where(on, at, place)}: {what}"


def text_on_its_way(file: str) -> str:
    return f"Mötena kommer som filen {file} i ett direktmeddelande."


def turned_off(name: str) -> str:
    return f"Adressen är avstängd. Den som prenumererar på den åt {name} får inget mer."


def none_to_turn_off(name: str) -> str:
    return f"{name} har ingen adress att stänga av."


def address(whose: str, url: str) -> str:
    return f"{whose}: {url}"


def has_one(whose: str) -> str:
    return (
        f"Du har redan en adress till kalendern för {whose.lower() if whose == MINE else whose}. Den går inte att visa "
        "igen. Byter du adress slutar den gamla att fungera."
    )


def file_on_its_way(file: str) -> str:
    return f"Kalendern kommer som filen {file} i ett direktmeddelande."
