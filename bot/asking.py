"""A form that comes back, filled in as it was sent, with a question from the guard and a box to tick.

Made from the payload itself, so that every form can be asked about and nothing of it is kept here meanwhile.
"""

from collections.abc import Mapping
from typing import Any

from bot.blocks import VIEW_BLOCKS, escape, filled, states
from commands.guard.gate import CHECKED, Doubts
from commands.texts import guard as texts

Block = dict[str, Any]
QUESTION = "guard-question"
KEPT = ("type", "callback_id", "title", "submit", "close", "private_metadata")


def written_in(view: Mapping[str, Any]) -> frozenset[str]:
    """The names of the fields that people write in freely; a field that no block tells of counts as one."""
    blocks = view.get("blocks")
    kinds = {
        str(block.get("block_id")): str(block["element"].get("type"))
        for block in (blocks if isinstance(blocks, list) else ())
        if isinstance(block, Mapping) and isinstance(block.get("element"), Mapping)
    }
    return frozenset(name for name in filled(view) if kinds.get(name, "plain_text_input") == "plain_text_input")


def asked_again(view: Mapping[str, Any], doubts: Doubts) -> Block:
    """The submitted form as a view, every field as it was filled in, the question and its box on top."""
    values, held = filled(view), dict(states(view))
    shown = [
        _refilled(block, values, held.get(str(block.get("block_id") or ""), {}))
        for block in view["blocks"]
        if not _is_ours(block)
    ]
    return {name: view[name] for name in KEPT if view.get(name)} | {
        "blocks": [_question(doubts), _box(doubts), *shown][:VIEW_BLOCKS]
    }


def _is_ours(block: Mapping[str, Any]) -> bool:
    name = str(block.get("block_id") or "")
    return name == QUESTION or name.startswith(CHECKED)


def _question(doubts: Doubts) -> Block:
    return {
        "type": "section",
        "block_id": QUESTION,
        "text": {"type": "mrkdwn", "text": escape(doubts.question), "verbatim": True},
    }


def _box(doubts: Doubts) -> Block:
    return {
        "type": "input",
        "block_id": doubts.name,
        "label": {"type": "plain_text", "text": texts.CHECK_LABEL, "emoji": True},
        "optional": True,  # who writes the text anew need not tick it
        "element": {
            "type": "checkboxes",
            "action_id": "value",
            "options": [{"text": {"type": "plain_text", "text": texts.CONFIRMED, "emoji": True}, "value": "ja"}],
        },
    }


def _refilled(block: Block, values: Mapping[str, str | list[str] | None], held: Mapping[str, Any]) -> Block:
    """An input block with what was filled in as what it begins with; other blocks as they are. `held`: Slack's word on
    it, where the chosen options of a searched list are."""
    name = str(block.get("block_id") or "")
    if block.get("type") != "input" or name not in values:
        return block
    element = {key: value for key, value in block["element"].items() if not key.startswith("initial_")}
    value = values[name]
    options = [
        *element.get("options", ()),
        *(each for group in element.get("option_groups", ()) for each in group["options"]),
    ]
    match element["type"]:
        case "plain_text_input" | "number_input" | "email_text_input" if value:
            element["initial_value"] = value
        case "datepicker" if value:
            element["initial_date"] = value
        case "timepicker" if value:
            element["initial_time"] = value
        case "static_select" | "radio_buttons" if chosen := [each for each in options if each["value"] == value]:
            element["initial_option"] = chosen[0]
        case "checkboxes" | "multi_static_select" if chosen := [
            each for each in options if each["value"] in (value or ())
        ]:
            element["initial_options"] = chosen
        case "external_select" if value:
            element["initial_option"] = held["selected_option"]
        case "multi_external_select" if value:
            element["initial_options"] = held["selected_options"]
    return {**block, "element": element}
