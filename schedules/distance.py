"""How far away Slack is at the least, so that the pace may be counted from when it took a message and not from when it
answered: with Slack a sixth of a second away, every message of a long row would else come that much later.

Two messages lie as far apart at Slack as the answer to the first and the sending of the second, and beyond that the way
back and the way there: no less than the shortest round trip there is. So much, with something to spare, may be counted
off. The shortest of all that were made, and not of the last: those of a busy minute are all long, and say nothing of
the way.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

ENOUGH = 300  # round trips; those of the first busy second are all long
ENOUGH_ALONE = 20  # with nothing else on its way: none is longer than the way is, but by chance
TO_SPARE = 0.1  # of the shortest: the next may be a little quicker
LONGEST = timedelta(seconds=0.5)  # what is more than this is no distance


@dataclass
class Distance:
    """The shortest round trip a process has made, on the bot's own clock."""

    shortest: timedelta = LONGEST
    made: int = 0
    made_alone: int = 0

    def taken_at(self, asked: datetime, answered: datetime, *, alone: bool = False) -> datetime:
        """The earliest that what was asked at `asked` and answered at `answered` need be counted as taken by Slack:
        never before it was asked. A clock that was turned back between the two says nothing. `alone`: nothing else was
        on its way."""
        if answered < asked:
            return answered
        self.shortest = min(self.shortest, answered - asked)
        self.made += 1
        self.made_alone += alone
        known = self.made >= ENOUGH or self.made_alone >= ENOUGH_ALONE
        return answered - self.shortest * (1 - TO_SPARE) if known else answered
