"""The one table of who may do what: action × role × the forum's place. Values only; `commands.permissions` looks in it.

Rights follow seats. Guests and people of other organisations have what their seat gives, by button and form; without a
seat they are outsiders. Nobody has rights in an agreement where they have no seat, save administrators.
Source: the project's design, access and privacy. Shown in docs/permissions.md, which is made from this.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is, seen from one forum or one agreement."""

    OUTSIDER = "outsider"  # on no roster, or on one without a seat today
    GUEST = "guest"  # a guest account, with a seat
    EXTERNAL = "external"  # of another organisation's workspace, with a seat
    MEMBER = "member"
    DEPUTY = "deputy"
    SECRETARY = "secretary"  # holds a place of the kind "sekreterare"
    CHAIR = "chair"  # holds the chairing or vice chairing seat today, as ordinary or deputy, or leads in its place
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    RESPONSIBLE = "responsible"  # the seat that is to do what is asked about, or of the party that is


class Relation(StrEnum):
    """Where a forum stands to the one a person sits in."""

    OWN = "own"
    BELOW = "below"  # reports to it, directly or through others
    BESIDE = "beside"  # beside it or above it, in the same agreement


class Scope(StrEnum):
    """What an action is about."""

    FORUM = "forum"  # one forum: asked for each
    AGREEMENT = "agreement"  # the whole: whoever may it anywhere may it
    SELF = "self"  # the asker alone


class Kind(StrEnum):
    """Which sentence says no."""

    SEE = "see"
    LOG = "log"
    ACT = "act"
    ATTEND = "attend"
    APPROVE = "approve"
    ADMINISTER = "administer"
    WRITE = "write"


class Action(StrEnum):
    """Everything there is to do, also what is on its way: nothing new begins without its row."""

    READ_HELP = "read_help"
    SEE_OWN = "see_own"
    SET_WISHES = "set_wishes"
    SEE_STANDING = "see_standing"
    SEE_CHAIR = "see_chair"
    SEE_MEMBERS = "see_members"
    SEE_BOOKED = "see_booked"
    SEE_REASON = "see_reason"
    SNOOZE = "snooze"
    ATTEND = "attend"
    SEE_ANSWERS = "see_answers"
    ANSWER_FOR = "answer_for"
    LOG = "log"
    BOOK = "book"
    MOVE = "move"
    CALL_OFF = "call_off"
    PLAN_YEAR = "plan_year"
    PULSE = "pulse"
    WAIVE = "waive"
    PASS_ON_CHAIR = "pass_on_chair"
    ANCHOR_CHAIR = "anchor_chair"
    APPOINT = "appoint"
    READ_IN_ROSTER = "read_in_roster"
    NAME_ADMINISTRATORS = "name_administrators"
    LINK_CHANNEL = "link_channel"
    SEE_BOT_STATE = "see_bot_state"
    # on their way: minutes, matters, decisions, measures, documents, feeds, export, records
    SEE_MINUTES = "see_minutes"
    WRITE_MINUTES = "write_minutes"
    APPROVE_MINUTES = "approve_minutes"
    SEE_MATTERS = "see_matters"
    RAISE_MATTER = "raise_matter"
    SEE_DECISIONS = "see_decisions"
    RECORD_DECISION = "record_decision"
    APPROVE_CHANGE = "approve_change"
    SEE_MEASURES = "see_measures"
    ASSIGN_MEASURE = "assign_measure"
    REPORT_MEASURE = "report_measure"
    SEE_DOCUMENTS = "see_documents"
    ADD_DOCUMENT = "add_document"
    SEE_VERSIONS = "see_versions"
    SEE_INTERNAL = "see_internal"  # besides the right to read items of that kind, for those marked internal
    HAVE_FEED = "have_feed"
    HAVE_FEED_FOR = "have_feed_for"  # for somebody without Slack
    EXPORT_FORUM = "export_forum"
    EXPORT_PERSON = "export_person"
    EXPORT_OWN = "export_own"
    SEE_AUDIT_LOG = "see_audit_log"
    SET_RECORDS_RULES = "set_records_rules"
    DISPOSE = "dispose"


OWN, BELOW = frozenset({Relation.OWN}), frozenset({Relation.OWN, Relation.BELOW})
EVERYWHERE = frozenset(Relation)
SEATED = (Role.GUEST, Role.EXTERNAL, Role.MEMBER, Role.DEPUTY, Role.SECRETARY, Role.CHAIR)
ON_ROSTER = (*SEATED, Role.COORDINATOR, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Rule:
    """One row: in which forums each role may. A role that is not named may nowhere."""

    cells: Mapping[Role, frozenset[Relation]]
    kind: Kind
    scope: Scope = Scope.FORUM

    def allows(self, role: Role, relation: Relation) -> bool:
        """Whether the role may, in a forum of that place."""
        return relation in self.cells.get(role, frozenset())


def _rule(kind: Kind, *groups: tuple[Iterable[Role], frozenset[Relation]], scope: Scope = Scope.FORUM) -> Rule:
    cells: dict[Role, frozenset[Relation]] = {}
    for roles, relations in groups:
        for role in roles:
            cells[role] = cells.get(role, frozenset()) | relations
    return Rule(cells, kind, scope)


SEATED_BELOW = (SEATED, BELOW)
SEATED_OWN = (SEATED, OWN)
COORDINATOR = ((Role.COORDINATOR,), EVERYWHERE)
ADMINISTRATOR = ((Role.ADMINISTRATOR,), EVERYWHERE)
CHAIR = ((Role.CHAIR,), OWN)
SECRETARY = ((Role.SECRETARY,), OWN)

SEE = _rule(Kind.SEE, SEATED_BELOW, COORDINATOR, ADMINISTRATOR)
SEE_CONTENT = _rule(Kind.SEE, SEATED_BELOW, COORDINATOR)  # what a forum has written down: not the administrators' work
LOG = _rule(Kind.LOG, SEATED_BELOW, COORDINATOR)
ACT = _rule(Kind.ACT, CHAIR, COORDINATOR)
ADMINISTER = _rule(Kind.ADMINISTER, COORDINATOR, ADMINISTRATOR)
ADMINISTER_ALL = _rule(Kind.ADMINISTER, COORDINATOR, ADMINISTRATOR, scope=Scope.AGREEMENT)
OWN_AFFAIRS = _rule(Kind.SEE, ((*ON_ROSTER, Role.RESPONSIBLE), EVERYWHERE), scope=Scope.SELF)
MINUTES = _rule(Kind.WRITE, SECRETARY, CHAIR, COORDINATOR)

TABLE: Mapping[Action, Rule] = {
    Action.READ_HELP: _rule(Kind.SEE, (tuple(Role), EVERYWHERE), scope=Scope.SELF),
    Action.SEE_OWN: OWN_AFFAIRS,
    Action.SET_WISHES: OWN_AFFAIRS,
    Action.SEE_STANDING: SEE,
    Action.SEE_CHAIR: SEE,
    Action.SEE_MEMBERS: SEE,
    Action.SEE_BOOKED: SEE,
    Action.SEE_REASON: SEE,
    Action.SNOOZE: SEE,
    Action.ATTEND: _rule(Kind.ATTEND, SEATED_OWN),
    Action.SEE_ANSWERS: SEE_CONTENT,
    Action.ANSWER_FOR: MINUTES,
    Action.LOG: LOG,
    Action.BOOK: LOG,
    Action.MOVE: LOG,
    Action.CALL_OFF: LOG,
    Action.PLAN_YEAR: MINUTES,
    Action.PULSE: LOG,
    Action.WAIVE: ACT,
    Action.PASS_ON_CHAIR: ACT,
    Action.ANCHOR_CHAIR: ADMINISTER,
    Action.APPOINT: ADMINISTER,
    Action.READ_IN_ROSTER: ADMINISTER_ALL,
    Action.NAME_ADMINISTRATORS: _rule(Kind.ADMINISTER, ADMINISTRATOR, scope=Scope.AGREEMENT),
    Action.LINK_CHANNEL: ADMINISTER,
    Action.SEE_BOT_STATE: ADMINISTER_ALL,
    Action.SEE_MINUTES: SEE_CONTENT,
    Action.WRITE_MINUTES: MINUTES,
    Action.APPROVE_MINUTES: ACT,
    Action.SEE_MATTERS: SEE_CONTENT,
    Action.RAISE_MATTER: LOG,
    Action.SEE_DECISIONS: SEE_CONTENT,
    Action.RECORD_DECISION: MINUTES,
    Action.APPROVE_CHANGE: _rule(Kind.APPROVE, SEATED_OWN),
    Action.SEE_MEASURES: SEE_CONTENT,
    Action.ASSIGN_MEASURE: MINUTES,
    Action.REPORT_MEASURE: _rule(Kind.LOG, SEATED_BELOW, COORDINATOR, ((Role.RESPONSIBLE,), EVERYWHERE)),
    Action.SEE_DOCUMENTS: SEE_CONTENT,
    Action.ADD_DOCUMENT: LOG,
    Action.SEE_VERSIONS: SEE_CONTENT,
    Action.SEE_INTERNAL: _rule(Kind.SEE, SEATED_OWN, COORDINATOR),
    Action.HAVE_FEED: SEE,
    Action.HAVE_FEED_FOR: _rule(Kind.ADMINISTER, COORDINATOR),
    Action.EXPORT_FORUM: _rule(Kind.ADMINISTER, COORDINATOR),  # it shows what a forum has written down
    Action.EXPORT_PERSON: _rule(Kind.ADMINISTER, COORDINATOR, scope=Scope.AGREEMENT),
    Action.EXPORT_OWN: OWN_AFFAIRS,
    Action.SEE_AUDIT_LOG: ADMINISTER_ALL,
    Action.SET_RECORDS_RULES: ADMINISTER_ALL,
    Action.DISPOSE: _rule(Kind.ADMINISTER, COORDINATOR, scope=Scope.AGREEMENT),
}


def allowed(action: Action, standing: Iterable[tuple[Role, Relation]]) -> bool:
    """Whether somebody who stands so to a forum may do it there: the table's one answer."""
    rule = TABLE[action]
    return any(rule.allows(role, relation) for role, relation in standing)
