"""A matter's way: raised in Operativa gruppen, up to a decision in Chefssamrådet, and back down as a measure."""

import asyncio
from datetime import date, time

import pytest
from sqlmodel import col, select

from commands.call import Form, Refused
from schedules.composing import compose
from schedules.planner import plan
from storage.matters import steps_of
from storage.message import decoded
from storage.models import (
    Approval,
    AuditEntry,
    Decision,
    Matter,
    MatterAct,
    MatterState,
    Measure,
    MeasureReport,
    MeasureState,
    Notice,
    Outgoing,
)
from tests.nyby import Room, button, form, reply, text, values

LIGHTS = "/mote ärende operativa gruppen Belysningen vid stationen"


async def every(room: Room, table: type) -> list:  # type: ignore[type-arg]
    async with room.database.reading() as session:
        return list((await session.exec(select(table).order_by(table.id))).all())  # type: ignore[attr-defined]


async def raised(room: Room, line: str = LIGHTS, who: str = "erik") -> Matter:
    await room.sends(who, form(await room.says(who, line)), text="Tre stolpar är släckta.")
    return (await every(room, Matter))[-1]  # type: ignore[no-any-return]


async def pressed(room: Room, who: str, forum: str, label: str) -> Form:
    """The form under a button of the forum's list of matters."""
    return form(await room.presses(who, button(await room.says(who, f"/mote ärenden {forum}"), label)))


def label_of(opened: Form, field: str, words: str) -> str:
    """The value of the choice whose label has the words."""
    (options,) = [each.options for each in opened.fields if each.name == field]
    (value,) = [option.value for option in options if words in option.label]
    return value


async def sent_up(room: Room, who: str, forum: str, to: str) -> None:
    opened = await pressed(room, who, forum, "Hantera")
    await room.sends(who, opened, act=label_of(opened, "act", to), reason="Kräver beslut om pengar.")


async def headings(room: Room, forum: str) -> list[str]:
    return [message.parts[0].heading for message in await room.told(forum)]


@pytest.mark.asyncio
async def test_matter_travels_from_operativa_to_a_decision_in_chefssamradet_and_back_as_a_measure(room: Room) -> None:
    matter = await raised(room)
    assert (matter.title, matter.text) == ("Belysningen vid stationen", "Tre stolpar är släckta.")
    await sent_up(room, "anna", "operativa gruppen", "upp till Planeringsgruppen")
    await sent_up(room, "anna", "planeringsgruppen", "upp till Chefssamrådet")
    assert "Inga ärenden" in text(await room.says("anna", "/mote ärenden planeringsgruppen"))
    opened = await pressed(room, "gustav", "chefssamrådet", "Besluta")
    await room.sends(
        "gustav",
        opened,
        text="Belysningen vid stationen lagas före jul.",
        responsible=label_of(opened, "responsible", "Kommunens säkerhetschef"),
        due="2027-12-15",
    )
    (matter,) = await every(room, Matter)
    assert matter.state is MatterState.DECIDED
    async with room.database.reading() as session:
        acts = [step.act for step in await steps_of(session, matter_id=matter.id)]
    assert acts == [MatterAct.RAISED, MatterAct.SENT_UP, MatterAct.SENT_UP, MatterAct.DECIDED]
    (decision,) = await every(room, Decision)
    assert (decision.year, decision.number, decision.amends) == (2027, 1, False)
    (measure,) = await every(room, Measure)
    assert (measure.due, measure.state) == (date(2027, 12, 15), MeasureState.NEW)
    assert await headings(room, "chefssamradet") == [
        "Ärende från Planeringsgruppen: Belysningen vid stationen",
        "Beslut Chefssamrådet 2027:1",
    ]
    for below in ("planeringsgruppen", "operativa-gruppen"):
        assert "Ert ärende ”Belysningen vid stationen” är avgjort: beslut Chefssamrådet 2027:1" in await headings(
            room, below
        )
    async with room.database.reading() as session:
        question = select(Outgoing).where(Outgoing.person_id == room.town.people["anna"])
        (to_anna,) = (await session.exec(question)).all()
    assert "senast ons 15 dec 2027" in decoded(to_anna.payload or {}).plain()
    opened = form(await room.presses("anna", button(await room.says("anna", "/mote åtgärder"), "Hur går det?")))
    await room.sends("anna", opened, state="done", text="Lagat.")
    assert "Inga åtgärder" in text(await room.says("anna", "/mote åtgärder"))
    assert [report.state for report in await every(room, MeasureReport)] == [MeasureState.DONE]
    assert "Klar: Belysningen vid stationen lagas före jul." in await headings(room, "chefssamradet")


@pytest.mark.asyncio
async def test_change_of_the_agreement_waits_for_every_partys_word(room: Room) -> None:
    await raised(room, "/mote ärende chefssamrådet Nytt mål om skolnärvaro", "disa")
    opened = await pressed(room, "gustav", "chefssamrådet", "Besluta")
    await room.sends("gustav", opened, text="Mål 10 läggs till.", kind="amends")
    shown = await room.says("disa", "/mote beslut chefssamrådet")
    assert text(shown).count("väntar") == 3
    answer = text(await room.presses("disa", button(shown, "Vår part godkänner")))
    assert "Nykvarns kommun: godkänt" in answer
    await room.presses("disa", button(shown, "Vår part godkänner"))  # twice is once
    await room.presses("gustav", button(shown, "Vår part godkänner inte"))
    await room.presses("gustav", button(shown, "Vår part godkänner"))
    assert [approval.approves for approval in await every(room, Approval)] == [True, False, True]
    standing = text(await room.says("disa", "/mote beslut chefssamrådet"))
    assert standing.count("godkänt") == 2
    with pytest.raises(Refused):  # Erik sits in another forum
        await room.presses("erik", button(shown, "Vår part godkänner"))


@pytest.mark.asyncio
async def test_deferred_matter_stays_and_closed_one_goes_each_with_its_reason(room: Room) -> None:
    await raised(room)
    opened = await pressed(room, "anna", "operativa gruppen", "Hantera")
    with pytest.raises(Refused) as refused:
        await room.sends("anna", opened, act="defer", reason=" ")
    assert list(refused.value.fields) == ["reason"]
    await room.sends("anna", opened, act="defer", reason="Underlag saknas.")
    with pytest.raises(Refused) as stale:  # the same form once more: the matter has moved on since
        await room.sends("anna", opened, act="close", reason="Löst.")
    assert "/mote ärenden" in stale.value.sentence
    again = await pressed(room, "anna", "operativa gruppen", "Hantera")
    await room.sends("anna", again, act="close", reason="Löst.")
    assert "Inga ärenden" in text(await room.says("anna", "/mote ärenden"))
    assert (await headings(room, "operativa-gruppen"))[1:] == [
        "Bordlagt: Belysningen vid stationen",
        "Avslutat utan beslut: Belysningen vid stationen",
    ]


@pytest.mark.asyncio
async def test_two_who_decide_at_once_decide_once(room: Room) -> None:
    await raised(room)
    first = await pressed(room, "anna", "operativa gruppen", "Besluta")
    second = await pressed(room, "bertil", "operativa gruppen", "Besluta")
    done = await asyncio.gather(
        room.sends("anna", first, text="Ja."), room.sends("bertil", second, text="Ja."), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in done) == ["Refused", "Reply"]
    assert len(await every(room, Decision)) == 1


@pytest.mark.asyncio
async def test_decisions_are_numbered_in_a_row_within_forum_and_year(room: Room) -> None:
    for title in ("Ett", "Två"):
        await raised(room, f"/mote ärende operativa gruppen {title}")
        await room.sends("anna", await pressed(room, "anna", "operativa gruppen", "Besluta"), text=f"{title} görs.")
    await raised(room, "/mote ärende planeringsgruppen Tre", "anna")
    await room.sends("anna", await pressed(room, "anna", "planeringsgruppen", "Besluta"), text="Tre görs.")
    found = await every(room, Decision)
    assert [(each.forum_id == found[0].forum_id, each.number) for each in found] == [(True, 1), (True, 2), (False, 1)]


@pytest.mark.asyncio
async def test_form_sent_twice_raises_and_tells_once(room: Room) -> None:
    opened = form(await room.says("erik", LIGHTS))
    assert values(opened)["title"] == "Belysningen vid stationen"
    room_key = room.call("erik", submitted=True)
    assert room_key.request_key == ""
    await room.sends("erik", opened)
    await room.sends("erik", opened)  # another second: another request, a matter of its own
    assert len(await every(room, Matter)) == 2


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"text": " "}, "text"),
        ({"on": "2028-01-01"}, "on"),
        ({"on": "snart"}, "on"),
        ({"due": "2027-12-01"}, "responsible"),
        ({"due": "2027-01-01"}, "due"),
        ({"text": "Kalla 640823-3234."}, "text"),
    ],
)
@pytest.mark.asyncio
async def test_decision_that_cannot_be_is_told_at_its_field_and_nothing_is_kept(
    sqlite_room: Room, changes: dict[str, str], wrong: str
) -> None:
    await raised(sqlite_room)
    opened = await pressed(sqlite_room, "anna", "operativa gruppen", "Besluta")
    with pytest.raises(Refused) as refused:
        await sqlite_room.sends("anna", opened, **({"text": "Lagas."} | changes))
    assert list(refused.value.fields) == [wrong]
    assert await every(sqlite_room, Decision) == await every(sqlite_room, Measure) == []


@pytest.mark.asyncio
async def test_measure_is_not_left_undone_without_a_reason(sqlite_room: Room) -> None:
    room = sqlite_room
    await raised(room)
    opened = await pressed(room, "anna", "operativa gruppen", "Besluta")
    await room.sends("anna", opened, text="Lagas.", responsible=label_of(opened, "responsible", "Nykvarns kommun"))
    report = form(await room.presses("anna", button(await room.says("anna", "/mote åtgärder"), "Hur går det?")))
    with pytest.raises(Refused) as refused:
        await room.sends("anna", report, state="declined")
    assert list(refused.value.fields) == ["text"]
    assert "Inget är ändrat" in text(await room.sends("anna", report))


@pytest.mark.asyncio
async def test_member_raises_but_neither_decides_nor_sees_the_forum_above(sqlite_room: Room) -> None:
    room = sqlite_room
    await raised(room)
    listed = reply(await room.says("erik", "/mote ärenden operativa gruppen"))
    assert [each.label for part in listed.parts for each in part.buttons] == ["Anmäl ärende"]
    await raised(room, "/mote ärende chefssamrådet Budget", "disa")
    assert "sitter inte i" in await room.refusal("erik", "/mote ärenden chefssamrådet")
    assert "Budget" not in text(await room.says("erik", "/mote ärenden"))


@pytest.mark.asyncio
async def test_every_step_leaves_a_trace_without_what_was_written(sqlite_room: Room) -> None:
    room = sqlite_room
    await raised(room)
    await sent_up(room, "anna", "operativa gruppen", "upp till Planeringsgruppen")
    async with room.database.reading() as session:
        question = select(AuditEntry).where(col(AuditEntry.subject) == "matter").order_by(col(AuditEntry.id))
        entries = (await session.exec(question)).all()
    assert [(each.action, each.details) for each in entries] == [
        ("mote arende", {}),
        ("arende hantera", {"act": "sent_up"}),
    ]


@pytest.mark.asyncio
async def test_responsible_is_reminded_of_the_measure_and_no_more_once_it_is_done(room: Room) -> None:
    await raised(room)
    opened = await pressed(room, "anna", "operativa gruppen", "Besluta")
    chosen = label_of(opened, "responsible", "Kommunpolis")
    await room.sends("anna", opened, text="Lampan lagas.", responsible=chosen, due="2027-11-24")
    before = await reminded(room, date(2027, 11, 10))
    assert [(each.kind, each.person_id) for each in before] == [("measure_soon", room.town.people["bertil"])]
    async with room.database.reading() as session:
        message = (await compose(session, before, room.now)).message
    assert message is not None
    assert "Lampan lagas." in message.plain()
    await room.sends("bertil", form(await room.presses("bertil", message.parts[0].buttons[0])), state="done")
    assert [each.kind for each in await reminded(room, date(2027, 11, 24))] == ["measure_soon"]


async def reminded(room: Room, day: date) -> list[Notice]:
    """Every notice about measures that is planned by 08.01 of the day."""
    room.on(day, time(8, 1))
    await plan(room.database, room.now)
    async with room.database.reading() as session:
        question = select(Notice).where(col(Notice.kind).startswith("measure")).order_by(col(Notice.id))
        return list((await session.exec(question)).all())
