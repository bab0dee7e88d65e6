"""People on functions: the file in, the file out, and what the history keeps."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import models
from storage.agreements.importing import ensure_workspace, import_agreement
from storage.agreements.roster import RosterResult, export_roster, import_roster, read_roster
from storage.database import Database
from tests.storage.agreements.files import EXAMPLE, NYBY, NYKVARN, sound

NOW = datetime(2027, 1, 11, 7, tzinfo=UTC)
TODAY = date(2027, 1, 11)
NEXT_MONTH = date(2027, 2, 11)

ROSTER = """\
seat,name,slack_user_id,email,role,from,to
Trygghetssamordnare,Anna Påhittad,U0ANNA,anna@nyby.example.se,ordinarie,2027-01-01,
Trygghetssamordnare,Bo Uppdiktad,,bo@nyby.example.se,ersättare,2027-01-01,2027-12-31
Kommunpolis,Cecilia Sagosson,U0CECILIA,,,2027-01-01,
,David Diktsson,U0DAVID,,administratör,,
"""


async def workspace_with(session: AsyncSession, **files: str) -> int:
    workspace = await ensure_workspace(session)
    assert workspace.id is not None
    for key, text in files.items():
        await import_agreement(session, workspace.id, key.replace("_", "-"), sound(text), NOW)
    return workspace.id


async def held(session: AsyncSession) -> list[tuple[str, str, bool, str, str | None]]:
    """Who holds what: seat, name, deputy, from, to."""
    question = (
        select(models.Seat.title, models.Person.name, models.Appointment)
        .join(models.Appointment, col(models.Appointment.seat_id) == models.Seat.id)
        .join(models.Person, col(models.Person.id) == models.Appointment.person_id)
        .order_by(col(models.Appointment.id))
    )
    return [
        (title, name, each.deputy, each.starts.isoformat(), each.ends.isoformat() if each.ends else None)
        for title, name, each in (await session.exec(question)).all()
    ]


def sentences(result: RosterResult) -> list[str]:
    assert result.problems == []
    return [change.sentence for change in result.changes]


@pytest.mark.asyncio
async def test_a_roster_puts_people_on_their_functions(database: Database) -> None:
    async with database.transaction() as session:
        workspace_id = await workspace_with(session, nyby=NYBY)
        result = await import_roster(session, workspace_id, ROSTER, TODAY)
        assert sentences(result)[:2] == [
            "Tillkommer: personen Anna Påhittad",
            "Tillkommer: uppdraget Anna Påhittad, Trygghetssamordnare (från 2027-01-01)",
        ]
        assert await held(session) == [
            ("Trygghetssamordnare", "Anna Påhittad", False, "2027-01-01", None),
            ("Trygghetssamordnare", "Bo Uppdiktad", True, "2027-01-01", "2027-12-31"),
            ("Kommunpolis", "Cecilia Sagosson", False, "2027-01-01", None),
        ]
        people = (await session.exec(select(models.Person).where(col(models.Person.administrator)))).all()
        assert [(person.name, person.slack_user_id) for person in people] == [("David Diktsson", "U0DAVID")]


@pytest.mark.asyncio
async def test_a_dry_run_of_a_roster_tells_the_same_and_stores_nothing(database: Database) -> None:
    async with database.transaction() as session:
        workspace_id = await workspace_with(session, nyby=NYBY)
        planned = await import_roster(session, workspace_id, ROSTER, TODAY, dry_run=True)
    async with database.transaction() as session:
        assert await held(session) == []
        assert (await session.exec(select(models.Person))).all() == []
        assert await import_roster(session, workspace_id, ROSTER, TODAY) == planned
        assert await import_roster(session, workspace_id, ROSTER, NEXT_MONTH) == RosterResult()


@pytest.mark.asyncio
async def test_what_is_exported_imports_to_the_same(database: Database) -> None:
    async with database.transaction() as session:
        workspace_id = await workspace_with(session, nyby=NYBY)
        await import_roster(session, workspace_id, ROSTER, TODAY)
        exported = await export_roster(session, workspace_id, TODAY)
        assert exported == ROSTER.replace("U0CECILIA,,,", "U0CECILIA,,ordinarie,")
        assert await import_roster(session, workspace_id, exported, NEXT_MONTH) == RosterResult()


@pytest.mark.asyncio
async def test_an_empty_roster_lists_every_function_to_fill_in(sqlite_database: Database) -> None:
    async with sqlite_database.transaction() as session:
        workspace_id = await workspace_with(session, nyby=NYBY)
        exported = await export_roster(session, workspace_id, TODAY)
        assert exported.split("\n")[1:3] == ["Trygghetssamordnare,,,,,,", "Kommunpolis,,,,,,"]
        assert await import_roster(session, workspace_id, exported, TODAY) == RosterResult()


@pytest.mark.asyncio
async def test_a_successor_ends_the_one_before_the_day_before_and_history_stays(database: Database) -> None:
    async with database.transaction() as session:
        workspace_id = await workspace_with(session, nyby=NYBY)
        await import_roster(session, workspace_id, ROSTER, TODAY)
        later = "seat,name,slack_user_id,from\nKommunpolis,Erik Ersatt,U0ERIK,2027-03-01\n"
        told = sentences(await import_roster(session, workspace_id, later, NEXT_MONTH))
        assert told[-1] == "Utgår: uppdraget Cecilia Sagosson, Kommunpolis (till och med 2027-02-28)"
        rows = await held(session)
        assert ("Kommunpolis", "Cecilia Sagosson", False, "2027-01-01", "2027-02-28") in rows
        assert ("Kommunpolis", "Erik Ersatt", False, "2027-03-01", None) in rows
        # functions and roles that the roster did not name are left alone
        assert ("Trygghetssamordnare", "Bo Uppdiktad", True, "2027-01-01", "2027-12-31") in rows
        assert [person.administrator for person in (await session.exec(select(models.Person))).all()].count(True) == 1


@pytest.mark.asyncio
async def test_a_line_without_a_name_empties_the_function_in_that_role_alone(database: Database) -> None:
    async with database.transaction() as session:
        workspace_id = await workspace_with(session, nyby=NYBY)
        await import_roster(session, workspace_id, ROSTER, TODAY)
        result = await import_roster(session, workspace_id, "seat,name\nTrygghetssamordnare,\n", NEXT_MONTH)
        assert sentences(result) == ["Utgår: uppdraget Anna Påhittad, Trygghetssamordnare (till och med 2027-02-10)"]
        ends = {name: until for _, name, _, _, until in await held(session)}
        assert ends == {"Anna Påhittad": "2027-02-10", "Bo Uppdiktad": "2027-12-31", "Cecilia Sagosson": None}
        deputies = "seat,name,role\nTrygghetssamordnare,,ersättare\n"
        told = sentences(await import_roster(session, workspace_id, deputies, NEXT_MONTH))
        assert told == ["Utgår: uppdraget Bo Uppdiktad, Trygghetssamordnare (till och med 2027-02-10)"]


@pytest.mark.asyncio
async def test_a_line_without_a_name_beside_one_with_a_name_empties_nothing(sqlite_database: Database) -> None:
    async with sqlite_database.transaction() as session:
        workspace_id = await workspace_with(session, nyby=NYBY)
        await import_roster(session, workspace_id, ROSTER, TODAY)
        both = "seat,name\nKommunpolis,\nKommunpolis,Cecilia Sagosson\n"
        assert await import_roster(session, workspace_id, both, NEXT_MONTH) == RosterResult()


@pytest.mark.asyncio
async def test_one_who_was_to_come_and_is_dropped_has_never_sat_there(sqlite_database: Database) -> None:
    async with sqlite_database.transaction() as session:
        workspace_id = await workspace_with(session, nyby=NYBY)
        coming = "seat,name,from\nKommunpolis,Erik Ersatt,2027-03-01\n"
        await import_roster(session, workspace_id, coming, TODAY)
        await import_roster(session, workspace_id, "seat,name\nKommunpolis,\n", NEXT_MONTH)
        assert await held(session) == [("Kommunpolis", "Erik Ersatt", False, "2027-03-01", "2027-02-28")]
        exported = await export_roster(session, workspace_id, NEXT_MONTH)
        assert "Erik" not in exported
        assert await import_roster(session, workspace_id, exported, NEXT_MONTH) == RosterResult()
        await import_roster(session, workspace_id, coming, NEXT_MONTH)
        assert [until for *_, until in await held(session)] == ["2027-02-28", None]


@pytest.mark.asyncio
async def test_one_who_leaves_a_shared_function_today_was_there_until_yesterday(sqlite_database: Database) -> None:
    async with sqlite_database.transaction() as session:
        workspace_id = await workspace_with(session, nyby=NYBY)
        both = "seat,name,from\nKommunpolis,Cecilia,2027-01-01\nKommunpolis,Erik,2027-01-01\n"
        await import_roster(session, workspace_id, both, TODAY)
        await import_roster(session, workspace_id, both.rsplit("Kommunpolis", 1)[0], NEXT_MONTH)
        assert await held(session) == [
            ("Kommunpolis", "Cecilia", False, "2027-01-01", None),
            ("Kommunpolis", "Erik", False, "2027-01-01", "2027-02-10"),
        ]


@pytest.mark.asyncio
async def test_a_function_is_filled_in_every_agreement_that_has_not_ended(sqlite_database: Database) -> None:
    async with sqlite_database.transaction() as session:
        workspace_id = await workspace_with(session, nykvarn_2021_2022=NYKVARN, exempel_2027_2030=EXAMPLE)
        roster = "funktion;namn;slack-id\nLPO-chef;Cecilia Sagosson;U0CECILIA\n"

        async def keys() -> list[str]:
            question = (
                select(models.Agreement.key)
                .join(models.Seat, col(models.Seat.agreement_id) == models.Agreement.id)
                .join(models.Appointment, col(models.Appointment.seat_id) == models.Seat.id)
            )
            return sorted((await session.exec(question)).all())

        await import_roster(session, workspace_id, roster, TODAY)
        assert await keys() == ["exempel-2027-2030"]
        history = "funktion;namn;slack-id;överenskommelse\nLPO-chef;Gunnar Gammal;U0GUNNAR;nykvarn-2021-2022\n"
        await import_roster(session, workspace_id, history, TODAY)
        assert await keys() == ["exempel-2027-2030", "nykvarn-2021-2022"]
        assert ("Lokalpolisområdeschef", "Gunnar Gammal", False, "2021-01-01", None) in await held(session)
        everywhere = "seat,name,agreement\nKommundirektör,Karin Kommun,alla\n"
        await import_roster(session, workspace_id, everywhere, TODAY)
        assert len(await keys()) == 4


@pytest.mark.asyncio
async def test_an_ended_agreement_alone_can_have_its_people(sqlite_database: Database) -> None:
    async with sqlite_database.transaction() as session:
        workspace_id = await workspace_with(session, nykvarn_2021_2022=NYKVARN)
        await import_roster(session, workspace_id, "seat,name\nVD NYBO,Gunnar Gammal\n", TODAY)
        assert await held(session) == [("VD NYBO", "Gunnar Gammal", False, "2021-01-01", None)]
        assert "VD NYBO,Gunnar Gammal" in await export_roster(session, workspace_id, TODAY)


@pytest.mark.asyncio
async def test_every_problem_is_told_with_its_line_and_nothing_is_stored(database: Database) -> None:
    roster = """\
seat,name,slack_user_id,email,role,from,to,agreement
Trygghetsamordnare,Anna Påhittad,U0ANNA,,,,,
Kommunpolis,Bo Uppdiktad,bo,,,,,
Kommunpolis,Cecilia Sagosson,,cecilia,,,,
Kommunpolis,David Diktsson,,,chef,,,
Kommunpolis,Erik Ersatt,,,,2027-02-30,,
Kommunpolis,Frida Fantasi,,,,2027-03-01,2027-02-01,
,Gustav Gissad,,,,,,
Kommunpolis,,U0HANNA,,,,,
Kommunpolis,Ivar Inbillad,U0IVAR,,,,,
Kommunpolis,Jonna Jultomte,U0IVAR,,ersättare,,,
Kommunpolis,Karin Kommun,,,,,,nyby-1999
Kommunpolis,Lars Legend,,,,,,
Kommunpolis,Lars Legend,,,,,,
Kommunpolis,Maja Magi,,,,,9999-12-31,
"""
    async with database.transaction() as session:
        workspace_id = await workspace_with(session, nyby=NYBY)
        result = await import_roster(session, workspace_id, roster, TODAY)
        assert [(problem.line, problem.message.split(";")[0]) for problem in result.problems] == [
            (2, "okänd funktion Trygghetsamordnare"),
            (3, "bo är inget Slack-id"),
            (4, "cecilia är ingen e-postadress"),
            (5, "okänd roll chef"),
            (6, "2027-02-30 finns inte i almanackan"),
            (7, "till 2027-02-01 ligger före från 2027-03-01"),
            (8, "funktionen saknas"),
            (9, "namnet saknas"),
            (11, "samma Slack-id som Ivar Inbillad på rad 10"),
            (12, "okänd överenskommelse nyby-1999"),
            (14, "samma rad som rad 13"),
            (15, "9999-12-31 finns inte i almanackan"),
        ]
        assert "menade du Trygghetssamordnare?" in result.problems[0].message
        assert result.changes == []
        assert await held(session) == []
        assert (await session.exec(select(models.Person))).all() == []


@pytest.mark.asyncio
async def test_people_are_known_by_slack_id_then_by_address_and_a_name_is_no_key(sqlite_database: Database) -> None:
    async with sqlite_database.transaction() as session:
        workspace_id = await workspace_with(session, nyby=NYBY)
        await import_roster(session, workspace_id, "seat,name,email\nKommunpolis,Anna Ek,anna@ek.se\n", TODAY)
        with_slack = "seat,name,slack_user_id,email\nKommunpolis,Anna Ek Lund,U0ANNA,anna@ek.se\n"
        assert sentences(await import_roster(session, workspace_id, with_slack, NEXT_MONTH)) == [
            "Ändras: personen Anna Ek: Anna Ek → Anna Ek Lund",
            "Ändras: personen Anna Ek: inget → U0ANNA",
        ]
        namesake = "seat,name,slack_user_id\nTrygghetssamordnare,Anna Ek Lund,U0OTHER\n"
        await import_roster(session, workspace_id, namesake, NEXT_MONTH)
        people = (await session.exec(select(models.Person).order_by(col(models.Person.id)))).all()
        assert [(person.name, person.slack_user_id) for person in people] == [
            ("Anna Ek Lund", "U0ANNA"),
            ("Anna Ek Lund", "U0OTHER"),
        ]
        unclear = await import_roster(session, workspace_id, "seat,name\nKommunpolis,Anna Ek Lund\n", NEXT_MONTH)
        assert [problem.message for problem in unclear.problems] == ["flera personer heter så"]
        moved = "seat,name,slack_user_id,email\nKommunpolis,Anna Ek Lund,U0NEW,anna@ek.se\n"
        (problem,) = (await import_roster(session, workspace_id, moved, NEXT_MONTH)).problems
        assert "med ett annat Slack-id" in problem.message


@pytest.mark.asyncio
async def test_a_roster_that_names_administrators_names_all_of_them(sqlite_database: Database) -> None:
    async with sqlite_database.transaction() as session:
        workspace_id = await workspace_with(session, nyby=NYBY)
        await import_roster(session, workspace_id, ROSTER, TODAY)
        new = "seat,name,slack_user_id,role\n,Eva Påhittad,U0EVA,admin\n"
        assert "Ändras: personen David Diktsson: administratör → inget" in sentences(
            await import_roster(session, workspace_id, new, TODAY)
        )


@pytest.mark.asyncio
async def test_a_name_that_a_spreadsheet_would_run_is_made_harmless_and_reads_back(sqlite_database: Database) -> None:
    roster = "seat,name\nKommunpolis,=HYPERLINK(x)\nTrygghetssamordnare,+Anna\n"
    async with sqlite_database.transaction() as session:
        workspace_id = await workspace_with(session, nyby=NYBY)
        await import_roster(session, workspace_id, roster, TODAY)
        exported = await export_roster(session, workspace_id, TODAY)
        assert "Kommunpolis,'=HYPERLINK(x)" in exported
        assert "Trygghetssamordnare,'+Anna" in exported
        assert await import_roster(session, workspace_id, exported, TODAY) == RosterResult()


@pytest.mark.asyncio
async def test_a_new_roster_makes_the_planner_look_again(sqlite_database: Database) -> None:
    async with sqlite_database.transaction() as session:
        workspace_id = await workspace_with(session, nyby=NYBY)
        agreement = (await session.exec(select(models.Agreement))).one()
        agreement.next_due_at = NOW
        session.add(agreement)
        await session.flush()
        await import_roster(session, workspace_id, ROSTER, TODAY)
        await session.refresh(agreement)
        assert agreement.next_due_at is None


@pytest.mark.parametrize(
    "content",
    [
        ROSTER,
        "\ufeff" + ROSTER,
        ROSTER.replace(",", ";"),
        ROSTER.replace(",", "\t"),
        ROSTER.replace("\n", "\r\n"),
        ROSTER.encode(),
        ROSTER.encode("utf-8-sig"),
        ROSTER.encode("latin-1"),
        ROSTER.encode("utf-16"),
        ROSTER.replace("seat,name,slack_user_id,email,role,from,to", "Funktion,Namn,Slack-ID,E-post,Roll,Från,Till"),
    ],
)
def test_a_roster_from_any_spreadsheet_reads_the_same(content: str | bytes) -> None:
    rows, problems = read_roster(content)
    assert problems == []
    assert rows == read_roster(ROSTER)[0]
    assert [(row.line, row.name, row.role) for row in rows] == [
        (2, "Anna Påhittad", "ordinarie"),
        (3, "Bo Uppdiktad", "ersättare"),
        (4, "Cecilia Sagosson", "ordinarie"),
        (5, "David Diktsson", "administratör"),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "filen är tom"),
        ("seat,nmae\nx,y\n", "okänd kolumn nmae; menade du name?"),
        ("seat,seat,name\n", "kolumnen seat står två gånger"),
        ("name,email\nAnna,\n", "kolumnen seat saknas"),
        ("seat,name\nKommunpolis,Anna,Bo\n", "3 fält, men rubriken har 2"),
        (b"seat,name\nKommunpolis,\x00\n", "ingen textfil"),
        ("seat,name\n" + "x,y\n" * 6_000, "för stor"),
    ],
)
def test_what_is_no_roster_gets_a_clear_answer(content: str | bytes, message: str) -> None:
    assert [problem for problem in read_roster(content)[1] if message in problem.message]


@given(st.binary(max_size=200) | st.text(max_size=200) | st.text('seat,name;"\n\r\t =@', max_size=80))
def test_no_content_whatever_makes_reading_a_roster_fail(content: bytes | str) -> None:
    read_roster(content)
