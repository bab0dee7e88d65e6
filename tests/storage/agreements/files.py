"""Agreement files for the tests: the two in the repository, and a small invented one."""

from pathlib import Path

from storage.agreements.format import AgreementFile
from storage.agreements.reading import read

FOLDER = Path(__file__).parents[3] / "agreements"
NYKVARN = (FOLDER / "nykvarn-2021-2022.yml").read_text(encoding="utf-8")
EXAMPLE = (FOLDER / "exempel-2027-2030.yml").read_text(encoding="utf-8")

NYBY = """\
titel: Samverkan i Nyby
kommun: Nyby kommun
period:
  från: 2027-01-01
  till: 2028-12-31
syfte: Ett tryggare Nyby
parter:
  - namn: Nyby kommun
    kort: kommunen
    typ: kommun
  - namn: Lokalpolisområde Nyby
    kort: polisen
    typ: polis
funktioner:
  - namn: Trygghetssamordnare
    part: kommunen
    alias: samordnaren
  - namn: Kommunpolis
    part: polisen
samordnare:
  funktioner: [Trygghetssamordnare]
forum:
  - namn: Styrgruppen
    alias: [styrgrupp]
    sammanträder: fyra gånger per år
    ordförande:
      sätt: roterande
      ordning: [Trygghetssamordnare, Kommunpolis]
      byts: varje år
      först: Trygghetssamordnare
      från: 2027-01-01
    ledamöter: [Trygghetssamordnare, Kommunpolis]
  - namn: Arbetsgruppen
    överordnat: Styrgruppen
    sammanträder: varje torsdag
    ordförande: {sätt: fast, ordning: samordnaren}
    ledamöter:
      - Trygghetssamordnare
      - rad: Polis
        funktion: Kommunpolis
        platser: 2
standardforum: Arbetsgruppen
områden:
  - namn: Centrum
mål:
  - nummer: 1
    text: Tryggare centrum
aktiviteter:
  - namn: Nattvandring
    område: Centrum
    mål: 1
    ansvarig: Arbetsgruppen
    tid: minst två gånger per år
    alias: [vandring]
uppföljning:
  - namn: Lägesbild
    ansvarig: polisen
    frekvens: en gång per år
"""


def sound(text: str) -> AgreementFile:
    """The file, which must be without mistakes."""
    file, problems = read(text)
    assert file is not None, problems
    return file


def changed(text: str, *replacements: tuple[str, str]) -> str:
    """The text with each part, which must stand there once, replaced by another."""
    for old, new in replacements:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    return text


def line_of(text: str, part: str) -> int:
    """The number of the line on which the part, which must stand there once, begins."""
    assert text.count(part) == 1, (part, text.count(part))
    return text[: text.index(part)].count("\n") + 1
