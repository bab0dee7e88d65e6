"""Calendars by secret address, read by a calendar reader that the program does not use to write them."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject
from sqlmodel import select

from bot.http.feeds import Pace
from storage.models import CalendarFeed, Person
from tests.bot.http.reader import PUBLIC, Reader

ZONE = ZoneInfo("Europe/Stockholm")


@pytest.mark.asyncio
async def test_a_meeting_is_at_its_local_time_on_both_sides_of_the_clocks_change(reader: Reader) -> None:
    for day in ("2027-03-26", "2027-03-30", "2027-10-29", "2027-11-02"):
        await reader.says(f"/mote boka chefssamrådet {day} 13.00 Kommunhuset")
    path = await reader.subscribes()
    calendar = vobject.readOne(await (await reader.asks(path)).text())
    starts = sorted(each.dtstart.value for each in calendar.vevent_list)
    assert [each.astimezone(UTC).hour for each in starts] == [12, 11, 11, 12]
    assert all(each.astimezone(ZONE).time() == time(13) for each in starts)
    ends = sorted(each.dtend.value for each in calendar.vevent_list)
    assert all(end - begin == timedelta(hours=2) for begin, end in zip(starts, ends, strict=True))


@pytest.mark.asyncio
async def test_a_moved_meeting_keeps_its_uid_with_a_higher_sequence_and_a_cancelled_one_stays_as_such(
    reader: Reader,
) -> None:
    await reader.says("/mote boka chefssamrådet 2027-03-10 13.00 Kommunhuset")
    path = await reader.subscribes()
    (before,) = (await reader.events(path)).values()
    await reader.says("/mote flytta chefssamrådet 2027-03-10 till 2027-03-17 9.00")
    (moved,) = (await reader.events(path)).values()
    assert moved.uid.value == before.uid.value
    assert int(moved.sequence.value) > int(before.sequence.value)
    assert moved.dtstart.value.astimezone(ZONE) == datetime(2027, 3, 17, 9, 0, tzinfo=ZONE)
    await reader.says("/mote ställ in chefssamrådet 2027-03-17")
    ((summary, cancelled),) = (await reader.events(path)).items()
    assert summary.startswith("Inställt: ")
    assert (cancelled.uid.value, cancelled.status.value) == (before.uid.value, "CANCELLED")
    assert int(cancelled.sequence.value) > int(moved.sequence.value)


@pytest.mark.asyncio
async def test_an_occasion_without_a_time_fills_its_day_and_blocks_nothing(reader: Reader) -> None:
    await reader.says("/mote boka trygghetsvandring 2027-04-14")
    (event,) = (await reader.events(await reader.subscribes())).values()
    assert (event.dtstart.value, event.dtend.value) == (date(2027, 4, 14), date(2027, 4, 15))
    assert event.transp.value == "TRANSPARENT"


@pytest.mark.asyncio
async def test_everybody_sees_their_own_forums_and_a_forums_address_that_forum_alone(reader: Reader) -> None:
    await reader.says("/mote boka chefssamrådet 2027-03-10 13.00 Kommunhuset")
    await reader.says("/mote boka planeringsgruppen 2027-03-03 13.00 Kommunhuset")
    await reader.says("/mote boka operativa gruppen 2027-03-02 13.00 Kommunhuset")
    ali = await reader.events(await reader.subscribes(who="U0ALI"))
    assert [name for name in ali if "hefssamråd" in name] == []
    assert len(ali) == 1
    whole = await reader.events(await reader.subscribes())
    assert len(whole) == 3
    one = await reader.events(await reader.subscribes("/mote kalender planeringsgruppen"))
    assert list(one) == list(ali)


@pytest.mark.asyncio
async def test_what_has_not_changed_is_not_sent_again(reader: Reader) -> None:
    await reader.says("/mote boka chefssamrådet 2027-03-10 13.00 Kommunhuset")
    path = await reader.subscribes()
    first = await reader.asks(path)
    again = await reader.asks(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, await again.read()) == (304, b"")
    await reader.says("/mote boka chefssamrådet 2027-06-09 13.00 Kommunhuset")
    assert (await reader.asks(path, headers={"If-None-Match": first.headers["ETag"]})).status == 200
    assert first.headers["Cache-Control"].startswith("private")


@pytest.mark.asyncio
async def test_the_address_is_told_once_and_only_its_checksum_is_kept(reader: Reader) -> None:
    path = await reader.subscribes()
    assert PUBLIC + "/kalender/" not in await reader.says("/mote kalender")
    async with reader.bot.database.reading() as session:
        (feed,) = (await session.exec(select(CalendarFeed))).all()
    token = path.removeprefix("/kalender/").removesuffix(".ics")
    assert len(token) >= 32
    assert token not in str(feed.model_dump())


# --- what somebody else may try ---------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_an_address_that_is_replaced_or_turned_off_is_as_if_it_had_never_been(reader: Reader) -> None:
    first = await reader.subscribes()
    second = await reader.subscribes("/mote kalender ny")
    assert [(await reader.asks(path)).status for path in (first, second)] == [404, 200]
    assert "avstängd" in await reader.says("/mote kalender av")
    turned_off, never_was = await reader.asks(second), await reader.asks("/kalender/" + "a" * 32 + ".ics")
    assert (turned_off.status, await turned_off.read()) == (never_was.status, await never_was.read()) == (404, b"")


@pytest.mark.asyncio
async def test_reading_on_after_the_account_is_closed(reader: Reader) -> None:
    path = await reader.subscribes(who="U0ALI")
    assert (await reader.asks(path)).status == 200
    async with reader.bot.database.transaction() as session:
        ali = (await session.exec(select(Person).where(Person.slack_user_id == "U0ALI"))).one()
        ali.deactivated = True
        session.add(ali)
    assert (await reader.asks(path)).status == 404


@pytest.mark.asyncio
async def test_guessing_listing_walking_and_writing(reader: Reader) -> None:
    path = await reader.subscribes()
    for attempt in (
        "/kalender",
        "/kalender/",
        "/kalender/.ics",
        "/kalender/..%2f..%2fetc%2fpasswd.ics",
        "/kalender/%00.ics",
    ):
        assert (await reader.asks(attempt)).status == 404, attempt
    for method in ("post", "put", "delete"):
        answer = await getattr(reader.http, method)(f"http://127.0.0.1:{reader.port}{path}")
        assert answer.status == 405
    assert (await reader.http.head(f"http://127.0.0.1:{reader.port}{path}")).status == 200


@pytest.mark.asyncio
async def test_an_address_asked_for_all_the_time_is_held_back_and_others_are_not(reader: Reader) -> None:
    path, other = await reader.subscribes(), await reader.subscribes("/mote kalender planeringsgruppen")
    statuses = [(await reader.asks(path)).status for _ in range(25)]
    assert statuses.count(200) >= 20
    assert statuses[-1] == 429
    assert int((await reader.asks(path)).headers["Retry-After"]) > 0
    assert (await reader.asks(other)).status == 200


def test_the_pace_lets_through_again_when_time_has_passed() -> None:
    now = [0.0]
    pace = Pace(at_once=2, every=10, clock=lambda: now[0])
    assert [pace.wait("a") == 0 for _ in range(3)] == [True, True, False]
    assert 0 < pace.wait("a") <= 10
    assert pace.wait("b") == 0
    now[0] = 10.0
    assert [pace.wait("a") == 0 for _ in range(2)] == [True, False]
