"""The part of an agreement's file that is about one forum: for its export, without the other forums' parts."""

from collections.abc import Mapping, Sequence
from typing import Any

COMMON = ("titel", "kommun", "exempel", "period", "parter", "underskrifter")
PROMISES = ("aktiviteter", "uppföljning")


def part_of_forum(document: Mapping[str, Any], forum: str, titles: Sequence[str]) -> dict[str, Any]:
    """The agreement's title, period and parties, the forum's own entry, and the entries of what it has promised.

    `document` is as `AgreementFile.document` gives it; `titles` are of the forum's commitments.
    """
    part = {key: document[key] for key in COMMON if key in document}
    part["forum"] = [each for each in document.get("forum", []) if each.get("namn") == forum]
    for section in PROMISES:
        mine = [each for each in document.get(section, []) if _promised(str(each.get("namn", "")), titles)]
        if mine:
            part[section] = mine
    return part


def _promised(name: str, titles: Sequence[str]) -> bool:
    """A follow-up's title has a word before its name."""
    return bool(name) and any(title == name or title.endswith(f": {name}") for title in titles)
