"""Long lists are searched: what is typed is looked for among all five hundred seats, for those who may see them."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from slack_sdk.web.async_client import AsyncWebClient

from bot.app import Desk, build_app
from bot.blocks import OPTIONS, Asked, form_view
from bot.clock import Clock
from bot.suggesting import matching
from commands.call import Field, Form, Option
from sandbox.blockkit import view_problems
from tests.bot.conftest import Office
from tests.bot.county import FORUMS, NOW, SEATS, found
from tests.bot.standin import Json, StandIn
from tests.databases import database_at, lay_on_sqlite

COORDINATOR = {"id": "U0P0", "name": "person", "team_id": "T1"}
NOBODY = {"id": "U0NOBODY", "name": "nobody", "team_id": "T1"}
PLACES = [Option("Tunnan", "1"), Option("Öster om tunneln", "2"), Option("Tunnelbanan", "3", description="öster")]


@pytest_asyncio.fixture
async def county(tmp_path: Path) -> AsyncIterator[Office]:
    """The county's coordinator at work, Slack stood in for."""
    laid = lay_on_sqlite(tmp_path, found)
    database = database_at(laid.copied_file(tmp_path))
    async with StandIn().running() as slack:
        changes: list[str] = []
        client = AsyncWebClient(token="xoxb-test", base_url=slack.api_url, retry_handlers=[])
        desk = Desk(database, Clock(NOW), client, laid.known, "T1", "UBOT", after_change=lambda: changes.append("x"))
        yield Office(slack, database, desk, build_app(desk), changes)
    await database.close()


async def decision(office: Office) -> Json:
    """The form of a decision, opened by the coordinator: a matter is raised first, to have something to decide."""
    await office.says("/mote arende", COORDINATOR)
    raising = office.slack.of("views.open")[-1]["view"]
    (forum,) = [block for block in raising["blocks"] if block.get("block_id") == "forum"]
    first = forum["element"]["options"][0]
    body = office.submission(raising, {"title": {"type": "plain_text_input", "value": "Belysningen"}}, COORDINATOR)
    body["view"]["state"]["values"]["forum"] = {"value": {"type": "static_select", "selected_option": first}}
    await office.sends(body)
    shown = json.loads((await office.says("/mote arenden", COORDINATOR)).body)
    (words,) = [
        element["value"]
        for block in shown["blocks"]
        for element in block.get("elements", ())
        if element.get("action_id", "").startswith("arende besluta")
    ]
    await office.presses("arende besluta", words, COORDINATOR)
    view = office.slack.of("views.open")[-1]["view"]
    assert view_problems(view) == []
    return dict(view)


async def offered(office: Office, view: Json, field: str, typed: str, user: Json = COORDINATOR) -> list[Json]:
    answer = await office.sends(
        {
            "type": "block_suggestion",
            "team": {"id": "T1"},
            "user": dict(user),
            "view": {**view, "id": "V1", "type": "modal"},
            "action_id": "value",
            "block_id": field,
            "value": typed,
        }
    )
    return list(json.loads(answer.body)["options"])


def labels(options: list[Json]) -> list[str]:
    return [option["text"]["text"] for option in options]


@pytest.mark.asyncio
async def test_a_responsible_function_is_found_among_five_hundred_by_typing(county: Office) -> None:
    view = await decision(county)
    (responsible,) = [block for block in view["blocks"] if block.get("block_id") == "responsible"]
    assert responsible["element"]["type"] == "external_select"
    assert len(await offered(county, view, "responsible", "")) == OPTIONS
    assert labels(await offered(county, view, "responsible", "funktion 37-1"))[0].startswith("Funktion 37-1")
    assert labels(await offered(county, view, "responsible", "FUNKTION  50-10")) == ["Funktion 50-10"]
    assert await offered(county, view, "responsible", "kyrkvaktmästare") == []


@pytest.mark.asyncio
async def test_every_seat_is_reached_and_searching_changes_nothing(county: Office) -> None:
    view = await decision(county)
    county.changes.clear()
    reached: set[str] = set()
    for number in range(1, FORUMS + 1):
        reached |= set(labels(await offered(county, view, "responsible", f"Funktion {number}-")))
    assert len([label for label in reached if label.startswith("Funktion")]) == FORUMS * SEATS
    assert county.changes == []


@pytest.mark.asyncio
async def test_who_may_not_open_the_form_is_offered_nothing(county: Office) -> None:
    view = await decision(county)
    assert await offered(county, view, "responsible", "funktion", NOBODY) == []
    elsewhere = {**view, "private_metadata": json.dumps({"context": {}, "asked": {"words": "ä:999", "channel_id": ""}})}
    assert await offered(county, elsewhere, "responsible", "funktion") == []
    assert await offered(county, {**view, "callback_id": "finns inte"}, "responsible", "funktion") == []
    assert await offered(county, view, "title", "funktion") == []


@pytest.mark.asyncio
async def test_what_was_chosen_stands_when_the_guard_asks(county: Office) -> None:
    view = await decision(county)
    (chosen,) = await offered(county, view, "responsible", "funktion 50-10")
    written = {"type": "plain_text_input", "value": "Ring 070-174 06 05 om lampan"}
    on = {"type": "datepicker", "selected_date": "2027-10-20"}
    body = county.submission(view, {"text": written, "on": on}, COORDINATOR)
    body["view"]["state"]["values"]["responsible"] = {"value": {"type": "external_select", "selected_option": chosen}}
    answer = json.loads((await county.sends(body)).body)
    assert answer["response_action"] == "update", answer
    (again,) = [block for block in answer["view"]["blocks"] if block.get("block_id") == "responsible"]
    assert again["element"]["initial_option"] == chosen
    assert view_problems(answer["view"]) == []


def test_what_begins_as_typed_comes_first_and_marks_do_not_matter() -> None:
    assert [each.value for each in matching(PLACES, "tunn")] == ["1", "3", "2"]
    assert [each.value for each in matching(PLACES, "oster TUNNEL")] == ["2", "3"]
    assert [each.value for each in matching(PLACES, "")] == ["1", "2", "3"]


@pytest.mark.parametrize("kind", ["choice", "many"])
def test_a_form_that_cannot_be_made_anew_shows_its_list_in_groups(kind: Any) -> None:
    many = tuple(Option(f"Plats {number}", str(number)) for number in range(101))
    form = Form("lage", "Läget", (Field("place", "Plats", kind, options=many, value="7"),))
    grouped = form_view(form, "r")["blocks"][0]["element"]
    searched = form_view(form, "r", asked=Asked("", ""))["blocks"][0]["element"]
    too_long = form_view(form, "r", asked=Asked("x" * 3_000, ""))["blocks"][0]["element"]
    assert "external" in searched["type"]
    assert [len(group["options"]) for group in grouped["option_groups"]] == [100, 1]
    assert grouped == too_long
