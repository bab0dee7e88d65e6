"""Every command, press and form through real Bolt: the answer, the form, the refusal, the fault; never silence."""

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from sqlalchemy import text as sql
from sqlmodel import select

from bot.app import build_app
from commands import COMMANDS
from sandbox.blockkit import message_problems, problems
from storage.models import HandledRequest, Notice, Outcome
from tests.bot.conftest import CECILIA, GUSTAV, Office
from tests.bot.standin import Json, dropping, refusing


def hasty(office: Office) -> Office:
    """The same desk, but one that thinks Slack has hardly any patience."""
    desk = replace(office.desk, patience=0.05)
    return replace(office, desk=desk, app=build_app(desk))


def body_of(answer: BoltResponse) -> Json:
    assert answer.status == 200
    found: Json = json.loads(answer.body) if answer.body else {}
    return found


def option(element: Json, label: str) -> Json:
    options = [*element.get("options", []), *(o for g in element.get("option_groups", []) for o in g["options"])]
    return next(each for each in options if label in each["text"]["text"])


def element(view: Json, name: str) -> Json:
    found: Json = next(block["element"] for block in view["blocks"] if block.get("block_id") == name)
    return found


def logged(view: Json) -> Json:
    """A trygghetsvandring, filled in."""
    parties = element(view, "parties")["options"][:2]
    return {
        "activity": {"type": "static_select", "selected_option": option(element(view, "activity"), "vandring")},
        "on": {"type": "datepicker", "selected_date": "2027-01-08"},
        "place": {"type": "plain_text_input", "value": "Centrum"},
        "outcome": {"type": "radio_buttons", "selected_option": option(element(view, "outcome"), "Genomförd")},
        "participants": {"type": "number_input", "value": "12"},
        "parties": {"type": "checkboxes", "selected_options": parties},
        "goal_result": {"type": "plain_text_input", "value": None},
        "text": {"type": "plain_text_input", "value": "Belysningen & <@U0KARIN>"},
    }


async def opened_form(office: Office) -> Json:
    await office.says("/logga aktivitet")
    view: Json = office.slack.of("views.open")[-1]["view"]
    return view


# --- commands ---------------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_reply_rides_on_the_ack_and_is_seen_by_the_asker_alone(office: Office) -> None:
    answer = body_of(await office.says("/samverkan"))
    assert answer["response_type"] == "ephemeral"
    assert "/logga aktivitet" in answer["text"]
    assert message_problems(answer) == []
    assert office.slack.asked == []


@pytest.mark.parametrize("line", [example for command in COMMANDS for example in command.examples])
@pytest.mark.asyncio
async def test_every_example_in_the_help_gets_an_answer_when_typed(office: Office, line: str) -> None:
    answer = body_of(await office.says(line))
    said = answer.get("text", "")
    assert said or office.slack.of("views.open")
    assert "förstod inte" not in said
    assert "gick fel" not in said
    assert not said or message_problems(answer) == []
    for call in office.slack.of("views.open"):
        assert problems(call["view"]) == []


@pytest.mark.asyncio
async def test_a_form_opens_within_the_same_breath(office: Office) -> None:
    answer = await office.says("/logga aktivitet", trigger_id="the trigger")
    assert answer.status == 200
    assert not answer.body
    [call] = office.slack.of("views.open")
    assert call["trigger_id"] == "the trigger"
    assert problems(call["view"]) == []


@pytest.mark.asyncio
async def test_whoever_asked_goes_before_the_courier_until_slack_has_the_form(office: Office) -> None:
    waited = []

    def opened(_request: web.Request, _arguments: Json) -> web.Response:
        waited.append(len(office.desk.answers))
        return web.json_response({"ok": True})

    office.slack.answers["views.open"] = opened
    await office.says("/logga aktivitet trygghetsvandring")
    assert waited == [1]
    assert not office.desk.answers


@pytest.mark.asyncio
async def test_a_form_that_slack_did_not_open_is_offered_as_a_button(office: Office) -> None:
    office.slack.answers["views.open"] = refusing("expired_trigger_id")
    await office.says("/logga aktivitet trygghetsvandring")
    [heard] = office.slack.heard
    assert heard["replace_original"] is False
    button = heard["blocks"][-1]["elements"][0]
    assert button["action_id"].startswith("logga aktivitet#")
    assert button["value"] == "trygghetsvandring"


@pytest.mark.asyncio
async def test_words_nobody_understands_are_named_and_given_back(office: Office) -> None:
    answer = body_of(await office.says("/mote blarghonk"))
    assert "blarghonk" in answer["text"]
    assert "Du skrev: /mote blarghonk" in answer["text"]


@pytest.mark.asyncio
async def test_what_was_typed_is_not_given_back_when_it_holds_a_personal_identity_number(office: Office) -> None:
    answer = body_of(await office.says("/mote 19811218-9876"))
    assert "9876" not in json.dumps(answer["blocks"][1:])
    assert "Du skrev" not in answer["text"]


@pytest.mark.asyncio
async def test_an_unknown_slash_command_is_answered(office: Office) -> None:
    assert body_of(await office.says("/nagotannat"))["text"]


@pytest.mark.asyncio
async def test_somebody_on_no_roster_hears_why(office: Office) -> None:
    assert body_of(await office.says("/lage", GUSTAV))["text"]
    assert not office.slack.of("views.open")


@pytest.mark.asyncio
async def test_a_change_lets_the_courier_look_at_once(office: Office) -> None:
    await office.says("/mote boka planeringsgruppen 2027-02-10 13.00 Kommunhuset")
    assert office.changes == ["changed"]


# --- faults -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def loud(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.INFO):
        yield caplog


async def break_agreement(office: Office) -> None:
    """A row no code expects."""
    async with office.database.transaction() as session:
        await session.exec(sql('UPDATE commitment SET cadence = \'{"form": "nonsense"}\''))  # type: ignore[call-overload]


@pytest.mark.asyncio
async def test_an_unforeseen_fault_gives_a_reference_that_is_in_the_log(
    office: Office, loud: pytest.LogCaptureFixture
) -> None:
    await break_agreement(office)
    answer = body_of(await office.says("/lage planeringsgruppen"))
    assert "Du skrev: /lage planeringsgruppen" in answer["text"]
    reference = answer["text"].partition("(ref ")[2][:6]
    assert len(reference) == 6
    [record] = [record for record in loud.records if reference in record.getMessage()]
    assert record.exc_info is not None


@pytest.mark.asyncio
async def test_a_database_out_of_reach_is_told_as_such(office: Office) -> None:
    async with office.database.transaction() as session:
        await session.exec(sql("DROP TABLE appointment"))  # type: ignore[call-overload]
    answer = body_of(await office.says("/lage"))
    assert "försök igen om en minut" in answer["text"]


@pytest.mark.asyncio
async def test_what_takes_longer_than_slack_waits_is_answered_when_it_is_done(office: Office) -> None:
    desk = hasty(office)
    async with office.database.transaction():  # somebody else is writing
        line = "/mote boka planeringsgruppen 2027-02-10 13.00 Kommunhuset"
        answer = await desk.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=office.slash(line)))
        assert "längre än vanligt" in body_of(answer)["text"]
        assert not office.slack.heard
    await desk.desk.finish(within=10)
    assert "10 feb 2027" in office.slack.heard[-1]["text"]


@pytest.mark.asyncio
async def test_a_form_that_takes_long_stays_filled_in_and_its_second_sending_hears_that_it_is_done(
    office: Office,
) -> None:
    view = await opened_form(office)
    desk = hasty(office)
    sent = office.submission(view, logged(view))
    async with office.database.transaction():
        answer = body_of(await desk.app.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=sent)))
        assert answer["response_action"] == "errors"
        assert "activity" in answer["errors"]
    await desk.desk.finish(within=10)
    again = body_of(await office.sends(sent))
    assert again["response_action"] == "update"
    assert len(await rows(office, Outcome)) == 1


# --- buttons ----------------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_press_is_answered_beside_the_message_to_the_one_who_pressed(office: Office) -> None:
    answer = await office.presses("lage mina", "")
    assert answer.status == 200
    [heard] = office.slack.heard
    assert heard["response_type"] == "ephemeral"
    assert heard["replace_original"] is False
    assert message_problems(heard) == []


@pytest.mark.asyncio
async def test_a_press_by_somebody_of_another_organisation_is_served_as_well(office: Office) -> None:
    await office.presses("lage mina", "", CECILIA)
    assert "Det här väntar på dig" in office.slack.heard[0]["text"]


@pytest.mark.asyncio
async def test_a_spent_response_url_gives_way_to_the_channel_and_then_to_a_direct_message(office: Office) -> None:
    office.slack.response_status = 404
    await office.presses("lage mina", "")
    assert office.slack.of("chat.postEphemeral")[0]["user"] == "U0ANNA"
    office.slack.answers["chat.postEphemeral"] = refusing("user_not_in_channel")
    await office.presses("lage mina", "")
    assert office.slack.of("chat.postMessage")[0]["channel"] == "U0ANNA"


@pytest.mark.asyncio
async def test_a_lost_answer_is_not_sent_twice_through_the_response_url(office: Office) -> None:
    office.slack.answers["chat.postEphemeral"] = dropping
    body = office.press("lage mina", "", response_url="http://127.0.0.1:1/nobody")
    await office.sends(body)
    assert len(office.slack.of("chat.postEphemeral")) == 1


@pytest.mark.asyncio
async def test_a_button_from_an_older_version_is_answered(office: Office) -> None:
    await office.presses("nagot gammalt", "o:1")
    assert "knappen finns inte längre" in office.slack.heard[0]["text"]


@pytest.mark.asyncio
async def test_a_press_delivered_twice_is_carried_out_once(office: Office) -> None:
    await office.says("/mote boka planeringsgruppen 2027-02-10 13.00 Kommunhuset")
    press = office.press("svar kommer", "o:1")
    await office.sends(press)
    await office.sends(press)
    assert "redan gjort" in office.slack.heard[-1]["text"]
    assert len(office.changes) == 2  # the booking and the answer


@pytest.mark.asyncio
async def test_a_reply_on_home_is_a_dialog_and_a_change_there_shows_at_once(office: Office) -> None:
    home = {"id": "V0", "type": "home", "callback_id": ""}
    await office.says("/mote boka planeringsgruppen 2027-02-10 13.00 Kommunhuset")
    await office.presses("lage sena", "", view=home)
    [call] = office.slack.of("views.open")
    assert problems(call["view"]) == []
    await office.presses("svar kommer", "o:1", view=home)
    assert office.slack.of("views.publish")[-1]["user_id"] == "U0ANNA"


@pytest.mark.asyncio
async def test_a_form_from_a_finished_dialog_takes_its_place_so_that_the_stack_never_overflows(office: Office) -> None:
    await office.presses("logga aktivitet", "", view={"id": "V9", "type": "modal", "callback_id": "klart"})
    assert office.slack.of("views.update")[0]["view_id"] == "V9"
    await office.presses("logga aktivitet", "", view={"id": "V8", "type": "modal", "callback_id": "svar"})
    assert len(office.slack.of("views.push")) == 1


# --- forms ------------------------------------------------------------------------------------------------------------


async def rows(office: Office, table: type) -> list[object]:
    async with office.database.reading() as session:
        return list((await session.exec(select(table))).all())


@pytest.mark.asyncio
async def test_a_submitted_form_stores_the_outcome_tells_the_forum_and_says_that_it_is_done(office: Office) -> None:
    view = await opened_form(office)
    answer = body_of(await office.submits(view, logged(view)))
    assert answer["response_action"] == "update"
    assert problems(answer["view"]) == []
    assert len(await rows(office, Outcome)) == 1
    async with office.database.reading() as session:
        kinds = (await session.exec(select(Notice.kind))).all()
    assert "outcome" in kinds


@pytest.mark.asyncio
async def test_a_form_sent_twice_stores_one_outcome(office: Office) -> None:
    view = await opened_form(office)
    sent = office.submission(view, logged(view))
    await office.sends(sent)
    again = body_of(await office.sends(sent))
    assert again["response_action"] == "update"
    assert len(await rows(office, Outcome)) == 1


@pytest.mark.asyncio
async def test_what_is_wrong_stands_at_its_field_and_the_form_may_be_sent_again(office: Office) -> None:
    view = await opened_form(office)
    values = logged(view)
    values["on"] = {"type": "datepicker", "selected_date": "2027-06-01"}
    answer = body_of(await office.submits(view, values))
    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == ["on"]
    assert not await rows(office, Outcome)
    assert body_of(await office.submits(view, logged(view)))["response_action"] == "update"
    assert len(await rows(office, Outcome)) == 1


@pytest.mark.asyncio
async def test_a_fault_inside_leaves_the_form_open_with_a_reference(office: Office) -> None:
    view = await opened_form(office)
    await break_agreement(office)
    answer = body_of(await office.submits(view, logged(view)))
    assert answer["response_action"] == "errors"
    assert "(ref " in answer["errors"]["activity"]
    assert not await rows(office, HandledRequest)


@pytest.mark.asyncio
async def test_an_identity_number_in_a_form_is_stopped_and_never_logged(
    office: Office, loud: pytest.LogCaptureFixture
) -> None:
    view = await opened_form(office)
    values = logged(view)
    values["text"] = {"type": "plain_text_input", "value": "Gällde 811218-9876"}
    answer = body_of(await office.submits(view, values))
    assert list(answer["errors"]) == ["text"]
    assert "9876" not in json.dumps(answer)
    assert "9876" not in loud.text


@pytest.mark.asyncio
async def test_a_form_opened_on_home_shows_there_when_it_is_sent(office: Office) -> None:
    await office.presses("logga aktivitet", "", view={"id": "V0", "type": "home", "callback_id": ""})
    view = office.slack.of("views.open")[-1]["view"]
    await office.submits(view, logged(view))
    assert len(office.slack.of("views.publish")) == 1


# --- events -----------------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_opening_home_publishes_it(office: Office) -> None:
    await office.hears_of({"type": "app_home_opened", "user": "U0ANNA", "tab": "home", "channel": "D1"})
    [call] = office.slack.of("views.publish")
    assert problems(call["view"]) == []


@pytest.mark.asyncio
async def test_home_says_so_when_it_cannot_be_made(office: Office) -> None:
    await break_agreement(office)
    await office.hears_of({"type": "app_home_opened", "user": "U0ANNA", "tab": "home", "channel": "D1"})
    [call] = office.slack.of("views.publish")
    assert "inte att visa" in json.dumps(call["view"], ensure_ascii=False)


@pytest.mark.asyncio
async def test_the_bot_says_how_to_link_a_channel_it_comes_to_and_says_it_once(office: Office) -> None:
    event = {"type": "member_joined_channel", "user": "UBOT", "channel": "C9"}
    await office.hears_of(event)
    await office.hears_of(event)
    [call] = office.slack.of("chat.postMessage")
    assert call["channel"] == "C9"
    assert "/samverkan koppla" in call["text"]
    await office.hears_of({"type": "member_joined_channel", "user": "U0ANNA", "channel": "C9"}, "Ev2")
    assert len(office.slack.asked) == 1


@pytest.mark.asyncio
async def test_words_in_a_direct_message_work_as_a_command_does(office: Office) -> None:
    event = {"type": "message", "channel_type": "im", "channel": "D1", "user": "U0CECILIA", "text": "läge mina"}
    event["team"] = CECILIA["team_id"]
    await office.hears_of(event)
    [call] = office.slack.of("chat.postMessage")
    assert "Det här väntar på dig" in call["text"]


@pytest.mark.asyncio
async def test_a_form_asked_for_in_a_direct_message_comes_as_a_button(office: Office) -> None:
    event = {"type": "message", "channel_type": "im", "channel": "D1", "user": "U0ANNA", "text": "logga aktivitet"}
    await office.hears_of(event)
    [call] = office.slack.of("chat.postEphemeral")
    assert call["blocks"][-1]["elements"][0]["action_id"].startswith("logga aktivitet#")
    assert not office.slack.of("views.open")


@pytest.mark.asyncio
async def test_a_mention_gets_the_help_without_troubling_the_channel(office: Office) -> None:
    event = {"type": "app_mention", "channel": "C1", "user": "U0ANNA", "text": "<@UBOT> hej"}
    await office.hears_of(event)
    assert not office.slack.of("chat.postMessage")
    assert "/logga" in office.slack.of("chat.postEphemeral")[0]["text"]


@pytest.mark.asyncio
async def test_other_events_are_taken_in_silence(office: Office) -> None:
    assert (await office.hears_of({"type": "emoji_changed"})).status == 200
    assert office.slack.asked == []


@pytest.mark.asyncio
async def test_a_channel_that_gets_a_new_id_keeps_its_forum(office: Office) -> None:
    await office.says("/samverkan koppla planeringsgruppen", channel_id="C0GAMMAL")
    await office.hears_of({"type": "channel_id_changed", "old_channel_id": "C0GAMMAL", "new_channel_id": "C0NY"}, "Ev3")
    await office.hears_of({"type": "member_joined_channel", "user": "UBOT", "channel": "C0NY"}, "Ev4")
    assert not office.slack.of("chat.postMessage")  # it is linked: nothing to explain


# --- Bolt itself ------------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_oauth_names_in_the_environment_do_not_make_bolt_forget_the_token(office: Office) -> None:
    os.environ["SLACK_CLIENT_ID"] = os.environ["SLACK_CLIENT_SECRET"] = "x"
    try:
        office.app = build_app(office.desk)
        assert body_of(await office.says("/samverkan"))["text"]
    finally:
        del os.environ["SLACK_CLIENT_ID"], os.environ["SLACK_CLIENT_SECRET"]
