"""What an import changes, as values with a Swedish sentence each."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from storage.agreements.phrases import phrase
from storage.terms import Cadence, ChairRule

LONGEST = 160
CHAIR_WORDS = {
    **{"fixed": "fast", "rotating": "roterande", "alternating": "alternerande", "per_meeting": "byts varje möte"},
    **{"appointed": "utses", "elected": "väljs", "convener": "sammankallande", "unstated": "ej angivet"},
}


@dataclass(frozen=True)
class Change:
    """One thing an import adds, changes or removes. `before` and `after` are words; empty where there is none."""

    kind: Literal["added", "changed", "removed"]
    what: str
    name: str
    before: str = ""
    after: str = ""

    @property
    def sentence(self) -> str:
        """Ändras: aktiviteten Trygghetskväll, takt: en gång per år → två gånger per år"""
        if self.kind == "added":
            return f"Tillkommer: {self.what} {self.name}" + (f" ({self.after})" if self.after else "")
        if self.kind == "removed":
            return f"Utgår: {self.what} {self.name}" + (f" ({self.before})" if self.before else "")
        return f"Ändras: {self.what} {self.name}: {self.before or 'inget'} → {self.after or 'inget'}"


def in_words(column: str, value: Any) -> str:
    """A column's value as words, whole."""
    if value is None or value in ("", [], {}):
        return ""
    if column == "cadence":
        return phrase(Cadence.model_validate(value))
    if column == "chair_rule":
        return chair_in_words(ChairRule.model_validate(value))
    if column in ("responsible", "cooperating"):
        return ", ".join(str(each["name"]) for each in value)
    if column == "source":
        return ": ".join(text for text in (value["where"], value["quote"]) if text)
    if column == "leads":
        sides = (("före", value.get("before")), ("efter", value.get("after")))
        return ", ".join(f"{side} {'/'.join(map(str, days))} dagar" for side, days in sides if days is not None)
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value.isoformat() if isinstance(value, date) else str(value)


def shortened(text: str) -> str:
    """The text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def chair_in_words(rule: ChairRule) -> str:
    """roterande: LPO-chef, kommundirektör; 12 månader; Kommundirektör från 2027-01-01"""
    parts = [CHAIR_WORDS[rule.form]]
    if rule.order:
        parts[0] += f": {', '.join(rule.order)}"
    elif rule.parties:
        parts[0] += f": {', '.join(rule.parties)}"
    if rule.by:
        parts[0] += f" av {rule.by}"
    if rule.term_months:
        parts.append("en månad i taget" if rule.term_months == 1 else f"{rule.term_months} månader i taget")
    if rule.anchor_seat and rule.anchor_from:
        parts.append(f"{rule.anchor_seat} från {rule.anchor_from}")
    if rule.vice:
        parts.append(f"vice {rule.vice}")
    return "; ".join(parts)
