"""The command line: every subject works without Slack, says what is wrong in a sentence, and shows no traceback."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from icalendar import Calendar
from typer.testing import CliRunner, Result

from bot.__main__ import app
from tests.bot.conftest import ROOT

EXAMPLE = ROOT / "agreements" / "exempel-2027-2030.yml"
NYKVARN = ROOT / "agreements" / "nykvarn-2021-2022.yml"
ROSTER = ROOT / "sandbox" / "demo" / "roster.csv"


class Keyboard:
    """Somebody at the keyboard, with a database of their own."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "bot.sqlite3"
        self._environment = {
            "DATABASE_URL": f"sqlite:///{self.database}",
            "SAMVERKANSBOT_CLOCK": "2027-01-11T08:00",
            "SLACK_BOT_TOKEN": "",
            "SLACK_APP_TOKEN": "",
        }

    def types(self, *words: str | Path, **more: str) -> Result:
        """A command line; never a traceback."""
        found = CliRunner().invoke(app, [str(word) for word in words], env={**self._environment, **more})
        assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
        return found

    def right(self, *words: str | Path) -> str:
        found = self.types(*words)
        assert found.exit_code == 0, found.output
        return found.output

    def wrong(self, *words: str | Path, **more: str) -> str:
        found = self.types(*words, **more)
        assert found.exit_code == 1, found.output
        return found.output


@pytest.fixture
def keyboard(tmp_path: Path) -> Keyboard:
    return Keyboard(tmp_path)


@pytest.fixture
def imported(keyboard: Keyboard) -> Keyboard:
    keyboard.right("import", EXAMPLE)
    return keyboard


def test_right_files_are_said_to_be_right_and_warnings_are_counted_apart(keyboard: Keyboard) -> None:
    said = keyboard.right("agreement", "check", EXAMPLE, NYKVARN)
    assert f"{EXAMPLE}: inga fel\n" in said
    assert f"{NYKVARN}: inga fel, 4 varningar\n" in said
    assert not keyboard.database.exists()


def test_every_mistake_of_every_file_is_told_with_its_line_and_nothing_is_stored(
    keyboard: Keyboard, tmp_path: Path
) -> None:
    broken = tmp_path / "trasig.yml"
    text = EXAMPLE.read_text(encoding="utf-8").replace("2027-01-01", "2027-13-01", 1).replace("mål:", "måll:", 1)
    broken.write_text(text, encoding="utf-8")
    said = keyboard.wrong("agreement", "check", EXAMPLE, broken)
    assert said.count(f"{broken}:") >= 2
    assert f"{EXAMPLE}: inga fel" in said
    assert "Inget är sparat." in keyboard.wrong("import", broken)
    assert not keyboard.database.exists()


def test_a_dry_run_shows_what_an_import_then_does_and_a_second_import_changes_nothing(keyboard: Keyboard) -> None:
    planned = keyboard.right("import", EXAMPLE, "--dry-run")
    assert "inget är sparat" in planned
    assert "Ingen överenskommelse är inläst" in keyboard.wrong("forum", "list")
    done = keyboard.right("agreement", "import", EXAMPLE)
    lines = [line for line in planned.splitlines() if line.startswith("  ")]
    assert lines
    assert lines == [line for line in done.splitlines() if line.startswith("  ")]
    assert "Inget att ändra" in keyboard.right("import", EXAMPLE)


def test_an_agreement_is_shown_the_same_from_its_file_and_from_the_database(imported: Keyboard) -> None:
    assert imported.right("show", EXAMPLE) == imported.right("agreement", "show", "exempel-2027-2030")
    assert "Chefssamrådet" in imported.right("show")
    assert "exempel-2027-2030" in imported.wrong("show", "nagot-annat")


def test_the_schema_is_json(keyboard: Keyboard) -> None:
    assert json.loads(keyboard.right("agreement", "schema"))["$schema"].startswith("https://json-schema.org/")


def test_a_roster_goes_in_and_comes_out(imported: Keyboard, tmp_path: Path) -> None:
    assert "inget är sparat" in imported.right("roster", "import", ROSTER, "--dry-run")
    assert "Anna Ekdal" not in imported.right("roster", "export")
    imported.right("roster", "import", ROSTER)
    out = imported.right("roster", "export")
    assert out.startswith("seat,name,slack_user_id,email,role,from,to,slack_team_id\n")
    assert "Anna Ekdal" in out
    again = tmp_path / "ut.csv"
    again.write_text(out, encoding="utf-8")
    assert "Inget att ändra" in imported.right("roster", "import", again)


def test_a_roster_says_what_becomes_vacant_and_whose_turns_change_and_tells_those_concerned(
    imported: Keyboard, tmp_path: Path
) -> None:
    imported.right("roster", "import", ROSTER)
    roster = tmp_path / "ny.csv"
    roster.write_text("seat,name\nKommunpolis,\n", encoding="utf-8")
    for words in (("roster", "import", roster, "--dry-run"), ("roster", "import", roster)):
        said = imported.right(*words)
        assert "Kommunpolis i Chefssamrådet och Planeringsgruppen blir vakant nu" in said
        assert "Ordförande i Planeringsgruppen" in said
    with sqlite3.connect(imported.database) as rows:
        told = rows.execute(
            "SELECT count(*) FROM notice WHERE kind = 'seat' AND key LIKE 'roster:%:vacancy:%'"
        ).fetchone()
        trail = rows.execute("SELECT actor FROM audit_entry WHERE action = 'roster import'").fetchall()
    assert told[0] > 0
    assert {actor for (actor,) in trail} == {"kommandoraden"}


def test_a_roster_with_a_mistake_stores_nothing(imported: Keyboard, tmp_path: Path) -> None:
    roster = tmp_path / "fel.csv"
    roster.write_text("seat,name\nKommundirektör,Bo Ek\nTrollkarl,Ola Ek\n", encoding="utf-8")
    said = imported.wrong("roster", "import", roster)
    assert "fel.csv:3" in said
    assert "Bo Ek" not in imported.right("roster", "export")


def test_a_forum_is_linked_by_its_name(imported: Keyboard) -> None:
    imported.right("forum", "link", "planeringsgruppen", "C0PLANERING")
    assert "Planeringsgruppen (exempel-2027-2030): C0PLANERING" in imported.right("forum", "list")
    assert "Menade du Planeringsgruppen?" in imported.wrong("forum", "link", "planeringsgrupen", "C0X")
    assert "kanal-id" in imported.wrong("forum", "link", "planeringsgruppen", "#planering")


@pytest.mark.parametrize(("shape", "begins"), [("table", "Dag"), ("json", "["), ("ics", "BEGIN:VCALENDAR")])
def test_the_year_ahead_is_printed_in_three_shapes(imported: Keyboard, shape: str, begins: str) -> None:
    said = imported.right("preview", "--from", "2027-01-01", "--to", "2027-12-31", "--format", shape)
    assert said.startswith(begins)
    one = imported.right("preview", "--from", "2027-01-01", "--to", "2027-12-31", "--forum", "operativa gruppen")
    assert len(one.splitlines()) < len(
        imported.right("preview", "--from", "2027-01-01", "--to", "2027-12-31").splitlines()
    )


def test_calendar_of_two_agreements_holds_both_and_each_entry_once(imported: Keyboard) -> None:
    imported.right("import", NYKVARN)
    said = imported.right("preview", "--from", "2022-06-01", "--to", "2027-02-28", "--format", "ics")
    (calendar,) = Calendar.from_ical(said, multiple=True)
    events = list(calendar.walk("VEVENT"))
    uids = [str(event["uid"]) for event in events]
    assert len(set(uids)) == len(uids)
    assert {event["dtstart"].to_ical()[:4] for event in events} >= {b"2022", b"2027"}
    assert len({uid.partition("@")[2] for uid in uids}) == 2


def test_a_preview_of_nothing_sensible_says_why(imported: Keyboard) -> None:
    assert "inget datum" in imported.wrong("preview", "--from", "igår", "--to", "2027-12-31")
    assert "baklänges" in imported.wrong("preview", "--from", "2027-12-31", "--to", "2027-01-01")
    assert "table, json eller ics" in imported.wrong(
        "preview", "--from", "2027-01-01", "--to", "2027-02-01", "--format", "x"
    )
    assert "Inget forum heter" in imported.wrong(
        "preview", "--from", "2027-01-01", "--to", "2027-02-01", "--forum", "x"
    )


@pytest.mark.parametrize(
    "words",
    [
        ("show",),
        ("forum", "list"),
        ("forum", "link", "planeringsgruppen", "C0X"),
        ("roster", "export"),
        ("roster", "import", ROSTER),
        ("preview", "--from", "2027-01-01", "--to", "2027-12-31"),
    ],
)
def test_asking_about_a_database_that_is_not_there_says_so_and_makes_none(
    keyboard: Keyboard, words: tuple[str | Path, ...]
) -> None:
    assert "finns inte. Läs in en överenskommelse först" in keyboard.wrong(*words)
    assert not keyboard.database.exists()


@pytest.mark.parametrize("words", [("agreement", "check"), ("import",), ("show",), ("roster", "import")])
def test_a_file_that_is_not_there_or_not_text_is_a_sentence(
    imported: Keyboard, tmp_path: Path, words: tuple[str, ...]
) -> None:
    assert "saknas.yml" in imported.wrong(*words, tmp_path / "saknas.yml")
    assert imported.wrong(*words, tmp_path)  # a folder
    binary = tmp_path / "bild.yml"
    binary.write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff\xfe\x00")
    assert imported.wrong(*words, binary)


def test_a_broken_database_address_is_a_sentence(keyboard: Keyboard, tmp_path: Path) -> None:
    assert "mysql://" in keyboard.wrong("forum", "list", DATABASE_URL="mysql://x/y")
    rubbish = tmp_path / "rubbish.sqlite3"
    rubbish.write_text("no database " * 50)
    assert "går inte att använda" in keyboard.wrong("forum", "list", DATABASE_URL=f"sqlite:///{rubbish}")
    assert "går inte att använda" in keyboard.wrong("forum", "list", DATABASE_URL="postgresql://u:hemlig@127.0.0.1:1/x")
    assert "hemlig" not in keyboard.wrong("forum", "list", DATABASE_URL="postgresql://u:hemlig@127.0.0.1:1/x")


def test_a_wrong_clock_is_a_sentence_from_the_real_program(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "DATABASE_URL": f"sqlite:///{tmp_path / 'b.sqlite3'}"}
    found = subprocess.run(
        [sys.executable, "-m", "bot", "import", str(EXAMPLE)],
        cwd=ROOT,
        env={**environment, "SAMVERKANSBOT_CLOCK": "i morgon"},
        capture_output=True,
        check=False,
        text=True,
    )
    assert found.returncode == 1
    assert "i morgon" in found.stderr
    assert "Traceback" not in found.stderr


def test_a_reader_that_has_seen_enough_is_no_fault(tmp_path: Path) -> None:
    found = subprocess.run(
        f"{sys.executable} -m bot agreement schema | head -1",
        shell=True,
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        check=False,
        text=True,
    )
    assert found.stdout == "{\n"
    assert found.stderr == ""
