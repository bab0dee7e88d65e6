"""The app's manifest: which commands, scopes and events exist decides what the local Slack lets the bot do."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


@dataclass(frozen=True)
class Command:
    """A slash command."""

    command: str
    description: str = ""
    usage_hint: str = ""
    should_escape: bool = False


@dataclass(frozen=True)
class Shortcut:
    """A global or message shortcut."""

    name: str
    type: str
    callback_id: str
    description: str = ""


@dataclass(frozen=True)
class Manifest:
    """What the app has asked for."""

    commands: tuple[Command, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    scopes: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    home_tab: bool = False
    messages_tab: bool = False
    messages_tab_read_only: bool = False
    socket_mode: bool = False
    interactive: bool = False

    def command(self, name: str) -> Command | None:
        """The command with this name, "/lage"."""
        return next((command for command in self.commands if command.command == name), None)


def load_manifest(path: Path) -> Manifest:
    """Reads app_manifest.yml (or JSON, which YAML contains)."""
    return manifest_of(YAML(typ="safe").load(path.read_text(encoding="utf-8")))


def manifest_of(content: Mapping[str, Any]) -> Manifest:
    """The manifest a mapping in Slack's shape describes. What it leaves out has Slack's default."""
    features = content.get("features", {})
    settings = content.get("settings", {})
    home = features.get("app_home", {})
    fields = ("command", "description", "usage_hint", "should_escape")
    commands = [{key: one[key] for key in fields if key in one} for one in features.get("slash_commands", [])]
    return Manifest(
        commands=tuple(Command(**one) for one in commands),
        shortcuts=tuple(Shortcut(**one) for one in features.get("shortcuts", [])),
        scopes=frozenset(content.get("oauth_config", {}).get("scopes", {}).get("bot", [])),
        events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", [])),
        home_tab=bool(home.get("home_tab_enabled", False)),
        messages_tab=bool(home.get("messages_tab_enabled", True)),
        messages_tab_read_only=bool(home.get("messages_tab_read_only_enabled", False)),
        socket_mode=bool(settings.get("socket_mode_enabled", False)),
        interactive=bool(settings.get("interactivity", {}).get("is_enabled", False)),
    )
