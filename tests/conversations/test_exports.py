"""Files that the bot hands over: a forum's records to a coordinator, one's own register extract to oneself."""

import io
import zipfile
from datetime import UTC, datetime

import pytest

from tests.conversations.town import Town

PLANNING = "C0PLANERING"
TODAY = datetime(2027, 3, 3, 9, 0, tzinfo=UTC)


def handed_over(town: Town, name: str) -> dict[str, bytes]:
    """The files in the zip that was shared, wherever it was."""
    found = [file for each in town.slack.posted for file in each.get("files", ()) if file["name"] == name]
    assert len(found) == 1, [each.get("files") for each in town.slack.posted]
    stored = town.slack.workspace.files.get(found[0]["id"])
    assert stored is not None
    with zipfile.ZipFile(io.BytesIO(stored.content or b"")) as archive:
        assert archive.testzip() is None
        return {each: archive.read(each) for each in archive.namelist()}


@pytest.mark.asyncio
async def test_a_coordinator_gets_the_forums_records_in_a_direct_message_and_the_channel_nothing(town: Town) -> None:
    await town.jump(TODAY)
    anna = town.member("anna")
    await anna.says(
        PLANNING, "/logga aktivitet trygghetsvandring 2 mars genomförd 12 deltagare kommunen polisen Centrum"
    )
    await town.settled()
    await anna.says(PLANNING, "/samverkan exportera planeringsgruppen")
    assert "planeringsgruppen-2027-03-03.zip" in anna.last(PLANNING)
    await town.settled()
    files = handed_over(town, "planeringsgruppen-2027-03-03.zip")
    assert "Centrum" in files["csv/utfall.csv"].decode()
    assert "Planeringsgruppen" in files["lasbart.txt"].decode()
    assert "Operativa gruppen möts" not in files["lasbart.txt"].decode()
    shared = [each for each in town.slack.posted if each.get("files")]
    assert [each["channel"] for each in shared] == [anna.direct], "nobody else sees the file"


@pytest.mark.asyncio
async def test_a_member_may_not_export_a_forum_but_gets_what_there_is_about_oneself(town: Town) -> None:
    await town.jump(TODAY)
    ali = town.member("ali")
    await ali.says(PLANNING, "/samverkan exportera planeringsgruppen")
    assert "planeringsgruppen-2027-03-03.zip" not in ali.last(PLANNING)
    await ali.says(PLANNING, "/samverkan registerutdrag")
    assert "registerutdrag-2027-03-03.zip" in ali.last(PLANNING)
    await town.settled()
    files = handed_over(town, "registerutdrag-2027-03-03.zip")
    everything = b"".join(files.values()).decode()
    assert "Ali Rahimi" in everything
    assert "Anna" not in everything, "the extract is about Ali alone"
    await town.member("anna").says(PLANNING, "/samverkan logg")
    assert "tog ut sitt registerutdrag" in town.member("anna").last(PLANNING)


@pytest.mark.asyncio
async def test_a_coordinator_who_handles_a_request_gets_another_persons_extract_and_a_member_does_not(
    town: Town,
) -> None:
    await town.jump(TODAY)
    anna, ali = town.member("anna"), town.member("ali")
    await ali.says(PLANNING, "/samverkan registerutdrag Anna Ekdal")
    assert "direktmeddelande" not in ali.last(PLANNING)
    await anna.says(PLANNING, "/samverkan registerutdrag Nils Ingenstans")
    assert "Jag hittar ingen som heter så" in anna.last(PLANNING)
    await anna.says(PLANNING, "/samverkan registerutdrag ali rahimi")
    assert "registerutdrag-ali-rahimi-2027-03-03.zip" in anna.last(PLANNING)
    await town.settled()
    files = handed_over(town, "registerutdrag-ali-rahimi-2027-03-03.zip")
    assert "Ali Rahimi" in files["lasbart.txt"].decode()
    shared = [each for each in town.slack.posted if each.get("files")]
    assert [each["channel"] for each in shared] == [anna.direct]
    await anna.says(PLANNING, "/samverkan logg")
    assert "tog ut ett registerutdrag" in anna.last(PLANNING)
