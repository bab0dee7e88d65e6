"""Block Kit's blocks and their limits, and which surface takes which. Source: docs.slack.dev, blocks."""

from collections.abc import Iterator
from typing import Any

from sandbox.blockkit.elements import IMAGE, IN_ACTIONS, IN_INPUT, IN_SECTION
from sandbox.blockkit.objects import BLOCK_ID, any_text, plain_text
from sandbox.blockkit.rules import Report, Rule, anything, boolean, both, by_type, listed, one_of, shape, string

MARKDOWN_TOGETHER = 12_000
MESSAGE_TOGETHER = 13_000  # found by others, not published: slackapi/bolt-js #2509
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100


def _block(kind: str, required: tuple[str, ...] = (), **fields: Rule) -> Rule:
    return shape({"type": one_of(kind), "block_id": BLOCK_ID, **fields}, ("type", *required))


def _says_something(report: Report, block: Any, at: str) -> None:
    if not block.get("text") and not block.get("fields"):
        report.add(at, "a section needs text or fields")


def _one_image(report: Report, block: Any, at: str) -> None:
    if ("image_url" in block) == ("slack_file" in block):
        report.add(at, "exactly one of image_url and slack_file")


def _files_only_in_forms(report: Report, block: Any, at: str) -> None:
    element = block.get("element")
    if block.get("dispatch_action") and isinstance(element, dict) and element.get("type") == "file_input":
        report.add(at, "file_input cannot dispatch actions")


SECTION_TEXT = any_text(3000)
CONTEXT_ELEMENT = by_type(
    {"image": IMAGE, "mrkdwn": any_text(3000), "plain_text": any_text(3000)}, "element in context"
)
RICH = shape(
    {
        "type": one_of("rich_text_section", "rich_text_list", "rich_text_quote", "rich_text_preformatted"),
        "elements": listed(anything, 0, 10_000),
        "style": anything,
        "indent": anything,
        "offset": anything,
        "border": anything,
        "language": anything,
    },
    ("type", "elements"),
)

BLOCKS: dict[str, Rule] = {
    "section": both(
        _block(
            "section",
            text=SECTION_TEXT,
            fields=listed(any_text(2000), 1, 10),
            accessory=by_type(IN_SECTION, "accessory"),
            expand=boolean,
        ),
        _says_something,
    ),
    "header": _block("header", ("text",), text=plain_text(150), level=anything),
    "divider": _block("divider"),
    "context": _block("context", ("elements",), elements=listed(CONTEXT_ELEMENT, 1, 10)),
    "actions": _block("actions", ("elements",), elements=listed(by_type(IN_ACTIONS, "element in actions"), 1, 25)),
    "image": both(
        _block(
            "image",
            ("alt_text",),
            image_url=string(3000),
            slack_file=anything,
            alt_text=string(2000),
            title=plain_text(2000),
        ),
        _one_image,
    ),
    "input": both(
        _block(
            "input",
            ("label", "element"),
            label=plain_text(2000),
            element=by_type(IN_INPUT, "element in input"),
            hint=plain_text(2000),
            optional=boolean,
            dispatch_action=boolean,
        ),
        _files_only_in_forms,
    ),
    "rich_text": _block("rich_text", ("elements",), elements=listed(RICH, 1, 10_000)),
    "markdown": _block("markdown", ("text",), text=string(MARKDOWN_TOGETHER)),
    "table": _block(
        "table", ("rows",), rows=listed(listed(anything, 1, 20), 1, 100), column_settings=listed(anything, 0, 20)
    ),
    "video": _block(
        "video",
        ("title", "video_url", "thumbnail_url", "alt_text"),
        title=plain_text(199),
        video_url=string(3000),
        thumbnail_url=string(3000),
        alt_text=string(2000),
        author_name=string(49),
        title_url=string(3000),
        description=plain_text(200),
        provider_icon_url=string(3000),
        provider_name=string(200),
    ),
}
IN_VIEWS = {kind: rule for kind, rule in BLOCKS.items() if kind not in ("markdown", "table")}


def check_blocks(report: Report, blocks: Any, at: str, *, surface: str) -> None:
    """Looks at blocks on a "message", "modal" or "home": each one, how many, and that their ids differ."""
    rules = BLOCKS if surface == "message" else IN_VIEWS
    most = MESSAGE_BLOCKS if surface == "message" else VIEW_BLOCKS
    listed(by_type(rules, "block type"), 0, most)(report, blocks, at)
    if not isinstance(blocks, list):
        return
    known = [(index, block) for index, block in enumerate(blocks) if isinstance(block, dict)]
    _different_ids(report, known, at)
    markdown = sum(len(str(block.get("text"))) for _, block in known if block.get("type") == "markdown")
    if markdown > MARKDOWN_TOGETHER:
        report.add(at, f"markdown blocks are together more than {MARKDOWN_TOGETHER} characters")
    if sum(1 for _, block in known if block.get("type") == "table") > 1:
        report.add(at, "only_one_table_allowed")
    if surface != "modal" and any(_holds_files(block) for _, block in known):
        report.add(at, "file_input works in modals only")


def _different_ids(report: Report, blocks: list[tuple[int, Any]], at: str) -> None:
    seen: set[str] = set()
    for index, block in blocks:
        if (id := block.get("block_id")) is not None:
            if id in seen:
                report.add(f"{at}/{index}/block_id", f"duplicate block_id: {id}")
            seen.add(id)
        actions = [element["action_id"] for element in elements_of(block) if element.get("action_id")]
        for action in sorted({action for action in actions if actions.count(action) > 1}):
            report.add(f"{at}/{index}", f"duplicate action_id: {action}")


def _holds_files(block: Any) -> bool:
    return any(element.get("type") == "file_input" for element in elements_of(block))


def elements_of(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A block's interactive elements: its accessory, its own element, or those in its row."""
    candidates = [block.get("accessory"), block.get("element")]
    if block.get("type") == "actions" and isinstance(block.get("elements"), list):
        candidates += block["elements"]
    for element in candidates:
        if isinstance(element, dict) and element.get("type") != "image":
            yield element


def texts_of(content: Any) -> Iterator[str]:
    """Every text that blocks show, in order: of text objects and rich text."""
    if isinstance(content, dict):
        if isinstance(content.get("text"), str):
            yield content["text"]
        for value in content.values():
            yield from texts_of(value)
    elif isinstance(content, list):
        for item in content:
            yield from texts_of(item)
