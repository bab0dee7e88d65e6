"""Block Kit's interactive elements and their limits. Source: docs.slack.dev, block elements."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from sandbox.blockkit.objects import (
    ACTION_ID,
    CONFIRM,
    DATE,
    OPTION,
    OPTION_GROUPS,
    OVERFLOW_OPTION,
    TICK_OPTION,
    TIME,
    options,
    plain_text,
)
from sandbox.blockkit.rules import Report, Rule, anything, boolean, both, listed, one_of, shape, string, whole

MOST_FILES = 10
UNIX_10_DIGITS = whole(1_000_000_000, 9_999_999_999)
DISPATCH = shape(
    {"trigger_actions_on": listed(one_of("on_enter_pressed", "on_character_entered"), 1, 2)}, ("trigger_actions_on",)
)


def _element(kind: str, required: tuple[str, ...] = (), /, **fields: Rule) -> Rule:
    return shape({"type": one_of(kind), "action_id": ACTION_ID, **fields}, ("type", *required))


def _field(kind: str, required: tuple[str, ...] = (), /, **fields: Rule) -> Rule:
    return _element(kind, required, placeholder=plain_text(150), focus_on_load=boolean, **fields)


def _writing(kind: str, **fields: Rule) -> Rule:
    return _field(kind, (), initial_value=string(3000, 0), dispatch_action_config=DISPATCH, **fields)


def _lengths(report: Report, element: Any, at: str) -> None:
    if not isinstance(element, dict):
        return
    least, most, initial = (element.get(name) for name in ("min_length", "max_length", "initial_value"))
    if isinstance(least, int) and isinstance(most, int) and least > most:
        report.add(f"{at}/min_length", "min_length is larger than max_length")
    if isinstance(initial, str) and isinstance(most, int) and len(initial) > most:
        report.add(f"{at}/initial_value", "initial_value is longer than max_length")


def _numbers(report: Report, element: Any, at: str) -> None:
    if not isinstance(element, dict):
        return
    bounds: dict[str, Decimal] = {}
    for name in ("min_value", "initial_value", "max_value"):
        try:
            if element.get(name) is not None:
                bounds[name] = Decimal(str(element[name]))
        except InvalidOperation:
            report.add(f"{at}/{name}", "must be a number")
    ordered = list(bounds.values())
    if ordered != sorted(ordered):
        report.add(at, "min_value, initial_value and max_value are not in order")


def _one_source(report: Report, element: Any, at: str) -> None:
    if isinstance(element, dict) and ("options" in element) == ("option_groups" in element):
        report.add(at, "exactly one of options and option_groups")


def _initial_is_offered(report: Report, element: Any, at: str) -> None:
    if not isinstance(element, dict):
        return
    offered = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        offered += group.get("options", []) if isinstance(group, dict) else []
    one, many = element.get("initial_option"), element.get("initial_options")
    for option in [one] if one else many or []:
        if option not in offered:
            report.add(at, "an initial option is not among the options")


def _select(kind: str, many: bool, source: Mapping[str, Rule], required: tuple[str, ...] = ()) -> Rule:
    name = f"multi_{kind}_select" if many else f"{kind}_select"
    counted = {"max_selected_items": whole(1, 100_000)} if many else {"response_url_enabled": boolean}
    return _field(name, required, confirm=CONFIRM, **counted, **source)


def _selects() -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    ids = string(255)
    for many in (False, True):
        prefix = "multi_" if many else ""
        initial = ("initial_options", listed(OPTION, 1, 100)) if many else ("initial_option", OPTION)
        static = {"options": options(100), "option_groups": OPTION_GROUPS, initial[0]: initial[1]}
        rules[f"{prefix}static_select"] = both(_select("static", many, static), _one_source, _initial_is_offered)
        external = {"min_query_length": whole(0, 100_000), initial[0]: initial[1]}
        rules[f"{prefix}external_select"] = _select("external", many, external)
        for kind in ("user", "conversation", "channel"):
            chosen = {f"initial_{kind}s": listed(ids, 1, 100)} if many else {f"initial_{kind}": ids}
            if kind == "conversation":
                chosen |= {"default_to_current_conversation": boolean, "filter": anything}
            rules[f"{prefix}{kind}s_select"] = _select(f"{kind}s", many, chosen)
    return rules


def _ticks(kind: str) -> Rule:
    initial = (
        {"initial_options": listed(TICK_OPTION, 1, 10)} if kind == "checkboxes" else {"initial_option": TICK_OPTION}
    )
    rule = _element(
        kind, ("options",), options=options(10, TICK_OPTION), confirm=CONFIRM, focus_on_load=boolean, **initial
    )
    return both(rule, _initial_is_offered)


IMAGE = shape(
    {"type": one_of("image"), "image_url": string(3000), "slack_file": anything, "alt_text": string(2000)},
    ("type", "alt_text"),
)
BUTTON = _element(
    "button",
    ("text",),
    text=plain_text(75),
    value=string(2000, 0),
    url=string(3000),
    style=one_of("primary", "danger"),
    confirm=CONFIRM,
    accessibility_label=string(75),
)
OVERFLOW = _element("overflow", ("options",), options=options(5, OVERFLOW_OPTION), confirm=CONFIRM)
SELECTS = _selects()
TICKS = {kind: _ticks(kind) for kind in ("checkboxes", "radio_buttons")}
MOMENTS = {
    "datepicker": _field("datepicker", initial_date=DATE, confirm=CONFIRM),
    "timepicker": _field("timepicker", initial_time=TIME, timezone=string(100), confirm=CONFIRM),
    "datetimepicker": _element(
        "datetimepicker", initial_date_time=UNIX_10_DIGITS, confirm=CONFIRM, focus_on_load=boolean
    ),
}
WRITINGS = {
    "plain_text_input": both(
        _writing("plain_text_input", multiline=boolean, min_length=whole(0, 3000), max_length=whole(1, 3000)), _lengths
    ),
    "email_text_input": _writing("email_text_input"),
    "url_text_input": _writing("url_text_input"),
    "number_input": both(
        _field(
            "number_input",
            ("is_decimal_allowed",),
            is_decimal_allowed=boolean,
            initial_value=string(100),
            min_value=string(100),
            max_value=string(100),
            dispatch_action_config=DISPATCH,
        ),
        _numbers,
    ),
    "rich_text_input": _field("rich_text_input", initial_value=anything, dispatch_action_config=DISPATCH),
}
FILE = _element("file_input", filetypes=listed(string(20), 1, 100), max_files=whole(1, MOST_FILES))

PRESSABLE: dict[str, Rule] = {"button": BUTTON, "overflow": OVERFLOW, **SELECTS, **TICKS, **MOMENTS}
IN_ACTIONS = PRESSABLE
IN_SECTION: dict[str, Rule] = {**PRESSABLE, "image": IMAGE}
IN_INPUT: dict[str, Rule] = {**SELECTS, **TICKS, **MOMENTS, **WRITINGS, "file_input": FILE}
