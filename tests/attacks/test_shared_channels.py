"""What leaks when a channel reaches further than the parties: told to the coordinators, and internal items kept out."""

from datetime import timedelta
from itertools import product

import pytest
from aiohttp import web
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.channels import look_at_channels
from bot.outbound import SlackCarrier
from schedules.composing import compose
from schedules.courier import carry
from storage.channels import note_channel
from storage.models import Commitment, Forum, Matter, Notice, NoticeState, Outgoing, OutgoingState, SlackChannel
from storage.outbox import tell
from storage.terms import Visibility
from tests.attacks.conftest import Siege
from tests.attacks.test_forged_ids import view_of
from tests.bot.standin import Answer, Json
from tests.permissions.hamlet import ELSEWHERE, NOW

CHANNEL, STRANGER = "C0MITTEN", "T0FRAMLING"
SECRET = "Bara för oss"


async def linked(siege: Siege, *shared_with: str) -> None:
    """Mitten's channel, shared with those organisations as far as is known."""
    async with siege.database.transaction() as session:
        forum = await session.get(Forum, siege.hamlet.places["Mitten"].forum)
        assert forum is not None
        forum.channel_id = CHANNEL
        session.add(forum)
        await note_channel(
            session, workspace_id=siege.hamlet.workspace, channel_id=CHANNEL, now=NOW, shared_with=shared_with
        )


def sharing(channel: str, *teams: str) -> Answer:
    """What Slack says of a channel that the teams share."""
    said = {"ok": True, "channel": {"id": channel, "is_ext_shared": True, "connected_team_ids": list(teams)}}
    return lambda _request, _arguments: web.json_response(said)


async def log(siege: Siege, visibility: str) -> None:
    """A walk in Mitten, logged with a text that only some may see."""
    _, view, state = await view_of(siege, "logga aktivitet")
    shown = await siege.sends_in(
        "ledamot", view, state | {"text": {"value": SECRET}, "visibility": {"value": visibility}}
    )
    assert "Tack, det är loggat" in shown


async def carried(siege: Siege) -> list[Json]:
    """Everything that is due posted; what Slack was asked to post, oldest first."""
    siege.slack.asked.clear()
    clock = siege.desk.clock

    async def wait(seconds: float) -> None:
        clock.set(clock.now() + timedelta(seconds=seconds))

    for _ in range(2):  # what is turned aside goes the next time
        await wait(60)
        carrier = SlackCarrier(siege.desk.client)
        await carry(siege.database, carrier, clock.now, compose=compose, worker="w", wait=wait)
    return siege.slack.of("chat.postMessage")


async def where(siege: Siege) -> set[str]:
    """The addresses at which the secret was posted."""
    return {str(post["channel"]) for post in await carried(siege) if SECRET in str(post)}


@pytest.mark.asyncio
async def test_sharing_a_channel_with_a_stranger_is_told_to_the_coordinators_once(siege: Siege) -> None:
    await linked(siege)
    event = {"type": "channel_shared", "channel": CHANNEL, "connected_team_id": STRANGER, "event_ts": "1.0"}
    for number in range(3):
        await siege.hears_of(event, f"Ev{number // 2}")
    (told,) = await siege.told("samordnare")
    assert f"Organisationen {STRANGER}" in told
    assert "intern" in told
    assert "publik" in told
    assert await siege.told("samordnare-i-mitten") == [told]
    assert await siege.told("ledamot") == []


@pytest.mark.asyncio
async def test_a_party_that_joins_the_channel_is_told_of_by_name(siege: Siege) -> None:
    await linked(siege)
    await siege.hears_of({"type": "channel_shared", "channel": CHANNEL, "connected_team_id": ELSEWHERE})
    (told,) = await siege.told("samordnare")
    assert "extern" in told
    assert "Ingen av parterna" not in told


@pytest.mark.asyncio
async def test_a_channel_of_no_forum_that_is_shared_tells_nobody(siege: Siege) -> None:
    await siege.hears_of({"type": "channel_shared", "channel": "C0ANNAN", "connected_team_id": STRANGER})
    assert await siege.told() == []


@pytest.mark.asyncio
async def test_one_that_leaves_and_comes_back_is_told_of_again(siege: Siege) -> None:
    await linked(siege)
    shared = {"type": "channel_shared", "channel": CHANNEL, "connected_team_id": STRANGER}
    await siege.hears_of(shared, "Ev1")
    await siege.hears_of(
        {"type": "channel_unshared", "channel": CHANNEL, "previously_connected_team_id": STRANGER}, "Ev2"
    )
    siege.desk.clock.set(NOW + timedelta(days=1))
    await siege.hears_of(shared, "Ev3")
    assert len(await siege.told("samordnare")) == 2


@pytest.mark.asyncio
async def test_reading_an_internal_outcome_in_a_channel_shared_outside_the_parties(siege: Siege) -> None:
    await linked(siege, STRANGER)
    await log(siege, "intern")
    places = await where(siege)
    assert CHANNEL not in places
    assert {"DU0LEDAMOT", "DU0EXTERN", "DU0SAMORDNARE", "DU0SEKRETERARE"} <= places
    assert "DU0STANGD" not in places


@pytest.mark.asyncio
async def test_an_internal_outcome_stays_in_a_channel_of_the_parties_alone(siege: Siege) -> None:
    await linked(siege, ELSEWHERE)
    await log(siege, "intern")
    assert await where(siege) == {CHANNEL}


@pytest.mark.asyncio
@pytest.mark.parametrize("visibility", ["parterna", "as"])
async def test_reading_what_is_the_parties_in_a_channel_shared_outside_them(siege: Siege, visibility: str) -> None:
    await linked(siege, STRANGER)
    await log(siege, visibility)
    places = await where(siege)
    assert CHANNEL not in places
    assert {"DU0LEDAMOT", "DU0EXTERN", "DU0SAMORDNARE"} <= places


@pytest.mark.asyncio
@pytest.mark.parametrize("visibility", ["parterna", "publik", "as"])
async def test_what_is_the_parties_is_posted_in_a_channel_of_theirs(siege: Siege, visibility: str) -> None:
    await linked(siege, ELSEWHERE)
    await log(siege, visibility)
    assert await where(siege) == {CHANNEL}


@pytest.mark.asyncio
async def test_what_is_public_is_posted_where_the_forum_is_whoever_reads_there(siege: Siege) -> None:
    await linked(siege, STRANGER)
    await log(siege, "publik")
    assert await where(siege) == {CHANNEL}


@pytest.mark.asyncio
@pytest.mark.parametrize(("marked", "posted"), [("intern", False), ("parterna", True)])
async def test_a_summons_that_names_an_internal_matter_goes_to_the_people(
    siege: Siege, marked: str, posted: bool
) -> None:
    await linked(siege, STRANGER)
    await raised(siege, marked)
    async with siege.database.transaction() as session:
        meeting = await session.get_one(Commitment, siege.hamlet.places["Mitten"].meeting)
        meeting.visibility = Visibility.PUBLIC.value  # so that only the matter decides
        session.add(meeting)
        for matter in (await session.exec(select(Matter).where(Matter.title != SECRET))).all():
            matter.visibility = Visibility.PUBLIC.value
            session.add(matter)
        await note_channel(
            session, workspace_id=siege.hamlet.workspace, channel_id=CHANNEL, now=NOW, shared_with=[ELSEWHERE]
        )
        if not posted:
            await note_channel(
                session, workspace_id=siege.hamlet.workspace, channel_id=CHANNEL, now=NOW, shared_with=[STRANGER]
            )
        await summoned(session, siege)
    assert (CHANNEL in await where(siege)) is posted


async def raised(siege: Siege, visibility: str) -> None:
    """A matter in Mitten, with a title that only some may see."""
    _, view, state = await view_of(siege, "mote arende")
    shown = await siege.sends_in(
        "ledamot", view, state | {"title": {"value": SECRET}, "visibility": {"value": visibility}}
    )
    assert "tas upp på nästa möte" in shown


async def summoned(session: AsyncSession, siege: Siege) -> None:
    """The summons to Mitten's meeting, to its channel."""
    place = siege.hamlet.places["Mitten"]
    await tell(
        session,
        workspace_id=siege.hamlet.workspace,
        key=f"summons:{place.occasion}",
        kind="summons",
        due_at=NOW,
        now=NOW,
        forum_id=place.forum,
        agreement_id=siege.hamlet.agreement,
        commitment_id=place.meeting,
        occasion_id=place.occasion,
        details={"audiences": [], "about": "2027-11-24", "days": 10, "detail": "", "window": None},
    )


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", ["mote arende", "trender rapportera", "mote anteckningar", "arende besluta"])
@pytest.mark.parametrize("visibility", ["intern", "parterna", "publik"])
async def test_matters_trends_minutes_and_decisions_are_posted_as_far_as_they_are_marked(
    siege: Siege, kind: str, visibility: str
) -> None:
    await linked(siege, STRANGER)
    forum = "Mitten"
    if kind == "trender rapportera":
        forum = "Botten"  # Mitten is told
    _, view, state = await view_of(siege, kind, forum)
    said = {"title": SECRET, "text": SECRET, "area": SECRET, "point1": SECRET, "trafik": "up"}
    await siege.sends_in(
        "samordnare",
        view,
        state
        | {name: {"value": text} for name, text in said.items() if name in state}
        | {"visibility": {"value": visibility}},
    )
    posts = [post for post in await carried(siege) if post["channel"] == CHANNEL]
    assert bool(posts) is (visibility == "publik"), posts


@pytest.mark.asyncio
async def test_a_channel_shared_between_the_writing_and_the_posting(siege: Siege) -> None:
    await linked(siege)
    await log(siege, "intern")
    await siege.hears_of({"type": "channel_shared", "channel": CHANNEL, "connected_team_id": STRANGER})
    assert CHANNEL not in await where(siege)


@pytest.mark.asyncio
async def test_a_channel_nobody_has_looked_at_counts_as_shared(siege: Siege) -> None:
    await linked(siege)
    async with siege.database.transaction() as session:
        await session.delete((await session.exec(select(SlackChannel))).one())
    await log(siege, "intern")
    assert CHANNEL not in await where(siege)


@pytest.mark.asyncio
async def test_a_visibility_nobody_has_heard_of_counts_as_internal(siege: Siege) -> None:
    await linked(siege, STRANGER)
    await log(siege, "hela-varlden")
    assert CHANNEL not in await where(siege)


@pytest.mark.asyncio
async def test_a_reminder_of_an_internal_commitment_and_one_of_another_to_the_same_channel(siege: Siege) -> None:
    await linked(siege, STRANGER)
    place = siege.hamlet.places["Mitten"]
    async with siege.database.transaction() as session:
        row = await session.get(Commitment, place.ongoing)
        assert row is not None
        row.visibility = Visibility.INTERNAL.value
        session.add(row)
        for commitment in (place.ongoing, place.activity):
            await tell(
                session,
                workspace_id=siege.hamlet.workspace,
                key=f"nothing_booked:{commitment}:x",
                kind="nothing_booked",
                due_at=NOW,
                now=NOW,
                forum_id=place.forum,
                agreement_id=siege.hamlet.agreement,
                commitment_id=commitment,
                details={"audiences": [], "about": "2027-12-31", "days": 0, "detail": "", "window": None},
            )
    posts = await carried(siege)
    assert not [post for post in posts if post["channel"] == CHANNEL and "Närvaro" in str(post)]
    async with siege.database.reading() as session:
        kept = (await session.exec(select(Notice).where(Notice.commitment_id == place.ongoing))).all()
    assert [each.reason for each in kept if each.forum_id and each.person_id is None] == ["internal"]


@pytest.mark.asyncio
async def test_turning_the_same_aside_twice_tells_nobody_twice(siege: Siege) -> None:
    await linked(siege, STRANGER)
    await log(siege, "intern")
    first = [str(post["channel"]) for post in await carried(siege) if SECRET in str(post)]
    assert len(first) == len(set(first))
    assert await where(siege) == set()


@pytest.mark.asyncio
async def test_internal_and_nobody_to_tell_directly_is_refused_and_not_posted(siege: Siege) -> None:
    await linked(siege, STRANGER)
    await log(siege, "intern")
    async with siege.database.transaction() as session:
        for who in siege.hamlet.people:
            person = await siege.person(who)
            person.slack_user_id = None
            session.add(person)
    assert await where(siege) == set()
    async with siege.database.reading() as session:
        rows = (await session.exec(select(Notice).where(Notice.kind == "outcome"))).all()
    assert [row.state for row in rows] == [NoticeState.REFUSED]


@pytest.mark.asyncio
async def test_a_channel_id_that_changes_takes_the_forum_with_it_and_is_looked_at_anew(siege: Siege) -> None:
    await linked(siege)
    await siege.hears_of({"type": "channel_id_changed", "old_channel_id": CHANNEL, "new_channel_id": "C0NYTT"})
    async with siege.database.reading() as session:
        forum = await session.get(Forum, siege.hamlet.places["Mitten"].forum)
        known = (await session.exec(select(SlackChannel))).all()
    assert forum is not None
    assert forum.channel_id == "C0NYTT"
    assert [(each.channel_id, each.unsure) for each in known] == [("C0NYTT", True)]  # counts as shared until looked at
    assert siege.slack.of("conversations.info") == [{"channel": "C0NYTT"}]


@pytest.mark.asyncio
async def test_a_channel_that_gets_a_new_id_as_it_is_shared_is_told_of_whichever_event_comes_first(
    siege: Siege,
) -> None:
    """Slack renumbers a channel when it becomes shared: the look under the new id must not make the stranger known."""
    await linked(siege, ELSEWHERE)
    siege.slack.answers["conversations.info"] = sharing("C0NYTT", ELSEWHERE, STRANGER)
    await siege.hears_of({"type": "channel_id_changed", "old_channel_id": CHANNEL, "new_channel_id": "C0NYTT"}, "Ev1")
    shared = {"type": "channel_shared", "channel": "C0NYTT", "connected_team_id": STRANGER}
    await siege.hears_of(shared, "Ev2")
    (told,) = await siege.told("samordnare")
    assert f"Organisationen {STRANGER}" in told


@pytest.mark.asyncio
async def test_what_is_the_parties_waits_for_nobody_in_a_channel_with_a_new_id_but_is_not_posted_there(
    siege: Siege,
) -> None:
    await linked(siege)
    await log(siege, "parterna")
    await siege.hears_of({"type": "channel_id_changed", "old_channel_id": CHANNEL, "new_channel_id": "C0NYTT"})
    assert not {CHANNEL, "C0NYTT"} & await where(siege)


@pytest.mark.asyncio
async def test_the_first_look_at_a_linked_channel_tells_of_a_stranger_and_not_of_a_party(siege: Siege) -> None:
    async with siege.database.transaction() as session:
        forum = await session.get_one(Forum, siege.hamlet.places["Mitten"].forum)
        forum.channel_id = CHANNEL
        session.add(forum)
    siege.slack.answers["conversations.info"] = sharing(CHANNEL, ELSEWHERE, STRANGER)
    await look_at_channels(siege.desk)
    (told,) = await siege.told("samordnare")
    assert STRANGER in told


@pytest.mark.asyncio
async def test_an_archived_channel_and_a_bot_put_out_are_told_of_but_not_a_member_who_leaves(siege: Siege) -> None:
    await linked(siege)
    await siege.hears_of({"type": "member_left_channel", "channel": CHANNEL, "user": "U0LEDAMOT"}, "Ev1")
    assert await siege.told("samordnare") == []
    await siege.hears_of({"type": "channel_archive", "channel": CHANNEL, "event_ts": "1.0"}, "Ev2")
    await siege.hears_of({"type": "member_left_channel", "channel": CHANNEL, "user": "UBOT", "event_ts": "2.0"}, "Ev3")
    archived, left = await siege.told("samordnare")
    assert "arkiverad" in archived
    assert "inte kvar" in left
    await siege.hears_of({"type": "channel_rename", "channel": {"id": CHANNEL, "name": "nytt-namn"}}, "Ev4")
    async with siege.database.reading() as session:
        assert (await session.exec(select(SlackChannel.name))).one() == "nytt-namn"


@pytest.mark.asyncio
async def test_events_of_channels_and_accounts_in_any_shape_break_nothing(siege: Siege) -> None:
    await linked(siege)
    before = await siege.stored()
    shapes: tuple[Json, ...] = (
        {},
        {"channel": None},
        {"channel": {}},
        {"channel": "C0OKAND"},
        {"user": "U0"},
        {"user": {"id": ""}},
    )
    kinds = (
        "channel_shared",
        "channel_unshared",
        "channel_id_changed",
        "channel_rename",
        "group_archive",
        "user_change",
    )
    for number, (kind, shape) in enumerate(product(kinds, shapes)):
        await siege.hears_of({"type": kind, **shape}, f"Ev{number}")
    assert await siege.stored() == before


@pytest.mark.asyncio
async def test_nothing_of_what_is_posted_elsewhere_waits_for_ever(siege: Siege) -> None:
    await linked(siege, STRANGER)
    await log(siege, "intern")
    await carried(siege)
    async with siege.database.reading() as session:
        states = (await session.exec(select(Outgoing.state).where(col(Outgoing.forum_id).is_not(None)))).all()
    assert OutgoingState.WAITING not in states
