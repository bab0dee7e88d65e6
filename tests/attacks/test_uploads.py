"""What somebody may try with a file or an address: each test is named after what it tries."""

import gzip
import io
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot import texts
from bot.files import LARGEST, LONGEST_NAME, MOST_FILES, fetch, handed_in, is_slacks_address, is_text, safe_name
from bot.uploads import upload
from commands.call import Refused
from commands.tabular import csv_of, harmless
from tests.attacks.conftest import Siege

TOKEN = "xoxb-hemlig"
ROSTER = b"seat,name\nKommunpolis,Bertil Norgren\n"


@dataclass
class Elsewhere:
    """Two servers: one that is Slack's API to the bot, and one that is somebody else's and counts who comes."""

    api: str = ""
    foreign: str = ""
    visits: list[dict[str, str]] = field(default_factory=list)
    content: bytes = ROSTER
    fetched: int = 0

    @property
    def client(self) -> AsyncWebClient:
        return AsyncWebClient(token=TOKEN, base_url=f"{self.api}/api/")


async def _serve(app: web.Application) -> tuple[web.AppRunner, str]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    return runner, f"http://127.0.0.1:{runner.addresses[0][1]}"


@pytest_asyncio.fixture
async def elsewhere() -> AsyncIterator[Elsewhere]:
    there = Elsewhere()

    async def visited(request: web.Request) -> web.Response:
        there.visits.append(dict(request.headers))
        return web.Response(text="hit")

    async def file(_: web.Request) -> web.Response:
        there.fetched += 1
        return web.Response(body=there.content)

    async def away(_: web.Request) -> web.Response:
        raise web.HTTPFound(f"{there.foreign}/anything")

    async def place(_: web.Request) -> web.Response:
        return web.json_response({"ok": True, "upload_url": f"{there.foreign}/upload", "file_id": "F0"})

    foreign, api = web.Application(), web.Application()
    foreign.add_routes([web.route("*", "/{anything}", visited)])
    api.add_routes(
        [web.get("/files/list.csv", file), web.get("/away", away), web.post("/api/files.getUploadURLExternal", place)]
    )
    one, there.foreign = await _serve(foreign)
    other, there.api = await _serve(api)
    yield there
    await one.cleanup()
    await other.cleanup()


def view(*files: dict[str, Any]) -> dict[str, Any]:
    """A submitted form with a file field."""
    element = {"type": "file_input", "action_id": "file", "files": list(files)}
    return {
        "blocks": [{"type": "input", "block_id": "file", "element": {"type": "file_input", "action_id": "file"}}],
        "state": {"values": {"file": {"file": element}}},
    }


async def refusal(there: Elsewhere, *files: dict[str, Any]) -> str:
    with pytest.raises(Refused) as refused:
        await handed_in(there.client, view(*files))
    assert refused.value.fields == {"file": refused.value.sentence}
    return refused.value.sentence


@pytest.mark.asyncio
@pytest.mark.parametrize(("who", "fetched"), [("ledamot", False), ("utomstående", False), ("samordnare", True)])
async def test_a_file_from_one_who_may_not_hand_it_in_is_not_even_fetched(
    siege: Siege, elsewhere: Elsewhere, who: str, fetched: bool
) -> None:
    there = siege.desk.client
    there.base_url = f"{elsewhere.api}/api/"
    elsewhere.content = b"x" * 100
    file = {"name": "lista.csv", "url_private": f"{elsewhere.api}/files/list.csv"}
    sent = {"type": "file_input", "files": [file]}
    await siege.sends_in(who, {"callback_id": "samverkan lasin", "blocks": view()["blocks"]}, {"file": sent})
    assert bool(elsewhere.fetched) is fetched


# --- addresses --------------------------------------------------------------------------------------------------------

API = "https://slack.com/api/"


@pytest.mark.parametrize(
    "address",
    [
        "https://files.slack.com/files-pri/T0-F0/lista.csv",
        "https://slack.com/x",
        "https://nyby.enterprise.slack.com/x",
        "https://files.slack-gov.com/x",
        "https://files.slack.com:443/x",
    ],
)
def test_slacks_own_addresses_are_fetched(address: str) -> None:
    assert is_slacks_address(address, API)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://files.slack.com/x",  # not https: the token would be read on the way
        "https://slack.com.evil.example/x",
        "https://evilslack.com/x",
        "https://evil.example/slack.com",
        "https://evil.example/#slack.com",
        "https://files.slack.com@evil.example/x",
        "https://evil.example\\@files.slack.com/x",
        "https://evil.example\\.slack.com/x",
        "https://files.slack.com:8443/x",
        "https://files.slack.com:x/",
        "https://169.254.169.254/latest/meta-data/",
        "http://127.0.0.1:5432/",
        "https://[::1]/x",
        "https://localhost/x",
        "file:///etc/passwd",
        "ftp://files.slack.com/x",
        "gopher://files.slack.com/x",
        "//files.slack.com/x",
        "https://files.slack.com\n.evil.example/x",
        "https://files.slack.com .evil.example/x",
        "https://files.sla\u0441k.com/x",  # a Cyrillic letter
        "https://files\u3002slack\u3002com.evil.example/",
        "javascript:alert(1)",
    ],
)
def test_an_address_that_is_not_slacks_is_never_fetched(address: str) -> None:
    assert not is_slacks_address(address, API)


@pytest.mark.asyncio
async def test_the_token_is_not_sent_to_a_server_that_a_form_names(elsewhere: Elsewhere) -> None:
    said = await refusal(elsewhere, {"name": "lista.csv", "url_private_download": f"{elsewhere.foreign}/lista.csv"})
    assert said == texts.FILE_LOST
    assert not elsewhere.visits


@pytest.mark.asyncio
async def test_an_answer_that_sends_the_bot_elsewhere_is_not_followed(elsewhere: Elsewhere) -> None:
    with pytest.raises(ValueError, match="302"):
        await fetch(elsewhere.client, f"{elsewhere.api}/away")
    assert not elsewhere.visits


@pytest.mark.asyncio
async def test_a_file_is_not_uploaded_to_a_server_that_is_not_slacks(elsewhere: Elsewhere) -> None:
    with pytest.raises(ValueError, match="not an address"):
        await upload(elsewhere.client, "D0", "export.zip", b"hemligt")
    assert not elsewhere.visits


# --- what is in the file ----------------------------------------------------------------------------------------------


def zip_bomb() -> bytes:
    """Ten megabytes of nothing in ten kilobytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"0" * 10_000_000)
    return out.getvalue()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "content",
    [zip_bomb(), gzip.compress(b"0" * 10_000_000), b"\xd0\xcf\x11\xe0" + b"x" * 50, b"%PDF-1.7", b"seat,name\x00\n"],
    ids=["zip or XLSX bomb", "gzip bomb", "old Excel", "PDF", "NUL"],
)
async def test_what_is_no_text_is_refused_unread_whatever_it_is_called(elsewhere: Elsewhere, content: bytes) -> None:
    elsewhere.content = content
    said = await refusal(elsewhere, {"name": "lista.csv", "url_private": f"{elsewhere.api}/files/list.csv"})
    assert said == texts.FILE_NOT_TEXT


@pytest.mark.asyncio
async def test_a_file_that_is_too_large_is_not_read_to_its_end(elsewhere: Elsewhere) -> None:
    elsewhere.content = b"a" * (LARGEST + 50_000)
    assert len(await fetch(elsewhere.client, f"{elsewhere.api}/files/list.csv")) == LARGEST + 1
    said = await refusal(elsewhere, {"name": "lista.csv", "url_private": f"{elsewhere.api}/files/list.csv"})
    assert said == texts.FILE_TOO_LARGE


@pytest.mark.asyncio
async def test_many_files_at_once_are_refused(elsewhere: Elsewhere) -> None:
    one = {"name": "lista.csv", "url_private": f"{elsewhere.api}/files/list.csv"}
    assert await refusal(elsewhere, *[one] * (MOST_FILES + 1)) == texts.TOO_MANY_FILES


@pytest.mark.asyncio
async def test_a_plain_list_is_taken(elsewhere: Elsewhere) -> None:
    one = {"name": "../../etc/passwd", "url_private": f"{elsewhere.api}/files/list.csv"}
    assert await handed_in(elsewhere.client, view(one)) == (("passwd", ROSTER),)


def test_a_list_in_utf_16_as_windows_saves_it_is_text() -> None:
    assert is_text("seat,name\n".encode("utf-16"))
    assert is_text("funktion;namn\nPK;Åke\n".encode())
    assert not is_text(zip_bomb())


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("lista.csv", "lista.csv"),
        ("../../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system32\\x.csv", "x.csv"),
        ("C:lista.csv", "lista.csv"),
        ("/", "fil"),
        ("..", "fil"),
        ("", "fil"),
        ("a\x00b\n\u202efdc.csv", "abfdc.csv"),  # the override would turn the name round
        ("a" * 500, "a" * LONGEST_NAME),
    ],
)
def test_a_files_name_is_only_a_name(name: str, shown: str) -> None:
    assert safe_name(name) == shown


# --- formulas in what the bot gives out -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+46701740605",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "\u200b=1",
        "\ufeff=1",
        "'=1",
        '"=1',
        "\uff1d1+1",
        "|cmd",
        "%0A=1",
    ],
)
def test_a_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Mötet = bra", "a@b.example", "3-4", "2027-01-01", "'n Annan", "Åsa"])
def test_a_text_that_is_none_is_left_as_it_is(text: str) -> None:
    assert harmless(text) == text


def test_no_cell_of_a_csv_file_begins_as_a_formula_and_numbers_stay_numbers() -> None:
    content = csv_of(["A", "=B"], [["=1", -3], ["rad\n=2", 4.5]]).decode("utf-8-sig")
    assert content == "A;'=B\r\n'=1;-3\r\n\"rad\n=2\";4.5\r\n"
