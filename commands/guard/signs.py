"""Softer signs that a text speaks of somebody: asked about, never stopped.

Phone numbers, e-mail addresses, registration numbers of vehicles, name-like words after words such as "elev" or
"misstänkt", and numbers that were perhaps meant as identity numbers (commands/guard/identity.py, DOUBTFUL).
"""

import re
from collections.abc import Iterator
from enum import Enum

from commands.guard.identity import Finding
from commands.guard.plain import plain


class Sign(Enum):
    """What a text may hold that a person should look at once more."""

    NUMBER = "number"
    PHONE = "phone"
    EMAIL = "email"
    VEHICLE = "vehicle"
    NAME = "name"


_MENTION = re.compile(r"<[@#!][^<>]*>|https?://\S+")
_EMAIL = re.compile(r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[A-Za-z]{2,24}")
_PHONE = re.compile(
    r"(?<![\w+.:/-])(?:"
    r"(?:\+\s?[1-9]\d{0,2}|00\s?4[5-9])[ -]?(?:\(0\)[ -]?)?[1-9](?:[ -]?\d){6,10}"  # +46 70 123 45 67
    r"|0[1-9](?:\d{1,2}\s?/|\d{0,2}\s?-)\s?\d{2,3}(?:[ -]?\d{2,3}){1,3}"  # 070-123 45 67, 0155-20 50 00
    r"|0[1-9]\d{0,2}\s?[-/]\s?\d{5,8}"  # 070-1234567
    r"|0[1-9]\d{0,2}(?:[ ]\d{2,3}){2,4}"  # 070 123 45 67
    r"|0[1-9]\d{7,8}"  # 0701234567
    r")(?![\d/-]|[.:,]\d)"
)
_PLATE = r"[A-HJ-PR-UW-Z]{3}"
_VEHICLE = re.compile(rf"(?<![\w-])(?:{_PLATE}\d{{2}}[A-HJ-NPR-UW-Z0-9]|{_PLATE} \d{{2}}[A-HJ-NPR-UW-Z0-9])(?![\w/:-])")
# three capitals and a number that no vehicle has
_NO_PLATES = re.compile(
    "DNR|SFS|SOU|PDF|ISO|DIN|TRE|KAP|ART|RUM|SAL|HUS|TEL|JAN|FEB|MAR|APR|MAJ|JUN|JUL|AUG|SEP|NOV|DEC"
)
_ABOUT = (
    r"(?:ungdom(?:en)?|yngling(?:en)?|elev(?:en)?|misstänkt(?:e|a)?|gärningsman(?:nen)?|gärningsperson(?:en)?|"
    r"målsägande(?:n)?|brottsoffer|brottsoffret|offret|vittnet?|pojken?|flickan?|killen?|tjejen?|grabben?|mannen|"
    r"kvinnan|barnet|sonen|dottern|syskonet|brodern|systern|mamman?|pappan?|fadern|vårdnadshavaren?|individen?|"
    r"klienten?|missbrukaren?|gängmedlem(?:men)?|personen|brukaren?|anmäld(?:e|a)?|gripen|gripne|häktade?|dömde|bror|"
    r"syster)"
)
_CALLED = r"(?:som heter|heter|kallas|kallad|vid namn|namnet är|är|hette|med namnet)?"
_NAMED = r"[A-ZÅÄÖÉ](?:[a-zåäöéü]{2,}|\.)"
_NAME = re.compile(
    rf"(?<!\w)(?i:{_ABOUT})(?!\w)(?i:\s{{0,2}}[,:(]?\s{{0,2}}{_CALLED})\s{{0,2}}"
    rf"[\"”'(]?({_NAMED}(?:[ -]{_NAMED})?|[A-ZÅÄÖ]\.?\s?[A-ZÅÄÖ]\.?)(?!\w)"
)
_NAME_AND_AGE = re.compile(
    rf"(?<!\w){_NAMED}[ -]{_NAMED},? ?(?:\(?\d{{1,2}} ?(?:år|åring)\b|\(?(?:född|f\.) ?(?:19|20)\d\d)"
)
# words with a capital letter that follow such words without naming anybody
_NO_NAMES = re.compile(
    "(?:Polisen|Kommunen|Skolan|Stationen|Socialtjänsten|Det|Den|De|Vi|Vid|På|Han|Hon|Centrum)(?!\\w)"
)
_LAST_FOUR = re.compile(
    r"(?:sista fyra|fyra sista|sista 4|4 sista)[^0-9]{0,20}[0-9]{4}(?![0-9])"
    r"|(?<![0-9])(?:19|20)?[0-9]{6}[-+ ]?[xX*?]{4}(?![\w*])",
    re.IGNORECASE,
)


def signs(text: str, number: Finding | None = None) -> dict[Sign, tuple[str, ...]]:
    """The signs of a text with what gave them away, kind by kind. What is in them stays between it and its writer.

    `number`: what `identity.look` found in it.
    """
    known = _MENTION.sub(" ", plain(text).replace("<mailto:", " ").replace("<tel:", " "))
    found: dict[Sign, tuple[str, ...]] = {}
    if number is Finding.DOUBTFUL or _LAST_FOUR.search(known):
        found[Sign.NUMBER] = tuple(re.findall(r"\d{4,}", known))
    for sign, matches in (
        (Sign.EMAIL, _EMAIL.findall(known)),
        (Sign.PHONE, [each[0] for each in _PHONE.finditer(known) if _is_phone(each[0])]),
        (Sign.VEHICLE, [each[0] for each in _VEHICLE.finditer(known) if not _NO_PLATES.match(each[0])]),
        (Sign.NAME, list(_names(known))),
    ):
        if matches:
            found[sign] = tuple(matches)
    return found


def _is_phone(found: str) -> bool:
    digits = re.sub(r"\D", "", found)
    return 8 <= len(digits) <= 15


def _names(text: str) -> Iterator[str]:
    for found in _NAME.finditer(text):
        if not _NO_NAMES.match(found[1]):
            yield found[1]
    for whole in _NAME_AND_AGE.finditer(text):
        yield whole[0]
