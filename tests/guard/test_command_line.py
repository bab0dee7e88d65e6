"""The command line reads files with the same guard: line numbers told, nothing of the number, nothing stored."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from tests.storage.agreements.files import EXAMPLE

NUMBER = "640823-3234"


@pytest.mark.parametrize(
    ("arguments", "content", "line"),
    [
        (("agreement", "check"), EXAMPLE + f"\n# gäller {NUMBER}\n", len(EXAMPLE.splitlines()) + 2),
        (("import",), EXAMPLE.replace("\n", f" # {NUMBER}\n", 1), 1),
        (("show",), f"namn: {NUMBER}\n", 1),
        (("roster", "import"), f"seat,name,role\nKommunpolis,Kim Ek,{NUMBER}\n", 2),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, tuple) else "",
)
def test_a_file_with_a_number_in_it_is_refused(
    tmp_path: Path, arguments: tuple[str, ...], content: str, line: int
) -> None:
    file, store = tmp_path / "fil.yml", tmp_path / "bot.sqlite3"
    file.write_text(content, encoding="utf-8")
    done = CliRunner().invoke(app, [*arguments, str(file)], env={"DATABASE_URL": f"sqlite:///{store}"})
    assert done.exit_code == 1
    assert f"rad {line}." in done.output
    assert NUMBER not in done.output
    assert not store.exists()


def test_a_file_that_seems_to_speak_of_somebody_is_warned_about_and_taken(tmp_path: Path) -> None:
    file = tmp_path / "fil.yml"
    file.write_text(EXAMPLE + "\n# kontakt: 070-123 45 67\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["agreement", "check", str(file)])
    assert done.exit_code == 0
    assert f"rad {len(EXAMPLE.splitlines()) + 2}: varning: här ser det ut att stå ett telefonnummer" in done.output
    assert "070-123" not in done.output
