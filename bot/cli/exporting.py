"""`samverkansbot export …` and `samverkansbot log export`: everything about a forum or a person, and the trail."""

import os
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import texts
from bot.cli.common import now, refuse, say, with_database
from bot.settings import ZONE
from commands.bundle import Bundle
from commands.forum_export import forum_bundle
from commands.person_export import people_meant, person_bundle
from commands.trail import as_csv
from storage.agreements.importing import ensure_workspace
from storage.agreements.names import fold
from storage.database import Database
from storage.models import Agreement, Forum, Workspace
from storage.people import traced

Target = Annotated[Path, typer.Argument(metavar=texts.CLI_FILE)]


def forum(name: Annotated[str, typer.Argument(metavar=texts.CLI_FORUM_NAME)], file: Target) -> None:
    """Everything about one forum, and nothing of another, as a zip."""
    _free(file)

    async def work(database: Database) -> Bundle:
        async with database.transaction() as session:
            workspace = await ensure_workspace(session)
            forum_id = await _forum(session, workspace, name)
            _trace(session, workspace, "export forum", "forum", forum_id)
        async with database.reading() as session:
            return await forum_bundle(session, forum_id, now=now(), zone=workspace.zone)

    _write(file, with_database(work).zipped())


def person(name: Annotated[str, typer.Argument(metavar=texts.CLI_PERSON)], file: Target) -> None:
    """Everything about one person, as a zip: GDPR article 15."""
    _free(file)

    async def work(database: Database) -> Bundle:
        async with database.transaction() as session:
            workspace = await ensure_workspace(session)
            found = await people_meant(session, workspace.id or 0, name)
            if len(found) != 1:
                told = [
                    texts.admin_row(each.name, each.slack_user_id, each.slack_team_id, closed=False) for each in found
                ]
                refuse(texts.which_person(told))
            person_id = found[0].id or 0
            _trace(session, workspace, "export person", "person", person_id)
        async with database.reading() as session:
            return await person_bundle(session, person_id, now=now(), zone=workspace.zone)

    _write(file, with_database(work).zipped())


def log(
    file: Target,
    first: Annotated[str, typer.Option("--from", help=texts.CLI_FROM)] = "",
    last: Annotated[str, typer.Option("--to", help=texts.CLI_TO)] = "",
) -> None:
    """The trail as CSV, from and to a local day, both included."""
    begins, ends = _day(first), _day(last)
    _free(file)

    async def work(database: Database) -> bytes:
        async with database.transaction() as session:
            workspace = await ensure_workspace(session)
            content = await as_csv(
                session,
                workspace_id=workspace.id or 0,
                zone=workspace.zone,
                first=_midnight(begins) if begins else None,
                last=_midnight(ends + timedelta(days=1)) if ends else None,
            )
            _trace(session, workspace, "log export", "audit_entry", None)
            return content

    _write(file, with_database(work))


async def _forum(session: AsyncSession, workspace: Workspace, name: str) -> int:
    rows = await session.exec(
        select(Forum, Agreement)
        .where(Forum.agreement_id == Agreement.id, Agreement.workspace_id == workspace.id)
        .order_by("starts")
    )
    forums = [(forum, agreement) for forum, agreement in rows.all()]
    named = [(forum, agreement) for forum, agreement in forums if fold(name) in _names(forum, agreement)]
    if len(named) != 1:
        refuse(texts.which_forum(f"{agreement.key}/{forum.key} ({forum.name})" for forum, agreement in named or forums))
    return named[0][0].id or 0


def _names(forum: Forum, agreement: Agreement) -> set[str]:
    return {fold(each) for each in (forum.name, forum.key, f"{agreement.key}/{forum.key}", *forum.aliases)}


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        refuse(texts.bad_day(text))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)


def _free(file: Path) -> None:
    if os.path.lexists(file):
        refuse(texts.file_exists(str(file)))


def _write(file: Path, content: bytes) -> None:
    """A new file, readable by its owner alone; never over another."""
    try:
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            out.write(content)
    except FileExistsError:
        refuse(texts.file_exists(str(file)))
    except OSError as wrong:
        refuse(texts.cannot_write(str(file), wrong.strerror or ""))
    say(texts.written(str(file)))


def _trace(session: AsyncSession, workspace: Workspace, action: str, subject: str, subject_id: int | None) -> None:
    traced(
        session,
        workspace_id=workspace.id or 0,
        now=now(),
        actor="kommandoraden",
        person_id=None,
        action=action,
        subject=subject,
        subject_id=subject_id,
    )
