"""Slack's limits on blocks, messages and views. Says what is wrong with a JSON pointer, as Slack does.

Source: docs.slack.dev, Block Kit reference; views; chat.postMessage.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]
Found = Iterator[str]

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100
VIEW_BYTES = 250_000


def message_problems(payload: Json) -> list[str]:
    """What is wrong with a message: its text, its blocks."""
    found = []
    if len(str(payload.get("text") or "")) > 40_000:
        found.append("msg_too_long [/text]")
    blocks = payload.get("blocks")
    if blocks is not None:
        found += list(_blocks(blocks, "/blocks", MESSAGE_BLOCKS, in_view=False))
    metadata = payload.get("metadata")
    if metadata is not None and not (
        isinstance(metadata, Mapping)
        and metadata.get("event_type")
        and isinstance(metadata.get("event_payload"), Mapping)
    ):
        found.append("must have event_type and event_payload [/metadata]")
    return found


def view_problems(view: Any) -> list[str]:
    """What is wrong with a modal or Home view."""
    if not isinstance(view, Mapping):
        return ["must be an object [/view]"]
    return list(_view(view))


def _view(view: Json) -> Found:
    kind = view.get("type")
    if kind not in ("modal", "home"):
        yield "must be modal or home [/view/type]"
    if kind == "modal":
        yield from _text(view.get("title"), "/view/title", 24, ("plain_text",))
    for name in ("submit", "close"):
        if name in view:
            yield from _text(view[name], f"/view/{name}", 24, ("plain_text",))
    yield from _length(view.get("private_metadata", ""), "/view/private_metadata", 3_000)
    yield from _length(view.get("callback_id", ""), "/view/callback_id", 255)
    yield from _length(view.get("external_id", ""), "/view/external_id", 255)
    blocks = view.get("blocks")
    yield from _blocks(blocks, "/view/blocks", VIEW_BLOCKS, in_view=True)
    inputs = isinstance(blocks, Sequence) and any(isinstance(b, Mapping) and b.get("type") == "input" for b in blocks)
    if kind == "modal" and inputs and "submit" not in view:
        yield "submit is required when there are input blocks [/view/submit]"
    if len(str(view)) > VIEW_BYTES:
        yield "view_too_large [/view]"


def _length(value: Any, at: str, most: int, least: int = 0) -> Found:
    if not isinstance(value, str):
        yield f"must be a string [{at}]"
    elif len(value) > most:
        yield f"must be no more than {most} characters [{at}]"
    elif len(value) < least:
        yield f"must be at least {least} characters [{at}]"


def _text(value: Any, at: str, most: int, kinds: Sequence[str] = ("plain_text", "mrkdwn")) -> Found:
    if not isinstance(value, Mapping):
        yield f"must be a text object [{at}]"
        return
    if value.get("type") not in kinds:
        yield f"must be {' or '.join(kinds)} [{at}/type]"
    unknown = set(value) - {"type", "text", "emoji", "verbatim"}
    if unknown:
        yield f"unknown keys {sorted(unknown)} [{at}]"
    yield from _length(value.get("text"), f"{at}/text", most, 1)


def _blocks(blocks: Any, at: str, most: int, *, in_view: bool) -> Found:
    if not isinstance(blocks, list):
        yield f"must be a list [{at}]"
        return
    if len(blocks) > most:
        yield f"no more than {most} items allowed [{at}]"
    ids: set[str] = set()
    for number, block in enumerate(blocks):
        here = f"{at}/{number}"
        if not isinstance(block, Mapping):
            yield f"must be an object [{here}]"
            continue
        kind = str(block.get("type"))
        if kind not in BLOCKS or (kind == "input" and not in_view and not block.get("dispatch_action")):
            yield f"unsupported type: {kind} [{here}/type]"
            continue
        block_id = block.get("block_id")
        if block_id is not None:
            yield from _length(block_id, f"{here}/block_id", 255, 1)
            if block_id in ids:
                yield f"block_id must be unique [{here}/block_id]"
            ids.add(str(block_id))
        yield from BLOCKS[kind](block, here)


def _section(block: Json, at: str) -> Found:
    if "text" not in block and "fields" not in block:
        yield f"needs text or fields [{at}]"
    if "text" in block:
        yield from _text(block["text"], f"{at}/text", 3_000)
    fields = block.get("fields", [])
    if "fields" in block and not 1 <= len(fields) <= 10:
        yield f"1 to 10 fields [{at}/fields]"
    for number, field in enumerate(fields):
        yield from _text(field, f"{at}/fields/{number}", 2_000)
    if "accessory" in block:
        yield from _elements([block["accessory"]], f"{at}/accessory")


def _header(block: Json, at: str) -> Found:
    yield from _text(block.get("text"), f"{at}/text", 150, ("plain_text",))


def _context(block: Json, at: str) -> Found:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= 10:
        yield f"1 to 10 elements [{at}/elements]"
        return
    for number, element in enumerate(elements):
        if element.get("type") == "image":
            yield from _image(element, f"{at}/elements/{number}")
        else:
            yield from _text(element, f"{at}/elements/{number}", 3_000)


def _actions(block: Json, at: str) -> Found:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 1 <= len(elements) <= 25:
        yield f"1 to 25 elements [{at}/elements]"
        return
    yield from _elements(elements, f"{at}/elements")


def _image(block: Json, at: str) -> Found:
    yield from _length(block.get("alt_text"), f"{at}/alt_text", 2_000, 1)
    yield from _length(block.get("image_url", ""), f"{at}/image_url", 3_000)


def _input(block: Json, at: str) -> Found:
    yield from _text(block.get("label"), f"{at}/label", 2_000, ("plain_text",))
    if "hint" in block:
        yield from _text(block["hint"], f"{at}/hint", 2_000, ("plain_text",))
    element = block.get("element")
    if not isinstance(element, Mapping) or element.get("type") not in INPUTS:
        kind = element.get("type") if isinstance(element, Mapping) else None
        yield f"unsupported element {kind} [{at}/element]"
        return
    yield from _elements([element], f"{at}/element")


def _nothing(_block: Json, _at: str) -> Found:
    return iter(())


def _rich_text(block: Json, at: str) -> Found:
    if not isinstance(block.get("elements"), list):
        yield f"must be a list [{at}/elements]"


BLOCKS: dict[str, Callable[[Json, str], Found]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "actions": _actions,
    "divider": _nothing,
    "image": _image,
    "input": _input,
    "rich_text": _rich_text,
}


def _elements(elements: Sequence[Any], at: str) -> Found:
    ids: set[str] = set()
    for number, element in enumerate(elements):
        here = f"{at}/{number}" if len(elements) > 1 or at.endswith("elements") else at
        kind = element.get("type") if isinstance(element, Mapping) else None
        if kind == "image" and isinstance(element, Mapping):
            yield from _image(element, here)
            continue
        if kind not in ELEMENTS or not isinstance(element, Mapping):
            yield f"unsupported element {kind} [{here}/type]"
            continue
        action_id = element.get("action_id", f"#{number}")
        yield from _length(action_id, f"{here}/action_id", 255, 1)
        if action_id in ids:
            yield f"action_id must be unique in its block [{here}/action_id]"
        ids.add(str(action_id))
        if "placeholder" in element:
            yield from _text(element["placeholder"], f"{here}/placeholder", 150, ("plain_text",))
        if "confirm" in element:
            yield from _confirm(element["confirm"], f"{here}/confirm")
        yield from ELEMENTS[kind](element, here)


def _confirm(confirm: Any, at: str) -> Found:
    if not isinstance(confirm, Mapping):
        yield f"must be an object [{at}]"
        return
    for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
        yield from _text(confirm.get(name), f"{at}/{name}", most)


def _button(element: Json, at: str) -> Found:
    yield from _text(element.get("text"), f"{at}/text", 75, ("plain_text",))
    yield from _length(element.get("value", ""), f"{at}/value", 2_000)
    yield from _length(element.get("url", ""), f"{at}/url", 3_000)
    yield from _length(element.get("accessibility_label", ""), f"{at}/accessibility_label", 75)
    if element.get("style", "primary") not in ("primary", "danger"):
        yield f"style must be primary or danger [{at}/style]"


def _option(option: Any, at: str) -> Found:
    if not isinstance(option, Mapping):
        yield f"must be an object [{at}]"
        return
    yield from _text(option.get("text"), f"{at}/text", 75)
    yield from _length(option.get("value"), f"{at}/value", 150, 1)
    if "description" in option:
        yield from _text(option["description"], f"{at}/description", 75)


def _options(element: Json, at: str, least: int, most: int) -> Found:
    options = element.get("options")
    if not isinstance(options, list) or not least <= len(options) <= most:
        yield f"{least} to {most} options [{at}/options]"
        return
    values = [option.get("value") for option in options if isinstance(option, Mapping)]
    if len(values) != len(set(values)):
        yield f"option values must be unique [{at}/options]"
    for number, option in enumerate(options):
        yield from _option(option, f"{at}/options/{number}")
    for initial in [element["initial_option"]] if "initial_option" in element else element.get("initial_options", []):
        if initial not in options:
            yield f"initial option is not among the options [{at}]"
    if "initial_options" in element and not element["initial_options"]:
        yield f"initial_options must not be empty [{at}/initial_options]"


def _select(element: Json, at: str) -> Found:
    groups = element.get("option_groups")
    if groups is None:
        yield from _options(element, at, 1, 100)
        return
    if not isinstance(groups, list) or not 1 <= len(groups) <= 100:
        yield f"1 to 100 groups [{at}/option_groups]"
        return
    for number, group in enumerate(groups):
        yield from _text(group.get("label"), f"{at}/option_groups/{number}/label", 75, ("plain_text",))
        yield from _options(group, f"{at}/option_groups/{number}", 1, 100)


def _boxes(element: Json, at: str) -> Found:
    yield from _options(element, at, 1, 10)


def _overflow(element: Json, at: str) -> Found:
    yield from _options(element, at, 1, 5)


def _plain_input(element: Json, at: str) -> Found:
    low, high = element.get("min_length", 0), element.get("max_length", 3_000)
    if not (0 <= low <= 3_000 and 1 <= high <= 3_000 and low <= high):
        yield f"lengths must lie between 0 and 3000 [{at}]"
    if len(str(element.get("initial_value", ""))) > high:
        yield f"initial_value is longer than max_length [{at}/initial_value]"


def _number_input(element: Json, at: str) -> Found:
    if not isinstance(element.get("is_decimal_allowed"), bool):
        yield f"is_decimal_allowed is required [{at}]"
    try:
        if float(element.get("min_value", "-1e18")) > float(element.get("max_value", "1e18")):
            yield f"min_value is larger than max_value [{at}]"
    except (TypeError, ValueError):
        yield f"values must be numbers [{at}]"


def _date(element: Json, at: str) -> Found:
    text = str(element.get("initial_date", "2027-01-01"))
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        yield f"must be YYYY-MM-DD [{at}/initial_date]"


def _time(element: Json, at: str) -> Found:
    text = str(element.get("initial_time", "08:00"))
    if len(text) != 5 or text[2] != ":":
        yield f"must be HH:mm [{at}/initial_time]"


def _file(element: Json, at: str) -> Found:
    if not 1 <= int(element.get("max_files", 10)) <= 10:
        yield f"1 to 10 files [{at}/max_files]"


ELEMENTS: dict[str, Callable[[Json, str], Found]] = {
    "button": _button,
    "static_select": _select,
    "multi_static_select": _select,
    "external_select": _nothing,
    "multi_external_select": _nothing,
    "users_select": _nothing,
    "multi_users_select": _nothing,
    "conversations_select": _nothing,
    "multi_conversations_select": _nothing,
    "channels_select": _nothing,
    "multi_channels_select": _nothing,
    "overflow": _overflow,
    "checkboxes": _boxes,
    "radio_buttons": _boxes,
    "plain_text_input": _plain_input,
    "email_text_input": _nothing,
    "url_text_input": _nothing,
    "number_input": _number_input,
    "datepicker": _date,
    "timepicker": _time,
    "datetimepicker": _nothing,
    "file_input": _file,
}
INPUTS = set(ELEMENTS) - {"button", "overflow"}
