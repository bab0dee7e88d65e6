"""Who comes to a meeting: the buttons of the summons, a deputy sent instead, answers for others, and the tally."""

from collections.abc import Iterator, Sequence

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
from schedules.attendance import Invited, invited, parties_missing, uncertain
from schedules.loading import agreement_facts, chair_people, clock_time, coordinators
from schedules.message import Button, Message, Part, say
from schedules.swedish import stor
from schedules.texts import ADD_TO_CALENDAR, BOOK, COMING, DECLINING, SENDING, in_forum, when_where
from storage.agreements.touch import touch
from storage.answers import attend
from storage.models import Commitment, Forum, NoticeState, Occasion, Person
from storage.outbox import tell, withdraw_told
from storage.people import traced
from storage.terms import CommitmentKind, OccasionState

KIND = "attendance"  # of the notices
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
    occasion, commitment = await _open_occasion(call, session, asker, Action.ATTEND)
    assert asker.person is not None
    note = await _note(call, session, occasion, commitment, asker.person, answer)
    words = f"o:{occasion.id}"
    buttons = [Button(LABELS[each], f"svar {each}", words, "primary") for each in LABELS if each != answer]
    if commitment.kind is not CommitmentKind.MEETING:
        buttons = [each for each in buttons if each.label != SENDING]
    elif commitment.forum_id is not None:
        buttons.append(Button(texts.TALLY, "mote svar", words))
    return Reply(say(note, buttons=tuple(buttons)))


async def _open_occasion(
    call: Call, session: AsyncSession, asker: Rights, action: Action
) -> tuple[Occasion, Commitment]:
    """What the words or the form are about, locked, where it is still ahead and the asker may."""
    words = Words(f"o:{call.context.get('occasion', '')}" if call.submitted else call.words)
    found = await occasion_meant(words, session)
    if found is None:
        raise Refused(finding_texts.GONE)
    occasion, commitment = found
    asker.require(action, commitment.forum_id)
    await session.refresh(occasion, with_for_update=True)  # a second press waits for the first
    if occasion.state is not OccasionState.PLANNED or occasion.on < call.local_now.date():
        raise Refused(texts.too_late(commitment.title, occasion.on))
    return occasion, commitment


async def _note(
    call: Call, session: AsyncSession, occasion: Occasion, commitment: Commitment, person: Person, answer: str
) -> str:
    """Stores a person's answer, asks a deputy, warns where a party would be missing; what to say to the person."""
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
        if answer != COMES:
            await _warn(call, session, occasion, commitment, forum)
    return said


async def _people(session: AsyncSession, occasion: Occasion, forum: Forum | None) -> list[Invited]:
    if forum is None:
        return []
    return await invited(session, forum_id=forum.id or 0, occasion_id=occasion.id or 0, on=occasion.on)


# --- what follows an answer -------------------------------------------------------------------------------------------


def _deputies(person: Person, people: Sequence[Invited]) -> dict[int, Person]:
    """The deputies of the seats the person holds as ordinary."""
    seats = {each.seat.id for each in people if each.person.id == person.id and not each.deputy}
    return {
        each.person.id or 0: each.person
        for each in people
        if each.deputy and each.seat.id in seats and each.person.id != person.id
    }


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
            buttons=(Button(texts.FOR_ANOTHER, "svar at", words),),
        )
        for each in await coordinators(session, commitment.agreement_id, call.local_now.date()):
            if each.id != person.id:
                await _tell(call, session, occasion, commitment, each, f"deputy-wanted:{occasion.id}:{person.id}", part)


async def _warn(call: Call, session: AsyncSession, occasion: Occasion, commitment: Commitment, forum: Forum) -> None:
    """Tells the chair and the coordinators, once for each party that nobody will come from."""
    people = await _people(session, occasion, forum)
    lost = await parties_missing(session, commitment.agreement_id, people)
    if not lost:
        return
    today, words = call.local_now.date(), f"o:{occasion.id}"
    title = in_forum(commitment.title, forum.name)
    buttons = (Button(texts.TALLY, "mote svar", words, "primary"), Button(texts.FOR_ANOTHER, "svar at", words))
    facts = await agreement_facts(session, commitment.agreement_id)
    told = await chair_people(session, facts, forum.id, occasion.on)
    told += await coordinators(session, commitment.agreement_id, today)
    for party in lost:
        part = Part((texts.missing([party.name], _when(occasion)),), texts.missing_heading(title), buttons=buttons)
        for each in {person.id: person for person in told}.values():
            if each.slack_user_id != call.user_id:
                await _tell(call, session, occasion, commitment, each, f"party-missing:{occasion.id}:{party.id}", part)


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
    occasion, commitment = await _open_occasion(call, session, asker, Action.ANSWER_FOR)
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
        return reminded(Form("svar at", texts.FOR_ANOTHER, fields, texts.SUBMIT, context), [forum])
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
    return Reply(say(said, buttons=(Button(texts.TALLY, "mote svar", f"o:{occasion.id}"),)))


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
    occasion, commitment = found
    asker.require(Action.SEE_ANSWERS, commitment.forum_id)
    forum_of = await session.get(Forum, commitment.forum_id)
    people = await _people(session, occasion, forum_of)
    lost = await parties_missing(session, commitment.agreement_id, people)
    names = {each.person.id: each.person.name for each in people}
    away = [each for each in people if each.away and each.answer is None]
    lines = [
        _when(occasion),
        *texts.tally(
            _names(each for each in people if each.coming),
            _names(each for each in people if each.declined and not each.sends_deputy),
            _names(each for each in people if each.sends_deputy),
            [names[each.id] for each in uncertain(people)],
        ),
    ]
    if away:
        lines.append(texts.also_away(_names(iter(away))))
    if lost:
        lines.append(texts.nobody_from([party.name for party in lost]))
    about = f"o:{occasion.id}"
    buttons = ()
    if asker.may(Action.ANSWER_FOR, commitment.forum_id) and occasion.state is OccasionState.PLANNED:
        buttons = (Button(texts.FOR_ANOTHER, "svar at", about),)
    title = in_forum(commitment.title, forum_of.name) if forum_of else commitment.title
    return Reply(Message((Part(tuple(lines), buttons=buttons),), title=title))


def _names(people: Iterator[Invited]) -> list[str]:
    """Each once, with two seats too."""
    return list(dict.fromkeys(each.person.name for each in people))


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
