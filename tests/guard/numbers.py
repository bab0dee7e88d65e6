"""Numbers made up by a seed: valid by checksum in every written form, and those that only look alike.

The checksum here is the tests' own, apart from the library that the program uses.
"""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from random import Random

FIRST, LAST = date(1931, 1, 1), date(2021, 12, 31)
LETTERS = "TRSUWXJKLMN"


def check_digit(nine: str) -> str:
    """Modulus 10, weights 2, 1, 2, 1 … (Skatteverket)."""
    total = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(nine))
    return str(-total % 10)


def birthday(random: Random) -> date:
    """Anybody's; every third is a young person's, since that is who these forums speak of."""
    first = date(2004, 1, 1) if random.random() < 1 / 3 else FIRST
    return first + timedelta(days=random.randrange((LAST - first).days + 1))


def personnummer(random: Random) -> str:
    """Twelve digits."""
    born = birthday(random)
    nine = f"{born:%y%m%d}{random.randint(1, 999):03d}"
    return f"{born.year // 100}{nine}{check_digit(nine)}"


def samordningsnummer(random: Random) -> str:
    """Twelve digits, 60 added to the day."""
    born = birthday(random)
    nine = f"{born:%y%m}{born.day + 60}{random.randint(1, 999):03d}"
    return f"{born.year // 100}{nine}{check_digit(nine)}"


def interim(random: Random) -> str:
    """A T-number: twelve characters, a letter that counts as 1 first in the birth number."""
    born = birthday(random)
    nine = f"{born:%y%m%d}1{random.randint(0, 99):02d}"
    whole = f"{born.year // 100}{nine}{check_digit(nine)}"
    return f"{whole[:8]}{random.choice(LETTERS)}{whole[9:]}"


CYRILLIC = str.maketrans("TKMXSJ", "ТКМХЅЈ")


def interim_apart(whole: str, random: Random) -> str:
    """A T-number with the letter by itself, or a letter from another alphabet that looks the same."""
    day, letter, rest = whole[random.choice([0, 2]) : 8], whole[8], whole[9:]
    return random.choice(
        [f"{day}-{letter} {rest}", f"{day} {letter} {rest}", f"{day}-{letter.translate(CYRILLIC)}{rest}"]
    )


def meeting_time(random: Random) -> str:
    """Ten digits whose checksum is right, which are a day in the years of an agreement and a time of day there."""
    while True:
        day = date(2026, 11, 1) + timedelta(days=random.randrange(1_800))
        nine = f"{day:%y%m%d}{random.randint(7, 21):02d}{random.choice('012345')}"
        if check_digit(nine) in "05":
            return nine + check_digit(nine)


def wrong_check_digit(random: Random) -> str:
    """A personnummer with a slip of the finger."""
    whole = personnummer(random)
    return whole[:-1] + str((int(whole[-1]) + random.randint(1, 9)) % 10)


def no_such_day(random: Random) -> str:
    """Ten digits whose checksum is right and whose month or day does not exist."""
    month, day = random.choice([(13, 10), (0, 12), (19, 2), (2, 30), (4, 31), (6, 0), (9, 95), (11, 59)])
    nine = f"{random.randint(0, 99):02d}{month:02d}{day:02d}{random.randint(1, 999):03d}"
    return nine + check_digit(nine)


def organisation(random: Random) -> str:
    """Organisationsnummer: the third digit at least 2, the checksum right."""
    nine = f"{random.choice('256789')}{random.randint(0, 9)}{random.randint(20, 99)}{random.randint(0, 99999):05d}"
    return nine + check_digit(nine)


def _both(write: Callable[[str, str], str]) -> Callable[[str, Random], str]:
    """With the century or without it."""
    return lambda whole, random: write(whole[:8] if random.random() < 0.5 else whole[2:8], whole[8:])


def _taken_apart(mark: str, last: str) -> Callable[[str, Random], str]:
    def write(whole: str, random: Random) -> str:
        year = whole[:4] if random.random() < 0.5 else whole[2:4]
        return f"{year}{mark}{whole[4:6]}{mark}{whole[6:8]}{last}{whole[8:]}"

    return write


def _between(*marks: str) -> Callable[[str, Random], str]:
    """One of the marks between the day and the last four."""
    return lambda whole, random: f"{whole[random.choice([0, 2]) : 8]}{random.choice(marks)}{whole[8:]}"


def _enclosed(*marks: tuple[str, str, str]) -> Callable[[str, Random], str]:
    def write(whole: str, random: Random) -> str:
        first, middle, last = random.choice(marks)
        return f"{first}{whole[random.choice([0, 2]) : 8]}{middle}{whole[8:]}{last}"

    return write


def last_four_divided(whole: str, random: Random) -> str:
    """The last four in two, three or four: "640823-32 34". Never as a time of day is written (13.00)."""
    at = sorted(random.sample([9, 10, 11], random.randint(1, 3)))
    pieces = [whole[one:other] for one, other in pairwise([8, *at, 12])]
    return whole[random.choice([0, 2]) : 8] + random.choice("- +") + random.choice(" -").join(pieces)


def _day_divided(whole: str, random: Random) -> str:
    """The day in two: "640 823-3234". A day that begins as an area code is written otherwise: it may be a phone's."""
    day, mark = whole[2:8], random.choice(" -")
    at = random.choice([2, 3, 4]) if day[0] != "0" else 6
    return f"{day[:at]}{mark if at < 6 else ''}{day[at:]}{random.choice(['-', ' - ', '/', '+'])}{whole[8:]}"


def _other_digits(zero: int) -> Callable[[str, str], str]:
    table = {ord(str(digit)): zero + digit for digit in range(10)}
    return lambda birth, rest: f"{birth}-{rest}".translate(table)


FORMS: dict[str, Callable[[str, Random], str]] = {
    "bindestreck": _both(lambda birth, rest: f"{birth}-{rest}"),
    "plustecken": _both(lambda birth, rest: f"{birth}+{rest}"),
    "i ett": _both(lambda birth, rest: birth + rest),
    "mellanslag": _both(lambda birth, rest: f"{birth} {rest}"),
    "streck med luft": _both(lambda birth, rest: f"{birth} - {rest}"),
    "tankstreck": _both(lambda birth, rest: f"{birth}–{rest}"),
    "långt streck, minus": _both(lambda birth, rest: f"{birth}{'—' if int(rest[-1]) % 2 else '−'}{rest}"),
    "hårt mellanslag": _both(lambda birth, rest: f"{birth}\u00a0{rest}"),
    "punkt, snedstreck": _both(lambda birth, rest: f"{birth}{'.' if int(rest[-1]) % 2 else '/'}{rest}"),
    "parentes": _both(lambda birth, rest: f"{birth} ({rest})"),
    "radbrytning": _both(lambda birth, rest: f"{birth}-\n{rest}"),
    "datum 2007-05-17-": _taken_apart("-", "-"),
    "datum 2007-05-17 ": _taken_apart("-", " "),
    "datum 2007.05.17-": _taken_apart(".", "-"),
    "datum 2007/05/17-": _taken_apart("/", "-"),
    "datum 2007 05 17 ": _taken_apart(" ", " "),
    "två och två": lambda whole, random: " ".join(whole[at : at + 2] for at in range(random.choice([0, 2]), 12, 2)),
    "siffra för siffra": lambda whole, random: " ".join(whole[random.choice([0, 2]) :]),
    "fyra och fyra": lambda whole, random: " ".join((whole[:4], whole[4:8], whole[8:])),
    "fullbredd": _both(_other_digits(0xFF10)),
    "arabiska siffror": _both(_other_digits(0x0660)),
    "osynliga tecken": _both(lambda birth, rest: "\u200b".join(f"{birth}-{rest}")),
    "fetstil, kod": _both(lambda birth, rest: f"*{birth}*-`{rest}`"),
    "O för 0": _both(lambda birth, rest: f"{birth.replace('0', 'O')}-{rest}"),
    "O, l sist": _both(lambda birth, rest: f"{birth}-{rest[:3]}{rest[3].translate(str.maketrans('01', 'Ol'))}"),
    "tätt intill": _both(lambda birth, rest: f"pnr{birth}-{rest}"),
    "Slacks länk": _both(lambda birth, rest: f"<tel:{birth}{rest}|{birth}-{rest}>"),
    "våglinje": _between("~", " ~ ", "~~"),
    "punkter, pilar": _between("·", "•", "…", "→", " → ", "=>", "*", "°", "¤"),
    "dubbla streck": _between("---", "- -", "--", "_", " __ ", "-----"),
    "streck ur andra skrifter": _between("─", "━", "ー", "־", "‒", "﹘", "ㅡ", "一"),
    "bakvänt snedstreck": _between("\\", " \\ ", "//", "|", " | "),
    "hakar och citattecken": _enclosed(
        ("[", "][", "]"), ("{", "}{", "}"), ("", "[", "]"), ("'", "'-'", "'"), ("”", "” ”", "”")
    ),
    "tabell med citattecken": _enclosed(('"', '","', '"'), ('"', '";"', '"'), ('"', '"; "', '"'), ("|", "|", "|")),
    "kolumner": _between("      ", "\t", "\t\t", " \n  "),
    "webbens märkning": _between("-<br>", "<br/>", "&nbsp;", "&#45;", "&ndash;", "</td><td>"),
    "ord emellan": _between(" pnr ", ", personnummer: ", " (sista fyra) ", " p-nr: "),
    "sista fyra delade": last_four_divided,
    "dagen delad": _day_divided,
}
# a letter in the number allows fewer ways to divide it
INTERIM_FORMS = (
    *("bindestreck", "plustecken", "i ett", "mellanslag", "streck med luft", "tankstreck", "hårt mellanslag"),
    *("datum 2007-05-17-", "datum 2007.05.17-", "datum 2007 05 17 ", "osynliga tecken", "tätt intill"),
    *("våglinje", "punkter, pilar", "dubbla streck", "streck ur andra skrifter", "bakvänt snedstreck"),
    *("kolumner", "webbens märkning", "ord emellan"),
)
