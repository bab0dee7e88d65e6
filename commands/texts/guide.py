"""The help, made from the command table."""

from collections.abc import Sequence

from schedules.swedish import uppräkning

TITLE = "Så använder du boten"
INTRO = "Boten minns överenskommelsen åt er: den påminner, tar emot vad som blev av och visar läget."
LOG = "Logga"
OVERVIEW = "Visa läget"
MINE = "Vad väntar på mig?"
CHAIR = "Ordförande"
BOOKED = "Vad är bokat?"
NOTE = "Skriv så att det tål att lämnas ut, och aldrig något om enskilda. Med å, ä och ö eller utan går lika bra."


def line(command: str, help_line: str) -> str:
    return f"`{command}`: {help_line}"


def example(text: str) -> str:
    return f"Till exempel: {text}"


def unknown(slash: str, words: str, near: Sequence[str], known: Sequence[str]) -> str:
    if near:
        return f"Jag förstod inte ”{words}” efter {slash}. Menade du {uppräkning(list(near), 'eller')}?"
    return f"Jag förstod inte ”{words}” efter {slash}. Det som finns: {', '.join(known)}."
