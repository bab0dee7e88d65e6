"""How dates, times and numbers are written in Swedish, the same everywhere.

Own tables rather than Babel's: CLDR writes "1 dec. 2026" and 13:00; the official style is "1 dec 2026" and "kl. 13.00"
(Myndigheternas skrivregler). Never by process locale: it is global, and often missing in containers.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

WEEKDAYS = ("mån", "tis", "ons", "tors", "fre", "lör", "sön")
WEEKDAYS_LONG = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
MONTHS = ("jan", "feb", "mars", "april", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec")
MONTHS_LONG = (
    "januari",
    "februari",
    "mars",
    "april",
    "maj",
    "juni",
    "juli",
    "augusti",
    "september",
    "oktober",
    "november",
    "december",
)
NUMBERS = ("noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva", "tolv")


def datum(day: date) -> str:
    """tis 1 dec 2026"""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def datum_kort(day: date) -> str:
    """1 dec: only where the year is plain from what stands beside it."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def vecka(day: date) -> str:
    """v. 49: the ISO week, which near New Year may be the other year's."""
    return f"v. {day.isocalendar().week}"


def datum_vecka(day: date) -> str:
    """tis 1 dec 2026 (v. 49)"""
    return f"{datum(day)} ({vecka(day)})"


def klockslag(at: time) -> str:
    """kl. 13.00: with a point, as Swedish authorities write."""
    return f"kl. {at.hour:02d}.{at.minute:02d}"


def tidpunkt(day: date, at: time | None = None) -> str:
    """tis 1 dec 2026 kl. 13.00 (v. 49), or without the clock when none is known."""
    return f"{datum(day)} {klockslag(at)} ({vecka(day)})" if at else datum_vecka(day)


def stund(moment: datetime, zone: str = "Europe/Stockholm") -> str:
    """An aware instant as local date and time: tis 1 dec 2026 kl. 13.00"""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{datum(local.date())} {klockslag(local.time())}"


def antal(number: int, one: str, many: str) -> str:
    """1 åtgärd, 3 åtgärder"""
    return f"{number} {one if number == 1 else many}"


def räkneord(number: int) -> str:
    """fem, up to tolv; then figures."""
    return NUMBERS[number] if 0 <= number < len(NUMBERS) else str(number)


def uppräkning(names: Sequence[str], joint: str = "och") -> str:
    """a, b och c"""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {joint} {names[-1]}"


def spann(first: date, last: date) -> str:
    """1 jan–30 juni 2027; both years where they differ; one date where it is one day."""
    if first == last:
        return f"{datum_kort(first)} {first.year}"
    if first.year == last.year:
        return f"{datum_kort(first)}–{datum_kort(last)} {last.year}"
    return f"{datum_kort(first)} {first.year}–{datum_kort(last)} {last.year}"


def datum_lista(days: Sequence[date]) -> str:
    """2, 9 och 16 dec; months named once where they are the same."""
    groups: list[tuple[int, list[int]]] = []
    for day in days:
        if groups and groups[-1][0] == day.month:
            groups[-1][1].append(day.day)
        else:
            groups.append((day.month, [day.day]))
    return ", ".join(f"{', '.join(map(str, numbers))} {MONTHS[month - 1]}" for month, numbers in groups)


def stor(sentence: str) -> str:
    """The sentence with a capital first letter, the rest untouched."""
    return sentence[:1].upper() + sentence[1:]
