"""Byn, invented for the walk: one person of every role, all in Mitten, with a forum below, one above and one beside.

Everything a command can be about is in every forum: a meeting, an activity, a follow-up, something booked and a
reminder. Grannbyn is another agreement of the same workspace, Främmande another workspace altogether.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Relation, Role
from commands.call import Call
from storage.agreements.format import AgreementFile
from storage.agreements.importing import import_agreement
from storage.matters import add_measure, decide, raise_matter
from storage.minutes import write
from storage.models import Agreement, Appointment, Commitment, Forum, Person, Seat, Workspace
from storage.occasions import book
from storage.outbox import tell
from storage.terms import Visibility
from tests.storage.agreements.files import sound

NOW = datetime(2027, 10, 20, 8, 0, tzinfo=UTC)
TODAY = date(2027, 10, 20)
TEAM, ELSEWHERE = "T0BYN", "T0POLISEN"

ROLES = ("Ledamot", "Gäst", "Extern", "Sekreterare", "Ordförande", "Samordnare i mitten")
FORUMS: Mapping[str, tuple[str, Relation | None]] = {
    # name → the forum above, and where it stands to Mitten
    "Toppen": ("", Relation.BESIDE),
    "Mitten": ("Toppen", Relation.OWN),
    "Botten": ("Mitten", Relation.BELOW),
    "Syskonet": ("Toppen", Relation.BESIDE),
}
PEOPLE: Mapping[str, tuple[tuple[str, bool], ...]] = {
    # who → seats, each with whether as deputy
    "ledamot": (("Ledamot", False),),
    "gast": (("Gäst", False),),
    "extern": (("Extern", False),),
    "ersattare": (("Ledamot", True),),
    "sekreterare": (("Sekreterare", False),),
    "ordforande": (("Ordförande", False),),
    "ordforandes-ersattare": (("Ordförande", True),),
    "samordnare": (("Samordnare", False),),
    "samordnare-i-mitten": (("Samordnare i mitten", False),),
    "administrator": (),
    "ansvarig": (("Ansvarig", False),),  # has no place in any forum, but every measure
    # outsiders, each in their own way
    "okand": (),
    "utan-plats": (),
    "gast-utan-plats": (),
    "extern-utan-plats": (),
    "avslutad": (("Ledamot", False),),
    "kommande": (("Ledamot", False),),
    "stangd": (("Ordförande", False),),
    "annan-med-samma-id": (),
}
IS: Mapping[str, frozenset[Role]] = {
    "ledamot": frozenset({Role.MEMBER}),
    "gast": frozenset({Role.GUEST}),
    "extern": frozenset({Role.EXTERNAL}),
    "ersattare": frozenset({Role.DEPUTY}),
    "sekreterare": frozenset({Role.SECRETARY}),
    "ordforande": frozenset({Role.MEMBER, Role.CHAIR}),
    "ordforandes-ersattare": frozenset({Role.DEPUTY, Role.CHAIR}),
    "samordnare": frozenset({Role.COORDINATOR}),
    "samordnare-i-mitten": frozenset({Role.MEMBER, Role.COORDINATOR}),
    "administrator": frozenset({Role.ADMINISTRATOR}),
    "ansvarig": frozenset({Role.RESPONSIBLE}),
}
EVERYWHERE = frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})


PUBLIC = "https://bot.example.org"


@dataclass(frozen=True)
class Place:
    """What there is in one forum, by id."""

    forum: int
    name: str
    meeting: int
    activity: int
    follow_up: int
    ongoing: int
    occasion: int
    past: int  # a meeting that has been, with minutes
    notice: int
    matter: int
    decision: int  # one that changes the agreement
    measure: int
    activity_title: str


@dataclass(frozen=True)
class Hamlet:
    workspace: int
    agreement: int
    people: Mapping[str, int]
    places: Mapping[str, Place]  # by forum

    def call(self, who: str, words: str = "", **more: object) -> Call:
        """A Call from somebody."""
        user, team = identity(who)
        fields: dict[str, object] = {"channel_id": "C0NYKANAL", "words": words, "public_url": PUBLIC, **more}
        return Call(workspace_id=self.workspace, team_id=team, user_id=user, now=NOW, **fields)  # type: ignore[arg-type]


def identity(who: str) -> tuple[str, str]:
    """The Slack user id and team of somebody; the one with another's user id comes from another team."""
    if who == "annan-med-samma-id":
        return "U0ORDFORANDE", "T0OBEHORIG"
    team = ELSEWHERE if who.startswith("extern") else TEAM
    return "U0" + who.upper().replace("-", ""), team


def standing(who: str, forum: str) -> set[tuple[Role, Relation]]:
    """What somebody is, seen from a forum of Byn, as written here and not as the program works it out."""
    relation = FORUMS[forum][1]
    assert relation is not None
    found = set()
    for role in IS.get(who, frozenset()):
        if role is Role.CHAIR and relation is not Relation.OWN:
            continue  # nobody chairs from beside or above
        seated = who != "samordnare" and who != "administrator"
        found.add((role, relation if seated or role not in EVERYWHERE else Relation.BESIDE))
    return found


def _file(name: str, forums: Mapping[str, str], seats: tuple[str, ...]) -> str:
    """The agreement, in which every forum of `forums` (name → above) promises the same things."""
    lines = [
        f"titel: Samverkan i {name}",
        f"kommun: {name}",
        "period: {från: 2027-01-01, till: 2028-12-31}",
        "parter:",
        "  - {namn: Byns kommun, kort: kommunen, typ: kommun}",
        "  - {namn: Polisen, typ: polis}",
        "funktioner:",
        *(
            f"  - {{namn: {seat}, part: kommunen}}"
            for seat in (*seats, "Samordnare", "Utfyllnad", "Ordförande två", "Ansvarig")
        ),
        "samordnare: {funktioner: [Samordnare"
        + (", Samordnare i mitten" if "Samordnare i mitten" in seats else "")
        + "]}",
        "forum:",
    ]
    for forum, above in forums.items():
        chair = "Ordförande" if forum == "Mitten" else "Utfyllnad"
        lines += [
            f"  - namn: {forum}",
            *([f"    överordnat: {above}"] if above else []),
            "    sammanträder: fyra gånger per år",
            f"    ordförande: {{sätt: roterande, ordning: [{chair}, Ordförande två], byts: halvårsvis,",
            f"      först: {chair}, från: 2027-07-01}}",
            "    ledamöter:",
            "      - Utfyllnad",
            "      - Ordförande två",
        ]
        if forum == "Mitten":
            lines += [f"      - {seat}" for seat in seats if seat != "Sekreterare"]
            lines += ["      - {funktion: Sekreterare, typ: sekreterare}"]
    lines += [f"standardforum: {next(iter(forums))}", "mål:", "  - {nummer: 1, text: Trygghet}", "aktiviteter:"]
    for forum in forums:
        lines += [
            f"  - {{namn: Vandring {forum}, ansvarig: {forum}, forum: {forum}, mål: 1, tid: tolv gånger per år}}",
            f"  - {{namn: Närvaro {forum}, ansvarig: {forum}, forum: {forum}, tid: löpande}}",
        ]
    lines.append("uppföljning:")
    lines += [
        f"  - {{namn: Plan {forum}, ansvarig: {forum}, forum: {forum}, frekvens: två gånger per år}}"
        for forum in forums
    ]
    return "\n".join(lines) + "\n"


@cache
def _files() -> dict[str, AgreementFile]:
    above = {name: parent for name, (parent, _) in FORUMS.items()}
    return {
        "byn": sound(_file("Byn", above, ROLES)),
        "grannbyn": sound(_file("Grannbyn", {"Grannforumet": ""}, ())),
        "frammande": sound(_file("Främmande", {"Fjärran": ""}, ())),
    }


async def found(session: AsyncSession) -> Hamlet:
    """Founds Byn, Grannbyn and Främmande in an empty database."""
    mine, theirs = Workspace(team_id=TEAM), Workspace(team_id="T0FRAMMANDE")
    session.add_all([mine, theirs])
    await session.flush()
    places: dict[str, Place] = {}
    agreement_id = 0
    for key, workspace in (("byn", mine), ("grannbyn", mine), ("frammande", theirs)):
        await import_agreement(session, workspace.id or 0, key, _files()[key], NOW)
        agreement = (
            await session.exec(select(Agreement).where(Agreement.key == key, Agreement.workspace_id == workspace.id))
        ).one()
        agreement_id = agreement_id or agreement.id or 0
        await _fill(session, agreement.id or 0)
        for forum in (await session.exec(select(Forum).where(Forum.agreement_id == agreement.id))).all():
            places[forum.name] = await _place(session, workspace.id or 0, forum)
    people = await _people(session, mine.id or 0, agreement_id)
    return Hamlet(mine.id or 0, agreement_id, people, places)


async def _fill(session: AsyncSession, agreement_id: int) -> None:
    """Somebody on every forum's common seat, whose rights nobody asks for."""
    seat = (await session.exec(select(Seat).where(Seat.agreement_id == agreement_id, Seat.title == "Utfyllnad"))).one()
    agreement = await session.get(Agreement, agreement_id)
    assert agreement is not None
    person = Person(workspace_id=agreement.workspace_id, name=f"Ulla Utfyllnad {agreement.key}")
    session.add(person)
    await session.flush()
    session.add(Appointment(seat_id=seat.id or 0, person_id=person.id or 0, starts=date(2027, 1, 1)))


async def _place(session: AsyncSession, workspace_id: int, forum: Forum) -> Place:
    rows = (await session.exec(select(Commitment).where(Commitment.forum_id == forum.id))).all()
    ids = {row.title: row.id or 0 for row in rows}
    meeting = next(row.id or 0 for row in rows if row.key.startswith("mote-"))
    occasion, _ = await book(
        session,
        commitment_id=meeting,
        on=date(2027, 11, 24),
        at="13:00",
        place=f"Rum {forum.name}",
        person_id=None,
        now=NOW,
    )
    notice = await tell(
        session,
        workspace_id=workspace_id,
        key=f"walk:{forum.id}",
        kind="nothing_booked",
        due_at=NOW,
        now=NOW,
        forum_id=forum.id,
        agreement_id=forum.agreement_id,
        commitment_id=ids[f"Vandring {forum.name}"],
        details={
            "audiences": [],
            "about": "2027-12-31",
            "days": 0,
            "detail": "",
            "window": ["2027-01-01", "2027-12-31"],
        },
    )
    matter, decision, measure = await _business(session, forum)
    return Place(
        forum=forum.id or 0,
        name=forum.name,
        meeting=meeting,
        activity=ids[f"Vandring {forum.name}"],
        follow_up=ids[f"Uppföljning: Plan {forum.name}"],
        ongoing=ids[f"Närvaro {forum.name}"],
        occasion=occasion.id or 0,
        past=await _past(session, meeting, forum),
        notice=notice or 0,
        matter=matter,
        decision=decision,
        measure=measure,
        activity_title=f"Vandring {forum.name}",
    )


async def _past(session: AsyncSession, meeting: int, forum: Forum) -> int:
    occasion, _ = await book(
        session, commitment_id=meeting, on=date(2027, 10, 5), at="13:00", place="", person_id=None, now=NOW
    )
    await write(
        session,
        occasion_id=occasion.id or 0,
        after=0,
        attendance={"present": [], "absent": [], "others": ""},
        points=[{"title": "Lägesbild", "note": f"Lugnt i {forum.name}"}],
        adjusters=[],
        visibility=Visibility.PARTIES.value,
        person=None,
        now=NOW,
    )
    return occasion.id or 0


async def _business(session: AsyncSession, forum: Forum) -> tuple[int, int, int]:
    """An open matter, a decision that changes the agreement, and a measure."""
    rows = [
        await raise_matter(
            session,
            forum=forum,
            title=f"{what} i {forum.name}",
            text="",
            visibility=Visibility.PARTIES.value,
            person=None,
            now=NOW,
            key=f"{what}:{forum.id}",
        )
        for what in ("Öppet", "Avgjort")
    ]
    (matter, _), (closed, _) = rows
    decision = await decide(
        session,
        closed,
        forum_id=forum.id or 0,
        text="Mål 2 läggs till.",
        amends=True,
        on=TODAY,
        occasion_id=None,
        person=None,
        now=NOW,
    )
    answers = select(Seat.id).where(Seat.agreement_id == forum.agreement_id, Seat.title == "Ansvarig")
    measure = await add_measure(
        session,
        forum=forum,
        title="Skriv mål 2",
        due=None,
        now=NOW,
        decision_id=decision.id,
        seat_id=(await session.exec(answers)).one(),
    )
    return matter.id or 0, decision.id or 0, measure.id or 0


async def _people(session: AsyncSession, workspace_id: int, agreement_id: int) -> dict[str, int]:
    seats = {
        seat.title: seat.id or 0
        for seat in (await session.exec(select(Seat).where(Seat.agreement_id == agreement_id, col(Seat.active)))).all()
    }
    made: dict[str, int] = {}
    for who, held in PEOPLE.items():
        if who in ("okand", "annan-med-samma-id"):
            continue
        user, team = identity(who)
        person = Person(
            workspace_id=workspace_id,
            name=who,
            slack_user_id=user,
            slack_team_id=None if team == TEAM else team,
            administrator=who == "administrator",
            guest=who.startswith("gast"),
            deactivated=who == "stangd",
        )
        session.add(person)
        await session.flush()
        made[who] = person.id or 0
        starts = date(2027, 11, 1) if who == "kommande" else date(2027, 1, 1)
        ends = date(2027, 10, 19) if who == "avslutad" else None
        for seat, deputy in held:
            session.add(Appointment(seat_id=seats[seat], person_id=made[who], deputy=deputy, starts=starts, ends=ends))
    await session.flush()
    return made
