"""`samverkansbot agreement …`, `import`, `show`."""

from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import texts
from bot.cli.common import clean_content_of, now, refuse, say, warn_of_signs, with_database
from commands.rule_change import after_import, before_import, tell_changed
from storage.agreements.format import AgreementFile
from storage.agreements.importing import ensure_workspace, import_agreement
from storage.agreements.problems import mistakes
from storage.agreements.reading import check_text, read
from storage.agreements.schema import schema_text
from storage.agreements.showing import show as shown
from storage.agreements.showing import stored_file
from storage.database import Database
from storage.models import Agreement


def check(files: Annotated[list[Path], typer.Argument(metavar=texts.CLI_FILES)]) -> None:
    """Every mistake in every file, with its line; exit status 1 when there is any."""
    wrong = False
    for file in files:
        content = clean_content_of(file)
        warn_of_signs(content)
        problems = check_text(content)
        for problem in problems:
            say(problem.sentence(str(file)))
        found = len(mistakes(problems))
        wrong = wrong or found > 0
        say(texts.checked(str(file), found, len(problems) - found))
    if wrong:
        raise typer.Exit(1)


def schema() -> None:
    """The file format as JSON Schema."""
    say(schema_text())


def import_file(
    file: Annotated[Path, typer.Argument(metavar=texts.CLI_FILE)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help=texts.CLI_DRY_RUN)] = False,
) -> None:
    """Reads a file into the database, or says everything that is wrong with it and stores nothing."""
    content = clean_content_of(file)
    warn_of_signs(content)
    found, problems = read(content)
    for problem in problems:
        say(problem.sentence(str(file)))
    if found is None or mistakes(problems):
        refuse(texts.NOTHING_STORED)
    agreement = found

    async def work(database: Database) -> list[str]:
        async with database.transaction() as session:
            return await _import(session, file.stem, agreement, dry_run=dry_run)

    try:
        sentences = with_database(work, create=True)
    except ValueError as odd_name:
        refuse(str(odd_name))
    if not sentences:
        say(texts.NOTHING_CHANGED)
        return
    if dry_run:
        say(texts.DRY)
    for sentence in sentences:
        say(f"  {sentence}")
    if not dry_run:
        say(texts.changed(len(sentences)))


async def _import(session: AsyncSession, key: str, agreement: AgreementFile, *, dry_run: bool) -> list[str]:
    """What changes, with whose turns in the chair; in a dry run everything is taken back."""
    workspace = await ensure_workspace(session)
    workspace_id, at = workspace.id or 0, now()
    before = await before_import(session, workspace_id=workspace_id, key=key)
    changes = await import_agreement(session, workspace_id, key, agreement, at)
    turns = await after_import(session, before, now=at)
    if dry_run:
        await session.rollback()
    elif before is not None:
        await tell_changed(session, before, turns, workspace_id=workspace_id, now=at)
    return [*(change.sentence for change in changes), *(line for each in turns for line in each.lines)]


def show(
    what: Annotated[str, typer.Argument(metavar=texts.CLI_KEY_OR_FILE, help=texts.CLI_AGREEMENT_KEY)] = "",
) -> None:
    """A file or an imported agreement, or every imported one, as a person would read it."""
    if what.endswith((".yml", ".yaml")) or Path(what).is_file():
        found, problems = read(clean_content_of(Path(what)))
        if found is None or mistakes(problems):
            for problem in problems:
                say(problem.sentence(what))
            raise typer.Exit(1)
        say(shown(found))
        return

    async def work(database: Database) -> list[tuple[str, str]]:
        async with database.reading() as session:
            rows = (await session.exec(select(Agreement))).all()
            return [(row.key, shown(stored_file(row))) for row in rows]

    stored = with_database(work)
    if not stored:
        refuse(texts.NO_AGREEMENTS)
    chosen = [text for key, text in stored if what in ("", key)]
    if not chosen:
        refuse(texts.no_agreement(what, [key for key, _ in stored]))
    say("\n\n".join(chosen))
