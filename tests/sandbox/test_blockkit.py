"""Slack's limits, each at its edge: what fits is let through, one more is refused, with a pointer to it."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.blockkit import message_problems, problems
from tests.sandbox.apps import TEXT, Json, button, field, modal, plain, row


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "x", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def options(count: int, **more: Any) -> list[Json]:
    return [{"text": plain(f"o{n}"), "value": f"v{n}", **more} for n in range(count)]


def option(**more: Any) -> Json:
    return {"text": plain("x"), "value": "v", **more}


def select(kind: str = "static_select", **more: Any) -> Json:
    return {"type": kind, "action_id": "a", **more}


def confirm(title: int = 1, text: int = 1, word: int = 1) -> Json:
    return {
        "title": plain("x" * title),
        "text": mrkdwn("x" * text),
        "confirm": plain("x" * word),
        "deny": plain("x" * word),
    }


Sized = Callable[[int], list[Json]]

# where the limit is, the limit, and blocks of a size
LIMITS: list[tuple[str, int, Sized]] = [
    ("/blocks", 50, lambda n: [{"type": "divider"}] * n),
    ("/blocks/0/text/text", 3000, lambda n: [section("x" * n)]),
    ("/blocks/0/text/text", 150, lambda n: [{"type": "header", "text": plain("x" * n)}]),
    ("/blocks/0/fields", 10, lambda n: [{"type": "section", "fields": [mrkdwn("x")] * n}]),
    ("/blocks/0/fields/0/text", 2000, lambda n: [{"type": "section", "fields": [mrkdwn("x" * n)]}]),
    ("/blocks/0/elements", 10, lambda n: [{"type": "context", "elements": [mrkdwn("x")] * n}]),
    ("/blocks/0/elements/0/text", 3000, lambda n: [{"type": "context", "elements": [mrkdwn("x" * n)]}]),
    ("/blocks/0/elements", 25, lambda n: [row(*(button("x", f"a{k}") for k in range(n)))]),
    ("/blocks/0/elements/0/text/text", 75, lambda n: [row(button("x" * n))]),
    ("/blocks/0/elements/0/value", 2000, lambda n: [row(button("x", value="x" * n))]),
    ("/blocks/0/elements/0/url", 3000, lambda n: [row(button("x", url="x" * n))]),
    ("/blocks/0/elements/0/accessibility_label", 75, lambda n: [row(button("x", accessibility_label="x" * n))]),
    ("/blocks/0/elements/0/action_id", 255, lambda n: [row(button("x", "a" * n))]),
    ("/blocks/0/block_id", 255, lambda n: [row(button("x"), block_id="b" * n)]),
    ("/blocks/0/elements/0/confirm/title/text", 100, lambda n: [row(button("x", confirm=confirm(title=n)))]),
    ("/blocks/0/elements/0/confirm/text/text", 300, lambda n: [row(button("x", confirm=confirm(text=n)))]),
    ("/blocks/0/elements/0/confirm/deny/text", 30, lambda n: [row(button("x", confirm=confirm(word=n)))]),
    ("/blocks/0/elements/0/options", 100, lambda n: [row(select(options=options(n)))]),
    ("/blocks/0/elements/0/option_groups", 100, lambda n: [
        row(select(option_groups=[{"label": plain("g"), "options": options(1)}] * n))]),
    ("/blocks/0/elements/0/option_groups/0/label/text", 75, lambda n: [
        row(select(option_groups=[{"label": plain("x" * n), "options": options(1)}]))]),
    ("/blocks/0/elements/0/options/0/text/text", 75, lambda n: [row(select(options=[option(text=plain("x" * n))]))]),
    ("/blocks/0/elements/0/options/0/value", 150, lambda n: [row(select(options=[option(value="x" * n)]))]),
    ("/blocks/0/elements/0/options/0/description/text", 75, lambda n: [
        row(select(options=[option(description=plain("x" * n))]))]),
    ("/blocks/0/elements/0/placeholder/text", 150, lambda n: [
        row(select("users_select", placeholder=plain("x" * n)))]),
    ("/blocks/0/elements/0/options", 5, lambda n: [row(select("overflow", options=options(n)))]),
    ("/blocks/0/elements/0/options", 10, lambda n: [row(select("checkboxes", options=options(n)))]),
    ("/blocks/0/elements/0/options", 10, lambda n: [row(select("radio_buttons", options=options(n)))]),
    ("/blocks/0/label/text", 2000, lambda n: [field("x" * n, TEXT, block_id="b")]),
    ("/blocks/0/hint/text", 2000, lambda n: [field("x", TEXT, hint=plain("x" * n))]),
    ("/blocks/0/element/max_length", 3000, lambda n: [field("x", {**TEXT, "max_length": n})]),
    ("/blocks/0/alt_text", 2000, lambda n: [{"type": "image", "image_url": "https://x", "alt_text": "x" * n}]),
    ("/blocks/0/text", 12_000, lambda n: [{"type": "markdown", "text": "x" * n}]),
    ("/blocks/0/rows", 100, lambda n: [{"type": "table", "rows": [[{}]] * n}]),
    ("/blocks/0/rows/0", 20, lambda n: [{"type": "table", "rows": [[{}] * n]}]),
]  # fmt: skip


@pytest.mark.parametrize(("at", "most", "sized"), LIMITS, ids=[f"{most} {at}" for at, most, _ in LIMITS])
def test_so_much_and_no_more(at: str, most: int, sized: Sized) -> None:
    assert problems(sized(most)) == []
    found = [one for one in problems(sized(most + 1)) if one.endswith(f"[json-pointer:{at}]")]
    assert len(found) == 1


VIEW_LIMITS: list[tuple[str, int, Callable[[int], Json]]] = [
    ("/view/title/text", 24, lambda n: modal(title="x" * n)),
    ("/view/submit/text", 24, lambda n: {**modal(), "submit": plain("x" * n)}),
    ("/view/close/text", 24, lambda n: modal(close=plain("x" * n))),
    ("/view/private_metadata", 3000, lambda n: modal(private_metadata="x" * n)),
    ("/view/callback_id", 255, lambda n: modal(callback_id="x" * n)),
    ("/view/external_id", 255, lambda n: modal(external_id="x" * n)),
    ("/view/blocks", 100, lambda n: modal(*[{"type": "divider"}] * n)),
    ("/view/blocks/0/element/max_files", 10, lambda n: modal(field("x", {"type": "file_input", "max_files": n}))),
]


@pytest.mark.parametrize(("at", "most", "sized"), VIEW_LIMITS, ids=[at for at, _, _ in VIEW_LIMITS])
def test_forms_have_limits_of_their_own(at: str, most: int, sized: Callable[[int], Json]) -> None:
    assert problems(sized(most)) == []
    found = [one for one in problems(sized(most + 1)) if one.endswith(f"[json-pointer:{at}]")]
    assert len(found) == 1


WRONG: list[tuple[str, list[Json]]] = [
    ("unsupported block type: cards", [{"type": "cards"}]),
    ("unsupported block type: None", [{}]),
    ("unsupported element in actions: plain_text_input", [row({**TEXT, "action_id": "a"})]),
    ("unsupported element in input: button", [field("x", button("x"))]),
    ("unsupported accessory: plain_text_input", [section(accessory=TEXT)]),
    ("missing required field: text", [{"type": "header"}]),
    ("needs text or fields", [{"type": "section"}]),
    ("additional property: colour", [{"type": "divider", "colour": "red"}]),
    ("must be at least 1 characters", [section("")]),
    ("unsupported value 'loud'", [row(button("x", style="loud"))]),
    ("unsupported value 'mrkdwn'", [{"type": "header", "text": mrkdwn("x")}]),
    ("duplicate block_id", [row(button("x")), row(button("y"))]),
    ("duplicate action_id", [row(button("x", "a"), button("y", "a"))]),
    ("duplicate option value", [row(select(options=[option(), option()]))]),
    ("no fewer than 1", [row(select("checkboxes", options=[]))]),
    ("exactly one of options and option_groups", [row(select())]),
    ("initial option is not among", [row(select(options=options(2), initial_option=option(value="other")))]),
    ("a date, YYYY-MM-DD", [row(select("datepicker", initial_date="1/12"))]),
    ("a time, HH:mm", [row(select("timepicker", initial_time="24:00"))]),
    ("must be a whole number", [row(select("datetimepicker", initial_date_time=12))]),
    ("missing required field: is_decimal_allowed", [field("x", {"type": "number_input"})]),
    ("not in order", [
        field("x", {"type": "number_input", "is_decimal_allowed": True, "min_value": "9", "max_value": "1"})]),
    ("min_length is larger", [field("x", {**TEXT, "min_length": 5, "max_length": 2})]),
    ("exactly one of image_url and slack_file", [{"type": "image", "alt_text": "x"}]),
    ("must be at least 1 characters", [{"type": "image", "image_url": "https://x", "alt_text": ""}]),
    ("file_input works in modals only", [field("x", {"type": "file_input"})]),
    ("markdown blocks are together", [{"type": "markdown", "text": "x" * 7000}] * 2),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "blocks"), WRONG, ids=[sentence for sentence, _ in WRONG])
def test_what_slack_refuses_is_refused(sentence: str, blocks: list[Json]) -> None:
    found = problems(blocks)
    assert len(found) == 1, found
    assert sentence in found[0]


def test_a_form_with_fields_needs_a_submit() -> None:
    asks = modal(field("x", TEXT))
    assert problems(asks) == []
    del asks["submit"]
    assert "`submit` is required" in problems(asks)[0]


def test_a_form_of_more_than_250_kb_is_too_large() -> None:
    full = modal(*(section("x" * 3000) for _ in range(90)))
    assert "view_too_large" in problems(full)[0]


@pytest.mark.parametrize("kind", ["markdown", "table"])
def test_some_blocks_are_for_messages_only(kind: str) -> None:
    blocks: dict[str, dict[str, Any]] = {
        "markdown": {"type": "markdown", "text": "x"},
        "table": {"type": "table", "rows": [[{}]]},
    }
    block = blocks[kind]
    assert problems([block]) == []
    assert len(problems(modal(block))) == 1


def test_a_second_table_is_refused() -> None:
    table = {"type": "table", "rows": [[{}]]}
    assert "only_one_table_allowed" in problems([table, table])[0]


def test_everything_a_form_may_ask_is_let_through() -> None:
    elements: list[Json] = [
        TEXT,
        {"type": "number_input", "is_decimal_allowed": False, "min_value": "0", "initial_value": "3"},
        {"type": "email_text_input"},
        {"type": "url_text_input"},
        {"type": "rich_text_input"},
        {"type": "datepicker", "initial_date": "2027-02-28", "placeholder": plain("Datum")},
        {"type": "timepicker", "initial_time": "23:59", "timezone": "Europe/Stockholm"},
        {"type": "datetimepicker", "initial_date_time": 1799650800},
        {"type": "checkboxes", "options": options(3), "initial_options": options(2)},
        {"type": "radio_buttons", "options": [option(text=mrkdwn("*x*"), description=mrkdwn("y"))]},
        {"type": "static_select", "options": options(3), "initial_option": options(1)[0], "focus_on_load": True},
        {"type": "multi_static_select", "options": options(3), "max_selected_items": 2},
        {"type": "external_select", "min_query_length": 0},
        {"type": "users_select", "initial_user": "U0ANNA"},
        {"type": "multi_users_select"},
        {"type": "conversations_select", "default_to_current_conversation": True, "response_url_enabled": True},
        {"type": "channels_select"},
        {"type": "file_input", "filetypes": ["pdf"], "max_files": 3},
    ]
    fields = [field(f"Fråga {n}", element, optional=True) for n, element in enumerate(elements)]
    assert problems(modal(section(), {"type": "divider"}, *fields, clear_on_close=True)) == []


def test_blocks_without_a_plain_text_leave_screen_readers_out() -> None:
    assert message_problems({"text": "Hej", "blocks": [section()]}) == []
    assert "missing required field: text" in message_problems({"blocks": [section()]})[0]


def test_letters_outside_the_basic_plane_count_as_two() -> None:
    assert problems([{"type": "header", "text": plain("å" * 150)}]) == []
    assert len(problems([{"type": "header", "text": plain("🚨" * 76)}])) == 1
