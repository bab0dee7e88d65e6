"""`samverkansbot records …`: what is kept and what may go, and letting it go in two steps."""

from pathlib import Path
from typing import Annotated

import typer

from bot import texts
from bot.cli.common import clean_content_of, now, refuse, say, today, warn_of_signs, with_database
from commands import records_file
from commands.person_export import people_meant
from commands.texts import records as words
from storage.agreements.importing import ensure_workspace
from storage.agreements.problems import mistakes
from storage.database import Database
from storage.models import Disposal
from storage.records.disposal import NotDisposed, Proposal, confirm, propose
from storage.records.kinds import RecordKind


def import_file(file: Annotated[Path, typer.Argument(metavar=texts.CLI_FILE)]) -> None:
    """Reads the municipality's records file, or says everything that is wrong with it and stores nothing."""
    content = clean_content_of(file)
    rules, problems = records_file.read(content)
    for problem in problems:
        say(problem.sentence(str(file)))
    warn_of_signs(content)
    if mistakes(problems):
        refuse(words.NOTHING_STORED)

    async def work(database: Database) -> list[str]:
        async with database.transaction() as session:
            workspace = await ensure_workspace(session)
            await records_file.store(session, workspace, rules, now=now())
            return await records_file.shown(session, workspace)

    say("\n".join([*with_database(work), words.IMPORTED]))


def show() -> None:
    """Every kind of record and what is decided about it."""

    async def work(database: Database) -> list[str]:
        async with database.transaction() as session:
            return await records_file.shown(session, await ensure_workspace(session))

    say("\n".join(with_database(work)))


def dispose(
    suggest: Annotated[bool, typer.Option("--propose", help=texts.CLI_PROPOSE)] = False,
    code: Annotated[str, typer.Option("--confirm", help=texts.CLI_CONFIRM)] = "",
    by: Annotated[str, typer.Option("--by", help=texts.CLI_BY)] = "",
) -> None:
    """Shows what would go, with a code; or lets exactly that go."""
    if suggest == bool(code):
        refuse(words.CHOOSE_ONE)
    if suggest:
        _propose()
    elif not by.strip():
        refuse(words.WHO)
    else:
        _confirm(code, by.strip())


def _propose() -> None:
    async def work(database: Database) -> tuple[Proposal, str]:
        async with database.transaction() as session:
            return await propose(session, await ensure_workspace(session), now=now(), on=today())

    found, code = with_database(work)
    if found.rows:
        say(words.PROPOSED)
    for kind, count in found.counts.items():
        say(words.would_go(words.KINDS[kind][0], count, found.rules[kind].decision))
    if found.held:
        say(words.HELD)
    for kind, count in found.held.items():
        say(words.held(words.KINDS[kind][0], count))
    say(words.how_to_confirm(code) if code else words.NOTHING_TO_DO)


def _confirm(code: str, by: str) -> None:
    async def work(database: Database) -> Disposal:
        async with database.transaction() as session:
            workspace = await ensure_workspace(session)
            found = await people_meant(session, workspace.id or 0, by)
            if len(found) != 1:
                told = [
                    texts.admin_row(each.name, each.slack_user_id, each.slack_team_id, closed=False) for each in found
                ]
                refuse(texts.which_person(told))
            return await confirm(session, workspace, code, by=found[0], now=now())

    try:
        disposal = with_database(work)
    except NotDisposed as wrong:
        refuse(words.WHY_NOT[wrong.why])
    lines = [
        words.would_go(words.KINDS[RecordKind(kind)][0], count, str(disposal.decisions.get(kind, "")))
        for kind, count in disposal.counts.items()
    ]
    say(words.done(lines, disposal.confirmed_by))
