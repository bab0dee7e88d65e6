"""The local Slack's own time: starts where told, runs at real speed, can be set."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

ZONE = ZoneInfo("Europe/Stockholm")


def moment(text: str) -> datetime:
    """An ISO date and time; local to Stockholm unless it says otherwise."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=ZONE)


class Clock:
    """`now()` is aware UTC."""

    def __init__(self, start: datetime | None = None) -> None:
        self._ahead = timedelta(0)
        if start is not None:
            self.set(start)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def set(self, when: datetime) -> None:
        self._ahead = when.astimezone(UTC) - datetime.now(UTC)


def swedish(when: datetime) -> str:
    """mån 11 jan 2027 kl. 08.00 (v. 2)"""
    local = when.astimezone(ZONE)
    day = format_datetime(local, "EEE d MMMM y", locale="sv").replace(".", "")
    return f"{day} kl. {local:%H.%M} (v. {local.isocalendar().week})"


def short(when: datetime) -> str:
    """mån 11 januari 08.00"""
    local = when.astimezone(ZONE)
    return f"{format_datetime(local, 'EEE d MMMM', locale='sv').replace('.', '')} {local:%H.%M}"


def day(when: datetime) -> str:
    """måndag 11 januari 2027"""
    return str(format_datetime(when.astimezone(ZONE), "EEEE d MMMM y", locale="sv"))
