"""A file that could not be sent is told of, to people out of reach for direct messages too; and files in threads."""

import asyncio
from datetime import datetime, timedelta

import pytest
from aiohttp import web
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.calendar_files import post_calendar_files
from bot.texts import not_handed_over
from bot.uploads import hand_over
from commands.call import Enclosure
from storage.models import Notice, NoticeState, Outgoing, OutgoingState
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


# --- the calendar file in the thread of what was posted ---------------------------------------------------------------


async def moved_and_posted(office: Office) -> datetime:
    """A meeting that was moved, told of in the channel as the courier marks it; when."""
    await booked(office)
    await office.says("/mote flytta planeringsgruppen till 2027-03-10 13.00")
    now = office.desk.clock.now()
    async with office.database.transaction() as session:
        (notice,) = (await session.exec(select(Notice).where(Notice.kind == "moved"))).all()
        notice.state = NoticeState.SENT
        carrier = await session.get_one(Outgoing, notice.outgoing_id)
        carrier.state, carrier.channel_id, carrier.ts, carrier.sent_at = OutgoingState.SENT, "C1", "17.000100", now
        session.add_all([notice, carrier])
    office.slack.asked.clear()
    return now


def taking_files(office: Office) -> None:
    place = {"ok": True, "upload_url": f"{office.slack.api_url}upload", "file_id": "F1"}
    office.slack.answers["files.getUploadURLExternal"] = lambda request, arguments: web.json_response(place)


@pytest.mark.asyncio
async def test_two_replicas_post_the_file_once_in_the_thread(office: Office) -> None:
    now = await moved_and_posted(office)
    taking_files(office)
    posted = await asyncio.gather(
        *(post_calendar_files(office.database, office.desk.client, now + timedelta(minutes=1)) for _ in range(3))
    )
    assert sorted(posted) == [0, 0, 1]
    (shared,) = office.slack.of("files.completeUploadExternal")
    assert (shared["channel_id"], shared["thread_ts"]) == ("C1", "17.000100")
    assert await post_calendar_files(office.database, office.desk.client, now + timedelta(minutes=2)) == 0


@pytest.mark.asyncio
async def test_a_file_that_is_lost_is_not_tried_again_and_nobody_is_disturbed(office: Office) -> None:
    now = await moved_and_posted(office)
    office.slack.answers["files.getUploadURLExternal"] = refusing("internal_error")
    for _ in range(2):
        assert await post_calendar_files(office.database, office.desk.client, now) == 0
    assert len(office.slack.of("files.getUploadURLExternal")) == 1
    assert office.slack.of("chat.postMessage") == []


@pytest.mark.asyncio
async def test_what_was_posted_days_ago_gets_no_file(office: Office) -> None:
    now = await moved_and_posted(office)
    taking_files(office)
    assert await post_calendar_files(office.database, office.desk.client, now + timedelta(days=2)) == 0


async def document(_: AsyncSession) -> bytes:
    return b"minnesanteckningar"


@pytest.mark.asyncio
async def test_a_file_for_a_channel_is_made_for_it_and_the_writer_hears_when_it_could_not_be_put_there(
    office: Office,
) -> None:
    office.slack.answers["files.getUploadURLExternal"] = refusing("not_in_channel")
    await hand_over(office.desk, ANNA["id"], Enclosure("anteckningar.docx", document, "C0PLANERING"), "C1")
    assert office.slack.of("conversations.open") == [], "it is for nobody alone"
    (said,) = office.slack.of("chat.postMessage")
    assert (said["channel"], said["text"]) == (ANNA["id"], not_handed_over("anteckningar.docx"))
