"""Sentences about trends, and the fixed categories."""

from collections.abc import Mapping
from datetime import date

from schedules.swedish import antal, datum, uppräkning

# broad enough that nobody can be meant: kinds of events and places, never people
CATEGORIES: Mapping[str, str] = {
    "ordning": "Ordningsstörningar",
    "skadegorelse": "Skadegörelse och klotter",
    "stold": "Stöld och inbrott",
    "vald": "Våld och hot på allmän plats",
    "narkotika": "Narkotika på allmän plats",
    "alkohol": "Alkohol på allmän plats",
    "trafik": "Trafik",
    "brand": "Anlagd brand",
    "miljo": "Mörka eller nedskräpade platser",
    "trygghet": "Upplevd otrygghet",
}
DIRECTIONS: Mapping[str, str] = {"up": "Ökar", "same": "Som förut", "down": "Minskar"}
FORM = "Trender"
SUBMIT = "Rapportera"
WHICH = "Vilket forum rapporterar?"
AREA = "Område"
AREA_HINT = "En plats eller ett område, till exempel centrum. Aldrig en person, en familj eller en adress."
CHOOSE_FORUM = "Välj ett forum."
CHOOSE_ONE = "Ange åtminstone en trend."
NOBODY_ABOVE = "Forumet har inget forum ovanför sig att rapportera till."
TITLE = "Trender"
NONE = "Inga trender är rapporterade än."
REPORT = "Rapportera trender"


def said(trends: Mapping[str, str]) -> str:
    """ "Ökar: trafik. Minskar: klotter." """
    found = []
    for direction, label in DIRECTIONS.items():
        named = [CATEGORIES[each].lower() for each, way in trends.items() if way == direction and each in CATEGORIES]
        if named:
            found.append(f"{label}: {uppräkning(named)}.")
    return " ".join(found)


def heading(forum: str, on: date, area: str) -> str:
    return f"Trender från {forum}, {datum(on)}" + (f": {area}" if area else "")


def reported(to: str) -> str:
    return f"Tack, trenderna är rapporterade till {to} och kommer med på nästa dagordning."


def counted(trends: Mapping[str, str]) -> str:
    ways = list(trends.values())
    return f"{antal(ways.count('up'), 'ökar', 'ökar')}, {antal(ways.count('down'), 'minskar', 'minskar')}"
