"""Who and what there is: team, people, channels, the app with its manifest. Read from a YAML file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


@dataclass
class User:
    """A person in the workspace or, with another team id, from another organisation in a shared channel."""

    id: str
    name: str
    title: str = ""
    organisation: str = ""
    team_id: str = ""
    is_bot: bool = False
    is_admin: bool = False
    deleted: bool = False


@dataclass
class Channel:
    """A conversation: a channel, or a direct message between the bot and one person."""

    id: str
    name: str
    members: list[str]
    topic: str = ""
    is_private: bool = False
    is_ext_shared: bool = False
    is_archived: bool = False
    is_im: bool = False


@dataclass
class World:
    """The workspace and the one app installed in it."""

    team_id: str
    team_name: str
    domain: str
    bot_user_id: str
    bot_id: str
    app_id: str
    bot_name: str
    bot_token: str
    app_token: str
    users: dict[str, User]
    channels: dict[str, Channel]
    manifest: Mapping[str, Any] = field(default_factory=dict)

    def external(self, user: User) -> bool:
        """Whether the person comes from another organisation."""
        return user.team_id != self.team_id

    @property
    def commands(self) -> list[dict[str, str]]:
        """The slash commands the manifest declares."""
        return list((self.manifest.get("features") or {}).get("slash_commands") or [])

    @property
    def scopes(self) -> set[str]:
        """The bot scopes the manifest asks for."""
        return set(((self.manifest.get("oauth_config") or {}).get("scopes") or {}).get("bot") or [])

    @property
    def events(self) -> set[str]:
        """The events the manifest subscribes to."""
        return set(((self.manifest.get("settings") or {}).get("event_subscriptions") or {}).get("bot_events") or [])


def read_yaml(path: Path) -> Any:
    """A YAML file as plain values."""
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def world_of(source: Path | Mapping[str, Any], manifest: Path | Mapping[str, Any] | None = None) -> World:
    """The world a file or mapping describes. A manifest it names by a relative path is sought from where we stand."""
    raw = read_yaml(source) if isinstance(source, Path) else source
    team, bot, tokens = raw["team"], raw["bot"], raw["tokens"]
    chosen = manifest if manifest is not None else Path(raw.get("manifest", "app_manifest.yml"))
    declared = read_yaml(chosen) if isinstance(chosen, Path) else chosen
    users = {row["id"]: User(**{"team_id": team["id"], **row}) for row in raw["users"]}
    users[bot["user_id"]] = User(bot["user_id"], bot["name"], is_bot=True, team_id=team["id"])
    channels = {row["id"]: Channel(**row) for row in raw.get("channels", [])}
    return World(
        team_id=team["id"],
        team_name=team["name"],
        domain=team.get("domain", "local"),
        bot_user_id=bot["user_id"],
        bot_id=bot["bot_id"],
        app_id=bot["app_id"],
        bot_name=bot["name"],
        bot_token=tokens["bot"],
        app_token=tokens["app"],
        users=users,
        channels=channels,
        manifest=declared,
    )
