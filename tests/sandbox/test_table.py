"""The table of methods tells the truth: each names a test that is there, and the page in docs/ is the table."""

import ast
from pathlib import Path

import pytest

from sandbox.table import methods_table
from sandbox.web_api.methods import METHODS

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs" / "sandbox.md"


@pytest.mark.parametrize("name", sorted(METHODS))
def test_every_method_names_a_test_that_is_there(name: str) -> None:
    file, _, test = METHODS[name].proof.partition("::")
    tree = ast.parse((HERE / file).read_text(encoding="utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.AsyncFunctionDef) and node.name == test]
    assert len(found) == 1, METHODS[name].proof
    wanted = name.replace(".", "_")
    assert wanted in ast.unparse(found[0]) or name in ast.unparse(found[0]) or _used_by_a_helper(tree, found[0], wanted)


def _used_by_a_helper(tree: ast.Module, test: ast.AsyncFunctionDef, wanted: str) -> bool:
    """Whether a function of the same file, called by the test, uses the method."""
    called = {node.func.id for node in ast.walk(test) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    helpers = [node for node in tree.body if isinstance(node, ast.AsyncFunctionDef) and node.name in called]
    return any(wanted in ast.unparse(helper) for helper in helpers)


def test_the_documented_table_is_the_table() -> None:
    assert methods_table() in DOCS.read_text(encoding="utf-8")
