"""The occasion for the calendar, as a file in the thread of the message that calls, moves, or calls it off.

A file cannot carry a key that is looked for, as a message can: it is taken in the database before it is uploaded, and
so posted at most once. Where it is lost, the log says so and the button under the message stays.
"""

import logging
from datetime import datetime, timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.uploads import LOST, upload
from schedules.calendar_file import occasion_calendar
from storage.calendars import Unfiled, take_file, unfiled
from storage.database import Database

log = logging.getLogger(__name__)

FRESH = timedelta(days=1)  # what was posted longer ago, as before an outage, has its button


async def post_calendar_files(database: Database, client: AsyncWebClient, now: datetime) -> int:
    """Posts the files of messages that stand in channels and have none; how many. Any number of replicas may do it at
    once. Never raises for what Slack does; raises what the database raises. `now` is aware UTC."""
    async with database.reading() as session:
        waiting = await unfiled(session, since=now - FRESH, today=(now - FRESH).date())
    return sum([await _post(database, client, each, now) for each in waiting])


async def _post(database: Database, client: AsyncWebClient, message: Unfiled, now: datetime) -> bool:
    async with database.transaction() as session:
        if not await take_file(session, notice_id=message.notice_id, now=now):
            return False  # another replica was first
        made = await occasion_calendar(session, message.occasion_id)
    if made is None:
        return False
    name, content = made
    try:
        await upload(client, message.channel_id, name, content, thread=message.ts)
    except LOST as lost:
        log.warning("the calendar file of notice %s could not be posted: %s", message.notice_id, type(lost).__name__)
        return False
    return True
