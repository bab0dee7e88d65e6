"""The auditor in a real process whose link is cut and whose courier can do nothing: it speaks past both, in time."""

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from sandbox.server import Sandbox
from tests.faults.machine import UP, machines, started, until
from tests.faults.postgres import Postgres, own_postgres
from tests.faults.town import found, manifest, migrated, owe, world

TO_SPARE = 30.0  # on a busy machine
LINK_LOST = 150.0 + TO_SPARE  # docs/delivery.md: said within 2 min 30 s
COURIER_STOPPED = 360.0 + TO_SPARE  # … and 6 min


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        own_postgres(Path(folder) / "postgres") as server,
    ):
        yield server


@pytest.mark.torture(minutes=6)
@pytest.mark.asyncio
async def test_a_cut_link_and_a_courier_that_hangs_are_told_of_by_the_process_itself(postgres: Postgres) -> None:
    """Somebody holds the table the courier writes in: it waits there, and waits again."""
    address = await postgres.new_database()
    async with migrated(address, hold_seconds=3_600) as database:
        town = await found(database, channels=1, people=1)
        async with Sandbox.start(world(1, 1), manifest(), limits=False) as slack, machines() as running:
            running.append(await started(slack, address, BOT_LINK_PATIENCE="900"))
            await running[0].says(UP, seconds=90)
            anna = slack.member("U00000")

            def told() -> str:
                return "\n".join(each.text for each in anna.sees(anna.direct) if each.by_bot)

            await owe(database, town, 2, within=timedelta(seconds=20))
            await until(lambda: len(slack.posted) == 1)
            async with database.engine.connect() as holder:
                await holder.execute(text("LOCK TABLE outgoing IN EXCLUSIVE MODE"))
                slack.socket.accepting = False
                await slack.socket.drop()
                link = await until(lambda: "inte hört något från Slack" in told(), LINK_LOST, told)
                await until(lambda: "Meddelanden skickas inte" in told(), COURIER_STOPPED - link, told)
                assert running[0].alive
                await holder.rollback()
            await until(lambda: any(each["text"] == "r 1" for each in slack.posted))
