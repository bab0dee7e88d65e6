"""A county's worth in one workspace: fifty forums of ten seats, everybody seated, meetings booked."""

from datetime import UTC, date, datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.agreements.importing import ensure_workspace, import_agreement
from storage.models import Appointment, Commitment, Person, Seat
from storage.occasions import book
from storage.terms import CommitmentKind
from tests.storage.agreements.files import sound

FORUMS, SEATS = 50, 10
NOW = datetime(2027, 10, 20, 8, 0, tzinfo=UTC)


def agreement() -> str:
    """A county's worth: fifty forums of ten seats each, meetings, a walk and a follow-up in every one."""
    names = [f"Samverkansforum {number:02} i tätorten med ett namn som är långt" for number in range(1, FORUMS + 1)]
    lines = [
        "titel: Samverkan i Storkommunen",
        "kommun: Storkommunen",
        "period: {från: 2027-01-01, till: 2028-12-31}",
        "parter:",
        "  - {namn: Storkommunen, kort: kommunen, typ: kommun}",
        "  - {namn: Polisen, typ: polis}",
        "funktioner:",
        "  - {namn: Samordnare, part: kommunen}",
        *(
            f"  - {{namn: Funktion {number}-{seat}, part: kommunen}}"
            for number in range(1, FORUMS + 1)
            for seat in range(1, SEATS + 1)
        ),
        "samordnare: {funktioner: [Samordnare]}",
        "forum:",
    ]
    for number, name in enumerate(names, 1):
        lines += [
            f"  - namn: {name}",
            "    sammanträder: fyra gånger per år",
            f"    ordförande: {{sätt: roterande, ordning: [Funktion {number}-1, Funktion {number}-2], byts: årsvis,",
            f"      först: Funktion {number}-1, från: 2027-01-01}}",
            "    ledamöter:",
            *(f"      - Funktion {number}-{seat}" for seat in range(1, SEATS + 1)),
        ]
    lines += [f"standardforum: {names[0]}", "mål:", "  - {nummer: 1, text: Trygghet}", "aktiviteter:"]
    lines += [
        f"  - {{namn: Vandring {number}, ansvarig: {name}, forum: {name}, mål: 1, tid: två gånger per år}}"
        for number, name in enumerate(names, 1)
    ]
    lines.append("uppföljning:")
    lines += [
        f"  - {{namn: Plan {number}, ansvarig: {name}, forum: {name}, frekvens: en gång per år}}"
        for number, name in enumerate(names, 1)
    ]
    return "\n".join(lines) + "\n"


async def found(session: AsyncSession) -> int:
    """Imports it, puts somebody on every seat, and books a meeting in every forum."""
    workspace = await ensure_workspace(session)
    workspace.team_id = "T1"
    await import_agreement(session, workspace.id or 0, "stor", sound(agreement()), NOW)
    seats = (await session.exec(select(Seat).order_by(col(Seat.id)))).all()
    for number, seat in enumerate(seats):
        person = Person(
            workspace_id=workspace.id or 0, name=f"Person Efternamnsson {number}", slack_user_id=f"U0P{number}"
        )
        session.add(person)
        await session.flush()
        session.add(Appointment(seat_id=seat.id or 0, person_id=person.id or 0, starts=date(2027, 1, 1)))
    for commitment in (await session.exec(select(Commitment).order_by(col(Commitment.id)))).all():
        if commitment.kind is CommitmentKind.MEETING:
            for on in (date(2027, 9, 1), date(2027, 11, 24)):
                await book(
                    session,
                    commitment_id=commitment.id or 0,
                    on=on,
                    at="13:00",
                    place="Kommunhuset",
                    person_id=None,
                    now=NOW,
                )
    return workspace.id or 0
