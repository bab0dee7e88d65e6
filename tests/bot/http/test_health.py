"""Health and metrics: good when all is well, 503 with a word for each thing that is not, and nothing private."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select, update

from bot.clock import Clock
from bot.http.metrics import MeteredCarrier, Meters
from bot.http.server import serve
from bot.outbound import SlackCarrier
from bot.process import CannotStart, start, stop
from bot.settings import Settings
from schedules.carrier import Posted, Target, Undelivered
from schedules.timetable import Timetable
from storage.message import Message, say
from storage.models import Outgoing, OutgoingState
from tests.bot.conftest import MONDAY
from tests.bot.http.front import Front
from tests.bot.standin import StandIn
from tests.faults.machine import until


async def ticked(front: Front) -> None:
    """Everything has ticked once, as after start."""
    await front.bot.plan()
    await front.bot.carry()
    await front.bot.audit()


def numbers(page: str) -> dict[tuple[str, ...], float]:
    """(name, label values …) → value."""
    return {
        (sample.name.removeprefix("samverkansbot_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


async def rests(front: Front) -> None:
    """The answer is given again for a second: the next look is a new one."""
    assert front.bot.server is not None
    await front.bot.server.cleanup()
    front.bot.server = await serve(front.bot, host="127.0.0.1", port=0)


@pytest.mark.asyncio
async def test_all_is_well_after_the_first_ticks(front: Front) -> None:
    await ticked(front)
    answer = await front.gets("/health")
    assert (answer.status, answer.json["status"], answer.json["wrong"]) == (200, "ok", [])
    assert answer.json["database"] is True
    assert answer.json["queue_length"] == 0
    assert answer.json["last_frame_age_seconds"] < 60
    assert (await front.gets("/live")).status == 200


@pytest.mark.asyncio
async def test_a_database_out_of_reach_is_503_and_a_word(front: Front, tmp_path: Path) -> None:
    await ticked(front)
    await front.bot.desk.finish(10)  # what the tick has set off is not to hold the file open
    await front.bot.database.close()
    for file in tmp_path.glob("town.sqlite3*"):
        file.unlink()
    answer = await front.gets("/health")
    assert answer.status == 503
    assert "database" in answer.json["wrong"]
    assert answer.json["queue_length"] is None
    page = await front.gets("/metrics")
    assert page.status == 200
    assert numbers(page.text)["database_up",] == 0


@pytest.mark.asyncio
async def test_what_is_due_and_not_sent_in_time_is_503_with_its_age(front: Front) -> None:
    await front.bot.plan()  # Monday's message to the coordinators
    moved = MONDAY + timedelta(hours=2)
    front.bot.clock.set(moved)
    answer = await front.gets("/health")
    assert answer.status == 503
    assert "late" in answer.json["wrong"]
    assert answer.json["queue_age_seconds"] >= 7_000
    page = numbers((await front.gets("/metrics")).text)
    assert page["late",] == answer.json["late"] > 0
    assert page["queue_length",] == answer.json["queue_length"]


@pytest.mark.asyncio
async def test_a_tick_that_has_not_ended_for_long_is_503_for_both_who_ask(front: Front) -> None:
    long_ago = datetime.now(UTC) - timedelta(minutes=6)
    for name in ("plan", "carry", "audit"):
        front.bot.timetable.finished = front.bot.timetable.ended = {name: long_ago}
        answer = await front.gets("/health")
        assert (answer.status, answer.json["wrong"]) == (503, [f"tick:{name}"])
        assert answer.json["tick_age_seconds"][name] >= 360
        assert (await front.gets("/live")).json == {"status": "stuck", "late": [name]}


@pytest.mark.asyncio
async def test_ticks_that_end_badly_because_the_database_is_away_are_no_reason_to_start_the_process_again(
    front: Front,
) -> None:
    async def fails() -> None:
        raise OperationalError("SELECT 1", None, ConnectionRefusedError())

    often, names = timedelta(seconds=0.01), ("plan", "carry", "audit")
    timetable = Timetable(fails, fails, fails, plan_every=often, carry_every=often, audit_every=often)
    timetable.finished = dict.fromkeys(names, datetime.now(UTC) - timedelta(hours=1))
    front.bot.timetable = timetable
    timetable.start()
    await until(lambda: set(timetable.ended) == set(names))
    assert (await front.gets("/live")).status == 200
    assert (await front.gets("/health")).json["wrong"] == [f"tick:{name}" for name in sorted(names)]


@pytest.mark.asyncio
async def test_a_long_round_of_carrying_that_gets_on_is_neither_stuck_nor_late(front: Front) -> None:
    await ticked(front)
    long_ago = datetime.now(UTC) - timedelta(minutes=30)
    front.bot.timetable.finished = {"carry": long_ago}
    front.bot.timetable.ended = {"carry": long_ago}
    await front.bot.carrier.post(Target(channel_id="C1"), say("Hej"), "k")
    assert (await front.gets("/live")).status == 200
    assert "tick:carry" not in (await front.gets("/health")).json["wrong"]


@pytest.mark.asyncio
async def test_what_the_auditor_calls_alarming_is_503_by_its_kind_alone(front: Front) -> None:
    await front.bot.plan()
    async with front.bot.database.transaction() as session:
        await session.exec(update(Outgoing).values(state=OutgoingState.SENT, sent_at=MONDAY))
    await front.bot.audit()  # notices that wait in a message that is sent: stranded
    front.bot.clock.set(MONDAY + timedelta(hours=3))
    await front.bot.audit()
    await rests(front)
    answer = await front.gets("/health")
    assert answer.status == 503
    assert "stranded" in answer.json["wrong"]
    assert numbers((await front.gets("/metrics")).text)["findings", "yes"] >= 1


@pytest.mark.asyncio
async def test_over_socket_mode_the_port_serves_health_alone_and_a_silent_link_is_503(
    tmp_path: Path, slack: StandIn
) -> None:
    settings = Settings("xoxb-1", "xapp-1", slack.api_url, f"sqlite:///{tmp_path / 'bot.sqlite3'}", http_port=0)
    bot = await start(settings, clock=Clock(MONDAY), ticking=False)
    try:
        async with aiohttp.ClientSession() as http:
            front = Front(bot, http)
            assert (await front.sends(b"command=/lage")).status == 404
            assert (await front.gets("/health")).json["wrong"] == []
            assert bot.handler is not None
            bot.handler.client.last_ping_pong_time = 1.0
            assert (await front.gets("/health")).json["wrong"] == ["link"]
            assert numbers((await front.gets("/metrics")).text)["last_frame_age_seconds",] > 1e9
    finally:
        await stop(bot)


@pytest.mark.asyncio
async def test_a_port_that_is_taken_is_one_clear_sentence_and_nothing_is_left_open(
    front: Front, tmp_path: Path, slack: StandIn
) -> None:
    taken = int(front.address.rpartition(":")[2])
    url = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    with pytest.raises(CannotStart, match="SAMVERKANSBOT_HTTP_PORT"):
        await start(Settings("xoxb-1", "xapp-1", slack.api_url, url, http_port=taken), ticking=False)


@pytest.mark.asyncio
async def test_messages_sent_ticks_and_requests_are_counted(front: Front) -> None:
    await ticked(front)
    await front.bot.meters.timed("plan", front.bot.plan)()
    async with front.bot.database.reading() as session:
        sent = len((await session.exec(select(Outgoing).where(col(Outgoing.state) == OutgoingState.SENT))).all())
    assert sent > 0
    await front.sends(b"command=/lage&team_id=T1&user_id=U0ANNA")
    await front.posts(b"command=/lage", {})
    page = numbers((await front.gets("/metrics")).text)
    assert page["sent_total",] == sent
    assert page["slack_requests_total",] == 1
    assert page["turned_away_total", "timestamp"] == 1
    assert page["tick_seconds_count", "plan"] == 1
    assert page["failed_total", "passing"] == page["failed_total", "permanent"] == 0


@pytest.mark.asyncio
async def test_failures_are_counted_by_whether_they_pass() -> None:
    class Failing:
        def __init__(self) -> None:
            self.permanent = False

        async def post(self, to: Target, message: Message, key: str) -> Posted:
            raise Undelivered(self.permanent, "is_archived")

        async def find(self, to: Target, key: str, since: datetime) -> Posted | None:
            return None

    meters, failing = Meters(), Failing()
    carrier = MeteredCarrier(failing, meters)
    for failing.permanent in (False, False, True):
        with pytest.raises(Undelivered):
            await carrier.post(Target(channel_id="C1"), say("Hej"), "k")
    await carrier.find(Target(channel_id="C1"), "k", MONDAY)
    page = numbers(meters.show(None, None).decode())
    assert (page["failed_total", "passing"], page["failed_total", "permanent"]) == (2, 1)
    assert page["looked_total",] == 1


@pytest.mark.asyncio
async def test_a_tick_that_fails_is_counted_and_still_fails() -> None:
    async def failing() -> None:
        raise RuntimeError("no")

    meters = Meters()
    with pytest.raises(RuntimeError):
        await meters.timed("carry", failing)()
    assert numbers(meters.show(None, None).decode())["tick_failed_total", "carry"] == 1


@pytest.mark.asyncio
async def test_health_and_metrics_name_nobody_and_no_place(front: Front) -> None:
    await ticked(front)
    said = (await front.gets("/health")).text + (await front.gets("/metrics")).text
    for private in ("Nykvarn", "Anna", "xoxb", "U0ANNA", "C0", "T1", "Nyby"):
        assert private not in said
    assert isinstance(front.bot.carrier, MeteredCarrier)
    assert isinstance(front.bot.carrier._carrier, SlackCarrier)
