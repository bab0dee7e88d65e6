"""The roster: which people hold which functions, as a CSV file in and out.

For the functions and roles that a file names, the file is the whole truth: an appointment it no longer has is ended the
day before, never deleted once begun. Functions the file does not name are left alone.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Literal

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.agreements.changes import Change
from storage.agreements.names import fold, listing, nearest
from storage.agreements.problems import Problem
from storage.agreements.touch import touch
from storage.hidden import without_hidden
from storage.models import Agreement, Appointment, Person, Seat
from storage.terms import known_day
from storage.vacancies import Sitting, sitting_of

Role = Literal["ordinarie", "ersättare", "administratör"]
COLUMNS = ("seat", "name", "slack_user_id", "email", "role", "from", "to", "agreement", "slack_team_id")
HEADERS = {
    **dict.fromkeys(("seat", "funktion", "plats", "uppdrag", "stol"), "seat"),
    **dict.fromkeys(("name", "namn", "person"), "name"),
    **dict.fromkeys(
        ("slack user id", "slack id", "slack", "slackid", "slack anvandare", "anvandar id"), "slack_user_id"
    ),
    **dict.fromkeys(("email", "e mail", "epost", "e post", "mejl", "mail", "e postadress"), "email"),
    **dict.fromkeys(("role", "roll"), "role"),
    **dict.fromkeys(("from", "fran", "fran och med", "fr o m", "from och med", "start"), "from"),
    **dict.fromkeys(("to", "till", "till och med", "t o m", "slut"), "to"),
    **dict.fromkeys(("slack team id", "slack team", "team id", "team", "slack organisation"), "slack_team_id"),
    **dict.fromkeys(("agreement", "overenskommelse", "avtal"), "agreement"),
}
ROLES: dict[str, Role] = {
    **dict.fromkeys(("", "ordinarie", "ord", "ledamot", "ordinary"), "ordinarie"),
    **dict.fromkeys(("ersattare", "suppleant", "vikarie", "deputy"), "ersättare"),
    **dict.fromkeys(("administrator", "admin"), "administratör"),
}
EVERY_AGREEMENT = ("alla", "all")
MOST_ROWS = 5_000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class RosterRow:
    """One line: a person on a function in a role, from a day to a day. An empty name says that the seat is vacant."""

    line: int
    seat: str
    name: str
    slack_user_id: str | None = None
    email: str | None = None
    role: Role = "ordinarie"
    first: date | None = None
    last: date | None = None
    agreement: str = ""
    slack_team_id: str | None = None  # of another organisation's workspace; None = ours


@dataclass(frozen=True)
class RosterResult:
    """What a roster changes, or every problem for which nothing was changed."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    # each appointment as it was (None: new) and becomes; of a dry run the new ones have no ids
    sittings: list[tuple[Sitting | None, Sitting]] = field(default_factory=list, compare=False)


def read_roster(content: str | bytes) -> tuple[list[RosterRow], list[Problem]]:
    """The roster's lines, and every problem in them with its line. Takes comma, semicolon or tab, with or without BOM,
    UTF-8 or Latin-1, and English or Swedish column names."""
    text = decoded(content)
    if "\x00" in text:
        return [], [Problem(1, "filen", "filen är ingen textfil", "en CSV-fil")]
    text = without_hidden(text)
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines: list[tuple[int, list[str]]] = []
    try:
        before = 0
        for cells in reader:
            lines.append((before + 1, [_disarmed(cell) for cell in cells]))
            before = reader.line_num
    except csv.Error:
        return [], [Problem(reader.line_num, "filen", "raden går inte att läsa", "en CSV-fil med citattecken i par")]
    lines = [(number, cells) for number, cells in lines if any(cells)]
    if not lines:
        return [], [Problem(1, "filen", "filen är tom", f"rubrikraden {','.join(COLUMNS[:7])}")]
    if len(lines) > MOST_ROWS:
        return [], [Problem(1, "filen", "filen är för stor", f"högst {MOST_ROWS} rader")]
    columns, problems = _columns(*lines[0])
    if problems:
        return [], problems
    rows = []
    for number, cells in lines[1:]:
        if len(cells) > len(columns) and any(cells[len(columns) :]):
            allowed = "citattecken runt text med skiljetecken"
            problems.append(Problem(number, "", f"{len(cells)} fält, men rubriken har {len(columns)}", allowed))
            continue
        row, wrong = _row(number, dict(zip(columns, cells, strict=False)))
        problems += wrong
        if row is not None:
            rows.append(row)
    problems += _contradictions(rows)
    return rows, sorted(problems, key=lambda problem: problem.line)


async def import_roster(
    session: AsyncSession,
    workspace_id: int,
    content: str | bytes,
    today: date,
    dry_run: bool = False,
    *,
    agreements: Collection[int] | None = None,
    by_administrator: bool = True,
) -> RosterResult:
    """Puts the roster's people on their functions. Stores nothing when there is any problem, or with `dry_run`.

    A function that several agreements have is filled in each that has not ended by `today` (in all of them where all
    have ended), or in the one the `agreement` column names ("alla": in every one). With `agreements` (ids) no others
    are known. Unless `by_administrator`, a file that changes who is administrator, or who an administrator is in Slack,
    is a problem.
    """
    rows, problems = read_roster(content)
    seats = [
        (seat, agreement)
        for seat, agreement in await _seats(session, workspace_id)
        if agreements is None or agreement.id in agreements
    ]
    places = {row.line: _places(row, seats, today) for row in rows if row.seat}
    problems += [_unknown_seat(row, seats) for row in rows if row.seat and not places[row.line]]
    people = await _People.load(session, workspace_id)
    problems += [problem for row in rows if row.name for problem in people.conflicts(row)]
    if problems:
        return RosterResult(problems=sorted(problems, key=lambda problem: problem.line))
    filling = _Filling(people, today, seats, await _appointments(session, [seat.id or 0 for seat, _ in seats]))
    for row in rows:
        if row.name:
            filling.seat(row, places.get(row.line, []))
        else:
            filling.vacate(row, places.get(row.line, []))
    filling.end_the_rest()
    if any(row.role == "administratör" and row.name for row in rows):
        filling.withdraw_administrators()
    if not by_administrator and (wrong := filling.touches_administrators()):
        return RosterResult(problems=wrong)
    if not dry_run:
        await filling.store(session)
    return RosterResult(changes=filling.changes, sittings=filling.sittings())


async def export_roster(session: AsyncSession, workspace_id: int, today: date) -> str:
    """The roster as CSV: everybody who holds or will hold a function, vacant functions with an empty name, and
    administrators. Reads back with `import_roster`. Cells that a spreadsheet would run as formulas get an apostrophe.
    """
    seats = [(seat, agreement) for seat, agreement in await _seats(session, workspace_id) if seat.active]
    current = [pair for pair in seats if _runs(pair[1], today)] or seats
    people = {person.id: person for person in (await _People.load(session, workspace_id)).everybody}
    held: dict[int, list[Appointment]] = {}
    for each in await _appointments(session, [seat.id or 0 for seat, _ in current]):
        if _begins(each) and (each.ends is None or each.ends >= today or not _runs_at_all(current, today)):
            held.setdefault(each.seat_id, []).append(each)
    lines: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    abroad = any(person.slack_team_id for person in people.values())
    for seat, agreement in current:
        mine = [_exported(seat, people[each.person_id], each) for each in held.get(seat.id or 0, [])]
        lines[(seat.title, agreement.key)] = mine or [(seat.title, *[""] * 7)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    differing = _differing(lines)
    shown = [*range(7), *([7] if differing else []), *([8] if abroad else [])]
    writer.writerow([COLUMNS[number] for number in shown])
    written: set[tuple[str, ...]] = set()
    for (title, key), rows in lines.items():
        for row in rows:
            full = (*row[:7], key if title in differing else "", row[7])
            if full not in written:
                writer.writerow([_armed(full[number]) for number in shown])
            written.add(full)
    for person in people.values():
        if person.administrator:
            # a line of its own, without a seat: what the person sits on has its own lines
            identity = (person.name, person.slack_user_id or "", person.email or "")
            full = ("", *identity, "administratör", "", "", "", person.slack_team_id or "")
            writer.writerow([_armed(full[number]) for number in shown])
    return out.getvalue()


def decoded(content: str | bytes) -> str:
    """A file's text, however it is written; never raises."""
    if isinstance(content, str):
        return content.removeprefix("\ufeff")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=lambda mark: (first.count(mark), -",;\t".index(mark)))


def _disarmed(cell: str) -> str:
    """A cell as its text: without the apostrophe that keeps a spreadsheet from running it."""
    cell = cell.strip()
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def _armed(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell


def _columns(number: int, cells: list[str]) -> tuple[list[str], list[Problem]]:
    problems = []
    columns: list[str] = []
    for cell in cells:
        column = HEADERS.get(fold(cell), "") if cell else ""
        if cell and not column:
            near = nearest(cell, COLUMNS)
            hint = f"; menade du {near}?" if near else ""
            problems.append(Problem(number, "rubrikraden", f"okänd kolumn {cell}{hint}", listing(COLUMNS)))
        elif column and column in columns:
            problems.append(
                Problem(number, "rubrikraden", f"kolumnen {column} står två gånger", "varje kolumn en gång")
            )
        columns.append(column)
    for needed in ("seat", "name"):
        if needed not in columns and not problems:
            problems.append(Problem(number, "rubrikraden", f"kolumnen {needed} saknas", listing(COLUMNS)))
    return columns, problems


def _row(number: int, cells: dict[str, str]) -> tuple[RosterRow | None, list[Problem]]:
    problems: list[Problem] = []
    seat, name = cells.get("seat", ""), " ".join(cells.get("name", "").split())
    where = name or seat
    role = ROLES.get(fold(cells.get("role", "")))
    if role is None:
        problems.append(Problem(number, where, f"okänd roll {cells['role']}", "ordinarie, ersättare, administratör"))
    slack = cells.get("slack_user_id", "").removeprefix("<@").removesuffix(">").split("|")[0] or None
    if slack and not re.fullmatch(r"[UW][A-Z0-9]{2,}", slack):
        problems.append(Problem(number, where, f"{slack} är inget Slack-id", "U eller W, sedan versaler och siffror"))
    team = cells.get("slack_team_id", "") or None
    if team and not re.fullmatch(r"[TE][A-Z0-9]{2,}", team):
        problems.append(Problem(number, where, f"{team} är inget team-id", "T eller E, sedan versaler och siffror"))
    elif team and not slack:
        problems.append(Problem(number, where, "slack_team_id utan slack_user_id", "båda eller ingen"))
    email = cells.get("email", "").casefold() or None
    if email and not re.fullmatch(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+", email):
        problems.append(Problem(number, where, f"{email} är ingen e-postadress", "namn@kommun.se"))
    days = {}
    for column in ("from", "to"):
        days[column], wrong = _date(number, where, cells.get(column, ""))
        problems += wrong
    if days["from"] and days["to"] and days["to"] < days["from"]:
        problems.append(Problem(number, where, f"till {days['to']} ligger före från {days['from']}", "till efter från"))
    if not name and any(cells.get(column) for column in ("slack_user_id", "email")):
        problems.append(Problem(number, where, "namnet saknas", "personens namn, eller tomt för en vakant funktion"))
    if name and not seat and role is not None and role != "administratör":
        problems.append(Problem(number, where, "funktionen saknas", "en funktion; bara en administratör kan sakna den"))
    if problems or role is None:
        return None, problems
    agreement = cells.get("agreement", "")
    return RosterRow(number, seat, name, slack, email, role, days["from"], days["to"], agreement, team), []


def _date(number: int, where: str, cell: str) -> tuple[date | None, list[Problem]]:
    if not cell:
        return None, []
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", cell):
        try:
            return known_day(date.fromisoformat(cell)), []
        except ValueError:
            hint = "ett datum, 2027-01-31; utan slut: lämna rutan tom"
            return None, [Problem(number, where, f"{cell} finns inte i almanackan", hint)]
    return None, [Problem(number, where, f"{cell} är inget datum", "ett datum, 2027-01-31")]


def _contradictions(rows: Iterable[RosterRow]) -> list[Problem]:
    """Lines that cannot both be right."""
    problems = []
    names: dict[str, tuple[str, int]] = {}
    addresses: dict[str, tuple[str, int]] = {}
    seen: dict[tuple[object, ...], int] = {}
    for row in rows:
        if not row.name:
            continue
        for known, mark, what in ((names, row.slack_user_id, "Slack-id"), (addresses, row.email, "e-postadress")):
            if mark is None:
                continue
            other, line = known.setdefault(mark, (row.name, row.line))
            if fold(other) != fold(row.name):
                message = f"samma {what} som {other} på rad {line}"
                problems.append(Problem(row.line, row.name, message, "ett namn per person"))
        person = row.slack_user_id or row.email or fold(row.name)
        same = (fold(row.seat), row.role, person, row.first, fold(row.agreement))
        if same in seen:
            problems.append(Problem(row.line, row.name, f"samma rad som rad {seen[same]}", "varje rad en gång"))
        seen.setdefault(same, row.line)
    return problems


def _runs(agreement: Agreement, today: date) -> bool:
    return agreement.ends is None or agreement.ends >= today


def _runs_at_all(seats: Iterable[tuple[Seat, Agreement]], today: date) -> bool:
    return any(_runs(agreement, today) for _, agreement in seats)


async def _seats(session: AsyncSession, workspace_id: int) -> list[tuple[Seat, Agreement]]:
    question = (
        select(Seat, Agreement)
        .join(Agreement, col(Agreement.id) == Seat.agreement_id)
        .where(Agreement.workspace_id == workspace_id)
        .order_by(col(Agreement.starts).desc(), col(Seat.id))
    )
    return [(seat, agreement) for seat, agreement in (await session.exec(question)).all()]


async def _appointments(session: AsyncSession, seat_ids: list[int]) -> list[Appointment]:
    question = select(Appointment).where(col(Appointment.seat_id).in_(seat_ids)).order_by(col(Appointment.id))
    return list((await session.exec(question)).all())


def _places(row: RosterRow, seats: list[tuple[Seat, Agreement]], today: date) -> list[tuple[Seat, Agreement]]:
    """The seats of a line: in the agreements it names, else in those that have not ended."""
    wanted = fold(row.seat)
    named = [
        (seat, agreement)
        for seat, agreement in seats
        if seat.active and wanted in {fold(name) for name in (seat.title, seat.key, *seat.aliases)}
    ]
    if fold(row.agreement) in EVERY_AGREEMENT:
        return named
    if row.agreement:
        return [(seat, agreement) for seat, agreement in named if agreement.key == row.agreement]
    return [(seat, agreement) for seat, agreement in named if _runs(agreement, today)] or named


def _unknown_seat(row: RosterRow, seats: list[tuple[Seat, Agreement]]) -> Problem:
    keys = list(dict.fromkeys(agreement.key for _, agreement in seats))
    if row.agreement and fold(row.agreement) not in EVERY_AGREEMENT and row.agreement not in keys:
        return Problem(row.line, row.name, f"okänd överenskommelse {row.agreement}", listing([*keys, "alla"]))
    titles = list(dict.fromkeys(seat.title for seat, _ in seats if seat.active))
    near = nearest(row.seat, titles)
    hint = f"; menade du {near}?" if near else ""
    return Problem(row.line, row.name, f"okänd funktion {row.seat}{hint}", listing(titles, 40))


class _People:
    """The workspace's people, and who a line means: by Slack id, else e-mail, else the name alone."""

    def __init__(self, workspace_id: int, everybody: list[Person]) -> None:
        self.workspace_id = workspace_id
        self.everybody = everybody
        self.new: list[Person] = []

    @classmethod
    async def load(cls, session: AsyncSession, workspace_id: int) -> "_People":
        question = select(Person).where(Person.workspace_id == workspace_id).order_by(col(Person.id))
        return cls(workspace_id, list((await session.exec(question)).all()))

    def _known(self, row: RosterRow) -> list[Person]:
        by_slack = [
            each
            for each in self.everybody
            if row.slack_user_id
            and each.slack_user_id == row.slack_user_id
            and (not row.slack_team_id or each.slack_team_id in (None, row.slack_team_id))
        ]
        by_mail = [each for each in self.everybody if row.email and (each.email or "").casefold() == row.email]
        return by_slack + [each for each in by_mail if each not in by_slack]

    def conflicts(self, row: RosterRow) -> list[Problem]:
        """What makes it unclear whom the line means."""
        known = self._known(row)
        if len(known) > 1:
            names = listing(each.name for each in known)
            return [Problem(row.line, row.name, f"Slack-id och e-post hör till olika personer: {names}", "en person")]
        if known and row.slack_user_id and known[0].slack_user_id not in (None, row.slack_user_id):
            message = f"e-postadressen hör till {known[0].name} med ett annat Slack-id"
            return [Problem(row.line, row.name, message, "samma Slack-id som förut, eller en annan adress")]
        if not row.slack_user_id and not row.email and len(self._namesakes(row)) > 1:
            return [Problem(row.line, row.name, "flera personer heter så", "Slack-id eller e-post på raden")]
        return []

    def _namesakes(self, row: RosterRow) -> list[Person]:
        return [each for each in self.everybody if fold(each.name) == fold(row.name)]

    def find(self, row: RosterRow) -> Person | None:
        """The person a line means, where already known."""
        known = self._known(row)
        if known:
            return known[0]
        namesakes = self._namesakes(row)
        if row.slack_user_id or row.email:
            # a name is no key: only somebody about whom nothing speaks against it is the same
            namesakes = [
                each
                for each in namesakes
                if (not row.slack_user_id or each.slack_user_id is None) and (not row.email or each.email is None)
            ]
        return namesakes[0] if len(namesakes) == 1 else None

    def add(self, row: RosterRow) -> Person:
        """A new person."""
        person = Person(
            workspace_id=self.workspace_id,
            name=row.name,
            slack_user_id=row.slack_user_id,
            slack_team_id=row.slack_team_id,
            email=row.email,
        )
        self.everybody.append(person)
        self.new.append(person)
        return person


@dataclass
class _Wish:
    """An appointment to be stored: the person may not have an id yet."""

    seat: Seat
    person: Person
    deputy: bool
    starts: date
    ends: date | None
    row: Appointment | None = None  # once stored


class _Filling:
    """Works out what a roster changes; nothing is written before `store`."""

    def __init__(
        self,
        people: _People,
        today: date,
        seats: list[tuple[Seat, Agreement]],
        appointments: list[Appointment],
    ) -> None:
        self.people = people
        self.today = today
        self.titles = {seat.id: seat.title for seat, _ in seats}
        self.appointments = appointments
        self.were = {each.id: (each.starts, each.ends) for each in appointments}
        self.changes: list[Change] = []
        self.wishes: list[_Wish] = []
        self.kept: set[int] = set()
        self.named: set[tuple[int, bool]] = set()
        self.administrators: list[Person] = []
        self.person_updates: dict[int, tuple[Person, dict[str, object]]] = {}
        self.appointment_updates: dict[int, tuple[date, date | None]] = {}

    def seat(self, row: RosterRow, places: list[tuple[Seat, Agreement]]) -> None:
        """One line: the person, and the person's place on each seat it means."""
        person = self.people.find(row)
        if person is None:
            person = self.people.add(row)
            self._tell(Change("added", "personen", row.name))
        else:
            self._renew(person, row)
        if row.role == "administratör":
            self.administrators.append(person)
            if not person.administrator and not self._planned(person, "administrator"):
                self._plan(person, "administrator", True)
                self._tell(Change("changed", "personen", person.name, "", "administratör"))
        for seat, agreement in places:
            assert seat.id is not None
            deputy = row.role == "ersättare"
            self.named.add((seat.id, deputy))
            self._appoint(row, seat, agreement, person, deputy)

    def vacate(self, row: RosterRow, places: list[tuple[Seat, Agreement]]) -> None:
        """One line without a name: the function is vacant in that role, unless another line says who sits there."""
        self.named |= {(seat.id or 0, row.role == "ersättare") for seat, _ in places}

    def sittings(self) -> list[tuple[Sitting | None, Sitting]]:
        """Each appointment that changes, as it was and as it becomes."""
        names = {person.id: person.name for person in self.people.everybody}
        moved: list[tuple[Sitting | None, Sitting]] = []
        for each in self.appointments:
            if each.id in self.appointment_updates:
                starts, ends = self.were[each.id]
                now = sitting_of(each, names[each.person_id])
                becomes = self.appointment_updates[each.id]
                moved.append((replace(now, starts=starts, ends=ends), replace(now, starts=becomes[0], ends=becomes[1])))
        for wish in self.wishes:
            made = wish.row.id if wish.row is not None else None
            values = (wish.seat.id or 0, wish.person.name, wish.person.id, wish.deputy, wish.starts, wish.ends, made)
            moved.append((None, Sitting(*values)))
        return moved

    def _tell(self, change: Change) -> None:
        """The same thing in several agreements is told once."""
        if change not in self.changes:
            self.changes.append(change)

    def _planned(self, person: Person, column: str) -> bool:
        return column in self.person_updates.get(id(person), (person, {}))[1]

    def _plan(self, person: Person, column: str, value: object) -> None:
        self.person_updates.setdefault(id(person), (person, {}))[1][column] = value

    def _renew(self, person: Person, row: RosterRow) -> None:
        columns = ("name", "slack_user_id", "slack_team_id", "email")
        for column, value in ((column, getattr(row, column)) for column in columns):
            before = getattr(person, column)
            if value and value != before and not self._planned(person, column):
                if person in self.people.new:
                    setattr(person, column, value)
                    continue
                self._plan(person, column, value)
                self._tell(Change("changed", "personen", person.name, str(before or ""), str(value)))

    def _appoint(self, row: RosterRow, seat: Seat, agreement: Agreement, person: Person, deputy: bool) -> None:
        there = self._held(seat, person, deputy, row)
        if there is not None:
            assert there.id is not None
            self.kept.add(there.id)
            starts = row.first or there.starts
            if (there.starts, there.ends) != (starts, row.last):
                self.appointment_updates[there.id] = (starts, row.last)
                before, after = _span(there.starts, there.ends), _span(starts, row.last)
                self._tell(Change("changed", "uppdraget", f"{person.name}, {seat.title}", before, after))
            return
        # a roster that gives no first day begins today; in an agreement that has ended, with the agreement
        starts = row.first or (self.today if _runs(agreement, self.today) else agreement.starts)
        if row.last is not None and row.last < starts:
            starts = min(agreement.starts, row.last)
        self.wishes.append(_Wish(seat, person, deputy, starts, row.last))
        role = "ersättare, " if deputy else ""
        self._tell(Change("added", "uppdraget", f"{person.name}, {seat.title}", after=role + _span(starts, row.last)))

    def _held(self, seat: Seat, person: Person, deputy: bool, row: RosterRow) -> Appointment | None:
        """The person's appointment that the line speaks of: the same first day, else one that has not ended."""
        mine = [
            each
            for each in self.appointments
            if each.seat_id == seat.id
            and each.deputy == deputy
            and person.id is not None
            and each.person_id == person.id
            and each.id not in self.kept
            and _begins(each)
        ]
        same = [each for each in mine if row.first is not None and each.starts == row.first]
        running = [each for each in mine if each.ends is None or each.ends >= self.today]
        if row.first is None:
            choices = running or [each for each in mine if each.ends == row.last]
        else:
            # another first day is a correction while the appointment runs, a new appointment after it has ended
            choices = same or [each for each in running if each.ends is None]
        return choices[0] if choices else None

    def end_the_rest(self) -> None:
        """Ends what the roster no longer has, on the seats and in the roles that it names."""
        for each in self.appointments:
            assert each.id is not None
            if (each.seat_id, each.deputy) not in self.named or each.id in self.kept:
                continue
            if each.ends is not None and each.ends < self.today:
                continue
            last = max(self._last_day(each), each.starts - timedelta(days=1))  # what was to come never comes to be
            if last == each.ends:
                continue
            self.appointment_updates[each.id] = (each.starts, last)
            person = next(person for person in self.people.everybody if person.id == each.person_id)
            name = f"{person.name}, {self.titles[each.seat_id]}"
            self._tell(Change("removed", "uppdraget", name, before=f"till och med {last}"))

    def _last_day(self, appointment: Appointment) -> date:
        """The day before a successor begins, else yesterday."""
        successors = [
            wish.starts
            for wish in self.wishes
            if wish.seat.id == appointment.seat_id and wish.deputy == appointment.deputy and wish.starts > self.today
        ]
        last = (min(successors) if successors else self.today) - timedelta(days=1)
        return min(last, appointment.ends) if appointment.ends else last

    def withdraw_administrators(self) -> None:
        """A roster that names administrators names all of them."""
        for person in self.people.everybody:
            if person.administrator and person not in self.administrators:
                self._plan(person, "administrator", False)
                self._tell(Change("changed", "personen", person.name, "administratör", ""))

    def touches_administrators(self) -> list[Problem]:
        """What only an administrator may change: who is one, and who one is in Slack."""
        wrong = []
        for person, values in self.person_updates.values():
            identity = person.administrator and {"slack_user_id", "slack_team_id"} & set(values)
            if "administrator" in values or identity:
                wrong.append(Problem(1, person.name, "ändrar en administratör", "det får bara en administratör göra"))
        return wrong

    async def store(self, session: AsyncSession) -> None:
        """Writes everything worked out, and makes the planner look again at the agreements concerned."""
        for person in self.people.new:
            session.add(person)
        for person, values in self.person_updates.values():
            for column, value in values.items():
                setattr(person, column, value)
            session.add(person)
        await session.flush()
        concerned = {wish.seat.agreement_id for wish in self.wishes}
        updated = [person.id for person, _ in self.person_updates.values()]
        held = select(Seat.agreement_id).join(Appointment, col(Appointment.seat_id) == Seat.id)
        concerned |= set((await session.exec(held.where(col(Appointment.person_id).in_(updated)))).all())
        for wish in self.wishes:
            assert wish.seat.id is not None
            assert wish.person.id is not None
            wish.row = Appointment(
                seat_id=wish.seat.id,
                person_id=wish.person.id,
                deputy=wish.deputy,
                starts=wish.starts,
                ends=wish.ends,
            )
            session.add(wish.row)
        for appointment in self.appointments:
            if appointment.id in self.appointment_updates:
                appointment.starts, appointment.ends = self.appointment_updates[appointment.id]
                session.add(appointment)
                seat = await session.get(Seat, appointment.seat_id)
                concerned |= {seat.agreement_id} if seat else set()
        await session.flush()
        for agreement_id in concerned:
            await touch(session, agreement_id)


def _begins(appointment: Appointment) -> bool:
    """Whether it ever comes to be: one that ends the day before it begins does not."""
    return appointment.ends is None or appointment.ends >= appointment.starts


def _span(first: date, last: date | None) -> str:
    return f"{first} till {last}" if last else f"från {first}"


def _exported(seat: Seat, person: Person, appointment: Appointment) -> tuple[str, ...]:
    return (
        seat.title,
        person.name,
        person.slack_user_id or "",
        person.email or "",
        "ersättare" if appointment.deputy else "ordinarie",
        appointment.starts.isoformat(),
        appointment.ends.isoformat() if appointment.ends else "",
        person.slack_team_id or "",
    )


def _differing(lines: dict[tuple[str, str], list[tuple[str, ...]]]) -> set[str]:
    """The functions that are held differently in different agreements."""
    first: dict[str, list[tuple[str, ...]]] = {}
    differing = set()
    for (title, _), rows in lines.items():
        if sorted(first.setdefault(title, rows)) != sorted(rows):
            differing.add(title)
    return differing
