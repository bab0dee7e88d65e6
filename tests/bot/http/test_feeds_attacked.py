"""What somebody without an address tries against the calendars, and what a database that fails makes of them."""

from datetime import date, timedelta

import pytest
from sqlmodel import col, select, text, update

from bot.http.feeds import Pace, client_of
from storage.models import Appointment, Person
from tests.bot.http.reader import Reader

FROM, ANOTHER = "203.0.113.7", "203.0.113.8"


def behind(*clients: str) -> dict[str, str]:
    """The header a proxy on this machine writes: what it was told, and last whom it was asked by."""
    return {"X-Forwarded-For": ", ".join(clients)}


async def guesses(reader: Reader, count: int, *told: str) -> list[int]:
    """The answers to so many guesses through the proxy, each with a new lie before the client's own address."""
    return [
        (await reader.asks(f"/kalender/{each:032d}.ics", headers=behind(*told, f"198.51.100.{each}", FROM))).status
        for each in range(count)
    ]


@pytest.mark.asyncio
async def test_who_guesses_is_held_back_and_others_are_not(reader: Reader) -> None:
    path = await reader.subscribes()
    statuses = await guesses(reader, 25)
    assert set(statuses[:20]) == {404}
    assert set(statuses[-4:]) == {429}
    even_right = await reader.asks(path, headers=behind(FROM))
    assert even_right.status == 429
    assert 0 < int(even_right.headers["Retry-After"]) <= 11
    assert (await reader.asks(path, headers=behind(ANOTHER))).status == 200


@pytest.mark.asyncio
async def test_addresses_that_could_never_be_one_are_guesses_too(reader: Reader) -> None:
    statuses = [(await reader.asks(f"/kalender/{each}.ics", headers=behind(FROM))).status for each in range(25)]
    assert (statuses[0], statuses[-1]) == (404, 429)


@pytest.mark.asyncio
async def test_who_is_held_back_does_not_reach_the_database(reader: Reader) -> None:
    await guesses(reader, 25)
    async with reader.bot.database.transaction() as session:
        await session.exec(text("ALTER TABLE calendar_feed RENAME TO gone"))  # type: ignore[call-overload]
    assert set(await guesses(reader, 3)) == {429}


@pytest.mark.asyncio
async def test_a_database_that_fails_is_said_as_passing_so_that_nobody_loses_a_calendar(reader: Reader) -> None:
    path = await reader.subscribes()
    async with reader.bot.database.transaction() as session:
        await session.exec(text("ALTER TABLE calendar_feed RENAME TO gone"))  # type: ignore[call-overload]
    answer = await reader.asks(path)
    assert (answer.status, await answer.read()) == (503, b"")
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.asyncio
async def test_reading_on_after_the_last_day_of_the_appointment(reader: Reader) -> None:
    path = await reader.subscribes(who="U0ALI")
    async with reader.bot.database.transaction() as session:
        ali = (await session.exec(select(Person).where(Person.slack_user_id == "U0ALI"))).one()
        of_ali = update(Appointment).where(col(Appointment.person_id) == ali.id)
        await session.exec(of_ali.values(ends=date(2027, 1, 12)))
    assert (await reader.asks(path)).status == 200
    reader.bot.clock.set(reader.bot.clock.now() + timedelta(days=2))
    ended = await reader.asks(path)
    assert (ended.status, await ended.read()) == (404, b"")


@pytest.mark.asyncio
async def test_somebody_of_another_organisation_subscribes_like_everybody_else(reader: Reader) -> None:
    await reader.says("/mote boka planeringsgruppen 2027-03-03 13.00 Kommunhuset")
    path = await reader.subscribes(who="U0CECILIA", team="T0POLISEN")
    (event,) = (await reader.events(path)).values()
    assert event.uid.value.endswith("@t1.samverkansbot")  # the bot's own team, not the police's


@pytest.mark.parametrize(
    ("remote", "written", "client"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),  # no proxy of ours: it may write what it likes
        ("127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.2", ["198.51.100.1, 203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", ["198.51.100.1", "203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", ["203.0.113.7, nonsense"], "127.0.0.1"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("::ffff:203.0.113.7", [], "203.0.113.7"),
        ("2a00:1450:4001:1::1", [], "2a00:1450:4001:1::/64"),
        ("2a00:1450:4001:1:ffff::2", [], "2a00:1450:4001:1::/64"),
        ("", ["203.0.113.7"], ""),
    ],
)
def test_a_client_is_who_our_own_proxy_says_or_the_other_end(remote: str, written: list[str], client: str) -> None:
    assert client_of(remote, written) == client


def test_looking_ahead_counts_nothing() -> None:
    pace = Pace(at_once=1, every=10, clock=lambda: 0.0)
    assert [pace.ahead("a") for _ in range(3)] == [0.0, 0.0, 0.0]
    assert pace.wait("a") == 0.0
    assert pace.ahead("a") == 10.0
