"""A failing Slack, end to end: the bot, its Slack client and the local Slack over HTTP. Everything owed comes once, or
the coordinators are told."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.channels import look_at_channels
from schedules.manners import Manners
from storage.models import FindingKind, OutgoingState
from tests.faults.machine import until
from tests.faults.trial import Trial, trial

COORDINATOR = "U00000"


def direct(it: Trial) -> list[str]:
    """What the coordinator has been told directly."""
    return [each.text for each in it.slack.member(COORDINATOR).sees(it.slack.member(COORDINATOR).direct) if each.by_bot]


# --- what passes ------------------------------------------------------------------------------------------------------

Passing = list[tuple[str, Mapping[str, Any]]]
ODD_FAULTS: Passing = [
    *((status, {"accepted": accepted}) for status in ("500", "502", "503", "504") for accepted in (False, True)),
    ("drop", {}),
    ("accept_then_drop", {}),
    *(
        (error, {"accepted": accepted})
        for error in ("fatal_error", "internal_error", "service_timeout")
        for accepted in (False, True)
    ),
    *((error, {}) for error in ("external_channel_migrating", "no_permission", "a_word_nobody_knows")),
]
# two at a time: in more channels at once it would be the workspace's limit
TOO_FAST: list[Passing] = [
    [("429", {"retry_after": 7}), ("429", {"retry_after": 10**12})],
    [("429", {"retry_after": "snart"}), ("429", {"retry_after": "-5"})],
    [("429", {"retry_after": "Wed, 13 Jan 2027 07:28:00 GMT"}), ("429", {"retry_after": None})],
]


@pytest.mark.parametrize("passing", [ODD_FAULTS, *TOO_FAST], ids=["faults", "seconds", "odd", "none"])
@pytest.mark.asyncio
async def test_what_passes_delays_its_own_channel_and_comes_once(tmp_path: Path, passing: Passing) -> None:
    """A fault of each kind in a channel of its own, whether Slack had taken the message or not. The one without a fault
    is not held up, and the order in each is kept."""
    untouched = f"C{len(passing):05}"
    async with trial(tmp_path, channels=len(passing) + 1) as it:
        for number, (kind, more) in enumerate(passing):
            it.fails(kind, channel=f"C{number:05}", **more)
        owed = await it.owe(2 * (len(passing) + 1))
        await it.carry()
        assert len(it.keys_in(untouched)) == 2
        assert {kind for _, kind in it.slack.faults.struck} == {kind for kind, _ in passing}
        await it.pass_time(minutes=70)  # an hour is the longest that Slack is believed
        for number, fault in enumerate(passing):
            came = it.keys_in(f"C{number:05}")
            assert came == [f"r:{number}", f"r:{number + len(passing) + 1}"], fault
        told = await it.count()
        assert (told.sent, told.lost, told.doubled) == (owed, 0, 0)


def posts(it: Trial) -> int:
    return sum(method == "chat.postMessage" for method, _ in it.slack.workspace.calls)


@pytest.mark.asyncio
async def test_the_workspaces_own_limit_holds_everything_back_for_as_long_as_slack_asks(tmp_path: Path) -> None:
    """So many messages a minute in all. What becomes due meanwhile in a channel of its own is not even tried."""
    async with trial(tmp_path, channels=14) as it:
        it.slack.workspace.pace.posts_per_minute = 6
        owed = await it.owe(12)
        await it.carry()
        tried = posts(it)
        owed_later = await it.owe(14, name="later")
        await it.pass_time(seconds=30)
        assert posts(it) == tried
        await it.pass_time(minutes=15)
        told, later = await it.count(), await it.count("later")
        assert (told.sent, told.lost, told.doubled) == (owed, 0, 0)
        assert (later.sent, later.lost, later.doubled) == (owed_later, 0, 0)


@pytest.mark.asyncio
async def test_what_slack_asks_for_is_kept_to(tmp_path: Path) -> None:
    async with trial(tmp_path) as it:
        it.fails("429", channel="C00000", retry_after=600)
        await it.owe(1)
        await it.pass_time(minutes=9)
        assert it.keys_in("C00000") == []
        await it.pass_time(minutes=3)
        assert it.keys_in("C00000") == ["r:0"]


@pytest.mark.asyncio
async def test_an_answer_that_comes_after_we_stopped_waiting_is_not_sent_again(tmp_path: Path) -> None:
    """Slack takes the message late, after our time-out: before trying again one looks."""
    async with trial(tmp_path, manners=Manners(post_within=timedelta(seconds=0.2))) as it:
        it.fails("slow", seconds=0.5)
        await it.owe(1)
        await it.carry()
        assert it.keys_in("C00000") == []
        await until(lambda: it.keys_in("C00000") == ["r:0"])
        await it.pass_time(minutes=2)
        told = await it.count()
        assert (told.sent, told.lost, told.doubled) == (1, 0, 0)


@pytest.mark.torture
@pytest.mark.parametrize("seconds", [9.0, 10.0, 11.0])
@pytest.mark.asyncio
async def test_a_slack_that_takes_ten_seconds_gets_each_message_once(tmp_path: Path, seconds: float) -> None:
    """The client's own limit is ten."""
    async with trial(tmp_path) as it:
        it.fails("slow", seconds=seconds, times=2)
        await it.owe(4)
        await it.carry()
        await until(lambda: bool(it.keys_in("C00000")))
        await it.pass_time(minutes=5)
        await until(lambda: len(it.keys_in("C00000")) == 2, seconds=30)
        await it.pass_time(minutes=5)
        told = await it.count()
        assert (told.sent, told.lost, told.doubled) == (4, 0, 0)


@pytest.mark.parametrize("trouble", ["token_revoked", "accesslimited", "org_login_required"])
@pytest.mark.asyncio
async def test_a_revoked_token_loses_nothing_and_all_goes_when_it_is_restored(tmp_path: Path, trouble: str) -> None:
    """And what else is the whole workspace's trouble."""
    async with trial(tmp_path) as it:
        it.fails(trouble, method="*", times=None)
        await it.owe(6)
        await it.pass_time(minutes=30)
        assert not any(each.state is OutgoingState.REFUSED for each in await it.outgoing())
        it.slack.faults.clear()
        await it.pass_time(minutes=20)
        told = await it.count()
        assert (told.sent, told.lost, told.doubled) == (6, 0, 0)


@pytest.mark.asyncio
async def test_slack_away_for_hours_loses_nothing(tmp_path: Path) -> None:
    """Every call fails, also the looking."""
    async with trial(tmp_path) as it:
        it.fails("503", method="*", times=None)
        await it.owe(4)
        await it.pass_time(hours=3)
        it.slack.faults.clear()
        await it.pass_time(minutes=20)
        told = await it.count()
        assert (told.sent, told.lost, told.doubled) == (4, 0, 0)


# --- what is for good -------------------------------------------------------------------------------------------------


async def refused_and_told(it: Trial, reason: str) -> None:
    """The channel's messages are refused, the coordinator hears of it once, and the other channel has its own."""
    await it.owe(4)
    await it.pass_time(minutes=5)
    assert {each.failure for each in await it.outgoing() if each.state is OutgoingState.REFUSED} == {reason}
    told = [text for text in direct(it) if "Forum 0" in text]
    assert len(told) == 1, told
    assert it.keys_in("C00001") == ["r:1", "r:3"]
    assert it.keys_in("C00000") == []


@pytest.mark.asyncio
async def test_an_archived_channel_is_told_of_and_used_again_when_it_is_back(tmp_path: Path) -> None:
    async with trial(tmp_path) as it:
        it.fails("is_archived", channel="C00000", times=2)
        await refused_and_told(it, "is_archived")
        await it.owe(1, name="later")
        await it.pass_time(minutes=2)
        assert it.keys_in("C00000") == ["later:0"]


@pytest.mark.asyncio
async def test_archiving_is_heard_of_and_told_before_anything_is_due(tmp_path: Path) -> None:
    async with trial(tmp_path) as it:
        it.slack.archive("C00000")
        await it.slack.socket.settled()
        await it.bot.desk.finish(5)
        await it.pass_time(minutes=2)
        assert len([text for text in direct(it) if "Forum 0" in text]) == 1


@pytest.mark.asyncio
async def test_a_bot_put_out_of_a_channel_tells_the_coordinators_and_writes_there_when_asked_in_again(
    tmp_path: Path,
) -> None:
    async with trial(tmp_path) as it:
        it.fails("not_in_channel", channel="C00000", times=2)
        await refused_and_told(it, "not_in_channel")
        await it.owe(1, name="later")
        await it.pass_time(minutes=2)
        assert it.keys_in("C00000") == ["later:0"]


@pytest.mark.asyncio
async def test_a_renamed_channel_changes_nothing(tmp_path: Path) -> None:
    async with trial(tmp_path) as it:
        it.slack.workspace.rename("C00000", "helt-annat")
        await it.slack.socket.settled()
        await it.owe(2)
        await it.pass_time(minutes=1)
        assert it.keys_in("C00000") == ["r:0"]


@pytest.mark.asyncio
async def test_a_channel_with_a_new_id_gets_what_was_on_its_way_once(tmp_path: Path) -> None:
    """The id changes while it is unknown whether a message arrived: the look goes where the messages are now."""
    async with trial(tmp_path) as it:
        it.fails("accept_then_drop", channel="C00000")
        await it.owe(4)
        await it.carry()
        it.slack.change_channel_id("C00000", "C99999")
        await it.slack.socket.settled()
        await it.bot.desk.finish(5)
        await it.pass_time(minutes=5)
        assert it.keys_in("C99999") == ["r:0", "r:2"]
        told = await it.count()
        assert (told.sent, told.lost, told.doubled, told.unknown) == (4, 0, 0, 0)


@pytest.mark.asyncio
async def test_a_refusal_nobody_knows_is_tried_for_long_then_told_of_and_the_auditor_speaks_meanwhile(
    tmp_path: Path,
) -> None:
    async with trial(tmp_path, manners=Manners(strange=15)) as it:
        it.fails("moon_in_the_wrong_phase", channel="C00000", times=None)
        await it.owe(2)
        await it.bot.audit()
        for _ in range(18):
            await it.pass_time(minutes=1)
            verdict = await it.bot.audit()
        late = [each.reason for each in verdict.findings if each.kind == FindingKind.LATE]
        assert late == ["moon_in_the_wrong_phase"]
        assert [each.state for each in await it.outgoing() if each.key == "r:0"] == [OutgoingState.WAITING]
        await it.pass_time(hours=4)
        assert [each.state for each in await it.outgoing() if each.key == "r:0"] == [OutgoingState.REFUSED]
        assert len([text for text in direct(it) if "moon_in_the_wrong_phase" in text and "Kunde inte" in text]) == 1
        assert it.keys_in("C00001") == ["r:1"]


async def hears(it: Trial) -> None:
    """Lets the bot hear what Slack has just told, and go on."""
    await it.slack.socket.settled()
    await it.bot.desk.finish(5)
    await it.pass_time(minutes=5)


async def all_came_once(it: Trial, channel: str) -> None:
    assert it.keys_in(channel) == ["r:0", "r:2"]
    told = await it.count()
    assert (told.sent, told.lost, told.doubled, told.unknown) == (4, 0, 0, 0)


@pytest.mark.asyncio
async def test_what_was_refused_before_word_of_the_channels_new_id_came_goes_there(tmp_path: Path) -> None:
    async with trial(tmp_path) as it:
        it.slack.workspace.conversations.rename_id("C00000", "C99999")
        await refused_and_told(it, "channel_not_found")
        event = {"type": "channel_id_changed", "old_channel_id": "C00000", "new_channel_id": "C99999"}
        it.slack.workspace.happen(event, it.slack.workspace.conversations.named("C99999"))
        await hears(it)
        await all_came_once(it, "C99999")


@pytest.mark.asyncio
async def test_what_was_refused_goes_when_the_forum_is_linked_to_the_channel_that_is_right(tmp_path: Path) -> None:
    """Word of the new id never came: Slack does not say what became of the old one, so a person does."""
    async with trial(tmp_path) as it:
        it.slack.workspace.conversations.rename_id("C00000", "C99999")
        await refused_and_told(it, "channel_not_found")
        await it.slack.member(COORDINATOR).says("C99999", "/samverkan koppla Forum 0")
        await hears(it)
        await all_came_once(it, "C99999")


@pytest.mark.asyncio
async def test_what_was_refused_goes_when_the_archived_channel_is_back(tmp_path: Path) -> None:
    async with trial(tmp_path) as it:
        it.slack.archive("C00000")
        await it.slack.socket.settled()
        await it.owe(4)
        await it.pass_time(minutes=5)
        assert it.keys_in("C00000") == []
        it.slack.archive("C00000", archived=False)
        await hears(it)
        await all_came_once(it, "C00000")


@pytest.mark.asyncio
async def test_what_was_refused_goes_when_the_bot_is_asked_in_again(tmp_path: Path) -> None:
    async with trial(tmp_path) as it:
        it.fails("not_in_channel", channel="C00000", times=2)
        await refused_and_told(it, "not_in_channel")
        conversation = it.slack.workspace.conversations.named("C00000")
        conversation.members.remove("U0BOT")
        it.slack.add_member("U0BOT", "C00000")
        await hears(it)
        await all_came_once(it, "C00000")


@pytest.mark.asyncio
async def test_a_bot_that_was_down_when_the_channel_opened_again_sends_what_was_refused(tmp_path: Path) -> None:
    async with trial(tmp_path) as it:
        it.fails("is_archived", channel="C00000", times=2)
        await refused_and_told(it, "is_archived")
        await look_at_channels(it.bot.desk, every=True)  # as when it starts
        await it.pass_time(minutes=5)
        await all_came_once(it, "C00000")


@pytest.mark.asyncio
async def test_a_channel_that_is_gone_when_the_bot_starts_is_told_of_once(tmp_path: Path) -> None:
    async with trial(tmp_path) as it:
        it.slack.workspace.conversations.rename_id("C00000", "C99999")
        for _ in range(2):
            await look_at_channels(it.bot.desk, every=True)
        await it.pass_time(minutes=2)
        assert len([text for text in direct(it) if "Forum 0" in text and "visar inte kanalen" in text]) == 1


@pytest.mark.asyncio
async def test_what_was_refused_more_than_a_week_ago_stays_history(tmp_path: Path) -> None:
    async with trial(tmp_path) as it:
        it.fails("is_archived", channel="C00000", times=2)
        await refused_and_told(it, "is_archived")
        it.set(it.bot.clock.now() + timedelta(days=8))
        await look_at_channels(it.bot.desk, every=True)
        await it.pass_time(minutes=5)
        assert it.keys_in("C00000") == []


# --- where history cannot be read -------------------------------------------------------------------------------------


@pytest.mark.parametrize("arrived", [True, False])
@pytest.mark.asyncio
async def test_a_direct_message_that_cannot_be_looked_for_is_not_repeated_but_told_of(
    tmp_path: Path, arrived: bool
) -> None:
    """Without im:history: at most once, and the coordinators hear that it may or may not have arrived."""
    async with trial(tmp_path, without=["im:history"]) as it:
        it.fails("accept_then_drop" if arrived else "drop", channel=it.slack.member("U00001").direct)
        await it.owe(2, to_people=True)
        await it.pass_time(minutes=30)
        told = await it.count()
        assert (told.sent, told.lost, told.doubled, told.unknown, told.arrived) == (1, 0, 0, 1, int(arrived))
        assert len([text for text in direct(it) if "Namn 1" in text]) == 1
