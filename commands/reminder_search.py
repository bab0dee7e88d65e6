"""`/samverkan varför …`: reminders and other messages by forum, commitment, agreement, person and day, sent or not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, true
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Call, Refused
from commands.choosing import page_in
from commands.finding import commitment_meant, commitment_names, commitments, forum_meant
from commands.misunderstood import misunderstood
from commands.permissions import Rights
from commands.texts import answer as texts
from commands.texts import finding as finding_texts
from commands.words import Words, nearest
from schedules.message import Button, Part
from schedules.reminders import Reminder, ReminderKind
from schedules.texts import KINDS
from storage.models import (
    Appointment,
    Commitment,
    Forum,
    MissingReminder,
    Notice,
    Outgoing,
    Person,
    Seat,
    Workspace,
)
from storage.terms import CommitmentKind

MOST_SHOWN = 8


@dataclass(frozen=True)
class Scope:
    """What somebody asks about, within one agreement: a commitment, a forum with everything in it, or the agreement
    itself: what belongs to no forum, as that it ends."""

    agreement_id: int
    title: str
    words: str  # what a button about it carries
    covers: Callable[[Reminder], bool]
    notices: ColumnElement[bool]
    missing: ColumnElement[bool]
    commitment: Commitment | None = None  # the one it is about, or a forum's meetings
    forum: Forum | None = None


@dataclass(frozen=True)
class Search:
    """What was asked for. `day` is local."""

    scope: Scope | None = None
    person: Person | None = None
    day: date | None = None
    page: int = 0

    def words(self, page: int) -> str:
        """The same search, on a page."""
        said = (
            self.scope.words if self.scope else "",
            f"p:{self.person.id}" if self.person else "",
            self.day.isoformat() if self.day else "",
            f"s:{page}",
        )
        return " ".join(filter(None, said))

    @property
    def title(self) -> str:
        named = (self.scope.title if self.scope else "", self.person.name if self.person else "")
        return texts.search_title([each for each in named if each], self.day)


async def search_meant(call: Call, session: AsyncSession, asker: Rights, words: Words) -> Search:
    """What the words ask for. Raises Refused for what nobody understands, and for what the asker may not see."""
    page, day = page_in(words), words.take_date(call.local_now.date(), past=True)
    person = await _person_by_id(call, session, words)
    said = words.text
    scope = await _scope(session, asker, words, day)
    if words.text and person is None:
        person = await _person_by_name(session, asker, words)
    if words.text:
        named = commitment_names(await commitments(session, asker), asker)
        raise misunderstood("/samverkan varfor", words.text, (), nearest(said, named) if scope is None else ())
    return Search(scope, person, day, page)


async def _scope(session: AsyncSession, asker: Rights, words: Words, day: date | None) -> Scope | None:
    if words.take_names([("agreement", texts.AGREEMENT_WORDS)]):
        return _of_agreement(asker, with_letters=day is not None)
    if not words.text:
        return None
    forum = await forum_meant(words, asker) if words.text.startswith("f:") else None
    by_id = words.text.startswith("c:")
    chosen = await commitment_meant(words, asker, session, tuple(CommitmentKind)) if forum is None else None
    if chosen is not None and chosen.kind is CommitmentKind.MEETING and not by_id:
        forum = asker.forums.get(chosen.forum_id or 0)
    if forum is not None:
        asker.require(Action.SEE_REASON, forum.id)
        return await _of_forum(session, forum)
    if chosen is None:
        return None
    asker.require(Action.SEE_REASON, chosen.forum_id, chosen.agreement_id)
    number = chosen.id
    return Scope(
        chosen.agreement_id,
        chosen.title,
        f"c:{number}",
        lambda reminder: reminder.commitment_id == number,
        col(Notice.commitment_id) == number,
        col(MissingReminder.commitment_id) == number,
        chosen,
        asker.forums.get(chosen.forum_id or 0),
    )


async def _of_forum(session: AsyncSession, forum: Forum) -> Scope:
    """Everything of the forum: its meetings and activities, its chair, its measures."""
    own = select(Commitment).where(Commitment.forum_id == forum.id, col(Commitment.active))
    rows = (await session.exec(own.order_by(col(Commitment.position), col(Commitment.id)))).all()
    number = forum.id
    return Scope(
        forum.agreement_id,
        forum.name,
        f"f:{number}",
        lambda reminder: reminder.forum_id == number,
        col(Notice.forum_id) == number,
        (col(MissingReminder.about_forum_id) == number)
        | col(MissingReminder.commitment_id).in_([row.id for row in rows]),
        next((row for row in rows if row.kind is CommitmentKind.MEETING), None),
        forum,
    )


def _of_agreement(asker: Rights, *, with_letters: bool) -> Scope:
    """What belongs to no forum, of the latest agreement the asker has a forum in. The weekly letters, which would fill
    every page, where a day is said."""
    agreement_id = max((forum.agreement_id for forum in asker.forums.values()), default=0)
    asker.require(Action.SEE_REASON, None, agreement_id)
    ends = ReminderKind.AGREEMENT_ENDS  # about the commitment to renew it, where it has one

    def covers(reminder: Reminder) -> bool:
        if reminder.kind is ReminderKind.DIGEST:
            return with_letters
        return reminder.kind is ends or (reminder.forum_id is None and reminder.commitment_id is None)

    nowhere = col(Notice.forum_id).is_(None) & col(Notice.commitment_id).is_(None)
    unplanned = col(MissingReminder.about_forum_id).is_(None) & col(MissingReminder.commitment_id).is_(None)
    letters = true() if with_letters else col(Notice.kind) != ReminderKind.DIGEST.value
    return Scope(
        agreement_id,
        texts.THE_AGREEMENT,
        texts.AGREEMENT_WORDS[0],
        covers,
        (col(Notice.agreement_id) == agreement_id) & (nowhere | (col(Notice.kind) == ends.value)) & letters,
        (col(MissingReminder.agreement_id) == agreement_id) & (unplanned | (col(MissingReminder.kind) == ends.value)),
    )


async def _person_by_id(call: Call, session: AsyncSession, words: Words) -> Person | None:
    user, number = words.take_user(), words.take_id("p")
    if user is None and number is None:
        return None
    same = Person.slack_user_id == user if user is not None else Person.id == number
    found = (await session.exec(select(Person).where(Person.workspace_id == call.workspace_id, same))).first()
    if found is None:
        raise Refused(finding_texts.GONE)
    return found


async def _person_by_name(session: AsyncSession, asker: Rights, words: Words) -> Person | None:
    """Somebody on the rosters of the agreements the asker has forums in."""
    agreements = {forum.agreement_id for forum in asker.forums.values()}
    rows = await session.exec(
        select(Person)
        .join(Appointment, col(Appointment.person_id) == Person.id)
        .join(Seat, col(Seat.id) == Appointment.seat_id)
        .where(col(Seat.agreement_id).in_(agreements))
        .order_by(col(Person.id))
    )
    people = {str(person.id): person for person in rows.all()}
    found = words.take_best([(number, (person.name,)) for number, person in people.items()])
    return people[found] if found else None


def span_of(search: Search, call: Call, back: timedelta) -> tuple[datetime, datetime]:
    """The instants asked about, as aware UTC: the day, or so far back; never what is still to come."""
    if search.day is None:
        return call.now - back, call.now
    first, last = _day(search.day, call)
    return first - timedelta(microseconds=1), min(call.now, last - timedelta(microseconds=1))


def _day(day: date, call: Call) -> tuple[datetime, datetime]:
    """The first instant of the local day and of the next, as aware UTC."""
    zone = ZoneInfo(call.zone)
    first, last = (datetime.combine(each, time(0), zone) for each in (day, day + timedelta(days=1)))
    return first.astimezone(UTC), last.astimezone(UTC)


def _visible(asker: Rights) -> ColumnElement[bool]:
    """What the asker may be told of: their own, their forums', and what belongs to no forum where they coordinate."""
    assert asker.person is not None
    agreements = {each for each in asker.agreements.values() if asker.may(Action.SEE_REASON, None, each)}
    return (
        (col(Notice.person_id) == asker.person.id)
        | col(Notice.forum_id).in_([forum.id for forum in asker.seen_forums(Action.SEE_REASON)])
        | (col(Notice.forum_id).is_(None) & col(Notice.agreement_id).in_(agreements))
    )


async def found_parts(call: Call, session: AsyncSession, asker: Rights, search: Search) -> list[Part]:
    """A page of what was found, the newest first, each with its own "Varför?"; a button for older ones last."""
    assert asker.person is not None
    asked = [search.scope.notices] if search.scope else []
    if search.person is not None:
        asked.append(col(Notice.person_id) == search.person.id)
    if search.day is not None:
        first, last = _day(search.day, call)
        asked += [col(Notice.due_at) >= first, col(Notice.due_at) < last]
    if not asked:
        own = col(Notice.person_id) == asker.person.id
        asked.append(own | (col(Notice.person_id).is_(None) & col(Notice.forum_id).in_(asker.seated)))
    rows = (
        await session.exec(
            select(Notice, Outgoing.sent_at, Commitment.title, Forum.name)
            .join(Outgoing, col(Outgoing.id) == Notice.outgoing_id)
            .join(Commitment, col(Commitment.id) == Notice.commitment_id, isouter=True)
            .join(Forum, col(Forum.id) == Notice.forum_id, isouter=True)
            .where(Notice.workspace_id == call.workspace_id, _visible(asker), *asked)
            .order_by(col(Notice.due_at).desc(), col(Notice.id).desc())
            .offset(search.page * MOST_SHOWN)
            .limit(MOST_SHOWN + 1)
        )
    ).all()
    parts = []
    for notice, sent_at, title, forum in rows[:MOST_SHOWN]:
        person = await session.get(Person, notice.person_id) if notice.person_id is not None else None
        to = texts.to_person(person.name) if person else texts.to_channel(forum) if forum else ""
        lines = (
            texts.headline(KINDS.get(notice.kind, texts.OTHER), title or forum or ""),
            texts.state(notice.state.value, sent_at or notice.due_at, call.zone, notice.reason, to),
        )
        parts.append(Part(lines=lines, buttons=(Button(texts.WHY, "varfor", f"n:{notice.id}"),)))
    if len(rows) > MOST_SHOWN:
        parts.append(Part(buttons=(Button(texts.OLDER, "varfor", search.words(search.page + 1)),)))
    return parts


async def permalink(session: AsyncSession, outgoing: Outgoing | None, notice: Notice, asker: Rights) -> str:
    """The address of the message in Slack, for those who can open it: a channel's, or what went to oneself. "" where
    there is none.

    Source: docs.slack.dev, chat.getPermalink: the workspace's address, the channel, and the time without its point.
    """
    if outgoing is None or not outgoing.channel_id or not outgoing.ts or outgoing.channel_id.startswith("e:"):
        return ""
    if notice.person_id is not None and (asker.person is None or notice.person_id != asker.person.id):
        return ""
    workspace = await session.get(Workspace, outgoing.workspace_id)
    if workspace is None or not workspace.url:
        return ""
    return f"{workspace.url.rstrip('/')}/archives/{outgoing.channel_id}/p{outgoing.ts.replace('.', '')}"
