"""`samverkansbot roster …`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import texts
from bot.cli.common import clean_content_of, now, refuse, say, today, with_database
from commands.call import Call
from commands.permissions import Rights
from commands.roster_change import Change, Effects, done, effects_of
from commands.trail import KEYBOARD
from storage.agreements.importing import ensure_workspace
from storage.agreements.roster import RosterResult, export_roster, import_roster
from storage.agreements.touch import touch
from storage.database import Database
from storage.models import Agreement, Workspace


def import_file(
    file: Annotated[Path, typer.Argument(metavar=texts.CLI_CSV)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=texts.CLI_DRY_RUN)] = False,
) -> None:
    """Reads a roster, or says everything that is wrong with it and stores nothing."""
    content = clean_content_of(file, texts.FILE_NOT_TEXT)

    async def work(database: Database) -> tuple[RosterResult, list[str]]:
        async with database.transaction() as session:
            workspace = await ensure_workspace(session)
            result = await import_roster(session, workspace.id or 0, content, today(), dry_run=dry_run)
            changes = [Change(was, becomes) for was, becomes in result.sittings]
            effects = await effects_of(session, changes, today())
            if not dry_run and not mistakes_in(result):
                await _stored(session, workspace, effects)
            return result, [line for each in effects for line in (*each.vacancy_lines, *each.turn_lines)]

    result, follows = with_database(work)
    for problem in result.problems:
        say(problem.sentence(str(file)))
    if mistakes_in(result):
        refuse(texts.NOTHING_STORED)
    if dry_run:
        say(texts.DRY)
    for change in result.changes:
        say(f"  {change.sentence}")
    for line in follows:
        say(f"  {line}")
    say(texts.changed(len(result.changes)) if result.changes else texts.NOTHING_CHANGED)


async def _stored(session: AsyncSession, workspace: Workspace, effects: Sequence[Effects]) -> None:
    """Leaves the entry in the trail and tells those concerned, as when the list is handed in in Slack."""
    call = Call(workspace.id or 0, workspace.team_id or "", KEYBOARD, now(), zone=workspace.zone)
    nobody = Rights(person=None, forums={}, agreements={}, administrator=True)
    if effects:
        await done(call, session, nobody, effects, action="roster import", forum=None)
    for key in (await session.exec(select(Agreement.id).where(Agreement.workspace_id == workspace.id))).all():
        await touch(session, key or 0)


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
