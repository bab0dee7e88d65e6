"""The command line: `samverkansbot …`."""

import logging
import os
import sys

import click
import typer

from bot import texts
from bot.cli import admin, agreement, backup, doctor, exporting, forum, preview, records, roster, running
from bot.settings import SettingsWrong

app = typer.Typer(
    help=texts.CLI, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
)
agreements = typer.Typer(help=texts.CLI_AGREEMENT, no_args_is_help=True)
rosters = typer.Typer(help=texts.CLI_ROSTER, no_args_is_help=True)
forums = typer.Typer(help=texts.CLI_FORUM, no_args_is_help=True)
admins = typer.Typer(help=texts.CLI_ADMIN, no_args_is_help=True)
app.add_typer(admins, name="admin")
exports = typer.Typer(help=texts.CLI_EXPORT, no_args_is_help=True)
logs = typer.Typer(help=texts.CLI_LOG, no_args_is_help=True)
kept = typer.Typer(help=texts.CLI_RECORDS, no_args_is_help=True)
app.add_typer(exports, name="export")
app.add_typer(logs, name="log")
app.add_typer(kept, name="records")
app.add_typer(agreements, name="agreement")
app.add_typer(rosters, name="roster")
app.add_typer(forums, name="forum")

app.command("run", help=texts.CLI_RUN)(running.run)
app.command("doctor", help=texts.CLI_DOCTOR)(doctor.doctor)
app.command("backup", help=texts.CLI_BACKUP)(backup.backup)
app.command("restore", help=texts.CLI_RESTORE)(backup.restore_file)
app.command("after-restore", help=texts.CLI_AFTER_RESTORE)(backup.after_restore)
app.command("migrate", help=texts.CLI_MIGRATE)(running.migrate_database)
for group in (app, agreements):
    group.command("import", help=texts.CLI_IMPORT)(agreement.import_file)
    group.command("show", help=texts.CLI_SHOW)(agreement.show)
agreements.command("check", help=texts.CLI_CHECK)(agreement.check)
agreements.command("schema", help=texts.CLI_SCHEMA)(agreement.schema)
rosters.command("import", help=texts.CLI_ROSTER_IMPORT)(roster.import_file)
rosters.command("export", help=texts.CLI_ROSTER_EXPORT)(roster.export)
forums.command("link", help=texts.CLI_LINK)(forum.link)
forums.command("list", help=texts.CLI_FORUM_LIST)(forum.show_all)
admins.command("add", help=texts.CLI_ADMIN_ADD)(admin.add)
admins.command("list", help=texts.CLI_ADMIN_LIST)(admin.show_all)
admins.command("remove", help=texts.CLI_ADMIN_REMOVE)(admin.remove)
admins.command("table", help=texts.CLI_ADMIN_TABLE)(admin.table)
exports.command("forum", help=texts.CLI_EXPORT_FORUM)(exporting.forum)
exports.command("person", help=texts.CLI_EXPORT_PERSON)(exporting.person)
logs.command("export", help=texts.CLI_LOG_EXPORT)(exporting.log)
kept.command("import", help=texts.CLI_RECORDS_IMPORT)(records.import_file)
kept.command("show", help=texts.CLI_RECORDS_SHOW)(records.show)
kept.command("dispose", help=texts.CLI_RECORDS_DISPOSE)(records.dispose)
app.command("preview", help=texts.CLI_PREVIEW)(preview.preview)


def main() -> None:
    """Runs the command line; whatever goes wrong is one sentence and exit status 1."""
    try:
        app()
    except SettingsWrong as wrong:
        click.echo(str(wrong), err=True)
    except BrokenPipeError:  # the reader has seen enough, as in "samverkansbot show | head"
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as fault:
        logging.getLogger(__name__).debug("unforeseen", exc_info=fault)
        click.echo(texts.unforeseen(f"{type(fault).__name__}: {fault}"), err=True)
        if os.environ.get("SAMVERKANSBOT_LOG", "").strip().upper() == "DEBUG":
            raise
    sys.exit(1)


if __name__ == "__main__":
    main()
