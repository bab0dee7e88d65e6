"""A text as the guard reads it: without what only hides digits from a search, such as other alphabets' and joiners."""

import re
import unicodedata

_DASHES = re.compile("[\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d~\u2053]")
_EMPHASIS = re.compile(r"(?<=\w)[*`_]+(?=[\w+-])|(?<=[\w+-])[*`_]+(?=\w)")  # Slack's own: *640823*-3234
_SLIPS = re.compile(r"(?<=[0-9+-])[oOlI]{1,4}(?=[0-9+-])")
_AS_DIGITS = str.maketrans("oOlI", "0011")


def plain(text: str) -> str:
    """The text with every digit as 0–9, every dash as "-", and nothing invisible in it; letters stay letters."""
    if text.isascii():
        known = text
    else:
        known = "".join(map(_letter, unicodedata.normalize("NFKC", text)))
        known = _DASHES.sub("-", known)
    return _EMPHASIS.sub("", known.replace("\x00", ""))


def with_slips(known: str) -> str:
    """The same with the letters people type for digits (O, l, I) read as digits where digits surround them."""
    return _SLIPS.sub(lambda found: found[0].translate(_AS_DIGITS), known)


def _letter(letter: str) -> str:
    kind = unicodedata.category(letter)
    if kind == "Nd":
        return str(unicodedata.decimal(letter))
    if kind == "No" and unicodedata.digit(letter, None) is not None:
        return str(unicodedata.digit(letter))
    if kind in ("Cf", "Mn", "Me", "Cs", "Co"):  # joiners, direction marks, strike-through, keycaps
        return ""
    return " " if kind in ("Zs", "Zl", "Zp") else letter
