"""The agreement file as it is written: Swedish keys, names instead of ids. docs/agreement-format.md explains it.

Models only; what must hold between the parts is in `storage.agreements.checks`.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from storage.agreements.values import (
    Count,
    Day,
    DayCounts,
    Event,
    Names,
    Numbers,
    Organisation,
    Phrase,
    Text,
    Turn,
    YesNo,
    mistake,
    one_of,
)
from storage.terms import Visibility

PARTY_KINDS = ("kommun", "polis", "räddningstjänst", "region", "förvaltning", "bolag", "skola", "förening", "annan")
MEMBER_KINDS = ("ledamot", "inbjuden", "adjungerad", "sekreterare")
ACTIVITY_KINDS = ("aktivitet", "trygghetsvandring")
VISIBILITIES = tuple(each.value for each in Visibility)
CHAIR_WAYS: dict[str, str] = {
    **{"fast": "fixed", "roterande": "rotating", "alternerande": "alternating", "varje möte": "per_meeting"},
    **{"utses": "appointed", "väljs": "elected", "sammankallande": "convener", "ej angivet": "unstated"},
}


class Entry(BaseModel):
    """A part of the file. Unknown keys are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=False)


class PeriodEntry(Entry):
    """When the agreement holds; without `till` until further notice."""

    first: Day = Field(alias="från")
    last: Day | None = Field(default=None, alias="till")


class ActorEntry(Entry):
    """Somebody the agreement names who is not a party: a company, a school, a municipal department."""

    name: Text = Field(alias="namn")
    short: Text | None = Field(default=None, alias="kort", description="Det korta namnet i löptext: kommunen")
    kind: Annotated[Text, one_of(*PARTY_KINDS), WithJsonSchema({"enum": list(PARTY_KINDS)})] = Field(
        default="annan", alias="typ"
    )
    aliases: Names = Field(default=(), alias="alias")


class PartyEntry(ActorEntry):
    """One of the parties that sign the agreement."""

    kind: Annotated[Text, one_of(*PARTY_KINDS), WithJsonSchema({"enum": list(PARTY_KINDS)})] = Field(alias="typ")
    org_number: Organisation | None = Field(default=None, alias="orgnummer")
    address: Text | None = Field(default=None, alias="adress")


class SeatEntry(Entry):
    """A function. Never a person: people come with the roster."""

    name: Text = Field(alias="namn")
    party: Text | None = Field(default=None, alias="part", description="Parten eller aktören som funktionen hör till")
    address: Text | None = Field(default=None, alias="adress")
    aliases: Names = Field(default=(), alias="alias")


class AnnexEntry(Entry):
    """A numbered annex and the rule for updating it."""

    number: Count = Field(alias="nummer")
    title: Text = Field(alias="titel")
    update_rule: Text | None = Field(default=None, alias="uppdateras")


class MemberEntry(Entry):
    """One line of a forum's list of members. Functions on the same line share its places: either/or when it is one."""

    seats: Names = Field(alias="funktion", min_length=1)
    label: Text | None = Field(default=None, alias="rad", description="Raden som den står i överenskommelsen")
    places: Count = Field(default=1, alias="platser")
    kind: Annotated[Text, one_of(*MEMBER_KINDS), WithJsonSchema({"enum": list(MEMBER_KINDS)})] = Field(
        default="ledamot", alias="typ"
    )

    @property
    def line(self) -> str:
        """The line as the agreement writes it."""
        return self.label or "/".join(self.seats)


def _member(value: Any) -> Any:
    return {"funktion": value} if isinstance(value, str) else value


Member = Annotated[MemberEntry, BeforeValidator(_member, json_schema_input_type=str | MemberEntry)]


class ChairEntry(Entry):
    """Who chairs a forum."""

    way: Annotated[Text, one_of(*CHAIR_WAYS), WithJsonSchema({"enum": list(CHAIR_WAYS)})] = Field(alias="sätt")
    order: Names = Field(default=(), alias="ordning", description="Funktionerna i tur och ordning")
    parties: Names = Field(default=(), alias="parter", description="Vid alternerande: parterna i tur och ordning")
    changes: Turn | None = Field(default=None, alias="byts", description="Hur länge en tur varar: varje år")
    first: Text | None = Field(
        default=None, alias="först", description="Funktionen vars tur det är från och med ”från”"
    )
    first_from: Day | None = Field(default=None, alias="från")
    vice: Text | None = Field(default=None, alias="vice")
    by: Text | None = Field(default=None, alias="utses av")
    note: Text | None = Field(default=None, alias="anmärkning")


def _chair(value: Any) -> Any:
    return {"sätt": value} if isinstance(value, str) else value


Chair = Annotated[ChairEntry, BeforeValidator(_chair, json_schema_input_type=str | ChairEntry)]


class Sourced(Entry):
    """What a promise stands on, and when to remind of it."""

    where: Text | None = Field(default=None, alias="källa", description="Var det står: bilaga 2, Trygghet i kommunen")
    quote: Text | None = Field(default=None, alias="citat", description="Raden som boten citerar")
    remind_before: DayCounts | None = Field(default=None, alias="påminn före", description="Dagar före")
    remind_after: DayCounts | None = Field(default=None, alias="påminn efter", description="Dagar efter")
    visibility: Annotated[Text, one_of(*VISIBILITIES), WithJsonSchema({"enum": list(VISIBILITIES)})] = Field(
        default=Visibility.PARTIES.value, alias="synlighet", description="Hur långt det som sägs och loggas får visas"
    )


class ForumEntry(Sourced):
    """A forum: its meetings, chair, members and the forum it reports to."""

    name: Text = Field(alias="namn")
    aliases: Names = Field(default=(), alias="alias")
    purpose: Text | None = Field(default=None, alias="syfte")
    parent: Text | None = Field(default=None, alias="överordnat", description="Forumet det ligger under")
    reports: Text | None = Field(default=None, alias="rapporterar", description="Vad det rapporterar dit")
    meets: Phrase = Field(alias="sammanträder")
    chair: Chair = Field(default_factory=lambda: ChairEntry(sätt="ej angivet"), alias="ordförande")
    members: tuple[Member, ...] = Field(alias="ledamöter", min_length=1)
    agenda: Names = Field(default=(), alias="dagordning", description="Stående punkter i stället för botens egna")
    strategic: YesNo = Field(default=False, alias="strategiskt råd", description="Rådet enligt 10 § lag (2023:196)")
    places_only: YesNo = Field(default=False, alias="utan enskilda", description="Aldrig uppgifter om enskilda")
    note: Text | None = Field(default=None, alias="anmärkning")


class CoordinatorsEntry(Entry):
    """The coordinators and what they are to do."""

    seats: Names = Field(alias="funktioner", min_length=1)
    duties: Names = Field(default=(), alias="uppdrag")
    contacts: Names = Field(default=(), alias="kontakt", description="Funktionerna i kontaktuppgifterna")
    where: Text | None = Field(default=None, alias="källa")
    note: Text | None = Field(default=None, alias="anmärkning")


class ActorReference(Entry):
    """Who answers or takes part: a forum, party, function or actor by name, or `text` that names none of these."""

    name: Text | None = Field(default=None, alias="namn")
    words: Text | None = Field(default=None, alias="text", description="Ord som inget namn täcker")


def _actor(value: Any) -> Any:
    if isinstance(value, str):
        return {"namn": value}
    if isinstance(value, dict) and len(value) != 1:
        raise mistake("här ska det stå ett namn, eller text: och ord som inget namn täcker", "namn, text")
    return value


def _actors(value: Any) -> Any:
    return [value] if isinstance(value, str | dict) else value


Actor = Annotated[ActorReference, BeforeValidator(_actor, json_schema_input_type=str | ActorReference)]
Actors = Annotated[
    tuple[Actor, ...],
    BeforeValidator(_actors, json_schema_input_type=str | ActorReference | list[str | ActorReference]),
]


class Promise(Sourced):
    """What activities, follow-ups and the like have in common: who answers for it and where it is told."""

    responsible: Actors = Field(default=(), alias="ansvarig")
    cooperating: Actors = Field(default=(), alias="samverkan")
    forum: Text | None = Field(default=None, alias="forum", description="Där det påminns om och loggas")
    aliases: Names = Field(default=(), alias="alias", description="Ord som folk säger: vandring")
    note: Text | None = Field(default=None, alias="anmärkning")


class PictureEntry(Promise):
    """The situation report: what it is made from and how often it is updated."""

    sources: Names = Field(default=(), alias="underlag")
    updated: Phrase = Field(alias="uppdateras")
    text: Text | None = Field(default=None, alias="text")


class AreaEntry(Entry):
    """A prioritised area of cooperation with its part of the situation report."""

    name: Text = Field(alias="namn")
    text: Text | None = Field(default=None, alias="text")
    aliases: Names = Field(default=(), alias="alias")


class GoalEntry(Entry):
    """A numbered goal."""

    number: Count = Field(alias="nummer")
    text: Text = Field(alias="text")
    note: Text | None = Field(default=None, alias="anmärkning")


class ActivityEntry(Promise):
    """An activity. `tid` is the agreement's own words; `takt` says the same so that the bot can read it."""

    name: Text = Field(alias="namn", max_length=75, description="Kort: Trygghetsvandring")
    kind: Annotated[Text, one_of(*ACTIVITY_KINDS), WithJsonSchema({"enum": list(ACTIVITY_KINDS)})] = Field(
        default="aktivitet", alias="slag"
    )
    area: Text | None = Field(default=None, alias="område")
    heading: Text | None = Field(default=None, alias="rubrik", description="Aktivitetsplanens rubrik")
    text: Text | None = Field(default=None, alias="text")
    purpose: Text | None = Field(default=None, alias="syfte")
    goals: Numbers = Field(default=(), alias="mål")
    goal_text: Text | None = Field(default=None, alias="måltext", description="Målet med aktivitetsplanens egna ord")
    time: Text | None = Field(default=None, alias="tid")
    rate: Phrase | None = Field(default=None, alias="takt")


class FollowUpEntry(Promise):
    """A row of the follow-up plan. `frekvens` is the plan's own words; `takt` says the same to the bot."""

    name: Text = Field(alias="namn", max_length=60)
    method: Text | None = Field(default=None, alias="metod")
    frequency: Text | None = Field(default=None, alias="frekvens")
    rate: Phrase | None = Field(default=None, alias="takt")


class MeasureEntry(Entry):
    """Statistics that are followed up."""

    name: Text = Field(alias="namn", max_length=60)
    text: Text | None = Field(default=None, alias="text")
    aliases: Names = Field(default=(), alias="alias")


class MeasuresEntry(Promise):
    """The measures and how often all of them are followed up."""

    rate: Phrase = Field(alias="följs upp")
    text: Text | None = Field(default=None, alias="text")
    measures: tuple[MeasureEntry, ...] = Field(alias="mått", min_length=1)


class RenewalEntry(Promise):
    """What shall happen when the agreement ends, or how often an open-ended one is revised."""

    rate: Phrase | None = Field(default=None, alias="revideras", description="För en överenskommelse utan slutdag")


class ProvisionEntry(Entry):
    """A passage that promises nothing with a cadence but belongs to the agreement."""

    where: Text = Field(alias="källa")
    text: Text = Field(alias="text")


class SignatureEntry(Entry):
    """Who signed for a party, by function."""

    party: Text = Field(alias="part")
    function: Text = Field(alias="funktion")
    signed_on: Day = Field(alias="datum")
    place: Text | None = Field(default=None, alias="ort")
    as_written: Text | None = Field(default=None, alias="skrivet", description="Datum och ort som de står")


class BreakEntry(Entry):
    """A school break."""

    name: Text = Field(alias="namn")
    first: Day = Field(alias="från")
    last: Day = Field(alias="till")


class EventEntry(Entry):
    """Local dates of a youth weekend."""

    name: Event = Field(alias="namn")
    first: Day = Field(alias="från")
    last: Day = Field(alias="till")


class CalendarEntry(Entry):
    """Local days the law does not know: school breaks and youth weekends."""

    breaks: tuple[BreakEntry, ...] = Field(default=(), alias="lov")
    events: tuple[EventEntry, ...] = Field(default=(), alias="ungdomshelger")


class AgreementFile(Entry):
    """The whole file."""

    format: Literal[1] = 1
    title: Text = Field(alias="titel")
    municipality: Text = Field(alias="kommun")
    example: YesNo = Field(default=False, alias="exempel", description="ja: ett exempel, ingens undertecknade avtal")
    period: PeriodEntry
    predecessor: Text | None = Field(default=None, alias="föregångare")
    successor: Text | None = Field(default=None, alias="efterträdare")
    background: Text | None = Field(default=None, alias="bakgrund")
    purpose: Text | None = Field(default=None, alias="syfte")
    parties: tuple[PartyEntry, ...] = Field(alias="parter", min_length=1)
    actors: tuple[ActorEntry, ...] = Field(default=(), alias="andra aktörer")
    seats: tuple[SeatEntry, ...] = Field(alias="funktioner", min_length=1)
    coordinators: CoordinatorsEntry | None = Field(default=None, alias="samordnare")
    forums: tuple[ForumEntry, ...] = Field(alias="forum", min_length=1)
    default_forum: Text | None = Field(
        default=None, alias="standardforum", description="Forumet för åtaganden som inget annat forum ansvarar för"
    )
    annexes: tuple[AnnexEntry, ...] = Field(default=(), alias="bilagor")
    picture: PictureEntry | None = Field(default=None, alias="lägesbild")
    areas: tuple[AreaEntry, ...] = Field(default=(), alias="områden")
    goals: tuple[GoalEntry, ...] = Field(default=(), alias="mål")
    activities: tuple[ActivityEntry, ...] = Field(default=(), alias="aktiviteter")
    follow_ups: tuple[FollowUpEntry, ...] = Field(default=(), alias="uppföljning")
    measures: MeasuresEntry | None = Field(default=None, alias="mätning")
    communication: Names = Field(default=(), alias="kommunikationsplan", description="Styckena i tur och ordning")
    provisions: tuple[ProvisionEntry, ...] = Field(default=(), alias="bestämmelser")
    renewal: RenewalEntry | None = Field(default=None, alias="förnyelse")
    signatures: tuple[SignatureEntry, ...] = Field(default=(), alias="underskrifter")
    calendar: CalendarEntry | None = Field(default=None, alias="kalender")

    def document(self) -> dict[str, Any]:
        """The file as plain JSON values, with its own keys; `AgreementFile.model_validate` reads it back."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
