"""Texts as people might write them in a forum, made by a seed: what must be stopped, asked about, and left alone."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from tests.guard import numbers

SEED = 20261123
EACH_FORM = 60
EACH_LOOKALIKE = 250
STOP, ASK, PASS = "stoppa", "fråga", "släpp"

AROUND = (
    "{} togs upp på mötet.",
    "Vi har sett {} vid stationen i Nybys centrum.",
    "Uppgift: {}",
    "{}",
    "Enligt {} ska frågan tas upp i planeringsgruppen den 14 oktober.",
    "Trygghetsvandring i Norrby, 12 deltagare. {} Belysningen åtgärdas före 2027-11-01.",
    "(jfr {}, rad 3)",
    "Anteckning:\n{}\nNästa möte tis kl. 13.00.",
)
PLAIN = (
    "Trygghetsvandring genomförd i Norrby med 12 deltagare, 3 åtgärder, 45 minuter.",
    "Ungdomarna samlas vid stationen på fredagar mellan 20.00 och 02.00.",
    "Elever från Nybyskolan deltog, och personal från fritidsgården.",
    "Misstänkt skadegörelse vid busshållplatsen; belysningen är trasig sedan 3 veckor.",
    "Planeringsgruppen 2027-10-14 kl. 13.00–15.00 i Kommunhuset, sal 214.",
    "Vi följer upp mål 2.1 och 2.3 i bilaga 3, rad 12.",
    "En elev vid skolan har berättat om otrygghet på väg hem. Kommunen tar frågan vidare.",
    "Offret är en butik i Nyby centrum; polisen återkommer.",
    "Brandskyddsbesök hos 14 hushåll, 0–3 åtgärder var.",
    "Räddningstjänsten övar den 3 maj. SBFF återkommer med tider.",
    "Läget är lugnt: 4 anmälningar mot 7 i fjol (-43 %).",
    "Person skadad vid fall. Ambulans på plats kl. 22.15.",
)
STREETS = ("Storgatan", "Kyrkvägen", "Stationsgatan", "Nybyvägen")
FIRST_NAMES = ("Kim", "Alva", "Noel", "Sixten", "Leila", "Åke", "Östen")
LAST_NAMES = ("Almgren", "Björkman", "Dahl", "Ek", "Öberg")


@dataclass(frozen=True)
class Text:
    """One text, what kind it is, and what the guard is to do with it."""

    kind: str
    expected: str
    text: str


def corpus(seed: int = SEED) -> list[Text]:
    """The same texts for the same seed."""
    random = Random(seed)
    return [*_identity(random), *_asked(random), *_left_alone(random)]


def _identity(random: Random) -> Iterator[Text]:
    for form, write in numbers.FORMS.items():
        for name, make in (("personnummer", numbers.personnummer), ("samordningsnummer", numbers.samordningsnummer)):
            for _ in range(EACH_FORM):
                yield Text(f"{name}: {form}", STOP, _within(random, write(make(random), random)))
    for form in numbers.INTERIM_FORMS:
        for _ in range(EACH_FORM):
            written = numbers.FORMS[form](numbers.interim(random), random)
            yield Text(f"T-nummer: {form}", STOP, _within(random, written))
    for _ in range(EACH_FORM):
        written = numbers.interim_apart(numbers.interim(random), random)
        yield Text("T-nummer: bokstaven för sig", STOP, _within(random, written))


def _within(random: Random, written: str) -> str:
    return random.choice(AROUND).format(written)


def _asked(random: Random) -> Iterator[Text]:
    for kind, make in ASKED.items():
        for _ in range(EACH_LOOKALIKE):
            yield Text(kind, ASK, _within(random, make(random)))


def _left_alone(random: Random) -> Iterator[Text]:
    for kind, make in LEFT_ALONE.items():
        for _ in range(EACH_LOOKALIKE):
            yield Text(kind, PASS, _within(random, make(random)))
    for _ in range(3 * EACH_LOOKALIKE):
        yield Text("löpande text", PASS, " ".join(random.sample(PLAIN, 3)))


def _digits(random: Random, count: int) -> str:
    return "".join(random.choice("0123456789") for _ in range(count))


def _mobile(random: Random) -> str:
    return f"07{random.choice('02369')}{random.randint(1, 9)}{_digits(random, 6)}"


def _wrong(random: Random) -> str:
    whole = numbers.wrong_check_digit(random)
    return f"{whole[random.choice([0, 2]) : 8]}-{whole[8:]}"


def _spaced_mobile(random: Random) -> str:
    whole, mark = _mobile(random), random.choice("- ")
    return f"{whole[:3]}{mark}{whole[3:6]} {whole[6:8]} {whole[8:]}"


def _old_phone(random: Random) -> str:
    return (
        f"070{random.randint(1, 9)}{random.choice('- ')}{_digits(random, 2)} {_digits(random, 2)} {_digits(random, 2)}"
    )


def _landline(random: Random) -> str:
    return random.choice(
        [
            f"08-{_digits(random, 3)} {_digits(random, 3)} {_digits(random, 2)}",
            f"0155-{_digits(random, 2)} {_digits(random, 2)} {_digits(random, 2)}",
            f"031-{_digits(random, 3)} {_digits(random, 2)} {_digits(random, 2)}",
        ]
    )


def _plate(random: Random) -> str:
    letters = "".join(random.choice("BCDFGJKLPRWXYZ") for _ in range(3))
    last = random.choice("0123456789ABCDEFGHJKLMNPRSTUWXYZ")
    return f"bilen {letters}{random.choice(['', ' '])}{_digits(random, 2)}{last}"


def _name(random: Random) -> str:
    whom = random.choice(["eleven", "ungdomen", "misstänkt:", "pojken som heter", "vittnet", "målsägande", "killen"])
    named = f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}"
    return f"{whom} {random.choice([named, named.split()[0]])}"


def _masked(random: Random) -> str:
    born = numbers.birthday(random)
    return random.choice([f"{born:%y%m%d}-XXXX", f"{born:%Y%m%d}-****", f"sista fyra {_digits(random, 4)}"])


ASKED: dict[str, Callable[[Random], str]] = {
    "personnummer med fel kontrollsiffra": _wrong,
    "personnummer med dolda siffror": _masked,
    "dag och klockslag vars kontrollsiffra stämmer": lambda random: (
        lambda ten: f"{ten[:6]}{random.choice('- ')}{ten[6:]}"
    )(numbers.meeting_time(random)),
    "mobil 070-123 45 67": _spaced_mobile,
    "mobil 0701-23 45 67": _old_phone,
    "mobil i ett, utan ord": _mobile,  # one that passes as a young person's number is stopped: docs/guard.md
    "mobil i ett, efter tel": lambda random: f"tel {_mobile(random)}",
    "mobil +46": lambda random: f"+46{random.choice([' ', ''])}7{random.choice('02369')} {_digits(random, 3)} 45 67",
    "fast telefon": _landline,
    "e-post": lambda random: f"{random.choice(FIRST_NAMES).lower()}.ek{_digits(random, 2)}@nyby.example.se",
    "registreringsnummer": _plate,
    "namn efter elev, misstänkt …": _name,
}


def _day(random: Random) -> date:
    return date(2019, 1, 1) + timedelta(days=random.randrange(4_000))


def _days(random: Random) -> str:
    one, other = _day(random), _day(random)
    return random.choice(
        [
            f"{one}, {other}",
            f"{one} {other}",
            f"{one}–{other}",
            f"{one}/{other}",
            f"{one:%d/%m} {one:%Y} och {other:%-d/%-m}",
            f"{one:%Y%m%d}-{other:%Y%m%d}",
        ]
    )


def _day_and_time(random: Random) -> str:
    on, at = date(2026, 11, 1) + timedelta(days=random.randrange(1_500)), f"{random.randint(0, 23):02d}"
    return random.choice(
        [f"{on} kl. {at}.{random.randint(0, 59):02d}", f"{on} {at}:30", f"{on} {at}00", f"{on} {at}.00-15.30"]
    )


def _short_day_and_time(random: Random) -> str:
    """As people name files and bookings; a tenth have a check digit that is right, and are asked about."""
    on, at = date(2026, 11, 1) + timedelta(days=random.randrange(1_500)), random.randint(7, 21)
    minutes = random.choice(["00", "15", "30", "45"])
    return random.choice(
        [f"{on:%y%m%d}-{at:02d}{minutes}", f"{on:%y%m%d} {at:02d}{minutes}", f"{on:%Y%m%d}-{at:02d}{minutes}"]
    )


def _old_day_and_time(random: Random) -> str:
    on, at = date(2015, 1, 1) + timedelta(days=random.randrange(3_600)), f"{random.randint(7, 21):02d}"
    return random.choice([f"{on} {at}.{random.randint(0, 59):02d}", f"{on:%y%m%d} {at}.30", f"{on} {at}:15-{at}:45"])


def _registry(random: Random) -> str:
    year, number = random.randint(2015, 2030), random.randint(1, 99_999)
    return random.choice(
        [
            f"KS {year}/{number}",
            f"KS-{year}/{number:05d}",
            f"Dnr {year}-{number:06d}",
            f"KSN {year}/{number:04d}-{random.randint(1, 30)}",
            f"A{_digits(random, 3)}.{_digits(random, 3)}/{year}",
            f"5000-K{_digits(random, 6)}-{year % 100}",
            f"{year}:{number:05d}.{random.randint(1, 9)}",
        ]
    )


def _account(random: Random) -> str:
    return random.choice(
        [
            f"bg {_digits(random, 4)}-{_digits(random, 4)}",
            f"pg {_digits(random, 2)} {_digits(random, 2)} {_digits(random, 2)}-{_digits(random, 1)}",
            f"{random.randint(1, 9)} {_digits(random, 3)} {_digits(random, 3)} kr",
            f"SE{_digits(random, 2)} 5000 0000 0{_digits(random, 3)} {_digits(random, 4)} {_digits(random, 4)}",
        ]
    )


def _invoice(random: Random) -> str:
    nine = _digits(random, 9)
    return f"{random.choice(['faktura', 'fakturanr', 'OCR', 'ordernr'])} {nine}{numbers.check_digit(nine)}"


LEFT_ALONE: dict[str, Callable[[Random], str]] = {
    "organisationsnummer": lambda random: (lambda ten: f"{ten[:6]}-{ten[6:]}")(numbers.organisation(random)),
    "organisationsnummer i ett, 16": lambda random: random.choice(["", "16"]) + numbers.organisation(random),
    "tio siffror utan sådan dag": lambda random: (lambda ten: f"{ten[:6]}-{ten[6:]}")(numbers.no_such_day(random)),
    "datum": lambda random: str(_day(random)),
    "flera datum": _days,
    "datum och tid": _day_and_time,
    "dag och klockslag utan århundrade": _short_day_and_time,
    "dag och klockslag, förr": _old_day_and_time,
    "tider": lambda random: f"{random.randint(0, 23):02d}.{random.randint(0, 59):02d}–{random.randint(0, 23):02d}.30",
    "diarienummer": _registry,
    "SFS": lambda random: f"lag ({random.randint(1949, 2026)}:{random.randint(1, 1900)})",
    "konto och belopp": _account,
    "fakturanummer": _invoice,
    "tio siffror i ett, vilka som helst": lambda random: f"{random.randint(1, 9)}{_digits(random, 9)}",
    "adress": lambda random: (
        f"{random.choice(STREETS)} {random.randint(1, 99)}, {_digits(random, 3)} {_digits(random, 2)}"
    ),
    "koordinater": lambda random: random.choice(
        [
            f"59.{_digits(random, 4)}, 17.{_digits(random, 4)}",
            f"59.{_digits(random, 4)} 17.{_digits(random, 4)}",
            f"59.{_digits(random, 6)}, 17.{_digits(random, 6)}",
            f"N {random.randint(6_100_000, 6_700_000)} E {random.randint(300_000, 900_000)}",
        ]
    ),
    "Slacks egna": lambda random: (
        f"<@U0{_digits(random, 4)}> i <#C0{_digits(random, 5)}|nyby>, p1{_digits(random, 15)}"
    ),
}
