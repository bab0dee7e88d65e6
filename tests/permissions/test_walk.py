"""The whole table walked against everything the program registers: each role, each place of a forum, each way in.

Expected is what the table says of what a person is (written in `hamlet`), got is what the real function does. A command
without a rule, a probe or a row, and a listener nobody walks, fails here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product

import pytest

from commands import BY_NAME, COMMANDS
from commands.access import TABLE, Action, Relation, Role, Scope, allowed
from commands.access_page import markdown
from commands.calendar_feed import content_of, owner_of
from commands.call import Answer, Call, Command, Form, Refused, Reply
from commands.permissions import NotAllowed
from commands.status import home
from commands.texts import permissions as texts
from storage.models import CalendarFeed
from tests.permissions.conftest import Byn
from tests.permissions.hamlet import FORUMS, IS, NOW, PEOPLE, Place, standing
from tests.storage.agreements.files import FOLDER

Words = Callable[[Place], str]


@dataclass(frozen=True)
class Probe:
    """How to ask a command for something of one forum. `shows`: it takes no forum, so what it shows is what counts."""

    words: Words = lambda _: ""
    shows: Words | None = None


def commitment(place: Place) -> str:
    return f"c:{place.activity}"


def forum(place: Place) -> str:
    return f"f:{place.forum}"


def occasion(place: Place) -> str:
    return f"o:{place.occasion}"


def notice(place: Place) -> str:
    return f"n:{place.notice}"


def title(place: Place) -> str:
    return place.activity_title


PROBES: Mapping[str, Probe] = {
    "logga": Probe(title),
    "logga aktivitet": Probe(commitment),
    "logga mote": Probe(lambda place: f"c:{place.meeting}"),
    "logga uppfoljning": Probe(lambda place: f"c:{place.follow_up}"),
    "ordforande": Probe(forum),
    "ordforande rotera": Probe(forum),
    "ordforande prognos": Probe(forum),
    "ordforande ankare": Probe(forum),
    "ordforande byt": Probe(forum),
    "ordforande tillfallig": Probe(forum),
    "ordforande utse": Probe(forum),
    "ordforande avga": Probe(forum),
    "ordforande historik": Probe(forum),
    "ordforande angra": Probe(lambda place: f"f:{place.forum} 1"),
    "lage": Probe(forum),
    "lage mal": Probe(shows=title),
    "lage sena": Probe(shows=title),
    "mote": Probe(lambda place: f"c:{place.meeting}"),
    "mote boka": Probe(lambda place: f"c:{place.activity} 2027-12-01 13.00"),
    "mote planera": Probe(lambda place: f"f:{place.forum} 2028"),
    "mote arende": Probe(lambda place: f"f:{place.forum} Belysning"),
    "mote arenden": Probe(forum),
    "arende hantera": Probe(lambda place: f"m:{place.matter}"),
    "arende besluta": Probe(lambda place: f"m:{place.matter}"),
    "beslut godkann": Probe(lambda place: f"d:{place.decision} ja"),
    "atgard rapportera": Probe(lambda place: f"a:{place.measure}"),
    "mote beslut": Probe(forum),
    "mote atgarder": Probe(forum),
    "mote trender": Probe(forum),
    "trender rapportera": Probe(forum),
    "mote anteckningar": Probe(lambda place: f"o:{place.past}"),
    "anteckningar hamta": Probe(lambda place: f"o:{place.past}"),
    "anteckningar synpunkt": Probe(lambda place: f"o:{place.past}"),
    "anteckningar faststall": Probe(lambda place: f"o:{place.past}"),
    "anteckningar justera": Probe(lambda place: f"o:{place.past}"),
    "anteckningar andringar": Probe(lambda place: f"o:{place.past}"),
    "mote kalender": Probe(forum),
    "mote kalenderfil": Probe(occasion),
    "mote flytta": Probe(lambda place: f"o:{place.occasion} 2027-12-02 14.00"),
    "mote stall-in": Probe(occasion),
    "samverkan medlemmar": Probe(forum),
    "samverkan koppla": Probe(forum),
    "samverkan varfor": Probe(notice),
    "samverkan exportera": Probe(forum),
    "utfall andringar": Probe(occasion),
    "samverkan tillsatt": Probe(forum),
    "samverkan byt": Probe(forum),
    "samverkan avsluta": Probe(forum),
    "samverkan angra": Probe(lambda place: f"f:{place.forum} e:1"),
    "samverkan stammer": Probe(lambda place: f"f:{place.forum} 0"),
    "kalender at": Probe(forum),
    "svar kommer": Probe(occasion),
    "svar kan-inte": Probe(occasion),
    "svar ersattare": Probe(occasion),
    "svar at": Probe(occasion),
    "mote svar": Probe(occasion),
    "senare": Probe(lambda place: f"n:{place.notice} dag"),
    "varfor": Probe(notice),
    "puls": Probe(lambda place: f"c:{place.ongoing} pagar"),
    "avsta": Probe(commitment),
}
FILLED: Mapping[str, Mapping[str, str]] = {
    # what a form is sent with, beside what it opens with
    "logga aktivitet": {"on": "2027-10-01", "participants": "3"},
    "logga mote": {"on": "2027-10-01", "participants": "3"},
    "logga uppfoljning": {"on": "2027-10-01", "participants": "3"},
    "ordforande ankare": {"on": "2027-01-01", "from": "2027-01-01"},
    "avsta": {"reason": "Sammanfaller med valet"},
    "samverkan tillsatt": {"name": "Nils Ny"},
    "ordforande byt": {"one": "2028-01-01", "other": "2028-07-01"},
    "ordforande tillfallig": {"first": "2028-01-10", "last": "2028-01-10"},
    "ordforande utse": {"first": "2028-01-10", "last": "2028-01-10"},
    "anteckningar synpunkt": {"text": "Det var i september."},
    "arende hantera": {"act": "defer", "reason": "Underlag saknas"},
    "arende besluta": {"text": "Lagas."},
    "atgard rapportera": {"state": "going"},
}


class _Undo(Exception):
    """Everything asked in a walk is taken back."""


async def ask(byn: Byn, command: Command, call: Call) -> Answer | Refused:
    """What the command answers; whatever it changed is rolled back."""
    answer: Answer | Refused | None = None
    try:
        async with byn.database.transaction() as session:
            try:
                answer = await command.run(call, session)
            except Refused as refused:
                answer = refused
            raise _Undo
    except _Undo:
        pass
    assert answer is not None
    return answer


def test_every_action_has_a_row_and_every_row_its_words() -> None:
    assert set(TABLE) == set(Action) == set(texts.ACTIONS)
    assert set(texts.ROLES) == set(Role)
    for rule in TABLE.values():
        assert set(rule.cells) <= set(Role)
        assert rule.cells.get(Role.OUTSIDER, frozenset()) in (frozenset(), frozenset(Relation))
        assert texts.may_not(rule.kind, "Forumet")


def test_only_the_help_is_open_to_outsiders() -> None:
    assert [action for action, rule in TABLE.items() if rule.cells.get(Role.OUTSIDER)] == [Action.READ_HELP]


def test_whoever_may_in_a_forum_above_may_in_the_forum_itself() -> None:
    for action, rule in TABLE.items():
        for role, relations in rule.cells.items():
            assert Relation.OWN in relations, (action, role)
            assert relations in ({Relation.OWN}, {Relation.OWN, Relation.BELOW}, set(Relation)), (action, role)


def test_the_page_in_docs_is_made_of_the_table() -> None:
    page = (FOLDER.parent / "docs" / "permissions.md").read_text(encoding="utf-8")
    assert page == markdown(), "run: samverkansbot admin table > docs/permissions.md"


def test_every_command_has_a_rule_and_what_is_about_a_forum_a_probe() -> None:
    for command in COMMANDS:
        if TABLE[command.action].scope is Scope.FORUM:
            assert command.name in PROBES, f"{command.name} is outside the walk"
    assert set(PROBES) <= set(BY_NAME)


def test_every_role_and_every_relation_is_somebodys() -> None:
    assert {role for roles in IS.values() for role in roles} == set(Role) - {Role.OUTSIDER}
    assert {relation for _, relation in FORUMS.values()} == set(Relation)


ABOUT_A_FORUM = [each for each in COMMANDS if TABLE[each.action].scope is Scope.FORUM and each.name in PROBES]
ABOUT_NONE = [each for each in COMMANDS if TABLE[each.action].scope is not Scope.FORUM]


def expected(command: Command, who: str, name: str) -> bool:
    """What the table says. In a neighbouring agreement nobody has rights but administrators, in another workspace
    nobody at all."""
    action = command.action
    if name == "Fjärran":
        return False
    if name == "Grannforumet":
        return who == "administrator" and allowed(action, [(Role.ADMINISTRATOR, Relation.BESIDE)])
    return allowed(action, standing(who, name))


def got(answer: Answer | Refused, probe: Probe, place: Place) -> bool:
    """Whether the answer lets the asker in. In Byn no is only said because of rights: every probe is sound."""
    if isinstance(answer, Refused):
        assert isinstance(answer, NotAllowed) or place.name not in FORUMS, answer.sentence
        return False
    if probe.shows is None:
        return True
    assert isinstance(answer, Reply)
    return probe.shows(place) in answer.message.plain()


@pytest.mark.asyncio
@pytest.mark.parametrize("command", ABOUT_A_FORUM, ids=lambda each: each.name)
async def test_a_command_or_button_does_what_the_table_says_for_everybody_in_every_forum(
    byn: Byn, command: Command
) -> None:
    probe, wrong = PROBES[command.name], []
    for who, place in byn.walked():
        answer = await ask(byn, command, byn.hamlet.call(who, probe.words(place)))
        may = expected(command, who, place.name)
        if got(answer, probe, place) is not may:
            wrong.append((who, place.name, may, answer))
        elif isinstance(answer, Refused):
            assert place.activity_title not in answer.sentence
    assert not wrong


@pytest.mark.asyncio
@pytest.mark.parametrize("command", ABOUT_A_FORUM, ids=lambda each: each.name)
async def test_a_form_sent_in_does_what_the_table_says_whoever_opened_it(byn: Byn, command: Command) -> None:
    probe, wrong = PROBES[command.name], []
    forms: dict[str, tuple[Form, dict[str, str | list[str] | None]]] = {}
    for name in FORUMS:
        opened = await opened_form(byn, command, probe.words(byn.hamlet.places[name]))
        if opened is None:
            continue  # it has no form there
        fields: dict[str, str | list[str] | None] = {
            each.name: list(each.value) if each.kind == "many" else str(each.value)
            for each in opened.fields
            if each.kind != "note"
        }
        choices = {each.name: each.options[0].value for each in opened.fields if each.options and not fields[each.name]}
        fields |= {each: value for each, value in choices.items() if not isinstance(fields[each], list)}
        fields |= {each: value for each, value in FILLED.get(command.name, {}).items() if each in fields}
        forms[name] = opened, fields
    for who, place in byn.walked():
        if place.name in forms:
            opened, fields = forms[place.name]
            call = byn.hamlet.call(who, fields=fields, context=opened.context, submitted=True)
            answer = await ask(byn, BY_NAME[opened.command], call)
            may, said_no = expected(command, who, place.name), isinstance(answer, NotAllowed)
            if said_no is may or (isinstance(answer, Refused) and not said_no):
                wrong.append((who, place.name, answer.sentence if isinstance(answer, Refused) else answer))
    assert not wrong
    assert forms or command.name not in HAVE_FORMS, "the form is not walked: nobody here opens it"


HAVE_FORMS = (
    *("logga aktivitet", "logga mote", "logga uppfoljning", "mote arende", "arende hantera", "arende besluta"),
    *("mote anteckningar", "anteckningar synpunkt", "atgard rapportera", "trender rapportera", "svar at", "avsta"),
    *("ordforande ankare", "ordforande byt", "ordforande tillfallig", "samverkan tillsatt", "mote planera"),
)


async def opened_form(byn: Byn, command: Command, words: str) -> Form | None:
    """The form, opened by the first who may: a coordinator may not answer for somebody's party, say."""
    for who in ("samordnare", *IS):
        answer = await ask(byn, command, byn.hamlet.call(who, words))
        if not isinstance(answer, Refused):
            return answer if isinstance(answer, Form) else None
    return None


@pytest.mark.asyncio
@pytest.mark.parametrize("command", ABOUT_NONE, ids=lambda each: each.name)
async def test_what_is_about_no_forum_is_open_to_those_the_table_says(byn: Byn, command: Command) -> None:
    for who in PEOPLE:
        roles = IS.get(who, frozenset()) or {Role.OUTSIDER}
        may = allowed(command.action, [(role, Relation.OWN) for role in roles])
        answer = await ask(byn, command, byn.hamlet.call(who))
        assert isinstance(answer, NotAllowed) is not may, (command.name, who, answer)
        if not may:
            sent = await ask(byn, command, byn.hamlet.call(who, submitted=True))
            assert isinstance(sent, NotAllowed), (command.name, who)


@pytest.mark.asyncio
async def test_a_calendar_by_secret_address_holds_what_its_owner_may_see_that_day(byn: Byn) -> None:
    """The address was made when the person sat there, and follows their rights at every request."""
    for who, place in product(byn.hamlet.people, byn.hamlet.places.values()):
        for forum_id in (place.forum, None):
            feed = CalendarFeed(
                workspace_id=byn.hamlet.workspace,
                person_id=byn.hamlet.people[who],
                forum_id=forum_id,
                token_digest="x",
                made_at=NOW,
            )
            async with byn.database.reading() as session:
                team, user, zone = await owner_of(session, feed)
                call = Call(byn.hamlet.workspace, team, user, NOW, zone=zone)
                try:
                    content = await content_of(session, feed, call)
                except NotAllowed:
                    content = None
            shown = place.name in (content or b"").decode().replace("\r\n ", "")
            if forum_id is not None:
                action = BY_NAME["mote kalender"]
                assert shown is expected(action, who, place.name), (who, place.name)
                assert (content is not None) is expected(action, who, place.name), (who, place.name)
            elif not expected(BY_NAME["mote kalender"], who, place.name):
                assert not shown, (who, place.name)


def test_what_the_table_has_rows_for_is_a_command_or_said_where_it_is_done() -> None:
    asked = {command.action for command in COMMANDS} | ASKED_WITHIN
    assert set(Action) - asked == set(texts.BESIDE_SLACK), "say in docs/permissions.md where it is done"
    assert not asked & set(texts.BESIDE_SLACK)


# asked by a command that has another row of its own
ASKED_WITHIN = {Action.NAME_ADMINISTRATORS, Action.SEE_INTERNAL, Action.SEE_ANSWERS, Action.SEE_REASON}


@pytest.mark.asyncio
async def test_home_shows_the_forums_a_person_may_see_and_outsiders_none(byn: Byn) -> None:
    for who in PEOPLE:
        async with byn.database.reading() as session:
            shown = (await home(byn.hamlet.call(who), session)).plain()
        for name, place in byn.hamlet.places.items():
            may = name in FORUMS and allowed(Action.SEE_STANDING, standing(who, name))
            if not may and not (who == "administrator" and name != "Fjärran"):
                assert place.activity_title not in shown, (who, name)
        if allowed(Action.SEE_OWN, [(role, Relation.OWN) for role in IS.get(who, frozenset())]):
            assert texts.OUTSIDER not in shown
            if who not in ("administrator", "ansvarig"):  # who have no place in a forum
                assert "Vandring Mitten" in shown
        else:
            assert "Mitten" not in shown
