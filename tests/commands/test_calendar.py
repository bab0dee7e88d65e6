"""`/mote kalender` and the button Lägg i kalendern: the files they give, read by a reader that does not write them."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from sqlmodel import select

from commands import BY_NAME, find
from commands.calendar_feed import content_of, owner_of
from commands.call import Answer, Call, Refused, Reply
from schedules.message import Button
from storage.calendars import feed_by_token
from storage.models import AuditEntry, CalendarFeed, Commitment, Occasion, Person, Seat, Workspace
from storage.occasions import book
from storage.people import appoint
from storage.terms import OccasionState, Visibility
from tests.nyby import Room, button, form, reply, text

ZONE = ZoneInfo("Europe/Stockholm")
PUBLIC = "https://bot.example.org"
BOOK = "/mote boka planeringsgruppen 2027-11-10 13.00 Kommunhuset"
MOVE = "/mote flytta planeringsgruppen 2027-11-10 till 2027-11-17 9.00"
WALK = "aktivitet-trygghetsvandring"


async def asks(room: Room, line: str, *, url: str = PUBLIC, who: str = "anna") -> Answer:
    """A line or a button's words, of a bot that is reached at `url`."""
    slash, _, rest = line.partition(" ")
    command, words = find(slash, rest)
    return await room.run(command, replace(room.call(who, words), public_url=url))


async def presses(room: Room, pressed: Button, *, url: str = PUBLIC, who: str = "anna") -> Answer:
    return await room.run(BY_NAME[pressed.command], replace(room.call(who, pressed.words), public_url=url))


async def given(room: Room, answer: Answer) -> Any:
    """The calendar in the file that comes with an answer."""
    assert isinstance(answer, Reply)
    assert answer.enclosed is not None, answer.message.plain()
    async with room.database.reading() as session:
        content = await answer.enclosed.make(session)
    return vobject.readOne(content.decode())


async def file_of(room: Room, occasion: Occasion, who: str = "anna") -> list[Any]:
    """What stands in the file that the occasion's button gives."""
    answer = await presses(room, Button("", "mote kalenderfil", f"o:{occasion.id}"), who=who)
    return list((await given(room, answer)).contents.get("vevent", []))


def local(event: Any) -> tuple[datetime, datetime]:
    """When an event begins and ends, in Nyby."""
    return event.dtstart.value.astimezone(ZONE), event.dtend.value.astimezone(ZONE)


# --- the file under a summons -----------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_an_old_summons_button_gives_the_meeting_where_it_stands_now(room: Room) -> None:
    await room.says("anna", BOOK)
    (called,) = await room.occasions("mote-planeringsgruppen")
    (before,) = await file_of(room, called)
    await room.says("anna", MOVE)
    (after,) = await file_of(room, called)
    assert local(after)[0] == datetime(2027, 11, 17, 9, 0, tzinfo=ZONE)
    assert after.uid.value == before.uid.value
    assert int(after.sequence.value) > int(before.sequence.value)


@pytest.mark.asyncio
async def test_the_button_of_a_meeting_that_is_called_off_gives_its_cancellation(room: Room) -> None:
    await room.says("anna", BOOK)
    (called,) = await room.occasions("mote-planeringsgruppen")
    (before,) = await file_of(room, called)
    room.now += timedelta(hours=3)
    await room.says("anna", "/mote stall-in planeringsgruppen")
    (after,) = await file_of(room, called)
    assert (after.uid.value, after.status.value) == (before.uid.value, "CANCELLED")
    assert int(after.sequence.value) > int(before.sequence.value)
    assert after.last_modified.value - before.last_modified.value > timedelta(hours=3)


@pytest.mark.asyncio
async def test_a_walk_of_two_areas_on_one_day_is_one_file_each_that_says_which(room: Room) -> None:
    async with room.database.transaction() as session:
        both = [
            await book(
                session,
                commitment_id=room.town.commitments[WALK],
                on=datetime(2027, 11, 10, tzinfo=UTC).date(),
                at="17:00",
                place="Torget",
                person_id=None,
                now=room.now,
                area=area,
            )
            for area in ("Centrum", "Norrby")
        ]
    for (occasion, _), area in zip(both, ("Centrum", "Norrby"), strict=True):
        (event,) = await file_of(room, occasion)
        assert event.location.value == f"Torget, {area}"


@pytest.mark.asyncio
async def test_an_end_that_was_said_is_the_end_and_no_place(room: Room) -> None:
    await room.says("anna", "/mote boka planeringsgruppen 2027-11-10 13.00-15.30 Kommunhuset")
    (booked,) = await room.occasions("mote-planeringsgruppen")
    (event,) = await file_of(room, booked)
    assert [each.time() for each in local(event)] == [time(13), time(15, 30)]
    assert event.location.value == "Kommunhuset"


@pytest.mark.asyncio
async def test_an_end_before_the_beginning_is_not_believed(room: Room) -> None:
    await room.says("anna", "/mote boka planeringsgruppen 2027-11-10 13.00-11.30 Kommunhuset")
    (booked,) = await room.occasions("mote-planeringsgruppen")
    (event,) = await file_of(room, booked)
    assert [each.time() for each in local(event)] == [time(13), time(15)]


@pytest.mark.parametrize(
    ("to", "hours", "place"),
    [
        ("2027-11-17", (time(13), time(15, 30)), "Kommunhuset"),  # the same time another day
        ("2027-11-17 9.00", (time(9), time(11)), "Kommunhuset"),  # nobody has said when that ends
        ("2027-11-17 9.00-10.00", (time(9), time(10)), "Kommunhuset"),
        ("2027-11-17 Polishuset", (time(13), time(15, 30)), "Polishuset"),
    ],
)
@pytest.mark.asyncio
async def test_a_moved_meetings_end_follows_its_day_and_not_another_hour(
    sqlite_room: Room, to: str, hours: tuple[time, time], place: str
) -> None:
    room = sqlite_room
    await room.says("anna", "/mote boka planeringsgruppen 2027-11-10 13.00-15.30 Kommunhuset")
    await room.says("anna", f"/mote flytta planeringsgruppen 2027-11-10 till {to}")
    (booked, _) = await room.occasions("mote-planeringsgruppen")
    (event,) = await file_of(room, booked)
    assert tuple(each.time() for each in local(event)) == hours
    assert event.location.value == place


@pytest.mark.asyncio
async def test_an_internal_occasions_file_tells_its_time_and_no_more(room: Room) -> None:
    await room.says("anna", BOOK)
    (booked,) = await room.occasions("mote-planeringsgruppen")
    async with room.database.transaction() as session:
        commitment = await session.get(Commitment, booked.commitment_id)
        assert commitment is not None
        commitment.visibility = Visibility.INTERNAL.value
        title = commitment.title
        session.add(commitment)
    answer = await presses(room, Button("", "mote kalenderfil", f"o:{booked.id}"))
    content = (await given(room, answer)).serialize()
    assert "Internt tillfälle" in content
    for told in (title, "Kommunhuset", "Planeringsgruppen", "verenskommelsen"):
        assert told not in content, told


@pytest.mark.asyncio
async def test_two_bots_never_give_two_meetings_the_same_uid(room: Room) -> None:
    """The police sit in several municipalities' forums, and read them all in one calendar."""
    await room.says("anna", BOOK)
    (booked,) = await room.occasions("mote-planeringsgruppen")
    (here,) = await file_of(room, booked)
    async with room.database.transaction() as session:  # the same rows in another municipality's database
        workspace = (await session.exec(select(Workspace))).one()
        workspace.team_id = "T0GRANNBY"
        session.add(workspace)
    command, words = BY_NAME["mote kalenderfil"], f"o:{booked.id}"
    there = await room.run(command, replace(room.call("anna", words), team_id="T0GRANNBY"))
    (other,) = (await given(room, there)).vevent_list
    assert here.uid.value != other.uid.value


@pytest.mark.asyncio
async def test_who_may_not_see_a_forum_gets_no_file_of_its_meetings(room: Room) -> None:
    await room.says("gustav", "/mote boka chefssamrådet 2027-12-01 13.00 Kommunhuset")
    (booked,) = [each for each in await room.occasions() if each.state is OccasionState.PLANNED]
    with pytest.raises(Refused):
        await presses(room, Button("", "mote kalenderfil", f"o:{booked.id}"), who="erik")


@pytest.mark.asyncio
async def test_who_reads_that_a_meeting_is_moved_or_called_off_can_mend_the_calendar_at_once(room: Room) -> None:
    await room.says("anna", BOOK)
    await room.says("anna", MOVE)
    await room.says("anna", "/mote stall-in planeringsgruppen")
    _, moved, cancelled = await room.told("planeringsgruppen")
    for message, status in ((moved, "CANCELLED"), (cancelled, "CANCELLED")):  # both tell how it is now
        pressed = [each for part in message.parts for each in part.buttons][-1]
        (event,) = (await given(room, await presses(room, pressed, who="bertil"))).vevent_list
        assert event.status.value == status
        assert local(event)[0] == datetime(2027, 11, 17, 9, 0, tzinfo=ZONE)


# --- secret addresses -------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_forums_own_calendar_is_a_button_also_for_those_who_have_an_address_of_their_own(room: Room) -> None:
    await asks(room, "/mote kalender")
    again = await asks(room, "/mote kalender")
    address = text(await presses(room, button(again, "Planeringsgruppen")))
    assert f"Planeringsgruppen: {PUBLIC}/kalender/" in address


@pytest.mark.asyncio
async def test_turning_a_page_of_forums_makes_and_changes_no_address(room: Room) -> None:
    await asks(room, "/mote kalender")
    (before,) = await room.rows(CalendarFeed)
    turned = text(await presses(room, Button("", "mote kalender", "s:1")))
    assert PUBLIC not in turned
    assert await room.rows(CalendarFeed) == [before]
    assert "redan" not in turned


@pytest.mark.asyncio
async def test_changing_or_turning_off_an_address_is_asked_about_first(room: Room) -> None:
    answer = await asks(room, "/mote kalender")
    assert button(answer, "Byt adress").confirm
    assert button(answer, "Stäng av").confirm


@pytest.mark.asyncio
async def test_without_an_address_of_its_own_the_bot_says_what_to_ask_for_and_gives_files(room: Room) -> None:
    await room.says("anna", BOOK)
    for line in ("/mote kalender", "/mote kalender planeringsgruppen"):
        answer = await asks(room, line, url="")
        assert "SAMVERKANSBOT_PUBLIC_URL" in text(answer)
        calendar = await given(room, await presses(room, button(answer, "Hämta som fil"), url=""))
        assert len(calendar.vevent_list) == 1
    assert await room.rows(CalendarFeed) == []


@pytest.mark.asyncio
async def test_an_address_that_was_turned_off_is_made_anew_when_asked_for(room: Room) -> None:
    first = await asks(room, "/mote kalender")
    await presses(room, button(first, "Stäng av"))
    assert f"{PUBLIC}/kalender/" in text(await asks(room, "/mote kalender"))
    old, new = await room.rows(CalendarFeed)
    assert isinstance(old, CalendarFeed)
    assert isinstance(new, CalendarFeed)
    assert (old.revoked_at is None, new.revoked_at is None) == (False, True)
    assert old.token_digest != new.token_digest


# --- for somebody without Slack ---------------------------------------------------------------------------------------


async def nils(room: Room) -> None:
    """Nils of the police, without Slack, sits in Planeringsgruppen."""
    async with room.database.transaction() as session:
        person = Person(workspace_id=room.town.workspace, name="Nils Åkerman")
        session.add(person)
        await session.flush()
        seat = (await session.exec(select(Seat.id).where(Seat.title == "Kommunpolis"))).one() or 0
        await appoint(session, seat_id=seat, person_id=person.id or 0, deputy=False, starts=room.now.date())


async def feed_content(room: Room, token: str) -> bytes | None:
    async with room.database.reading() as session:
        feed = await feed_by_token(session, token)
        if feed is None:
            return None
        team_id, user_id, zone = await owner_of(session, feed)
        return await content_of(session, feed, Call(feed.workspace_id, team_id, user_id, room.now, zone=zone))


@pytest.mark.asyncio
async def test_a_coordinator_gets_an_address_for_somebody_without_slack_and_it_works_and_is_turned_off(
    room: Room,
) -> None:
    await nils(room)
    await room.says("anna", BOOK)
    shown = await asks(room, "/mote kalender planeringsgruppen")
    opened = form(await presses(room, button(shown, "Kalenderadress åt någon")))
    assert [each.label for each in opened.fields[0].options] == ["Nils Åkerman"]

    async def sends(wish: str) -> str:
        fields: dict[str, str | list[str] | None] = {"person": opened.fields[0].options[0].value, "wish": wish}
        call = room.call("anna", fields=fields, context=opened.context, submitted=True)
        return text(await room.run(BY_NAME["kalender at"], replace(call, public_url=PUBLIC)))

    said = await sends("ny")
    token = said.split("/kalender/")[1].split(".ics")[0]
    content = await feed_content(room, token)
    assert content is not None
    assert b"20271110T" in content
    assert "Nils Åkerman" in await sends("av")
    assert await feed_content(room, token) is None
    assert "har ingen adress" in await sends("av")
    async with room.database.reading() as session:
        rows = (await session.exec(select(AuditEntry.action).where(AuditEntry.action == "kalender at"))).all()
    assert len(rows) == 2


@pytest.mark.asyncio
async def test_members_get_no_address_for_others(room: Room) -> None:
    await nils(room)
    shown = reply(await asks(room, "/mote kalender planeringsgruppen", who="farah"))
    assert "Kalenderadress åt någon" not in [each.label for part in shown.parts for each in part.buttons]
    with pytest.raises(Refused):
        await presses(room, Button("", "kalender at", f"f:{room.town.forums['planeringsgruppen']}"), who="farah")


@pytest.mark.asyncio
async def test_the_coming_meetings_are_had_as_a_text_to_send_on(room: Room) -> None:
    await room.says("anna", BOOK)
    shown = await asks(room, "/mote kalender planeringsgruppen", url="")
    answer = await presses(room, button(shown, "Kommande möten som text"), url="")
    assert isinstance(answer, Reply)
    assert answer.enclosed is not None
    async with room.database.reading() as session:
        content = (await answer.enclosed.make(session)).decode()
    assert (
        content == "Samverkan: Planeringsgruppen\n\nons 10 nov 2027 kl. 13.00 (v. 45), Kommunhuset: Planeringsgruppen\n"
    )
