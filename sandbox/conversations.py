"""Channels and direct messages with what has been said in them, seen by whom."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sandbox.clock import Clock
from sandbox.errors import Json, SlackError
from sandbox.world import World


@dataclass
class Message:
    """A message; `only_for` is the one person who sees an ephemeral one."""

    ts: str
    user: str
    text: str
    bot: bool = False
    blocks: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    edited: str | None = None
    only_for: str | None = None
    files: list[Json] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread, under another message."""
        return self.thread_ts is not None and self.thread_ts != self.ts


@dataclass
class Conversation:
    """A channel (C…) or a person's direct messages with the bot (D…)."""

    id: str
    name: str
    members: list[str]
    kind: str = "channel"
    is_private: bool = False
    is_ext_shared: bool = False
    topic: str = ""
    is_archived: bool = False
    connected: list[str] = field(default_factory=list)  # other organisations in it, beside its members' own
    created: int = 0
    messages: list[Message] = field(default_factory=list)
    read: dict[str, str] = field(default_factory=dict)

    @property
    def type(self) -> str:
        """Slack's word in message events: channel, group or im."""
        if self.kind == "im":
            return "im"
        return "group" if self.is_private else "channel"

    def visible_to(self, user: str) -> list[Message]:
        """What this person sees, oldest first: everything but others' ephemerals."""
        return [message for message in self.messages if message.only_for in (None, user)]

    def unread_by(self, user: str) -> int:
        """How many messages this person has not read."""
        since = float(self.read.get(user, "0"))
        return sum(1 for one in self.visible_to(user) if float(one.ts) > since and one.user != user)

    def find(self, ts: str, *, ephemeral_for: str | None = None) -> Message | None:
        """The message with this time; an ephemeral one only when asked for by the one who sees it."""
        wanted = (one for one in self.messages if one.ts == ts and one.only_for in (None, ephemeral_for))
        return next(wanted, None)


class Conversations:
    """All conversations of the workspace."""

    def __init__(self, world: World, clock: Clock) -> None:
        self._world = world
        created = int(clock.now.timestamp())
        self._all: dict[str, Conversation] = {
            channel.id: Conversation(
                id=channel.id,
                name=channel.name,
                members=list(channel.members),
                is_private=channel.is_private,
                is_ext_shared=channel.is_ext_shared,
                topic=channel.topic,
                created=created,
            )
            for channel in world.channels
        }
        self._created = created

    def __iter__(self) -> Iterator[Conversation]:
        return iter(self._all.values())

    def get(self, id: str) -> Conversation | None:
        """The conversation with this id, whoever may see it."""
        return self._all.get(id)

    def named(self, name: str) -> Conversation:
        """By id, "planeringsgruppen" or "#planeringsgruppen"; SlackError channel_not_found."""
        wanted = name.removeprefix("#")
        for conversation in self:
            if wanted == conversation.id or (conversation.kind == "channel" and wanted == conversation.name):
                return conversation
        raise SlackError("channel_not_found")

    def direct(self, user: str) -> Conversation:
        """A person's direct messages with the bot, opened if they were not."""
        id = f"D{user[1:]}"
        if id not in self._all:
            bot = self._world.bot
            self._all[id] = Conversation(
                id=id, name=bot.name, members=[user, bot.user_id], kind="im", created=self._created
            )
        return self._all[id]

    def of(self, user: str) -> list[Conversation]:
        """The conversations this person is in, channels first, as in the world file."""
        mine = [one for one in self if user in one.members]
        return sorted(mine, key=lambda one: one.kind == "im")

    def for_bot(self, id: str) -> Conversation:
        """The conversation as the bot may know of it: a private one without the bot does not exist for it."""
        conversation = self.get(id)
        if conversation is None or (conversation.is_private and self._world.bot.user_id not in conversation.members):
            raise SlackError("channel_not_found")
        return conversation

    def shares_channel_with_bot(self, user: str) -> bool:
        """Whether the person and the bot are in one channel: what an outsider must be for the bot to write to them."""
        bot = self._world.bot.user_id
        return any(one.kind == "channel" and {user, bot} <= set(one.members) for one in self)

    def organisations(self, conversation: Conversation) -> list[str]:
        """The other organisations that share a channel: those of its members, and those connected since."""
        people = self._world.people
        teams = {people[member].team_id for member in conversation.members if self._world.is_external(member)}
        return sorted(teams | set(conversation.connected)) if conversation.is_ext_shared else []

    def rename_id(self, old: str, new: str) -> Conversation:
        """Gives a channel another id, as happens when a channel is shared."""
        conversation = self._all.pop(old)
        self._all[new] = replace(conversation, id=new)
        return self._all[new]

    def as_state(self) -> list[Json]:
        """Everything, for the state file."""
        return [asdict(one) for one in self]

    def restore(self, state: Sequence[dict[str, Any]], clock: Clock) -> None:
        """Takes what a state file says in place of the beginning."""
        for content in state:
            messages = [Message(**message) for message in content["messages"]]
            self._all[content["id"]] = Conversation(**{**content, "messages": messages})
            for message in messages:
                clock.later_than(message.ts)


def escaped(text: str) -> str:
    """The three signs Slack escapes in what people write, and no other."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def with_mentions(text: str, world: World, conversations: Conversations) -> str:
    """What a person wrote as Slack passes it on: escaped, @names and #channels as <@U…> and <#C…|name>."""
    kept = re.split(r"(<[@#!][^<>]+>)", text)  # the page may have written mentions already
    names = {f"@{person.name}": f"<@{person.id}>" for person in world.people.values()}
    names |= {f"@{person.handle}": f"<@{person.id}>" for person in world.people.values()}
    names[f"@{world.bot.name}"] = f"<@{world.bot.user_id}>"
    names |= {
        f"#{one.name}": f"<#{one.id}|{'' if one.is_private else one.name}>"
        for one in conversations
        if one.kind == "channel"
    }
    longest_first = "|".join(re.escape(escaped(name)) for name in sorted(names, key=len, reverse=True))
    found = re.compile(rf"(?<!\w)({longest_first})(?![\w-])", re.IGNORECASE)
    by_lower = {escaped(name).casefold(): sign for name, sign in names.items()}
    parts = [
        part if index % 2 else found.sub(lambda match: by_lower[match[0].casefold()], escaped(part))
        for index, part in enumerate(kept)
    ]
    return "".join(parts)
