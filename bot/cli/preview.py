"""`samverkansbot preview`: the year ahead, from the rules that will post it."""

from datetime import date
from typing import Annotated

import typer
from sqlmodel import col, select

from bot import texts
from bot.cli.common import now, refuse, say, with_database
from schedules.facts import AgreementFacts
from schedules.loading import agreement_facts
from schedules.preview import as_ics, as_json, as_table, entries
from storage.agreements.names import fold
from storage.database import Database
from storage.models import Agreement, Forum


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        refuse(texts.bad_date(text))


def preview(
    first: Annotated[str, typer.Option("--from", help=texts.CLI_FROM)],
    last: Annotated[str, typer.Option("--to", help=texts.CLI_TO)],
    forum: Annotated[str, typer.Option("--forum", help=texts.CLI_ONLY_FORUM)] = "",
    shape: Annotated[str, typer.Option("--format", help=texts.CLI_FORMAT)] = "table",
    agreement: Annotated[str, typer.Option("--agreement", help=texts.CLI_AGREEMENT_KEY)] = "",
) -> None:
    """Every reminder and planned occasion of the period, of the agreements that touch it."""
    start, end = _day(first), _day(last)
    if end < start:
        refuse(texts.backwards(first, last))
    if shape not in ("table", "json", "ics"):
        refuse(texts.NO_SUCH_FORMAT)

    async def work(database: Database) -> list[tuple[AgreementFacts, int | None]]:
        async with database.reading() as session:
            rows = (await session.exec(select(Agreement).order_by(col(Agreement.starts)))).all()
            if not rows:
                refuse(texts.NO_AGREEMENTS)
            wanted = [row for row in rows if agreement in ("", row.key)]
            if not wanted:
                refuse(texts.no_agreement(agreement, [row.key for row in rows]))
            touching = [row for row in wanted if row.starts <= end and (row.ends is None or row.ends >= start)]
            found = []
            names: list[str] = []
            for row in touching:
                forums = (await session.exec(select(Forum).where(Forum.agreement_id == row.id))).all()
                names += [each.name for each in forums]
                chosen = [each.id for each in forums if fold(forum) in map(fold, (each.name, *each.aliases))]
                if not forum or chosen:
                    found.append((await agreement_facts(session, row.id or 0), chosen[0] if forum else None))
            if forum and not found:
                refuse(texts.no_forum(forum, names))
            return found

    chosen = with_database(work)
    rows = [entry for facts, forum_id in chosen for entry in entries(facts, start, end, forum_id)]
    if shape == "json":
        say(as_json(rows))
    elif shape == "ics":
        years = [(facts, entries(facts, start, end, forum_id)) for facts, forum_id in chosen]
        say(as_ics(years, now()).rstrip("\r\n"))
    else:
        say(as_table(sorted(rows, key=lambda entry: entry.on)))
