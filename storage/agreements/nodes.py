"""YAML text into plain values that remember their lines. Values stay text: what they mean is the format's business.

Built from the parser's events rather than by a loader: every duplicate key is found, nothing is constructed, and
neither depth nor aliases can make a small file large.
"""

from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLStreamError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from storage.agreements.problems import Problem
from storage.hidden import without_hidden

MOST_CHARACTERS = 1_000_000
MOST_NODES = 50_000
DEEPEST = 20


@dataclass
class Node:
    """A value of the file and where it stands. `value` is text, None, a list of nodes or a dict of nodes."""

    line: int
    value: "str | list[Node] | dict[str, Node] | None" = None
    key_lines: dict[str, int] = field(default_factory=dict)

    def plain(self) -> Any:
        """The value without lines."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def line_of(self, path: tuple[str | int, ...]) -> int:
        """The line of the value at the path, or of the nearest value around it that exists."""
        node, line = self, self.line
        for step in path:
            if isinstance(node.value, dict) and isinstance(step, str) and step in node.value:
                line = node.key_lines[step]
                node = node.value[step]
            elif isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = node.line
            else:
                break
        return line


class _TooMuch(Exception):
    def __init__(self, line: int, message: str, allowed: str) -> None:
        super().__init__(message)
        self.problem = Problem(line, "filen", message, allowed)


def text_of(content: str | bytes) -> tuple[str, Problem | None]:
    """The file's text; a problem instead where the bytes are not UTF-8."""
    if isinstance(content, str):
        return content.removeprefix("\ufeff"), None
    try:
        return content.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = "filen är inte sparad som UTF-8"
        return "", Problem(line, "filen", message, "spara om filen med teckenkodningen UTF-8")


def compose(content: str | bytes) -> tuple[Node | None, list[Problem]]:
    """The file as nodes with lines, and every mistake in its YAML. No node when it cannot be read at all."""
    text, undecoded = text_of(content)
    if undecoded:
        return None, [undecoded]
    if len(text) > MOST_CHARACTERS:
        return None, [Problem(1, "filen", "filen är för stor", f"högst {MOST_CHARACTERS} tecken")]
    builder = _Builder()
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except _TooMuch as too_much:
        return None, [*builder.problems, too_much.problem]
    except (MarkedYAMLError, YAMLStreamError, YAMLError) as error:
        return None, [*builder.problems, _syntax(error, text)]
    except (ValueError, IndexError, AssertionError, RecursionError):
        # the parser itself gives up this way on some malformed files
        return None, [
            *builder.problems,
            Problem(1, "filen", "filen går inte att läsa som YAML", "se docs/agreement-format.md"),
        ]
    if builder.root is None or builder.root.value is None:
        return None, [Problem(1, "filen", "filen är tom", "en överenskommelse, se docs/agreement-format.md")]
    if not isinstance(builder.root.value, dict):
        kind = "en lista" if isinstance(builder.root.value, list) else "en text"
        message = f"filen börjar med {kind}, inte med nycklar"
        return None, [*builder.problems, Problem(builder.root.line, "filen", message, "titel:, kommun:, period: …")]
    return builder.root, builder.problems


class _Builder:
    """Takes events one by one and keeps the tree, without recursion."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self.open: list[Node] = []
        self.keys: list[tuple[str, int] | None] = []  # the key waiting for its value, per open mapping
        self.count = 0
        self.documents = 0

    def take(self, event: Any) -> None:
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise _TooMuch(line, "filen innehåller flera dokument (---)", "en överenskommelse per fil")
        elif isinstance(event, AliasEvent):
            raise _TooMuch(line, f"hänvisningen *{event.anchor} går inte", "skriv ut texten; & och * används inte")
        elif isinstance(event, ScalarEvent):
            self._note_oddities(event, line)
            # a plain empty value, ~ or null means that nothing is said
            value = without_hidden(event.value)
            silent = event.implicit[0] and value in ("", "~", "null")
            self._put(Node(line, None if silent else value))
        elif isinstance(event, MappingStartEvent | SequenceStartEvent):
            self._note_oddities(event, line)
            node = Node(line, {} if isinstance(event, MappingStartEvent) else [])
            self._put(node)
            self.open.append(node)
            self.keys.append(None)
            if len(self.open) > DEEPEST:
                raise _TooMuch(line, "för många nivåer", f"högst {DEEPEST} nivåer")
        elif isinstance(event, MappingEndEvent | SequenceEndEvent):
            self.open.pop()
            self.keys.pop()

    def _note_oddities(self, event: Any, line: int) -> None:
        if getattr(event, "anchor", None):
            self.problems.append(Problem(line, "filen", f"märket &{event.anchor} används inte", "skriv ut texten"))
        tag = getattr(event, "tag", None)
        if tag and str(tag) not in ("!",):
            self.problems.append(Problem(line, "filen", f"typmärket {tag} används inte", "text utan !"))

    def _put(self, node: Node) -> None:
        self.count += 1
        if self.count > MOST_NODES:
            raise _TooMuch(node.line, "filen har för många rader", f"högst {MOST_NODES} uppgifter")
        if not self.open:
            self.root = node
            return
        parent = self.open[-1]
        if isinstance(parent.value, list):
            parent.value.append(node)
            return
        assert isinstance(parent.value, dict)
        waiting = self.keys[-1]
        if waiting is None:
            if not isinstance(node.value, str):
                raise _TooMuch(node.line, "en nyckel måste vara ett ord", "ord före kolon")
            self.keys[-1] = (" ".join(node.value.split()), node.line)
            return
        key, line = waiting
        self.keys[-1] = None
        if key in parent.value:
            message = f"nyckeln {key} står två gånger (även på rad {parent.key_lines[key]})"
            self.problems.append(Problem(line, key, message, "varje nyckel en gång"))
            return
        parent.value[key] = node
        parent.key_lines[key] = line


def _syntax(error: Exception, text: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line = min(mark.line + 1, text.count("\n") + 1) if mark else 1
    what = str(getattr(error, "problem", "") or "")
    allowed = "nyckel: värde, med mellanslag efter kolonet och lika indrag på rader som hör ihop"
    if "\\t" in what or "'\\t'" in what or "\t" in _line(text, line):
        return Problem(line, "filen", "raden har ett tabbtecken", "indrag med mellanslag")
    if "mapping values are not allowed" in what:
        return Problem(
            line, "filen", "ett kolon för mycket, eller fel indrag", 'text med kolon skrivs inom "citattecken"'
        )
    if "special characters" in str(error) or "unacceptable" in str(error):
        return Problem(line, "filen", "filen innehåller styrtecken som inte kan läsas", "vanlig text i UTF-8")
    return Problem(line, "filen", "raden går inte att läsa som YAML", allowed)


def _line(text: str, number: int) -> str:
    lines = text.split("\n")
    return lines[number - 1] if 0 < number <= len(lines) else ""
