"""Fifty forums and five hundred seats in one workspace: everything fits in Slack, and every forum is still found."""

from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest
import pytest_asyncio
from sqlmodel import select

from bot.blocks import form_view, home_view, message_blocks, message_text, message_view, messages
from commands import BY_NAME, COMMANDS
from commands.call import Call, Command, Form, Refused, Reply
from commands.status import home
from sandbox.blockkit import message_problems, view_problems
from schedules.message import Button, Message, say
from storage.database import Database
from storage.models import Forum
from tests.bot.county import FORUMS, NOW, SEATS, found
from tests.databases import Laid, database_at, lay_on_sqlite


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Laid[int]:
    return lay_on_sqlite(tmp_path_factory.mktemp("county"), found)


@pytest_asyncio.fixture
async def database(county: Laid[int], tmp_path: Path) -> AsyncIterator[Database]:
    opened = database_at(county.copied_file(tmp_path))
    yield opened
    await opened.close()


def call(words: str = "", who: str = "U0P0") -> Call:
    """The coordinator's, who sees everything."""
    return Call(1, "T1", who, NOW, words=words, public_url="https://bot.example.org")


def assert_fits(answer: Reply | Form) -> None:
    if isinstance(answer, Form):
        assert view_problems(form_view(answer, "r" * 32)) == []
        return
    for each in messages(answer.message):
        assert message_problems({"text": message_text(each), "blocks": message_blocks(each)}) == []
    assert view_problems(message_view(answer.message)) == []


def buttons(message: Message) -> list[Button]:
    return [button for part in message.parts for button in part.buttons]


@pytest.mark.asyncio
@pytest.mark.parametrize("command", [each for each in COMMANDS if each.help], ids=lambda each: each.name)
async def test_every_command_fits_in_what_slack_shows(database: Database, command: Command) -> None:
    for words in ("", "Samverkansforum 37 i tätorten med ett namn som är långt"):
        async with database.transaction() as session:
            try:
                answer = await command.run(call(words), session)
            except Refused as refused:
                answer = Reply(refused.message or say(refused.sentence))
        assert_fits(answer)


@pytest.mark.asyncio
async def test_home_fits_for_a_coordinator_and_for_a_member(database: Database) -> None:
    for who in ("U0P0", "U0P17"):
        async with database.reading() as session:
            assert view_problems(home_view(await home(call(who=who), session))) == []


@pytest.mark.asyncio
@pytest.mark.parametrize("name", ["samverkan medlemmar", "samverkan exportera", "mote planera", "samverkan koppla"])
async def test_every_forum_is_reached_by_buttons_alone(database: Database, name: str) -> None:
    """A page at a time: who comes from another organisation cannot type its name."""
    reached: list[str] = []
    words: str | None = ""
    while words is not None:
        async with database.transaction() as session:
            answer = await BY_NAME[name].run(call(words), session)
        assert isinstance(answer, Reply)
        assert_fits(answer)
        found_here = buttons(answer.message)
        reached += [each.label for each in found_here if each.words.startswith("f:")]
        further = [each.words for each in found_here if each.words.startswith("s:")]
        words = further[0] if further else None
    assert len(reached) == len(set(reached)) == FORUMS
    assert all(one < other for one, other in pairwise(reached))


@pytest.mark.asyncio
async def test_every_forum_can_be_chosen_in_a_form(database: Database) -> None:
    async with database.transaction() as session:
        opened = await BY_NAME["mote arende"].run(call(), session)
        forums = (await session.exec(select(Forum))).all()
    assert isinstance(opened, Form)
    (choice,) = [each for each in opened.fields if each.name == "forum"]
    assert {option.value for option in choice.options} == {str(forum.id) for forum in forums}


@pytest.mark.asyncio
async def test_every_seat_can_be_made_responsible_for_a_decision(database: Database) -> None:
    async with database.transaction() as session:
        form = await BY_NAME["mote arende"].run(call(), session)
        assert isinstance(form, Form)
        fields = {"forum": form.fields[0].options[0].value, "title": "Belysningen", "text": ""}
        sent = Call(1, "T1", "U0P0", NOW, fields=fields, context=form.context, submitted=True)
        await BY_NAME["mote arende"].run(sent, session)
        shown = await BY_NAME["mote arenden"].run(call(), session)
        assert isinstance(shown, Reply)
        (decide,) = [each for each in buttons(shown.message) if each.command == "arende besluta"]
        opened = await BY_NAME["arende besluta"].run(call(decide.words), session)
    assert isinstance(opened, Form)
    assert_fits(opened)
    (responsible,) = [each for each in opened.fields if each.name == "responsible"]
    assert len(responsible.options) == FORUMS * SEATS + 1 + 2


@pytest.mark.asyncio
async def test_every_booked_meeting_is_reached_by_buttons_alone(database: Database) -> None:
    shown: list[str] = []
    words: str | None = ""
    while words is not None:
        async with database.transaction() as session:
            answer = await BY_NAME["mote"].run(call(words), session)
        assert isinstance(answer, Reply)
        assert_fits(answer)
        shown += [button.words for button in buttons(answer.message) if button.command == "mote flytta"]
        further = [each.words for each in buttons(answer.message) if each.words.startswith("s:")]
        words = further[0] if further else None
    assert len(shown) == len(set(shown)) > 40
