"""What people ask for, one module per subject, and the one table of all there is to ask.

Registration is this list. A button or a form of the same name runs the same function.
"""

from rapidfuzz import fuzz
from sqlmodel.ext.asyncio.session import AsyncSession

from commands import (
    answer,
    appointing,
    approval,
    attendance,
    bot_status,
    calendar_feed,
    calendar_for,
    chair,
    chair_anchor,
    chair_history,
    chair_stand_in,
    chair_swap,
    decision,
    export,
    forum,
    history,
    log,
    matter,
    measure,
    meeting,
    minutes,
    minutes_answers,
    planning,
    replacing,
    roster_list,
    roster_undo,
    status,
    trail,
    trends,
    wishes,
)
from commands.access import Action
from commands.call import Answer, Call, Command, Refused, Reply
from commands.misunderstood import misunderstood
from commands.texts import commands as help_texts
from commands.texts import guide as guide_texts
from commands.words import Words, fold
from schedules.message import Button, Message, Part


async def guide(call: Call, session: AsyncSession) -> Answer:
    """`/samverkan`: help made from the command table. Anyone may read it; other words are answered by unknown()."""
    if call.words:
        raise unknown("samverkan", call.words)
    lines = []
    for command in COMMANDS:
        if command.help:
            lines.append(guide_texts.line(typed(command), command.help))
            lines += [guide_texts.example(example) for example in command.examples[:1]]
    buttons = (
        Button(guide_texts.LOG, "logga", style="primary"),
        Button(guide_texts.MINE, "lage mina"),
        Button(guide_texts.OVERVIEW, "lage"),
        Button(guide_texts.CHAIR, "ordforande"),
        Button(guide_texts.BOOKED, "mote"),
    )
    part = Part(lines=(guide_texts.INTRO, *lines), note=guide_texts.NOTE, buttons=buttons)
    return Reply(Message((part,), title=guide_texts.TITLE))


def typed(command: Command) -> str:
    """The command as one types it: "/mote ställ in" is written "/mote stall-in" as well."""
    return "/" + command.name


COMMANDS: tuple[Command, ...] = (
    Command("logga", log.choose, True, help_texts.LOG, ("/logga",), default=True, action=Action.LOG),
    Command(
        "logga aktivitet",
        log.log_activity,
        True,
        help_texts.LOG_ACTIVITY,
        (help_texts.EXAMPLE_ACTIVITY, "/logga aktivitet"),
        action=Action.LOG,
    ),
    Command(
        "logga mote", log.log_meeting, True, help_texts.LOG_MEETING, (help_texts.EXAMPLE_MEETING,), action=Action.LOG
    ),
    Command(
        "logga uppfoljning",
        log.log_follow_up,
        True,
        help_texts.LOG_FOLLOW_UP,
        (help_texts.EXAMPLE_FOLLOW_UP,),
        action=Action.LOG,
    ),
    Command(
        "ordforande", chair.overview, False, help_texts.CHAIR, ("/ordforande",), default=True, action=Action.SEE_CHAIR
    ),
    Command(
        "ordforande rotera",
        chair.pass_on,
        True,
        help_texts.CHAIR_ROTATE,
        ("/ordforande rotera planeringsgruppen",),
        action=Action.PASS_ON_CHAIR,
    ),
    Command(
        "ordforande prognos",
        chair.forecast,
        False,
        help_texts.CHAIR_FORECAST,
        ("/ordforande prognos",),
        action=Action.SEE_CHAIR,
    ),
    Command(
        "ordforande ankare",
        chair_anchor.set_anchor,
        True,
        help_texts.CHAIR_ANCHOR,
        ("/ordforande ankare planeringsgruppen",),
        action=Action.ANCHOR_CHAIR,
    ),
    Command(
        "ordforande byt",
        chair_swap.swap,
        True,
        help_texts.SWAP,
        (help_texts.EXAMPLE_SWAP,),
        action=Action.PASS_ON_CHAIR,
    ),
    Command(
        "ordforande tillfallig",
        chair_stand_in.stand_in,
        True,
        help_texts.STAND_IN,
        (help_texts.EXAMPLE_STAND_IN,),
        action=Action.PASS_ON_CHAIR,
    ),
    Command(
        "ordforande utse",
        chair_stand_in.appoint,
        True,
        help_texts.CHAIR_NAMED,
        (help_texts.EXAMPLE_CHAIR_NAMED,),
        action=Action.PASS_ON_CHAIR,
    ),
    Command(
        "ordforande avga",
        chair_stand_in.step_down,
        True,
        help_texts.STEP_DOWN,
        (help_texts.EXAMPLE_STEP_DOWN,),
        action=Action.PASS_ON_CHAIR,
    ),
    Command(
        "ordforande historik",
        chair_history.history,
        False,
        help_texts.CHAIR_HISTORY,
        ("/ordforande historik planeringsgruppen", "/ordforande historik"),
        action=Action.SEE_CHAIR,
    ),
    Command("ordforande angra", chair_swap.undo, True, action=Action.PASS_ON_CHAIR),
    Command(
        "lage",
        status.overview,
        False,
        help_texts.STATUS,
        ("/lage planeringsgruppen", "/lage"),
        default=True,
        action=Action.SEE_STANDING,
    ),
    Command(
        "lage mal",
        status.goals,
        False,
        help_texts.STATUS_GOALS,
        (help_texts.EXAMPLE_GOALS,),
        action=Action.SEE_STANDING,
    ),
    Command("lage mina", status.mine, False, help_texts.STATUS_MINE, ("/lage mina",), action=Action.SEE_OWN),
    Command("lage sena", status.late, False, help_texts.STATUS_LATE, ("/lage sena",), action=Action.SEE_STANDING),
    Command("lage bot", bot_status.state, False, help_texts.STATUS_BOT, ("/lage bot",), action=Action.SEE_BOT_STATE),
    Command("mote", meeting.coming, False, help_texts.MEETING, ("/mote",), default=True, action=Action.SEE_BOOKED),
    Command(
        "mote boka",
        meeting.book_it,
        True,
        help_texts.MEETING_BOOK,
        ("/mote boka planeringsgruppen 2027-02-10 13.00 Kommunhuset",),
        action=Action.BOOK,
    ),
    Command(
        "mote flytta",
        meeting.move_it,
        True,
        help_texts.MEETING_MOVE,
        ("/mote flytta planeringsgruppen 2027-02-10 till 2027-02-17 13.00",),
        action=Action.MOVE,
    ),
    Command(
        "mote stall-in",
        meeting.call_off,
        True,
        help_texts.MEETING_CANCEL,
        (help_texts.EXAMPLE_CANCEL,),
        action=Action.CALL_OFF,
    ),
    Command(
        "mote planera", planning.plan_year, True, help_texts.PLAN, (help_texts.EXAMPLE_PLAN,), action=Action.PLAN_YEAR
    ),
    Command(
        "mote arende",
        matter.raise_it,
        True,
        help_texts.MATTER,
        (help_texts.EXAMPLE_MATTER,),
        action=Action.RAISE_MATTER,
    ),
    Command(
        "mote arenden",
        matter.matters,
        False,
        help_texts.MATTERS,
        (help_texts.EXAMPLE_MATTERS,),
        action=Action.SEE_MATTERS,
    ),
    Command(
        "mote beslut",
        decision.decisions,
        False,
        help_texts.DECISIONS,
        (help_texts.EXAMPLE_DECISIONS,),
        action=Action.SEE_DECISIONS,
    ),
    Command(
        "mote atgarder",
        measure.measures,
        False,
        help_texts.MEASURES,
        (help_texts.EXAMPLE_MEASURES,),
        action=Action.SEE_MEASURES,
    ),
    Command(
        "mote trender",
        trends.shown,
        False,
        help_texts.TRENDS,
        ("/mote trender planeringsgruppen", "/mote trender"),
        action=Action.SEE_MATTERS,
    ),
    Command("trender rapportera", trends.report, True, action=Action.RAISE_MATTER),
    Command(
        "mote anteckningar",
        minutes.take_minutes,
        True,
        help_texts.MINUTES,
        (help_texts.EXAMPLE_MINUTES,),
        action=Action.WRITE_MINUTES,
    ),
    Command("anteckningar hamta", minutes_answers.fetch, False, action=Action.SEE_MINUTES),
    Command("anteckningar synpunkt", minutes_answers.comment, True, action=Action.SEE_MINUTES),
    Command("anteckningar faststall", minutes_answers.fix, True, action=Action.APPROVE_MINUTES),
    Command("anteckningar justera", minutes_answers.adjust, True, action=Action.SEE_MINUTES),
    Command("anteckningar andringar", minutes_answers.changes, False, action=Action.SEE_MINUTES),
    Command(
        "mote svar",
        attendance.tally,
        False,
        help_texts.ANSWERS,
        ("/mote svar planeringsgruppen", "/mote svar"),
        action=Action.SEE_ANSWERS,
    ),
    Command(
        "mote kalender",
        calendar_feed.calendar,
        True,
        help_texts.CALENDAR,
        ("/mote kalender planeringsgruppen", "/mote kalender"),
        action=Action.HAVE_FEED,
    ),
    Command("kalender at", calendar_for.for_somebody, True, action=Action.HAVE_FEED_FOR),
    Command("mote kalenderfil", calendar_feed.occasion_file, False, action=Action.SEE_BOOKED),
    Command("arende hantera", matter.handle, True, action=Action.RECORD_DECISION),
    Command("arende besluta", decision.record, True, action=Action.RECORD_DECISION),
    Command("beslut godkann", approval.answer_for_party, True, action=Action.APPROVE_CHANGE),
    Command("atgard rapportera", measure.report, True, action=Action.REPORT_MEASURE),
    Command("samverkan", guide, False, help_texts.GUIDE, ("/samverkan",), default=True, action=Action.READ_HELP),
    Command(
        "samverkan medlemmar",
        forum.members,
        False,
        help_texts.MEMBERS,
        ("/samverkan medlemmar planeringsgruppen", "/samverkan medlemmar vakanta"),
        action=Action.SEE_MEMBERS,
    ),
    Command(
        "samverkan koppla",
        forum.link,
        True,
        help_texts.LINK,
        ("/samverkan koppla planeringsgruppen",),
        action=Action.LINK_CHANNEL,
    ),
    Command("samverkan varfor", answer.why, False, help_texts.WHY, (help_texts.EXAMPLE_WHY,), action=Action.SEE_REASON),
    Command(
        "samverkan paminnelser",
        wishes.reminders,
        True,
        help_texts.WISHES,
        (help_texts.EXAMPLE_WISHES,),
        action=Action.SET_WISHES,
    ),
    Command(
        "samverkan borta", wishes.away, True, help_texts.AWAY, (help_texts.EXAMPLE_AWAY,), action=Action.SET_WISHES
    ),
    Command(
        "samverkan logg",
        trail.show,
        False,
        help_texts.TRAIL,
        ("/samverkan logg planeringsgruppen", "/samverkan logg"),
        action=Action.SEE_AUDIT_LOG,
    ),
    Command(
        "samverkan exportera",
        export.export_forum,
        True,
        help_texts.EXPORT,
        ("/samverkan exportera planeringsgruppen",),
        action=Action.EXPORT_FORUM,
    ),
    Command(
        "samverkan registerutdrag",
        export.export_own,
        True,
        help_texts.OWN_EXTRACT,
        ("/samverkan registerutdrag",),
        action=Action.EXPORT_OWN,
    ),
    Command("utfall andringar", history.changes, False, action=Action.SEE_VERSIONS),
    Command("samverkan tillsatt", appointing.appoint_somebody, True, action=Action.APPOINT),
    Command("samverkan byt", replacing.replace_somebody, True, action=Action.APPOINT),
    Command("samverkan avsluta", appointing.end_somebody, True, action=Action.APPOINT),
    Command("samverkan lasin", roster_list.read_list, True, action=Action.READ_IN_ROSTER),
    Command("samverkan angra", roster_undo.undo, True, action=Action.APPOINT),
    Command("samverkan stammer", forum.as_it_should_be, True, action=Action.APPOINT),
    Command("svar kommer", attendance.coming, True, action=Action.ATTEND),
    Command("svar kan-inte", attendance.declining, True, action=Action.ATTEND),
    Command("svar ersattare", attendance.sending_deputy, True, action=Action.ATTEND),
    Command("svar at", attendance.answer_for, True, action=Action.ANSWER_FOR),
    Command("senare", answer.later, True, action=Action.SNOOZE),
    Command("varfor", answer.why, False, action=Action.SEE_REASON),
    Command("puls", answer.pulse, True, action=Action.PULSE),
    Command("avsta", answer.waive, True, action=Action.WAIVE),
)
BY_NAME = {command.name: command for command in COMMANDS}
HELP = (["hjalp"], ["help"], ["?"])


def find(slash: str, text: str) -> tuple[Command, str]:
    """The command a typed line means, and the words that are left for it.

    `slash` with or without its "/". The first word (or two, "ställ in") chooses among the slash command's own; other
    words are left to its default. Raises Refused, naming the nearest right form, where there is no such command.
    """
    base = fold(slash.lstrip("/"))
    words = Words(text).text.split()
    if [fold(word) for word in words] in HELP:
        return BY_NAME["samverkan"], ""
    for size in (2, 1):
        name = f"{base} {'-'.join(fold(word) for word in words[:size])}"
        if len(words) >= size and name in BY_NAME and BY_NAME[name].help:
            return BY_NAME[name], " ".join(words[size:])
    if words and _slips(base, words[0]):
        raise unknown(slash, text)
    default = BY_NAME.get(base)
    if default is None or not default.default:
        raise unknown(slash, text)
    return default, " ".join(words)


def _slips(base: str, word: str) -> bool:
    """Whether the word is a subcommand with a slip of the finger: "bokaa"."""
    own = [name.split(" ", 1)[1] for name in BY_NAME if name.startswith(base + " ") and BY_NAME[name].help]
    return any(fuzz.ratio(fold(word), each) >= 80 for each in own)


def unknown(slash: str, text: str) -> Refused:
    """What to answer to words that no command understands: the nearest right forms."""
    base = fold(slash.lstrip("/"))
    forms = ["/" + name for name, command in BY_NAME.items() if name.startswith(base + " ") and command.help]
    return misunderstood("/" + base, text, forms)
