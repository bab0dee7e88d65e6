"""Triggers, forms and Home: views.* and what a person does with them."""

import pytest
from slack_sdk.errors import SlackApiError

from sandbox.errors import PersonSaw
from sandbox.server import Sandbox
from tests.sandbox.apps import TEXT, Heard, Json, button, field, modal, plain, row
from tests.sandbox.conftest import Starter, client_of, connected
from tests.sandbox.test_chat import refusal
from tests.sandbox.town import manifest

pytestmark = pytest.mark.asyncio

FORM = modal(field("Vad", TEXT), callback_id="form")


def trigger(slack: Sandbox, view_id: str | None = None) -> str:
    """A trigger id as Anna would give by acting."""
    return slack.workspace.triggers.give("U0ANNA", view_id)


async def opened(slack: Sandbox, view: Json = FORM) -> Json:
    """A form Anna has open, as Slack describes it."""
    answer = await client_of(slack).views_open(trigger_id=trigger(slack), view=view)
    found: Json = answer["view"]
    return found


async def test_a_trigger_opens_one_form_within_three_seconds(slack: Sandbox) -> None:
    client, fresh, old = client_of(slack), trigger(slack), trigger(slack)
    view = (await client.views_open(trigger_id=fresh, view=FORM))["view"]
    assert (view["type"], view["app_installed_team_id"]) == ("modal", "T0NYBY")
    assert view["state"]["values"] == {"Vad": {"x": {"type": "plain_text_input", "value": None}}}
    assert await refusal(client.views_open(trigger_id=fresh, view=FORM)) == "exchanged_trigger_id"
    slack.clock.skip(3.1)
    assert await refusal(client.views_open(trigger_id=old, view=FORM)) == "expired_trigger_id"
    assert await refusal(client.views_open(trigger_id="12.34.ab", view=FORM)) == "invalid_trigger_id"


async def test_at_most_three_forms_lie_on_each_other(slack: Sandbox) -> None:
    client, view = client_of(slack), await opened(slack)
    for expected in (2, 3):
        view = (await client.views_push(trigger_id=trigger(slack, view["id"]), view=FORM))["view"]
        assert len(slack.workspace.forms.stack("U0ANNA")) == expected
    fourth = client.views_push(trigger_id=trigger(slack, view["id"]), view=FORM)
    assert await refusal(fourth) == "push_limit_reached"
    outside = client.views_push(trigger_id=trigger(slack), view=FORM)
    assert await refusal(outside) == "invalid_trigger_id"


async def test_an_old_hash_conflicts(slack: Sandbox) -> None:
    client, view = client_of(slack), await opened(slack)
    newer = (await client.views_update(view_id=view["id"], hash=view["hash"], view=FORM))["view"]
    assert newer["hash"] != view["hash"]
    late = client.views_update(view_id=view["id"], hash=view["hash"], view=FORM)
    assert await refusal(late) == "hash_conflict"
    assert await refusal(client.views_update(view_id="VINGEN", view=FORM)) == "not_found"


async def test_what_is_filled_in_survives_an_update_only_under_the_same_ids(slack: Sandbox) -> None:
    view = await opened(slack, modal(field("Vad", TEXT), field("Var", TEXT), callback_id="form"))
    await slack.member("Anna").fills({"Vad": "vandring", "Var": "Centrum"})
    changed = modal(field("Vad", TEXT), {**field("Var", TEXT), "block_id": "nytt"}, callback_id="form")
    await client_of(slack).views_update(view_id=view["id"], view=changed)

    form = slack.member("Anna").form
    assert form is not None
    assert form.state["Vad"]["x"]["value"] == "vandring"
    assert form.state["nytt"]["x"]["value"] is None


async def test_an_external_id_is_used_once_and_finds_its_form(slack: Sandbox) -> None:
    named = {**FORM, "external_id": "form-1"}
    await opened(slack, named)
    client = client_of(slack)
    assert await refusal(client.views_open(trigger_id=trigger(slack), view=named)) == "duplicate_external_id"
    assert (await client.views_update(external_id="form-1", view=named))["ok"]


async def test_a_form_outside_the_limits_is_refused(slack: Sandbox) -> None:
    with pytest.raises(SlackApiError) as refused:
        await client_of(slack).views_open(trigger_id=trigger(slack), view={**FORM, "title": plain("x" * 25)})
    assert refused.value.response["error"] == "invalid_arguments"
    assert "/view/title/text" in refused.value.response["response_metadata"]["messages"][0]
    assert len(slack.errors) == 1


async def test_home_is_published_and_guarded_by_its_hash(slack: Sandbox) -> None:
    client = client_of(slack)
    home = {"type": "home", "blocks": [{"type": "header", "text": plain("Hem")}]}
    first = (await client.views_publish(user_id="U0ANNA", view=home))["view"]
    await client.views_publish(user_id="U0ANNA", view=home, hash=first["hash"])
    late = client.views_publish(user_id="U0ANNA", view=home, hash=first["hash"])
    assert await refusal(late) == "hash_conflict"
    assert await refusal(client.views_publish(user_id="U0ANNA", view=FORM)) == "invalid_arguments"


async def test_home_needs_its_tab(start: Starter) -> None:
    slack = await start(manifest(app_home={"home_tab_enabled": False}))
    home = {"type": "home", "blocks": []}
    assert await refusal(client_of(slack).views_publish(user_id="U0ANNA", view=home)) == "not_enabled"


async def test_a_required_field_left_empty_stops_before_the_app(slack: Sandbox) -> None:
    heard = Heard(slack)
    await opened(slack)
    async with connected(slack, heard.app):
        assert await slack.member("Anna").submits() == {"Vad": "Fyll i det här fältet."}
        assert heard.payloads == []
        assert await slack.member("Anna").submits({"Vad": "vandring"}) == {}
    assert heard.of("view_submission")[0]["view"]["state"]["values"]["Vad"]["x"]["value"] == "vandring"


@pytest.mark.parametrize(
    ("element", "value", "sentence"),
    [
        ({"type": "number_input", "is_decimal_allowed": False}, "1.5", "Skriv ett heltal."),
        ({"type": "number_input", "is_decimal_allowed": False}, "tolv", "Skriv ett tal."),
        ({"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}, "0", "Talet måste vara minst 1."),
        ({**TEXT, "min_length": 3}, "ab", "Skriv minst 3 tecken."),
        ({**TEXT, "max_length": 3}, "abcd", "Skriv högst 3 tecken."),
    ],
)
async def test_fields_keep_their_own_limits(slack: Sandbox, element: Json, value: str, sentence: str) -> None:
    await opened(slack, modal(field("Vad", element), callback_id="form"))
    assert await slack.member("Anna").submits({"Vad": value}) == {"Vad": sentence}


@pytest.mark.parametrize(
    ("answer", "titles"),
    [
        ({}, ["Under"]),
        ({"response_action": "clear"}, []),
        ({"response_action": "update", "view": modal(title="Tack")}, ["Under", "Tack"]),
        ({"response_action": "push", "view": modal(title="Mer")}, ["Under", "Form", "Mer"]),
    ],
)
async def test_the_answer_to_a_form_decides_what_is_open_then(slack: Sandbox, answer: Json, titles: list[str]) -> None:
    heard = Heard(slack, {"view_submission": answer})
    under = await opened(slack, modal(title="Under"))
    await heard.client.views_push(trigger_id=trigger(slack, under["id"]), view=FORM)
    async with connected(slack, heard.app):
        await slack.member("Anna").submits({"Vad": "x"})
    assert [view.content["title"]["text"] for view in slack.workspace.forms.stack("U0ANNA")] == titles


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"Inget fält": "Fel"}},
        {"response_action": "update", "view": modal(title="x" * 25)},
    ],
)
async def test_an_answer_slack_would_not_take_is_shown_as_an_error_and_noted(slack: Sandbox, answer: Json) -> None:
    heard = Heard(slack, {"view_submission": answer})
    await opened(slack)
    async with connected(slack, heard.app):
        with pytest.raises(PersonSaw, match="dispatch_unknown_error"):
            await slack.member("Anna").submits({"Vad": "x"})
    assert [where for where, _ in slack.errors] == ["view_submission"]
    assert slack.member("Anna").form is not None


async def test_closing_is_told_when_it_was_asked_for(slack: Sandbox) -> None:
    heard = Heard(slack)
    root = await opened(slack, {**FORM, "notify_on_close": True})
    await heard.client.views_push(trigger_id=trigger(slack, root["id"]), view=FORM)
    async with connected(slack, heard.app):
        await slack.member("Anna").closes()
    told = heard.of("view_closed")
    assert [(one["view"]["id"], one["is_cleared"]) for one in told] == [(root["id"], True)]
    assert slack.member("Anna").form is None


async def test_a_field_with_dispatch_action_tells_the_app_with_everything_filled_in(slack: Sandbox) -> None:
    heard = Heard(slack)
    await opened(slack, modal(field("Vad", TEXT), field("Var", TEXT, dispatch_action=True), callback_id="form"))
    async with connected(slack, heard.app):
        await slack.member("Anna").fills({"Vad": "vandring", "Var": "Centrum"})
    (pressed,) = heard.of("block_actions")
    assert pressed["actions"][0]["value"] == "Centrum"
    assert pressed["view"]["state"]["values"]["Vad"]["x"]["value"] == "vandring"
    assert "response_url" not in pressed


async def test_an_external_list_asks_the_app_and_its_answer_is_looked_at(slack: Sandbox) -> None:
    good = {"options": [{"text": plain("Stationen"), "value": "s"}]}
    heard = Heard(slack, {"block_suggestion": good})
    await opened(slack, modal(field("Plats", {"type": "external_select", "min_query_length": 2}), callback_id="form"))
    async with connected(slack, heard.app):
        form = await slack.member("Anna").sees_form()
        assert await form.offers("Plats", "s") == []
        assert await form.offers("Plats", "st") == ["Stationen"]
        heard.answers["block_suggestion"] = {"options": [{"text": plain("x" * 76), "value": "s"}]}
        with pytest.raises(PersonSaw):
            await form.offers("Plats", "st")
    assert heard.of("block_suggestion")[0]["value"] == "st"


async def test_a_button_on_home_sends_its_view(slack: Sandbox) -> None:
    heard = Heard(slack)
    home = {"type": "home", "blocks": [row(button("Boka", value="o:1"))]}
    await heard.client.views_publish(user_id="U0ANNA", view=home)
    async with connected(slack, heard.app):
        shown = slack.member("Anna").home
        assert shown is not None
        await shown.presses("Boka")
    (pressed,) = heard.of("block_actions")
    assert (pressed["view"]["type"], pressed["actions"][0]["value"]) == ("home", "o:1")
