"""Rosters and agreement files of any content: every mistake told, never a fault, nothing stored by halves. A workbook
(XLSX) is not read: it is said how to save it."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from aiohttp import web
from hypothesis import example, given
from hypothesis import strategies as st

from bot import texts
from bot.cli.roster import import_file
from commands.guard.gate import lines_stopped, readable
from storage.agreements.reading import read
from storage.agreements.roster import COLUMNS, import_roster, read_roster
from tests.bot.conftest import ANNA, Office
from tests.guard.surfaces import memory
from tests.storage.agreements.files import EXAMPLE
from tests.unkind.unkind import CRAFTED, LONG, QUICK, TEXTS, workbook

HEADER = ",".join(COLUMNS[:7])
CELLS = st.one_of(
    TEXTS.map(lambda text: text[:500]), st.sampled_from(["Kommunpolis", "ordinarie", "2027-01-01", "U0X", ""])
)
ROWS = st.lists(st.lists(CELLS, max_size=9), max_size=6)


def csv_of(rows: list[list[str]]) -> str:
    return "\n".join([HEADER, *(",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in rows)])


@given(st.one_of(st.binary(max_size=300), ROWS.map(lambda rows: csv_of(rows).encode("utf-8", "surrogatepass"))))
@example(b"\xff\xfe\x00")
@example(b"\xff\xfe" + "seat,name\nA,B".encode("utf-16-le"))
@example(b"seat,name\n" + b"x" * 200_000)
@example(b'seat,name\n"' + b"y" * 200_000)
@example(b"PK\x03\x04 not a text at all \x00\x01")
@QUICK
def test_a_roster_of_any_content_is_read_or_its_mistakes_are_told(content: bytes) -> None:
    rows, problems = read_roster(content)
    assert rows or problems or content.strip() or not content
    for problem in problems:
        assert problem.sentence("lista.csv")
    assert isinstance(lines_stopped(readable(content), date(2027, 1, 1)), list)


SEAT = ("Kommunpolis", "Bertil Ek", "640823-3234")


def test_a_workbook_on_the_command_line_is_told_to_be_saved_as_csv_and_nothing_is_stored(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "lista.xlsx"
    file.write_bytes(workbook(("seat", "name", "note"), SEAT))
    with pytest.raises(typer.Exit) as ended:
        import_file(file)
    assert ended.value.exit_code == 1
    said = " ".join(capsys.readouterr().err.split())
    assert "Spara listan som CSV (i Excel: Spara som, CSV UTF-8)" in said
    assert "640823" not in said


UPLOADS = st.one_of(
    st.binary(max_size=300),
    ROWS.map(lambda rows: csv_of(rows).encode("utf-8", "surrogatepass")),
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=20), max_size=4).map(
        lambda cells: workbook(tuple(cell.replace("<", "").replace("&", "") for cell in cells))
    ),
)


async def handed_over(office: Office, content: bytes, name: str) -> str:
    """The file in the form for lists, as Slack hands it over; what is said of it."""

    async def file(_: web.Request) -> web.Response:
        return web.Response(body=content)

    server = web.Application()
    server.add_routes([web.get("/files/list", file)])
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    office.desk.client.base_url = f"http://{host}:{port}/api/"
    try:
        element = {
            "type": "file_input",
            "action_id": "value",
            "files": [{"name": name, "url_private": f"http://{host}:{port}/files/list"}],
        }
        view: dict[str, Any] = {
            "type": "modal",
            "callback_id": "samverkan lasin",
            "private_metadata": json.dumps({"context": {}, "request": "r"}),
            "title": {"type": "plain_text", "text": "Lista"},
            "blocks": [
                {
                    "type": "input",
                    "block_id": "file",
                    "label": {"type": "plain_text", "text": "Fil"},
                    "element": {"type": "file_input", "action_id": "value"},
                }
            ],
        }
        body = office.submission(view, {}, ANNA)
        body["view"]["state"] = {"values": {"file": {"value": element}}}
        answer = await office.sends(body)
    finally:
        office.desk.client.base_url = office.slack.api_url
        await runner.cleanup()
    assert answer.status == 200
    return answer.body or ""


@pytest.mark.asyncio
async def test_a_workbook_handed_in_through_slack_is_told_to_be_saved_as_csv(office: Office) -> None:
    before = memory(office)
    for name in ("lista.xlsx", "lista.csv"):
        said = json.loads(await handed_over(office, workbook(("seat", "name"), SEAT[:2]), name))
        assert said["errors"] == {"file": texts.FILE_NOT_TEXT}
    assert memory(office) == before


@given(UPLOADS, TEXTS)
@QUICK
@pytest.mark.asyncio
async def test_any_file_handed_in_through_slack_is_answered_and_stores_nothing_by_halves(
    office: Office, content: bytes, name: str
) -> None:
    before, changes = memory(office), len(office.changes)
    said = await handed_over(office, content, name.replace("\ud800", "").encode("utf-8", "ignore").decode()[:100])
    assert "(ref " not in said, said
    assert said, "silence"
    if len(office.changes) == changes:
        assert memory(office) == before


@given(ROWS)
@QUICK
@pytest.mark.asyncio
async def test_a_roster_with_a_mistake_stores_nothing(office: Office, rows: list[list[str]]) -> None:
    content = csv_of(rows).encode("utf-8", "surrogatepass")
    before = memory(office)
    async with office.database.transaction() as session:
        result = await import_roster(session, office.desk.workspace_id, content, date(2027, 1, 11))
    if result.problems or not result.changes:
        assert memory(office) == before


WHOLE = EXAMPLE.decode() if isinstance(EXAMPLE, bytes) else str(EXAMPLE)
LINES = WHOLE.splitlines()


def spoilt(changes: list[tuple[int, str, str]]) -> str:
    """The example agreement with some lines taken away, doubled, indented or replaced."""
    lines = list(LINES)
    for number, act, text in changes:
        at = number % len(lines)
        match act:
            case "drop":
                lines[at] = ""
            case "double":
                lines[at] += "\n" + lines[at]
            case "indent":
                lines[at] = "  " + lines[at]
            case "value":
                lines[at] = lines[at].partition(":")[0] + ": " + text
            case _:
                lines[at] = text
    return "\n".join(lines)


CHANGES = st.lists(
    st.tuples(
        st.integers(0, len(LINES) - 1),
        st.sampled_from(["drop", "double", "indent", "value", "replace"]),
        TEXTS.map(lambda text: text[:300]),
    ),
    min_size=1,
    max_size=4,
)


def assert_read(content: str | bytes) -> None:
    found, problems = read(content)
    assert found is not None or problems
    for problem in problems:
        assert problem.sentence("avtal.yml")


@given(CHANGES)
@QUICK
def test_an_agreement_spoilt_in_any_way_is_read_or_its_mistakes_are_told(changes: list[tuple[int, str, str]]) -> None:
    assert_read(spoilt(changes))


@pytest.mark.torture(minutes=1)
@given(CHANGES)
@LONG
def test_an_agreement_spoilt_in_any_way_for_long(changes: list[tuple[int, str, str]]) -> None:
    assert_read(spoilt(changes))


@given(st.one_of(st.binary(max_size=300), TEXTS))
@example(b"\xff\xfe")
@example("a: &a [*a]")
@example("a: &a [x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]")
@example("!!python/object/apply:os.system [ls]")
@example("? [a]\n: b")
@example("- " * 3_000)
@example("[" * 3_000)
@example("a:\n" + "\n".join(f"{' ' * depth}b:" for depth in range(1, 400)))
@QUICK
def test_a_file_of_any_content_is_no_agreement_and_that_is_told(content: str | bytes) -> None:
    assert_read(content)


@pytest.mark.parametrize("text", CRAFTED, ids=range(len(CRAFTED)))
def test_crafted_texts_as_whole_files(text: str) -> None:
    assert_read(text)
    assert isinstance(read_roster(f"seat,name\n{text},{text}")[1], list)
