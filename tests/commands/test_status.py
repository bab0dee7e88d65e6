"""Where things stand, as each of Nyby's people may see it."""

import re
from datetime import date

import pytest

from bot.blocks import MESSAGE_BLOCKS, VIEW_BLOCKS, home_view, message_blocks, messages
from commands.status import home
from commands.texts.status import STATES
from schedules.message import Message
from storage.agreements.importing import import_agreement
from storage.models import Commitment, Waiver
from storage.occasions import book
from storage.terms import Standing
from tests.nyby import Room, reply, text
from tests.storage.agreements.files import EXAMPLE, changed, sound

WALK = "/logga aktivitet trygghetsvandring {} genomförd 12 deltagare kommun polis Centrum"


async def at_home(room: Room, who: str) -> Message:
    async with room.database.reading() as session:
        return await home(room.call(who), session)


async def booked(room: Room, commitment: str, on: date, at: str | None = None) -> int:
    async with room.database.transaction() as session:
        occasion, _ = await book(
            session,
            commitment_id=room.town.commitments[commitment],
            on=on,
            at=at,
            place="Kommunhuset",
            person_id=None,
            now=room.now,
        )
    assert occasion.id is not None
    return occasion.id


def line(said: str, name: str) -> str:
    """The line about a commitment."""
    return next(each for each in said.splitlines() if each.startswith(f"• {name} – "))


@pytest.mark.asyncio
async def test_a_state_moves_from_step_to_step_as_things_are_booked_and_logged(room: Room) -> None:
    seen = []
    for day, act in (
        (date(2027, 3, 1), None),
        (date(2027, 9, 1), "/mote boka trygghetsvandring 2027-09-15 17.00 Stationen"),
        (date(2027, 9, 2), "/mote boka trygghetsvandring 2027-10-20 17.00 Torget"),
        (date(2027, 9, 16), WALK.format("15 sep")),
        (date(2027, 10, 21), WALK.format("20 okt")),
    ):
        room.on(day)
        before = line(text(await room.says("anna", "/lage planeringsgruppen")), "Trygghetsvandring")
        seen.append(before.split(" – ")[1].split(":")[0])
        if act:
            await room.says("anna", act)
    seen.append(line(text(await room.says("anna", "/lage")), "Trygghetsvandring"))
    assert seen[:5] == [
        STATES[Standing.ON_PACE],
        STATES[Standing.BEHIND],
        STATES[Standing.ON_PACE],
        STATES[Standing.UNLOGGED],
        STATES[Standing.UNLOGGED],
    ]
    assert seen[5] == "• Trygghetsvandring – ✅ Klart: 2 av 2 under 2027"


@pytest.mark.asyncio
async def test_the_overview_says_count_pace_next_day_and_who_answers(sqlite_room: Room) -> None:
    room = sqlite_room
    await booked(room, "mote-operativa-gruppen", date(2027, 10, 27), "13:00")
    said = text(await room.says("anna", "/lage"))
    meetings = line(said, "Operativa gruppens möte")
    assert "🟠 Efter: 0 av minst 10 under 2027, åtta arbetsveckor kvar, förslag: " in meetings
    assert "nästa ons 27 okt 2027 kl. 13.00 (v. 43)" in meetings
    assert "Operativa gruppen: ordförande Kommunens säkerhetschef, nästa möte ons 27 okt 2027 kl. 13.00" in said
    assert ". Ansvarig: polisen" in said
    assert "13 efter · 6 i fas · 3 löpande" in said
    assert "Exempel: detta är ingen undertecknad överenskommelse." in said


@pytest.mark.asyncio
async def test_the_counts_agree_with_the_lines(sqlite_room: Room) -> None:
    room = sqlite_room
    await room.says("anna", WALK.format("14 okt"))
    await booked(room, "aktivitet-trygghetskvall", date(2027, 10, 13))
    said = text(await room.says("anna", "/lage"))
    counted = next(each for each in said.splitlines() if " · " in each).split(" · ")
    for piece in counted:
        number, word = piece.split(" ", 1)
        lines = [each for each in said.splitlines() if each.startswith("• ") and word in each.split(" – ")[1].lower()]
        assert len(lines) == int(number), piece


def test_every_state_is_a_word_and_not_only_a_sign() -> None:
    for standing in Standing:
        assert any(letter.isalpha() for letter in STATES[standing])


@pytest.mark.asyncio
async def test_a_waived_window_shows_its_reason(sqlite_room: Room) -> None:
    room = sqlite_room
    async with sqlite_room.database.transaction() as session:
        session.add(
            Waiver(
                commitment_id=room.town.commitments["aktivitet-suma"],
                first=date(2027, 1, 1),
                last=date(2027, 12, 31),
                reason="Skolan byggs om",
                waived_at=room.now,
            )
        )
    said = line(text(await room.says("anna", "/lage planeringsgruppen")), "SUMA")
    assert "Avstått" in said
    assert "Skolan byggs om" in said
    assert "förslag" not in said


@pytest.mark.asyncio
async def test_ongoing_work_shows_how_long_ago_something_was_noted(sqlite_room: Room) -> None:
    room = sqlite_room
    assert "inget noterat än" in line(text(await room.says("bertil", "/lage")), "Trafikkontroller")
    await room.says("bertil", "/logga aktivitet trafikkontroller 6 okt genomförda 2 deltagare polis")
    said = line(text(await room.says("bertil", "/lage")), "Trafikkontroller")
    assert "senast noterat ons 6 okt 2027 (för 14 dagar sedan)" in said


# --- who sees what ----------------------------------------------------------------------------------------------------

FORUMS = {"Chefssamrådet", "Planeringsgruppen", "Operativa gruppen"}


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("anna", FORUMS),
        ("cecilia", FORUMS),
        ("disa", FORUMS),
        ("hugo", FORUMS),
        ("farah", {"Planeringsgruppen", "Operativa gruppen"}),
        ("erik", {"Operativa gruppen"}),
    ],
)
async def test_one_sees_ones_own_forums_and_those_below(sqlite_room: Room, who: str, seen: set[str]) -> None:
    room = sqlite_room
    for words in ("/lage", "/lage sena"):
        said = text(await room.says(who, words))
        assert {forum for forum in FORUMS if f"{forum}s möte" in said} == seen, words
    for forum in FORUMS - seen:
        assert "sitter inte i" in await room.refusal(who, f"/lage {forum}")


@pytest.mark.asyncio
@pytest.mark.parametrize("words", ["/lage", "/lage mål", "/lage mina", "/lage sena", "/lage planeringsgruppen"])
async def test_outsiders_see_nothing(sqlite_room: Room, words: str) -> None:
    room = sqlite_room
    assert "sitter inte i något av forumen" in await room.refusal("ivar", words)


@pytest.mark.asyncio
async def test_goals_show_activities_and_what_came_of_them_each_under_its_number(sqlite_room: Room) -> None:
    room = sqlite_room
    for day in range(1, 8):
        await room.says("anna", WALK.format(f"2027-10-{day:02d}"))
    said = text(await room.says("anna", "/lage mål"))
    assert re.findall(r"^Mål (\d+)\. ", said, re.MULTILINE) == [str(number) for number in range(1, 10)]
    assert "Mål 2. Tryggare centrum med närområden" in said
    assert "Mål 4. Tryggare centrum med närområden" in said
    second, fourth = said.split("Mål 2. ")[1].split("Mål 3. ")[0], said.split("Mål 4. ")[1].split("Mål 5. ")[0]
    assert "Ingen aktivitet är kopplad" in second
    assert fourth.count("Genomförd: Trygghetsvandring") == 5
    assert "… och 2 tidigare" in fourth


@pytest.mark.asyncio
async def test_a_goal_of_a_forum_one_does_not_sit_in_says_so(sqlite_room: Room) -> None:
    room = sqlite_room
    await room.says("anna", WALK.format("14 okt"))
    said = text(await room.says("erik", "/lage mål"))
    assert "Centrum, 12 deltagare" not in said
    assert "hör till forum som du inte sitter i" in said.split("Mål 4. ")[1].split("Mål 5. ")[0]


# --- mine and late ----------------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_mine_is_what_i_may_do_something_about(sqlite_room: Room) -> None:
    room = sqlite_room
    passed = await booked(room, "aktivitet-trygghetsvandring", date(2027, 10, 14))
    meeting = await booked(room, "mote-planeringsgruppen", date(2027, 10, 27), "13:00")
    answer = await room.says("farah", "/lage mina")
    asked = {(each.command, each.words) for part in reply(answer).parts for each in part.buttons}
    assert asked == {
        ("logga aktivitet", f"o:{passed}"),
        ("svar kommer", f"o:{meeting}"),
        ("svar kan-inte", f"o:{meeting}"),
        ("svar ersattare", f"o:{meeting}"),
    }
    assert "Trygghetsvandring (Planeringsgruppen) tors 14 okt 2027 är inte loggat." in text(answer)
    erik = text(await room.says("erik", "/lage mina"))
    assert "Inget väntar på dig just nu." in erik


@pytest.mark.asyncio
async def test_what_is_done_no_longer_waits(sqlite_room: Room) -> None:
    room = sqlite_room
    await booked(room, "aktivitet-trygghetsvandring", date(2027, 10, 14))
    meeting = await booked(room, "mote-planeringsgruppen", date(2027, 10, 27), "13:00")
    for part in reply(await room.says("farah", "/lage mina")).parts:
        for button in part.buttons:
            if button.words == f"o:{meeting}":
                await room.presses("farah", button)
    await room.says("farah", WALK.format("14 okt"))
    assert "Inget väntar på dig" in text(await room.says("farah", "/lage mina"))


@pytest.mark.asyncio
async def test_the_chair_is_asked_to_book_and_told_of_a_coming_turn(sqlite_room: Room) -> None:
    room = sqlite_room
    gustav = text(await room.says("gustav", "/lage mina"))
    assert "Chefssamrådets möte: 🟠 Efter" in gustav
    assert "Planeringsgruppens möte" not in gustav
    room.on(date(2027, 11, 15))
    assert "Planeringsgruppen: du tar över som ordförande lör 1 jan 2028." in text(
        await room.says("bertil", "/lage mina")
    )


@pytest.mark.asyncio
async def test_late_gives_the_next_step_to_those_who_may_take_it(sqlite_room: Room) -> None:
    room = sqlite_room
    passed = await booked(room, "aktivitet-trygghetsvandring", date(2027, 10, 14))
    suma = room.town.commitments["aktivitet-suma"]
    steps = {}
    for who in ("anna", "farah", "hugo"):
        answer = await room.says(who, "/lage sena")
        steps[who] = {(each.command, each.words) for part in reply(answer).parts for each in part.buttons}
    assert {("logga aktivitet", f"o:{passed}"), ("mote boka", f"c:{suma}"), ("avsta", f"c:{suma}")} <= steps["anna"]
    assert ("mote boka", f"c:{suma}") in steps["farah"]
    assert ("avsta", f"c:{suma}") not in steps["farah"]
    assert steps["hugo"] == set()


@pytest.mark.asyncio
async def test_nothing_late_is_said_kindly(sqlite_room: Room) -> None:
    room = sqlite_room
    room.on(date(2027, 1, 5))
    assert "Inget är efter" in text(await room.says("anna", "/lage sena"))


# --- words, agreements, sizes -----------------------------------------------------------------------------------------


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "words", ["planeringsgruppen", "Planering", "planeringsgruppens", "PLANERINGSGRUPP", "”planering”"]
)
async def test_a_forum_by_any_of_its_names(sqlite_room: Room, words: str) -> None:
    room = sqlite_room
    assert text(await room.says("anna", f"/lage {words}")).startswith("Planeringsgruppen: ordförande")


@pytest.mark.asyncio
async def test_unknown_words_are_named_with_the_nearest(sqlite_room: Room) -> None:
    room = sqlite_room
    assert "Planeringsgruppen" in await room.refusal("anna", "/lage planerinsgrupen")
    sentence = await room.refusal("anna", "/lage fika")
    assert "”fika”" in sentence


@pytest.mark.asyncio
async def test_an_agreement_to_come_is_mentioned_and_not_counted(sqlite_room: Room) -> None:
    room = sqlite_room
    after = changed(EXAMPLE, ("  från: 2027-01-01\n  till: 2030-12-31", "  från: 2031-01-01\n  till: 2034-12-31"))
    after = after.replace("från: 2027-01-01\n", "från: 2031-01-01\n")
    async with sqlite_room.database.transaction() as session:
        await import_agreement(session, room.town.workspace, "nyby-2031", sound(after), room.now)
    said = text(await room.says("anna", "/lage"))
    assert "Den här överenskommelsen börjar gälla ons 1 jan 2031." in said
    assert said.count("• Trygghetsvandring – ") == 1
    assert "Tack" in text(await room.says("anna", WALK.format("14 okt")))


@pytest.mark.asyncio
async def test_without_an_agreement_in_force_that_is_said(sqlite_room: Room) -> None:
    room = sqlite_room
    room.on(date(2031, 2, 1))
    assert "Ingen överenskommelse gäller just nu" in await room.refusal("anna", "/lage")
    shown = (await at_home(room, "anna")).plain()
    assert "Ingen överenskommelse gäller just nu" in shown
    assert "lagt till dig på en plats" not in shown


@pytest.mark.asyncio
async def test_home_shows_what_waits_and_ones_own_forums(room: Room) -> None:
    await booked(room, "aktivitet-trygghetsvandring", date(2027, 10, 14))
    farah = (await at_home(room, "farah")).plain()
    assert "Trygghetsvandring (Planeringsgruppen) tors 14 okt 2027 är inte loggat." in farah
    assert "Planeringsgruppen: ordförande" in farah
    assert "Chefssamrådet: ordförande" not in farah
    assert "Operativa gruppen: ordförande" not in farah
    assert "lagt till dig på en plats" in (await at_home(room, "ivar")).plain()


@pytest.mark.asyncio
async def test_home_leaves_out_with_a_count_and_a_button(sqlite_room: Room) -> None:
    room = sqlite_room
    for day in range(1, 16):
        await booked(room, "mote-operativa-gruppen", date(2027, 10, day))
    shown = await at_home(room, "anna")
    waiting = await room.says("anna", "/lage mina")
    count = len([part for part in reply(waiting).parts if part.buttons])
    assert f"… och {count - 12} till." in shown.plain()
    assert any(each.command == "lage mina" for part in shown.parts for each in part.buttons)
    assert len(home_view(shown)["blocks"]) <= VIEW_BLOCKS


@pytest.mark.asyncio
async def test_a_large_agreement_stays_inside_slacks_limits_and_says_what_it_leaves_out(
    sqlite_room: Room,
) -> None:
    room = sqlite_room
    async with sqlite_room.database.transaction() as session:
        pattern = await session.get(Commitment, room.town.commitments["aktivitet-suma"])
        assert pattern is not None
        for number in range(80):
            copy = Commitment(**pattern.model_dump(exclude={"id"}))
            copy.key, copy.title, copy.aliases = f"extra-{number}", f"Extra insats nummer {number} i centrum", []
            session.add(copy)
    for words in ("/lage", "/lage planeringsgruppen", "/lage sena", "/lage mina", "/lage mål"):
        for message in messages(reply(await room.says("anna", words))):
            blocks = message_blocks(message)
            assert len(blocks) <= MESSAGE_BLOCKS
            assert all(len(each["text"]["text"]) <= 3000 for each in blocks if each["type"] == "section")
    overview = text(await room.says("anna", "/lage"))
    assert "Tryck Visa mer för att se allt." in overview
    whole = text(await room.says("anna", "/lage planeringsgruppen"))
    assert "Extra insats nummer 79 i centrum" in whole
