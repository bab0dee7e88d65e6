"""The demo's page with the real bot: a member steps to a walk, logs it and sees what became of it."""

import socket
from pathlib import Path

import pytest

from tests.conversations.town import opened
from tests.sandbox.browsing import chromium, require_chromium, visit


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.mark.browser
@pytest.mark.asyncio
async def test_a_member_logs_a_walk_from_its_reminder(tmp_path: Path) -> None:
    require_chromium()
    database_url = f"sqlite:///{tmp_path / 'town.sqlite3'}"
    async with opened(database_url, control_port=_free_port()) as town, chromium() as browser:
        visitor = await visit(browser, town.slack.address, as_="Anna Ekdal", place="planeringsgruppen")
        await visitor.says("/mote boka trygghetsvandring 2027-01-19 18.00 Centrum")
        await visitor.sees("Bokat.")
        await visitor.goes_to_date("2027-01-20")
        await visitor.goes_to("planeringsgruppen")
        await visitor.sees("vad blev det av?")
        await visitor.presses("Logga", in_message="vad blev det av?")
        await visitor.fills_in(
            {"Antal deltagare": "14", "Vilka parter deltog?": ["Nykvarns kommun", "Södertälje lokalpolisområde"]}
        )
        await visitor.submits("Logga")
        await visitor.sees("Trygghetsvandring: loggat av Anna Ekdal")
        await visitor.closes_form()
        await visitor.says("/lage planeringsgruppen")
        await visitor.sees("1 av 2")
        visitor.is_well()


@pytest.mark.browser
@pytest.mark.asyncio
async def test_a_forum_plans_its_year_takes_up_a_matter_decides_and_writes_its_minutes(tmp_path: Path) -> None:
    require_chromium()
    database_url = f"sqlite:///{tmp_path / 'town.sqlite3'}"
    async with opened(database_url, control_port=_free_port()) as town, chromium() as browser:
        visitor = await visit(browser, town.slack.address, as_="Anna Ekdal", place="planeringsgruppen")

        await visitor.says("/mote planera planeringsgruppen 2027")
        await visitor.submits("Boka")
        await visitor.sees("Planeringsgruppen: mötena 2027 är bokade")
        await visitor.closes_form()
        await visitor.says("/mote ärende planeringsgruppen Belysningen vid stationen")
        await visitor.submits("Anmäl")
        await visitor.sees("Nytt ärende till nästa möte i Planeringsgruppen")
        await visitor.closes_form()
        await visitor.says("/logga möte planeringsgruppen 8 jan genomfört 8 deltagare kommunen polisen")
        await visitor.sees("Tack, det är loggat.")
        await visitor.says("/mote ärenden planeringsgruppen")
        await visitor.presses("Besluta", in_message="Belysningen vid stationen (")
        await visitor.fills_in({"Beslut": "Belysningen lagas före sommaren."})
        await visitor.submits("Spara beslutet")
        await visitor.sees("Beslut Planeringsgruppen 2027:1")
        await visitor.closes_form()
        await visitor.says("/mote anteckningar planeringsgruppen")
        await visitor.fills_in({"3. Lägesbild polis": "Färre cykelstölder vid stationen."})
        await visitor.submits("Spara")
        await visitor.sees("Minnesanteckningar: Planeringsgruppen")
        await visitor.closes_form()
        visitor.is_well()
        await visitor.page.screenshot(path=str(tmp_path / "page.png"))


@pytest.mark.browser
@pytest.mark.asyncio
async def test_a_meeting_is_called_answered_moved_and_called_off_a_matter_sent_up_and_a_turn_swapped(
    tmp_path: Path,
) -> None:
    require_chromium()
    database_url = f"sqlite:///{tmp_path / 'town.sqlite3'}"
    async with opened(database_url, control_port=_free_port()) as town, chromium() as browser:
        visitor = await visit(browser, town.slack.address, as_="Anna Ekdal", place="planeringsgruppen")

        await visitor.says("/mote boka planeringsgruppen 2027-02-10 13.00 Kommunhuset")
        await visitor.sees("Bokat.")
        await visitor.says("/mote ärende planeringsgruppen Belysningen vid stationen")
        await visitor.submits("Anmäl")
        await visitor.sees("Nytt ärende till nästa möte i Planeringsgruppen")
        await visitor.closes_form()

        # the summons, answered by somebody of another organisation by button
        await visitor.goes_to_date("2027-02-01")
        await visitor.becomes("Cecilia Norgren")
        await visitor.goes_to("planeringsgruppen")
        await visitor.sees("Kallelse: Planeringsgruppens möte")
        await visitor.presses("Kommer", in_message="Kallelse: Planeringsgruppens möte")
        await visitor.sees("Noterat: du kommer")

        # moved, called off
        await visitor.becomes("Anna Ekdal")
        await visitor.goes_to("planeringsgruppen")
        await visitor.says("/mote flytta planeringsgruppen 2027-02-10 till 2027-02-17 13.00")
        await visitor.sees("Flyttat:")
        await visitor.says("/mote ställ in planeringsgruppen 2027-02-17")
        await visitor.sees("Inställt:")

        # the matter goes up, and is read where it came
        await visitor.says("/mote ärenden planeringsgruppen")
        await visitor.presses("Hantera", in_message="Belysningen vid stationen (")
        await visitor.fills_in(
            {"Vad händer med ärendet?": "Skicka upp till Chefssamrådet", "Motivering": "Kräver beslut om pengar."}
        )
        await visitor.submits("Spara")
        await visitor.sees("är skickat till Chefssamrådet")
        await visitor.closes_form()
        await visitor.goes_to("chefssamradet")
        await visitor.sees("Belysningen vid stationen")

        # two turns change places: shown first, then saved
        await visitor.says("/ordforande byt chefssamrådet")
        await visitor.fills_in({"Den här turen": "2028", "byter plats med": "2029"})
        await visitor.submits("Visa vad som ändras")
        await visitor.presses("Ja, byt")
        await visitor.sees("har bytt turer")
        await visitor.closes_form()
        visitor.is_well()
        await visitor.page.screenshot(path=str(tmp_path / "page.png"))
