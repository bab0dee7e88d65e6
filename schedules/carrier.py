"""What the courier asks of whoever speaks to Slack, and what it is told back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from storage.message import Message

Scope = Literal["message", "channel", "method"]


@dataclass(frozen=True)
class Target:
    """Where a message goes: a channel, a person's direct messages, or a person's e-mail. Exactly one is set."""

    channel_id: str | None = None
    user_id: str | None = None
    person_id: int | None = None  # by e-mail


@dataclass(frozen=True)
class Posted:
    """A message that stands in Slack."""

    channel_id: str
    ts: str


class Undelivered(Exception):
    """A message that was not posted, or perhaps was.

    permanent     the same message will never be taken there (archived, not in channel, invalid blocks)
    reason        Slack's word for it
    retry_after   what a 429 asked for, as it came; anything odd is handled
    scope         what it holds for: this message, its channel, or every message of the workspace
    unsure        True unless Slack surely did not take it (a timeout, a 5xx, a broken connection: unsure)
    strange       a word of Slack's that nobody knows: perhaps it passes, but not for ever
    """

    def __init__(
        self,
        permanent: bool,
        reason: str,
        retry_after: float | str | None = None,
        scope: Scope = "channel",
        unsure: bool = True,
        strange: bool = False,
    ) -> None:
        super().__init__(reason)
        self.permanent = permanent
        self.reason = reason
        self.retry_after = retry_after
        self.scope = scope
        self.unsure = unsure
        self.strange = strange


class Carrier(Protocol):
    """What speaks to Slack. Both raise Undelivered; neither retries on its own."""

    async def post(self, to: Target, message: Message, key: str) -> Posted:
        """Posts once, with the key as metadata."""
        ...

    async def find(self, to: Target, key: str, since: datetime) -> Posted | None:
        """The message with the key, posted after `since`, or None when the place surely holds none."""
        ...
