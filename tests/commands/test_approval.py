"""Chapter 9: a change of the agreement is decided at the top, approved by every party, and valid from then."""

from datetime import date

import pytest
from sqlmodel import col, select

from commands import BY_NAME
from commands.call import Refused, Reply
from schedules.message import Button
from storage.models import Appointment, Decision, Measure, Notice, NoticeState, Seat
from tests.commands.test_matters import every, headings, label_of, pressed, raised
from tests.commands.test_measures import told_to
from tests.nyby import Room, button, text

WAYS = ("Vår part godkänner", "Vår part godkänner inte")


async def proposed(room: Room, **more: str) -> Decision:
    """Chefssamrådet decides on a tenth goal."""
    await raised(room, "/mote ärende chefssamrådet Nytt mål", "disa")
    opened = await pressed(room, "gustav", "chefssamrådet", "Besluta")
    if "responsible" in more:
        more["responsible"] = label_of(opened, "responsible", more["responsible"])
    await room.sends("gustav", opened, text="Mål 10 läggs till.", kind="amends", **more)
    return (await every(room, Decision))[-1]  # type: ignore[no-any-return]


async def answered(room: Room, who: str, decision: Decision, *, yes: bool = True) -> str:
    answer = await room.presses(who, Button("", "beslut godkann", f"d:{decision.id} {'ja' if yes else 'nej'}"))
    return text(answer)


async def fire_sits(room: Room) -> None:
    """Cecilia takes the rescue service's seat in Chefssamrådet too."""
    async with room.database.transaction() as session:
        chief = (await session.exec(select(Seat).where(col(Seat.title).startswith("Distriktschef")))).one()
        person = room.town.people["cecilia"]
        session.add(Appointment(seat_id=chief.id or 0, person_id=person, starts=date(2027, 1, 1)))


@pytest.mark.asyncio
async def test_when_every_party_has_approved_it_is_told_with_its_day_and_its_measure_begins(room: Room) -> None:
    await fire_sits(room)
    decision = await proposed(room, responsible="Kommunpolis", due="2027-12-15")
    (measure,) = await every(room, Measure)
    assert measure.waits
    assert "En åtgärd för dig, enligt beslut Chefssamrådet 2027:1" not in await told_to(room, "bertil")
    assert "Inga åtgärder" in text(await room.says("bertil", "/mote åtgärder"))
    with pytest.raises(Refused, match="börjar när alla parter"):
        await room.presses("bertil", Button("", "atgard rapportera", f"a:{measure.id}"))
    await answered(room, "disa", decision)
    await answered(room, "gustav", decision)
    room.on(date(2027, 11, 2))
    said = await answered(room, "cecilia", decision)
    valid = "Alla parter har godkänt beslut Chefssamrådet 2027:1. Ändringen gäller från tis 2 nov 2027."
    assert valid in said
    assert (await headings(room, "chefssamradet")).count(valid) == 1
    assert (await told_to(room, "bertil"))[-1] == "En åtgärd för dig, enligt beslut Chefssamrådet 2027:1"
    assert "Mål 10 läggs till." in text(await room.says("bertil", "/mote åtgärder"))
    shown = await room.says("disa", "/mote beslut chefssamrådet")
    assert valid in text(shown)
    assert isinstance(shown, Reply)
    assert not any(each.label in WAYS for part in shown.message.parts for each in part.buttons)
    with pytest.raises(Refused, match="ändras genom ett nytt beslut"):
        await answered(room, "disa", decision, yes=False)
    assert (await headings(room, "chefssamradet")).count(valid) == 1


@pytest.mark.asyncio
async def test_a_party_that_says_nothing_is_reminded_and_no_more_when_it_has_answered(room: Room) -> None:
    decision = await proposed(room)
    async with room.database.reading() as session:
        question = select(Notice).where(col(Notice.key).contains(":remind")).order_by(col(Notice.id))
        planned = (await session.exec(question)).all()
    assert {each.person_id for each in planned} == {
        room.town.people[who] for who in ("anna", "bertil", "disa", "gustav")
    }, "all who may answer for the two parties that somebody sits for"
    days = sorted(each.due_at.date() for each in planned if each.person_id == room.town.people["disa"])
    assert days == [date(2027, 10, 27), date(2027, 11, 10)]
    assert "väntar på svar från" in (await told_to(room, "disa"))[-1]
    await answered(room, "disa", decision)
    async with room.database.reading() as session:
        left = (await session.exec(question.where(Notice.state == NoticeState.WAITING))).all()
    assert {each.person_id for each in left} == {room.town.people["bertil"], room.town.people["gustav"]}


@pytest.mark.asyncio
async def test_only_the_top_forum_changes_the_agreement(room: Room) -> None:
    await raised(room)
    opened = await pressed(room, "anna", "operativa gruppen", "Besluta")
    assert "kind" not in {each.name for each in opened.fields}
    assert any("beslutas i det översta forumet" in each.label for each in opened.fields)
    fields = {"text": "Mål 10.", "on": "2027-10-20", "kind": "amends"}
    forged = room.call("anna", fields=fields, context=opened.context, submitted=True)
    with pytest.raises(Refused, match="översta forumet"):
        await room.run(BY_NAME[opened.command], forged)
    assert await every(room, Decision) == []


@pytest.mark.asyncio
async def test_whoever_may_not_answer_for_a_party_is_told_so_in_its_own_words(sqlite_room: Room) -> None:
    room = sqlite_room
    decision = await proposed(room)
    with pytest.raises(Refused) as refused:
        await answered(room, "erik", decision)
    assert refused.value.sentence == "Bara den som sitter i Chefssamrådet kan svara för sin part om beslutet."
    shown = await room.says("disa", "/mote beslut chefssamrådet")
    assert button(shown, WAYS[0])
