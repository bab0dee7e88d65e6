"""Attacks on who one is: another team, a closed account, an ended seat, being in the channel, a spoofed field."""

from datetime import date

import pytest
from aiohttp import web
from sqlmodel import col, select

from bot.accounts import compare_accounts
from commands import BY_NAME
from commands.call import Refused
from commands.texts import permissions as texts
from schedules.loading import holders
from storage.models import Appointment, Person
from storage.people import end_appointment
from tests.attacks.conftest import Siege
from tests.attacks.test_forged_ids import view_of
from tests.bot.standin import Answer, Json, refusing
from tests.permissions.hamlet import ELSEWHERE, TEAM, TODAY, identity

REFUSED = "Du sitter inte i något av forumen"


@pytest.mark.asyncio
async def test_coming_from_another_team_with_a_members_user_id(siege: Siege) -> None:
    before = await siege.stored()
    for act in (siege.types, siege.pushes):
        assert "slack_team_id" in await act("annan-med-samma-id", "/lage" if act == siege.types else "lage")
    shown = await siege.writes_to_the_bot("annan-med-samma-id", "läge")
    assert "Mitten" not in shown
    assert await siege.stored() == before


@pytest.mark.asyncio
async def test_saying_ones_own_team_is_the_apps_by_the_payloads_other_team_ids(siege: Siege) -> None:
    user, _ = identity("ordforande")
    body = siege.press("lage", "", {"id": user, "name": "x", "team_id": "T0OBEHORIG"})
    shown = await siege.shown(siege.sends({**body, "team_id": TEAM, "user_team": TEAM}))
    assert "Mitten" not in shown


@pytest.mark.asyncio
async def test_a_press_that_names_no_team_at_all(siege: Siege) -> None:
    user, _ = identity("ordforande")
    shown = await siege.shown(siege.sends(siege.press("lage", "", {"id": user, "name": "x"})))
    assert REFUSED in shown or "slack_team_id" in shown
    assert "Mitten" not in shown


@pytest.mark.asyncio
async def test_opening_home_as_somebody_of_another_team(siege: Siege) -> None:
    user, _ = identity("ordforande")
    siege.desk.teams[user] = "T0OBEHORIG"  # what users.info answers
    shown = await siege.shown(siege.hears_of({"type": "app_home_opened", "user": user, "tab": "home"}))
    assert "Mitten" not in shown
    assert "views.publish" in shown


@pytest.mark.asyncio
async def test_an_external_with_a_seat_gets_in_by_their_own_team_only(siege: Siege) -> None:
    assert "Mitten" in await siege.pushes("extern", "lage")
    user, _ = identity("extern")
    shown = await siege.shown(siege.sends(siege.press("lage", "", {"id": user, "name": "x", "team_id": TEAM})))
    assert "Mitten" not in shown
    assert (await siege.person("extern")).slack_team_id == ELSEWHERE


@pytest.mark.asyncio
async def test_being_in_the_channel_without_a_seat(siege: Siege) -> None:
    for who in ("gast-utan-plats", "extern-utan-plats", "utan-plats"):
        assert REFUSED in await siege.pushes(who, "lage")


@pytest.mark.asyncio
async def test_sending_a_form_opened_before_the_appointment_ended(siege: Siege) -> None:
    for name in ("logga aktivitet", "mote boka", "mote flytta"):
        _, view, state = await view_of(siege, name)
        async with siege.database.transaction() as session:
            held = (
                await session.exec(
                    select(Appointment).where(
                        Appointment.person_id == siege.hamlet.people["ledamot"], col(Appointment.ends).is_(None)
                    )
                )
            ).first()
            if held is not None:
                await end_appointment(session, held, last=date(2027, 10, 19))
        before = await siege.stored()
        assert REFUSED in await siege.sends_in("ledamot", view, state)
        assert await siege.stored() == before


@pytest.mark.asyncio
async def test_an_appointment_that_ends_today_still_counts_today(siege: Siege) -> None:
    async with siege.database.transaction() as session:
        held = (
            await session.exec(select(Appointment).where(Appointment.person_id == siege.hamlet.people["ledamot"]))
        ).one()
        await end_appointment(session, held, last=TODAY)
    assert "Mitten" in await siege.pushes("ledamot", "lage")


@pytest.mark.asyncio
async def test_pressing_and_sending_after_the_account_was_closed(siege: Siege) -> None:
    _, view, state = await view_of(siege, "logga aktivitet")
    user, team = identity("ordforande")
    assert "Mitten" in await siege.pushes("ordforande", "lage")
    closed = {"type": "user_change", "user": {"id": user, "team_id": team, "deleted": True}}
    await siege.hears_of(closed, "EvClosed")
    assert (await siege.person("ordforande")).deactivated
    before = await siege.stored()
    assert REFUSED in await siege.pushes("ordforande", "lage")
    assert REFUSED in await siege.sends_in("ordforande", view, state)
    assert await siege.stored() == before
    await siege.hears_of({**closed, "user": {**closed["user"], "deleted": False}}, "EvOpen")  # type: ignore[dict-item]
    assert "Mitten" in await siege.pushes("ordforande", "lage")


def closed_in_slack(*who: str) -> Answer:
    """users.info, where those accounts are closed."""

    def answer(_request: web.Request, arguments: Json) -> web.StreamResponse:
        gone = arguments["user"] in {identity(each)[0] for each in who}
        return web.json_response({"ok": True, "user": {"id": arguments["user"], "deleted": gone}})

    return answer


async def never(_: float) -> bool:
    raise AssertionError("nothing to wait for with so few")


@pytest.mark.asyncio
async def test_an_account_closed_while_the_bot_was_down_loses_its_rights_at_the_next_look(siege: Siege) -> None:
    assert "Mitten" in await siege.pushes("ordforande", "lage")
    siege.slack.answers["users.info"] = closed_in_slack("ordforande", "extern", "stangd")
    await compare_accounts(siege.desk, never)
    assert REFUSED in await siege.pushes("ordforande", "lage")
    assert REFUSED in await siege.pushes("extern", "lage")
    assert "Mitten" in await siege.pushes("ledamot", "lage")
    told = await siege.told("samordnare")
    assert len(told) == 2, "who was known to be closed is not told of again"
    assert "ordforande" in told[0] + told[1]
    assert "Ordförande" in told[0] + told[1]
    assert "Mitten" in told[0]
    before = await siege.stored()
    await compare_accounts(siege.desk, never)
    assert await siege.stored() == before


@pytest.mark.asyncio
async def test_when_slack_does_not_answer_nobody_loses_anything(siege: Siege) -> None:
    siege.slack.answers["users.info"] = refusing("user_not_found")
    before = await siege.stored()
    await compare_accounts(siege.desk, never)
    assert await siege.stored() == before


@pytest.mark.asyncio
async def test_a_closed_account_is_asked_for_nothing_and_its_deputy_is(siege: Siege) -> None:
    await siege.hears_of({"type": "user_change", "user": {"id": "U0ORDFORANDE", "team_id": TEAM, "deleted": True}})
    async with siege.database.reading() as session:
        names = [each.name for each in await holders(session, siege.hamlet.agreement, ["Ordförande"], TODAY)]
    assert names == ["ordforandes-ersattare"]


@pytest.mark.asyncio
async def test_closing_somebodys_account_from_another_team(siege: Siege) -> None:
    user, _ = identity("ordforande")
    event = {"type": "user_change", "user": {"id": user, "team_id": "T0OBEHORIG", "deleted": True}}
    await siege.hears_of(event, "EvFalse")
    assert not (await siege.person("ordforande")).deactivated


@pytest.mark.asyncio
async def test_a_coordinator_who_reads_in_a_roster_makes_nobody_administrator(siege: Siege) -> None:
    for roster in (
        "seat,name,slack_user_id,role\n,samordnare,U0SAMORDNARE,administratör\n",
        f"seat,name,slack_user_id,role,slack_team_id\nLedamot,administrator,U0ADMINISTRATOR,ordinarie,{ELSEWHERE}\n",
        "seat,name,slack_user_id,role,agreement\nSamordnare,samordnare,U0SAMORDNARE,ordinarie,grannbyn\n",
    ):
        call = siege.hamlet.call("samordnare", submitted=True, files=(("lista.csv", roster.encode()),))
        before = await siege.stored()
        with pytest.raises(Refused):
            await siege.desk.carry_out(BY_NAME["samverkan lasin"], call)
        assert await siege.stored() == before


@pytest.mark.asyncio
async def test_being_appointed_without_a_team_lets_no_external_in(siege: Siege) -> None:
    async with siege.database.transaction() as session:
        somebody = Person(workspace_id=siege.hamlet.workspace, name="Utan team", slack_user_id="U0NYEXTERN")
        session.add(somebody)
        await session.flush()
    body = siege.press("lage", "", {"id": "U0NYEXTERN", "name": "x", "team_id": ELSEWHERE})
    assert texts.team_missing(ELSEWHERE)[:40] in await siege.shown(siege.sends(body))
