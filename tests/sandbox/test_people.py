"""users.*, team.info, auth.test, api.test, and tokens."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.server import Sandbox
from tests.sandbox.conftest import Starter, client_of
from tests.sandbox.test_chat import refusal
from tests.sandbox.town import SCOPES, manifest

pytestmark = pytest.mark.asyncio


async def test_auth_test_names_the_bot_and_its_scopes(client: AsyncWebClient) -> None:
    answer = await client.auth_test()
    assert (answer["user_id"], answer["bot_id"], answer["team_id"]) == ("U0BOT", "B0BOT", "T0NYBY")
    assert set(answer.headers["x-oauth-scopes"].split(",")) == set(SCOPES)


@pytest.mark.parametrize(
    ("token", "error"),
    [("xoxb-fel", "invalid_auth"), ("xapp-nyby", "not_allowed_token_type"), (None, "not_authed")],
)
async def test_only_the_right_token_is_let_in(slack: Sandbox, token: str | None, error: str) -> None:
    assert await refusal(AsyncWebClient(token=token, base_url=slack.api_url).auth_test()) == error


async def test_an_unknown_method_is_refused(client: AsyncWebClient) -> None:
    assert await refusal(client.api_call("chat.shout")) == "unknown_method"


async def test_api_test_says_back_what_it_was_given(client: AsyncWebClient) -> None:
    assert (await client.api_test(foo="bar"))["args"]["foo"] == "bar"
    assert await refusal(client.api_test(error="my_error")) == "my_error"


async def test_team_info_names_the_workspace(client: AsyncWebClient) -> None:
    assert (await client.team_info())["team"]["domain"] == "nyby"


async def test_outsiders_are_not_in_the_list_of_users(client: AsyncWebClient) -> None:
    assert [one["id"] for one in (await client.users_list())["members"]] == ["U0ANNA", "U0OSKAR", "U0BOT"]


async def test_a_stranger_has_a_short_profile(client: AsyncWebClient) -> None:
    known = (await client.users_info(user="U0CECILIA"))["user"]
    assert (known["team_id"], known["profile"]["title"], known.get("is_stranger")) == ("T0POLISEN", "Kommunpolis", None)
    stranger = (await client.users_info(user="U0BERTIL"))["user"]
    assert stranger["is_stranger"]
    assert "title" not in stranger["profile"]
    assert await refusal(client.users_info(user="U0INGEN")) == "user_not_found"


async def test_a_person_is_found_by_email_within_the_workspace(client: AsyncWebClient) -> None:
    found = await client.users_lookupByEmail(email="Anna@nyby.example")
    assert (found["user"]["id"], found["user"]["profile"]["email"]) == ("U0ANNA", "anna@nyby.example")
    assert await refusal(client.users_lookupByEmail(email="cecilia@polisen.example")) == "users_not_found"


async def test_addresses_are_hidden_without_their_scope(start: Starter) -> None:
    slack = await start(manifest(scopes=["users:read"]))
    assert "email" not in (await client_of(slack).users_info(user="U0ANNA"))["user"]["profile"]
    by_email = client_of(slack).users_lookupByEmail(email="anna@nyby.example")
    assert await refusal(by_email) == "missing_scope"
