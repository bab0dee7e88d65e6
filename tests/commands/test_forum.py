"""Who sits where: shown to those who may see it, changed by those who handle it; and which channel a forum has."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import select

from commands import BY_NAME
from commands.call import Answer, Form, Refused
from commands.permissions import rights
from storage.agreements.importing import import_agreement
from storage.models import Agreement, Appointment, AuditEntry, Forum, Person, Seat
from tests.nyby import Room, button, form, reply, text, values
from tests.storage.agreements.files import EXAMPLE, changed, sound

TODAY = date(2027, 10, 20)
OPERATIVE = "operativa-gruppen"


async def seat_id(room: Room, title: str) -> str:
    async with room.database.reading() as session:
        return str((await session.exec(select(Seat.id).where(Seat.title == title))).one())


async def sees(room: Room, who: str) -> bool:
    async with room.database.reading() as session:
        try:
            await rights(room.call(who), session)
        except Refused:
            return False
    return True


async def trail(room: Room) -> list[str]:
    async with room.database.reading() as session:
        return [row.action for row in (await session.exec(select(AuditEntry).order_by("id"))).all()]


async def looks_again(room: Room) -> bool:
    async with room.database.reading() as session:
        return all(row.next_due_at is None for row in (await session.exec(select(Agreement))).all())


async def open_form(room: Room, who: str, label: str) -> Form:
    return form(await room.presses(who, button(await room.says(who, "/samverkan medlemmar operativa"), label)))


# --- who sits where ---------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_forums_seats_are_listed_with_who_sits_since_when_and_what_is_vacant(room: Room) -> None:
    shown = reply(await room.says("erik", "/samverkan medlemmar operativa gruppen"))
    assert shown.title == "Operativa gruppen"
    assert shown.parts[0].lines == (
        "• Kontaktpolis/Kommunpolis: Bertil Norgren (sedan fre 1 jan 2027)",
        "• Kommunens säkerhetschef: Anna Ekdal (sedan fre 1 jan 2027)",
        "• Representant från Socialtjänsten: Erik Myrén (sedan fre 1 jan 2027)",
        "• Representant från Fritidsfabriken: vakant",
        "• Rektor samt biträdande rektor för Lillhagaskolan: vakant",
        "• rektor för Praktiska gymnasiet: vakant",
    )
    assert shown.parts[0].buttons == ()


@pytest.mark.asyncio
async def test_without_a_name_the_forums_one_may_see_are_offered(room: Room) -> None:
    asked = await room.says("farah", "/samverkan medlemmar")
    assert [each.label for each in reply(asked).parts[0].buttons] == ["Planeringsgruppen", "Operativa gruppen"]
    assert reply(await room.presses("farah", button(asked, "Operativa gruppen"))).title == "Operativa gruppen"
    assert "kan därför inte se" in await room.refusal("erik", "/samverkan medlemmar chefssamrådet")


@pytest.mark.asyncio
async def test_a_forum_without_a_channel_says_so(room: Room) -> None:
    async with room.database.transaction() as session:
        forum = await session.get(Forum, room.town.forums[OPERATIVE])
        assert forum is not None
        forum.channel_id = None
        session.add(forum)
    assert "Ingen kanal är kopplad" in text(await room.says("erik", "/samverkan medlemmar operativa"))


@pytest.mark.asyncio
async def test_coordinators_and_administrators_get_the_buttons_and_members_do_not(room: Room) -> None:
    labels = {}
    for who in ("anna", "hugo", "disa"):
        part = reply(await room.says(who, "/samverkan medlemmar operativa")).parts[0]
        labels[who] = [each.label for each in part.buttons]
    every = ["Lägg till någon", "Byt ut någon", "Avsluta någon", "Läs in en lista"]
    assert labels == {"anna": every, "hugo": every, "disa": []}


# --- putting somebody on a seat ---------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_who_is_put_on_a_seat_has_its_rights_from_that_day(room: Room) -> None:
    opened = await open_form(room, "anna", "Lägg till någon")
    youth = await seat_id(room, "Representant från Fritidsfabriken")
    said = text(
        await room.sends("anna", opened, seat=youth, name="Ivar Lund", slack_id="<@U0IVAR|ivar>", starts="2027-11-01")
    )
    assert "Ivar Lund sitter på Representant från Fritidsfabriken från och med mån 1 nov 2027" in said
    shown = text(await room.says("erik", "/samverkan medlemmar operativa"))
    assert "Representant från Fritidsfabriken: vakant" in shown
    assert "Ivar Lund tillträder mån 1 nov 2027" in shown
    assert not await sees(room, "ivar")
    room.on(date(2027, 11, 1))
    assert await sees(room, "ivar")
    assert "Fritidsfabriken: Ivar Lund" in text(await room.says("ivar", "/samverkan medlemmar operativa"))
    assert "samverkan tillsatt" in await trail(room)
    assert await looks_again(room)


@pytest.mark.asyncio
async def test_a_deputy_is_shown_as_one_and_leaves_the_seat_vacant(room: Room) -> None:
    opened = await open_form(room, "anna", "Lägg till någon")
    youth = await seat_id(room, "Representant från Fritidsfabriken")
    await room.sends("anna", opened, seat=youth, name="Farah Rahimi", kind="deputy")
    shown = text(await room.says("erik", "/samverkan medlemmar operativa"))
    assert "Fritidsfabriken: Farah Rahimi (ersättare, sedan ons 20 okt 2027), vakant" not in shown
    assert "Fritidsfabriken: Farah Rahimi (ersättare, sedan ons 20 okt 2027), 1 plats vakant" in shown


@pytest.mark.asyncio
async def test_a_name_already_known_is_the_same_person(room: Room) -> None:
    opened = await open_form(room, "anna", "Lägg till någon")
    before = len(await room.rows(Person))
    await room.sends("anna", opened, seat=await seat_id(room, "Kontaktpolis"), name="Gustav Dahlgren")
    assert len(await room.rows(Person)) == before
    assert "inte i Slack" not in text(await room.says("anna", "/samverkan medlemmar operativa"))


@pytest.mark.asyncio
async def test_somebody_without_slack_sits_too_and_is_marked(room: Room) -> None:
    opened = await open_form(room, "anna", "Lägg till någon")
    await room.sends("anna", opened, seat=await seat_id(room, "Kontaktpolis"), name="Nils Åkerman")
    shown = text(await room.says("erik", "/samverkan medlemmar operativa"))
    assert "Nils Åkerman (sedan ons 20 okt 2027, inte i Slack)" in shown


@pytest.mark.asyncio
async def test_mistakes_are_told_at_their_fields_and_nothing_is_stored(room: Room) -> None:
    opened = await open_form(room, "anna", "Lägg till någon")
    people, held = len(await room.rows(Person)), len(await room.rows(Appointment))
    with pytest.raises(Refused) as refused:
        await room.sends("anna", opened, seat="", name=" ", slack_id="anna", starts="snart")
    assert set(refused.value.fields) == {"seat", "name", "slack_id", "starts"}
    youth = await seat_id(room, "Representant från Fritidsfabriken")
    with pytest.raises(Refused) as refused:
        await room.sends("anna", opened, seat=youth, name="Ivar 640823-3234")
    assert set(refused.value.fields) == {"name"}
    assert "640823" not in refused.value.sentence
    with pytest.raises(Refused, match="redan där"):
        await room.sends(
            "anna", opened, seat=await seat_id(room, "Representant från Socialtjänsten"), name="Erik Myrén"
        )
    assert (len(await room.rows(Person)), len(await room.rows(Appointment))) == (people, held)


@pytest.mark.asyncio
async def test_two_of_the_same_name_are_not_guessed_between(room: Room) -> None:
    async with room.database.transaction() as session:
        session.add(Person(workspace_id=room.town.workspace, name="Erik Myrén"))
    opened = await open_form(room, "anna", "Lägg till någon")
    with pytest.raises(Refused, match="Flera heter så"):
        await room.sends("anna", opened, seat=await seat_id(room, "Kontaktpolis"), name="Erik Myrén")


@pytest.mark.asyncio
async def test_a_member_cannot_send_in_a_form_they_were_not_given(room: Room) -> None:
    opened = await open_form(room, "anna", "Lägg till någon")
    ending = await open_form(room, "anna", "Avsluta någon")
    for who in ("erik", "disa", "ivar"):
        with pytest.raises(Refused):
            await room.sends(who, opened, seat=await seat_id(room, "Kontaktpolis"), name="Ivar")
        with pytest.raises(Refused):
            await room.sends(who, ending)


# --- ending -----------------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_who_is_ended_keeps_the_seat_through_the_last_day_and_history_stays(room: Room) -> None:
    opened = await open_form(room, "anna", "Avsluta någon")
    choices = {each.label: each.value for each in opened.fields[0].options}
    assert list(choices) == [
        "Bertil Norgren: Kommunpolis",
        "Anna Ekdal: Kommunens säkerhetschef",
        "Erik Myrén: Representant från Socialtjänsten",
    ]
    erik = choices["Erik Myrén: Representant från Socialtjänsten"]
    said = text(await room.sends("anna", opened, appointment=erik, last="2027-10-31"))
    assert "till och med sön 31 okt 2027" in said
    assert await sees(room, "erik")
    assert "till och med sön 31 okt 2027" in text(await room.says("erik", "/samverkan medlemmar operativa"))
    room.on(date(2027, 11, 1))
    assert not await sees(room, "erik")
    assert "Representant från Socialtjänsten: vakant" in text(await room.says("anna", "/samverkan medlemmar operativa"))
    async with room.database.reading() as session:
        kept = await session.get(Appointment, int(erik))
    assert kept is not None
    assert (kept.starts, kept.ends) == (date(2027, 1, 1), date(2027, 10, 31))
    assert "samverkan avsluta" in await trail(room)
    assert await looks_again(room)


@pytest.mark.asyncio
async def test_an_end_some_time_ago_shows_what_it_changes_before_it_is_saved(room: Room) -> None:
    opened = await open_form(room, "anna", "Avsluta någon")
    erik = opened.fields[0].options[2].value
    look = form(await room.sends("anna", opened, appointment=erik, last="2027-06-30"))
    assert look.fields[0].label == (
        "Det här ändras:\n"
        "• Erik Myrén har ons 30 juni 2027 som sista dag på Representant från Socialtjänsten\n"
        "• Representant från Socialtjänsten i Operativa gruppen blir vakant nu\n"
        "Ändringen gäller bakåt i tiden. Det som har loggats, svarats och skrivits sedan dess står kvar som det är."
    )
    assert await sees(room, "erik")
    assert "Platsen blir vakant" in text(await room.sends("anna", look))
    assert not await sees(room, "erik")


@pytest.mark.asyncio
async def test_an_end_needs_somebody_and_a_day(room: Room) -> None:
    opened = await open_form(room, "anna", "Avsluta någon")
    with pytest.raises(Refused) as refused:
        await room.sends("anna", opened, appointment="4711", last="")
    assert set(refused.value.fields) == {"appointment", "last"}


@pytest.mark.asyncio
async def test_ending_with_yesterday_takes_the_rights_away_at_once(room: Room) -> None:
    opened = await open_form(room, "anna", "Avsluta någon")
    yesterday = (TODAY - timedelta(days=1)).isoformat()
    await room.sends("anna", opened, appointment=opened.fields[0].options[2].value, last=yesterday)
    assert not await sees(room, "erik")


# --- a whole list -----------------------------------------------------------------------------------------------------


async def hands_in(room: Room, who: str, content: str) -> Answer:
    command = BY_NAME["samverkan lasin"]
    call = replace(room.call(who, submitted=True), files=(("medlemmar.csv", content.encode()),) if content else ())
    shown = await room.run(command, call)
    return await room.sends(who, shown) if isinstance(shown, Form) else shown


@pytest.mark.asyncio
async def test_a_list_handed_in_fills_the_seats_and_says_how_much_changed(room: Room) -> None:
    assert values(await open_form(room, "hugo", "Läs in en lista")) == {"file": ""}
    content = (
        "seat,name,slack_user_id,email,role,from,to\n"
        "Representant från Fritidsfabriken,Ivar Lund,U0IVAR,,ordinarie,2027-10-01,\n"
    )
    assert "Klart." in text(await hands_in(room, "hugo", content))
    assert await sees(room, "ivar")
    assert "Listan stämde redan" in text(await hands_in(room, "hugo", content))
    assert await looks_again(room)


@pytest.mark.asyncio
async def test_a_list_with_mistakes_names_them_all_and_stores_nothing(room: Room) -> None:
    content = (
        "seat,name,slack_user_id,email,role,from,to\n"
        "Borgmästare,Ivar Lund,U0IVAR,,ordinarie,2027-10-01,\n"
        "Kontaktpolis,Nils Åkerman,,,ordinarie,i höstas,\n"
    )
    with pytest.raises(Refused) as refused:
        await hands_in(room, "hugo", content)
    assert "Borgmästare" in refused.value.sentence
    assert "i höstas" in refused.value.sentence
    assert not await sees(room, "ivar")
    with pytest.raises(Refused):
        await hands_in(room, "hugo", "")
    with pytest.raises(Refused):
        await hands_in(room, "farah", content)


# --- channels ---------------------------------------------------------------------------------------------------------


async def types_in(room: Room, who: str, channel: str, words: str) -> str:
    call = replace(room.call(who, words), channel_id=channel)
    return text(await room.run(BY_NAME["samverkan koppla"], call))


async def channel_of(room: Room, forum: str) -> str | None:
    async with room.database.reading() as session:
        found = await session.get(Forum, room.town.forums[forum])
    assert found is not None
    return found.channel_id


@pytest.mark.asyncio
async def test_a_forum_is_linked_to_the_channel_it_is_typed_in(room: Room) -> None:
    said = await types_in(room, "hugo", "C0NYKANAL", "operativa gruppen")
    assert said.startswith("Klart. Operativa gruppen är kopplat till den här kanalen")
    assert await channel_of(room, OPERATIVE) == "C0NYKANAL"
    assert "redan kopplat" in await types_in(room, "hugo", "C0NYKANAL", "operativa gruppen")
    assert "samverkan koppla" in await trail(room)
    assert await looks_again(room)


@pytest.mark.asyncio
async def test_a_mentioned_channel_goes_before_the_one_typed_in(room: Room) -> None:
    said = await types_in(room, "anna", "D0DIREKT", "operativa till <#C0NYKANAL|operativt>")
    assert "kanalen du nämnde" in said
    assert await channel_of(room, OPERATIVE) == "C0NYKANAL"


@pytest.mark.asyncio
async def test_who_may_not_link_and_where_not_to(room: Room) -> None:
    for who in ("erik", "farah", "gustav", "ivar"):
        with pytest.raises(Refused):
            await types_in(room, who, "C0NYKANAL", "operativa gruppen")
    with pytest.raises(Refused, match="forumets kanal"):
        await types_in(room, "hugo", "D0DIREKT", "operativa gruppen")
    with pytest.raises(Refused, match="redan kopplad till Planeringsgruppen"):
        await types_in(room, "hugo", "C0PLANERING", "operativa gruppen")
    with pytest.raises(Refused, match="kanske"):
        await types_in(room, "hugo", "C0NYKANAL", "operativa gruppen kanske")
    assert await channel_of(room, OPERATIVE) == "C0OPERATIVA"


@pytest.mark.asyncio
async def test_without_a_name_the_forums_are_offered_as_buttons(room: Room) -> None:
    asked = await room.says("hugo", "/samverkan koppla")
    words = button(asked, "Operativa gruppen").words
    assert "den här kanalen" in await types_in(room, "hugo", "C0NYKANAL", words)


@pytest.mark.asyncio
async def test_the_next_agreements_forum_of_the_same_name_is_linked_with_it(room: Room) -> None:
    async with room.database.transaction() as session:
        after = changed(EXAMPLE, ("  från: 2027-01-01\n  till: 2030-12-31", "  från: 2031-01-01\n  till: 2034-12-31"))
        await import_agreement(session, room.town.workspace, "nyby-2031", sound(after), room.now)
    await types_in(room, "hugo", "C0NYKANAL", "operativa gruppen")
    async with room.database.reading() as session:
        linked = (await session.exec(select(Forum).where(Forum.channel_id == "C0NYKANAL"))).all()
    assert len(linked) == 2
