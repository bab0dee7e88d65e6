"""Who is in a channel against who sits in its forum: told to the coordinators once, until it is another."""

import pytest

from bot.members import compare_members
from tests.conversations.town import Town
from tests.faults.machine import until_it_is

PLANNING = "C0PLANERING"


def told(town: Town) -> list[str]:
    direct = town.member("anna").direct
    found = [each["text"] for each in town.slack.posted if each["channel"] == direct]
    return [text for text in found if "skiljer sig" in text]


async def said(town: Town, name: str) -> None:
    """Waits for Slack's event to have come, and for what is told of it."""

    async def is_told() -> bool:
        await town.settled()
        return bool(told(town)) and name in told(town)[-1]

    await until_it_is(is_told)


@pytest.mark.asyncio
async def test_who_comes_without_a_seat_and_who_sits_and_leaves_is_told_once(town: Town) -> None:
    await compare_members(town.bot.desk)
    await town.settled()
    before = len(told(town))
    town.member("tove").joins(PLANNING)
    await said(town, "Tove Granlund")
    assert len(told(town)) == before + 1
    await compare_members(town.bot.desk)
    await town.settled()
    assert len(told(town)) == before + 1, "the same difference is not told again"
    town.member("ali").leaves(PLANNING)
    await said(town, "Ali Rahimi")
    assert "Sitter i forumet men är inte med i kanalen" in told(town)[-1]


@pytest.mark.asyncio
async def test_nothing_is_told_of_a_channel_that_is_no_forums(town: Town) -> None:
    before = len(told(town))
    await compare_members(town.bot.desk, "C0NAGONANNAN")
    await town.settled()
    assert len(told(town)) == before
