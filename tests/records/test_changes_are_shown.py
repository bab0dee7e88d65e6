"""Visa ändringar: what differs between the versions of what is logged, who changed it and when."""

from datetime import date

import pytest

from commands.call import Form, Refused, Reply
from commands.texts import history as texts
from schedules.message import Button, Message
from tests.nyby import Room

LOGGED = "/logga aktivitet trygghetsvandring 2027-10-14 genomförd 12 deltagare kommunen, polisen"


def buttons(message: Message) -> list[Button]:
    return [button for part in message.parts for button in part.buttons if button.label == texts.SHOW]


async def corrected(room: Room, **changed: str) -> Message:
    """What Bertil is told when he has corrected what Anna logged."""
    first = await room.says("anna", LOGGED)
    assert isinstance(first, Reply)
    assert not buttons(first.message), "nothing has been changed yet"
    [change] = [
        button for part in first.message.parts for button in part.buttons if button.command == "logga aktivitet"
    ]
    form = await room.presses("bertil", change)
    assert isinstance(form, Form)
    again = await room.sends("bertil", form, **changed)
    assert isinstance(again, Reply), again
    return again.message


@pytest.mark.asyncio
async def test_a_correction_offers_its_changes_and_they_say_what_who_and_when(room: Room) -> None:
    told = await corrected(room, participants="15", place="Björkparken")
    [button] = buttons(told)
    answer = await room.presses("cecilia", button)
    assert isinstance(answer, Reply)
    newest, oldest = answer.message.parts
    assert newest.heading.startswith("Version 2, ")
    assert newest.heading.endswith(" av Bertil Norgren")
    assert "• Deltagare: 12 → 15" in newest.lines
    assert "• Plats: inget → Björkparken" in newest.lines
    assert not [line for line in newest.lines if line.startswith("• Datum")], "what is the same is not told"
    assert oldest.heading.endswith(" av Anna Ekdal")
    assert "• Deltagare: 12" in oldest.lines


@pytest.mark.asyncio
async def test_what_has_been_logged_once_has_no_changes_to_show(room: Room) -> None:
    await room.says("anna", LOGGED)
    [outcome] = await room.outcomes()
    answer = await room.presses("anna", Button(texts.SHOW, "utfall andringar", f"o:{outcome.occasion_id}"))
    assert isinstance(answer, Reply)
    assert answer.message.parts[-1].note == texts.ONLY_ONE


@pytest.mark.asyncio
async def test_the_changes_are_not_shown_to_those_who_may_not_read_the_forum(room: Room) -> None:
    [button] = buttons(await corrected(room, participants="15"))
    for who in ("hugo", "ivar"):
        with pytest.raises(Refused) as refused:
            await room.presses(who, button)
        assert "15" not in refused.value.sentence


@pytest.mark.asyncio
@pytest.mark.parametrize("words", ["", "o:", "o:0", "o:999999", "o:-1", "o:99999999999999999999", "trams"])
async def test_an_occasion_that_is_not_there_is_said_kindly(room: Room, words: str) -> None:
    with pytest.raises(Refused) as refused:
        await room.presses("anna", Button(texts.SHOW, "utfall andringar", words))
    assert refused.value.sentence == texts.GONE


@pytest.mark.asyncio
async def test_no_version_is_lost_however_many_there_are(room: Room) -> None:
    [button] = buttons(await corrected(room, participants="15"))
    for number in (16, 17, 18):
        form = await room.says("anna", f"/logga aktivitet trygghetsvandring 2027-10-14 genomförd {number} deltagare")
        if isinstance(form, Form):
            await room.sends("anna", form, participants=str(number))
    answer = await room.presses("anna", button)
    assert isinstance(answer, Reply)
    outcomes = await room.outcomes()
    assert [outcome.version for outcome in outcomes] == list(range(1, len(outcomes) + 1))
    assert len(answer.message.parts) == len(outcomes)
    assert all(outcome.on == date(2027, 10, 14) for outcome in outcomes)
