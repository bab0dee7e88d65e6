"""Whether a request comes from Slack: its v0 signature, its time, and that it has not come before.

Bolt's own check is not used (slack_bolt 1.30): it parses the body before it looks at the signature, breaks on a
timestamp that is no number and on a signature outside ASCII, takes the same request twice, and writes the whole body
of what it refuses to the log. Source: docs.slack.dev, "Verifying requests from Slack".
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

WINDOW_SECONDS = 300
MOST_SEEN = 100_000  # more signed requests than this in five minutes are not remembered: they were signed, after all

_TIME = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)


class NotSlack(Exception):
    """A request that Slack has not signed, or not now. `reason` is one of a few words, for the log and metrics."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What Slack writes in X-Slack-Signature: HMAC-SHA256 over "v0:timestamp:" and the body's bytes as they came."""
    signed = b"v0:" + timestamp.encode("ascii") + b":" + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


@dataclass
class Verifier:
    """Checks requests against one signing secret, and remembers those of the last five minutes."""

    secret: str = field(repr=False)
    _seen: dict[str, float] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if not self.secret.strip():
            raise ValueError("the signing secret is empty")

    def check(self, timestamps: Sequence[str], signatures: Sequence[str], body: bytes, *, now: float) -> None:
        """Returns when the request is Slack's and new; `now` in seconds since 1970 by the machine's clock.

        The headers' values are given as they came, none or several. Raises NotSlack.
        """
        timestamp = _only(timestamps, _TIME, "timestamp")
        given = _only(signatures, _SIGNATURE, "signature")
        if abs(now - int(timestamp)) > WINDOW_SECONDS:
            raise NotSlack("old")
        if not hmac.compare_digest(signature(self.secret, timestamp, body), given):
            raise NotSlack("unsigned")
        self._remember(given, int(timestamp), now)

    def _remember(self, given: str, timestamp: int, now: float) -> None:
        """Slack signs anew whatever it sends again: the same signature twice is somebody else's copy."""
        for old in [each for each, until in self._seen.items() if until < now]:
            del self._seen[old]
        if given in self._seen:
            raise NotSlack("replayed")
        if len(self._seen) < MOST_SEEN:
            self._seen[given] = timestamp + WINDOW_SECONDS


def _only(values: Sequence[str], form: re.Pattern[str], name: str) -> str:
    if len(values) != 1 or not form.fullmatch(values[0]):
        raise NotSlack(name)
    return values[0]
