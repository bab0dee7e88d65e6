"""Who comes to a meeting: the buttons of the summons, a deputy sent instead, answers for others, and the tally."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from commands.access import Action
from commands.call import Answer, Call, Field, Form, Option, Refused, Reply
from commands.choosing import forum_buttons, page_in
from commands.finding import occasion_meant, require_forum
from commands.misunderstood import misunderstood
from commands.permissions import Rights, rights
from commands.places import reminded
from commands.texts import attendance as texts
from commands.texts import finding as finding_texts
from commands.words import Words
from schedules.attendance import Gathering, Invited, gathering
from schedules.attendance import tally as tally_of
from schedules.loading import clock_time, coordinators
from schedules.message import Button, Message, Part, say
from schedules.missing_parties import KIND
from schedules.swedish import stor, tidpunkt
from schedules.texts import ADD_TO_CALENDAR, BOOK, COMING, DECLINING, FOR_ANOTHER, SENDING, TALLY, in_forum, when_where
from storage.agreements.touch import touch
from storage.answers import attend
from storage.models import Commitment, Forum, NoticeState, Occasion, Person
from storage.occasions import followed
from storage.outbox import tell, withdraw_told
from storage.people import traced
from storage.terms import CommitmentKind, OccasionState

COMES, DECLINES, SENDS = "kommer", "kan-inte", "ersattare"
LABELS = {COMES: COMING, DECLINES: DECLINING, SENDS: SENDING}


async def coming(call: Call, session: AsyncSession) -> Answer:
    """The button Kommer."""
    return await _answer_oneself(call, session, COMES)


async def declining(call: Call, session: AsyncSession) -> Answer:
    """The button Kan inte."""
    return await _answer_oneself(call, session, DECLINES)


async def sending_deputy(call: Call, session: AsyncSession) -> Answer:
    """The button Skickar ersättare: the seat's deputies are asked, or the coordinators hear that there is none."""
    return await _answer_oneself(call, session, SENDS)


async def _answer_oneself(call: Call, session: AsyncSession, answer: str) -> Reply:
    """Only those who sit in the forum, as ordinary members or deputies, from whichever organisation, are counted."""
    asker = await rights(call, session)
    pressed, occasion, commitment = await _open_occasion(call, session, asker, Action.ATTEND)
    assert asker.person is not None
    note = await _note(call, session, occasion, commitment, asker.person, answer)
    if pressed.id != occasion.id:
        before, after = (tidpunkt(each.on, clock_time(each.at)) for each in (pressed, occasion))
        note = f"{texts.moved_since(commitment.title, before, after)} {note}"
    words = f"o:{occasion.id}"
    buttons = [Button(LABELS[each], f"svar {each}", words, "primary") for each in LABELS if each != answer]
    if commitment.kind is not CommitmentKind.MEETING:
        buttons = [each for each in buttons if each.label != SENDING]
    elif commitment.forum_id is not None:
        buttons.append(Button(TALLY, "mote svar", words))
    return Reply(say(note, buttons=tuple(buttons)))


async def _open_occasion(
    call: Call, session: AsyncSession, asker: Rights, action: Action
) -> tuple[Occasion, Occasion, Commitment]:
    """What the words or the form are about, and what that has been moved to since, locked, where it is still ahead and
    the asker may."""
    words = Words(f"o:{call.context.get('occasion', '')}" if call.submitted else call.words)
    found = await occasion_meant(words, session)
    if found is None:
        raise Refused(finding_texts.GONE)
    pressed, commitment = found
    asker.require(action, commitment.forum_id)
    occasion = await followed(session, pressed)
    await session.refresh(occasion, with_for_update=True)  # a second press waits for the first
    if occasion.state is not OccasionState.PLANNED or occasion.on < call.local_now.date():
        raise Refused(texts.too_late(commitment.title, occasion.on))
    return pressed, occasion, commitment


async def _note(
    call: Call, session: AsyncSession, occasion: Occasion, commitment: Commitment, person: Person, answer: str
) -> str:
    """Stores a person's answer and asks a deputy; what to say to the person. Where a party would now be missing, the
    planner sees it (`schedules.missing_parties`)."""
    at = clock_time(occasion.at)
    forum = await session.get(Forum, commitment.forum_id) if commitment.forum_id is not None else None
    people = await _people(session, occasion, forum)
    own = [each for each in people if each.person.id == person.id]
    if answer == SENDS and not any(not each.deputy for each in own):
        return texts.DEPUTY_ITSELF  # nothing is stored: a deputy has nobody to send
    sent_before = any(each.sends_deputy for each in own)
    await attend(
        session,
        occasion_id=occasion.id or 0,
        person_id=person.id or 0,
        coming=answer == COMES,
        sends_deputy=answer == SENDS,
        now=call.now,
    )
    await touch(session, commitment.agreement_id)
    said = texts.thanks(answer == COMES, commitment.title, occasion.on, at)
    if forum is not None and commitment.kind is CommitmentKind.MEETING:
        if answer == SENDS:
            deputies = _deputies(person, people)
            if not sent_before:
                await _ask_deputies(call, session, occasion, commitment, forum, person, people)
            said = texts.deputy_sent(commitment.title, occasion.on, at, [each.name for each in deputies.values()])
            said = said if deputies else f"{said} {texts.NO_DEPUTY}"
        elif sent_before:
            await _call_back(call, session, occasion, commitment, forum, person)
    return said


async def _people(session: AsyncSession, occasion: Occasion, forum: Forum | None) -> Sequence[Invited]:
    return (await _gathering(session, occasion, forum)).people if forum is not None else ()


async def _gathering(session: AsyncSession, occasion: Occasion, forum: Forum) -> Gathering:
    return await gathering(
        session,
        agreement_id=forum.agreement_id,
        forum_id=forum.id or 0,
        occasion_id=occasion.id or 0,
        on=occasion.on,
    )


# --- what follows an answer -------------------------------------------------------------------------------------------


def _deputies(person: Person, people: Sequence[Invited]) -> dict[int, Person]:
    """The deputies of the seats the person holds as ordinary."""
    seats = {each.seat.id for each in people if each.person.id == person.id and not each.deputy}
    return {
        each.person.id or 0: each.person
        for each in people
        if each.deputy and each.seat.id in seats and each.person.id != person.id
    }


def questions(occasion: Occasion, commitment: Commitment) -> tuple[Button, ...]:
    """The buttons that ask everybody who is called whether they come."""
    words = f"o:{occasion.id}"
    meets = commitment.kind is CommitmentKind.MEETING and commitment.forum_id is not None
    asked = (COMES, DECLINES, SENDS) if meets else (COMES, DECLINES)
    return tuple(Button(LABELS[each], f"svar {each}", words, "primary" if each == COMES else None) for each in asked)


async def take_back(session: AsyncSession, occasion: Occasion, *, reason: str, now: datetime) -> list[int]:
    """The occasion will not be, or not then: questions and warnings about it that still wait are taken back. Returns
    the people who have been asked already to come as deputies: they may not read the channel."""
    told = await withdraw_told(session, kind=KIND, occasion_id=occasion.id or 0, reason=reason, now=now)
    asked = [each for each in told if each.state is NoticeState.SENT and each.key.startswith(f"deputy:{occasion.id}:")]
    return list(dict.fromkeys(each.person_id for each in asked if each.person_id is not None))


def _asked(occasion: Occasion, person: Person) -> str:
    """How the keys of the questions to a person's deputies begin."""
    return f"deputy:{occasion.id}:{person.id}:"


async def _call_back(
    call: Call, session: AsyncSession, occasion: Occasion, commitment: Commitment, forum: Forum, person: Person
) -> None:
    """The person has answered otherwise: deputies who have not been asked yet are not, those who have hear of it."""
    key = _asked(occasion, person)
    asked = await withdraw_told(
        session, kind=KIND, occasion_id=occasion.id or 0, reason="answered", now=call.now, key=key
    )
    title = in_forum(commitment.title, forum.name)
    part = Part((texts.not_needed(person.name, _when(occasion)),), texts.asked_heading(title))
    for number in {each.person_id for each in asked if each.state is NoticeState.SENT}:
        deputy = await session.get(Person, number)
        if deputy is not None:
            key = f"deputy-off:{occasion.id}:{person.id}:{int(call.now.timestamp())}"
            await _tell(call, session, occasion, commitment, deputy, key, part)


async def _ask_deputies(
    call: Call,
    session: AsyncSession,
    occasion: Occasion,
    commitment: Commitment,
    forum: Forum,
    person: Person,
    people: Sequence[Invited],
) -> None:
    """Asks the deputies who have not answered. The coordinators hear of it where there are none."""
    deputies = _deputies(person, people)
    title, when = in_forum(commitment.title, forum.name), _when(occasion)
    words = f"o:{occasion.id}"
    for number, deputy in deputies.items():
        if any(each.person.id == number and each.answer is not None for each in people):
            continue
        buttons = (
            Button(COMING, "svar kommer", words, "primary"),
            Button(DECLINING, "svar kan-inte", words),
            Button(ADD_TO_CALENDAR, "mote kalenderfil", words),
        )
        part = Part((texts.asked(person.name, when),), texts.asked_heading(title), buttons=buttons)
        key = f"{_asked(occasion, person)}{int(call.now.timestamp())}"
        await _tell(call, session, occasion, commitment, deputy, key, part)
    if not deputies:
        seat = next(each.seat for each in people if each.person.id == person.id and not each.deputy)
        part = Part(
            (texts.wanted(person.name, seat.title, when),),
            texts.wanted_heading(title),
            buttons=(Button(FOR_ANOTHER, "svar at", words),),
        )
        for each in await coordinators(session, commitment.agreement_id, call.local_now.date()):
            if each.id != person.id:
                await _tell(call, session, occasion, commitment, each, f"deputy-wanted:{occasion.id}:{person.id}", part)


def _when(occasion: Occasion) -> str:
    return stor(when_where(occasion.on, clock_time(occasion.at), occasion.place))


async def _tell(
    call: Call, session: AsyncSession, occasion: Occasion, commitment: Commitment, to: Person, key: str, part: Part
) -> None:
    await tell(
        session,
        workspace_id=call.workspace_id,
        key=key,
        kind=KIND,
        due_at=call.now,
        now=call.now,
        forum_id=commitment.forum_id,
        person_id=to.id,
        message=Message((part,)),
        agreement_id=commitment.agreement_id,
        commitment_id=commitment.id,
        occasion_id=occasion.id,
    )


# --- for others, and the tally ----------------------------------------------------------------------------------------


async def answer_for(call: Call, session: AsyncSession) -> Answer:
    """The button Svara åt någon: the chair, the secretary or a coordinator notes what somebody has said elsewhere, as
    for those without Slack."""
    asker = await rights(call, session)
    _, occasion, commitment = await _open_occasion(call, session, asker, Action.ANSWER_FOR)
    forum = await session.get(Forum, commitment.forum_id)
    people = {str(each.person.id): each for each in reversed(await _people(session, occasion, forum))}
    if not call.submitted:
        ordered = sorted(people.items(), key=lambda each: (each[1].answer is not None, each[1].deputy))
        fields = (
            Field("person", texts.WHO, "choice", options=tuple(_option(key, each) for key, each in ordered)),
            Field(
                "answer",
                texts.ANSWER,
                "radio",
                value=COMES,
                options=tuple(Option(label, each) for each, label in LABELS.items()),
            ),
        )
        if not people:
            raise Refused(texts.NOBODY)
        context = {"occasion": str(occasion.id)}
        return reminded(Form("svar at", FOR_ANOTHER, fields, texts.SUBMIT, context), [forum])
    chosen, answer = people.get(call.text("person")), call.text("answer")
    problems = {} if chosen else {"person": texts.CHOOSE_PERSON}
    if answer not in LABELS:
        problems["answer"] = texts.CHOOSE_ANSWER
    elif chosen is not None and chosen.deputy and answer == SENDS:
        problems["answer"] = texts.DEPUTY_ITSELF
    if problems or chosen is None:
        raise Refused(next(iter(problems.values())), fields=problems)
    await _note(call, session, occasion, commitment, chosen.person, answer)
    traced(
        session,
        workspace_id=call.workspace_id,
        now=call.now,
        actor=call.user_id,
        person_id=asker.person.id if asker.person else None,
        action="svar at",
        subject="occasion",
        subject_id=occasion.id,
        answer=answer,
        whose=chosen.person.id,
    )
    said = texts.answered_for(chosen.person.name, LABELS[answer], commitment.title, occasion.on)
    return Reply(say(said, buttons=(Button(TALLY, "mote svar", f"o:{occasion.id}"),)))


def _option(key: str, each: Invited) -> Option:
    return Option(each.person.name[:75], key, description=each.seat.title[:75])


async def tally(call: Call, session: AsyncSession) -> Answer:
    """`/mote svar FORUM`: who comes to the forum's next meeting, who does not, who is waited for, and which party
    nobody would come from. Without a name, the forums to choose among."""
    asker = await rights(call, session)
    words = Words(call.words)
    found = await occasion_meant(words, session)
    if found is None:
        page = page_in(words)
        if not words.text:
            buttons = forum_buttons(asker.seen_forums(Action.SEE_ANSWERS), "mote svar", page)
            return Reply(say(texts.CHOOSE_FORUM, buttons=buttons))
        forum = await require_forum(words, asker)
        if words.text:
            raise misunderstood("/mote svar", words.text, (), [each.name for each in asker.seen_forums()])
        asker.require(Action.SEE_ANSWERS, forum.id)
        found = await _next_meeting(call, session, forum)
        if found is None:
            book = (Button(BOOK, "mote boka", "", "primary"),) if asker.may(Action.BOOK, forum.id) else ()
            return Reply(say(texts.none_booked(forum.name), buttons=book))
    occasion, commitment = await followed(session, found[0]), found[1]
    asker.require(Action.SEE_ANSWERS, commitment.forum_id)
    forum_of = await session.get(Forum, commitment.forum_id)
    if forum_of is None:
        raise Refused(finding_texts.GONE)
    lines = [_when(occasion), *tally_of(await _gathering(session, occasion, forum_of))]
    about = f"o:{occasion.id}"
    buttons = ()
    if asker.may(Action.ANSWER_FOR, commitment.forum_id) and occasion.state is OccasionState.PLANNED:
        buttons = (Button(FOR_ANOTHER, "svar at", about),)
    title = in_forum(commitment.title, forum_of.name)
    return Reply(Message((Part(tuple(lines), buttons=buttons),), title=title))


async def _next_meeting(call: Call, session: AsyncSession, forum: Forum) -> tuple[Occasion, Commitment] | None:
    rows = await session.exec(
        select(Occasion, Commitment)
        .join(Commitment, col(Commitment.id) == Occasion.commitment_id)
        .where(
            Commitment.forum_id == forum.id,
            Commitment.kind == CommitmentKind.MEETING,
            Occasion.state == OccasionState.PLANNED,
            col(Occasion.on) >= call.local_now.date(),
        )
        .order_by(col(Occasion.on), col(Occasion.id))
        .limit(1)
    )
    return rows.first()
