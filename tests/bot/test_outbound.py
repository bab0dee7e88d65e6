"""Posting once, finding by key, and what each way of failing means for the message."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from bot.outbound import EVENT, SlackCarrier, kept_connections
from schedules.carrier import Posted, Target, Undelivered
from schedules.message import Message, say
from tests.bot.standin import Answer, StandIn, dropping, failing, limiting, refusing
from tests.delivery.world import Clock

CHANNEL, ANNA = Target(channel_id="C1"), Target(user_id="UANNA")
MESSAGE: Message = say("Boka höstens möten")
SINCE = datetime(2027, 1, 11, 7, 0, tzinfo=UTC)


def real() -> datetime:
    return datetime.now(UTC)


@pytest_asyncio.fixture
async def slack() -> AsyncIterator[StandIn]:
    async with StandIn().running() as standin:
        yield standin


def carrier_to(
    slack: StandIn, timeout: int = 5, kept: aiohttp.ClientSession | None = None, now: Callable[[], datetime] = real
) -> SlackCarrier:
    client = AsyncWebClient(token="xoxb-1", base_url=slack.api_url, timeout=timeout, session=kept, retry_handlers=[])
    return SlackCarrier(client, now)


async def failure(
    slack: StandIn, answer: Answer, method: str = "chat.postMessage", to: Target = CHANNEL
) -> Undelivered:
    slack.answers[method] = answer
    with pytest.raises(Undelivered) as failed:
        await carrier_to(slack).post(to, MESSAGE, "k1")
    return failed.value


@pytest.mark.asyncio
async def test_a_message_is_posted_whole_with_its_key_and_without_unfolding_links(slack: StandIn) -> None:
    posted = await carrier_to(slack).post(CHANNEL, MESSAGE, "c:12:log:0:f3")
    [asked] = slack.of("chat.postMessage")
    assert posted == Posted("C1", "1.000100")
    assert asked["metadata"] == {"event_type": EVENT, "event_payload": {"key": "c:12:log:0:f3"}}
    assert asked["text"] == "Boka höstens möten"
    assert str(asked["unfurl_links"]).lower() in ("false", "0")
    assert str(asked["unfurl_media"]).lower() in ("false", "0")


@pytest.mark.asyncio
async def test_many_posts_go_over_one_connection(slack: StandIn) -> None:
    over: set[object] = set()

    def answer(request: web.Request, arguments: dict[str, object]) -> web.StreamResponse:
        over.add(request.transport)
        return web.json_response({"ok": True, "channel": arguments["channel"], "ts": f"{len(over)}.000100"})

    slack.answers["chat.postMessage"] = answer
    async with kept_connections() as kept:
        for number in range(5):
            await carrier_to(slack, kept=kept).post(CHANNEL, MESSAGE, f"k{number}")
    assert len(over) == 1


@pytest.mark.asyncio
async def test_a_connection_that_slack_has_closed_is_not_posted_on(slack: StandIn) -> None:
    def answer(request: web.Request, arguments: dict[str, object]) -> web.StreamResponse:
        closing = web.json_response({"ok": True, "channel": arguments["channel"], "ts": "1.000100"})
        closing.force_close()
        return closing

    slack.answers["chat.postMessage"] = answer
    async with kept_connections() as kept:
        for number in range(3):
            await carrier_to(slack, kept=kept).post(CHANNEL, MESSAGE, f"k{number}")
    assert len(slack.of("chat.postMessage")) == 3


@pytest.mark.asyncio
async def test_a_persons_direct_message_is_opened_once(slack: StandIn) -> None:
    carrier = carrier_to(slack)
    first, second = await carrier.post(ANNA, MESSAGE, "k1"), await carrier.post(ANNA, MESSAGE, "k2")
    assert first.channel_id == second.channel_id == "DUANNA"
    assert len(slack.of("conversations.open")) == 1


def test_a_client_that_retries_is_not_taken() -> None:
    with pytest.raises(ValueError, match="retry"):
        SlackCarrier(AsyncWebClient(token="xoxb-1"))


@pytest.mark.parametrize("lost", [dropping, failing(500), failing(502), failing(503), failing(504), failing(200)])
@pytest.mark.asyncio
async def test_an_answer_that_is_lost_leaves_us_unsure_and_nothing_is_sent_again(slack: StandIn, lost: Answer) -> None:
    failed = await failure(slack, lost)
    assert not failed.permanent
    assert failed.unsure
    assert len(slack.of("chat.postMessage")) == 1


@pytest.mark.parametrize("error", ["fatal_error", "internal_error", "service_unavailable", "request_timeout"])
@pytest.mark.asyncio
async def test_slacks_own_faults_pass_but_may_have_posted(slack: StandIn, error: str) -> None:
    failed = await failure(slack, refusing(error))
    assert (failed.permanent, failed.unsure, failed.reason) == (False, True, error)


@pytest.mark.parametrize("retry_after", ["30", "1", None, "soon", "-5", "1e400"])
@pytest.mark.asyncio
async def test_too_fast_passes_with_whatever_slack_asked_for(slack: StandIn, retry_after: str | None) -> None:
    failed = await failure(slack, limiting(retry_after))
    assert (failed.permanent, failed.unsure, failed.retry_after) == (False, False, retry_after)


@pytest.mark.parametrize(
    "error", ["channel_not_found", "is_archived", "not_in_channel", "restricted_action", "cannot_dm_bot"]
)
@pytest.mark.asyncio
async def test_a_closed_door_is_for_good_and_holds_for_the_whole_channel(slack: StandIn, error: str) -> None:
    failed = await failure(slack, refusing(error))
    assert (failed.permanent, failed.scope, failed.unsure, failed.reason) == (True, "channel", False, error)


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_too_long", "msg_blocks_too_long", "metadata_too_large"])
@pytest.mark.asyncio
async def test_a_message_slack_will_not_have_is_refused_alone(slack: StandIn, error: str) -> None:
    failed = await failure(slack, refusing(error))
    assert (failed.permanent, failed.scope, failed.unsure) == (True, "message", False)


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive", "invalid_auth", "missing_scope"])
@pytest.mark.asyncio
async def test_a_lost_token_holds_everything_back_and_says_nothing_of_the_message(slack: StandIn, error: str) -> None:
    failed = await failure(slack, refusing(error))
    assert (failed.permanent, failed.scope, failed.unsure) == (True, "method", False)


@pytest.mark.parametrize("error", ["user_not_found", "user_disabled"])
@pytest.mark.asyncio
async def test_a_person_who_is_gone_cannot_be_opened(slack: StandIn, error: str) -> None:
    failed = await failure(slack, refusing(error), "conversations.open", ANNA)
    assert failed.permanent
    assert failed.scope == "channel"
    assert not slack.of("chat.postMessage")


@pytest.mark.asyncio
async def test_a_lost_answer_before_the_posting_cannot_have_posted(slack: StandIn) -> None:
    failed = await failure(slack, failing(500), "conversations.open", ANNA)
    assert (failed.permanent, failed.unsure) == (False, False)


@pytest.mark.asyncio
async def test_nobody_at_the_address_cannot_have_posted() -> None:
    slack = StandIn(port=1)
    with pytest.raises(Undelivered) as failed:
        await carrier_to(slack).post(CHANNEL, MESSAGE, "k1")
    assert (failed.value.permanent, failed.value.unsure) == (False, False)


def to_channel(number: int) -> Target:
    return Target(channel_id=f"C{number}")


@pytest.mark.parametrize(
    "error",
    [
        "accesslimited",
        "two_factor_setup_required",
        "enterprise_is_restricted",
        "team_not_found",
        "ekm_access_denied",
        "org_login_required",
        "team_access_not_granted",
        "method_deprecated",
    ],
)
@pytest.mark.asyncio
async def test_a_trouble_of_the_whole_workspace_refuses_no_message(slack: StandIn, error: str) -> None:
    failed = await failure(slack, refusing(error))
    assert (failed.scope, failed.unsure, failed.reason) == ("method", False, error)


@pytest.mark.parametrize("error", ["external_channel_migrating", "no_permission", "access_denied"])
@pytest.mark.asyncio
async def test_a_place_that_is_closed_for_now_is_waited_for_alone(slack: StandIn, error: str) -> None:
    failed = await failure(slack, refusing(error))
    assert (failed.permanent, failed.scope, failed.strange, failed.unsure) == (False, "channel", False, False)


@pytest.mark.asyncio
async def test_a_word_of_slacks_that_nobody_knows_passes_at_first(slack: StandIn) -> None:
    failed = await failure(slack, refusing("moon_in_the_wrong_phase"))
    assert (failed.permanent, failed.scope, failed.strange) == (False, "channel", True)


@pytest.mark.asyncio
async def test_without_the_scope_for_direct_messages_the_channels_are_not_held_back(slack: StandIn) -> None:
    failed = await failure(slack, refusing("missing_scope"), "conversations.open", ANNA)
    assert (failed.permanent, failed.scope) == (False, "channel")


async def refused_with(carrier: SlackCarrier, to: Target) -> Undelivered:
    with pytest.raises(Undelivered) as failed:
        await carrier.post(to, MESSAGE, "k1")
    return failed.value


@pytest.mark.asyncio
async def test_too_fast_in_several_channels_in_a_row_is_the_workspaces_limit(slack: StandIn) -> None:
    """Then everything waits for as long as Slack asks, without asking it again meanwhile."""
    clock = Clock()
    carrier = carrier_to(slack, now=clock)
    slack.answers["chat.postMessage"] = limiting("30")
    scopes = [(await refused_with(carrier, to_channel(number))).scope for number in range(3)]
    assert scopes == ["channel", "channel", "method"]
    clock.step(seconds=10)
    held = await refused_with(carrier, to_channel(4))
    assert (held.scope, held.unsure, held.retry_after) == ("method", False, 20)
    assert len(slack.of("chat.postMessage")) == 3
    del slack.answers["chat.postMessage"]
    clock.step(seconds=21)
    await carrier.post(to_channel(4), MESSAGE, "k1")


@pytest.mark.asyncio
async def test_too_fast_in_channels_with_messages_taken_between_is_the_channels_own(slack: StandIn) -> None:
    carrier = carrier_to(slack)
    for number in range(6):
        slack.answers["chat.postMessage"] = limiting("1")
        assert (await refused_with(carrier, to_channel(number))).scope == "channel"
        del slack.answers["chat.postMessage"]
        await carrier.post(to_channel(99), MESSAGE, "k1")


@pytest.mark.asyncio
async def test_a_limit_on_opening_direct_messages_is_kept_to_and_holds_no_channel_back(slack: StandIn) -> None:
    clock = Clock()
    carrier = carrier_to(slack, now=clock)
    slack.answers["conversations.open"] = limiting("30")
    assert (await refused_with(carrier, ANNA)).scope == "channel"
    assert (await refused_with(carrier, Target(user_id="UBO"))).retry_after == 30
    assert len(slack.of("conversations.open")) == 1
    await carrier.post(CHANNEL, MESSAGE, "k1")


@pytest.mark.asyncio
async def test_a_direct_message_that_was_opened_long_ago_and_is_gone_is_opened_anew(slack: StandIn) -> None:
    carrier = carrier_to(slack)
    await carrier.post(ANNA, MESSAGE, "k1")
    slack.answers["chat.postMessage"] = refusing("channel_not_found")
    assert not (await refused_with(carrier, ANNA)).permanent
    del slack.answers["chat.postMessage"]
    await carrier.post(ANNA, MESSAGE, "k2")
    assert len(slack.of("conversations.open")) == 2


@pytest.mark.parametrize("ahead", [timedelta(days=40), timedelta(days=-40)], ids=["ahead", "behind"])
@pytest.mark.asyncio
async def test_with_a_clock_that_is_not_slacks_everything_is_looked_through(slack: StandIn, ahead: timedelta) -> None:
    """As in a rehearsal against a Slack that keeps real time: the bot's own times say nothing of where to look."""
    now = datetime.now(UTC)
    slack.history = [noticed(now.timestamp() - 60, "k1")]
    carrier = carrier_to(slack, now=lambda: datetime.now(UTC) + ahead)
    for _ in range(2):
        assert await carrier.find(CHANNEL, "k1", now + ahead - timedelta(hours=1)) is not None


@pytest.mark.asyncio
async def test_where_messages_get_their_times_from_the_bots_clock_it_looks_no_further_back_than_it_must(
    slack: StandIn,
) -> None:
    """As in a rehearsal on one clock, whatever date the answers bear."""
    clock = Clock()

    def posts(_request: web.Request, arguments: dict[str, object]) -> web.StreamResponse:
        return web.json_response({"ok": True, "channel": arguments["channel"], "ts": f"{clock.now.timestamp():.6f}"})

    slack.answers["chat.postMessage"] = posts
    carrier = carrier_to(slack, now=clock)
    await carrier.post(CHANNEL, MESSAGE, "k0")
    assert await carrier.find(CHANNEL, "k1", clock.now - timedelta(hours=1)) is None
    [asked] = slack.of("conversations.history")
    assert float(asked["oldest"]) == pytest.approx(clock.now.timestamp() - 3_601)


def noticed(ts: float, key: str, event: str = EVENT) -> dict[str, object]:
    return {"ts": f"{ts:.6f}", "metadata": {"event_type": event, "event_payload": {"key": key}}}


@pytest.mark.asyncio
async def test_a_message_is_found_by_its_key_on_a_later_page(slack: StandIn) -> None:
    now = SINCE.timestamp()
    slack.history = [{"ts": f"{now + 9:.6f}"}, *(noticed(now + n, f"k{n}") for n in range(1, 6))]
    carrier = carrier_to(slack)
    assert await carrier.find(CHANNEL, "k5", SINCE) == Posted("C1", f"{now + 5:.6f}")
    assert await carrier.find(CHANNEL, "k77", SINCE) is None
    assert all(asked["include_all_metadata"] for asked in slack.of("conversations.history"))


@pytest.mark.asyncio
async def test_what_was_posted_before_is_not_taken_for_it(slack: StandIn) -> None:
    now = real()
    slack.history = [noticed(now.timestamp() - 3_600, "k1")]
    carrier = carrier_to(slack)
    for _ in range(2):
        assert await carrier.find(CHANNEL, "k1", now - timedelta(minutes=30)) is None


@pytest.mark.asyncio
async def test_another_apps_key_is_not_ours(slack: StandIn) -> None:
    slack.history = [noticed(SINCE.timestamp() + 1, "k1", "somebody_elses")]
    assert await carrier_to(slack).find(CHANNEL, "k1", SINCE) is None


@pytest.mark.asyncio
async def test_looking_that_fails_says_so_instead_of_finding_nothing(slack: StandIn) -> None:
    slack.answers["conversations.history"] = limiting("7")
    with pytest.raises(Undelivered) as failed:
        await carrier_to(slack).find(CHANNEL, "k1", SINCE)
    assert failed.value.retry_after == "7"
