"""Slack's limits on what it shows. slack_sdk's models miss many of them, so the local Slack has its own."""

from typing import Any

from sandbox.blockkit.blocks import MESSAGE_TOGETHER, check_blocks, elements_of, texts_of
from sandbox.blockkit.rules import Report, Rule, length
from sandbox.blockkit.views import check_view

__all__ = [
    "elements_of",
    "length",
    "message_problems",
    "problems",
    "rule_problems",
    "texts_of",
    "too_long_together",
    "view_problems",
]

TEXT_MOST = 40_000


def problems(shown: Any, *, surface: str = "message") -> list[str]:
    """What Slack would refuse in blocks (on `surface`), a view or a message, with JSON pointers."""
    report = Report()
    if isinstance(shown, list):
        check_blocks(report, shown, "/blocks", surface=surface)
    elif isinstance(shown, dict) and (shown.get("type") in ("modal", "home") or "title" in shown):
        check_view(report, shown, "/view")
    elif isinstance(shown, dict):
        return message_problems(shown)
    else:
        report.add("", "expected blocks, a view or a message")
    return report.problems


def message_problems(message: dict[str, Any]) -> list[str]:
    """What Slack, or a reader who cannot see the blocks, would miss in a message. An empty answer is no message."""
    report = Report()
    check_blocks(report, message.get("blocks") or [], "/blocks", surface="message")
    text = str(message.get("text") or "")
    if message.get("blocks") and not text:
        report.add("/text", "missing required field: text (screen readers and notifications read only that)")
    elif length(text) > TEXT_MOST:
        report.add("/text", f"must be at most {TEXT_MOST} characters")
    if too_long_together(message.get("blocks") or []):
        report.add("/blocks", "msg_blocks_too_long")
    return report.problems


def view_problems(view: Any) -> list[str]:
    """What Slack would refuse in a modal or Home view."""
    report = Report()
    if isinstance(view, dict):
        check_view(report, view, "/view")
    else:
        report.add("/view", "expected an object")
    return report.problems


def rule_problems(rule: Rule, value: Any, at: str) -> list[str]:
    """What one rule finds in a value."""
    report = Report()
    rule(report, value, at)
    return report.problems


def too_long_together(blocks: list[dict[str, Any]]) -> bool:
    """Whether a message's blocks hold more text than Slack stores."""
    return sum(length(text) for text in texts_of(blocks)) > MESSAGE_TOGETHER
