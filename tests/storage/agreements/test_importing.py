"""Importing and importing again: what changes, what is told beforehand, and what is never touched."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import models
from storage.agreements.changes import Change
from storage.agreements.importing import ensure_workspace, import_agreement, plan_import
from storage.agreements.linking import link_forum
from storage.agreements.reading import read
from storage.database import Database
from storage.terms import OccasionState
from tests.storage.agreements.files import EXAMPLE, NYBY, NYKVARN, changed, sound

NOW = datetime(2027, 1, 11, 7, tzinfo=UTC)
LATER = NOW + timedelta(days=30)
TODAY = date(2027, 1, 11)


async def import_text(session: AsyncSession, text: str, now: datetime = NOW, key: str = "nyby") -> list[Change]:
    workspace = await ensure_workspace(session)
    assert workspace.id is not None
    return await import_agreement(session, workspace.id, key, sound(text), now)


async def plan_text(session: AsyncSession, text: str, key: str = "nyby") -> list[Change]:
    workspace = await ensure_workspace(session)
    assert workspace.id is not None
    return await plan_import(session, workspace.id, key, sound(text))


async def everything(session: AsyncSession) -> dict[str, list[dict[str, object]]]:
    """Every row of every table, for before and after."""
    found: dict[str, list[dict[str, object]]] = {}
    for name in models.__all__:
        model = getattr(models, name)
        if isinstance(model, type) and issubclass(model, SQLModel) and hasattr(model, "__table__"):
            rows = (await session.exec(select(model))).all()
            found[name] = sorted((row.model_dump() for row in rows), key=str)
    return found


@pytest.mark.asyncio
async def test_the_one_workspace_is_made_once_and_bound_to_no_team(database: Database) -> None:
    async with database.transaction() as session:
        first = await ensure_workspace(session)
        assert first.team_id is None
        assert (await ensure_workspace(session)).id == first.id


@pytest.mark.asyncio
async def test_a_dry_run_tells_what_the_import_does_and_writes_nothing(database: Database) -> None:
    async with database.transaction() as session:
        await import_text(session, NYBY)
    edited = changed(
        NYBY,
        ("    tid: minst två gånger per år", "    tid: minst tre gånger per år"),
        ("uppföljning:\n  - namn: Lägesbild", "uppföljning:\n  - namn: Bränder"),
        ("      byts: varje år", "      byts: vartannat år"),
        ("        platser: 2", "        platser: 3"),
    )
    async with database.transaction() as session:
        before = await everything(session)
        planned = await plan_text(session, edited)
        assert await everything(session) == before
        assert await import_text(session, edited, LATER) == planned
    assert [change.sentence for change in planned] == [
        "Ändras: forumet Styrgruppen, ordförande: "
        "roterande: Trygghetssamordnare, Kommunpolis; 12 månader i taget; Trygghetssamordnare från 2027-01-01 → "
        "roterande: Trygghetssamordnare, Kommunpolis; 24 månader i taget; Trygghetssamordnare från 2027-01-01",
        "Ändras: platsen Polis i Arbetsgruppen, platser: 2 → 3",
        "Ändras: åtagandet Nattvandring, tid: minst två gånger per år → minst tre gånger per år",
        "Ändras: åtagandet Nattvandring, källa: aktivitetsplanen, Centrum: minst två gånger per år → "
        "aktivitetsplanen, Centrum: minst tre gånger per år",
        "Ändras: åtagandet Nattvandring, takt: minst två gånger per år → minst tre gånger per år",
        "Tillkommer: åtagandet Uppföljning: Bränder (en gång per år)",
        "Utgår: åtagandet Uppföljning: Lägesbild (historiken ligger kvar)",
    ]


@pytest.mark.asyncio
async def test_a_first_dry_run_and_the_first_import_tell_the_same(database: Database) -> None:
    async with database.transaction() as session:
        planned = await plan_text(session, NYKVARN)
        assert (await session.exec(select(models.Agreement))).all() == []
        assert await import_text(session, NYKVARN) == planned
        assert {change.kind for change in planned} == {"added"}


@pytest.mark.asyncio
@pytest.mark.parametrize("text", [NYBY, NYKVARN, EXAMPLE], ids=["nyby", "nykvarn", "example"])
async def test_importing_the_same_file_again_changes_nothing(sqlite_database: Database, text: str) -> None:
    async with sqlite_database.transaction() as session:
        await import_text(session, text)
    async with sqlite_database.transaction() as session:
        before = await everything(session)
        assert await import_text(session, text, LATER) == []
        assert await everything(session) == before


@pytest.mark.asyncio
async def test_the_document_is_the_whole_file_and_reads_back(sqlite_database: Database) -> None:
    async with sqlite_database.transaction() as session:
        await import_text(session, NYKVARN)
        agreement = (await session.exec(select(models.Agreement))).one()
        file = sound(NYKVARN)
        assert type(file).model_validate(agreement.document) == file


async def log_something(session: AsyncSession) -> None:
    """People use the bot: they link, sit, answer for the chair, book, log, wait and set aside."""
    workspace = await ensure_workspace(session)
    forum = (await session.exec(select(models.Forum).where(models.Forum.key == "styrgruppen"))).one()
    seat = (await session.exec(select(models.Seat).where(models.Seat.key == "trygghetssamordnare"))).one()
    walk = (await session.exec(select(models.Commitment).where(models.Commitment.title == "Nattvandring"))).one()
    assert workspace.id is not None
    assert forum.id is not None
    assert seat.id is not None
    assert walk.id is not None
    await link_forum(session, "Styrgruppen", "C0STYR")
    person = models.Person(workspace_id=workspace.id, name="Anna Påhittad", slack_user_id="U0ANNA")
    session.add(person)
    await session.flush()
    assert person.id is not None
    occasion = models.Occasion(
        commitment_id=walk.id,
        on=TODAY,
        state=OccasionState.HELD,
        natural_key="2027-01-11",
        booked_by=person.id,
        booked_at=NOW,
    )
    session.add(occasion)
    await session.flush()
    assert occasion.id is not None
    session.add_all(
        [
            models.Outcome(occasion_id=occasion.id, state=OccasionState.HELD, on=TODAY, text="Lugnt", logged_at=NOW),
            models.Appointment(seat_id=seat.id, person_id=person.id, starts=TODAY),
            models.ChairAnchor(forum_id=forum.id, seat_id=seat.id, from_day=TODAY, answered_at=NOW),
            models.ChairTerm(forum_id=forum.id, seat_id=seat.id, seat_title=seat.title, starts=TODAY),
            models.Waiver(commitment_id=walk.id, first=TODAY, last=TODAY, reason="Snö", waived_at=NOW),
            models.Pulse(commitment_id=walk.id, on=TODAY, state="pågår", answered_at=NOW),
        ]
    )
    await session.flush()


LOGGED = ("Occasion", "Outcome", "Appointment", "ChairAnchor", "ChairTerm", "Waiver", "Pulse", "Person")


@pytest.mark.asyncio
async def test_importing_again_keeps_everything_people_logged(database: Database) -> None:
    async with database.transaction() as session:
        await import_text(session, NYBY)
        await log_something(session)
        before = await everything(session)
    without_walk_and_seat = changed(
        NYBY,
        ("  - namn: Nattvandring\n", "  - namn: Medborgarkväll\n"),
        ("    alias: [vandring]\n", "    alias: [kväll]\n"),
        ("    sammanträder: fyra gånger per år", "    sammanträder: sex gånger per år"),
    )
    async with database.transaction() as session:
        told = await import_text(session, without_walk_and_seat, LATER)
        after = await everything(session)
        assert {name: after[name] for name in LOGGED} == {name: before[name] for name in LOGGED}
        walk = (await session.exec(select(models.Commitment).where(models.Commitment.title == "Nattvandring"))).one()
        assert not walk.active
        forum = (await session.exec(select(models.Forum).where(models.Forum.key == "styrgruppen"))).one()
        assert forum.channel_id == "C0STYR"
    assert Change("removed", "åtagandet", "Nattvandring", before="historiken ligger kvar") in told


@pytest.mark.asyncio
async def test_what_comes_back_into_the_file_gets_its_old_row_back(database: Database) -> None:
    without = changed(NYBY, ("  - namn: Nattvandring\n", "  - namn: Medborgarkväll\n"), ("[vandring]", "[kväll]"))
    async with database.transaction() as session:
        await import_text(session, NYBY)
        await log_something(session)
        await import_text(session, without, LATER)
        await import_text(session, NYBY, LATER)
        (walk,) = (await session.exec(select(models.Commitment).where(models.Commitment.title == "Nattvandring"))).all()
        assert walk.active
        assert [each.commitment_id for each in (await session.exec(select(models.Occasion))).all()] == [walk.id]


@pytest.mark.asyncio
async def test_a_forum_that_changes_its_name_keeps_its_channel_chair_and_meetings(database: Database) -> None:
    renamed = changed(
        NYBY, ("    alias: [styrgrupp]", "    alias: [styrgruppen]"), ("- namn: Styrgruppen", "- namn: Rådet")
    )
    renamed = renamed.replace("överordnat: Styrgruppen", "överordnat: Rådet")
    async with database.transaction() as session:
        await import_text(session, NYBY)
        await log_something(session)
        old = (await session.exec(select(models.Forum).where(models.Forum.name == "Styrgruppen"))).one()
        told = await import_text(session, renamed, LATER)
        new = (await session.exec(select(models.Forum).where(models.Forum.name == "Rådet"))).one()
        assert (new.id, new.channel_id) == (old.id, "C0STYR")
        meetings = (await session.exec(select(models.Commitment).where(models.Commitment.forum_id == new.id))).all()
        assert [(row.title, row.active) for row in meetings] == [
            ("Rådets möte", True),
            ("Ny överenskommelse", True),
        ]
    assert "Ändras: forumet Rådet, namn: Styrgruppen → Rådet" in [change.sentence for change in told]
    assert {change.kind for change in told} == {"changed"}


@pytest.mark.asyncio
async def test_anchors_of_the_file_stay_in_the_rule_and_answers_stay_beside_it(sqlite_database: Database) -> None:
    async with sqlite_database.transaction() as session:
        await import_text(session, NYBY)
        await log_something(session)
        forum = (await session.exec(select(models.Forum).where(models.Forum.key == "styrgruppen"))).one()
        assert forum.chair_rule["anchor_seat"] == "Trygghetssamordnare"
        assert forum.chair_rule["anchor_from"] == "2027-01-01"
        assert len((await session.exec(select(models.ChairAnchor))).all()) == 1


@pytest.mark.asyncio
async def test_a_change_of_rows_and_a_change_of_text_alone_are_both_told_and_stored(sqlite_database: Database) -> None:
    edited = changed(NYBY, ("syfte: Ett tryggare Nyby", "syfte: Ett tryggare och renare Nyby"))
    async with sqlite_database.transaction() as session:
        await import_text(session, NYBY)
        agreement = (await session.exec(select(models.Agreement))).one()
        agreement.next_due_at = LATER
        session.add(agreement)
        told = await import_text(session, edited, LATER)
        await session.refresh(agreement)
        assert [change.sentence for change in told] == [
            "Ändras: avsnittet syfte: Ett tryggare Nyby → Ett tryggare och renare Nyby"
        ]
        assert agreement.document["syfte"] == "Ett tryggare och renare Nyby"
        assert agreement.next_due_at is None  # the planner looks again
        trace = (await session.exec(select(models.AuditEntry).order_by(col(models.AuditEntry.id)))).all()
        assert [(each.action, each.details["changed"]) for each in trace] == [
            ("agreement import", 0),
            ("agreement import", 1),
        ]


@pytest.mark.asyncio
async def test_two_agreements_live_side_by_side(sqlite_database: Database) -> None:
    async with sqlite_database.transaction() as session:
        await import_text(session, NYKVARN, key="nykvarn-2021-2022")
        await import_text(session, EXAMPLE, key="exempel-2027-2030")
        assert await plan_text(session, NYKVARN, key="nykvarn-2021-2022") == []
        assert len((await session.exec(select(models.Forum))).all()) == 6
        assert [each.example for each in (await session.exec(select(models.Agreement))).all()] == [False, True]


@pytest.mark.asyncio
async def test_a_key_that_is_no_plain_word_is_refused(sqlite_database: Database) -> None:
    async with sqlite_database.transaction() as session:
        with pytest.raises(ValueError, match="nyby-2027"):
            await import_text(session, NYBY, key="Nyby 2027")


@pytest.mark.asyncio
async def test_an_open_ended_agreement_is_revised_instead_of_renewed(sqlite_database: Database) -> None:
    text = changed(NYBY, ("  till: 2028-12-31\n", "")) + "förnyelse:\n  revideras: vart tredje år\n"
    async with sqlite_database.transaction() as session:
        await import_text(session, text)
        revision = (await session.exec(select(models.Commitment).where(models.Commitment.kind == "RENEWAL"))).all()
        assert [(row.title, row.cadence["form"], row.cadence["every"]) for row in revision] == [
            ("Revidering av överenskommelsen", "interval", 3)
        ]
        assert (await session.exec(select(models.Agreement))).one().ends is None


@pytest.mark.asyncio
async def test_lead_times_of_the_file_are_stored_with_the_promise(sqlite_database: Database) -> None:
    text = changed(NYBY, ("    alias: [vandring]", "    påminn före: [42, 21, 2]\n    påminn efter: 1"))
    async with sqlite_database.transaction() as session:
        await import_text(session, text)
        walk = (await session.exec(select(models.Commitment).where(models.Commitment.title == "Nattvandring"))).one()
        assert walk.leads == {"before": [42, 21, 2], "after": [1]}


def test_a_file_with_mistakes_is_never_handed_to_the_import() -> None:
    assert read(changed(NYBY, ("    mål: 1\n", "    mål: 2\n")))[0] is None
