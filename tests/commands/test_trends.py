"""Trends: fixed categories, from Operativa gruppen to Planeringsgruppen's next agenda, and nobody in them."""

from datetime import date, time

import pytest
from sqlmodel import select

from commands.call import Refused
from commands.texts.trends import CATEGORIES
from schedules.composing import compose
from schedules.planner import plan
from storage.models import Notice, TrendReport
from tests.nyby import Room, button, form, text


async def reported(room: Room, **changed: str | list[str]) -> None:
    opened = form(await room.presses("erik", button(await room.says("erik", "/mote trender"), "Rapportera trender")))
    answer = await room.sends("erik", opened, **({"area": "Centrum", "trafik": "up", "skadegorelse": "down"} | changed))
    assert "rapporterade till Planeringsgruppen" in text(answer)


@pytest.mark.asyncio
async def test_a_report_is_told_to_the_forum_above_once_and_read_by_both(room: Room) -> None:
    await reported(room)
    (told,) = [each for each in await room.told("planeringsgruppen") if "Trender från" in each.parts[0].heading]
    assert told.parts[0].heading == "Trender från Operativa gruppen, ons 20 okt 2027: Centrum"
    assert told.parts[0].lines == ("Ökar: trafik. Minskar: skadegörelse och klotter.",)
    for who, forum in (("erik", "operativa gruppen"), ("farah", "planeringsgruppen")):
        assert "Ökar: trafik." in text(await room.says(who, f"/mote trender {forum}"))
    assert await room.told("operativa-gruppen") == []


@pytest.mark.asyncio
async def test_it_stands_on_the_next_agenda(room: Room) -> None:
    await reported(room)
    await room.says("anna", "/logga möte planeringsgruppen 19 okt genomfört 8 deltagare kommunen polisen")
    opened = form(await room.says("anna", "/mote anteckningar planeringsgruppen"))
    assert any("Trender från Operativa gruppen" in each.label for each in opened.fields)


@pytest.mark.asyncio
async def test_the_form_asks_for_categories_a_place_and_who_may_see_it_and_nothing_else(sqlite_room: Room) -> None:
    room = sqlite_room
    opened = form(await room.presses("erik", button(await room.says("erik", "/mote trender"), "Rapportera trender")))
    assert {each.name for each in opened.fields if each.kind != "note"} == {
        "forum",
        "area",
        "visibility",
        *CATEGORIES,
    }
    assert any(each.kind == "note" and "enskilda" in each.label for each in opened.fields)
    with pytest.raises(Refused) as refused:
        await room.sends("erik", opened)
    assert "åtminstone en trend" in refused.value.sentence


@pytest.mark.asyncio
async def test_what_is_kept_is_the_categories_alone(sqlite_room: Room) -> None:
    await reported(sqlite_room, trygghet="")
    async with sqlite_room.database.reading() as session:
        (row,) = (await session.exec(select(TrendReport))).all()
    assert row.trends == {"trafik": "up", "skadegorelse": "down"}


@pytest.mark.asyncio
async def test_the_forum_below_is_asked_in_its_channel_before_the_one_above_is_summoned(room: Room) -> None:
    room.on(date(2027, 9, 1))
    await plan(room.database, room.now)
    await room.says("anna", "/mote boka planeringsgruppen 2027-10-13 13.00 Kommunhuset")
    room.on(date(2027, 9, 29), time(8, 1))
    await plan(room.database, room.now)
    async with room.database.reading() as session:
        (notice,) = (await session.exec(select(Notice).where(Notice.kind == "trends_due"))).all()
        message = (await compose(session, [notice], room.now)).message
    assert notice.forum_id == room.town.forums["operativa-gruppen"]
    assert message is not None
    assert "Planeringsgruppen möts ons 13 okt 2027." in message.plain()
    opened = form(await room.presses("erik", message.parts[0].buttons[0]))
    await room.sends("erik", opened, trafik="up")
    async with room.database.reading() as session:
        composed = await compose(session, [notice], room.now)
    assert composed.dropped == {notice.id: "reported"}
