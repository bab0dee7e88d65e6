"""A text as the guard reads it: without what only hides digits from a search, such as other alphabets' and joiners."""

import html
import re
import unicodedata

# letters of other alphabets that look like ours, and letters drawn as a line
_LOOKALIKES = {
    **dict(zip("ТКМХЅЈԜОоІіӀӏЗз", "TKMXSJWOoIlIl33", strict=True)),
    **dict(zip("ΤΚΜΧΝΟοΙ", "TKMXNOoI", strict=True)),
    **dict.fromkeys("ㅡᅳ一丨ǀ\u2212\u2043\u2053\u2500\u2501", "-"),
}
LONGEST_LETTER = 4  # what one letter may stand for: (20)
_ENTITY = re.compile(r"&#?[0-9A-Za-z]{2,10};")
_EMPHASIS = re.compile(r"(?<=\w)[*`_]+(?=[\w+-])|(?<=[\w+-])[*`_]+(?=\w)")  # Slack's own: *640823*-3234
_SLIPS = re.compile(
    r"(?<=[0-9+-])[oOlI]{1,4}(?=[0-9+-])|(?<![^\W_])[oO]{1,4}(?=[0-9])|(?<=[0-9]{2})[oOlI]{1,2}(?![^\W_])"
)
_AS_DIGITS = str.maketrans("oOlI", "0011")


class _Letters(dict[int, str]):
    """What each letter is read as; every letter is only looked at once for each text."""

    def __missing__(self, code: int) -> str:
        same = unicodedata.normalize("NFKC", chr(code))
        # a ligature of eighteen letters holds no digits, and must not make a text eighteen times as long
        self[code] = read = "".join(map(_letter, same)) if len(same) <= LONGEST_LETTER else chr(code)
        return read


def plain(text: str) -> str:
    """The text with every digit as 0–9, every dash as "-", and nothing invisible in it, nor marks that only make it
    bold; letters stay letters."""
    return without_emphasis(legible(text))


def without_emphasis(known: str) -> str:
    """A legible text without the marks for bold, italics and code inside its words and numbers."""
    return _EMPHASIS.sub("", known)


def legible(text: str) -> str:
    """The text with every digit as 0–9, every dash as "-", and nothing invisible in it."""
    known = _ENTITY.sub(_meant, _ENTITY.sub(_meant, text)) if "&" in text else text
    if not known.isascii():
        known = unicodedata.normalize("NFC", known).translate(_Letters())
    return known.replace("\x00", "").replace("~", "-")


def with_slips(known: str) -> str:
    """The same with the letters people type for digits (O, l, I) read as digits where they stand among digits."""
    return _SLIPS.sub(lambda found: found[0].translate(_AS_DIGITS), known)


def _meant(entity: re.Match[str]) -> str:
    """What a page shows for &nbsp; and the like. One that is a letter is left as it stands: it joins nothing."""
    shown = html.unescape(entity[0])
    return entity[0] if shown.isalpha() else shown


def _letter(letter: str) -> str:
    if letter.isascii():
        return letter
    if letter in _LOOKALIKES:
        return _LOOKALIKES[letter]
    kind = unicodedata.category(letter)
    if kind == "Nd":
        return str(unicodedata.decimal(letter))
    if kind == "No" and unicodedata.digit(letter, None) is not None:
        return str(unicodedata.digit(letter))
    if kind in ("Cf", "Mn", "Me", "Cs", "Co"):  # joiners, direction marks, strike-through, keycaps
        return ""
    if kind in ("Pd", "Lm"):  # dashes; and letters that only lengthen, such as the Japanese line
        return "-"
    return " " if kind in ("Zs", "Zl", "Zp") else letter
