"""How far away Slack is at the least, so that the pace may be counted from when it took a message and not from when it
answered: with Slack a sixth of a second away, every message of a long row would else come that much later.

Two messages lie as far apart at Slack as the answer to the first and the sending of the second, and beyond that the way
there and the way back: no less than the shortest round trip. So much, with something to spare, may be counted off.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

REMEMBERED = 128  # round trips
ENOUGH = 8  # fewer say too little
TO_SPARE = 0.1  # of the shortest: the next may be a little quicker
LONGEST = timedelta(seconds=0.5)  # what more than this is counted on is no distance


@dataclass
class Distance:
    """Round trips lately, as measured on the bot's own clock."""

    trips: deque[timedelta] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    def taken_at(self, asked: datetime, answered: datetime) -> datetime:
        """The earliest that what was asked at `asked` and answered at `answered` can be counted as taken by Slack:
        never before it was asked. A clock that was turned between the two says nothing."""
        trip = answered - asked
        if trip < timedelta():
            return answered
        self.trips.append(trip)
        if len(self.trips) < ENOUGH:
            return answered
        return answered - min(min(self.trips) * (1 - TO_SPARE), LONGEST)
