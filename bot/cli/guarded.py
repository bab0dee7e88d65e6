"""The guard on the command line: no command runs before every text given to it has been looked through.

Files are read by `common.clean_content_of`. The names of files are no texts: they are opened, and never stored.
"""

import functools
from collections.abc import Callable
from typing import Any

import typer

from bot.cli.common import refuse, today
from commands.guard.identity import holds_identity_number
from commands.texts import guard as texts


def add(group: typer.Typer, name: str, about: str, run: Callable[..., Any]) -> None:
    """Makes a function a command of the group, guarded. `about` is its help."""
    group.command(name, help=about)(guarded(run))


def guarded(run: Callable[..., Any]) -> Callable[..., Any]:
    """The command, run only where none of the texts given to it is stopped; to Typer it looks the same."""

    @functools.wraps(run)
    def looked_through(**given: Any) -> Any:
        for value in given.values():
            _look_at(value)
        return run(**given)

    return looked_through


def _look_at(value: object) -> None:
    if not isinstance(value, str):
        return
    try:
        found = holds_identity_number(value, today())
    except Exception:  # noqa: BLE001  (fails closed, and without a trace that could show the text)
        refuse(texts.CHECK_FAILED)
    if found:
        refuse(texts.IDENTITY_NUMBER)
