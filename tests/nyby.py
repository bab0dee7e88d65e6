"""Nyby, an invented municipality for command tests: the example agreement with invented people on its seats.

`nyby()` fills an empty database; `Room` lets its people type, press and fill in forms at a time the test decides, each
in a transaction of its own, as the Slack adapter does but without Slack.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from sqlmodel import SQLModel, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands import BY_NAME, find
from commands.call import Answer, Call, Command, Form, Refused, Reply
from schedules.message import Button, Message
from storage.agreements.format import AgreementFile
from storage.agreements.importing import ensure_workspace, import_agreement
from storage.agreements.linking import link_forum
from storage.agreements.roster import import_roster
from storage.database import Database
from storage.message import decoded
from storage.models import Commitment, Forum, Occasion, Outcome, Outgoing, Person
from tests.storage.agreements.files import EXAMPLE, sound

ZONE = ZoneInfo("Europe/Stockholm")
NOW = datetime(2027, 10, 20, 8, 0, tzinfo=UTC)  # Wednesday 10.00 in Nyby, well into the agreement's first year
TEAM = "T0NYBY"
CHANNELS = {"Chefssamrådet": "C0CHEFER", "Planeringsgruppen": "C0PLANERING", "Operativa gruppen": "C0OPERATIVA"}
ROSTER = """\
seat,name,slack_user_id,email,role,from,to
Kommunens säkerhetschef,Anna Ekdal,U0ANNA,,ordinarie,2027-01-01,
Kommunpolis,Bertil Norgren,U0BERTIL,,ordinarie,2027-01-01,
SBFF's kommunrepresentant,Cecilia Strand,U0CECILIA,,ordinarie,2027-01-01,
Kommundirektör,Disa Holmlund,U0DISA,,ordinarie,2027-01-01,
Representant från Socialtjänsten,Erik Myrén,U0ERIK,,ordinarie,2027-01-01,
Kommunens avdelningschef integrationsenheten,Farah Rahimi,U0FARAH,,ordinarie,2027-01-01,
Lokalpolisområdeschef,Gustav Dahlgren,U0GUSTAV,,ordinarie,2027-01-01,
,Hugo Alm,U0HUGO,,administratör,2027-01-01,
"""


@dataclass(frozen=True)
class Nyby:
    """Ids of the town. People by first name, forums and commitments by key ("planeringsgruppen", "trygghetsvandring").

    Anna (säkerhetschef; coordinates, chairs Planeringsgruppen and Operativa gruppen), Bertil (kommunpolis) and Cecilia
    (räddningstjänst) coordinate too, Disa (kommundirektör; Chefssamrådet), Erik (socialtjänst; Operativa gruppen),
    Farah (integration; Planeringsgruppen), Gustav (polis; chairs Chefssamrådet 2027), Hugo (administrator, no seat).
    Ivar is on no roster.
    """

    workspace: int
    agreement: int
    people: Mapping[str, int]
    forums: Mapping[str, int]
    commitments: Mapping[str, int]


@cache
def _example() -> AgreementFile:
    return sound(EXAMPLE)


async def nyby(session: AsyncSession, now: datetime = NOW) -> Nyby:
    """Founds the town in an empty database. `now` is aware UTC."""
    workspace = await ensure_workspace(session)
    assert workspace.id is not None
    workspace.team_id = TEAM
    await import_agreement(session, workspace.id, "nyby", _example(), now)
    result = await import_roster(session, workspace.id, ROSTER, now.astimezone(ZONE).date())
    assert not result.problems, result.problems
    for forum, channel in CHANNELS.items():
        await link_forum(session, forum, channel)
    people = (await session.exec(select(Person))).all()
    forums = (await session.exec(select(Forum))).all()
    commitments = (await session.exec(select(Commitment))).all()
    return Nyby(
        workspace=workspace.id,
        agreement=forums[0].agreement_id,
        people={person.name.split()[0].lower(): person.id or 0 for person in people},
        forums={forum.key: forum.id or 0 for forum in forums},
        commitments={commitment.key: commitment.id or 0 for commitment in commitments},
    )


@dataclass
class Room:
    """Where Nyby's people ask for things. `now` moves when the test moves it."""

    database: Database
    town: Nyby
    now: datetime = NOW
    asked: int = field(default=0)

    @classmethod
    async def open(cls, database: Database, now: datetime = NOW) -> "Room":
        async with database.transaction() as session:
            return cls(database, await nyby(session, now), now)

    def call(
        self,
        who: str,
        words: str = "",
        *,
        fields: Mapping[str, str | list[str] | None] | None = None,
        context: Mapping[str, str] | None = None,
        submitted: bool = False,
    ) -> Call:
        """A Call from somebody by first name, known to Slack as U0NAME."""
        return Call(
            workspace_id=self.town.workspace,
            team_id=TEAM,
            user_id=f"U0{who.upper()}",
            now=self.now,
            words=words,
            fields=fields or {},
            context=context or {},
            submitted=submitted,
        )

    def on(self, day: date, at: time = time(10, 0)) -> None:
        """Makes it that local day and time."""
        self.now = datetime.combine(day, at, ZONE).astimezone(UTC)

    async def run(self, command: Command, call: Call) -> Answer:
        """The command in a transaction of its own; what is refused is rolled back."""
        self.asked += 1
        self.now += timedelta(seconds=1)
        async with self.database.transaction() as session:
            return await command.run(call, session)

    async def says(self, who: str, line: str) -> Answer:
        """A typed line, slash and all."""
        slash, _, text = line.partition(" ")
        command, words = find(slash, text)
        return await self.run(command, self.call(who, words))

    async def presses(self, who: str, button: Button) -> Answer:
        return await self.run(BY_NAME[button.command], self.call(who, button.words))

    async def sends(self, who: str, form: Form, **changed: str | list[str]) -> Answer:
        """The form as it stands, with the changed fields, sent in."""
        fields: dict[str, str | list[str] | None] = {
            each.name: list(each.value) if each.kind == "many" else str(each.value)
            for each in form.fields
            if each.kind != "note"
        }
        assert set(changed) <= set(fields), f"the form has no field {set(changed) - set(fields)}"
        call = self.call(who, fields=fields | changed, context=form.context, submitted=True)
        return await self.run(BY_NAME[form.command], call)

    async def agrees(self, who: str, form: Form, **changed: str | list[str]) -> Answer:
        """The form sent in, and the form that shows what would change as well."""
        answer = await self.sends(who, form, **changed)
        return await self.sends(who, answer) if isinstance(answer, Form) else answer

    async def refusal(self, who: str, line: str) -> str:
        """What the person is told when the line is refused; fails when it is not."""
        try:
            answer = await self.says(who, line)
        except Refused as refused:
            return refused.sentence
        raise AssertionError(f"not refused: {answer}")

    async def rows(self, table: type[SQLModel]) -> list[SQLModel]:
        async with self.database.reading() as session:
            return list((await session.exec(select(table).order_by("id"))).all())

    async def outcomes(self) -> list[Outcome]:
        async with self.database.reading() as session:
            return list((await session.exec(select(Outcome).order_by(col(Outcome.id)))).all())

    async def occasions(self, commitment: str = "") -> list[Occasion]:
        """Every occasion, or those of the commitment with the key."""
        async with self.database.reading() as session:
            rows = (await session.exec(select(Occasion).order_by(col(Occasion.id)))).all()
        return [row for row in rows if not commitment or row.commitment_id == self.town.commitments[commitment]]

    async def told(self, forum: str) -> list[Message]:
        """The messages of fixed content in the outbox for the forum's channel, oldest first."""
        async with self.database.reading() as session:
            rows = (await session.exec(select(Outgoing).order_by(col(Outgoing.id)))).all()
        return [decoded(row.payload) for row in rows if row.payload and row.forum_id == self.town.forums[forum]]


def reply(answer: Answer) -> Message:
    """The answer's message; fails for a form."""
    assert isinstance(answer, Reply), answer
    return answer.message


def text(answer: Answer) -> str:
    """Everything a reply says."""
    return reply(answer).plain()


def form(answer: Answer) -> Form:
    """The answer as a form; fails for a reply."""
    assert isinstance(answer, Form), answer
    return answer


def values(shown: Form) -> dict[str, str | tuple[str, ...]]:
    """What stands in a form's fields when it opens, by name."""
    return {each.name: each.value for each in shown.fields}


def button(answer: Answer, label: str) -> Button:
    """The first button with the label in a reply."""
    for part in reply(answer).parts:
        for each in part.buttons:
            if each.label == label:
                return each
    raise AssertionError(f"no button {label} in {text(answer)}")
