"""A stock Bolt app over Socket Mode: command, form, message, button, Home."""

from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import Sandbox
from tests.sandbox.conftest import connected

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


FORM: Json = {
    "type": "modal",
    "callback_id": "logga",
    "title": plain("Logga"),
    "submit": plain("Spara"),
    "blocks": [
        {"type": "input", "block_id": "antal", "label": plain("Antal deltagare"),
         "element": {"type": "number_input", "action_id": "svar", "is_decimal_allowed": False}},
        {"type": "input", "block_id": "utfall", "label": plain("Utfall"),
         "element": {"type": "static_select", "action_id": "svar", "options": [
             {"text": plain("Genomförd"), "value": "done"}, {"text": plain("Inställd"), "value": "cancelled"}]}},
        {"type": "input", "block_id": "plats", "label": plain("Plats"), "optional": True,
         "element": {"type": "external_select", "action_id": "plats", "min_query_length": 0}},
    ],
}  # fmt: skip

COMING: list[Json] = [
    {"type": "section", "text": {"type": "mrkdwn", "text": "Kommer du?"}},
    {"type": "actions", "block_id": "svar", "elements": [
        {"type": "button", "action_id": "svar kommer", "text": plain("Kommer"), "value": "o:1"}]},
]  # fmt: skip


def small_app(client: AsyncWebClient) -> AsyncApp:
    app = AsyncApp(client=client, token=client.token)

    @app.command("/logga")
    async def log(ack: AsyncAck, body: Json) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.command("/lage")
    async def status(ack: AsyncAck, body: Json) -> None:
        await ack(text=f"Läget för {body['text'] or 'alla'}", blocks=COMING)

    @app.options("plats")
    async def places(ack: AsyncAck) -> None:
        await ack(options=[{"text": plain("Stationen"), "value": "station"}])

    @app.view("logga")
    async def logged(ack: AsyncAck, view: Json) -> None:
        values = view["state"]["values"]
        if int(values["antal"]["svar"]["value"]) > 500:
            await ack(response_action="errors", errors={"antal": "Över 500?"})
            return
        await ack()
        outcome = values["utfall"]["svar"]["selected_option"]["text"]["text"]
        await client.chat_postMessage(
            channel="C0PLAN",
            text=f"{outcome} med {values['antal']['svar']['value']}",
            blocks=COMING,
            metadata={"event_type": "notice", "event_payload": {"key": "n:1"}},
        )

    @app.action("svar kommer")
    async def coming(ack: AsyncAck, body: Json, respond: AsyncRespond) -> None:
        await ack()
        await respond(f"<@{body['user']['id']}> kommer ({body['actions'][0]['value']})", response_type="in_channel")

    @app.event("app_home_opened")
    async def home(event: Json) -> None:
        view = {"type": "home", "blocks": [{"type": "header", "text": plain("Det som väntar på dig")}]}
        await client.views_publish(user_id=event["user"], view=view)

    return app


@pytest.mark.asyncio
async def test_command_opens_a_form_whose_answer_becomes_a_message(slack: Sandbox, client: AsyncWebClient) -> None:
    anna = slack.member("Anna")
    async with connected(slack, small_app(client)):
        await anna.says("planeringsgruppen", "/logga aktivitet")
        form = await anna.fills({"Antal deltagare": 12, "Utfall": "Genomförd", "Plats": "Stationen"})
        assert await form.submits() == {}
        message = await slack.member("Oskar").waits_for("planeringsgruppen", "Genomförd med 12")

    assert anna.form is None
    assert [one["ts"] for one in slack.posted] == [message.ts]
    assert slack.posted[0]["metadata"] == {"event_type": "notice", "event_payload": {"key": "n:1"}}
    assert slack.errors == []


@pytest.mark.asyncio
async def test_errors_in_the_answer_stand_at_their_fields_and_the_form_stays(
    slack: Sandbox, client: AsyncWebClient
) -> None:
    anna = slack.member("Anna")
    async with connected(slack, small_app(client)):
        await anna.says("C0PLAN", "/logga")
        assert await anna.submits({"Antal deltagare": 900, "Utfall": "Genomförd"}) == {"Antal deltagare": "Över 500?"}
        assert await anna.submits({"Antal deltagare": 9}) == {}

    assert anna.form is None


@pytest.mark.asyncio
async def test_button_answers_through_the_response_url(slack: Sandbox, client: AsyncWebClient) -> None:
    anna, cecilia = slack.member("Anna"), slack.member("Cecilia")
    async with connected(slack, small_app(client)):
        await anna.says("planeringsgruppen", "/lage polisen")
        assert [one.text for one in anna.sees("C0PLAN")] == ["Läget för polisen"]
        assert cecilia.sees("C0PLAN") == []
        await anna.presses("planeringsgruppen", "Kommer")
        await cecilia.waits_for("planeringsgruppen", "<@U0ANNA> kommer (o:1)")


@pytest.mark.asyncio
async def test_opening_home_publishes_it(slack: Sandbox, client: AsyncWebClient) -> None:
    anna = slack.member("U0ANNA")
    assert anna.home is None
    async with connected(slack, small_app(client)):
        home = await anna.opens_home()

    assert "Det som väntar på dig" in home
    assert anna.home is not None
