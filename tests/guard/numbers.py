"""Numbers made up by a seed: valid by checksum in every written form, and those that only look alike.

The checksum here is the tests' own, apart from the library that the program uses.
"""

from collections.abc import Callable
from datetime import date, timedelta
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
    "O för 0": _both(lambda birth, rest: f"{birth.replace('0', 'O')}-{rest}" if birth[0] != "0" else f"{birth}-{rest}"),
    "tätt intill": _both(lambda birth, rest: f"pnr{birth}-{rest}"),
    "Slacks länk": _both(lambda birth, rest: f"<tel:{birth}{rest}|{birth}-{rest}>"),
}
# a letter in the number allows fewer ways to divide it
INTERIM_FORMS = (
    *("bindestreck", "plustecken", "i ett", "mellanslag", "streck med luft", "tankstreck", "hårt mellanslag"),
    *("datum 2007-05-17-", "datum 2007.05.17-", "datum 2007 05 17 ", "osynliga tecken", "tätt intill"),
)
