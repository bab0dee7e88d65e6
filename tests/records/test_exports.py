"""An export holds everything of one forum and nothing of another; a register extract everything about one person."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Mapping

import pytest
from ruamel.yaml import YAML
from sqlalchemy import inspect
from sqlmodel import SQLModel, select

from commands.export_rows import means_person
from commands.forum_export import WITHOUT, forum_bundle
from commands.person_export import people_meant, person_bundle
from commands.texts import export as texts
from storage.models import Commitment, Forum, Minutes, Occasion, Outcome, Outgoing, Person
from storage.records.belonging import EXCLUDED, SHARED, TABLES, belonging, naming, of_person
from tests.records.founding import Town
from tests.records.founding import filled_on_postgres as filled_on_postgres
from tests.records.founding import filled_on_sqlite as filled_on_sqlite
from tests.records.founding import town as town
from tests.records.town import NOW

ZONE = "Europe/Stockholm"
OTHERS = ("Toppen", "Botten", "Syskonet", "Grannforumet", "Fjärran")


def opened(content: bytes) -> dict[str, bytes]:
    """The files of a zip, as somebody who receives it finds them."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def rows_of(files: Mapping[str, bytes], table: str) -> list[dict[str, str]]:
    content = files[texts.file_of(table)]
    assert content.startswith(b"\xef\xbb\xbf"), "without the mark Excel reads the letters wrong"
    reader = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")
    head, *lines = list(reader)
    return [dict(zip(head, line, strict=True)) for line in lines]


def as_said(document: bytes) -> str:
    """All text of a Word document, its footers and properties too."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml"))


async def of_mitten(town: Town) -> dict[str, bytes]:
    async with town.database.reading() as session:
        return opened((await forum_bundle(session, town.hamlet.places["Mitten"].forum, now=NOW, zone=ZONE)).zipped())


def test_every_table_is_in_the_export_or_says_why_not() -> None:
    every = set(SQLModel.metadata.tables)
    assert every == set(TABLES), "a table that storage.models does not name"
    covered = set(belonging([1]))
    assert not covered & set(EXCLUDED)
    assert covered | set(EXCLUDED) == every, "a new table: say in storage/records/belonging.py whose its rows are"
    assert covered <= set(texts.FILES)
    assert len(set(texts.FILES.values())) == len(texts.FILES)


def test_no_table_that_points_at_a_forum_or_a_commitment_is_left_out_without_a_reason() -> None:
    for name, table in SQLModel.metadata.tables.items():
        into = {key.column.table.name for column in table.columns for key in column.foreign_keys}
        if into & {"forum", "commitment", "occasion"} and name in EXCLUDED:
            assert EXCLUDED[name] == "about the bot itself", name


def test_every_table_that_points_at_a_person_is_in_the_register_extract() -> None:
    for name, model in TABLES.items():
        if any(means_person(column) for column in inspect(model).columns):
            assert name in of_person(1), name


def test_every_column_has_its_heading_in_swedish() -> None:
    for name in belonging([1]):
        for column in inspect(TABLES[name]).columns:
            if column.key not in WITHOUT.get(name, ()):
                assert column.key in texts.COLUMNS, f"{name}.{column.key}"


@pytest.mark.asyncio
async def test_the_town_of_the_tests_has_rows_in_every_table(town: Town) -> None:
    empty = {"record_rule", "disposal"}
    async with town.database.reading() as session:
        for name, model in TABLES.items():
            if name not in empty:
                assert (await session.exec(select(model).limit(1))).first() is not None, name


@pytest.mark.asyncio
async def test_an_export_holds_every_row_of_the_forum(town: Town) -> None:
    files = await of_mitten(town)
    place = town.hamlet.places["Mitten"]
    for table in belonging([1]):
        assert rows_of(files, table), f"{table}: nothing of it"
    async with town.database.reading() as session:
        commitments = (await session.exec(select(Commitment.id).where(Commitment.forum_id == place.forum))).all()
        occasions = (
            await session.exec(select(Occasion.id).where(Occasion.commitment_id.in_(commitments)))  # type: ignore[attr-defined]
        ).all()
        outcomes = (
            await session.exec(select(Outcome.id).where(Outcome.occasion_id.in_(occasions)))  # type: ignore[attr-defined]
        ).all()
    expected_ids = {"commitment": commitments, "occasion": occasions, "outcome": outcomes}
    for table, ids in expected_ids.items():
        assert {int(row["Id"]) for row in rows_of(files, table)} == set(ids)
    assert {row["Version"] for row in rows_of(files, "outcome")} == {"1", "2"}
    said = files[texts.READABLE].decode()
    for expected in (
        "Vandring Mitten",
        "Först i Mitten",
        "Rättat i Mitten",
        "Snö i Mitten",
        "Sven Mitten",
        "Skriv mål",
        "Läget i Mitten",
        "synpunkt (Sven Mitten",
        "Synpunkt i Mitten",
        "Trender från Mitten",
        "Torget i Mitten (Sven Mitten). Ökar: trafik.",
        "På gång i Mitten",
        "Sven Mitten, kommer",
        "godkänner,",
        "anmält,",
    ):
        assert expected in said, expected
    assert f"\n{texts.NOTHING}\n" not in said, "everything has happened in Mitten, so no section is empty"


@pytest.mark.asyncio
async def test_the_minutes_are_there_as_the_document_that_is_filed(town: Town) -> None:
    files = await of_mitten(town)
    meetings = {row["Tillfälle, id"] for row in rows_of(files, "minutes")}
    assert len([path for path in files if path.endswith(".docx")]) == len(meetings)
    said = as_said(files[f"original/minnesanteckningar-2027-02-01-{town.hamlet.places['Mitten'].occasion}.docx"])
    assert "Läget i Mitten" in said
    assert "Sven Mitten" in said


@pytest.mark.asyncio
async def test_every_row_with_the_forums_mark_in_it_is_there_and_none_with_anothers(town: Town) -> None:
    """By what stands in the rows, not by how the export chooses them."""
    files = await of_mitten(town)
    marked = 0
    async with town.database.reading() as session:
        for table, model in TABLES.items():
            if table in EXCLUDED or table in SHARED:
                continue
            keys = [column.key for column in inspect(model).primary_key]
            mine = {tuple(row[texts.COLUMNS[key]] for key in keys) for row in rows_of(files, table)}
            for row in (await session.exec(select(model))).all():
                key, text = tuple(str(getattr(row, key)) for key in keys), repr(row)
                if any(mark in text for mark in OTHERS):
                    assert key not in mine, f"{table} {key}"
                elif "Mitten" in text:
                    marked += 1
                    assert key in mine, f"{table} {key}"
    assert marked >= 20


@pytest.mark.asyncio
async def test_few_people_are_not_counted_out_in_the_readable_text_of_a_forum_for_places(town: Town) -> None:
    assert "deltagare: 4" in (await of_mitten(town))[texts.READABLE].decode()
    async with town.database.transaction() as session:
        forum = await session.get(Forum, town.hamlet.places["Mitten"].forum)
        assert forum is not None
        forum.places_only = True
        session.add(forum)
    said = (await of_mitten(town))[texts.READABLE].decode()
    assert "deltagare: färre än 5" in said
    assert "deltagare: 4" not in said


@pytest.mark.asyncio
async def test_an_export_holds_nothing_of_another_forum(town: Town) -> None:
    files = await of_mitten(town)
    for path, content in files.items():
        text = as_said(content) if path.endswith(".docx") else content.decode("utf-8-sig")
        if path == texts.ORIGINAL:  # what the forum reports to stands in its own entry
            text = text.replace("överordnat: Toppen", "")
        for other in OTHERS:
            assert other not in text, f"{path} tells of {other}"
    async with town.database.reading() as session:
        others = (await session.exec(select(Forum.id).where(Forum.name != "Mitten"))).all()
        for other_id in others:
            for table in ("commitment", "occasion", "outcome", "notice", "matter", "decision", "measure", "waiver"):
                mine = {row["Id"] for row in rows_of(files, table)}
                model = TABLES[table]
                theirs = (await session.exec(select(model).where(belonging([other_id or 0])[table]))).all()
                assert not mine & {str(row.id) for row in theirs}, table


@pytest.mark.asyncio
async def test_the_index_tells_of_every_file_with_its_checksum(town: Town) -> None:
    files = await of_mitten(town)
    index = json.loads(files[texts.INDEX_JSON])
    told = {each["fil"]: each for each in index["filer"]}
    assert set(told) | {texts.INDEX_JSON, texts.INDEX_TEXT} == set(files)
    for path, each in told.items():
        assert each["sha256"] == hashlib.sha256(files[path]).hexdigest()
        assert each["sha256"] in files[texts.INDEX_TEXT].decode()


@pytest.mark.asyncio
async def test_the_original_is_the_forums_part_of_the_agreement(town: Town) -> None:
    files = await of_mitten(town)
    part = YAML(typ="safe").load(files[texts.ORIGINAL].decode())
    assert part["titel"] == "Samverkan i Byn"
    assert [forum["namn"] for forum in part["forum"]] == ["Mitten"]
    assert {entry["namn"] for entry in part["aktiviteter"]} == {"Vandring Mitten", "Närvaro Mitten"}


@pytest.mark.asyncio
async def test_peoples_own_settings_are_not_in_a_forums_export(town: Town) -> None:
    files = await of_mitten(town)
    for row in rows_of(files, "person"):
        assert texts.COLUMNS["absent_from"] not in row
        assert texts.COLUMNS["quiet_from"] not in row


@pytest.mark.asyncio
async def test_what_somebody_wrote_is_no_formula_in_the_export(town: Town) -> None:
    async with town.database.transaction() as session:
        occasion = await session.get(Occasion, town.hamlet.places["Mitten"].occasion)
        assert occasion is not None
        occasion.place = '=HYPERLINK("http://evil.example")'
        session.add(occasion)
    files = await of_mitten(town)
    assert '\'=HYPERLINK("http://evil.example")' in {row["Plats"] for row in rows_of(files, "occasion")}


@pytest.mark.asyncio
async def test_a_register_extract_holds_everything_that_points_at_the_person(town: Town) -> None:
    async with town.database.reading() as session:
        [person] = await people_meant(session, town.hamlet.workspace, "sven mitten")
        files = opened((await person_bundle(session, person.id or 0, now=NOW, zone=ZONE)).zipped())
        for table, condition in of_person(person.id or 0).items():
            found = (await session.exec(select(TABLES[table]).where(condition))).all()
            assert len(rows_of(files, table)) == len(found), table
    for table in ("person", "appointment", "outcome", "attendance_answer", "waiver", "approval", "audit_entry"):
        assert rows_of(files, table), table
    [own] = rows_of(files, "person")
    assert own["E-post"] == "sven@mitten.example"
    assert texts.COLUMNS["quiet_from"] in own, "one's own settings are one's own to see"


@pytest.mark.asyncio
async def test_a_register_extract_names_nobody_else(town: Town) -> None:
    async with town.database.reading() as session:
        [person] = await people_meant(session, town.hamlet.workspace, "Sven Mitten")
        files = opened((await person_bundle(session, person.id or 0, now=NOW, zone=ZONE)).zipped())
        names = (await session.exec(select(Person.name).where(Person.id != person.id))).all()
    whole = "".join(content.decode("utf-8-sig") for path, content in files.items() if path.endswith(".csv"))
    assert not [name for name in names if name.startswith(("Sven", "Ulla")) and name in whole]


@pytest.mark.asyncio
async def test_a_register_extract_finds_the_name_wherever_others_wrote_it(town: Town) -> None:
    """In texts and in JSON, å and Å alike; the sentence is told, and nobody else's name in it."""
    async with town.database.transaction() as session:
        asa = Person(workspace_id=town.hamlet.workspace, name="Åsa Öberg")
        session.add_all([asa, Person(workspace_id=town.hamlet.workspace, name="Åke Dahl")])
        await session.flush()
        occasion = await session.get(Occasion, town.hamlet.places["Toppen"].occasion)
        assert occasion is not None
        occasion.place = "Hemma hos åsa öberg"
        points = [{"title": "Bilen", "note": "Solen sken. ÅSA  ÖBERG skjutsade Åke Dahl. Sedan åt Åke glass."}]
        attendance = {"present": ["Åsa Öbergs ersättare"], "absent": ["Åsa Öberglund"], "others": ""}
        minutes = Minutes(
            occasion_id=occasion.id or 0,
            version=9,
            points=points,
            attendance=attendance,
            adjusters=[asa.id or 0],
            written_at=NOW,
        )
        payload = {"parts": [{"lines": ["Tack Åsa Öberg!"]}]}
        waiting = (await session.exec(select(Outgoing))).first()
        assert waiting is not None
        waiting.payload = payload
        session.add_all([occasion, minutes, waiting])
    async with town.database.reading() as session:
        files = opened((await person_bundle(session, asa.id or 0, now=NOW, zone=ZONE)).zipped())
    told = list(csv.reader(io.StringIO(files["csv/omnamnanden.csv"].decode("utf-8-sig")), delimiter=";"))[1:]
    assert {(file, field, sentence) for file, _, field, sentence in told} == {
        ("tillfallen", "Plats", "Hemma hos åsa öberg"),
        ("minnesanteckningar", "Punkter", f"ÅSA  ÖBERG skjutsade {texts.SOMEBODY_ELSE}."),
        ("minnesanteckningar", "Närvaro", "Åsa Öbergs ersättare"),
        ("utskick", "Innehåll", "Tack Åsa Öberg!"),
    }
    [adjusted] = rows_of(files, "minutes")
    assert adjusted["Version"] == "9", "who is to adjust minutes is in them by number"
    said = files[texts.READABLE].decode()
    assert "Hemma hos åsa öberg" in said
    assert "Åke" not in "".join(content.decode() for content in files.values())


@pytest.mark.asyncio
async def test_a_register_extract_can_be_read_without_a_spreadsheet(town: Town) -> None:
    async with town.database.reading() as session:
        [person] = await people_meant(session, town.hamlet.workspace, "Sven Mitten")
        files = opened((await person_bundle(session, person.id or 0, now=NOW, zone=ZONE)).zipped())
    said = files[texts.READABLE].decode()
    for expected in (
        "e-post: sven@mitten.example",
        "Svar på kallelser\n",
        "kommer: ja",
        "text: Rättat i Mitten",
        "Snö i Mitten",
        "Läget i Mitten",
        "loggat: mån 1 feb 2027 kl. 10.00",
    ):
        assert expected in said, expected


def test_every_file_of_a_register_extract_has_a_swedish_name() -> None:
    named = {*of_person(1), *naming("Åsa")}
    assert named <= set(texts.FILES)
    assert set(of_person(1)) <= set(texts.TITLES)
    for name in of_person(1):
        assert {column.key for column in inspect(TABLES[name]).columns} <= set(texts.COLUMNS), name


@pytest.mark.asyncio
async def test_names_are_not_unique_and_nobody_is_chosen_among_several(town: Town) -> None:
    async with town.database.transaction() as session:
        session.add(Person(workspace_id=town.hamlet.workspace, name="Sven Mitten", slack_user_id="U0ANDRE"))
    async with town.database.reading() as session:
        assert len(await people_meant(session, town.hamlet.workspace, "Sven Mitten")) == 2
        [other] = await people_meant(session, town.hamlet.workspace, "u0andre")
        assert other.slack_user_id == "U0ANDRE"
