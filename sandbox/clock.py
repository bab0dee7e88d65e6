"""The local Slack's own clock: it starts where it is told and runs at real speed; it can be set and skipped."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

STOCKHOLM = ZoneInfo("Europe/Stockholm")


class Clock:
    """Wall time (`now`, aware UTC) and a count of seconds (`seconds`) that never jumps backwards."""

    def __init__(self, starts: datetime | None = None) -> None:
        self._ahead = timedelta(0)
        self._skipped = 0.0
        self._last_microsecond = 0
        if starts is not None:
            self.set(starts)

    @property
    def now(self) -> datetime:
        """The time here, aware, in UTC."""
        return datetime.now(UTC) + self._ahead

    @property
    def seconds(self) -> float:
        """Seconds from no particular beginning, for what is short: trigger ids, tickets."""
        return time.monotonic() + self._skipped

    def set(self, now: datetime) -> None:
        """Sets the clock; it runs on from there. A naive time is Stockholm's."""
        aware = now if now.tzinfo else now.replace(tzinfo=STOCKHOLM)
        self._ahead = aware.astimezone(UTC) - datetime.now(UTC)

    def skip(self, seconds: float) -> None:
        """Lets this many seconds pass at once, for tests of what runs out."""
        self._skipped += seconds
        self._ahead += timedelta(seconds=seconds)

    def stamp(self) -> str:
        """A new message time, `1799650800.000100`: unique, always later than the one before."""
        micro = max(int(self.now.timestamp() * 1_000_000), self._last_microsecond + 1)
        self._last_microsecond = micro
        return f"{micro // 1_000_000}.{micro % 1_000_000:06d}"

    def later_than(self, stamp: str) -> None:
        """Makes sure that the next message time comes after this one, as when messages are read from a file."""
        whole, _, fraction = stamp.partition(".")
        self._last_microsecond = max(self._last_microsecond, int(whole) * 1_000_000 + int(fraction or 0))


def instant_of(stamp: str) -> datetime:
    """The moment of a message time, aware, in UTC."""
    return datetime.fromtimestamp(float(stamp), UTC)


def read_moment(text: str) -> datetime:
    """ISO 8601 to an aware moment; without a zone it is Stockholm's. ValueError when it is neither."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=STOCKHOLM)
