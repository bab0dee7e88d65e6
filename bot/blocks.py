"""Message and Form → Block Kit: escaped, inside Slack's limits, with a full plain text.

Limits: docs.slack.dev, Block Kit reference. Lengths are kept a tenth below Slack's, whose unit is unpublished.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot import texts
from commands.call import Field, Form, Option
from schedules.message import Button, Message, Part

Block = dict[str, Any]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
SECTION = 2_700
CONTEXT = 1_800
HEADER = 140
BUTTONS = 25
LABEL = 75
VALUE = 2_000
TEXT = 12_000
MODAL_TITLE = 24
METADATA = 3_000
OPTIONS = 100
CHECKBOXES = 10


def escape(text: str) -> str:
    """The three characters Slack asks to be escaped; the rest is literal in a verbatim text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, most: int) -> str:
    """The text, or its beginning with an ellipsis where it is too long."""
    return text if len(text) <= most else text[: most - 1] + "…"


def message_blocks(message: Message, most: int = MESSAGE_BLOCKS) -> list[Block]:
    """The message as blocks, at most `most`: what does not fit is left out and that is said."""
    blocks: list[Block] = []
    if message.title:
        blocks.append({"type": "header", "text": {"type": "plain_text", "text": cut(message.title, HEADER)}})
    for number, part in enumerate(message.parts):
        for block in part_blocks(part, number):
            if len(blocks) >= most - 1:
                blocks.append(_context(texts.CUT))
                return blocks
            blocks.append(block)
    return blocks


def message_text(message: Message) -> str:
    """Everything the message says: screen readers and notifications read only this."""
    pieces = [message.title] if message.title else []
    for part in message.parts:
        if part.to:
            pieces.append(" ".join(f"<@{to.user_id}>" if to.user_id else escape(to.name) for to in part.to))
        pieces += [escape(text) for text in (part.heading, *part.lines, part.note) if text]
    return cut("\n".join(pieces), TEXT) or " "


def messages(message: Message) -> Iterator[Message]:
    """The message, or several where it needs more blocks than one may hold; none of its parts is split."""
    batch: list[Part] = []
    size = 1 if message.title else 0
    title = message.title
    for part in message.parts:
        needs = len(list(part_blocks(part, 0)))
        if batch and size + needs > MESSAGE_BLOCKS - 2:
            yield Message(tuple(batch), title)
            batch, size, title = [], 0, ""
        batch.append(part)
        size += needs
    yield Message(tuple(batch), title)


def part_blocks(part: Part, number: int) -> Iterator[Block]:
    """One part: to whom, heading and lines, the note, the buttons."""
    pieces = []
    if part.to:
        pieces.append(" ".join(f"<@{to.user_id}>" if to.user_id else f"*{escape(to.name)}*" for to in part.to))
    if part.heading:
        pieces.append(f"*{_bold(escape(part.heading))}*")
    pieces += [escape(line) for line in part.lines if line]
    for text in _packed(pieces, SECTION):
        yield {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}}
    if part.note:
        yield _context(part.note)
    for first in range(0, len(part.buttons), BUTTONS):
        yield {
            "type": "actions",
            "elements": [
                _button(button, f"{number}.{first + at}")
                for at, button in enumerate(part.buttons[first : first + BUTTONS])
            ],
        }


def _bold(text: str) -> str:
    """Text safe between asterisks."""
    return text.replace("*", "∗")


def _packed(pieces: Sequence[str], most: int) -> Iterator[str]:
    """The pieces joined by line breaks into texts no longer than `most`; a piece that is longer is divided."""
    current = ""
    for piece in pieces:
        for start in range(0, max(len(piece), 1), most):
            bit = piece[start : start + most]
            if current and len(current) + 1 + len(bit) > most:
                yield current
                current = bit
            else:
                current = f"{current}\n{bit}" if current else bit
    if current:
        yield current


def _context(note: str) -> Block:
    return {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": cut(escape(note), CONTEXT), "verbatim": True}],
    }


def _button(button: Button, place: str) -> Block:
    element: Block = {
        "type": "button",
        "text": {"type": "plain_text", "text": cut(button.label, LABEL), "emoji": True},
        "action_id": f"{button.command}#{place}",
        "value": button.words[:VALUE] or "-",
    }
    if button.style in ("primary", "danger"):
        element["style"] = button.style
    if button.confirm:
        element["confirm"] = {
            "title": _plain(texts.SURE),
            "text": _plain(button.confirm[:300]),
            "confirm": _plain(texts.YES),
            "deny": _plain(texts.NO),
        }
    return element


def pressed(action: Mapping[str, Any]) -> tuple[str, str]:
    """The command and words a pressed button carries."""
    value = str(action.get("value") or "")
    return str(action.get("action_id", "")).partition("#")[0], "" if value == "-" else value


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": True}


# --- forms ------------------------------------------------------------------------------------------------------------


def form_view(form: Form, request: str) -> Block:
    """The form as a modal. `request` comes back with it, so that the same form counts once."""
    return {
        "type": "modal",
        "callback_id": form.command,
        "title": _plain(cut(form.title, MODAL_TITLE)),
        "submit": _plain(cut(form.submit, MODAL_TITLE)),
        "close": _plain(texts.CANCEL),
        "private_metadata": json.dumps({"context": dict(form.context), "request": request})[:METADATA],
        "blocks": [_field(field) for field in form.fields][:VIEW_BLOCKS],
    }


def message_view(message: Message, title: str) -> Block:
    """A message as a modal that can only be closed."""
    return {
        "type": "modal",
        "title": _plain(cut(title, MODAL_TITLE)),
        "close": _plain(texts.CLOSE),
        "blocks": message_blocks(message, VIEW_BLOCKS),
    }


def home_view(message: Message) -> Block:
    """A message as the Home tab."""
    return {"type": "home", "blocks": message_blocks(message, VIEW_BLOCKS)}


def _field(field: Field) -> Block:
    if field.kind == "note":
        return {
            "type": "section",
            "text": {"type": "mrkdwn", "text": cut(escape(field.label), SECTION), "verbatim": True},
        }
    block: Block = {
        "type": "input",
        "block_id": field.name,
        "label": _plain(cut(field.label, 1_800)),
        "element": ELEMENTS[field.kind](field),
        "optional": not field.required,
    }
    if field.hint:
        block["hint"] = _plain(cut(field.hint, 1_800))
    return block


def _input(field: Field, *, multiline: bool) -> Block:
    element: Block = {"type": "plain_text_input", "action_id": "value", "multiline": multiline}
    most = min(field.most or 3_000, 3_000)
    element["max_length"] = most
    if field.value:
        element["initial_value"] = str(field.value)[:most]
    return _with_placeholder(element, field)


def _with_placeholder(element: Block, field: Field) -> Block:
    if field.placeholder:
        element["placeholder"] = _plain(cut(field.placeholder, 150))
    return element


def _number(field: Field) -> Block:
    element: Block = {"type": "number_input", "action_id": "value", "is_decimal_allowed": False}
    if field.value:
        element["initial_value"] = str(field.value)
    if field.least is not None:
        element["min_value"] = str(field.least)
    if field.most is not None:
        element["max_value"] = str(field.most)
    return element


def _date(field: Field) -> Block:
    element: Block = {"type": "datepicker", "action_id": "value"}
    if field.value:
        element["initial_date"] = str(field.value)
    return element


def _time(field: Field) -> Block:
    element: Block = {"type": "timepicker", "action_id": "value"}
    if field.value:
        element["initial_time"] = str(field.value)
    return element


def _option(option: Option) -> Block:
    made: Block = {"text": _plain(cut(option.label, LABEL)), "value": option.value[:150]}
    if option.description:
        made["description"] = _plain(cut(option.description, LABEL))
    return made


def _choice(field: Field) -> Block:
    element: Block = {"type": "static_select", "action_id": "value", "placeholder": _plain(texts.OPTIONAL_PLACEHOLDER)}
    options = [_option(option) for option in field.options]
    if len(options) <= OPTIONS:
        element["options"] = options
    else:
        element["option_groups"] = [
            {
                "label": _plain(f"{first + 1}–{min(first + OPTIONS, len(options))}"),
                "options": options[first : first + OPTIONS],
            }
            for first in range(0, min(len(options), OPTIONS * OPTIONS), OPTIONS)
        ]
    chosen = [option for option in options if option["value"] == field.value]
    if chosen:
        element["initial_option"] = chosen[0]
    return element


def _radio(field: Field) -> Block:
    options = [_option(option) for option in field.options[:CHECKBOXES]]
    element: Block = {"type": "radio_buttons", "action_id": "value", "options": options}
    chosen = [option for option in options if option["value"] == field.value]
    if chosen:
        element["initial_option"] = chosen[0]
    return element


def _many(field: Field) -> Block:
    options = [_option(option) for option in field.options[:OPTIONS]]
    chosen = [option for option in options if option["value"] in field.value]
    kind = "checkboxes" if len(options) <= CHECKBOXES else "multi_static_select"
    element: Block = {"type": kind, "action_id": "value", "options": options}
    if kind == "multi_static_select":
        element["placeholder"] = _plain(texts.OPTIONAL_PLACEHOLDER)
    if chosen:
        element["initial_options"] = chosen
    return element


def _file(_field: Field) -> Block:
    return {"type": "file_input", "action_id": "value", "max_files": 1}


ELEMENTS = {
    "text": lambda field: _input(field, multiline=False),
    "paragraph": lambda field: _input(field, multiline=True),
    "number": _number,
    "date": _date,
    "time": _time,
    "choice": _choice,
    "radio": _radio,
    "many": _many,
    "file": _file,
}


def filled(view: Mapping[str, Any]) -> dict[str, str | list[str] | None]:
    """What a submitted form holds: text by field name, lists where several may be chosen."""
    values: dict[str, str | list[str] | None] = {}
    for name, actions in view.get("state", {}).get("values", {}).items():
        for state in actions.values():
            values[name] = _value(state)
    return values


def _value(state: Mapping[str, Any]) -> str | list[str] | None:
    if "selected_options" in state:
        return [str(option["value"]) for option in state["selected_options"] or []]
    option = state.get("selected_option")
    if option:
        return str(option["value"])
    for name in ("value", "selected_date", "selected_time"):
        if state.get(name) is not None:
            return str(state[name])
    return None


def input_names(view: Mapping[str, Any]) -> list[str]:
    """The names of the form's input fields, in order: only they can show an error."""
    return [str(block["block_id"]) for block in view.get("blocks", []) if block.get("type") == "input"]


def context_of(view: Mapping[str, Any]) -> tuple[dict[str, str], str]:
    """(context, request) a form was opened with; empty where it cannot be read."""
    try:
        metadata = json.loads(view.get("private_metadata") or "{}")
        return {str(key): str(value) for key, value in metadata.get("context", {}).items()}, str(
            metadata.get("request", "")
        )
    except (ValueError, AttributeError):
        return {}, ""
