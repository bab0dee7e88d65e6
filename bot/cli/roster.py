"""`samverkansbot roster …`."""

from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import select

from bot import texts
from bot.cli.common import clean_content_of, refuse, say, today, with_database
from storage.agreements.importing import ensure_workspace
from storage.agreements.roster import RosterResult, export_roster, import_roster
from storage.agreements.touch import touch
from storage.database import Database
from storage.models import Agreement


def import_file(
    file: Annotated[Path, typer.Argument(metavar=texts.CLI_CSV)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=texts.CLI_DRY_RUN)] = False,
) -> None:
    """Reads a roster, or says everything that is wrong with it and stores nothing."""
    content = clean_content_of(file, texts.FILE_NOT_TEXT)

    async def work(database: Database) -> RosterResult:
        async with database.transaction() as session:
            workspace = await ensure_workspace(session)
            result = await import_roster(session, workspace.id or 0, content, today(), dry_run=dry_run)
            if not dry_run:
                for key in (await session.exec(select(Agreement.id))).all():
                    await touch(session, key or 0)
            return result

    result = with_database(work)
    for problem in result.problems:
        say(problem.sentence(str(file)))
    if mistakes_in(result):
        refuse(texts.NOTHING_STORED)
    if dry_run:
        say(texts.DRY)
    for change in result.changes:
        say(f"  {change.sentence}")
    say(texts.changed(len(result.changes)) if result.changes else texts.NOTHING_CHANGED)


def mistakes_in(result: RosterResult) -> bool:
    """Whether something stopped the import."""
    return any(not problem.warning for problem in result.problems)


def export() -> None:
    """The roster as CSV, vacant seats too: the template to fill in."""

    async def work(database: Database) -> str:
        async with database.transaction() as session:
            workspace = await ensure_workspace(session)
            return await export_roster(session, workspace.id or 0, today())

    say(with_database(work).rstrip("\n"))
