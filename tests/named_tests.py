"""Pages in docs/ that name tests: which there are, and whether they exist."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(test_\w+))?`")


def rows_of(page: str, but: tuple[str, ...]) -> list[list[str]]:
    """The cells of every row of every table in docs/`page`; not the headings, which begin with `but`."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("|") and not line.startswith(("|---", *but))]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def missing_in(cell: str) -> list[str]:
    """The tests that a cell names and that are not there; a file named alone must hold some."""
    named = NAMED.findall(cell)
    return [
        f"{file}::{test}" for file, test in named if not functions_in(file) or (test and test not in functions_in(file))
    ]


@cache
def functions_in(file: str) -> set[str]:
    """The test functions of a file; none where there is no such file."""
    path = ROOT / file
    if not path.exists():
        return set()
    found = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {each.name for each in found if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}
