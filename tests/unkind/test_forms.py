"""Whatever stands in a form's fields when it is sent in: an answer, nothing half written, nobody pinged."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import texts
from bot.blocks import filled
from commands import COMMANDS
from sandbox.blockkit import problems
from tests.bot.conftest import ANNA, Office
from tests.bot.standin import Json
from tests.guard.surfaces import filled_in, memory, walk
from tests.unkind.unkind import (
    CRAFTED,
    LONG,
    QUICK,
    TEXTS,
    WRONG,
    assert_inside_limits,
    assert_no_ping,
    assert_outbox_pings_nobody,
)

# a failure is told with all that has been sent, which is long
pytestmark = pytest.mark.filterwarnings("ignore:Generating overly large repr")
FAULT = "(ref "
STATES = st.one_of(
    TEXTS.map(lambda text: {"type": "plain_text_input", "value": text}),
    TEXTS.map(lambda text: {"type": "datepicker", "selected_date": text}),
    TEXTS.map(lambda text: {"type": "timepicker", "selected_time": text}),
    TEXTS.map(lambda text: {"type": "static_select", "selected_option": {"value": text}}),
    st.lists(TEXTS, max_size=3).map(
        lambda texts: {"type": "checkboxes", "selected_options": [{"value": each} for each in texts]}
    ),
    WRONG.map(lambda wrong: {"type": "static_select", "selected_option": wrong}),
    WRONG.map(lambda wrong: {"type": "checkboxes", "selected_options": wrong}),
    WRONG.map(lambda wrong: {"value": wrong}),
    WRONG.map(lambda wrong: {"type": "file_input", "files": wrong}),
    WRONG,
)


async def sent(office: Office, view: Json, values: Any) -> None:
    """Sends the form in; asserts everything that must hold."""
    asked, changes, before = len(office.slack.asked), len(office.changes), memory(office)
    body = office.submission(view, {}, ANNA)
    body["view"]["state"] = {"values": values}
    answer = await office.sends(body)
    assert answer.status == 200
    told = json.loads(answer.body) if answer.body else {}
    assert told.get("response_action") in ("errors", "update", "push"), "silence"
    assert FAULT not in str(told), told
    if "view" in told:
        assert problems(told["view"]) == []
        assert_no_ping(told)
    assert_inside_limits(office, asked)
    if len(office.changes) == changes:
        assert memory(office) == before


@pytest.mark.asyncio
async def test_crafted_texts_in_every_field_of_every_form(office: Office) -> None:
    forms = await walk(office)
    for number, view in enumerate(forms.values()):
        for place, name in enumerate(filled_in(view)):
            for text in CRAFTED[(3 * number + place) % 16 :: 16]:  # every field some of them, every text many fields
                await sent(
                    office, view, {**filled_in(view), name: {"value": {"type": "plain_text_input", "value": text}}}
                )
    await assert_outbox_pings_nobody(office)


@pytest.mark.torture
@pytest.mark.parametrize("number", ["²", "１２", "9" * 10, "9" * 18, "x", ""])
@pytest.mark.asyncio
async def test_contexts_that_look_like_numbers_are_no_fault_on_postgresql(
    office_on_postgres: Office, number: str
) -> None:
    context = dict.fromkeys(("forum", "occasion", "commitment", "version", "matter", "measure", "decision"), number)
    for command in ("mote boka", "mote planera", "mote anteckningar", "mote besluta", "samverkan byt", "logga"):
        for forum in (number, "1"):
            states = {name: {"type": "plain_text_input", "value": number} for name in ("what", "seat", "year")}
            await anything_sent(office_on_postgres, command, states, {**context, "forum": forum, "year": number})


FIELDS = st.sampled_from(
    [
        "activity",
        "on",
        "at",
        "place",
        "outcome",
        "participants",
        "parties",
        "goal_result",
        "text",
        "visibility",
        "what",
        "forum",
        "title",
        "reason",
        "act",
        "name",
        "seat",
        "starts",
        "slack_id",
        "slack_team",
        "file",
        "day1",
        "last",
        "due",
        "state",
        "kind",
        "responsible",
    ]
)
VIEWS = st.sampled_from([command.name for command in COMMANDS])


async def anything_sent(office: Office, command: str, states: dict[str, Any], context: Any) -> None:
    blocks: list[Json] = [
        {"type": "input", "block_id": name, "element": {"type": "plain_text_input", "action_id": "value"}}
        for name in [*states, "one more"]
    ]
    metadata = json.dumps({"context": context, "request": "r"})
    view: Json = {"type": "modal", "callback_id": command, "blocks": blocks, "private_metadata": metadata}
    view["title"] = {"type": "plain_text", "text": "Formulär"}
    view["submit"] = {"type": "plain_text", "text": "Spara"}
    for block in blocks:
        block["label"] = {"type": "plain_text", "text": "Fält"}
    await sent(office, view, {name: {"value": state} for name, state in states.items()})


CONTEXTS = st.one_of(
    st.dictionaries(
        st.sampled_from(["forum", "occasion", "commitment", "version", "matter", "first", "measure"]), TEXTS
    ),
    WRONG,
)


@given(VIEWS, st.dictionaries(FIELDS, STATES, max_size=6), CONTEXTS)
@QUICK
@pytest.mark.asyncio
async def test_any_states_and_any_context_for_any_command(
    office: Office, command: str, states: dict[str, Any], context: Any
) -> None:
    await anything_sent(office, command, states, context)


@pytest.mark.torture
@given(VIEWS, st.dictionaries(FIELDS, STATES, max_size=6), CONTEXTS)
@LONG
@pytest.mark.asyncio
async def test_any_states_and_any_context_for_long(
    office: Office, command: str, states: dict[str, Any], context: Any
) -> None:
    await anything_sent(office, command, states, context)


@given(st.dictionaries(st.text(max_size=5), st.one_of(WRONG, st.dictionaries(st.text(max_size=3), STATES, max_size=2))))
@QUICK
def test_whatever_a_state_looks_like_it_is_read(values: Any) -> None:
    for held in ({"state": {"values": values}}, {"state": values}, {"state": None}, {}):
        assert isinstance(filled(held), dict)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2200-01-01", "1899-12-31"])
@pytest.mark.asyncio
async def test_a_day_no_calendar_reaches_is_refused_at_its_field(office: Office, day: str) -> None:
    await office.says("/logga aktivitet")
    view = office.slack.of("views.open")[-1]["view"]
    before = memory(office)
    body = office.submission(view, {}, ANNA)
    body["view"]["state"] = {
        "values": {**filled_in(view), "on": {"value": {"type": "datepicker", "selected_date": day}}}
    }
    told = json.loads((await office.sends(body)).body)
    assert told == {"response_action": "errors", "errors": {"on": texts.FAR_OFF}}
    assert memory(office) == before
