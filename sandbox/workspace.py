"""The local Slack's whole memory, and the few things that happen in it: a message appears, a form changes."""

from datetime import datetime
from typing import Any

from sandbox.clock import Clock
from sandbox.conversations import Conversation, Conversations, Message
from sandbox.errors import Json
from sandbox.events import event_payload, heard
from sandbox.faults import Faults
from sandbox.files import Files
from sandbox.forms import Forms, View
from sandbox.manifest import Manifest
from sandbox.pace import Pace
from sandbox.socket_mode import SocketMode
from sandbox.tickets import ResponseUrls, Triggers
from sandbox.watchers import Watchers
from sandbox.wire import message_wire, person_wire
from sandbox.world import World


class Workspace:
    """Everything that exists: people and channels, messages, forms, what the app may do and what is told to fail."""

    def __init__(self, world: World, manifest: Manifest, clock: Clock, socket: SocketMode, *, paced: bool) -> None:
        self.world = world
        self.manifest = manifest
        self.clock = clock
        self.socket = socket
        self.base = ""  # the server's address, known once it listens
        self.conversations = Conversations(world, clock)
        self.forms = Forms(world)
        self.files = Files()
        self.triggers = Triggers(clock)
        self.response_urls = ResponseUrls(clock)
        self.faults = Faults()
        self.pace = Pace(clock, enabled=paced)
        self.watchers = Watchers()
        self.scheduled: dict[str, tuple[datetime, Message, str]] = {}
        self.calls: list[tuple[str, Json]] = []  # every Web API call, with its arguments
        self.errors: list[tuple[str, list[str]]] = []  # what broke Slack's limits: where, and how

    @property
    def bot(self) -> str:
        """The bot's user id."""
        return self.world.bot.user_id

    # ---- messages

    def say(self, conversation: Conversation, message: Message) -> None:
        """A message appears in a conversation: pages are told, and the app when it has asked to be."""
        conversation.messages.append(message)
        if message.only_for is not None:
            self.show(conversation, [message.only_for])
            return
        self.show(conversation)
        for event in heard(self.world, self.manifest, conversation, message):
            self.happen(event, conversation)

    def show(self, conversation: Conversation, users: list[str] | None = None) -> None:
        """Tells pages that a conversation has changed."""
        told = users if users is not None else conversation.members
        self.watchers.changed([f"conversation:{conversation.id}", "world"], told)

    def happen(self, event: Json, conversation: Conversation | None = None) -> None:
        """Sends an event to the app if its manifest subscribes to it."""
        wanted = event["type"]
        if wanted == "message":
            wanted = f"message.{event['channel_type']}{'s' if event['channel_type'] != 'im' else ''}"
        if wanted in self.manifest.events:
            self.socket.tell(event_payload(self.world, self.clock, event, conversation))

    def share(self, channel: str, team: str) -> None:
        """A channel becomes shared with another organisation."""
        conversation = self.conversations.named(channel)
        conversation.is_ext_shared = True
        conversation.connected.append(team)
        self.happen({"type": "channel_shared", "connected_team_id": team, "channel": conversation.id}, conversation)

    def unshare(self, channel: str, team: str) -> None:
        """An organisation leaves a shared channel."""
        conversation = self.conversations.named(channel)
        conversation.connected.remove(team)
        conversation.is_ext_shared = bool(self.conversations.organisations(conversation))
        event = {"type": "channel_unshared", "previously_connected_team_id": team, "channel": conversation.id}
        self.happen({**event, "is_ext_shared": conversation.is_ext_shared}, conversation)

    def rename(self, channel: str, name: str) -> None:
        """A channel gets another name."""
        conversation = self.conversations.named(channel)
        conversation.name = name
        kind = "group_rename" if conversation.is_private else "channel_rename"
        self.happen({"type": kind, "channel": {"id": conversation.id, "name": name}}, conversation)

    def change_account(self, user: str, **changed: bool) -> None:
        """Somebody's account changes: deleted=True, is_restricted=True."""
        wire = {**person_wire(self.world, self.world.people[user], with_email=False), **changed}
        self.happen({"type": "user_change", "user": wire})

    def wire(self, message: Message, *, with_metadata: bool = False) -> Json:
        """A message as JSON."""
        return message_wire(self.world, message, with_metadata=with_metadata)

    # ---- forms

    def form_changed(self, view: View) -> None:
        """Tells a person's pages that a form or their Home has changed."""
        self.watchers.changed(["home" if view.content["type"] == "home" else "modal"], [view.user])

    # ---- what runs out

    def post_scheduled(self) -> None:
        """Posts the scheduled messages whose time has come; one with metadata never is, as at Slack."""
        for id, (due, message, channel) in list(self.scheduled.items()):
            conversation = self.conversations.get(channel)
            if due <= self.clock.now and conversation is not None:
                del self.scheduled[id]
                if message.metadata is None:
                    message.ts = self.clock.stamp()
                    self.say(conversation, message)

    # ---- remembering

    def as_state(self) -> dict[str, Any]:
        """What the state file keeps."""
        return {
            "now": self.clock.now.isoformat(),
            "conversations": self.conversations.as_state(),
            "homes": {user: view.content for user, view in self.forms.homes.items()},
            "files": self.files.as_state(),
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Continues where a state file left."""
        self.clock.set(datetime.fromisoformat(state["now"]))
        self.conversations.restore(state["conversations"], self.clock)
        for user, content in state["homes"].items():
            self.forms.publish(user, content)
        self.files.restore(state["files"])
