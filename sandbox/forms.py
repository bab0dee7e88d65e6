"""Open forms: each person's stack of at most three, their hashes, and the Home views published."""

from copy import deepcopy
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

from sandbox.blockkit import elements_of
from sandbox.errors import Json, SlackError
from sandbox.states import State, state_of
from sandbox.world import World

MOST_ON_TOP = 3


def with_ids(blocks: list[Json]) -> list[Json]:
    """The blocks with the block_ids and action_ids that Slack makes up where there are none."""
    complete = deepcopy(blocks)
    for block in complete:
        block.setdefault("block_id", token_hex(3))
        for element in elements_of(block):
            if element["type"] != "workflow_button":
                element.setdefault("action_id", token_hex(3))
    return complete


@dataclass
class View:
    """A form somebody has open, or a Home somebody has."""

    id: str
    user: str
    content: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    state: State = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        """Its blocks, with ids."""
        blocks: list[Json] = self.content["blocks"]
        return blocks


class Forms:
    """All open forms and all Homes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}
        self._made = 0

    def stack(self, user: str) -> list[View]:
        """A person's open forms, the last on top."""
        return self._stacks.setdefault(user, [])

    def find(self, view_id: str | None = None, external_id: str | None = None) -> View | None:
        """The open view with this id."""
        for view in (*(view for stack in self._stacks.values() for view in stack), *self.homes.values()):
            if view.id == view_id or (external_id and view.content.get("external_id") == external_id):
                return view
        return None

    def open(self, user: str, content: Json) -> View:
        """Opens a form in place of whatever the person had open."""
        self._refuse_duplicate(content)
        view = self._make(user, content)
        self._stacks[user] = [view]
        return view

    def push(self, user: str, content: Json) -> View:
        """Puts a form on top of those open; SlackError push_limit_reached above three."""
        stack = self.stack(user)
        if len(stack) >= MOST_ON_TOP:
            raise SlackError("push_limit_reached")
        self._refuse_duplicate(content)
        view = self._make(user, content, below=stack[-1] if stack else None)
        stack.append(view)
        return view

    def update(self, view: View, content: Json, hash: str | None = None) -> View:
        """Changes an open view; SlackError hash_conflict when `hash` is not its present one.

        What is filled in stays where block_id and action_id are the same.
        """
        if hash is not None and hash != view.hash:
            raise SlackError("hash_conflict")
        self._refuse_duplicate(content, but=view)
        view.content = {**content, "blocks": with_ids(content["blocks"])}
        view.hash = self._new_hash()
        view.state = state_of(view.blocks, view.state)
        view.errors = {}
        return view

    def publish(self, user: str, content: Json, hash: str | None = None) -> View:
        """Sets a person's Home; SlackError hash_conflict as for update."""
        before = self.homes.get(user)
        if before is not None:
            return self.update(before, content, hash)
        if hash is not None:
            raise SlackError("hash_conflict")
        self.homes[user] = self._make(user, content)
        return self.homes[user]

    def pop(self, view: View) -> None:
        """Closes one form, and those above it."""
        stack = self.stack(view.user)
        if view in stack:
            del stack[stack.index(view) :]

    def clear(self, user: str) -> None:
        """Closes all forms of a person."""
        self._stacks[user] = []

    def _make(self, user: str, content: Json, below: View | None = None) -> View:
        self._made += 1
        id = f"V{token_hex(5).upper()}"
        content = {**content, "blocks": with_ids(content["blocks"])}
        view = View(
            id=id,
            user=user,
            content=content,
            hash=self._new_hash(),
            root_id=below.root_id if below else id,
            previous_id=below.id if below else None,
        )
        view.state = state_of(view.blocks)
        return view

    def _new_hash(self) -> str:
        self._made += 1
        return f"{self._made}.{token_hex(4)}"

    def _refuse_duplicate(self, content: Json, but: View | None = None) -> None:
        external = content.get("external_id")
        found = self.find(external_id=external) if external else None
        if found is not None and found is not but:
            raise SlackError("duplicate_external_id")

    def as_wire(self, view: View) -> Json:
        """The view as Slack shows it to the app."""
        content = view.content
        wire: dict[str, Any] = {
            "id": view.id,
            "team_id": self._world.team.id,
            "type": content["type"],
            "blocks": view.blocks,
            "private_metadata": content.get("private_metadata", ""),
            "callback_id": content.get("callback_id", ""),
            "external_id": content.get("external_id", ""),
            "state": {"values": view.state},
            "hash": view.hash,
            "clear_on_close": content.get("clear_on_close", False),
            "notify_on_close": content.get("notify_on_close", False),
            "root_view_id": view.root_id,
            "previous_view_id": view.previous_id,
            "app_id": self._world.bot.app_id,
            "app_installed_team_id": self._world.team.id,
            "bot_id": self._world.bot.bot_id,
        }
        for name in ("title", "submit", "close"):
            wire[name] = content.get(name)
        return wire
