"""The agreement as a file: read, checked, shown and stored; and the roster that puts people on its functions.

Entry points, for the command line and for commands:

without a database
    reading.check_text(text) -> list[Problem]             every mistake and warning; Problem.sentence(file_name)
    reading.read(text) -> (AgreementFile | None, list[Problem])
    problems.mistakes(problems) -> list[Problem]          those that stop an import
    schema.schema_text() -> str                           the JSON Schema
    showing.show(file) -> str                             the agreement as a person would read it
    phrases.parse(text) -> Cadence, phrases.phrase(cadence) -> str

with a session (the caller's transaction decides whether it lasts)
    importing.ensure_workspace(session) -> Workspace
    importing.plan_import(session, workspace_id, key, file) -> list[Change]              Change.sentence
    importing.import_agreement(session, workspace_id, key, file, now) -> list[Change]
    showing.stored_file(agreement) -> AgreementFile       what was imported, to be shown again
    roster.import_roster(session, workspace_id, content, today, dry_run=False) -> RosterResult
    roster.export_roster(session, workspace_id, today) -> str
    linking.link_forum(session, forum_name, channel_id, agreement_key=None, today=None) -> list[Forum]; LinkError

`text` and `content` may be bytes straight from a file. `key` is the file's name without ".yml".
"""
