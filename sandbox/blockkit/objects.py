"""Block Kit's small parts: text, options, confirm dialogs. Source: docs.slack.dev, block-kit reference."""

from typing import Any

from sandbox.blockkit.rules import Report, Rule, boolean, both, by_type, listed, matching, one_of, shape, string


def plain_text(most: int, least: int = 1) -> Rule:
    """A plain_text object."""
    fields = {"type": one_of("plain_text"), "text": string(most, least), "emoji": boolean}
    return shape(fields, ("type", "text"))


def any_text(most: int) -> Rule:
    """A plain_text or mrkdwn object."""
    mrkdwn = shape({"type": one_of("mrkdwn"), "text": string(most), "verbatim": boolean}, ("type", "text"))
    return by_type({"plain_text": plain_text(most), "mrkdwn": mrkdwn}, "text object")


def _option(text: Rule, **more: Rule) -> Rule:
    return shape({"text": text, "value": string(150), "description": any_text(75), **more}, ("text", "value"))


OPTION = _option(plain_text(75), description=plain_text(75))
TICK_OPTION = _option(any_text(75))
OVERFLOW_OPTION = _option(plain_text(75), description=plain_text(75), url=string(3000))


def _different(report: Report, options: Any, at: str) -> None:
    values = (
        [option.get("value") for option in options if isinstance(option, dict)] if isinstance(options, list) else []
    )
    for index, value in enumerate(values):
        if value in values[:index]:
            report.add(f"{at}/{index}", f"duplicate option value: {value}")


def options(most: int, option: Rule = OPTION, least: int = 1) -> Rule:
    """A list of options whose values differ."""
    return both(listed(option, least, most), _different)


GROUP = shape({"label": plain_text(75), "options": options(100)}, ("label", "options"))
OPTION_GROUPS = listed(GROUP, 1, 100)

CONFIRM = shape(
    {
        "title": plain_text(100),
        "text": any_text(300),
        "confirm": plain_text(30),
        "deny": plain_text(30),
        "style": one_of("primary", "danger"),
    },
    ("title", "text"),
)
ACTION_ID = string(255)
BLOCK_ID = string(255)
DATE = matching(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", "a date, YYYY-MM-DD")
TIME = matching(r"([01]\d|2[0-3]):[0-5]\d", "a time, HH:mm")
