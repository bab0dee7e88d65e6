"""What Slack is told about the app: inside its rules, and the same commands as the table has."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.channels import EVENTS as CHANNELS_AND_ACCOUNTS
from commands import BY_NAME, COMMANDS

Json = dict[str, Any]
ROOT = Path(__file__).parent.parent.parent
SLACKS_OWN = {
    "help",
    "me",
    "status",
    "away",
    "dnd",
    "remind",
    "who",
    "leave",
    "msg",
    "feed",
    "search",
    "topic",
    "invite",
}
NEEDS = {
    "app_mention": "app_mentions:read",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.im": "im:history",
    "member_joined_channel": "channels:read",
    "chat": "chat:write",
    "direct messages": "im:write",
    "looking before posting again": "channels:history",
    "looking in private channels": "groups:history",
    "private channels": "groups:read",
    "channel_shared": "channels:read",
    "user_change": "users:read",
    "roster files": "files:read",
    "slash commands": "commands",
}


@pytest.fixture(name="manifest")
def read_manifest() -> Json:
    found: Json = YAML(typ="safe").load((ROOT / "app_manifest.yml").read_text(encoding="utf-8"))
    return found


def test_the_names_and_descriptions_have_slacks_lengths(manifest: Json) -> None:
    about = manifest["display_information"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 175 <= len(about["long_description"]) <= 4_000
    assert re.fullmatch("#[0-9a-f]{6}", about["background_color"])
    assert re.fullmatch(r"[a-z0-9-_.]{1,80}", manifest["features"]["bot_user"]["display_name"])


def test_there_are_no_keys_slack_does_not_know(manifest: Json) -> None:
    assert set(manifest) <= {"_metadata", "display_information", "features", "oauth_config", "settings"}
    assert set(manifest["features"]) <= {"app_home", "bot_user", "shortcuts", "slash_commands"}
    assert set(manifest["oauth_config"]) == {"scopes"}
    assert set(manifest["settings"]) <= {
        "event_subscriptions",
        "interactivity",
        "org_deploy_enabled",
        "socket_mode_enabled",
        "token_rotation_enabled",
    }


def test_every_command_is_one_slack_can_take(manifest: Json) -> None:
    commands = manifest["features"]["slash_commands"]
    assert len(commands) <= 50
    for command in commands:
        assert set(command) == {"command", "description", "usage_hint", "should_escape"}
        assert re.fullmatch(r"/[a-z0-9_-]{1,31}", command["command"])
        assert command["command"][1:] not in SLACKS_OWN
        assert 1 <= len(command["description"]) <= 2_000
        assert 1 <= len(command["usage_hint"]) <= 1_000
        assert command["should_escape"] is True  # people and channels arrive as ids


def test_the_manifest_and_the_table_have_the_same_commands(manifest: Json) -> None:
    told = {command["command"] for command in manifest["features"]["slash_commands"]}
    assert told == {"/" + command.name.split()[0] for command in COMMANDS if command.help}
    assert all(BY_NAME[name.lstrip("/")].default for name in told)


def test_the_bot_is_reached_over_socket_mode_by_buttons_forms_home_and_direct_messages(manifest: Json) -> None:
    settings, home = manifest["settings"], manifest["features"]["app_home"]
    assert settings["socket_mode_enabled"] is True
    assert settings["interactivity"]["is_enabled"] is True
    assert home == {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False}


def test_what_the_bot_does_has_its_scope_and_no_scope_is_asked_for_twice(manifest: Json) -> None:
    scopes = manifest["oauth_config"]["scopes"]["bot"]
    assert set(NEEDS.values()) <= set(scopes)
    assert len(scopes) == len(set(scopes))


def test_the_events_are_those_the_app_listens_to(manifest: Json) -> None:
    assert set(manifest["settings"]["event_subscriptions"]["bot_events"]) == {
        "app_home_opened",
        "app_mention",
        "app_uninstalled",
        *CHANNELS_AND_ACCOUNTS,
        "member_joined_channel",
        "message.channels",
        "message.groups",
        "message.im",
        "tokens_revoked",
    }
