"""Nothing goes unless the municipality has decided so, its time has passed, and somebody has confirmed it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import SQLModel, col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands import records_file
from commands.texts import records as texts
from storage.models import (
    Agreement,
    Appointment,
    AttendanceAnswer,
    AuditEntry,
    Disposal,
    Notice,
    NoticeState,
    Occasion,
    Outcome,
    Person,
    RecordRule,
    Workspace,
)
from storage.records.belonging import TABLES
from storage.records.disposal import GOOD_FOR, NotDisposed, Proposal, confirm, proposal, propose
from storage.records.kinds import LEAST_MONTHS, NO_RECORDS, TABLES_OF, RecordKind
from tests.records.founding import Town
from tests.records.founding import filled_on_postgres as filled_on_postgres
from tests.records.founding import filled_on_sqlite as filled_on_sqlite
from tests.records.founding import sqlite_town as sqlite_town
from tests.records.founding import town as town
from tests.records.town import NOW, TODAY

LATER = date(2040, 1, 2)  # every time has passed
LATER_AT = datetime(2040, 1, 2, 9, 0, tzinfo=NOW.tzinfo)


async def workspace_of(session: AsyncSession, town: Town) -> Workspace:
    found = await session.get(Workspace, town.hamlet.workspace)
    assert found is not None
    return found


async def decide(town: Town, **months: int | None) -> None:
    """The municipality's rules, kind → months; None keeps."""
    async with town.database.transaction() as session:
        workspace = await workspace_of(session, town)
        rules = [
            records_file.Rule(RecordKind(kind), after, "KS 2027/45 § 12" if after else "", None, "")
            for kind, after in months.items()
        ]
        await records_file.store(session, workspace, rules, now=NOW)


async def proposed(town: Town, on: date = LATER, now: datetime = LATER_AT) -> tuple[Proposal, str]:
    async with town.database.transaction() as session:
        return await propose(session, await workspace_of(session, town), now=now, on=on)


async def confirmed(town: Town, code: str, now: datetime = LATER_AT, by: str = "administrator") -> Disposal:
    async with town.database.transaction() as session:
        person = await session.get(Person, town.hamlet.people[by])
        assert person is not None
        return await confirm(session, await workspace_of(session, town), code, by=person, now=now)


async def count(town: Town, model: type[SQLModel]) -> int:
    async with town.database.reading() as session:
        return (await session.exec(select(func.count()).select_from(model))).one()


async def counts(town: Town) -> Mapping[str, int]:
    return {name: await count(town, model) for name, model in TABLES.items()}


def test_every_table_belongs_to_a_kind_or_says_why_not() -> None:
    of_kinds = {table for tables in TABLES_OF.values() for table in tables}
    assert not of_kinds & set(NO_RECORDS)
    assert of_kinds | set(NO_RECORDS) == set(SQLModel.metadata.tables), (
        "a new table: of which kind? storage/records/kinds.py"
    )
    assert set(TABLES_OF) == set(RecordKind) == set(texts.KINDS)


@pytest.mark.asyncio
async def test_without_rules_nothing_is_ever_proposed(town: Town) -> None:
    before = await counts(town)
    found, code = await proposed(town, on=date(2999, 1, 1))
    assert (found.rows, code) == ({}, "")
    assert await counts(town) == before


@pytest.mark.asyncio
async def test_what_is_kept_stays_however_old(town: Town) -> None:
    await decide(town, **dict.fromkeys((kind.value for kind in RecordKind), None))
    found, code = await proposed(town, on=date(2999, 1, 1))
    assert (found.rows, code) == ({}, "")


@pytest.mark.asyncio
async def test_a_rule_without_a_decision_lets_nothing_go(town: Town) -> None:
    async with town.database.transaction() as session:
        workspace = await workspace_of(session, town)
        rule = RecordRule(
            workspace_id=workspace.id or 0, kind="answer", keep=False, months=1, decision=" ", imported_at=NOW
        )
        session.add(rule)
        await session.flush()
        assert not (await proposal(session, workspace, LATER)).rows


@pytest.mark.asyncio
async def test_nothing_goes_the_day_its_time_is_up_but_the_day_after(town: Town) -> None:
    await decide(town, answer=12)
    async with town.database.reading() as session:
        answered = select(col(Occasion.on)).join(AttendanceAnswer, col(AttendanceAnswer.occasion_id) == Occasion.id)
        [on] = set((await session.exec(answered)).all())
        workspace = await workspace_of(session, town)
        passed = date(on.year + 1, on.month, on.day)
        assert not (await proposal(session, workspace, passed)).rows
        assert (await proposal(session, workspace, passed + timedelta(days=1))).rows


@pytest.mark.asyncio
async def test_proposing_takes_nothing_away_and_confirming_exactly_what_was_proposed(town: Town) -> None:
    await decide(town, answer=24)
    before = await counts(town)
    found, code = await proposed(town)
    assert found.counts == {RecordKind.ANSWER: 5}  # the other workspace's is not this one's to dispose of
    assert await count(town, AttendanceAnswer) == 6
    done = await confirmed(town, code)
    assert (done.open, done.decisions) == (False, {"answer": "KS 2027/45 § 12"})
    after = await counts(town)
    assert before["attendance_answer"] - after["attendance_answer"] == 5
    same = set(before) - {"attendance_answer", "audit_entry", "disposal"}
    assert {name: before[name] for name in same} == {name: after[name] for name in same}


@pytest.mark.asyncio
async def test_a_disposal_is_in_the_trail_from_proposal_to_end(town: Town) -> None:
    await decide(town, answer=24)
    _, code = await proposed(town)
    done = await confirmed(town, code)
    async with town.database.reading() as session:
        question = select(AuditEntry).where(AuditEntry.subject == "disposal").order_by(col(AuditEntry.id))
        entries = (await session.exec(question)).all()
    assert [(entry.action, entry.subject_id) for entry in entries] == [
        ("records propose", done.id),
        ("records dispose", done.id),
    ]
    assert entries[-1].details == {"answer": 5}
    assert [entry.person_id for entry in entries] == [None, town.hamlet.people["administrator"]]
    async with town.database.reading() as session:
        by = await session.get(Person, town.hamlet.people["administrator"])
    assert by is not None
    assert done.confirmed_by == by.name


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("who", "may"),
    [("administrator", True), ("samordnare", True), ("ordforande", False), ("ledamot", False), ("stangd", False)],
)
async def test_only_an_administrator_or_a_coordinator_answers_for_a_disposal(
    sqlite_town: Town, who: str, may: bool
) -> None:
    await decide(sqlite_town, answer=1)
    _, code = await proposed(sqlite_town, on=TODAY, now=NOW)
    before = await counts(sqlite_town)
    if may:
        assert (await confirmed(sqlite_town, code, NOW, who)).counts
        return
    with pytest.raises(NotDisposed) as refused:
        await confirmed(sqlite_town, code, NOW, who)
    assert refused.value.why == "nobody"
    assert await counts(sqlite_town) == before


@pytest.mark.asyncio
@pytest.mark.parametrize("why", ["unknown", "done", "old", "changed"])
async def test_a_code_that_does_not_hold_takes_nothing_away(sqlite_town: Town, why: str) -> None:
    town = sqlite_town
    await decide(town, answer=24)
    _, code = await proposed(town)
    at = LATER_AT
    if why == "unknown":
        code = "AAAAAAAA"
    elif why == "done":
        await confirmed(town, code)
    elif why == "old":
        at += GOOD_FOR + timedelta(seconds=1)
    else:
        await decide(town, answer=25)
    before = await counts(town)
    with pytest.raises(NotDisposed) as refused:
        await confirmed(town, code, at)
    assert refused.value.why == why
    assert refused.value.why in texts.WHY_NOT
    assert await counts(town) == before


@pytest.mark.asyncio
async def test_a_row_that_came_between_proposal_and_confirmation_stops_it(town: Town) -> None:
    await decide(town, answer=24)
    _, code = await proposed(town)
    async with town.database.transaction() as session:
        person = (await session.exec(select(Person).where(Person.name == "Sven Toppen"))).one()
        occasion = town.hamlet.places["Mitten"].occasion
        session.add(AttendanceAnswer(occasion_id=occasion, person_id=person.id or 0, coming=True, answered_at=NOW))
    with pytest.raises(NotDisposed, match="changed"):
        await confirmed(town, code)


@pytest.mark.asyncio
async def test_what_something_kept_refers_to_stays(town: Town) -> None:
    """An occasion is kept as long as what came of it, and a person as long as anything says what they did."""
    await decide(town, occasion=12, roster=12)
    await _ended(town)
    found, code = await proposed(town)
    assert found.held[RecordKind.OCCASION] == 10
    assert ("person", (await _person(town),)) not in found.rows
    assert not [row for row in found.rows if row[0] == "occasion"]
    if code:
        await confirmed(town, code)
    assert await count(town, Occasion) == 12


@pytest.mark.asyncio
async def test_nothing_an_agreement_in_force_is_reckoned_from_goes(town: Town) -> None:
    async with town.database.transaction() as session:
        for agreement in (await session.exec(select(Agreement))).all():
            agreement.ends = None
            session.add(agreement)
    kinds = ("occasion", "outcome", "waiver", "chair_term", "commitment", "forum", "agreement")
    await decide(town, **dict.fromkeys(kinds, 1))
    found, _ = await proposed(town, on=date(2999, 1, 1))
    assert not found.rows
    assert not found.held


@pytest.mark.asyncio
async def test_earlier_versions_may_go_and_the_one_that_counts_never_before_them(town: Town) -> None:
    await decide(town, outcome=12)
    found, code = await proposed(town)
    assert (code, found.held) == ("", {RecordKind.OUTCOME: 5}), "the corrected version would count again"
    await decide(town, outcome_version=12)
    _, code = await proposed(town)
    await confirmed(town, code)
    assert await count(town, Outcome) == 7  # five that count, and both of the other workspace


@pytest.mark.asyncio
async def test_what_waits_to_be_sent_is_never_disposed_of(town: Town) -> None:
    await decide(town, notice=3)
    async with town.database.transaction() as session:
        for notice in (await session.exec(select(Notice))).all():
            notice.state = NoticeState.WAITING
            session.add(notice)
    found, _ = await proposed(town)
    assert not [row for row in found.rows if row[0] == "notice"]


@pytest.mark.asyncio
async def test_the_trail_goes_only_by_a_decision_and_what_is_younger_stays(town: Town) -> None:
    await decide(town, audit=24)
    old = await count(town, AuditEntry)
    found, code = await proposed(town)
    assert 0 < found.counts[RecordKind.AUDIT] < old
    await confirmed(town, code)
    assert await count(town, AuditEntry) == old - found.counts[RecordKind.AUDIT] + 2  # proposed, disposed


@pytest.mark.asyncio
async def test_everything_may_go_where_the_municipality_has_said_so_of_everything(town: Town) -> None:
    """Long after the agreements have ended, and people have left: nothing of the workspace's records is left."""
    await _ended(town)
    await decide(town, **{kind.value: LEAST_MONTHS.get(kind, 1) for kind in RecordKind})
    found, code = await proposed(town)
    await confirmed(town, code)
    async with town.database.reading() as session:
        agreements = (
            await session.exec(select(Agreement.id).where(Agreement.workspace_id == town.hamlet.workspace))
        ).all()
    open_things = {"matter", "measure"}  # an open matter and a measure under way hold what they stand on
    assert open_things <= {table for tables in TABLES_OF.values() for table in tables}
    assert len(found.rows) > 100
    assert len(agreements) == 2
    assert await count(town, AttendanceAnswer) == 1


async def _ended(town: Town) -> None:
    """Everybody has left."""
    async with town.database.transaction() as session:
        for appointment in (await session.exec(select(Appointment))).all():
            appointment.ends = appointment.ends or date(2028, 12, 31)
            session.add(appointment)


async def _person(town: Town) -> int:
    async with town.database.reading() as session:
        return (await session.exec(select(Person.id).where(Person.name == "Sven Mitten"))).one() or 0


# --- the file ---------------------------------------------------------------------------------------------------------

FILE = """\
kommun: Byn
beslut: KS 2027/45 § 12
beslutat: 2027-03-01
slag:
  kallelsesvar: {gallras: efter 2 år}
  utskick:
    gallras: efter 18 månader
    beslut: KS 2027/99
    anmärkning: ringa betydelse
  logg: bevaras
"""


def test_the_file_says_what_is_kept_and_what_may_go() -> None:
    rules, problems = records_file.read(FILE.encode())
    assert not problems
    assert [(rule.kind.value, rule.months, rule.decision) for rule in rules] == [
        ("answer", 24, "KS 2027/45 § 12"),
        ("notice", 18, "KS 2027/99"),
        ("audit", None, ""),
    ]
    assert rules[0].decided_on == date(2027, 3, 1)
    assert rules[1].decided_on is None, "another decision has its own day"


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("beslut: KS 2027/45 § 12\n", "", "gallras utan beslut"),
        ("efter 2 år", "snart", "tiden går inte att läsa"),
        ("efter 18 månader", "efter 1 månad", "tiden är för kort"),
        ("logg:", "loggen:", "nyckeln loggen finns inte"),
        ("2027-03-01", "i våras", "dagen går inte att läsa"),
        ("bevaras", "slängs", "slängs"),
        ("gallras: efter 18 månader", "gallras: efter 18 månader\n    bevaras: ja", "både bevaras och gallras"),
        ("slag:", "slagen:", "slagen"),
        ("kommun: Byn", "kommun: Byn\nland: Sverige", "nyckeln land finns inte"),
    ],
)
def test_every_mistake_in_the_file_is_told_with_its_line(was: str, becomes: str, told: str) -> None:
    _, problems = records_file.read(FILE.replace(was, becomes, 1).encode())
    assert any(told in problem.sentence("gallring.yml") for problem in problems), problems
    assert all(problem.line > 0 for problem in problems)


@pytest.mark.asyncio
async def test_a_kind_that_the_newest_file_does_not_name_is_kept_again(sqlite_town: Town) -> None:
    await decide(sqlite_town, answer=24)
    await decide(sqlite_town, pulse=24)
    found, _ = await proposed(sqlite_town)
    assert set(found.rules) == {RecordKind.PULSE}
