"""The table of all there is to ask: names, help, examples that work when typed, and nothing for outsiders."""

import re
from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import func, select

from commands import BY_NAME, COMMANDS, chair, find, meeting
from commands.call import Command, Form, Refused, Reply
from storage.models import (
    Appointment,
    AttendanceAnswer,
    ChairAnchor,
    ChairTerm,
    Forum,
    Notice,
    Occasion,
    Outcome,
    Person,
    Pulse,
    Waiver,
)
from tests.nyby import Room, reply, text

EXAMPLES = [(command, example) for command in COMMANDS for example in command.examples]
OPEN_TO_ALL = ("samverkan",)  # the help itself
WRITTEN = (
    Appointment,
    AttendanceAnswer,
    ChairAnchor,
    ChairTerm,
    Forum,
    Notice,
    Occasion,
    Outcome,
    Person,
    Pulse,
    Waiver,
)


def names(commands: tuple[Command, ...]) -> list[str]:
    return [command.name for command in commands]


def test_names_are_unique_and_plain_ascii_words() -> None:
    assert len(set(names(COMMANDS))) == len(COMMANDS)
    assert not [name for name in names(COMMANDS) if not re.fullmatch(r"[a-z]+( [a-z-]+)?", name)]


def test_every_slash_command_has_one_default_and_everything_typed_has_help_and_an_example() -> None:
    slashes = {command.name.split()[0] for command in COMMANDS if command.help}
    defaults = [command.name for command in COMMANDS if command.default]
    assert sorted(defaults) == sorted(slashes) == ["lage", "logga", "mote", "ordforande", "samverkan"]
    assert not [command.name for command in COMMANDS if command.help and not command.examples]
    assert not [command.name for command in COMMANDS if command.examples and not command.help]


def test_help_lines_are_short_and_end_without_a_stop() -> None:
    assert not [command.name for command in COMMANDS if len(command.help) > 80 or command.help.endswith(".")]


@pytest.mark.parametrize(("command", "example"), EXAMPLES, ids=[example for _, example in EXAMPLES])
def test_an_example_is_understood_as_its_own_command(command: Command, example: str) -> None:
    slash, _, words = example.partition(" ")
    assert find(slash, words)[0].name == command.name


TYPED = [
    ("/mote", "ställ in planeringsgruppen", "mote stall-in", "planeringsgruppen"),
    ("/mote", "STALL IN planeringsgruppen", "mote stall-in", "planeringsgruppen"),
    ("/mote", "ställ-in planeringsgruppen", "mote stall-in", "planeringsgruppen"),
    ("/logga", "möte planeringsgruppen", "logga mote", "planeringsgruppen"),
    ("/logga", "Aktivitet  trygghetsvandring", "logga aktivitet", "trygghetsvandring"),
    ("/lage", "", "lage", ""),
    ("/lage", "Mål", "lage mal", ""),
    ("/lage", "Planeringsgruppen", "lage", "Planeringsgruppen"),
    ("/ordforande", "chefsrådet", "ordforande", "chefsrådet"),
    ("mote", "", "mote", ""),
    ("/samverkan", "hjälp", "samverkan", ""),
    ("/mote", "hjälp", "samverkan", ""),
    ("/lage", "?", "samverkan", ""),
]


@pytest.mark.parametrize(("slash", "words", "name", "left"), TYPED)
def test_words_choose_a_command_whatever_their_case_and_dots(slash: str, words: str, name: str, left: str) -> None:
    command, rest = find(slash, words)
    assert (command.name, rest) == (name, left)


def test_what_is_reached_by_button_only_cannot_be_typed() -> None:
    for command in COMMANDS:
        if not command.help:
            base, _, sub = command.name.partition(" ")
            with pytest.raises(Refused):
                chosen, rest = find("/" + base, sub)
                assert chosen.name != command.name
                raise Refused(rest)


SLIPS = [
    ("/samverkan", "medlemar planeringsgruppen", "/samverkan medlemmar"),
    ("/samverkan", "kopla", "/samverkan koppla"),
    ("/logga", "aktivitt trygghetsvandring", "/logga aktivitet"),
    ("/lage", "minna", "/lage mina"),
    ("/mote", "bocka planeringsgruppen", "/mote boka"),
    ("/ordforande", "prognås", "/ordforande prognos"),
]


@pytest.mark.parametrize(("slash", "words", "nearest"), SLIPS)
def test_a_slip_is_named_and_the_nearest_right_form_shown(slash: str, words: str, nearest: str) -> None:
    with pytest.raises(Refused) as refused:
        find(slash, words)
    assert words.split()[0] in refused.value.sentence
    assert nearest in refused.value.sentence


@pytest.mark.asyncio
async def test_words_near_nothing_get_what_there_is(sqlite_room: Room) -> None:
    sentence = await sqlite_room.refusal("anna", "/samverkan xyzzy")
    assert "xyzzy" in sentence
    assert "/samverkan medlemmar" in sentence


@pytest.mark.asyncio
async def test_help_is_made_of_the_table_and_open_to_everybody(sqlite_room: Room) -> None:
    shown = text(await sqlite_room.says("ivar", "/samverkan"))
    for command in COMMANDS:
        if command.help:
            assert f"/{command.name}`: {command.help}" in shown
            assert command.examples[0] in shown


@pytest.mark.asyncio
async def test_every_button_of_the_help_works(sqlite_room: Room) -> None:
    part = reply(await sqlite_room.says("anna", "/samverkan")).parts[0]
    for each in part.buttons:
        assert each.command in BY_NAME
        await sqlite_room.presses("anna", each)


@pytest.mark.asyncio
async def test_every_example_in_the_help_works_when_typed_in_order(room: Room) -> None:
    room.on(date(2027, 1, 20))
    await room.says("anna", "/logga möte planeringsgruppen 13 jan genomfört 8 deltagare kommunen polisen")
    for _, example in EXAMPLES:
        slash, _, words = example.partition(" ")
        command, rest = find(slash, words)
        call = replace(room.call("anna", rest), channel_id="C0PLANERING")
        answer = await room.run(command, call)
        assert isinstance(answer, Reply | Form)
        assert isinstance(answer, Form) or answer.message.plain()


async def written(room: Room) -> dict[str, int]:
    """How many rows each table has that a command can write to."""
    async with room.database.reading() as session:
        return {
            table.__name__: (await session.exec(select(func.count()).select_from(table))).one() for table in WRITTEN
        }


def about(room: Room, command: Command) -> str:
    """Words with which somebody who may would get somewhere."""
    ids = {
        "logga aktivitet": f"c:{room.town.commitments['aktivitet-trygghetsvandring']}",
        "logga mote": f"c:{room.town.commitments['mote-planeringsgruppen']}",
        "logga uppfoljning": "lägesbild",
        "mote boka": f"c:{room.town.commitments['mote-planeringsgruppen']} 2027-11-24 13.00",
        "puls": f"c:{room.town.commitments['aktivitet-trafikkontroller']} pagar",
        "avsta": f"c:{room.town.commitments['mote-planeringsgruppen']}",
        "senare": "n:1 dag",
        "varfor": "n:1",
    }
    if command.name in ("mote flytta", "mote stall-in", "mote svar") or command.name.startswith("svar "):
        return "o:1" + (" 2027-12-01" if command.name == "mote flytta" else "")
    if command.name in ids:
        return ids[command.name]
    if command.name in ("logga", "lage mal", "lage mina", "lage sena", "mote", "samverkan varfor", "samverkan lasin"):
        return ""
    return f"f:{room.town.forums['planeringsgruppen']}"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "command", [each for each in COMMANDS if each.name not in OPEN_TO_ALL], ids=lambda each: each.name
)
async def test_an_outsider_is_shown_nothing_and_changes_nothing(sqlite_room: Room, command: Command) -> None:
    room = sqlite_room
    await room.says("anna", "/mote boka planeringsgruppen 2027-11-10 13.00 Kommunhuset")
    before = await written(room)
    words = about(room, command)
    calls = [
        room.call("ivar", words),
        room.call("ivar", submitted=True, context={"forum": "2", "commitment": "1", "occasion": "1"}),
        replace(room.call("anna", words), team_id="T0ANNAN", user_id="U0IVAR"),
    ]
    for call in calls:
        with pytest.raises(Refused) as refused:
            await room.run(command, call)
        assert "Planeringsgruppen" not in refused.value.sentence
    assert await written(room) == before


MAY_NOT = {
    "ordforande rotera": "farah",
    "ordforande ankare": "gustav",
    "mote boka": "erik",
    "mote flytta": "erik",
    "mote stall-in": "erik",
    "logga aktivitet": "erik",
    "logga mote": "erik",
    "samverkan medlemmar": "erik",
    "samverkan koppla": "farah",
    "samverkan tillsatt": "farah",
    "samverkan byt": "farah",
    "samverkan avsluta": "farah",
    "samverkan lasin": "farah",
    "svar kommer": "disa",
    "svar kan-inte": "disa",
    "svar ersattare": "disa",
    "svar at": "farah",
    "mote svar": "erik",
    "senare": "erik",
    "varfor": "erik",
    "puls": "hugo",
    "avsta": "farah",
}


@pytest.mark.asyncio
@pytest.mark.parametrize(("name", "who"), MAY_NOT.items())
async def test_a_member_without_the_right_changes_nothing(sqlite_room: Room, name: str, who: str) -> None:
    room = sqlite_room
    await room.says("anna", "/mote boka planeringsgruppen 2027-11-10 13.00 Kommunhuset")
    before = await written(room)
    with pytest.raises(Refused):
        await room.run(BY_NAME[name], replace(room.call(who, about(room, BY_NAME[name])), channel_id="C0NYKANAL"))
    assert await written(room) == before


@pytest.mark.parametrize("forms", [chair.FORMS, meeting.FORMS])
def test_what_a_module_offers_for_slips_is_what_the_table_has(forms: tuple[str, ...]) -> None:
    slash = forms[0].split()[0]
    typed = {"/" + command.name for command in COMMANDS if command.help and not command.default}
    assert set(forms) == {form for form in typed if form.split()[0] == slash}
