"""A change of the roster: shown before it is saved, told to exactly those concerned, undone the same day."""

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import col, select

from commands import BY_NAME
from commands.call import Form, Refused
from storage.models import Appointment, Matter, Measure, Notice, NoticeState, Person, RosterDraft
from tests.commands.test_attendance import carried, told
from tests.commands.test_forum import open_form, seat_id, sees, trail
from tests.commands.test_replacing import measures, opened, sits
from tests.nyby import Room, button, form, reply, text

TODAY = date(2027, 10, 20)
HEAD = "seat,name,slack_user_id,email,role,from,to\n"


async def who_was_told(room: Room) -> dict[str, list[str]]:
    """Name → what they have been told of seats."""
    async with room.database.reading() as session:
        names = dict((await session.exec(select(Person.id, Person.name))).all())
    found: dict[str, list[str]] = {}
    for person, said in await told(room, "seat"):
        found.setdefault(names[person], []).append(said)
    return found


async def hands_in(room: Room, who: str, rows: str) -> Form:
    """A list handed in: what it would change."""
    call = replace(room.call(who, submitted=True), files=(("lista.csv", (HEAD + rows).encode()),))
    return form(await room.run(BY_NAME["samverkan lasin"], call))


# --- shown first ------------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_whose_turns_change_and_which_days_is_shown_before_anything_is_saved(room: Room) -> None:
    before = await sits(room)
    look = form(await room.sends("anna", await opened(room), name="Doris Ahl", starts="2028-03-01"))
    assert look.fields[0].label.split("\n")[1:] == [
        "• Bertil Norgren har tis 29 feb 2028 som sista dag på Kommunpolis",
        "• Doris Ahl sitter på Kommunpolis från och med ons 1 mars 2028",
        "• Ordförande i Planeringsgruppen ons 1 mars 2028–sön 31 dec 2028: Doris Ahl i stället för Bertil Norgren",
        "• Ordförande i Planeringsgruppen tis 1 jan 2030–tis 31 dec 2030: Doris Ahl i stället för Bertil Norgren",
    ]
    assert await sits(room) == before
    assert await who_was_told(room) == {}
    said = text(await room.sends("anna", look))
    assert "Ordförande i Planeringsgruppen ons 1 mars 2028–sön 31 dec 2028: Doris Ahl" in said


@pytest.mark.asyncio
async def test_afterwards_exactly_those_concerned_are_told(room: Room) -> None:
    await room.agrees("anna", await opened(room), name="Doris Ahl", slack_id="U0DORIS", starts="2027-11-01")
    heard = await who_was_told(room)
    assert set(heard) == {"Bertil Norgren", "Doris Ahl"}
    assert any("sön 31 okt 2027 är din sista dag på Kommunpolis" in each for each in heard["Bertil Norgren"])
    for name in heard:
        assert any("lör 1 jan 2028–sön 31 dec 2028: Doris Ahl i stället för" in each for each in heard[name])
    assert any("Välkommen till Chefssamrådet, Planeringsgruppen och Operativa gruppen" in e for e in heard["Doris Ahl"])


@pytest.mark.asyncio
async def test_what_has_changed_since_it_was_shown_is_shown_again(room: Room) -> None:
    look = form(await room.sends("anna", await opened(room), name="Doris Ahl", starts="2027-11-01"))
    ending = await open_form(room, "hugo", "Avsluta någon")
    bertil = next(each.value for each in ending.fields[0].options if each.label.startswith("Bertil"))
    await room.agrees("hugo", ending, appointment=bertil, last="2027-12-31")
    again = form(await room.sends("anna", look))
    assert "har ändrats sedan du såg det här" in again.fields[0].label
    assert "i stället för Bertil" not in again.fields[0].label
    assert "Doris Ahl sitter på Kommunpolis" in text(await room.sends("anna", again))


@pytest.mark.asyncio
async def test_a_place_that_becomes_vacant_while_somebody_else_keeps_it_is_not_told_of(room: Room) -> None:
    """Kontaktpolis or Kommunpolis: one is enough in Operativa gruppen, but not where Kommunpolis sits alone."""
    opened_form = await open_form(room, "anna", "Lägg till någon")
    await room.agrees("anna", opened_form, seat=await seat_id(room, "Kontaktpolis"), name="Karin Kvist")
    ending = await open_form(room, "anna", "Avsluta någon")
    options = {each.label: each.value for each in ending.fields[0].options}
    look = form(await room.sends("anna", ending, appointment=options["Bertil Norgren: Kommunpolis"], last="2027-10-31"))
    assert (
        "• Kommunpolis i Chefssamrådet och Planeringsgruppen blir vakant från och med mån 1 nov" in look.fields[0].label
    )
    assert "Operativa" not in look.fields[0].label.split("Ordförande")[0]
    said = text(await room.agrees("anna", ending, appointment=options["Karin Kvist: Kontaktpolis"], last="2027-10-31"))
    assert "vakant" not in said


# --- undone -----------------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_change_is_undone_the_same_day_and_what_was_not_sent_yet_is_never_sent(room: Room) -> None:
    await measures(room, "Prata med skolan")
    before = await sits(room)
    done = await room.agrees("anna", await opened(room), name="Doris Ahl", starts=TODAY.isoformat(), measures=[])
    assert await sits(room) != before
    said = text(await room.presses("anna", button(done, "Ångra")))
    assert "Det är som det var förut" in said
    assert [each for each in await sits(room) if each[2] is None] == before
    async with room.database.reading() as session:
        assert (await session.exec(select(Measure.seat_id))).one() is not None, "the measure is the seat's again"
    assert await who_was_told(room) == {}
    assert (await trail(room))[-1] == "samverkan angra"
    assert "Det går inte längre att ångra" in text(await room.presses("anna", button(done, "Ångra")))


@pytest.mark.asyncio
async def test_those_who_had_been_told_are_told_that_it_is_undone(room: Room) -> None:
    done = await room.agrees("anna", await opened(room), name="Doris Ahl", starts="2027-11-01")
    await carried(room)
    heard = {name: len(said) for name, said in (await who_was_told(room)).items()}
    await room.presses("anna", button(done, "Ångra"))
    now = await who_was_told(room)
    assert any("Du tillträder inte Kommunpolis" in each for each in now["Doris Ahl"][heard["Doris Ahl"] :])
    assert any("Du sitter på Kommunpolis" in each for each in now["Bertil Norgren"][heard["Bertil Norgren"] :])


@pytest.mark.asyncio
async def test_the_next_day_and_after_another_change_it_is_too_late_and_others_may_not(room: Room) -> None:
    done = await room.agrees("anna", await opened(room), name="Doris Ahl", starts="2027-11-01")
    undo = button(done, "Ångra")
    with pytest.raises(Refused):
        await room.presses("farah", undo)
    room.on(date(2027, 10, 21))
    assert "Det går inte längre att ångra" in text(await room.presses("anna", undo))
    assert len(await sits(room)) == 2


# --- days -------------------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_somebody_may_be_put_on_a_seat_to_a_day(room: Room) -> None:
    shown = await open_form(room, "anna", "Lägg till någon")
    youth = await seat_id(room, "Representant från Fritidsfabriken")
    with pytest.raises(Refused) as refused:
        await room.sends("anna", shown, seat=youth, name="Ivar Lund", starts="2027-11-01", ends="2027-10-31")
    assert set(refused.value.fields) == {"ends"}
    said = text(await room.sends("anna", shown, seat=youth, name="Ivar Lund", starts="2027-11-01", ends="2028-05-31"))
    assert "från och med mån 1 nov 2027 till och med ons 31 maj 2028" in said
    room.on(date(2027, 11, 2))
    assert "till och med ons 31 maj 2028" in text(await room.says("anna", "/samverkan medlemmar operativa"))


@pytest.mark.asyncio
async def test_one_who_was_to_come_and_never_does_is_no_longer_listed(room: Room) -> None:
    shown = await open_form(room, "anna", "Lägg till någon")
    youth = await seat_id(room, "Representant från Fritidsfabriken")
    await room.sends("anna", shown, seat=youth, name="Ivar Lund", starts="2027-11-01")
    ending = await open_form(room, "anna", "Avsluta någon")
    ivar = next(each.value for each in ending.fields[0].options if each.label.startswith("Ivar"))
    await room.agrees("anna", ending, appointment=ivar, last="2027-10-20")
    assert "Ivar" not in text(await room.says("anna", "/samverkan medlemmar operativa"))
    await room.sends("anna", shown, seat=youth, name="Ivar Lund", starts="2027-10-25")
    assert "Ivar Lund tillträder mån 25 okt" in text(await room.says("anna", "/samverkan medlemmar operativa"))


# --- what is open, when somebody leaves and when somebody comes to a vacant seat --------------------------------------


@pytest.mark.asyncio
async def test_ending_asks_what_waits_for_the_next_and_who_comes_carries_it(room: Room) -> None:
    await measures(room, "Se över belysningen", "Prata med skolan")
    await room.sends("bertil", form(await room.says("bertil", "/mote ärende operativa Cykelstölder")))
    ending = await open_form(room, "anna", "Avsluta någon")
    look = form(await room.sends("anna", ending, appointment=ending.fields[0].options[0].value, last="2027-10-19"))
    asked = {each.name: each for each in look.fields}
    assert [each.label for each in asked["measures"].options] == ["Se över belysningen", "Prata med skolan"]
    assert [each.label for each in asked["matters"].options] == ["Cykelstölder"]
    said = text(await room.sends("anna", look, measures=[asked["measures"].options[0].value]))
    assert "Hos forumet tills någon tar det: Prata med skolan" in said
    filling = await open_form(room, "anna", "Lägg till någon")
    comes = form(await room.sends("anna", filling, seat=await seat_id(room, "Kommunpolis"), name="Doris Ahl"))
    waits = {each.name: [option.label for option in each.options] for each in comes.fields if each.options}
    assert waits == {"measures": ["Se över belysningen"], "matters": ["Cykelstölder"]}
    await room.sends("anna", comes)
    async with room.database.reading() as session:
        doris = (await session.exec(select(Person.id).where(Person.name == "Doris Ahl"))).one()
        assert (await session.exec(select(Matter.carried_by))).one() == doris
    welcome = " ".join((await who_was_told(room))["Doris Ahl"])
    assert "Åtgärd: Se över belysningen" in welcome
    assert "Ärende: Cykelstölder" in welcome


# --- a whole list -----------------------------------------------------------------------------------------------------

NEW_POLICE = "Kommunpolis,Doris Ahl,U0DORIS,,ordinarie,2027-11-01,\nRepresentant från Socialtjänsten,,,,,,\n"


@pytest.mark.asyncio
async def test_a_list_is_shown_before_it_is_read_in_and_a_row_without_a_name_empties_the_seat(room: Room) -> None:
    look = await hands_in(room, "anna", NEW_POLICE)
    assert look.fields[0].label.split("\n")[1:] == [
        "• Bertil Norgren har sön 31 okt 2027 som sista dag på Kommunpolis",
        "• Erik Myrén har tis 19 okt 2027 som sista dag på Representant från Socialtjänsten",
        "• Doris Ahl sitter på Kommunpolis från och med mån 1 nov 2027",
        "• Representant från Socialtjänsten i Operativa gruppen blir vakant nu",
        "• Ordförande i Planeringsgruppen lör 1 jan 2028–sön 31 dec 2028: Doris Ahl i stället för Bertil Norgren",
        "• Ordförande i Planeringsgruppen tis 1 jan 2030–tis 31 dec 2030: Doris Ahl i stället för Bertil Norgren",
    ]
    assert await sees(room, "erik")
    said = text(await room.sends("anna", look))
    assert "3 ändringar" in said or "4 ändringar" in said
    assert not await sees(room, "erik")
    with pytest.raises(Refused, match="redan inläst"):
        await room.sends("anna", look)
    async with room.database.reading() as session:
        assert (await session.exec(select(RosterDraft.content))).one() == "", "the file is not kept once it is read in"


@pytest.mark.asyncio
async def test_a_list_tells_who_comes_who_leaves_and_the_coordinators_of_what_is_vacant(room: Room) -> None:
    await room.sends("anna", await hands_in(room, "anna", NEW_POLICE))
    heard = await who_was_told(room)
    assert set(heard) == {"Bertil Norgren", "Doris Ahl", "Erik Myrén", "Cecilia Strand"}
    assert any(
        "Representant från Socialtjänsten i Operativa gruppen är vakant nu" in e for e in heard["Cecilia Strand"]
    )
    assert any("tis 19 okt 2027 är din sista dag" in each for each in heard["Erik Myrén"])
    assert any("Välkommen" in each for each in heard["Doris Ahl"])


@pytest.mark.asyncio
async def test_a_list_is_undone_the_same_day(room: Room) -> None:
    done = await room.sends("anna", await hands_in(room, "anna", NEW_POLICE))
    assert "Namn och adresser som lästes in står kvar" in text(await room.presses("anna", button(done, "Ångra")))
    assert await sees(room, "erik")
    async with room.database.reading() as session:
        running = (await session.exec(select(Appointment.id).where(col(Appointment.ends).is_(None)))).all()
        waiting = (await session.exec(select(Notice.id).where(Notice.state == NoticeState.WAITING))).all()
    assert len(running) == 7
    assert waiting == []


@pytest.mark.asyncio
async def test_a_list_that_only_changes_an_address_shows_that(room: Room) -> None:
    look = await hands_in(room, "anna", "Kommunpolis,Bertil Norgren,U0BERTIL,b@polisen.example,ordinarie,2027-01-01,\n")
    assert look.fields[0].label.split("\n")[1:] == ["• Ändras: personen Bertil Norgren: inget → b@polisen.example"]
    assert "1 ändring" in text(await room.sends("anna", look))


# --- people without Slack ---------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_somebody_without_slack_is_put_on_a_seat_with_an_address(room: Room) -> None:
    shown = await open_form(room, "anna", "Lägg till någon")
    police = await seat_id(room, "Kontaktpolis")
    with pytest.raises(Refused) as refused:
        await room.sends("anna", shown, seat=police, name="Nils Åkerman", email="nils på polisen")
    assert set(refused.value.fields) == {"email"}
    await room.sends("anna", shown, seat=police, name="Nils Åkerman", email="Nils.Akerman@polisen.example")
    async with room.database.reading() as session:
        nils = (await session.exec(select(Person).where(Person.name == "Nils Åkerman"))).one()
    assert (nils.slack_user_id, nils.email) == (None, "nils.akerman@polisen.example")
    other = await seat_id(room, "Representant från Fritidsfabriken")
    with pytest.raises(Refused, match="någon annan i listan"):
        await room.sends("anna", shown, seat=other, name="Ivar Lund", email="nils.akerman@polisen.example")
    assert reply(await room.says("anna", "/samverkan medlemmar operativa"))
