"""A file that could not be sent is told of, to people out of reach for direct messages too."""

import pytest

from bot.texts import not_handed_over
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
