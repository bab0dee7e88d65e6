"""What the folders promise: manifest = commands, Swedish only where people read it, every table in the glossary."""

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML
from sqlmodel import SQLModel

import storage.models  # noqa: F401  (fills the metadata)
from commands import COMMANDS

ROOT = Path(__file__).parent.parent
ROOMS = ("bot", "commands", "schedules", "storage")
SWEDISH_HERE = re.compile(
    r"(^|/)(texts(/\w+)?|words|swedish|days|guard(/\w+)?)\.py$|^storage/agreements/|^bot/cli/|^storage/terms\.py$"
)
SWEDISH_LETTER = re.compile("[åäöÅÄÖ]")


def sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted(path for path in (ROOT / room).rglob("*.py") if "versions" not in path.parts)


def string_literals(path: Path) -> Iterator[tuple[int, str]]:
    """String literals that are not docstrings."""
    source = path.read_text(encoding="utf-8")
    docstrings = {
        node.body[0].value.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        is_string = token.type == tokenize.STRING or tokenize.tok_name[token.type] == "FSTRING_MIDDLE"
        if is_string and token.start[0] not in docstrings:
            yield token.start[0], token.string


@pytest.mark.parametrize("path", [path.relative_to(ROOT).as_posix() for path in sources()])
def test_swedish_sentences_live_where_people_look_for_them(path: str) -> None:
    if SWEDISH_HERE.search(path):
        return
    found = [(line, text) for line, text in string_literals(ROOT / path) if SWEDISH_LETTER.search(text)]
    assert not found, f"{path}: {found}"


def test_every_table_is_in_the_glossary() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    missing = [name for name in SQLModel.metadata.tables if not re.search(rf"\b{name}\b", glossary)]
    assert not missing


def test_the_manifest_and_the_command_table_name_the_same_slash_commands() -> None:
    manifest = YAML(typ="safe").load((ROOT / "app_manifest.yml").read_text(encoding="utf-8"))
    in_manifest = {each["command"] for each in manifest["features"]["slash_commands"]}
    with_help = {"/" + command.name.split()[0] for command in COMMANDS if command.help}
    assert in_manifest == with_help


def test_every_command_with_help_is_in_the_glossary() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert not [command.name for command in COMMANDS if command.help and f"/{command.name.split()[0]}" not in glossary]


def test_no_module_hides_one_of_pythons_own() -> None:
    hidden = {"calendar.py", "time.py", "help.py", "types.py", "logging.py"}
    assert not [path for path in sources() if path.name in hidden]


def test_the_repository_holds_no_link_and_nothing_that_is_made() -> None:
    """A link to somebody's own disk once came in, and no fresh clone could be installed."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a clone: there is no list of what belongs to the repository")
    git = ("git", "-C", str(ROOT), "ls-files")
    held = subprocess.run([*git, "--stage"], check=True, capture_output=True, text=True).stdout.splitlines()
    made = subprocess.run([*git, "-ci", "--exclude-standard"], check=True, capture_output=True, text=True).stdout
    assert held
    assert not [line for line in held if line.startswith("120000")]
    assert not made
