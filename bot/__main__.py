"""The command line: `samverkansbot …`."""

import logging
import os
import sys

import click
import typer

from bot import texts
from bot.cli import admin, agreement, backup, doctor, exporting, forum, preview, records, roster, running
from bot.cli.guarded import add
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

add(app, "run", texts.CLI_RUN, running.run)
add(app, "doctor", texts.CLI_DOCTOR, doctor.doctor)
add(app, "backup", texts.CLI_BACKUP, backup.backup)
add(app, "restore", texts.CLI_RESTORE, backup.restore_file)
add(app, "after-restore", texts.CLI_AFTER_RESTORE, backup.after_restore)
add(app, "migrate", texts.CLI_MIGRATE, running.migrate_database)
for group in (app, agreements):
    add(group, "import", texts.CLI_IMPORT, agreement.import_file)
    add(group, "show", texts.CLI_SHOW, agreement.show)
add(agreements, "check", texts.CLI_CHECK, agreement.check)
add(agreements, "schema", texts.CLI_SCHEMA, agreement.schema)
add(rosters, "import", texts.CLI_ROSTER_IMPORT, roster.import_file)
add(rosters, "export", texts.CLI_ROSTER_EXPORT, roster.export)
add(forums, "link", texts.CLI_LINK, forum.link)
add(forums, "list", texts.CLI_FORUM_LIST, forum.show_all)
add(admins, "add", texts.CLI_ADMIN_ADD, admin.add)
add(admins, "list", texts.CLI_ADMIN_LIST, admin.show_all)
add(admins, "remove", texts.CLI_ADMIN_REMOVE, admin.remove)
add(admins, "table", texts.CLI_ADMIN_TABLE, admin.table)
add(exports, "forum", texts.CLI_EXPORT_FORUM, exporting.forum)
add(exports, "person", texts.CLI_EXPORT_PERSON, exporting.person)
add(logs, "export", texts.CLI_LOG_EXPORT, exporting.log)
add(kept, "import", texts.CLI_RECORDS_IMPORT, records.import_file)
add(kept, "show", texts.CLI_RECORDS_SHOW, records.show)
add(kept, "dispose", texts.CLI_RECORDS_DISPOSE, records.dispose)
add(app, "preview", texts.CLI_PREVIEW, preview.preview)


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
