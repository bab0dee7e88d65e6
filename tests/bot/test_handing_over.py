"""A file that could not be sent is told of, to people out of reach for direct messages too."""

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.texts import not_handed_over
from bot.uploads import hand_over
from commands.call import Handover
from tests.bot.conftest import ANNA, CECILIA, Office
from tests.bot.standin import refusing


async def booked(office: Office) -> None:
    await office.says("/mote boka planeringsgruppen 2027-03-03 13.00 Kommunhuset")
    office.slack.asked.clear()


@pytest.mark.asyncio
async def test_who_cannot_be_written_to_directly_hears_in_the_channel_and_nobody_else_does(office: Office) -> None:
    """The bot reaches an external person directly only where the organisations let it."""
    await booked(office)
    for method in ("conversations.open", "chat.postMessage"):
        office.slack.answers[method] = refusing("channel_not_found")
    await office.presses("mote kalenderfil", "o:1", CECILIA)
    (said,) = office.slack.of("chat.postEphemeral")
    assert (said["channel"], said["user"]) == ("C1", CECILIA["id"])
    assert said["text"] == not_handed_over("planeringsgruppens-mote-2027-03-03.ics")


@pytest.mark.asyncio
async def test_who_can_be_written_to_directly_hears_there_once(office: Office) -> None:
    await booked(office)
    office.slack.answers["files.getUploadURLExternal"] = refusing("internal_error")
    await office.presses("mote kalenderfil", "o:1", ANNA)
    (said,) = office.slack.of("chat.postMessage")
    assert said["channel"] == ANNA["id"]
    assert office.slack.of("chat.postEphemeral") == []


async def document(_: AsyncSession) -> bytes:
    return b"minnesanteckningar"


@pytest.mark.asyncio
async def test_a_file_for_a_channel_is_made_for_it_and_the_writer_hears_when_it_could_not_be_put_there(
    office: Office,
) -> None:
    office.slack.answers["files.getUploadURLExternal"] = refusing("not_in_channel")
    await hand_over(office.desk, ANNA["id"], Handover("anteckningar.docx", document, "C0PLANERING"), "C1")
    assert office.slack.of("conversations.open") == [], "it is for nobody alone"
    (said,) = office.slack.of("chat.postMessage")
    assert (said["channel"], said["text"]) == (ANNA["id"], not_handed_over("anteckningar.docx"))
