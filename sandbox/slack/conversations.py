"""What has been said where: messages with their blocks and metadata, who sees what, what is unread."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sandbox.slack.clock import Clock
from sandbox.slack.world import Channel, World


@dataclass
class Message:
    """One message. `only_for`: the person who alone sees an ephemeral one. `error`: Slackbot's word that it failed."""

    ts: str
    user: str
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    metadata: dict[str, Any] | None = None
    thread_ts: str | None = None
    only_for: str | None = None
    edited: bool = False
    deleted: bool = False
    error: bool = False

    @property
    def when(self) -> datetime:
        return datetime.fromtimestamp(float(self.ts), UTC)


class Conversations:
    """All messages by channel, oldest first."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.world, self.clock = world, clock
        self.messages: dict[str, list[Message]] = {}
        self.read: dict[str, str] = {}  # "user channel" → ts
        self._last = 0

    def stamp(self) -> str:
        """A unique, increasing ts by the sandbox's clock; after the clock was set back it goes on from there."""
        micro = int(self.clock.now().timestamp() * 1_000_000)
        if self._last >= micro > self._last - 1_000_000:
            micro = self._last + 1
        self._last = micro
        return f"{micro // 1_000_000}.{micro % 1_000_000:06d}"

    def add(self, channel: str, user: str, text: str, **more: Any) -> Message:
        message = Message(self.stamp(), user, text, **more)
        self.messages.setdefault(channel, []).append(message)
        return message

    def find(self, channel: str, ts: str) -> Message | None:
        return next((each for each in self.messages.get(channel, []) if each.ts == ts and not each.deleted), None)

    def seen_by(self, channel: str, user: str) -> list[Message]:
        return [each for each in self.messages.get(channel, []) if not each.deleted and each.only_for in (None, user)]

    def history(self, channel: str) -> list[Message]:
        """What history gives: no ephemerals."""
        return [each for each in self.messages.get(channel, []) if not each.deleted and each.only_for is None]

    def direct(self, user: str) -> Channel:
        """The direct message between the bot and a person, opened when there is none."""
        channel_id = f"D{user[1:]}"
        if channel_id not in self.world.channels:
            name = self.world.bot_name
            self.world.channels[channel_id] = Channel(
                channel_id, name, [self.world.bot_user_id, user], is_im=True, is_private=True
            )
        return self.world.channels[channel_id]

    def unread(self, channel: str, user: str) -> int:
        last = self.read.get(f"{user} {channel}", "0")
        return sum(float(each.ts) > float(last) and each.user != user for each in self.seen_by(channel, user))

    def mark_read(self, channel: str, user: str) -> None:
        seen = self.seen_by(channel, user)
        if seen:
            self.read[f"{user} {channel}"] = seen[-1].ts
