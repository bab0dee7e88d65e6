"""Characters that nobody sees: they turn a file's name around, make two equal names differ, or no database takes them.

Source: Unicode's general categories Cc and Cf, and UAX #9 (the marks of direction).
"""

import re

_EMOJI = "\u2190-\u27bf\u2b00-\u2bff\ufe0f\U0001f000-\U0001faff"
_UNSEEN = (
    "\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0001"
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff"
)
# what joins two emoji to one is seen; between anything else it is not
HIDDEN = re.compile(f"[{_UNSEEN}]|(?<![{_EMOJI}])\u200d|\u200d(?![{_EMOJI}])")


def without_hidden(text: str) -> str:
    """The text, lines and all, without the characters that nobody sees and no database takes."""
    return HIDDEN.sub("", text)
