"""The bot's clock: the real time, or a time that starts where it is told and runs on, or is set from outside."""

from datetime import UTC, datetime, timedelta


class Clock:
    """`now()` gives aware UTC. With a start it runs from there at the pace of real time."""

    def __init__(self, start: datetime | None = None) -> None:
        self._ahead = timedelta(0)
        if start is not None:
            self.set(start)

    def now(self) -> datetime:
        """This instant, aware UTC."""
        return datetime.now(UTC) + self._ahead

    def set(self, moment: datetime) -> None:
        """Makes it `moment` (aware) now; it runs on from there."""
        self._ahead = moment.astimezone(UTC) - datetime.now(UTC)
