"""The workspace as its YAML file says: team, people, channels, the bot and its two tokens. Values, nothing moving."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


class WorldError(Exception):
    """The world file does not hang together; the sentence says where."""


@dataclass(frozen=True)
class Team:
    """The workspace that has installed the bot."""

    id: str
    name: str
    domain: str


@dataclass(frozen=True)
class Person:
    """Somebody with an account; `team_id` differs from the workspace's for people of another organisation."""

    id: str
    name: str
    title: str = ""
    team_id: str = ""
    organisation: str = ""
    is_admin: bool = False
    email: str = ""

    @property
    def handle(self) -> str:
        """The user name, "anna.ekdal"."""
        plain = unicodedata.normalize("NFKD", self.name.casefold()).encode("ascii", "ignore").decode()
        return ".".join(re.findall(r"[a-z0-9]+", plain)) or self.id.lower()


@dataclass(frozen=True)
class Channel:
    """A channel as it is at the beginning; what happens later is in conversations.py."""

    id: str
    name: str
    members: tuple[str, ...] = ()
    is_private: bool = False
    is_ext_shared: bool = False
    topic: str = ""


@dataclass(frozen=True)
class Bot:
    """The bot's user, its bot id and its app."""

    user_id: str
    bot_id: str
    app_id: str
    name: str


@dataclass(frozen=True)
class World:
    """Everything the world file says."""

    team: Team
    people: Mapping[str, Person]
    channels: tuple[Channel, ...]
    bot: Bot
    bot_token: str
    app_token: str
    manifest: Path | None = None

    def is_external(self, user: str) -> bool:
        """Whether this person belongs to another organisation's workspace."""
        return user in self.people and self.people[user].team_id != self.team.id


def load_world(path: Path) -> World:
    """Reads a world file; WorldError says what is wrong with it. A relative manifest is looked for upwards from it."""
    content = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise WorldError(f"{path}: not a world file")
    return world_of(content, near=path.parent)


def world_of(content: Mapping[str, Any], near: Path | None = None) -> World:
    """The world a mapping describes, in the shape of the YAML file."""
    try:
        team = Team(**content["team"])
        people = [Person(**{"team_id": team.id, **user}) for user in content["users"]]
        channels = tuple(Channel(**{**one, "members": tuple(one["members"])}) for one in content["channels"])
        bot = Bot(**content["bot"])
        tokens = content["tokens"]
        world = World(
            team=team,
            people={person.id: person for person in people},
            channels=channels,
            bot=bot,
            bot_token=tokens["bot"],
            app_token=tokens["app"],
            manifest=_found(content.get("manifest"), near or Path.cwd()),
        )
    except (KeyError, TypeError) as missing:
        raise WorldError(f"world: {missing}") from missing
    _check(world, people)
    return world


def _found(name: str | None, near: Path) -> Path | None:
    if name is None:
        return None
    for folder in (near.resolve(), *near.resolve().parents, Path.cwd()):
        if (folder / name).exists():
            return folder / name
    return None


def _check(world: World, people: list[Person]) -> None:
    if len(world.people) != len(people):
        raise WorldError("world: two users have the same id")
    known = {*world.people, world.bot.user_id}
    for channel in world.channels:
        strangers = [member for member in channel.members if member not in known]
        if strangers:
            raise WorldError(f"world: {channel.id} has members who are not among the users: {', '.join(strangers)}")
