"""How long Slack wants to be left alone, method by method.

Slack counts calls per method, workspace and app; of chat.postMessage it counts one a second and channel besides, and
"several hundred a minute" in all, and its 429 does not say which of the two was passed (docs.slack.dev,
apis/web-api/rate-limits). One that strikes several channels with nothing taken between them is the workspace's.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta

from schedules.carrier import Scope, Undelivered
from schedules.manners import seconds_asked

POST = "chat.postMessage"
IN_A_ROW = 3  # channels refused with no message taken between: then it is not the channels
TOGETHER = timedelta(minutes=1)
LONGEST = timedelta(hours=1)  # whatever Slack asks


class Limits:
    """What one process has been asked to leave alone, on the bot's clock (`now` gives aware UTC)."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._until: dict[str, datetime] = {}
        self._refused: defaultdict[str, dict[str, datetime]] = defaultdict(dict)

    def ask(self, method: str) -> None:
        """Call before a call of the method. Raises Undelivered while Slack wants it left alone."""
        until, now = self._until.get(method), self._now()
        if until is None:
            return
        if now < until <= now + LONGEST:  # further off: the clock was turned back
            rest = (until - now).total_seconds()
            raise Undelivered(False, "ratelimited", retry_after=rest, scope=_scope(method), unsure=False)
        del self._until[method]

    def taken(self, method: str) -> None:
        """Slack has answered a call of the method."""
        self._refused[method].clear()

    def refused(self, method: str, place: str, retry_after: float | str | None) -> Scope:
        """A 429 about a call that concerned the place; what it holds for."""
        now, refused = self._now(), self._refused[method]
        refused[place] = now
        together = [each for each, at in refused.items() if abs(now - at) <= TOGETHER]
        if method == POST and len(together) < IN_A_ROW:
            return "channel"
        seconds = seconds_asked(retry_after)
        if seconds is not None:
            self._until[method] = now + min(timedelta(seconds=min(seconds, LONGEST.total_seconds())), LONGEST)
        return _scope(method)


def _scope(method: str) -> Scope:
    """Without chat.postMessage nothing goes; what the others keep from going is the message that needed them."""
    return "method" if method == POST else "channel"
