"""How we behave towards Slack: pace, leases, and how long to leave a message alone."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Manners:
    """How we behave towards Slack. `lease` must outlast `post_within` and `settle` together."""

    pace: timedelta = timedelta(seconds=1)  # between two messages in one channel
    ahead: timedelta = timedelta(seconds=0.15)  # so long before its pace is over a message is taken, and put into words
    lease: timedelta = timedelta(minutes=3)  # how long a claim holds when its process has died
    post_within: timedelta = timedelta(seconds=60)  # longer than the carrier's own time limit
    settle: timedelta = timedelta(seconds=20)  # after an unknown outcome: let Slack show the message before we look
    first_wait: timedelta = timedelta(seconds=5)
    longest_wait: timedelta = timedelta(minutes=15)
    longest_hold: timedelta = timedelta(hours=1)  # whatever Retry-After says
    look_back: timedelta = timedelta(days=1)  # a first try's time may have been told by a clock set wrongly
    at_once: int = 384  # channels in parallel: with Slack a sixth of a second away, more than one process can write
    look_every: timedelta = timedelta(seconds=0.05)  # while something is in hand: looking reads all that is due
    worded_at_once: int = 4  # handfuls of messages being put into words: the database may be a network away
    faults: int = 3  # tries at a message that makes our own code fail
    strange: int = 48  # tries at what Slack refuses with a word nobody knows: some ten hours, a night


def waiting_time(
    tries: int, retry_after: float | str | None, random: Callable[[], float], manners: Manners
) -> timedelta:
    """How long to leave a message alone after its `tries`-th try failed in passing.

    What Slack asked for, with a little on top so that replicas do not come back as one; never more than an hour, and
    what is no number of seconds counts as not said. Else doubling from five seconds to a quarter of an hour, half of it
    by chance.
    """
    asked = seconds_asked(retry_after)
    if asked is not None:
        longest = manners.longest_hold.total_seconds()
        return timedelta(seconds=min(asked + random(), longest))
    doubled: timedelta = manners.first_wait * 2 ** min(tries - 1, 20)
    return min(doubled, manners.longest_wait) * (0.5 + random() / 2)


def seconds_asked(retry_after: float | str | None) -> float | None:
    """What Retry-After says, in seconds; None where it says nothing of use."""
    try:
        seconds = float(retry_after) if retry_after is not None else math.nan
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
