"""`/samverkan varför`: any message, sent or not, by forum, day, person and agreement; with a link to it."""

from datetime import date, time, timedelta

import pytest
from sqlmodel import col, select

from bot.blocks import LEADS_ELSEWHERE, message_blocks
from commands.call import Refused
from schedules.message import Button
from schedules.planner import plan
from schedules.reminders import ReminderKind
from schedules.texts import KINDS
from storage.models import Notice, Outgoing, OutgoingState, Person, Workspace
from storage.outbox import tell
from tests.commands.test_answer import BOOK, SUMMONS_DAY, booked, notices, reminded, sent
from tests.nyby import Room, button, reply, text

WHY = "/samverkan varför"


async def posted(room: Room, notice: Notice, channel: str = "C0PLAN") -> None:
    """As the courier marks it, where Slack has said where it stands."""
    await sent(room, notice)
    async with room.database.transaction() as session:
        carrier = await session.get_one(Outgoing, notice.outgoing_id)
        assert carrier.state is OutgoingState.SENT
        carrier.channel_id, carrier.ts = channel, "1824796860.000200"
        session.add(carrier)
        (await session.get_one(Workspace, room.town.workspace)).url = "https://nyby.slack.com/"


async def life(room: Room, who: str, notice: Notice) -> list[Button]:
    answer = await room.presses(who, Button("", "varfor", f"n:{notice.id}"))
    return list(reply(answer).parts[0].buttons)


@pytest.mark.asyncio
async def test_the_life_of_a_posted_message_leads_to_it(room: Room) -> None:
    await booked(room)
    notice = await reminded(room, SUMMONS_DAY, "summons")
    assert await life(room, "farah", notice) == []
    await posted(room, notice)
    (opens,) = await life(room, "farah", notice)
    assert opens.url == "https://nyby.slack.com/archives/C0PLAN/p1824796860000200"
    answer = await room.presses("farah", Button("", "varfor", f"n:{notice.id}"))
    (made,) = [each for block in message_blocks(reply(answer)) for each in block.get("elements", []) if "url" in each]
    assert made["action_id"].startswith(LEADS_ELSEWHERE)


@pytest.mark.asyncio
async def test_nobody_is_led_to_somebody_elses_direct_message(room: Room) -> None:
    await booked(room)
    notice = await reminded(room, date(2027, 11, 8), "tally")
    await posted(room, notice, "D0ANNA")
    assert [each.label for each in await life(room, "anna", notice)] == ["Öppna meddelandet"]
    assert await life(room, "farah", notice) == []


async def name_of_cecilia(room: Room) -> str:
    async with room.database.reading() as session:
        return (await session.get_one(Person, room.town.people["cecilia"])).name


@pytest.mark.asyncio
async def test_a_forums_messages_are_found_moves_and_those_without_a_commitment_too(room: Room) -> None:
    await booked(room)
    await room.says("anna", "/mote flytta planeringsgruppen till 2027-11-17 13.00")
    async with room.database.transaction() as session:
        await tell(
            session,
            workspace_id=room.town.workspace,
            key="chair_vacant:f2",
            kind="chair_vacant",
            due_at=room.now,
            now=room.now,
            forum_id=room.town.forums["planeringsgruppen"],
            person_id=room.town.people["cecilia"],
            agreement_id=room.town.agreement,
        )
    said = text(await room.says("anna", f"{WHY} planeringsgruppen"))
    for line in ("Bokat: ", "Flyttat: Planeringsgruppens möte", "Ordförandeplatsen är vakant: Planeringsgruppen"):
        assert line in said, said
    person = text(await room.says("anna", f"{WHY} planeringsgruppen {await name_of_cecilia(room)}"))
    assert "Ordförandeplatsen är vakant" in person
    assert "Bokat" not in person


@pytest.mark.asyncio
async def test_a_day_narrows_it_and_older_ones_are_a_button_away(room: Room) -> None:
    for week in range(12):
        day = date(2027, 11, 10) + timedelta(weeks=week)
        await room.says("anna", f"/mote boka planeringsgruppen {day} 13.00")
    await reminded(room, SUMMONS_DAY, "summons")
    shown = await room.says("anna", f"{WHY} planeringsgruppen 2027-10-29")
    assert "Kallelse" in text(shown)
    assert "Bokat" not in text(shown)
    first = await room.says("anna", f"{WHY} planeringsgruppen 2027-10-20")
    second = await room.presses("anna", button(first, "Visa äldre"))
    counts = [text(each).count("Bokat: Planeringsgruppens möte") for each in (first, second)]
    assert counts == [8, 4]
    assert "Visa äldre" not in [each.label for part in reply(second).parts for each in part.buttons]


@pytest.mark.asyncio
async def test_a_chair_that_passes_on_and_an_agreement_that_ends_are_found_also_when_never_told(room: Room) -> None:
    room.on(date(2030, 12, 20), time(9, 0))
    said = text(await room.says("anna", f"{WHY} överenskommelsen"))
    assert "Påminnelser som inte kom" in said
    assert "Överenskommelsen löper ut" in said
    room.on(date(2028, 1, 20))
    assert "Ordförandebyte" in text(await room.says("anna", f"{WHY} chefssamrådet"))
    with pytest.raises(Refused):
        await room.says("farah", f"{WHY} överenskommelsen")


@pytest.mark.asyncio
async def test_what_one_may_not_see_is_not_found_by_day_or_name(room: Room) -> None:
    await room.says("anna", BOOK)
    assert "Bokat" in text(await room.says("anna", f"{WHY} 2027-10-20"))
    assert "Bokat" not in text(await room.says("erik", f"{WHY} 2027-10-20"))
    notice = (await notices(room, "booked"))[0]
    with pytest.raises(Refused):
        await room.presses("erik", Button("", "varfor", f"n:{notice.id}"))


@pytest.mark.asyncio
async def test_every_kind_of_message_has_a_name(room: Room) -> None:
    await booked(room)
    await room.says("anna", "/mote flytta planeringsgruppen till 2027-11-17 13.00")
    await room.says("anna", "/mote flytta planeringsgruppen till 2027-11-17 13.00 Polishuset")
    await room.says("anna", "/mote ställ in planeringsgruppen")
    await plan(room.database, room.now)
    async with room.database.reading() as session:
        told = set((await session.exec(select(Notice.kind).order_by(col(Notice.id)))).all())
    assert {"booked", "moved", "place", "cancelled"} <= told
    assert told | {kind.value for kind in ReminderKind} <= set(KINDS)
