"""A small town for the local Slack's own tests: three people, one of them from the police, and what an app asks for."""

from typing import Any

WORLD: dict[str, Any] = {
    "team": {"id": "T0NYBY", "name": "Nyby", "domain": "nyby"},
    "bot": {"user_id": "U0BOT", "bot_id": "B0BOT", "app_id": "A0APP", "name": "samverkansbot"},
    "tokens": {"bot": "xoxb-nyby", "app": "xapp-nyby"},
    "users": [
        {"id": "U0ANNA", "name": "Anna Ekdal", "title": "Säkerhetschef", "organisation": "Nyby kommun",
         "email": "anna@nyby.example", "is_admin": True},
        {"id": "U0OSKAR", "name": "Oskar Åberg", "title": "Rektor", "organisation": "Nyby kommun"},
        {"id": "U0CECILIA", "name": "Cecilia Norgren", "title": "Kommunpolis", "organisation": "Polisen",
         "team_id": "T0POLISEN", "email": "cecilia@polisen.example"},
        {"id": "U0BERTIL", "name": "Bertil Dahl", "title": "Chef", "organisation": "Polisen", "team_id": "T0POLISEN"},
    ],
    "channels": [
        {"id": "C0PLAN", "name": "planeringsgruppen", "topic": "Planeringsgruppen", "is_ext_shared": True,
         "members": ["U0BOT", "U0ANNA", "U0OSKAR", "U0CECILIA"]},
        {"id": "C0OPPEN", "name": "öppen", "members": ["U0ANNA"]},
        {"id": "C0CHEF", "name": "chefer", "is_private": True, "members": ["U0ANNA", "U0CECILIA"]},
        {"id": "C0OPER", "name": "operativa", "is_private": True, "members": ["U0BOT", "U0ANNA", "U0CECILIA"]},
    ],
}  # fmt: skip

SCOPES = [
    "commands", "chat:write", "users:read", "users:read.email", "channels:read", "groups:read", "im:read", "im:write",
    "channels:history", "groups:history", "im:history", "app_mentions:read", "channels:join", "reactions:write",
    "team:read", "files:read", "files:write",
]  # fmt: skip

EVENTS = [
    "app_home_opened", "app_mention", "message.im", "message.channels", "member_joined_channel", "member_left_channel",
    "channel_id_changed", "channel_archive",
]  # fmt: skip


def manifest(**changes: Any) -> dict[str, Any]:
    """A manifest in Slack's shape; what is given takes the place of its own."""
    commands = [
        {"command": "/logga", "description": "Logga något", "usage_hint": "[aktivitet]", "should_escape": True},
        {"command": "/lage", "description": "Läget"},
    ]
    home = {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False}
    shortcuts = [{"name": "Skapa ärende", "type": "message", "callback_id": "arende", "description": "Av meddelandet"}]
    return {
        "display_information": {"name": "Samverkansbot"},
        "features": {
            "app_home": changes.get("app_home", home),
            "bot_user": {"display_name": "samverkansbot"},
            "slash_commands": changes.get("commands", commands),
            "shortcuts": changes.get("shortcuts", shortcuts),
        },
        "oauth_config": {"scopes": {"bot": changes.get("scopes", SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": changes.get("events", EVENTS)},
            "interactivity": {"is_enabled": True},
            "socket_mode_enabled": True,
        },
    }
