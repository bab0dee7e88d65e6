"""docs/permissions.md, made from the table: `samverkansbot admin table > docs/permissions.md`."""

from commands.access import TABLE, Action, Relation, Role, Scope
from commands.texts import permissions as texts
from schedules.swedish import stor


def markdown() -> str:
    """The whole page, ending in a line break."""
    head = [texts.WHAT, *texts.ROLES.values()]
    lines = [texts.PAGE_INTRO.strip(), "", _line(head), _line(["---"] * len(head))]
    lines += [_line([texts.ACTIONS[action], *(_cell(action, role) for role in Role)]) for action in Action]
    beside = [f"- {stor(texts.ACTIONS[action])}: {how}." for action, how in texts.BESIDE_SLACK.items()]
    lines += ["", texts.BESIDE_TITLE, "", texts.BESIDE_INTRO, "", *beside]
    return "\n".join([*lines, "", texts.PAGE_NOTES.strip(), ""])


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _cell(action: Action, role: Role) -> str:
    """Where the role may do it, in words."""
    rule = TABLE[action]
    relations = rule.cells.get(role, frozenset())
    if not relations:
        return texts.NOTHING
    if rule.scope is not Scope.FORUM:
        return texts.EVERYTHING
    if relations == frozenset(Relation):
        return texts.RELATIONS["beside"]
    return texts.RELATIONS["below" if Relation.BELOW in relations else "own"]
