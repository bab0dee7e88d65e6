"""What is filled in: the state.values of a view or message, from its elements' beginnings and what a person chose."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox import texts
from sandbox.blockkit import elements_of, length
from sandbox.errors import Json

State = dict[str, dict[str, Json]]

# kind of element → the state's key, the element's initial key, and what an empty one holds
_ONE: dict[str, tuple[str, str, Any]] = {
    "plain_text_input": ("value", "initial_value", None),
    "email_text_input": ("value", "initial_value", None),
    "url_text_input": ("value", "initial_value", None),
    "number_input": ("value", "initial_value", None),
    "rich_text_input": ("rich_text_value", "initial_value", None),
    "datepicker": ("selected_date", "initial_date", None),
    "timepicker": ("selected_time", "initial_time", None),
    "datetimepicker": ("selected_date_time", "initial_date_time", None),
    "radio_buttons": ("selected_option", "initial_option", None),
    "checkboxes": ("selected_options", "initial_options", []),
    "file_input": ("files", "", []),
}
for _kind, _name in (
    ("static", "option"),
    ("external", "option"),
    ("users", "user"),
    ("conversations", "conversation"),
    ("channels", "channel"),
):
    _ONE[f"{_kind}_select"] = (f"selected_{_name}", f"initial_{_name}", None)
    _ONE[f"multi_{_kind}_select"] = (f"selected_{_name}s", f"initial_{_name}s", [])


def state_key(kind: str) -> str | None:
    """Where an element of this kind keeps its value in the state; None for those without (buttons, overflow)."""
    return _ONE[kind][0] if kind in _ONE else None


def beginning(element: Mapping[str, Any]) -> Json | None:
    """The state of an untouched element; None for an element without state."""
    kind = element["type"]
    if kind not in _ONE:
        return None
    key, initial, empty = _ONE[kind]
    value = element.get(initial, empty)
    return {"type": kind, key: list(value) if isinstance(value, list) else value}


def state_of(blocks: list[Json], filled: Mapping[str, Mapping[str, Any]] | None = None) -> State:
    """The whole state of blocks: what was filled in where it belongs to an element that is there, else beginnings."""
    state: State = {}
    for block in blocks:
        for element in elements_of(block):
            start = beginning(element)
            if start is None:
                continue
            block_id, action_id = block["block_id"], element["action_id"]
            given = (filled or {}).get(block_id, {}).get(action_id)
            key = state_key(element["type"])
            if isinstance(given, dict) and key in given:
                start[str(key)] = given[str(key)] if given[str(key)] != "" else None
            state.setdefault(block_id, {})[action_id] = start
    return state


def is_empty(filled: Mapping[str, Any]) -> bool:
    """Whether nothing is filled in."""
    return filled.get(state_key(filled["type"]) or "") in (None, "", [])


def complaints(blocks: list[Json], state: State) -> dict[str, str]:
    """What Slack's own client stops before anything is sent: block_id → sentence."""
    found: dict[str, str] = {}
    for block in blocks:
        if block["type"] != "input":
            continue
        element = block["element"]
        filled = state[block["block_id"]][element["action_id"]]
        sentence = _missing(block, filled) or _wrong(element, filled)
        if sentence:
            found[block["block_id"]] = sentence
    return found


def _missing(block: Json, filled: Json) -> str | None:
    return texts.FILL_IN if is_empty(filled) and not block.get("optional") else None


def _wrong(element: Json, filled: Json) -> str | None:
    if is_empty(filled):
        return None
    check = _CHECKS.get(element["type"])
    return check(element, filled) if check else None


def _text_fits(element: Json, filled: Json) -> str | None:
    size = length(filled["value"])
    if size < element.get("min_length", 0):
        return texts.too_short(element["min_length"])
    return texts.too_long(element["max_length"]) if size > element.get("max_length", 3000) else None


def _number_fits(element: Json, filled: Json) -> str | None:
    try:
        number = float(filled["value"])
    except ValueError:
        return texts.NOT_A_NUMBER
    if not element["is_decimal_allowed"] and number != int(number):
        return texts.WHOLE_NUMBER
    if "min_value" in element and number < float(element["min_value"]):
        return texts.at_least(element["min_value"])
    if "max_value" in element and number > float(element["max_value"]):
        return texts.at_most(element["max_value"])
    return None


def _not_too_many(element: Json, filled: Json) -> str | None:
    chosen = filled[state_key(element["type"]) or ""]
    most = element.get("max_selected_items") or element.get("max_files")
    return texts.too_many(most) if most and len(chosen) > most else None


_CHECKS: dict[str, Callable[[Json, Json], str | None]] = {
    "plain_text_input": _text_fits,
    "number_input": _number_fits,
    "file_input": _not_too_many,
    **{kind: _not_too_many for kind in _ONE if kind.startswith("multi_")},
}
