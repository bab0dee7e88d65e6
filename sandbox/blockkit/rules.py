"""The small language the limits are written in: a rule looks at a value and reports what Slack would refuse."""

import re
from collections.abc import Callable, Mapping
from typing import Any


class Report:
    """The problems found so far, each in Slack's own form with a JSON pointer."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def add(self, at: str, sentence: str) -> None:
        """Notes a problem at a JSON pointer."""
        self.problems.append(f"[ERROR] {sentence} [json-pointer:{at}]")


Rule = Callable[[Report, Any, str], None]


def length(text: str) -> int:
    """The length as the strictest reader counts it: UTF-16 units. Slack does not say which it uses."""
    return len(text.encode("utf-16-le")) // 2


def string(most: int, least: int = 1) -> Rule:
    """A string of so many characters."""

    def rule(report: Report, value: Any, at: str) -> None:
        if not isinstance(value, str):
            report.add(at, f"expected a string, got {type(value).__name__}")
        elif length(value) > most:
            report.add(at, f"must be at most {most} characters, is {length(value)}")
        elif length(value) < least:
            report.add(at, f"must be at least {least} characters")

    return rule


def matching(pattern: str, what: str) -> Rule:
    """A string of a certain form."""

    def rule(report: Report, value: Any, at: str) -> None:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            report.add(at, f"must be {what}")

    return rule


def one_of(*allowed: str) -> Rule:
    """One of these words."""

    def rule(report: Report, value: Any, at: str) -> None:
        if value not in allowed:
            report.add(at, f"unsupported value {value!r}: {', '.join(allowed)}")

    return rule


def boolean(report: Report, value: Any, at: str) -> None:
    """True or false."""
    if not isinstance(value, bool):
        report.add(at, "expected a boolean")


def whole(least: int, most: int) -> Rule:
    """A whole number within bounds."""

    def rule(report: Report, value: Any, at: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            report.add(at, f"must be a whole number from {least} to {most}")

    return rule


def anything(report: Report, value: Any, at: str) -> None:
    """Not looked at: Slack publishes no limit."""


def listed(rule: Rule, least: int, most: int) -> Rule:
    """A list of so many, each by the rule."""

    def checked(report: Report, value: Any, at: str) -> None:
        if not isinstance(value, list):
            report.add(at, "expected an array")
            return
        if len(value) > most:
            report.add(at, f"no more than {most} items allowed, there are {len(value)}")
        if len(value) < least:
            report.add(at, f"no fewer than {least} items allowed")
        for index, item in enumerate(value):
            rule(report, item, f"{at}/{index}")

    return checked


def shape(fields: Mapping[str, Rule], required: tuple[str, ...] = ()) -> Rule:
    """An object with these fields and no others."""

    def rule(report: Report, value: Any, at: str) -> None:
        if not isinstance(value, dict):
            report.add(at, "expected an object")
            return
        for name in required:
            if value.get(name) is None:
                report.add(at, f"missing required field: {name}")
        for name, content in value.items():
            if name not in fields:
                report.add(at, f"additional property: {name}")
            elif content is not None:
                fields[name](report, content, f"{at}/{name}")

    return rule


def by_type(rules: Mapping[str, Rule], what: str) -> Rule:
    """An object whose `type` decides which rule it follows."""

    def rule(report: Report, value: Any, at: str) -> None:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in rules:
            report.add(at, f"unsupported {what}: {kind}")
        else:
            rules[kind](report, value, at)

    return rule


def both(*rules: Rule) -> Rule:
    """Every one of these rules."""

    def checked(report: Report, value: Any, at: str) -> None:
        for rule in rules:
            rule(report, value, at)

    return checked
