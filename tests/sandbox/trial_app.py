"""A small Bolt app for the tests of the page: a message with buttons, a form with every element, errors, Home."""

import json
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

Json = dict[str, Any]


def plain(text: str) -> Json:
    """A plain_text object."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    """A mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def options(*names: str) -> list[Json]:
    """Options whose value is their name in small letters."""
    return [{"text": plain(name), "value": name.lower()} for name in names]


def button(text: str, action_id: str, **more: object) -> Json:
    """A button element."""
    return {"type": "button", "text": plain(text), "action_id": action_id, "value": action_id, **more}


def question(block_id: str, label: str, element: Json, **more: object) -> Json:
    """An input block."""
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": {"action_id": "svar", **element},
        **more,
    }


REMINDER: list[Json] = [
    {"type": "header", "text": plain("Trygghetsvandring om två dagar")},
    {"type": "section", "text": mrkdwn("Samling vid *stationen*, <@U0ANNA> håller i den.")},
    {
        "type": "actions",
        "block_id": "svar",
        "elements": [
            button("Kommer", "kommer", style="primary"),
            button(
                "Ställ in",
                "stall_in",
                style="danger",
                confirm={
                    "title": plain("Ställa in?"),
                    "text": mrkdwn("Alla får besked."),
                    "confirm": plain("Ja, ställ in"),
                    "deny": plain("Behåll"),
                },
            ),
            {
                "type": "static_select",
                "action_id": "valj",
                "placeholder": plain("Välj plats"),
                "options": options("Stationen", "Centrum"),
            },
            {"type": "overflow", "action_id": "mer", "options": options("Varför")},
        ],
    },
    {"type": "context", "elements": [mrkdwn("Enligt bilaga 3, rad 2")]},
]

FORM: Json = {
    "type": "modal",
    "callback_id": "logga",
    "title": plain("Logga aktivitet"),
    "submit": plain("Logga"),
    "close": plain("Avbryt"),
    "blocks": [
        question("aktivitet", "Aktivitet", {"type": "static_select", "options": options("Trygghetsvandring", "Möte")}),
        question("datum", "Datum", {"type": "datepicker", "initial_date": "2027-02-09"}),
        question("tid", "Klockslag", {"type": "timepicker", "initial_time": "18:00"}),
        question("nasta", "Nästa gång", {"type": "datetimepicker"}, optional=True),
        question("utfall", "Vad blev det?", {"type": "radio_buttons", "options": options("Genomförd", "Inställd")}),
        question(
            "antal",
            "Antal deltagare",
            {"type": "number_input", "is_decimal_allowed": False, "min_value": "0"},
            hint=plain("Räkna alla."),
        ),
        question("parter", "Parter", {"type": "checkboxes", "options": options("Kommunen", "Polisen")}),
        question("platser", "Platser", {"type": "multi_static_select", "options": options("Centrum", "Stationen")}),
        question("mal", "Mål", {"type": "external_select", "min_query_length": 1}, optional=True),
        question("kontakt", "Kontakt", {"type": "users_select"}, optional=True),
        question("kanal", "Kanal", {"type": "conversations_select"}, optional=True),
        question("epost", "E-post", {"type": "email_text_input"}, optional=True),
        question("lank", "Länk", {"type": "url_text_input"}, optional=True),
        question("text", "Anteckning", {"type": "plain_text_input", "multiline": True}, optional=True),
    ],
}


def home_of(user: str, count: int) -> Json:
    """The Home view, which counts how often its button has been pressed."""
    return {
        "type": "home",
        "blocks": [
            {"type": "header", "text": plain("Det som väntar på dig")},
            {
                "type": "section",
                "text": mrkdwn(f"<@{user}> har tryckt {count} gånger."),
                "accessory": button("Tryck", "hemma"),
            },
        ],
    }


def trial_app(client: AsyncWebClient) -> AsyncApp:
    """The app, on a client whose base_url is the local Slack's."""
    app = AsyncApp(client=client, token=client.token)
    presses: dict[str, int] = {}

    @app.command("/prova")
    async def open_form(ack: AsyncAck, body: Json) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=FORM)

    @app.command("/paminn")
    async def remind(ack: AsyncAck, body: Json) -> None:
        await ack()
        await client.chat_postMessage(
            channel=body["channel_id"], text="Trygghetsvandring om två dagar", blocks=REMINDER
        )

    @app.command("/viska")
    async def whisper(ack: AsyncAck) -> None:
        await ack(text="Det här är *bara* till dig.")

    @app.action("kommer")
    async def coming(ack: AsyncAck, body: Json) -> None:
        await ack()
        name = body["user"]["id"]
        blocks = [*REMINDER[:2], {"type": "section", "text": mrkdwn(f"<@{name}> kommer.")}, *REMINDER[2:]]
        await client.chat_update(
            channel=body["channel"]["id"], ts=body["message"]["ts"], text="Trygghetsvandring", blocks=blocks
        )

    @app.action("stall_in")
    async def cancel(ack: AsyncAck, respond: AsyncRespond) -> None:
        await ack()
        await respond("Inställd.", response_type="ephemeral", replace_original=False)

    @app.action("valj")
    async def choose(ack: AsyncAck, respond: AsyncRespond, action: Json) -> None:
        await ack()
        await respond(f"Vald plats: {action['selected_option']['value']}", replace_original=False)

    @app.action("mer")
    async def why(ack: AsyncAck, respond: AsyncRespond, action: Json) -> None:
        await ack()
        await respond(f"Ur menyn: {action['selected_option']['value']}", replace_original=False)

    @app.options("svar")
    async def goals(ack: AsyncAck, payload: Json) -> None:
        await ack(options=options(f"Mål om {payload['value']}"))

    @app.view("logga")
    async def submitted(ack: AsyncAck, body: Json, view: Json) -> None:
        values = {block: next(iter(fields.values())) for block, fields in view["state"]["values"].items()}
        if int(values["antal"]["value"]) > 500:
            await ack(response_action="errors", errors={"antal": "Över 500 deltagare? Kontrollera antalet."})
            return
        await ack()
        told = json.dumps({block: _plain_value(value) for block, value in values.items()}, ensure_ascii=False)
        literal: Json = {"type": "section", "text": {**plain(told), "emoji": False}}
        await client.chat_postMessage(channel=body["user"]["id"], text="Ifyllt", blocks=[literal])

    @app.event("app_home_opened")
    async def home(event: Json) -> None:
        await client.views_publish(user_id=event["user"], view=home_of(event["user"], presses.get(event["user"], 0)))

    @app.action("hemma")
    async def at_home(ack: AsyncAck, body: Json) -> None:
        await ack()
        user = body["user"]["id"]
        presses[user] = presses.get(user, 0) + 1
        await client.views_publish(user_id=user, view=home_of(user, presses[user]))

    return app


def _plain_value(state: Json) -> object:
    """What was filled in, without Slack's wrapping."""
    value = next(value for key, value in state.items() if key != "type")
    if isinstance(value, dict):
        return value["value"]
    if isinstance(value, list):
        return [one["value"] if isinstance(one, dict) else one for one in value]
    return value
