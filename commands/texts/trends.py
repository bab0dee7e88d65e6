"""Sentences about trends, and the fixed categories."""

from collections.abc import Mapping
from datetime import date

from schedules import texts as schedule_texts
from schedules.swedish import antal, datum

CATEGORIES, DIRECTIONS, said = schedule_texts.TREND_CATEGORIES, schedule_texts.TREND_DIRECTIONS, schedule_texts.trends
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


def heading(forum: str, on: date, area: str) -> str:
    return f"Trender från {forum}, {datum(on)}" + (f": {area}" if area else "")


def reported(to: str) -> str:
    return f"Tack, trenderna är rapporterade till {to} och kommer med på nästa dagordning."


def counted(trends: Mapping[str, str]) -> str:
    ways = list(trends.values())
    return f"{antal(ways.count('up'), 'ökar', 'ökar')}, {antal(ways.count('down'), 'minskar', 'minskar')}"
