"""One agenda for a meeting: frozen with the summons, the same numbers in minutes and document, results under points."""

from datetime import date, time

import pytest
from docx.document import Document as Word
from sqlmodel import col, select

from commands.call import Form, Reply
from schedules.composing import compose
from schedules.message import Message
from schedules.planner import plan
from storage.models import AgendaPoint, Decision, Minutes, Notice
from tests.commands.test_matters import label_of, pressed
from tests.commands.test_minutes import OPEN, document, every, met, person_id, told_of, written
from tests.nyby import Room, button, form, reply, text, values

MET = date(2027, 10, 13)


async def booked(room: Room, forum: str = "planeringsgruppen", on: date = MET) -> None:
    """The agreement is planned from 1 September on, and the forum meets."""
    room.on(date(2027, 9, 1))
    await plan(room.database, room.now)
    await room.says("anna", f"/mote boka {forum} {on} 13.00 Kommunhuset")


async def raised(room: Room, title: str, on: date, forum: str = "planeringsgruppen", who: str = "anna") -> None:
    if room.now.date() != on:
        room.on(on)
    await room.sends(who, form(await room.says(who, f"/mote ärende {forum} {title}")))


async def said(room: Room, kind: str) -> Message:
    """What the newest reminder of the kind says now."""
    async with room.database.reading() as session:
        notices = (await session.exec(select(Notice).where(Notice.kind == kind).order_by(col(Notice.id)))).all()
        message = (await compose(session, [notices[-1]], room.now)).message
    assert message is not None
    return message


async def summoned(room: Room, on: date = date(2027, 10, 4)) -> list[str]:
    """The lines of the agenda that the summons goes out with."""
    room.on(on, time(8, 1))
    await plan(room.database, room.now)
    lines = (await said(room, "summons")).plain().splitlines()
    return [line for line in lines if line[:1].isdigit()]


def asked(opened: Form) -> list[str]:
    """The headings in the form of the minutes."""
    return [each.label for each in opened.fields if each.name.startswith("point")]


def under(opened: Form, words: str) -> str:
    """The field under the heading with the words."""
    (name,) = [each.name for each in opened.fields if each.name.startswith("point") and words in each.label]
    return name


async def headings_of(room: Room) -> list[str]:
    _, opened = await document(room)
    assert isinstance(opened, Word)
    return [each.text for each in opened.paragraphs if each.style is not None and each.style.name == "Heading 2"]


async def paragraphs(room: Room) -> list[str]:
    _, opened = await document(room)
    assert isinstance(opened, Word)
    return [each.text for each in opened.paragraphs]


@pytest.mark.asyncio
async def test_summons_form_and_document_show_the_same_points_with_the_same_numbers(room: Room) -> None:
    await booked(room)
    await raised(room, "Belysningen", date(2027, 9, 20))
    lines = await summoned(room)
    assert lines[0] == "1. Godkännande av dagordning"
    assert any(line.endswith(". Belysningen (anmält av Anna Ekdal)") for line in lines)
    assert lines[-1].endswith("Nästa möte"), "what is raised comes before the last points"
    await raised(room, "Skateparken", date(2027, 10, 6))
    await raised(room, "Efteråt", date(2027, 10, 14))
    room.on(date(2027, 10, 20))
    opened = form(await room.says("anna", OPEN))
    number = len(lines) + 1
    shown = [line.partition(" (")[0] for line in lines]
    assert asked(opened) == [*shown, f"{number}. Skateparken (tillkom efter kallelsen)"]
    await room.sends("anna", opened, present=[await person_id(room, "anna")])
    assert await headings_of(room) == asked(opened)


@pytest.mark.asyncio
async def test_what_came_up_after_the_summons_is_told_the_day_before(room: Room) -> None:
    await booked(room)
    lines = await summoned(room)
    await raised(room, "Skateparken", date(2027, 10, 6))
    room.on(date(2027, 10, 12), time(8, 1))
    await plan(room.database, room.now)
    soon = (await said(room, "soon")).plain()
    assert f"Tillkommit efter kallelsen:\n{len(lines) + 1}. Skateparken (anmält av Anna Ekdal)" in soon


@pytest.mark.asyncio
async def test_a_note_lands_under_its_own_heading_though_a_matter_is_decided_meanwhile(room: Room) -> None:
    await booked(room)
    for title in ("Belysningen", "Skateparken"):
        await raised(room, title, date(2027, 9, 20))
    room.on(date(2027, 10, 20))
    opened = form(await room.says("anna", OPEN))
    await room.sends("anna", await pressed(room, "anna", "planeringsgruppen", "Besluta"), text="Lagas.")
    notes = {under(opened, "Skateparken"): "Om skateparken.", under(opened, "Nästa möte"): "Den 24 november."}
    await room.sends("anna", opened, present=[await person_id(room, "anna")], **notes)
    (minutes,) = await every(room, Minutes)
    assert {each["title"]: each["note"] for each in minutes.points if each["note"]} == {
        "Skateparken": "Om skateparken.",
        "Nästa möte": "Den 24 november.",
    }


@pytest.mark.asyncio
async def test_what_came_of_each_matter_stands_under_its_point(room: Room) -> None:
    await booked(room)
    for title in ("Avgörs", "Skickas", "Bordläggs", "Väntar"):
        await raised(room, title, date(2027, 9, 20))
    await summoned(room)
    room.on(date(2027, 10, 14))
    await room.sends("anna", await pressed(room, "anna", "planeringsgruppen", "Besluta"), text="Lagas.")
    for act, reason in (("upp till", "Kräver pengar."), ("Bordlägg", "Underlag saknas.")):
        title = "Skickas" if act == "upp till" else "Bordläggs"
        shown = reply(await room.says("anna", "/mote ärenden planeringsgruppen"))
        (part,) = [each for each in shown.parts if title in "".join(each.lines)]
        handle = form(await room.presses("anna", part.buttons[1]))
        await room.sends("anna", handle, act=label_of(handle, "act", act), reason=reason)
    room.on(date(2027, 10, 20))
    await written(room)
    words = await paragraphs(room)
    for title, result in (
        ("Avgörs", "Beslut Planeringsgruppen 2027:1: Lagas."),
        ("Skickas", "Skickat till Chefssamrådet: Kräver pengar."),
        ("Bordläggs", "Bordlagt till nästa möte: Underlag saknas."),
        ("Väntar", "Inget antecknat."),
    ):
        (at,) = [number for number, line in enumerate(words) if line.endswith(f". {title}")]
        assert words[at + 1] == result
    assert "Beslut Planeringsgruppen 2027:1: Lagas." in (await told_of(room)).plain()


@pytest.mark.asyncio
async def test_a_deferred_matter_stands_on_both_meetings_each_with_its_own_result(sqlite_room: Room) -> None:
    room = sqlite_room
    await booked(room)
    await raised(room, "Belysningen", date(2027, 9, 20))
    await room.says("anna", "/mote boka planeringsgruppen 2027-11-24 13.00")
    room.on(date(2027, 10, 14))
    handle = await pressed(room, "anna", "planeringsgruppen", "Hantera")
    await room.sends("anna", handle, act="defer", reason="Underlag saknas.")
    room.on(date(2027, 11, 25))
    await room.sends("anna", await pressed(room, "anna", "planeringsgruppen", "Besluta"), text="Lagas.")
    for on, result in (
        ("2027-10-13", "Bordlagt till nästa möte: Underlag saknas."),
        ("2027-11-24", "Beslut Planeringsgruppen 2027:1: Lagas."),
    ):
        opened = form(await room.says("anna", f"{OPEN} {on}"))
        (field,) = [each for each in opened.fields if "Belysningen" in each.label]
        assert field.hint == result


@pytest.mark.asyncio
async def test_a_decision_is_the_meetings_where_it_was_taken_though_written_down_a_week_later(room: Room) -> None:
    await raised(room, "Belysningen", date(2027, 9, 20))
    await met(room)
    opened = await pressed(room, "anna", "planeringsgruppen", "Besluta")
    assert values(opened)["on"] == "2027-10-13", "the latest meeting since it was raised"
    await room.sends("anna", opened, text="Belysningen lagas.")
    (decision,) = await every(room, Decision)
    (occasion,) = await room.occasions("mote-planeringsgruppen")
    assert (decision.occasion_id, decision.decided_on) == (occasion.id, MET)
    await written(room)
    _, opened_file = await document(room)
    assert isinstance(opened_file, Word)
    cells = [cell.text for table in opened_file.tables for row in table.rows for cell in row.cells]
    assert "Planeringsgruppen 2027:1\nBelysningen lagas." in cells


@pytest.mark.asyncio
async def test_a_matter_raised_after_the_latest_meeting_is_decided_today(sqlite_room: Room) -> None:
    room = sqlite_room
    await met(room)
    await raised(room, "Belysningen", date(2027, 10, 19))
    room.on(date(2027, 10, 20))
    assert values(await pressed(room, "anna", "planeringsgruppen", "Besluta"))["on"] == "2027-10-20"


@pytest.mark.asyncio
async def test_from_the_saved_minutes_each_matter_can_be_decided_and_a_decision_without_one_be_written(
    room: Room,
) -> None:
    await raised(room, "Belysningen", date(2027, 9, 20))
    await met(room)
    opened = form(await room.says("anna", OPEN))
    saved = await room.sends("anna", opened, present=[await person_id(room, "anna")])
    await room.sends("anna", form(await room.presses("anna", button(saved, "Besluta"))), text="Belysningen lagas.")
    direct = form(await room.presses("anna", button(saved, "Skriv annat beslut")))
    assert values(direct)["on"] == "2027-10-13"
    chosen = label_of(direct, "responsible", "Kommunpolis")
    await room.sends("anna", direct, text="Gruppen möts var sjätte vecka.", responsible=chosen, due="2027-12-01")
    found = await every(room, Decision)
    assert [(each.number, each.matter_id is None) for each in found] == [(1, False), (2, True)]
    assert len({each.occasion_id for each in found}) == 1
    _, opened_file = await document(room)
    assert isinstance(opened_file, Word)
    rows = [[cell.text for cell in row.cells] for table in opened_file.tables for row in table.rows]
    assert ["Planeringsgruppen 2027:2\nGruppen möts var sjätte vecka.", "Kommunpolis", "2027-12-01"] in rows
    again = await room.sends("anna", form(await room.says("anna", OPEN)))
    assert "Inget är ändrat" in text(again)
    assert "Belysningen" not in text(again), "it is decided"


@pytest.mark.asyncio
async def test_a_decision_after_the_fixing_comes_with_the_next_version_and_that_is_said(sqlite_room: Room) -> None:
    room = sqlite_room
    await raised(room, "Belysningen", date(2027, 9, 20))
    await met(room)
    await written(room)
    room.on(date(2027, 11, 10))
    opened = await pressed(room, "anna", "planeringsgruppen", "Besluta")
    answer = await room.sends("anna", opened, text="Belysningen lagas.")
    assert "är redan fastställda. Öppna dem och spara på nytt" in text(answer)
    assert not any("Belysningen lagas" in line for line in await paragraphs(room))
    await room.sends("anna", form(await room.says("anna", OPEN)))
    assert "Beslut Planeringsgruppen 2027:1: Belysningen lagas." in await paragraphs(room)


@pytest.mark.asyncio
async def test_an_agenda_once_sent_is_never_changed(room: Room) -> None:
    await booked(room)
    await raised(room, "Belysningen", date(2027, 9, 20))
    await summoned(room)
    before = [(each.number, each.key, each.title) for each in await every(room, AgendaPoint)]
    room.on(date(2027, 10, 8))
    handle = await pressed(room, "anna", "planeringsgruppen", "Hantera")
    await room.sends("anna", handle, act="close", reason="Löst.")
    assert [line.partition(" (")[0] for line in await summoned(room, date(2027, 10, 9))] == [
        f"{number}. {title}" for number, _, title in before
    ]
    room.on(date(2027, 10, 20))
    opened = form(await room.says("anna", OPEN))
    (field,) = [each for each in opened.fields if "Belysningen" in each.label]
    assert field.hint == "Avslutat utan beslut: Löst."


@pytest.mark.asyncio
async def test_measures_due_by_the_meeting_and_follow_ups_before_the_next_one_are_points(room: Room) -> None:
    await booked(room)
    await raised(room, "X", date(2027, 9, 2))
    opened = await pressed(room, "anna", "planeringsgruppen", "Besluta")
    chosen = label_of(opened, "responsible", "Kommunpolis")
    await room.sends("anna", opened, text="Skottning ordnas.", responsible=chosen, due="2027-10-08")
    lines = await summoned(room)
    assert any(line.endswith("Åtgärd: Skottning ordnas. (klar senast fre 8 okt 2027)") for line in lines)
    async with room.database.reading() as session:
        keys = (await session.exec(select(AgendaPoint.key))).all()
    assert any(key.startswith("due:") for key in keys) or "behind" in keys


@pytest.mark.asyncio
async def test_the_trends_from_below_stand_in_their_point(room: Room) -> None:
    await booked(room)
    room.on(date(2027, 9, 27))
    opened = form(await room.presses("erik", button(await room.says("erik", "/mote trender"), "Rapportera trender")))
    await room.sends("erik", opened, area="Centrum", trafik="up", skadegorelse="down")
    lines = await summoned(room)
    assert any(
        line.endswith("Trender från Operativa gruppen (Centrum: Ökar: trafik. Minskar: skadegörelse och klotter)")
        for line in lines
    )


@pytest.mark.asyncio
async def test_a_form_of_eighty_points_says_how_many_more_there_are_and_keeps_them(sqlite_room: Room) -> None:
    room = sqlite_room
    room.on(date(2027, 9, 20))
    for number in range(90):
        await room.sends("anna", form(await room.says("anna", f"/mote ärende planeringsgruppen Ärende {number}")))
    await met(room)
    opened = form(await room.says("anna", OPEN))
    assert len(opened.fields) <= 100
    assert any(each.kind == "note" and "till, som står i dokumentet" in each.label for each in opened.fields)
    answer = await room.sends("anna", opened, present=[await person_id(room, "anna")])
    assert isinstance(answer, Reply)
    (minutes,) = await every(room, Minutes)
    assert len(minutes.points) >= 98


@pytest.mark.asyncio
async def test_the_call_for_matters_names_the_button_that_does_it(sqlite_room: Room) -> None:
    room = sqlite_room
    await booked(room)
    room.on(date(2027, 9, 22), time(8, 1))
    await plan(room.database, room.now)
    called = await said(room, "call_for_matters")
    assert "Tryck på Anmäl ärende" in called.plain()
    assert called.parts[0].buttons[0].label == "Anmäl ärende"
