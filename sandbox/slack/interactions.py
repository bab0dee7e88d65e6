"""Triggers, views and response addresses: what a person does and what the app may do with it.

Rules: docs.slack.dev, interactivity and modals. A trigger lives three seconds and works once; at most three views are
stacked; a response address takes five messages in thirty minutes.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

TRIGGER_LIVES = 3.0  # real seconds
STACK = 3
RESPONSES, RESPONSE_LIVES = 5, timedelta(minutes=30)


class SlackRefuses(Exception):
    """A Web API error by Slack's name, with messages where Slack gives them."""

    def __init__(self, error: str, messages: list[str] | None = None) -> None:
        super().__init__(error)
        self.error, self.messages = error, messages or []


@dataclass
class Trigger:
    user: str
    at: float
    used: bool = False


@dataclass
class OpenView:
    """A modal or Home view as the person has it."""

    id: str
    user: str
    view: dict[str, Any]
    hash: str
    errors: dict[str, str] = field(default_factory=dict)

    def payload(self, app_id: str, team_id: str, bot_id: str) -> dict[str, Any]:
        return {
            **self.view,
            "id": self.id,
            "hash": self.hash,
            "team_id": team_id,
            "app_id": app_id,
            "bot_id": bot_id,
            "app_installed_team_id": team_id,
            "root_view_id": self.id,
            "previous_view_id": None,
            "state": self.view.get("state", {"values": {}}),
        }


@dataclass
class ResponseAddress:
    channel: str
    user: str
    ts: str | None
    until: datetime
    left: int = RESPONSES


class Interactions:
    """Everything that is open at the moment. Not kept over a restart: Slack's triggers would be dead too."""

    def __init__(self) -> None:
        self.triggers: dict[str, Trigger] = {}
        self.stacks: dict[str, list[OpenView]] = {}
        self.homes: dict[str, OpenView] = {}
        self.addresses: dict[str, ResponseAddress] = {}

    def trigger(self, user: str, now: float) -> str:
        name = f"{secrets.randbelow(10**12)}.{secrets.token_hex(8)}"
        self.triggers[name] = Trigger(user, now)
        return name

    def use_trigger(self, name: str, now: float) -> Trigger:
        trigger = self.triggers.get(name)
        if trigger is None:
            raise SlackRefuses("invalid_trigger_id")
        if trigger.used:
            raise SlackRefuses("exchanged_trigger_id")
        if now - trigger.at > TRIGGER_LIVES:
            raise SlackRefuses("expired_trigger_id")
        trigger.used = True
        return trigger

    def address(self, channel: str, user: str, ts: str | None, now: datetime) -> str:
        name = secrets.token_hex(12)
        self.addresses[name] = ResponseAddress(channel, user, ts, now + RESPONSE_LIVES)
        return name

    def open(self, user: str, view: dict[str, Any]) -> OpenView:
        opened = OpenView(f"V{secrets.token_hex(5).upper()}", user, view, secrets.token_hex(6))
        self.stacks[user] = [opened]
        return opened

    def push(self, user: str, view: dict[str, Any]) -> OpenView:
        stack = self.stacks.setdefault(user, [])
        if len(stack) >= STACK:
            raise SlackRefuses("push_limit_reached")
        opened = OpenView(f"V{secrets.token_hex(5).upper()}", user, view, secrets.token_hex(6))
        stack.append(opened)
        return opened

    def by_id(self, view_id: str) -> OpenView:
        for opened in (*(view for stack in self.stacks.values() for view in stack), *self.homes.values()):
            if opened.id == view_id:
                return opened
        raise SlackRefuses("not_found")

    def update(self, opened: OpenView, view: dict[str, Any], known_hash: str | None) -> OpenView:
        if known_hash and known_hash != opened.hash:
            raise SlackRefuses("hash_conflict")
        opened.view, opened.hash, opened.errors = view, secrets.token_hex(6), {}
        return opened

    def publish(self, user: str, view: dict[str, Any], known_hash: str | None) -> OpenView:
        opened = self.homes.get(user)
        if opened is None:
            opened = self.homes[user] = OpenView(f"V{secrets.token_hex(5).upper()}", user, view, secrets.token_hex(6))
            return opened
        return self.update(opened, view, known_hash)

    def close(self, user: str, view_id: str, *, everything: bool = False) -> None:
        stack = self.stacks.get(user, [])
        self.stacks[user] = [] if everything else [view for view in stack if view.id != view_id]
