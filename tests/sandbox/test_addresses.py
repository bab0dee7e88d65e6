"""The page's addresses, who may use them, and the command line."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, FormData
from ruamel.yaml import YAML

from sandbox.server import Sandbox
from sandbox.world import WorldError, world_of
from tests.sandbox.apps import TEXT, Heard, Json, button, field, modal, row
from tests.sandbox.conftest import client_of, connected
from tests.sandbox.town import WORLD, manifest


class Browser:
    """What a page asks, as one person."""

    def __init__(self, http: ClientSession, slack: Sandbox, user: str) -> None:
        self._http, self._slack, self._user = http, slack, user

    async def gets(self, path: str) -> Any:
        """GET /page/PATH as this person."""
        async with self._http.get(f"{self._slack.address}/page/{path}", params={"as": self._user}) as answer:
            return await answer.json()

    async def does(self, path: str, **body: Any) -> Json:
        """POST /page/PATH as this person."""
        async with self._http.post(f"{self._slack.address}/page/{path}", json={"as": self._user, **body}) as answer:
            found: Json = await answer.json()
            return found


@asynccontextmanager
async def browsing(slack: Sandbox, user: str = "U0ANNA") -> AsyncIterator[Browser]:
    async with ClientSession() as http:
        yield Browser(http, slack, user)


@pytest.mark.asyncio
async def test_the_page_knows_people_places_and_commands(slack: Sandbox) -> None:
    await client_of(slack).chat_postMessage(channel="C0PLAN", text="Hej")
    async with browsing(slack) as anna:
        people = await anna.gets("people")
        world = await anna.gets("world")
        assert [one["id"] for one in people if one["external"]] == ["U0CECILIA", "U0BERTIL"]
        assert [one["id"] for one in world["conversations"]] == ["C0PLAN", "C0OPPEN", "C0CHEF", "C0OPER", "D0ANNA"]
        plan = world["conversations"][0]
        assert (plan["unread"], plan["shared"], plan["private"], plan["kind"]) == (1, True, False, "channel")
        assert world["commands"][0]["usage_hint"] == "[aktivitet]"
        assert world["clock"]["text"] == "mån 11 jan 2027 kl. 08.00 (v. 2)"
        assert world["clock"]["rehearsal"] is False

        read = await anna.gets("conversation/C0PLAN")
        assert [(one["text"], one["bot"], one["ephemeral"]) for one in read["messages"]] == [("Hej", True, False)]
        assert read["messages"][0]["day"] == "måndag 11 januari 2027"
        assert (await anna.gets("world"))["conversations"][0]["unread"] == 0
        assert (await anna.gets("conversation/C0INGEN"))["error"] == "channel_not_found"


@pytest.mark.asyncio
async def test_a_form_is_filled_in_on_the_page(slack: Sandbox) -> None:
    heard = Heard(slack)
    async with browsing(slack) as anna, connected(slack, heard.app):
        await anna.does("say", channel="C0PLAN", text="/logga")
        trigger = heard.of("/logga")[0]["trigger_id"]
        form = modal(row(button("Mer")), field("Vad", TEXT), callback_id="form")
        await heard.client.views_open(trigger_id=trigger, view=form)
        (shown,) = (await anna.gets("modal"))["stack"]
        place = {"view_id": shown["id"]}
        assert (await anna.does("modal/submit", **place, state={"values": {}}))["errors"] == {
            "Vad": "Fyll i det här fältet."
        }
        typed = {"values": {"Vad": {"x": {"type": "plain_text_input", "value": "vandring"}}}}
        assert (await anna.does("modal/press", **place, block_id="row", action_id="press", state=typed))["ok"]
        assert (await anna.does("modal/submit", **place, state=typed))["ok"]
        assert (await anna.gets("modal"))["stack"] == []
        assert (await anna.does("modal/close", **place))["error"] == "view_not_found"
    assert heard.of("block_actions")[0]["view"]["state"]["values"]["Vad"]["x"]["value"] == "vandring"
    assert heard.of("view_submission")[0]["view"]["state"]["values"]["Vad"]["x"]["value"] == "vandring"


@pytest.mark.asyncio
async def test_another_persons_form_is_out_of_reach(slack: Sandbox) -> None:
    trigger = slack.workspace.triggers.give("U0ANNA")
    view = (await client_of(slack).views_open(trigger_id=trigger, view=modal()))["view"]
    async with browsing(slack, "U0OSKAR") as oskar:
        assert (await oskar.does("modal/submit", view_id=view["id"], state={}))["error"] == "view_not_found"


@pytest.mark.asyncio
async def test_the_page_is_told_what_changes_for_its_person(slack: Sandbox) -> None:
    address = f"{slack.address}/page/events"
    async with ClientSession() as http, http.get(address, params={"as": "U0OSKAR"}) as stream:
        await stream.content.readline()
        await client_of(slack).chat_postMessage(channel="C0OPER", text="Inte för Oskar")
        await client_of(slack).chat_postMessage(channel="C0PLAN", text="För alla")
        lines = [(await asyncio.wait_for(stream.content.readline(), 5)).decode() for _ in range(2)]
    (line,) = [line for line in lines if line.startswith("data:")]
    assert json.loads(line.removeprefix("data:")) == {"changed": ["conversation:C0PLAN", "world"]}


@pytest.mark.asyncio
async def test_a_file_for_a_form_is_uploaded_on_the_page(slack: Sandbox) -> None:
    form = FormData()
    form.add_field("as", "U0ANNA")
    form.add_field("file", b"innehall", filename="protokoll.pdf")
    async with ClientSession() as http, http.post(f"{slack.address}/page/upload", data=form) as answer:
        sent = await answer.json()
    assert (await client_of(slack).files_info(file=sent["id"]))["file"]["mimetype"] == "application/pdf"


@pytest.mark.asyncio
async def test_joining_a_public_channel_shows_it(slack: Sandbox) -> None:
    async with browsing(slack, "U0OSKAR") as oskar:
        assert (await oskar.does("join", channel="C0OPPEN"))["ok"]
        assert (await oskar.does("join", channel="C0CHEF"))["error"] == "channel_not_found"
        assert "C0OPPEN" in [one["id"] for one in (await oskar.gets("world"))["conversations"]]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "headers", [{"host": "evil.example"}, {"origin": "https://evil.example"}, {"origin": "null"}, {"host": "10.0.0.1"}]
)
@pytest.mark.parametrize("path", ["/page/people", "/", "/api/auth.test", "/sandbox/faults", "/link/"])
async def test_only_this_machines_own_page_is_answered(slack: Sandbox, headers: Json, path: str) -> None:
    async with ClientSession() as http, http.get(slack.address + path, headers=headers) as answer:
        assert answer.status == 403


@pytest.mark.asyncio
async def test_a_form_of_another_site_cannot_act(slack: Sandbox) -> None:
    body = json.dumps({"as": "U0ANNA", "channel": "C0PLAN", "text": "Hej"})
    headers = {"content-type": "text/plain"}
    async with ClientSession(headers=headers) as http, http.post(f"{slack.address}/page/say", data=body) as answer:
        assert answer.status == 415
    assert slack.member("Anna").sees("C0PLAN") == []


@pytest.mark.asyncio
async def test_the_page_itself_is_served(slack: Sandbox) -> None:
    async with ClientSession() as http:
        async with http.get(slack.address + "/") as answer:
            assert "text/html" in answer.headers["content-type"]
        async with http.get(slack.address + "/static/main.js") as answer:
            assert answer.status == 200


def test_a_world_with_an_unknown_member_is_refused() -> None:
    wrong = {**WORLD, "channels": [{"id": "C1", "name": "x", "members": ["U0INGEN"]}]}
    with pytest.raises(WorldError, match="U0INGEN"):
        world_of(wrong)


@pytest.mark.asyncio
async def test_the_command_line_starts_it_and_a_signal_ends_it_with_everything_kept(tmp_path: Path) -> None:
    for name, content in (("world.yml", {**WORLD, "manifest": "manifest.yml"}), ("manifest.yml", manifest())):
        with (tmp_path / name).open("w", encoding="utf-8") as file:
            YAML().dump(content, file)
    arguments = ["--world", "world.yml", "--state", "slack.json", "--port", "0", "--clock", "2027-01-11T08:00"]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", *arguments, cwd=tmp_path, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    address = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()
    async with ClientSession() as http, http.get(f"{address}/page/world", params={"as": "U0ANNA"}) as answer:
        assert [one["command"] for one in (await answer.json())["commands"]] == ["/logga", "/lage"]
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 10) == 0
    assert json.loads((tmp_path / "slack.json").read_text(encoding="utf-8"))["now"].startswith("2027-01-11")
