"""Sentences about planning a year of meetings."""

from collections.abc import Sequence
from datetime import date, time

from schedules.swedish import antal, datum, datum_vecka, tidpunkt

FORM = "Planera möten"
SUBMIT = "Boka"
CLOCK = "Klockslag för alla"
WHERE = "Plats eller länk för alla"
NO_DAY = "Ange minst en dag."
PAST = "Den dagen har redan varit."
TWICE = "Samma dag står två gånger."
BAD_DAY = "Dagen gick inte att läsa. Välj den i kalendern."
BAD_TIME = "Skriv klockslaget som 13.00."
PLACE_TOO_LONG = "Platsen är för lång."
WHICH_YEAR = "Skriv ett år, till exempel 2027."
CHANGED = "Någon har bokat eller ändrat möten sedan du öppnade rutan. Inget av dina är bokat än."
NOT_IN_FORCE = "Den dagen gäller inte överenskommelsen."
CHOOSE_FORUM = "Vilket forum ska planeras?"


def nothing_promised(forum: str) -> str:
    return f"{forum} har inget antal möten i överenskommelsen att planera efter. Boka ett med /mote boka."


def all_booked(forum: str, year: int) -> str:
    return f"{forum} har så många möten som överenskommelsen säger för {year}. Se dem med /mote."


def no_room(forum: str, year: int) -> str:
    return f"Det finns inga lediga dagar kvar {year} att föreslå för {forum}. Boka med /mote boka."


def outside(forum: str, year: int) -> str:
    return f"Överenskommelsen gäller inte {year}, så {forum} har inget att planera då."


def over(year: int) -> str:
    return f"{year} har redan varit."


def intro(forum: str, year: int, cadence: str, there: int, proposed: int, more: int, short: int) -> str:
    already = f" {antal(there, 'möte', 'möten')} finns redan." if there else ""
    rest = f" Ytterligare {antal(more, 'möte', 'möten')} föreslås när de här är bokade." if more else ""
    rest += f" {antal(short, 'möte', 'möten')} till ryms inte med rimliga mellanrum före årets slut." if short else ""
    return (
        f"{forum} {year}: {cadence}.{already} Här är {antal(proposed, 'förslag', 'förslag')}. "
        f"Ändra en dag, eller töm den för att hoppa över.{rest}"
    )


def other_year(year: int) -> str:
    return f"Den dagen ligger inte i {year}."


def meets_too(forum: str) -> str:
    return f"{forum} möts också den dagen, och ni delar ledamöter"


def numbered(number: int, day: date) -> str:
    return f"Möte {number}: {datum_vecka(day)}"


def hindered(day: date, why: str) -> str:
    return f"• {datum(day)}: {why}"


def booked(forum: str, count: int) -> str:
    return f"Klart. {antal(count, 'möte är bokat', 'möten är bokade')} för {forum}."


def already(days: Sequence[date]) -> str:
    return f"Redan bokat: {', '.join(datum(day) for day in days)}."


def think_of(hindrances: Sequence[str]) -> str:
    return "Tänk på:\n" + "\n".join(hindrances)


def line(on: date, at: time | None, place: str) -> str:
    return f"• {tidpunkt(on, at)}" + (f", {place}" if place else "")


def told(forum: str, year: int) -> str:
    return f"{forum}: mötena {year} är bokade"
