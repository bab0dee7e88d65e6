"""What the bot says, checked: its text, blocks and metadata, before they become a message or a form."""

import json
from dataclasses import dataclass
from typing import Any

from sandbox.blockkit import problems, rule_problems, too_long_together
from sandbox.blockkit.rules import Rule, anything, shape, string
from sandbox.blockkit.views import too_large
from sandbox.conversations import Message
from sandbox.errors import Json, SlackError
from sandbox.forms import with_ids
from sandbox.workspace import Workspace

TEXT_STORED = 40_000
METADATA_BYTES = 8_000
METADATA: Rule = shape({"event_type": string(255), "event_payload": anything}, ("event_type", "event_payload"))


@dataclass(frozen=True)
class Content:
    """A message's content, checked."""

    text: str
    blocks: list[Json]
    metadata: Json | None = None


def checked_content(slack: Workspace, where: str, given: dict[str, Any]) -> Content:
    """The content in the arguments or payload `given`; SlackError when Slack would refuse it.

    `where` names the call in slack.errors.
    """
    text, blocks, metadata = given.get("text") or "", given.get("blocks") or [], given.get("metadata")
    if not isinstance(text, str) or not (text or blocks):
        raise _refuse(slack, where, SlackError("no_text"))
    found = problems(blocks) if isinstance(blocks, list) else ["[ERROR] expected an array [json-pointer:/blocks]"]
    if found:
        raise _refuse(slack, where, SlackError("invalid_blocks", found))
    if too_long_together(blocks):
        raise _refuse(slack, where, SlackError("msg_blocks_too_long"))
    if metadata is not None:
        _check_metadata(slack, where, metadata)
    return Content(text[:TEXT_STORED], with_ids(blocks), metadata or None)


def _check_metadata(slack: Workspace, where: str, metadata: Any) -> None:
    if metadata == {}:
        return  # takes the metadata away
    found = rule_problems(METADATA, metadata, "/metadata")
    if found or not isinstance(metadata["event_payload"], dict):
        raise _refuse(slack, where, SlackError("invalid_metadata_format", found))
    if len(json.dumps(metadata)) > METADATA_BYTES:
        raise _refuse(slack, where, SlackError("metadata_too_large"))


def checked_view(slack: Workspace, where: str, view: Any, *kinds: str) -> Json:
    """A view of one of these kinds ("modal", "home"); SlackError when Slack would refuse it."""
    if not isinstance(view, dict):
        raise SlackError("invalid_arguments", ["[ERROR] expected an object [json-pointer:/view]"])
    found = problems(view)
    if not found and view["type"] not in kinds:
        found = [f"[ERROR] must be {' or '.join(kinds)} [json-pointer:/view/type]"]
    if found:
        error = "view_too_large" if too_large(view) else "invalid_arguments"
        raise _refuse(slack, where, SlackError(error, found))
    return view


def _refuse(slack: Workspace, where: str, error: SlackError) -> SlackError:
    slack.errors.append((where, [error.error, *error.messages]))
    return error


def bot_message(slack: Workspace, content: Content, **more: Any) -> Message:
    """A message from the bot with this content and a time of its own."""
    return Message(
        ts=slack.clock.stamp(),
        user=slack.bot,
        text=content.text,
        bot=True,
        blocks=content.blocks,
        metadata=content.metadata,
        **more,
    )
