"""Lägg i kalendern: a file for whoever pressed, also somebody of another organisation, and nothing in the channel."""

from datetime import date

import pytest
import vobject

from tests.conversations.town import Town

PLANNING = "C0PLANERING"


def handed_over(town: Town) -> list[tuple[str, str]]:
    """(channel, content) of every calendar that was shared."""
    found = []
    for message in town.slack.posted:
        for file in message.get("files", ()):
            stored = town.slack.workspace.files.get(file["id"])
            assert stored is not None
            assert stored.content is not None
            found.append((str(message["channel"]), stored.content.decode()))
    return found


@pytest.mark.asyncio
async def test_police_put_the_meeting_in_their_calendar_from_the_summons_and_again_when_it_has_moved(
    town: Town,
) -> None:
    anna, cecilia = town.member("anna"), town.member("cecilia")
    await anna.says(PLANNING, "/mote boka planeringsgruppen 2027-03-03 13.00-15.30 Kommunhuset")
    await town.on(date(2027, 2, 22))
    assert "Kallelse" in cecilia.last(PLANNING)
    await cecilia.presses(PLANNING, "Lägg i kalendern")
    await town.bot.desk.finish(within=10)
    (first,) = [content for to, content in handed_over(town) if to == cecilia.direct]

    await anna.says(PLANNING, "/mote flytta planeringsgruppen 2027-03-03 till 2027-03-10 9.00-11.00")
    await town.settled()
    await cecilia.presses(PLANNING, "Uppdatera kalendern")
    await town.bot.desk.finish(within=10)
    _, second = [content for to, content in handed_over(town) if to == cecilia.direct]
    before, after = vobject.readOne(first).vevent, vobject.readOne(second).vevent
    assert after.uid.value == before.uid.value
    assert int(after.sequence.value) > int(before.sequence.value)
    assert [each.value.strftime("%m-%d %H.%M") for each in (before.dtstart, before.dtend)] == [
        "03-03 13.00",
        "03-03 15.30",
    ]
    assert [each.value.strftime("%m-%d %H.%M") for each in (after.dtstart, after.dtend)] == [
        "03-10 09.00",
        "03-10 11.00",
    ]
    assert after.location.value == "Kommunhuset"


@pytest.mark.asyncio
async def test_every_summons_move_and_call_off_has_the_meeting_for_the_calendar_in_its_thread_once(town: Town) -> None:
    anna = town.member("anna")
    await anna.says(PLANNING, "/mote boka planeringsgruppen 2027-03-03 13.00 Kommunhuset")
    await town.on(date(2027, 2, 22))
    await anna.says(PLANNING, "/mote flytta planeringsgruppen 2027-03-03 till 2027-03-10 9.00")
    await town.settled()
    await anna.says(PLANNING, "/mote ställ in planeringsgruppen")
    await town.settled()
    for _ in range(2):
        town.bot.post_calendar_files()
        await town.bot.desk.finish(within=10)
    under = {
        message["thread_ts"]: message for message in town.slack.posted if message.get("files") and message["thread_ts"]
    }
    headed = {message["ts"]: message["text"] for message in town.slack.posted if not message.get("files")}
    heads = [headed[ts].partition(":")[0] for ts in under]
    assert heads == ["Kallelse", "Flyttat", "Inställt"], [headed[ts] for ts in under]
    shared = [vobject.readOne(content).vevent for to, content in handed_over(town) if to == PLANNING]
    assert len({event.uid.value for event in shared}) == 1
    assert [event.status.value for event in shared] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [int(event.sequence.value) for event in shared] == sorted({int(event.sequence.value) for event in shared})
