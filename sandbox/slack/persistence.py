"""What a second start goes on from: messages, views on Home, the clock. Written whole, then put in place."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.slack.clock import moment
from sandbox.slack.conversations import Message
from sandbox.slack.interactions import OpenView
from sandbox.slack.world import Channel

if TYPE_CHECKING:
    from sandbox.slack.server import Sandbox


def save(slack: "Sandbox", path: Path) -> None:
    """Writes the state beside the file and then over it, so that a crash leaves the old one."""
    state = {
        "clock": slack.clock.now().isoformat(),
        "channels": [asdict(each) for each in slack.world.channels.values()],
        "messages": {
            channel: [asdict(each) for each in rows] for channel, rows in slack.conversations.messages.items()
        },
        "read": slack.conversations.read,
        "homes": {user: asdict(opened) for user, opened in slack.interactions.homes.items()},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(state, ensure_ascii=False), encoding="utf-8")
    beside.replace(path)


def load(slack: "Sandbox", path: Path) -> None:
    """Takes the state up again, if there is any that can be read."""
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    slack.clock.set(moment(state["clock"]))
    slack.world.channels = {row["id"]: Channel(**row) for row in state["channels"]}
    slack.conversations.messages = {
        channel: [Message(**row) for row in rows] for channel, rows in state["messages"].items()
    }
    slack.conversations.read = state["read"]
    slack.interactions.homes = {user: OpenView(**row) for user, row in state["homes"].items()}
