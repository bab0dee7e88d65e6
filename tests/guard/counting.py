"""How often the guard is right, kind by kind."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from commands.guard.gate import inspect
from tests.guard.corpus import ASK, PASS, STOP, Text

TODAY = date(2026, 11, 23)


@dataclass
class Row:
    """What was done with the texts of one kind."""

    expected: str
    stopped: int = 0
    asked: int = 0
    passed: int = 0

    @property
    def texts(self) -> int:
        return self.stopped + self.asked + self.passed

    @property
    def right(self) -> int:
        return {STOP: self.stopped, ASK: self.asked, PASS: self.passed}[self.expected]


def done_with(text: str) -> str:
    """What the guard does with one text."""
    found = inspect(text, TODAY)
    return STOP if found.stopped else ASK if found.signs else PASS


def counted(texts: Iterable[Text]) -> dict[str, Row]:
    """A row for each kind, in the order they come."""
    rows: dict[str, Row] = {}
    for each in texts:
        row = rows.setdefault(each.kind, Row(each.expected))
        match done_with(each.text):
            case "stoppa":
                row.stopped += 1
            case "fråga":
                row.asked += 1
            case _:
                row.passed += 1
    return rows


def summed(rows: Iterable[Row]) -> Row:
    """Rows of one expectation as one."""
    whole = None
    for row in rows:
        whole = whole or Row(row.expected)
        whole.stopped, whole.asked, whole.passed = (
            whole.stopped + row.stopped,
            whole.asked + row.asked,
            whole.passed + row.passed,
        )
    assert whole is not None
    return whole


def table(rows: dict[str, Row]) -> str:
    """The table that docs/guard.md holds."""
    lines = ["| Text | Ska | Antal | Stoppade | Frågade | Släppta | Rätt |", "|---|---|--:|--:|--:|--:|--:|"]
    for kind, row in rows.items():
        lines.append(_line(kind, row))
    for expected, name in ((STOP, "**Alla nummer**"), (ASK, "**Allt att fråga om**"), (PASS, "**Allt annat**")):
        lines.append(_line(name, summed(row for row in rows.values() if row.expected == expected)))
    return "\n".join(lines)


def _line(kind: str, row: Row) -> str:
    share = f"{100 * row.right / row.texts:.2f}".rstrip("0").rstrip(".").replace(".", ",")
    return f"| {kind} | {row.expected} | {row.texts} | {row.stopped} | {row.asked} | {row.passed} | {share} % |"
