"""Message and Form → Block Kit: escaped, inside Slack's limits, with a full plain text.

Limits: docs.slack.dev, Block Kit reference. Lengths are kept a tenth below Slack's, whose unit is unpublished.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot import texts
from commands.call import Field, Form, Option
from schedules.message import Button, Message, Part

Block = dict[str, Any]

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
MESSAGE_LETTERS = 11_000  # Slack's own limit is unpublished, around 13,000: msg_blocks_too_long
VIEW_LETTERS = 100_000  # of 250 kB of JSON
SECTION = 2_700
HEADING = 300
CONTEXT = 1_800
HEADER = 140
BUTTONS = 25
LEADS_ELSEWHERE = "lank"  # what a button with an address is called: it carries no command
LABEL = 75
VALUE = 2_000
TEXT = 12_000
MODAL_TITLE = 24
METADATA = 3_000
OPTIONS = 100
OPTION_VALUE = 150
CHECKBOXES = 10
ANSWER = "svar"  # callback ids of modals that are no forms
FINISHED = "klart"


def escape(text: str) -> str:
    """The three characters Slack asks to be escaped; the rest is literal in a verbatim text."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def size(text: str) -> int:
    """How long Slack may think a text is: in UTF-16 units, where most emoji count twice. Its unit is unpublished."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clip(text: str, most: int) -> str:
    """The beginning of a text, no letter cut in half."""
    return text.encode("utf-16-le", "ignore")[: most * 2].decode("utf-16-le", "ignore") if size(text) > most else text


def cut(text: str, most: int) -> str:
    """The text, or its beginning with an ellipsis where it is too long."""
    return text if size(text) <= most else clip(text, most - 1) + "…"


def message_blocks(message: Message, most: int = MESSAGE_BLOCKS, letters: int = MESSAGE_LETTERS) -> list[Block]:
    """The message as blocks, at most `most` of `letters` letters: what does not fit is left out, and that is said."""
    blocks: list[Block] = []
    if message.title:
        blocks.append({"type": "header", "text": _plain(cut(message.title, HEADER))})
    left = letters - size(message.title)
    for number, part in enumerate(message.parts):
        for block in part_blocks(part, number):
            left -= _letters(block)
            if len(blocks) >= most - 1 or left < 0:
                blocks.append(_context(texts.CUT))
                return blocks
            blocks.append(block)
    return blocks


def _letters(block: Block) -> int:
    """How much a block weighs of what one message may hold."""
    if block["type"] == "section":
        return size(block["text"]["text"])
    if block["type"] == "context":
        return sum(size(element["text"]) for element in block["elements"])
    return sum(size(element["text"]["text"]) + size(element["value"]) for element in block["elements"])


def message_text(message: Message) -> str:
    """Everything the message says: screen readers and notifications read only this."""
    pieces = [message.title] if message.title else []
    for part in message.parts:
        if part.to:
            pieces.append(" ".join(f"<@{to.user_id}>" if to.user_id else escape(to.name) for to in part.to))
        pieces += [escape(text) for text in (part.heading, *part.lines, part.note) if text]
    return _whole("\n".join(pieces), TEXT) or " "


def _whole(escaped: str, most: int) -> str:
    """Escaped text cut without leaving half of an "&amp;" behind."""
    return escaped if size(escaped) <= most else re.sub("&[a-z]{0,3}$", "", clip(escaped, most - 1)) + "…"


def messages(message: Message) -> Iterator[Message]:
    """The message, or several where one cannot hold it; a part is divided only when it alone is too much."""
    batch: list[Part] = []
    blocks, letters = (1, size(message.title)) if message.title else (0, 0)
    title = message.title
    for part in [bit for each in message.parts for bit in _divided(each)]:
        made = list(part_blocks(part, 0))
        weight = sum(map(_letters, made))
        if batch and (blocks + len(made) > MESSAGE_BLOCKS - 2 or letters + weight > MESSAGE_LETTERS):
            yield Message(tuple(batch), title)
            batch, blocks, letters, title = [], 0, 0, ""
        batch.append(part)
        blocks += len(made)
        letters += weight
    yield Message(tuple(batch), title)


def _divided(part: Part) -> Iterator[Part]:
    """A part with more lines than one message holds as several parts; note and buttons go with the last."""
    lines: list[str] = []
    weight = size(part.heading)
    head, to = part.heading, part.to
    for line in part.lines:
        if lines and weight + size(escape(line)) > MESSAGE_LETTERS - SECTION:
            yield Part(lines=tuple(lines), heading=head, to=to)
            lines, weight, head, to = [], 0, "", ()
        lines.append(line)
        weight += size(escape(line)) + 1
    yield Part(lines=tuple(lines), heading=head, note=part.note, buttons=part.buttons, to=to)


def part_blocks(part: Part, number: int) -> Iterator[Block]:
    """One part: to whom, heading and lines, the note, the buttons."""
    pieces = []
    if part.to:
        pieces.append(" ".join(f"<@{to.user_id}>" if to.user_id else f"*{_bold(escape(to.name))}*" for to in part.to))
    if part.heading:
        pieces.append(f"*{_bold(escape(cut(part.heading, HEADING)))}*")
    pieces += [bit for line in part.lines if line for bit in _bits(line, SECTION)]
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


def _bits(line: str, most: int) -> Iterator[str]:
    """A line escaped, in bits no longer than `most`, none of them ending in half of an "&amp;"."""
    whole = escape(line)
    if size(whole) <= most:
        yield whole
        return
    bit, length = "", 0
    for letter in map(escape, line):
        if length + size(letter) > most:
            yield bit
            bit, length = "", 0
        bit += letter
        length += size(letter)
    yield bit


def _packed(pieces: Sequence[str], most: int) -> Iterator[str]:
    """The pieces, none longer than `most`, joined by line breaks into texts no longer than `most`."""
    current = ""
    for piece in pieces:
        if current and size(current) + 1 + size(piece) > most:
            yield current
            current = piece
        else:
            current = f"{current}\n{piece}" if current else piece
    if current.strip():
        yield current


def _context(note: str) -> Block:
    return {
        "type": "context",
        "elements": [{"type": "mrkdwn", "text": _whole(escape(note), CONTEXT), "verbatim": True}],
    }


def _button(button: Button, place: str) -> Block:
    if size(button.words) > VALUE:
        raise ValueError("a button cannot carry that many words")
    element: Block = {
        "type": "button",
        "text": {"type": "plain_text", "text": cut(button.label, LABEL), "emoji": True},
        "action_id": f"{button.command or LEADS_ELSEWHERE}#{place}",
        "value": button.words or "-",
    }
    if button.url:
        element["url"] = button.url
    if button.style in ("primary", "danger"):
        element["style"] = button.style
    if button.confirm:
        element["confirm"] = {
            "title": _plain(texts.SURE),
            "text": _plain(cut(button.confirm, 300)),
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


@dataclass(frozen=True)
class Asked:
    """The words, and the channel they came from, that a form was opened by."""

    words: str
    channel_id: str


# --- forms ------------------------------------------------------------------------------------------------------------


def form_view(form: Form, request: str, *, home: bool = False, asked: Asked | None = None) -> Block:
    """The form as a modal. `request` comes back with it, so that the same form counts once; `home`: opened from Home;
    `asked`: what the form can be made anew from, so that its long lists may be searched.

    Raises ValueError for a context that Slack could not carry back whole.
    """
    carried = {"context": dict(form.context), "request": request, "home": home}
    metadata = json.dumps(carried, ensure_ascii=False)
    if size(metadata) > METADATA:
        raise ValueError("a form cannot carry that much context")
    searched = False
    if asked is not None and any(len(field.options) > OPTIONS for field in form.fields):
        with_asked = json.dumps({**carried, "asked": vars(asked)}, ensure_ascii=False)
        searched = size(with_asked) <= METADATA
        metadata = with_asked if searched else metadata
    return {
        "type": "modal",
        "callback_id": form.command,
        "title": _plain(cut(form.title, MODAL_TITLE)),
        "submit": _plain(cut(form.submit, MODAL_TITLE)),
        "close": _plain(texts.CANCEL),
        "private_metadata": metadata,
        "blocks": [_field(field, searched=searched) for field in form.fields][:VIEW_BLOCKS],
    }


def message_view(message: Message, title: str = "", *, finished: bool = False) -> Block:
    """A message as a modal that can only be closed. `finished`: it stands where a form was, and may give way to one."""
    titles = (message.title, title, texts.ANSWER_TITLE)
    shown = next(each for each in titles if each and size(each) <= MODAL_TITLE)
    blocks = message_blocks(
        Message(message.parts, "" if shown == message.title else message.title), VIEW_BLOCKS, VIEW_LETTERS
    )
    return {
        "type": "modal",
        "callback_id": FINISHED if finished else ANSWER,
        "title": _plain(shown),
        "close": _plain(texts.CLOSE),
        "blocks": blocks,
    }


def home_view(message: Message) -> Block:
    """A message as the Home tab."""
    return {"type": "home", "blocks": message_blocks(message, VIEW_BLOCKS, VIEW_LETTERS)}


def _field(field: Field, *, searched: bool) -> Block:
    nothing_to_choose = field.kind in ("choice", "radio", "many") and not field.options
    if field.kind == "note" or nothing_to_choose:
        label = texts.nothing_to_choose(field.label) if nothing_to_choose else field.label
        return {
            "type": "section",
            "text": {"type": "mrkdwn", "text": _whole(escape(label), SECTION), "verbatim": True},
        }
    block: Block = {
        "type": "input",
        "block_id": field.name,
        "label": _plain(cut(field.label, 1_800)),
        "element": _searched(field) if searched and len(field.options) > OPTIONS else ELEMENTS[field.kind](field),
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
        element["initial_value"] = clip(str(field.value), most)
    return _with_placeholder(element, field)


def _with_placeholder(element: Block, field: Field) -> Block:
    if field.placeholder:
        element["placeholder"] = _plain(cut(field.placeholder, 150))
    return element


def _email(field: Field) -> Block:
    element: Block = {"type": "email_text_input", "action_id": "value"}
    if field.value:
        element["initial_value"] = str(field.value)
    return _with_placeholder(element, field)


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


def option_block(option: Option) -> Block:
    """An option as Slack takes it. Raises ValueError for a value Slack would not carry back."""
    if not 0 < size(option.value) <= OPTION_VALUE:
        raise ValueError("an option's value is 1 to 150 characters")
    made: Block = {"text": _plain(cut(option.label, LABEL)), "value": option.value}
    if option.description:
        made["description"] = _plain(cut(option.description, LABEL))
    return made


def _searched(field: Field) -> Block:
    """A list longer than Slack holds: what is typed is searched for here (bot/suggesting.py)."""
    several = field.kind == "many"
    element: Block = {
        "type": "multi_external_select" if several else "external_select",
        "action_id": "value",
        "min_query_length": 0,
        "placeholder": _plain(texts.SEARCH_PLACEHOLDER),
    }
    values = (field.value,) if isinstance(field.value, str) else field.value
    chosen = [option_block(option) for option in field.options if option.value in values]
    if chosen and several:
        element["initial_options"] = chosen
    elif chosen:
        element["initial_option"] = chosen[0]
    return element


def _choices(options: Sequence[Block]) -> Block:
    """A select's options, in groups of a hundred where there are more and the form cannot be made anew to search it:
    Slack takes no longer list."""
    if len(options) <= OPTIONS:
        return {"options": list(options)}
    return {
        "option_groups": [
            {
                "label": _plain(f"{first + 1}–{min(first + OPTIONS, len(options))}"),
                "options": list(options[first : first + OPTIONS]),
            }
            for first in range(0, min(len(options), OPTIONS * OPTIONS), OPTIONS)
        ]
    }


def _choice(field: Field) -> Block:
    options = [option_block(option) for option in field.options]
    element: Block = {"type": "static_select", "action_id": "value", "placeholder": _plain(texts.OPTIONAL_PLACEHOLDER)}
    return _with_chosen({**element, **_choices(options)}, options, field)


def _radio(field: Field) -> Block:
    if len(field.options) > CHECKBOXES:
        return _choice(field)
    options = [option_block(option) for option in field.options]
    return _with_chosen({"type": "radio_buttons", "action_id": "value", "options": options}, options, field)


def _with_chosen(element: Block, options: Sequence[Block], field: Field) -> Block:
    chosen = [option for option in options if option["value"] == field.value]
    if chosen:
        element["initial_option"] = chosen[0]
    return element


def _many(field: Field) -> Block:
    options = [option_block(option) for option in field.options]
    element: Block = {"type": "checkboxes", "action_id": "value", "options": options}
    if len(options) > CHECKBOXES:
        placeholder = _plain(texts.OPTIONAL_PLACEHOLDER)
        element = {"type": "multi_static_select", "action_id": "value", "placeholder": placeholder, **_choices(options)}
    values = (field.value,) if isinstance(field.value, str) else field.value
    chosen = [option for option in options if option["value"] in values]
    if chosen:
        element["initial_options"] = chosen
    return element


def _file(_field: Field) -> Block:
    return {"type": "file_input", "action_id": "value", "max_files": 1}


ELEMENTS = {
    "text": lambda field: _input(field, multiline=False),
    "paragraph": lambda field: _input(field, multiline=True),
    "number": _number,
    "email": _email,
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
    for name, state in states(view):
        values[name] = _value(state)
    return values


def states(view: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What Slack says of each field of a submitted form; what is not as Slack writes it is passed over."""
    held = view.get("state")
    values = held.get("values") if isinstance(held, Mapping) else None
    for name, actions in values.items() if isinstance(values, Mapping) else ():
        for state in actions.values() if isinstance(actions, Mapping) else ():
            if isinstance(state, Mapping):
                yield str(name), state


def _value(state: Mapping[str, Any]) -> str | list[str] | None:
    if "selected_options" in state:
        several = state["selected_options"]
        return [_chosen(option) for option in several if _chosen(option)] if isinstance(several, list) else []
    if state.get("selected_option"):
        return _chosen(state["selected_option"]) or None
    for name in ("value", "selected_date", "selected_time"):
        if state.get(name) is not None:
            return str(state[name])
    return None


def _chosen(option: object) -> str:
    """The value of an option as Slack sends it; "" for anything else."""
    return str(option.get("value") or "") if isinstance(option, Mapping) else ""


def input_names(view: Mapping[str, Any]) -> list[str]:
    """The names of the form's input fields, in order: only they can show an error."""
    blocks = view.get("blocks")
    return [
        str(block["block_id"])
        for block in (blocks if isinstance(blocks, list) else ())
        if isinstance(block, Mapping) and block.get("type") == "input" and block.get("block_id")
    ]


@dataclass(frozen=True)
class Opened:
    """What a form was opened with: ids (never trusted as a right), its request, whether it was from Home, and what it
    can be made anew from."""

    context: Mapping[str, str]
    request: str = ""
    home: bool = False
    asked: Asked | None = None


def opened(view: Mapping[str, Any]) -> Opened:
    """What a form was opened with; empty where it cannot be read."""
    try:
        metadata = json.loads(view.get("private_metadata") or "{}")
        context = {str(key): str(value) for key, value in metadata.get("context", {}).items()}
        told = metadata.get("asked")
        asked = Asked(str(told["words"]), str(told["channel_id"])) if told else None
        return Opened(context, str(metadata.get("request", "")), bool(metadata.get("home")), asked)
    except (ValueError, AttributeError, LookupError, TypeError):
        return Opened({})
