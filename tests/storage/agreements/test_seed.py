"""The facts of the seed agreement, listed by hand, against what was imported from its file."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import pytest
import pytest_asyncio
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from schedules.cadence import due_days
from storage import models
from storage.agreements.importing import ensure_workspace, import_agreement
from storage.agreements.phrases import phrase
from storage.database import Database
from storage.terms import Cadence, ChairRule, CommitmentKind, Responsible
from tests.storage.agreements.files import EXAMPLE, NYKVARN, sound

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)

CHEFSSAMRADET = [
    "Lokalpolisområdeschef",
    "Kommunpolis",
    "Kommundirektör",
    "Chef för kommunledningskontoret",
    "Kommunens säkerhetschef",
    "Kommunens vård- och omsorgschef",
    "Kommunens utbildningschef",
    "Kommunens kultur- och fritidschef",
    "Distriktschef Södertörns brandförsvaret",
    "VD NYBO",
    "Kommunikationsansvarig från respektive part",
]
PLANERINGSGRUPPEN = [
    "Kommunpolisen",
    "SBFF's kommunrepresentant",
    "Kommunens säkerhetschef",
    "Kommunens avdelningschef daglig verksamhet",
    "Kommunens avdelningschef integrationsenheten",
    "Kommunens avdelningschef individ- och familjeomsorg",
    "Kommunens representant för kultur- och fritid",
    "VD Nybo",
    "Rektorn för Lillhagaskolan samt Praktiska gymnasiet",
]
OPERATIVA = [
    "Kontaktpolis/Kommunpolis",
    "Kommunens säkerhetschef",
    "Representant från Socialtjänsten",
    "Representant från Fritidsfabriken",
    "Rektor samt biträdande rektor för Lillhagaskolan",
    "rektor för Praktiska gymnasiet",
]
GOALS = {
    1: "Minska användningen av alkohol och droger",
    2: "Tryggare centrum med närområden",
    3: "Öka skolnärvaro och psykisk hälsa för de barn och unga, 0-20 år, som utgör målgrupp i SUMA",
    4: "Tryggare centrum med närområden",
    5: "Öka tryggheten och minska skadegörelse",
    6: "Minska brottsligheten, öka tryggheten, minska risken för brand och öka trivseln i kommunens bostadsområden",
    7: "En ökad känsla av trygghet i kommunen",
    8: "Underlätta för avhoppare att lämna kriminalitet",
    9: "Minska antalet döda och skadade i trafiken",
}
# title: how often, goal, who answers, who takes part, where it is told
ACTIVITIES = {
    "Synlighetsinsatser vid ungdomshelger": (
        "vid ungdomshelger: halloween, skolavslutning m.m. samt löpande",
        1,
        ["kommunen", "polisen", "Operativa gruppen"],
        ["Fritidsfabriken", "Socialtjänsten"],
        "Operativa gruppen",
    ),
    "Utbildning om droger och narkotika": (
        "en till två gånger per år",
        1,
        ["kommunen", "polisen", "Planeringsgruppen", "Operativa gruppen"],
        [],
        "Planeringsgruppen",
    ),
    "SUMA": (
        "två heldagar per år eller fler vid behov",
        3,
        ["Vård- och omsorgskontoret", "Utbildningskontoret"],
        [],
        "Planeringsgruppen",
    ),
    "Trygghetsvandring": (
        "två gånger per år",
        4,
        ["Planeringsgruppen"],
        ["kommunen", "polisen", "räddningstjänst", "andra aktörer"],
        "Planeringsgruppen",
    ),
    "Utemiljö, vegetation och belysning": (
        "löpande",
        5,
        ["kommunen", "andra aktörer beroende på plats"],
        [],
        "Planeringsgruppen",
    ),
    "Grannsamverkan": (
        "två gånger per år samt löpande",
        6,
        ["polisen"],
        ["kommunen", "räddningstjänst"],
        "Planeringsgruppen",
    ),
    "Trygghetskväll": ("en gång per år", 7, ["Planeringsgruppen"], [], "Planeringsgruppen"),
    "Avhopparverksamhet": ("två gånger per år", 8, ["Planeringsgruppen"], [], "Planeringsgruppen"),
    "Trafikkontroller": ("löpande", 9, ["polisen", "kommunen"], [], "Planeringsgruppen"),
}
COORDINATORS = ["Kommunpolis", "SBFF's kommunrepresentant", "Kommunens säkerhetschef"]
COMMUNICATORS = [f"Kommunikationsansvarig, {party}" for party in ("kommunen", "polisen", "räddningstjänst")]
FOLLOW_UPS = {
    "Uppföljning: Samverkansorganisationen": ("en gång per år", ["Utsedd ordförande eller motsvarande"]),
    "Uppföljning: Lokal lägesbild": ("en gång per år", COORDINATORS),
    "Uppföljning: Prioriterade samverkansområden": ("en gång per år", ["Chefssamrådet"]),
    "Uppföljning: Aktiviteter": (
        "två gånger per år",
        ["Respektive ansvarig för aktuella aktiviteter redovisar, via Parternas samordnare, till Chefsrådet."],
    ),
    "Uppföljning: Kommunikationsplan": ("två gånger per år", COMMUNICATORS),
}
MEASURES = {
    "Mått: Anmälda brott": "Anmälda brott inom vissa brottskategorier.",
    "Mått: Medborgardialog": "Medborgardialog angående den upplevda tryggheten.",
    "Mått: Riktade enkäter": "Riktade enkäter utifrån den lokala lägesbilden",
    "Mått: Kostnader för skadegörelse": (
        "Kostnader i samband med skadegörelse inom kommunens fastigheter och anläggningar."
    ),
}


@pytest_asyncio.fixture
async def session(sqlite_database: Database) -> AsyncIterator[AsyncSession]:
    """A session that sees Nykvarn's agreement imported."""
    async with sqlite_database.transaction() as writing:
        workspace = await ensure_workspace(writing)
        assert workspace.id is not None
        await import_agreement(writing, workspace.id, "nykvarn-2021-2022", sound(NYKVARN), NOW)
    async with sqlite_database.reading() as reading:
        yield reading


async def commitments(session: AsyncSession, kind: CommitmentKind) -> dict[str, models.Commitment]:
    question = select(models.Commitment).where(models.Commitment.kind == kind).order_by(col(models.Commitment.position))
    return {row.title: row for row in (await session.exec(question)).all()}


async def forum_names(session: AsyncSession) -> dict[int | None, str]:
    return {forum.id: forum.name for forum in (await session.exec(select(models.Forum))).all()}


def rate(row: models.Commitment) -> str:
    return phrase(Cadence.model_validate(row.cadence))


def named(references: list[dict[str, str]]) -> list[str]:
    return [Responsible.model_validate(each).name for each in references]


@pytest.mark.asyncio
async def test_the_agreement_itself(session: AsyncSession) -> None:
    agreement = (await session.exec(select(models.Agreement))).one()
    assert (agreement.starts, agreement.ends) == (date(2021, 1, 1), date(2022, 12, 31))
    assert (agreement.municipality, agreement.example) == ("Nykvarns kommun", False)
    assert agreement.successor is not None
    assert agreement.successor.startswith("2023-01-01–2026-12-31")


@pytest.mark.asyncio
async def test_three_parties_sign_by_function(session: AsyncSession) -> None:
    parties = (await session.exec(select(models.Party).order_by(col(models.Party.position)))).all()
    assert [(party.short, party.org_number) for party in parties if party.signatory] == [
        ("kommunen", "212000-2999"),
        ("polisen", "202100-0076"),
        ("räddningstjänst", "222000-0737"),
    ]
    names = {party.id: party.short for party in parties}
    signatures = (await session.exec(select(models.Signature).order_by(col(models.Signature.signed_on)))).all()
    assert [(names[each.party_id], each.function, each.signed_on, each.place) for each in signatures] == [
        ("kommunen", "kommundirektör", date(2020, 12, 15), None),
        ("polisen", "Lokalpolisområdeschef", date(2021, 1, 4), "Södertälje"),
        ("räddningstjänst", "Brandchef", date(2021, 1, 11), "Värby"),
    ]


@pytest.mark.asyncio
async def test_three_annexes_with_their_update_rules(session: AsyncSession) -> None:
    annexes = (await session.exec(select(models.Annex).order_by(col(models.Annex.number)))).all()
    assert [(annex.number, annex.title) for annex in annexes] == [
        (1, "Lokal lägesbild/prioriterade samverkansområden"),
        (2, "Aktivitetsplan"),
        (3, "Uppföljningsplan"),
    ]
    rules = [annex.update_rule or "" for annex in annexes]
    assert "minst en (1) gång varje år" in rules[0]
    assert "ändring av samordnarnas prioriterade" in rules[1]
    assert rules[2] == ""


@pytest.mark.asyncio
async def test_every_seat_of_the_three_forums(session: AsyncSession) -> None:
    names = await forum_names(session)
    found: dict[str, list[str]] = {}
    for line in (await session.exec(select(models.ForumSeat).order_by(col(models.ForumSeat.position)))).all():
        found.setdefault(names[line.forum_id], []).append(line.label)
    assert found == {
        "Chefssamrådet": CHEFSSAMRADET,
        "Planeringsgruppen": PLANERINGSGRUPPEN,
        "Operativa gruppen": OPERATIVA,
    }
    assert [len(each) for each in found.values()] == [11, 9, 6]


@pytest.mark.asyncio
async def test_shared_and_either_or_seats(session: AsyncSession) -> None:
    question = (
        select(models.ForumSeat.label, models.ForumSeat.places, models.Seat.title)
        .join(models.ForumSeatOption, col(models.ForumSeatOption.forum_seat_id) == models.ForumSeat.id)
        .join(models.Seat, col(models.Seat.id) == models.ForumSeatOption.seat_id)
        .order_by(col(models.Seat.id))
    )
    found: dict[tuple[str, int], list[str]] = {}
    for label, places, title in (await session.exec(question)).all():
        found.setdefault((label, places), []).append(title)
    assert found["Kontaktpolis/Kommunpolis", 1] == ["Kommunpolis", "Kontaktpolis"]
    assert found["Kommunikationsansvarig från respektive part", 3] == COMMUNICATORS
    assert found["Rektorn för Lillhagaskolan samt Praktiska gymnasiet", 2] == [
        "Rektor för Lillhagaskolan",
        "Rektor för Praktiska gymnasiet",
    ]
    assert found["Rektor samt biträdande rektor för Lillhagaskolan", 2] == [
        "Rektor för Lillhagaskolan",
        "Biträdande rektor för Lillhagaskolan",
    ]
    assert found["Kommunpolisen", 1] == ["Kommunpolis"]
    assert all(titles for titles in found.values())
    assert len([label for label, _ in found if label != "Kommunens säkerhetschef"]) == 23  # he sits in all three


@pytest.mark.asyncio
async def test_forums_report_upwards_and_meet_as_agreed(session: AsyncSession) -> None:
    names = await forum_names(session)
    forums = (await session.exec(select(models.Forum).order_by(col(models.Forum.position)))).all()
    assert [(forum.name, names.get(forum.parent_id)) for forum in forums] == [
        ("Chefssamrådet", None),
        ("Planeringsgruppen", "Chefssamrådet"),
        ("Operativa gruppen", "Planeringsgruppen"),
    ]
    assert "trender i lokalsamhället" in forums[2].reports
    assert "högst beslutande organ" in forums[0].purpose
    assert "chefsrådet" in forums[0].aliases
    meetings = await commitments(session, CommitmentKind.MEETING)
    assert {title: rate(row) for title, row in meetings.items()} == {
        "Chefssamrådets möte": "fyra gånger per år",
        "Planeringsgruppens möte": "fyra gånger per år eller fler vid behov",
        "Operativa gruppens möte": "minst tio gånger per år",
    }
    assert [names[row.forum_id] for row in meetings.values()] == [forum.name for forum in forums]
    assert meetings["Operativa gruppens möte"].source == {
        "where": "kapitel 6, Operativa gruppen",
        "quote": "Detta är ett rent operativt forum som träffas minst 10 gånger per år",
    }


@pytest.mark.asyncio
async def test_chair_rules_and_what_the_source_leaves_open(session: AsyncSession) -> None:
    forums = (await session.exec(select(models.Forum).order_by(col(models.Forum.position)))).all()
    board, planning, operative = [ChairRule.model_validate(forum.chair_rule) for forum in forums]
    assert (board.form, board.term_months, board.anchor_seat, board.anchor_from) == ("rotating", 12, None, None)
    assert board.order == ("Lokalpolisområdeschef", "Distriktschef Södertörns brandförsvaret", "Kommundirektör")
    assert (planning.form, planning.parties) == ("alternating", ("kommunen", "polisen"))
    assert (planning.term_months, planning.anchor_seat, planning.anchor_from) == (None, None, None)
    assert planning.order == ("Kommunens säkerhetschef", "Kommunpolis")  # the parties' coordinators in the group
    assert (operative.form, operative.order) == ("fixed", ("Kommunens säkerhetschef",))


@pytest.mark.asyncio
async def test_three_coordinators_with_five_duties(session: AsyncSession) -> None:
    seats = (await session.exec(select(models.Seat).where(col(models.Seat.coordinator)))).all()
    assert sorted(seat.title for seat in seats) == sorted(COORDINATORS)
    document = (await session.exec(select(models.Agreement))).one().document
    assert document["samordnare"]["uppdrag"] == [
        "kartläggning av lokal lägesbild",
        "samordning av kontakter mellan samverkansforum",
        "beredning av underlag från samverkansforum",
        "föredragning av ärenden vid Chefssamrådets sammanträden",
        "uppföljning i enlighet med uppföljningsplan, bilaga 3",
    ]


@pytest.mark.asyncio
async def test_the_situation_report_has_six_sources_and_is_updated_yearly(session: AsyncSession) -> None:
    document = (await session.exec(select(models.Agreement))).one().document
    assert len(document["lägesbild"]["underlag"]) == 6
    (report,) = (await commitments(session, CommitmentKind.SITUATION_REPORT)).values()
    assert rate(report) == "minst en gång per år"
    assert sorted(named(report.responsible)) == sorted(COORDINATORS)
    assert report.source["where"] == "kapitel 9"


@pytest.mark.asyncio
async def test_three_focus_areas_with_their_text(session: AsyncSession) -> None:
    areas = (await session.exec(select(models.FocusArea).order_by(col(models.FocusArea.position)))).all()
    assert [area.name for area in areas] == [
        "Ungdomsproblematik med narkotika, alkohol och tobak",
        "Tryggheten i Nykvarns kommun",
        "Trafiksituationen i Nykvarns kommun",
    ]
    for area, words in zip(areas, ("cannabis", "mindre anlagda bränder", "buskörning med A-traktor"), strict=True):
        assert words in area.description


@pytest.mark.asyncio
async def test_nine_goals_of_which_two_read_the_same(session: AsyncSession) -> None:
    goals = (await session.exec(select(models.Goal))).all()
    assert {goal.number: goal.text for goal in goals} == GOALS
    assert [goal.number for goal in goals if "samma lydelse" in goal.note] == [2, 4]


@pytest.mark.asyncio
async def test_every_activity_with_its_frequency(session: AsyncSession) -> None:
    names = await forum_names(session)
    activities = await commitments(session, CommitmentKind.ACTIVITY) | await commitments(session, CommitmentKind.WALK)
    goals = dict(
        (
            await session.exec(
                select(models.CommitmentGoal.commitment_id, models.Goal.number).join(
                    models.Goal, col(models.Goal.id) == models.CommitmentGoal.goal_id
                )
            )
        ).all()
    )
    assert {
        title: (rate(row), goals[row.id or 0], named(row.responsible), named(row.cooperating), names[row.forum_id])
        for title, row in activities.items()
    } == ACTIVITIES
    assert activities["Trygghetsvandring"].kind is CommitmentKind.WALK
    assert all(row.purpose and row.time_text for row in activities.values())
    assert activities["Trygghetsvandring"].source == {
        "where": "bilaga 2, Trygghet i Nykvarns kommun",
        "quote": "Trygghetsvandringen ska genomföras vid två tillfällen per år.",
    }
    # a heading of the plan that is none of the three focus areas
    assert activities["SUMA"].focus_area_id is None
    assert activities["SUMA"].source["where"] == "bilaga 2, Förebyggande insatser för barn och ungas framgång"


@pytest.mark.asyncio
async def test_five_follow_up_rows_with_method_responsible_and_frequency(session: AsyncSession) -> None:
    rows = await commitments(session, CommitmentKind.FOLLOW_UP)
    assert {title: (rate(row), sorted(named(row.responsible))) for title, row in rows.items()} == {
        title: (often, sorted(whom)) for title, (often, whom) in FOLLOW_UPS.items()
    }
    assert all(row.method for row in rows.values())
    assert [row.source["where"][:16] for row in rows.values()] == [f"bilaga 3, rad {n} " for n in range(1, 6)]


@pytest.mark.asyncio
async def test_four_measures_twice_a_year(session: AsyncSession) -> None:
    rows = await commitments(session, CommitmentKind.INDICATORS)
    assert {title: row.text for title, row in rows.items()} == MEASURES
    assert {rate(row) for row in rows.values()} == {"två gånger per år"}
    assert {row.source["quote"] for row in rows.values()} == {"Detta kommer att följas upp 2 gånger per år."}


@pytest.mark.asyncio
async def test_the_agreement_is_to_be_renewed_by_its_last_day(session: AsyncSession) -> None:
    (renewal,) = (await commitments(session, CommitmentKind.RENEWAL)).values()
    cadence = Cadence.model_validate(renewal.cadence)
    starts, ends = date(2021, 1, 1), date(2022, 12, 31)
    assert due_days(cadence, starts, ends, starts, ends) == [ends]
    assert "2023-01-01 till 2026-12-31" in renewal.source["quote"]
    assert (await forum_names(session))[renewal.forum_id] == "Chefssamrådet"


@pytest.mark.asyncio
async def test_the_communication_plan_and_the_rules_of_chapter_nine(session: AsyncSession) -> None:
    document = (await session.exec(select(models.Agreement))).one().document
    assert "relevant, korrekt och snabbt" in " ".join(document["kommunikationsplan"])
    ninth = [each["text"] for each in document["bestämmelser"] if each["källa"] == "kapitel 9"]
    assert len(ninth) == 3
    assert "godkännas av chefssamrådet" in ninth[2]


@pytest.mark.asyncio
async def test_every_promise_says_where_it_stands_and_has_a_forum(session: AsyncSession) -> None:
    rows = (await session.exec(select(models.Commitment))).all()
    assert len(rows) == 3 + 9 + 5 + 1 + 4 + 1
    assert all(row.source["where"] and row.source["quote"] and row.forum_id and row.aliases for row in rows)
    assert all(len(row.title) <= 75 for row in rows)


@pytest.mark.parametrize("text", [NYKVARN, EXAMPLE], ids=["nykvarn", "example"])
def test_no_way_to_reach_an_individual_is_in_the_files(text: str) -> None:
    assert "@" not in text
    assert not re.search(r"(?<![\d-])0\d{1,3}-\d", text)


def test_the_example_says_the_same_as_nykvarn_but_for_its_period_and_what_was_filled_in() -> None:
    nykvarn, example = sound(NYKVARN).document(), sound(EXAMPLE).document()
    other = {"titel", "exempel", "period", "efterträdare", "underskrifter", "förnyelse", "kalender", "forum"}
    assert {key for key in nykvarn | example if nykvarn.get(key) != example.get(key)} == other
    for mine, its in zip(nykvarn["forum"], example["forum"], strict=True):
        assert {key for key in mine if mine[key] != its[key]} <= {"ordförande"}
    assert example["exempel"] is True
    assert example["period"] == {"från": "2027-01-01", "till": "2030-12-31"}
