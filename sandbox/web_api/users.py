"""users.*, team.info and auth.test: who there is."""

from sandbox.errors import Json, SlackError
from sandbox.web_api.arguments import Arguments
from sandbox.wire import bot_wire, person_wire
from sandbox.workspace import Workspace


def _person(slack: Workspace, id: str) -> Json:
    if id == slack.bot:
        return bot_wire(slack.world)
    if id not in slack.world.people:
        raise SlackError("user_not_found")
    stranger = slack.world.is_external(id) and not slack.conversations.shares_channel_with_bot(id)
    with_email = "users:read.email" in slack.manifest.scopes
    return person_wire(slack.world, slack.world.people[id], with_email=with_email, is_stranger=stranger)


async def info(slack: Workspace, call: Arguments) -> Json:
    """users.info: outsiders too, as strangers when they share no channel with the bot"""
    return {"user": _person(slack, call.text("user"))}


async def list_(slack: Workspace, call: Arguments) -> Json:
    """users.list: the workspace's own people and the bot, never outsiders"""
    own = [id for id in slack.world.people if not slack.world.is_external(id)]
    page, following = call.page([*own, slack.bot], default=1000)
    members = [_person(slack, id) for id in page]
    return {
        "members": members,
        "cache_ts": int(slack.clock.now.timestamp()),
        "response_metadata": {"next_cursor": following},
    }


async def lookup_by_email(slack: Workspace, call: Arguments) -> Json:
    """users.lookupByEmail: within the workspace"""
    wanted = call.text("email").casefold()
    for person in slack.world.people.values():
        if person.email.casefold() == wanted and not slack.world.is_external(person.id):
            return {"user": _person(slack, person.id)}
    raise SlackError("users_not_found")


async def team_info(slack: Workspace, call: Arguments) -> Json:
    """team.info"""
    team = slack.world.team
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain, "email_domain": "", "icon": {}}}


async def auth_test(slack: Workspace, call: Arguments) -> Json:
    """auth.test"""
    team, bot = slack.world.team, slack.world.bot
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": bot.name,
        "team_id": team.id,
        "user_id": bot.user_id,
        "bot_id": bot.bot_id,
        "is_enterprise_install": False,
    }


async def api_test(slack: Workspace, call: Arguments) -> Json:
    """api.test: says back what it was given"""
    if error := call.maybe("error"):
        raise SlackError(error, args=call.given)
    return {"args": call.given}


async def connections_open(slack: Workspace, call: Arguments) -> Json:
    """apps.connections.open: an address with a ticket for one connection"""
    if not slack.manifest.socket_mode:
        raise SlackError("forbidden")
    address = slack.base.replace("http", "ws", 1)
    return {"url": f"{address}/link/?ticket={slack.socket.new_ticket()}&app_id={slack.world.bot.app_id}"}
