"""No way in goes past the guard: every command registered, every form reachable, events and presses, through Bolt."""

import ast
import logging
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.app import build_app
from commands import COMMANDS
from commands.call import Command
from commands.guard.gate import Inspection
from commands.texts import guard as texts
from sandbox.blockkit import problems
from tests.bot.conftest import ANNA, Office
from tests.bot.standin import Json
from tests.guard.surfaces import blocks, everything, filled_in, free_fields, memory, said, submit, walk

NUMBER = "640823-3234"
HIDDEN = "6408233234"
PHONE = "070-123 45 67"
ROOT = Path(__file__).parent.parent.parent


def nowhere(office: Office, answer: object, caplog: pytest.LogCaptureFixture) -> None:
    """The number stands in no answer, no call to Slack, no table and no line of the log."""
    places = {
        "answer": repr(answer),
        "slack": repr([office.slack.asked, office.slack.heard]),
        "memory": everything(office),
        "log": caplog.text + repr([record.__dict__ for record in caplog.records]),
    }
    for place, text in places.items():
        assert NUMBER not in text, place
        assert HIDDEN not in text, place
        assert "0823-3234" not in text, place


def test_only_one_place_runs_a_command() -> None:
    places = set()
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(function, ast.AsyncFunctionDef | ast.FunctionDef):
                places |= {(path.name, function.name) for node in ast.walk(function) if runs(node)}
    assert places == {("app.py", "carry_out")}


def runs(node: ast.AST) -> bool:
    """command.run, or commands.carrying.carried_out, which is that with a trace."""
    if isinstance(node, ast.Attribute):
        return node.attr == "run" and getattr(node.value, "id", "") == "command"
    return isinstance(node, ast.Name) and node.id == "carried_out"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda each: each.name)
@pytest.mark.asyncio
async def test_every_command_is_stopped_typed_pressed_and_sent(
    office: Office, command: Command, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    before = memory(office)
    typed = said(await office.says(f"/{command.name} {NUMBER}"))
    assert texts.IDENTITY_NUMBER in typed["text"]
    await office.presses(command.name, f"sagt av {NUMBER}")
    assert office.slack.heard[-1]["text"] == texts.IDENTITY_NUMBER
    block = {"type": "input", "block_id": "whatever", "element": {"type": "plain_text_input", "action_id": "value"}}
    view = {"type": "modal", "callback_id": command.name, "blocks": [block]}
    sent = await submit(office, view, {"whatever": {"value": {"type": "plain_text_input", "value": NUMBER}}})
    assert sent == {"response_action": "errors", "errors": {"whatever": texts.IDENTITY_NUMBER}}
    assert memory(office) == before
    assert office.changes == []
    nowhere(office, [typed, sent], caplog)


@pytest.mark.asyncio
async def test_every_field_of_every_form_is_stopped_for_a_number_and_asked_about_for_a_phone(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    forms = await walk(office)
    assert {"logga aktivitet", "logga mote", "mote boka", "samverkan tillsatt"} <= set(forms)
    before, changes = memory(office), len(office.changes)
    asked = 0
    for command, view in forms.items():
        for name in free_fields(view):
            answer = await submit(office, view, with_text(view, name, f"hos {NUMBER} i centrum"))
            assert answer == {"response_action": "errors", "errors": {name: texts.IDENTITY_NUMBER}}, (command, name)
            answer = await submit(office, view, with_text(view, name, f"ring {PHONE}"))
            if answer.get("response_action") != "update":
                assert answer["response_action"] in ("errors", "push"), (command, name, answer)
                continue  # refused for another reason, so nothing is kept
            asked += 1
            again = answer["view"]
            assert problems(again) == [], (command, name)
            assert again["callback_id"] == command
            shown = next(block for block in again["blocks"] if block.get("block_id") == name)
            assert shown["element"]["initial_value"] == f"ring {PHONE}"
    assert asked >= 5
    assert memory(office) == before
    assert len(office.changes) == changes
    nowhere(office, "", caplog)


def with_text(view: Json, name: str, text: str) -> Json:
    return {**filled_in(view), name: {"value": {"type": "plain_text_input", "value": text}}}


async def logging_form(office: Office) -> Json:
    await office.says("/logga aktivitet")
    view: Json = office.slack.of("views.open")[-1]["view"]
    return view


def written(view: Json, text: str) -> Json:
    values = filled_in(view)
    options = next(block for block in view["blocks"] if block.get("block_id") == "activity")["element"]["options"]
    walk = next(each for each in options if "vandring" in each["text"]["text"])
    values["activity"] = {"value": {"type": "static_select", "selected_option": walk}}
    values["on"] = {"value": {"type": "datepicker", "selected_date": "2027-01-08"}}
    values["text"] = {"value": {"type": "plain_text_input", "value": text}}
    return values


def box(view: Json) -> str:
    return next(str(block["block_id"]) for block in view["blocks"] if str(block.get("block_id")).startswith("checked:"))


def ticked(values: Json, name: str) -> Json:
    return {**values, name: {"value": {"type": "checkboxes", "selected_options": [{"value": "ja"}]}}}


@pytest.mark.asyncio
async def test_a_phone_number_is_asked_about_and_kept_once_it_is_checked(office: Office) -> None:
    view = await logging_form(office)
    values = written(view, f"Kontakt: {PHONE}")
    answer = await submit(office, view, values)
    assert answer["response_action"] == "update"
    assert "telefonnummer" in answer["view"]["blocks"][0]["text"]["text"]
    assert PHONE not in everything(office)
    again = answer["view"]
    for block in view["blocks"]:  # every field stands as it was filled in
        if block["type"] == "input":
            shown = next(each for each in again["blocks"] if each.get("block_id") == block["block_id"])
            assert [key for key in shown["element"] if key.startswith("initial_")], block["block_id"]
    unticked = await submit(office, again, values)
    assert unticked["response_action"] == "update"
    assert PHONE not in everything(office)
    other = await submit(office, again, ticked(written(view, f"Kontakt: {PHONE} och 073-765 43 21"), box(again)))
    assert box(other["view"]) != box(again)  # what was ticked was something else
    assert "073-765" not in everything(office)
    done = await submit(office, again, ticked(values, box(again)))
    assert done["view"]["callback_id"] == "klart"
    assert PHONE in everything(office)


@pytest.mark.asyncio
async def test_taking_the_number_away_needs_no_tick(office: Office) -> None:
    view = await logging_form(office)
    again = (await submit(office, view, written(view, f"Kontakt: {PHONE}")))["view"]
    done = await submit(office, again, written(view, "Kontakt finns"))
    assert done["view"]["callback_id"] == "klart"


@pytest.mark.asyncio
async def test_the_box_opens_for_no_identity_number(office: Office) -> None:
    view = await logging_form(office)
    again = (await submit(office, view, written(view, f"Kontakt: {PHONE}")))["view"]
    answer = await submit(office, again, ticked(written(view, f"Kontakt: {PHONE}, {NUMBER}"), box(again)))
    assert answer["errors"] == {"text": texts.IDENTITY_NUMBER}


LINE = "/logga aktivitet trygghetsvandring 8 jan genomförd 12 deltagare kommunen polisen Centrum 070-123 45 67"


@pytest.mark.asyncio
async def test_typed_words_are_asked_about_with_a_button_that_does_it(office: Office) -> None:
    before = memory(office)
    answer = said(await office.says(LINE))
    assert "telefonnummer" in answer["text"]
    assert memory(office) == before
    (button,) = blocks(answer)
    assert button["text"]["text"] == texts.CONFIRMED
    assert button["action_id"].startswith("logga aktivitet#")
    await office.presses("logga aktivitet", button["value"])
    assert "Tack, det är loggat." in office.slack.heard[-1]["text"]
    assert memory(office) != before


@pytest.mark.asyncio
async def test_a_check_that_fails_stores_nothing_says_so_and_logs_none_of_it(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)

    def broken(text: str, today: date) -> Inspection:
        raise ValueError(f"no rule for {text} on {today}")

    desk = replace(office.desk, look=broken)
    failing = replace(office, desk=desk, app=build_app(desk))
    view = await logging_form(office)
    before = memory(office)
    secret = "Uppgifter om Vargen"
    typed = said(await failing.says(f"/logga aktivitet {secret}"))
    assert typed["text"] == texts.CHECK_FAILED
    sent = await submit(failing, view, written(view, secret))
    assert texts.CHECK_FAILED in repr(sent)
    await failing.hears_of(
        {"type": "message", "channel": "C1", "channel_type": "channel", "user": "U1", "text": secret}
    )
    assert memory(office) == before
    assert "Vargen" not in caplog.text + repr(typed) + repr(sent) + everything(office)


@pytest.mark.parametrize("event_type", ["message", "app_mention"])
@pytest.mark.asyncio
async def test_words_said_to_the_bot_are_stopped_too(
    office: Office, event_type: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    event = {"type": event_type, "channel": "D1", "channel_type": "im", "user": ANNA["id"], "team": "T1", "ts": "1.2"}
    await office.hears_of({**event, "text": f"logga aktivitet {NUMBER}"})
    told = [each for method, each in office.slack.asked if method == "chat.postMessage"]
    assert told[-1]["text"] == texts.IDENTITY_NUMBER
    nowhere(office, "", caplog)


@pytest.mark.asyncio
async def test_a_roster_with_a_number_in_it_is_refused_with_its_lines_alone(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    before = memory(office)
    content = f"seat,name,role\nKommunpolis,Kim Ek,ordinarie\nKommunpolis {NUMBER},Åsa Öberg,ersättare\n".encode()
    command = next(each for each in COMMANDS if each.name == "samverkan lasin")
    call = replace(
        office.desk.call({"user": dict(ANNA)}), submitted=True, files=(("lista.csv", content),), request_key="form:1"
    )
    answer = await office.desk.begin(lambda: office.desk.carry_out(command, call))
    assert "rad 3." in repr(answer)
    assert memory(office) == before
    nowhere(office, answer, caplog)
