"""What strangers try at the address Slack posts to. Nothing of it reaches the bot, and nobody hears why not."""

import asyncio
import gzip
import json
import time
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from multidict import CIMultiDict

from bot.http.reception import LARGEST
from bot.http.signature import MOST_SEEN, NotSlack, Verifier, signature
from tests.bot.http.front import SECRET, Front, slash

ORDER = slash("/lage")
REFUSED = (401, "")


async def tried(front: Front, body: bytes, headers: Any) -> tuple[int, str]:
    answer = await front.posts(body, headers)
    return answer.status, answer.text


def reasons(front: Front) -> set[str]:
    samples = next(iter(front.bot.meters.turned_away.collect())).samples
    return {each.labels["reason"] for each in samples if each.name.endswith("_total") and each.value}


@pytest.mark.asyncio
async def test_slacks_own_request_is_answered_so_that_the_refusals_below_mean_something(front: Front) -> None:
    answer = await front.sends(ORDER)
    assert answer.status == 200
    assert answer.json["response_type"] == "ephemeral"
    assert reasons(front) == set()


@pytest.mark.asyncio
async def test_posting_without_any_signature(front: Front) -> None:
    assert await tried(front, ORDER, {"Content-Type": "application/x-www-form-urlencoded"}) == REFUSED


@pytest.mark.asyncio
async def test_signing_with_a_guessed_secret(front: Front) -> None:
    assert (await front.sends(ORDER, secret="hemligt")).status == 401
    assert reasons(front) == {"unsigned"}


@pytest.mark.asyncio
async def test_replaying_a_request_seen_on_the_way_within_the_five_minutes(front: Front) -> None:
    headers = front.signed(ORDER)
    assert (await front.posts(ORDER, headers)).status == 200
    assert await tried(front, ORDER, headers) == REFUSED
    assert reasons(front) == {"replayed"}


@pytest.mark.asyncio
async def test_replaying_an_old_request_or_one_from_the_future(front: Front) -> None:
    for minutes in (-6, 6, -60 * 24 * 365):
        assert (await front.sends(ORDER, at=time.time() + 60 * minutes)).status == 401, minutes
    assert reasons(front) == {"old"}


@pytest.mark.asyncio
async def test_moving_an_old_requests_timestamp_forward(front: Front) -> None:
    headers = front.signed(ORDER, at=time.time() - 3_600)
    assert await tried(front, ORDER, {**headers, "X-Slack-Request-Timestamp": str(int(time.time()))}) == REFUSED


@pytest.mark.asyncio
async def test_tampering_with_the_body(front: Front) -> None:
    for tampered in (ORDER + b"&x=1", ORDER.replace(b"U0ANNA", b"U0ERIK"), ORDER[:-1], b"", b"\0"):
        assert await tried(front, tampered, front.signed(ORDER)) == REFUSED, tampered


@pytest.mark.asyncio
async def test_a_malformed_timestamp_signed_with_the_right_secret(front: Front) -> None:
    for timestamp in (
        "",
        " ",
        "nu",
        "-1",
        "+1",
        "1e9",
        "NaN",
        "0x10",
        "12.5",
        "9" * 400,
        "١٢٣",
        "1_000",
        "None",
        "1 2",
    ):
        signed = signature(SECRET, quote(timestamp), ORDER)
        headers = {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": signed}
        assert await tried(front, ORDER, headers) == REFUSED, timestamp
    assert reasons(front) == {"timestamp"}


@pytest.mark.asyncio
async def test_leaving_the_timestamp_out(front: Front) -> None:
    headers = front.signed(ORDER)
    del headers["X-Slack-Request-Timestamp"]
    assert await tried(front, ORDER, headers) == REFUSED


@pytest.mark.asyncio
async def test_another_version_of_the_signature(front: Front) -> None:
    for version in ("v1", "V0", "v00", "", "v0=v0", "sha256"):
        headers = front.signed(ORDER)
        headers["X-Slack-Signature"] = version + headers["X-Slack-Signature"][2:]
        assert await tried(front, ORDER, headers) == REFUSED, version
    assert reasons(front) == {"signature"}


@pytest.mark.asyncio
async def test_a_signature_that_is_none(front: Front) -> None:
    for given in ("v0=", "v0=" + "å" * 64, "v0=" + "A" * 64, "v0=" + "0" * 63, "v0=" + "0" * 65, "*"):
        assert await tried(front, ORDER, {**front.signed(ORDER), "X-Slack-Signature": given}) == REFUSED, given


@pytest.mark.asyncio
async def test_two_signatures_or_two_timestamps_of_which_one_is_right(front: Front) -> None:
    for name, wrong in (("X-Slack-Signature", "v0=" + "0" * 64), ("X-Slack-Request-Timestamp", "1")):
        headers = CIMultiDict(front.signed(ORDER))
        headers.add(name, wrong)
        assert await tried(front, ORDER, headers) == REFUSED


@pytest.mark.asyncio
async def test_bodies_that_are_not_utf8_unsigned_and_signed(front: Front) -> None:
    for body in (b"\xff\xfe", b"payload=%ff%fe", b"command=/lage&text=\xe5", b'{"a": "\xed\xa0\x80"}'):
        assert await tried(front, body, front.signed(ORDER)) == REFUSED, body
        assert (await front.sends(body)).status == 400, body


ODD = (
    b"",
    b"{",
    b"[]",
    b"null",
    b"7",
    b'"text"',
    b"payload=",
    b"payload=[]",
    b"payload=7",
    b"payload={",
    b"[" * 200_000,
    b"payload=" + b"[" * 200_000,
    b'{"type": "event_callback", "event": 7}',
    b'{"type": "event_callback"}',
    b'{"type": "block_actions", "actions": 7}',
    b'{"type": "block_actions", "actions": [7]}',
    b'{"type": "view_submission", "view": 7}',
    b'{"team": 5}',
    b'{"user": 5}',
    b'{"authorizations": [3]}',
    b'{"type": 7}',
)


@pytest.mark.asyncio
async def test_signed_bodies_that_no_program_of_slacks_sends_are_no_fault_of_ours(front: Front) -> None:
    for at, kind in enumerate(("application/json", "application/x-www-form-urlencoded", "text/plain")):
        for body in ODD:
            answer = await front.sends(body, kind=kind, at=time.time() - 10 * at)  # else it would be a replay
            assert answer.status in (200, 400, 404), (kind, body[:80])
    assert (await front.sends(ORDER)).status == 200


@pytest.mark.asyncio
async def test_a_body_larger_than_any_form(front: Front) -> None:
    assert (await front.sends(b"x" * (LARGEST + 1))).status == 413

    async def endless() -> Any:
        for _ in range(LARGEST // 100_000 + 2):
            yield b"x" * 100_000

    async with front.http.post(front.address + "/slack/events", data=endless()) as answer:
        assert answer.status == 413
    assert (await front.sends(ORDER)).status == 200


@pytest.mark.asyncio
async def test_a_small_zip_bomb_is_taken_as_the_bytes_it_is(front: Front) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    headers = {**front.signed(bomb), "Content-Encoding": "gzip"}
    assert (await front.posts(bomb, headers)).status == 400


@pytest.mark.asyncio
async def test_a_body_that_never_ends_holds_nobody_else_up(front: Front) -> None:
    assert front.bot.reception is not None
    front.bot.reception.read_within = 0.2

    async def slow() -> Any:
        yield b"x"
        await asyncio.Event().wait()

    post = asyncio.create_task(front.http.post(front.address + "/slack/events", data=slow()))
    assert (await front.sends(ORDER)).status == 200
    async with asyncio.timeout(5):
        assert (await post).status == 408


@pytest.mark.asyncio
async def test_asking_bolt_to_run_a_listener_by_a_header_that_is_not_signed(front: Front) -> None:
    headers = {**front.signed(ORDER), "X-Slack-Bolt-Lazy-Only": "1", "X-Slack-Bolt-Lazy-Function-Name": "on_command"}
    answer = await front.posts(ORDER, headers)
    assert answer.json["response_type"] == "ephemeral"  # answered as any command


@pytest.mark.asyncio
async def test_other_addresses_and_reading_this_one(front: Front) -> None:
    for path in ("/", "/slack", "/slack/events/", "/slack/install", "/slack/oauth_redirect", "/clock", "/../bot"):
        assert (await front.gets(path)).status == 404, path
    assert (await front.gets("/slack/events")).status == 405


@pytest.mark.asyncio
async def test_confirming_the_address_works_for_slack_alone(front: Front) -> None:
    asked = {"type": "url_verification", "token": "gammal", "challenge": "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7"}
    answer = await front.event(asked)
    assert answer.status == 200
    assert asked["challenge"] in answer.text
    body = json.dumps({**asked, "challenge": "stulen"}).encode()
    stranger = await front.sends(body, kind="application/json", secret="fel")
    assert (stranger.status, stranger.text) == REFUSED


@pytest.mark.asyncio
async def test_an_event_that_slack_sends_again_with_a_new_signature_is_no_replay(front: Front) -> None:
    body = urlencode({"command": "/lage", "team_id": "T1", "user_id": "U0ANNA"}).encode()
    for at in (time.time() - 60, time.time()):
        assert (await front.sends(body, at=at)).status == 200


def test_a_signature_is_what_slacks_documentation_shows() -> None:
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&"
        b"channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url="
        b"https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id="
        b"398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    shown = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert signature(SECRET, "1531420618", body) == shown
    Verifier(SECRET).check(["1531420618"], [shown], body, now=1531420618 + 300)
    with pytest.raises(NotSlack):
        Verifier(SECRET).check(["1531420618"], [shown], body, now=1531420618 + 301)


def test_what_is_remembered_against_replays_is_forgotten_with_its_window_and_has_a_limit() -> None:
    verifier, body = Verifier(SECRET), b"x"
    for second in (1_000, 2_000):
        verifier.check([str(second)], [signature(SECRET, str(second), body)], body, now=second)
    assert len(verifier._seen) == 1
    assert MOST_SEEN < 1_000_000
    assert SECRET not in repr(verifier)


@pytest.mark.parametrize("secret", ["", " ", "\n"])
def test_an_empty_secret_lets_nobody_in(secret: str) -> None:
    with pytest.raises(ValueError, match="empty"):
        Verifier(secret)
