"""The command line has the same guard: every text and file given to any command, and nothing told back or stored."""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_type_hints

import pytest
import typer
from typer.models import ArgumentInfo
from typer.testing import CliRunner, Result

from bot.__main__ import app
from tests.storage.agreements.files import EXAMPLE

NUMBER = "640823-3234"
RULES = f"""\
kommun: Nykvarn
beslut: KS 2027/45 § 12
beslutat: 2027-03-01
slag:
  kallelsesvar:
    gallras: efter 2 år
    anmärkning: gäller {NUMBER}
"""
# command → a file that would be taken but for the number in it, and the line it stands on
READ = {
    "agreement check": (EXAMPLE + f"\n# gäller {NUMBER}\n", len(EXAMPLE.splitlines()) + 2),
    "agreement import": (EXAMPLE.replace("\n", f" # {NUMBER}\n", 1), 1),
    "import": (EXAMPLE.replace("\n", f" # {NUMBER}\n", 1), 1),
    "roster import": (f"seat,name,role\nKommunpolis,Kim Ek,{NUMBER}\n", 2),
    "records import": (RULES, 7),
    "show": (f"namn: {NUMBER}\n", 1),
    "agreement show": (f"namn: {NUMBER}\n", 1),
}
# files that are no texts to be read: made anew, or a copy of the database
NOT_READ = {"backup", "restore", "export forum", "export person", "log export"}


def leaves(group: typer.Typer, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Callable[..., Any]]]:
    for each in group.registered_commands:
        assert each.callback is not None
        yield " ".join((*path, each.name or "")), each.callback
    for under in group.registered_groups:
        assert under.typer_instance is not None
        yield from leaves(under.typer_instance, (*path, str(under.name)))


COMMANDS = dict(leaves(app))
KNOWN_KINDS = {str, Path, list[Path], bool, int | None}


def kinds(name: str) -> dict[str, Any]:
    """A command's parameters and what they are."""
    return get_type_hints(COMMANDS[name], include_extras=False) | {"return": None}


TEXTS = [(name, param) for name in COMMANDS for param, kind in kinds(name).items() if kind is str]


def given(name: str, values: dict[str, str]) -> list[str]:
    """The words of a command with these values, and something for everything else it must have."""
    words = name.split()
    for param, parameter in inspect.signature(COMMANDS[name]).parameters.items():
        info = get_type_hints(COMMANDS[name], include_extras=True)[param].__metadata__[0]
        value = values.get(param, "något" if parameter.default is inspect.Parameter.empty else None)
        if value is not None:
            words += [value] if isinstance(info, ArgumentInfo) else [f"{info.default}", value]
    return words


def run(words: list[str], store: Path) -> Result:
    return CliRunner().invoke(app, words, env={"DATABASE_URL": f"sqlite:///{store}"})


def test_every_command_is_guarded_and_every_file_it_takes_is_read_past_the_guard_or_is_none() -> None:
    assert not [name for name, run in COMMANDS.items() if not hasattr(run, "__wrapped__")]
    every = {name: {kind for param, kind in kinds(name).items() if param != "return"} for name in COMMANDS}
    assert set.union(*every.values()) <= KNOWN_KINDS, "a new kind of parameter: can something be written in it?"
    taking = {name for name, its in every.items() if its & {Path, list[Path]}}
    assert taking | {"show", "agreement show"} == set(READ) | NOT_READ  # show takes a file's name as a text
    assert len(TEXTS) > 10


@pytest.mark.parametrize(("name", "param"), TEXTS)
def test_a_number_in_any_text_given_to_a_command_stops_it(tmp_path: Path, name: str, param: str) -> None:
    store = tmp_path / "bot.sqlite3"
    done = run(given(name, {param: f"Åsa {NUMBER}"}), store)
    assert done.exit_code == 1
    assert "personnummer" in done.output
    assert NUMBER not in done.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", READ)
def test_a_file_with_a_number_in_it_is_refused(tmp_path: Path, name: str) -> None:
    content, line = READ[name]
    file, store = tmp_path / "fil.yml", tmp_path / "bot.sqlite3"
    file.write_text(content, encoding="utf-8")
    done = run([*name.split(), str(file)], store)
    assert done.exit_code == 1
    assert f"rad {line}." in done.output
    assert NUMBER not in done.output
    assert not store.exists()


def test_a_copy_named_after_the_minute_it_was_made_is_no_number(tmp_path: Path) -> None:
    for minute in range(60):
        done = run(["show", f"kopia-2026113013{minute:02d}.yml"], tmp_path / "bot.sqlite3")
        assert "personnummer" not in done.output


def test_a_file_that_seems_to_speak_of_somebody_is_warned_about_and_taken(tmp_path: Path) -> None:
    file = tmp_path / "fil.yml"
    file.write_text(EXAMPLE + "\n# kontakt: 070-123 45 67\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["agreement", "check", str(file)])
    assert done.exit_code == 0
    assert f"rad {len(EXAMPLE.splitlines()) + 2}: varning: här ser det ut att stå ett telefonnummer" in done.output
    assert "070-123" not in done.output
