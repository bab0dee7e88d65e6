"""Minutes: written from the agenda, told once, commented, adjusted, fixed by time or by the chair, in versions."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from docx import Document
from sqlmodel import col, select

from commands.call import Form, Refused, Reply
from schedules.message import Button, Message
from storage.agreements.touch import touch
from storage.message import decoded
from storage.models import (
    Appointment,
    AuditEntry,
    Commitment,
    Forum,
    Minutes,
    MinutesStep,
    Notice,
    NoticeState,
    Outgoing,
    Person,
    Seat,
    SlackChannel,
    Workspace,
)
from tests.nyby import Room, button, form, text, values

OPEN = "/mote anteckningar planeringsgruppen"
MET = date(2027, 10, 13)


async def met(room: Room, forum: str = "planeringsgruppen") -> None:
    """A meeting that has been."""
    room.on(date(2027, 9, 1))
    await room.says("anna", f"/mote boka {forum} {MET} 13.00 Kommunhuset")
    room.on(date(2027, 10, 20))


async def person_id(room: Room, who: str) -> str:
    return str(room.town.people[who])


async def written(room: Room, **changed: str | list[str]) -> Form:
    """The minutes of that meeting, with Anna and Bertil present and a word on the police's picture."""
    opened = form(await room.says("anna", OPEN))
    came = [await person_id(room, "anna"), await person_id(room, "bertil")]
    first: dict[str, str | list[str]] = {"present": came, "point3": "Färre cykelstölder vid stationen."}
    await room.sends("anna", opened, **(first | changed))
    return opened


async def every(room: Room, table: type) -> list:  # type: ignore[type-arg]
    async with room.database.reading() as session:
        return list((await session.exec(select(table).order_by(table.id))).all())  # type: ignore[attr-defined]


async def told_of(room: Room) -> Message:
    """The newest message about the minutes as such, in the forum's channel."""
    found = [
        each for each in await room.told("planeringsgruppen") if each.parts[0].heading.startswith("Minnesanteckningar:")
    ]
    return found[-1]


async def document(room: Room, who: str = "anna") -> tuple[str, object]:
    """The file somebody fetches, opened."""
    answer = await room.presses(who, (await told_of(room)).parts[0].buttons[0])
    assert isinstance(answer, Reply)
    assert answer.enclosed is not None
    async with room.database.reading() as session:
        return answer.enclosed.name, Document(io.BytesIO(await answer.enclosed.make(session)))


@pytest.mark.asyncio
async def test_the_form_is_the_agenda_with_what_was_raised_and_who_sits_there(room: Room) -> None:
    await room.says("anna", "/mote boka planeringsgruppen 2027-11-24 13.00")
    room.on(date(2027, 9, 15))
    await room.sends("anna", form(await room.says("anna", "/mote ärende planeringsgruppen Belysningen")))
    await met(room)
    opened = form(await room.says("anna", OPEN))
    labels = [each.label for each in opened.fields if each.name.startswith("point")]
    assert labels[0] == "1. Godkännande av dagordning"
    assert labels[-1].endswith("Nästa möte")
    assert any(label.endswith(". Belysningen") for label in labels)
    (present,) = [each for each in opened.fields if each.name == "present"]
    assert any("Anna" in option.label for option in present.options)


@pytest.mark.asyncio
async def test_an_agreement_with_an_agenda_of_its_own_has_its_points_with_what_came_up_before_the_last(
    room: Room,
) -> None:
    async with room.database.transaction() as session:
        forum = await session.get(Forum, room.town.forums["planeringsgruppen"])
        assert forum is not None
        forum.agenda = ["Laget runt", "Lägesbild", "Övriga frågor"]
        session.add(forum)
        await touch(session, forum.agreement_id)
    room.on(date(2027, 9, 15))
    await room.sends("anna", form(await room.says("anna", "/mote ärende planeringsgruppen Belysningen")))
    await met(room)
    labels = [each.label for each in form(await room.says("anna", OPEN)).fields if each.name.startswith("point")]
    assert labels[:2] == ["1. Laget runt", "2. Lägesbild"]
    assert labels[-1].endswith("Övriga frågor")
    assert any(label.endswith(". Belysningen") for label in labels[2:-1])


@pytest.mark.asyncio
async def test_what_is_written_is_told_once_with_the_day_until_which_one_may_comment(room: Room) -> None:
    await met(room)
    opened = await written(room)
    with pytest.raises(Refused, match="hann spara"):
        await room.sends("anna", opened, point3="Något annat.")
    told = await told_of(room)
    assert "2 närvarande" in told.plain()
    assert "Synpunkter senast ons 3 nov 2027. De fastställs tors 4 nov 2027 kl. 08.00." in told.plain()
    assert [each.label for each in told.parts[0].buttons] == ["Hämta som Word", "Lämna synpunkt", "Ändra", "Fastställ"]
    assert "3. Lägesbild polis\nFärre cykelstölder vid stationen." in told.plain(), "read where it is to be commented"
    assert "Godkännande av dagordning" not in told.plain(), "nothing was said of it"


@pytest.mark.asyncio
async def test_the_document_has_everything_and_names_no_machine(room: Room) -> None:
    await met(room)
    await room.sends("anna", form(await room.says("anna", "/mote ärende planeringsgruppen Belysningen")))
    shown = await room.says("anna", "/mote ärenden planeringsgruppen")
    decide = form(await room.presses("anna", button(shown, "Besluta")))
    await room.sends("anna", decide, text="Belysningen lagas.", on=MET.isoformat())
    await written(room, adjusters=[await person_id(room, "bertil")])
    name, opened = await document(room)
    assert name == "minnesanteckningar-planeringsgruppen-2027-10-13.docx"
    words = "\n".join(each.text for each in opened.paragraphs)  # type: ignore[attr-defined]
    cells = "\n".join(cell.text for table in opened.tables for row in table.rows for cell in row.cells)  # type: ignore[attr-defined]
    for expected in ("Minnesanteckningar", "Planeringsgruppen", "ons 13 okt 2027 kl. 13.00", "Kommunhuset"):
        assert expected in words
    assert "Färre cykelstölder vid stationen." in words
    assert "Anna Ekdal" in cells
    assert "Belysningen lagas." in cells
    assert "Ort och datum: ____" in words
    assert "Underskrift: ____" in words
    properties = opened.core_properties  # type: ignore[attr-defined]
    assert (properties.author, properties.language, properties.comments) == ("Nykvarns kommun", "sv-SE", "")


@pytest.mark.asyncio
async def test_a_correction_is_a_new_version_and_what_it_changed_can_be_read(room: Room) -> None:
    await met(room)
    await written(room)
    again = form(await room.says("anna", OPEN))
    assert values(again)["point3"] == "Färre cykelstölder vid stationen."
    await room.sends("anna", again, point3="Fler cykelstölder vid stationen.")
    assert [each.version for each in await every(room, Minutes)] == [1, 2]
    told = await told_of(room)
    assert "(version 2)" in told.parts[0].heading
    shown = text(await room.presses("bertil", told.parts[0].buttons[-1]))
    assert "”Färre cykelstölder vid stationen.” blev ”Fler cykelstölder vid stationen.”" in shown
    assert "Inget är ändrat" in text(await room.sends("anna", form(await room.says("anna", OPEN))))


@pytest.mark.asyncio
async def test_a_comment_goes_to_whoever_wrote_and_is_kept(room: Room) -> None:
    await met(room)
    await written(room)
    told = await told_of(room)
    opened = form(await room.presses("bertil", told.parts[0].buttons[1]))
    await room.sends("bertil", opened, text="Det var i september.")
    (step,) = await every(room, MinutesStep)
    assert (step.act, step.text, step.version) == ("comment", "Det var i september.", 1)
    async with room.database.reading() as session:
        anna = room.town.people["anna"]
        mine = (await session.exec(select(Notice).where(Notice.person_id == anna, Notice.kind == "minutes"))).all()
    assert len(mine) == 1


@pytest.mark.asyncio
async def test_an_adjuster_says_so_once_for_each_version_and_nobody_else_may(room: Room) -> None:
    await met(room)
    await written(room, adjusters=[await person_id(room, "bertil")])
    told = await told_of(room)
    press = told.parts[0].buttons[0]
    adjust = Button("Justera", "anteckningar justera", press.words)
    assert "justerat" in text(await room.presses("bertil", adjust))
    assert "redan justerat" in text(await room.presses("bertil", adjust))
    assert "inte utsedd" in text(await room.presses("anna", adjust))
    assert "Justerade av Bertil" in text(await room.presses("anna", press))
    async with room.database.reading() as session:
        entries = (await session.exec(select(AuditEntry).where(AuditEntry.action == "anteckningar justera"))).all()
    assert len(entries) == 1


@pytest.mark.asyncio
async def test_minutes_are_fixed_by_themselves_after_fourteen_days_and_the_forum_is_told_then(room: Room) -> None:
    await met(room)
    await written(room)
    async with room.database.reading() as session:
        question = select(Notice).where(Notice.kind == "minutes").order_by(col(Notice.due_at))
        first, fixed = (await session.exec(question)).all()
    assert first.due_at.date() == date(2027, 10, 20)
    assert fixed.due_at == datetime(2027, 11, 4, 7, 0, tzinfo=UTC), "08.00 the day after a fortnight, over winter time"
    told = await told_of(room)
    for day, at in ((date(2027, 11, 3), time(23, 59)), (date(2027, 11, 4), time(7, 58))):
        room.on(day, at)
        assert "Inte fastställda" in text(await room.presses("bertil", told.parts[0].buttons[0]))
    room.on(date(2027, 11, 4), time(8, 0))
    assert "Fastställda tors 4 nov 2027 kl. 08.00." in text(await room.presses("bertil", told.parts[0].buttons[0]))


@pytest.mark.asyncio
async def test_the_chair_may_fix_them_before_and_then_time_says_nothing_more(room: Room) -> None:
    await met(room)
    await written(room)
    told = await told_of(room)
    press = told.parts[0].buttons[3]
    with pytest.raises(Refused):
        await room.presses("farah", press)
    assert "är fastställda" in text(await room.presses("anna", press))
    assert "redan fastställda" in text(await room.presses("anna", press))
    async with room.database.reading() as session:
        states = (await session.exec(select(Notice.state).where(col(Notice.key).contains(":fixed:")))).all()
    assert list(states) == [NoticeState.WITHDRAWN]
    assert len([each for each in await room.told("planeringsgruppen") if "fastställda" in each.parts[0].heading]) == 2


@pytest.mark.asyncio
async def test_a_meeting_to_come_a_cancelled_one_and_none_at_all_are_told_kindly(sqlite_room: Room) -> None:
    room = sqlite_room
    assert "inget möte" in await room.refusal("anna", OPEN)
    await room.says("anna", "/mote boka planeringsgruppen 2027-11-24 13.00")
    assert "inget möte" in await room.refusal("anna", f"{OPEN} 2027-01-12")
    with pytest.raises(Refused):
        await room.says("farah", OPEN)


@pytest.mark.asyncio
async def test_nothing_written_and_nobody_there_is_no_minutes(sqlite_room: Room) -> None:
    await met(sqlite_room)
    opened = form(await sqlite_room.says("anna", OPEN))
    with pytest.raises(Refused, match="Ange minst en"):
        await sqlite_room.sends("anna", opened)
    assert await every(sqlite_room, Minutes) == []


@pytest.mark.asyncio
async def test_operativa_has_the_fixed_line_in_form_and_document(sqlite_room: Room) -> None:
    room = sqlite_room
    await met(room, "operativa gruppen")
    opened = form(await room.says("anna", "/mote anteckningar operativa gruppen"))
    assert any(each.kind == "note" and "enskilda" in each.label for each in opened.fields)


@pytest.mark.asyncio
async def test_a_version_written_after_the_fixing_has_a_time_to_comment_of_its_own(room: Room) -> None:
    await met(room)
    await written(room)
    await room.presses("anna", (await told_of(room)).parts[0].buttons[3])
    room.on(date(2027, 10, 22))
    await room.sends("anna", form(await room.says("anna", OPEN)), point3="Fler cykelstölder vid stationen.")
    told = await told_of(room)
    assert "Synpunkter senast fre 5 nov 2027. De fastställs mån 8 nov 2027 kl. 08.00." in told.plain()
    assert "Inte fastställda än." in text(await room.presses("anna", told.parts[0].buttons[0]))
    room.on(date(2027, 11, 8), time(8, 0))
    assert "Fastställda mån 8 nov 2027 kl. 08.00." in text(await room.presses("anna", told.parts[0].buttons[0]))
    async with room.database.reading() as session:
        waiting = (await session.exec(select(Notice.key).where(col(Notice.state) == NoticeState.WAITING))).all()
    assert "minutes:1:2:fixed:f2" in waiting, "the forum is told when the new version stands"


@pytest.mark.asyncio
async def test_a_correction_in_the_time_to_comment_does_not_prolong_it(sqlite_room: Room) -> None:
    room = sqlite_room
    await met(room)
    await written(room)
    room.on(date(2027, 11, 2))
    await room.sends("anna", form(await room.says("anna", OPEN)), point3="Fler cykelstölder vid stationen.")
    assert "Synpunkter senast ons 3 nov 2027. De fastställs tors 4 nov 2027 kl. 08.00." in (await told_of(room)).plain()
    async with room.database.reading() as session:
        fixing = (await session.exec(select(Notice.key).where(col(Notice.key).contains(":fixed:")))).all()
    assert list(fixing) == ["minutes:1:1:fixed:f2"], "told once"


@pytest.mark.asyncio
async def test_what_changed_counts_others_and_adjusters_too(sqlite_room: Room) -> None:
    room = sqlite_room
    await met(room)
    await written(room)
    again = form(await room.says("anna", OPEN))
    await room.sends("anna", again, others="Rektorn, adjungerad", adjusters=[await person_id(room, "bertil")])
    shown = text(await room.presses("bertil", (await told_of(room)).parts[0].buttons[-1]))
    assert "• Andra som var med: ”inget” blev ”Rektorn, adjungerad”" in shown
    assert "• Justerare: ”inget” blev ”Bertil Norgren”" in shown


@pytest.mark.asyncio
async def test_a_deputy_nobody_called_is_not_absent_and_one_who_was_called_is(sqlite_room: Room) -> None:
    room = sqlite_room
    async with room.database.transaction() as session:
        seats = {seat.title: seat for seat in (await session.exec(select(Seat))).all()}
        for name, seat in (("Lina Ny", "Kommunpolis"), ("Karl Ek", "SBFF's kommunrepresentant")):
            person = Person(workspace_id=room.town.workspace, name=name)
            session.add(person)
            await session.flush()
            session.add(
                Appointment(seat_id=seats[seat].id or 0, person_id=person.id or 0, deputy=True, starts=date(2027, 1, 1))
            )
    room.on(date(2027, 9, 1))
    await room.says("anna", f"/mote boka planeringsgruppen {MET} 13.00 Kommunhuset")
    (occasion,) = await room.occasions("mote-planeringsgruppen")
    await room.presses("bertil", Button("", "svar ersattare", f"o:{occasion.id}"))
    room.on(date(2027, 10, 20))
    await written(room, present=[await person_id(room, "anna")])
    (minutes,) = await every(room, Minutes)
    absent = " ".join(minutes.attendance["absent"])
    assert "Bertil Norgren" in absent
    assert "Lina Ny" in absent, "Bertil had sent for her"
    assert "Karl Ek" not in absent


@pytest.mark.asyncio
async def test_no_number_of_version_but_a_plain_one_is_read(sqlite_room: Room) -> None:
    room = sqlite_room
    await met(room)
    opened = form(await room.says("anna", OPEN))
    odd = replace(opened, context={**opened.context, "version": "²"})
    came = [await person_id(room, "anna")]
    assert "sparade" in text(await room.sends("anna", odd, present=came))


@pytest.mark.asyncio
async def test_the_document_is_put_in_the_channel_unless_it_is_internal_and_others_read_there(
    sqlite_room: Room,
) -> None:
    room = sqlite_room
    await met(room)
    saved = await room.sends("anna", form(await room.says("anna", OPEN)), present=[await person_id(room, "anna")])
    assert isinstance(saved, Reply)
    assert saved.enclosed is not None
    assert (saved.enclosed.channel_id, saved.enclosed.name) == (
        "C0PLANERING",
        "minnesanteckningar-planeringsgruppen-2027-10-13.docx",
    )
    async with room.database.transaction() as session:
        commitment = await session.get(Commitment, room.town.commitments["mote-planeringsgruppen"])
        assert commitment is not None
        commitment.visibility = "intern"
        session.add(commitment)
        channel = await session.get(SlackChannel, (room.town.workspace, "C0PLANERING")) or SlackChannel(
            workspace_id=room.town.workspace, channel_id="C0PLANERING", looked_at=room.now
        )
        channel.shared_with = ["T0FRAMMANDE"]
        session.add(channel)
    again = await room.sends("anna", form(await room.says("anna", OPEN)), point3="Lugnt.")
    assert isinstance(again, Reply)
    assert again.enclosed is None


@pytest.mark.asyncio
async def test_members_without_slack_get_the_whole_text_by_mail(sqlite_room: Room) -> None:
    room = sqlite_room
    async with room.database.transaction() as session:
        workspace = await session.get(Workspace, room.town.workspace)
        seat = (await session.exec(select(Seat).where(Seat.title == "VD Nybo"))).first()
        seat = seat or (await session.exec(select(Seat).where(Seat.title == "Kommunpolis"))).one()
        assert workspace is not None
        workspace.by_mail = True
        person = Person(workspace_id=room.town.workspace, name="Pia Post", email="pia@example.org")
        session.add_all([workspace, person])
        await session.flush()
        session.add(Appointment(seat_id=seat.id or 0, person_id=person.id or 0, starts=date(2027, 1, 1)))
    await met(room)
    await written(room)
    async with room.database.reading() as session:
        question = select(Outgoing).where(
            Outgoing.person_id == person.id, col(Outgoing.key).startswith("minutes:1:1:p")
        )
        (mail,) = (await session.exec(question)).all()
    said = decoded(mail.payload or {}).plain()
    assert "Färre cykelstölder vid stationen." in said
    assert "- Anna Ekdal" in said
    assert "Inte fastställda än." in said


@pytest.mark.asyncio
async def test_the_form_says_who_led_the_meeting_and_why_where_it_was_not_the_chair(room: Room) -> None:
    await met(room)
    assert _led(form(await room.says("anna", OPEN))) == "Ordförande: Kommunens säkerhetschef, Anna Ekdal"
    async with room.database.transaction() as session:
        anna = await session.get(Person, room.town.people["anna"])
        forum = await session.get(Forum, room.town.forums["planeringsgruppen"])
        assert anna is not None
        assert forum is not None
        anna.absent_from = anna.absent_to = MET
        forum.chair_rule = forum.chair_rule | {"vice": "Kommunpolis"}
        session.add_all([anna, forum])
        await touch(session, room.town.agreement)
    assert _led(form(await room.says("anna", OPEN))) == (
        "Ordförande: Kommunens säkerhetschef, Anna Ekdal. "
        "Ordföranden är borta; vice ordförande Kommunpolis, Bertil Norgren, leder."
    )


def _led(opened: Form) -> str:
    return next(field.label for field in opened.fields if field.name == "leads")
