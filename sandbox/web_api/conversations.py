"""conversations.* and reactions.add: what the bot may know of channels, and what has been said in them."""

from sandbox.conversations import Conversation, Message
from sandbox.errors import Json, SlackError
from sandbox.events import moved
from sandbox.web_api.arguments import Arguments
from sandbox.web_api.chat import direct_with
from sandbox.wire import conversation_wire
from sandbox.workspace import Workspace

TYPES = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}


def type_of(conversation: Conversation) -> str:
    """Slack's word for the kind of conversation in `types`."""
    if conversation.kind == "im":
        return "im"
    return "private_channel" if conversation.is_private else "public_channel"


def need(slack: Workspace, conversation: Conversation, what: str) -> None:
    """SlackError missing_scope unless the manifest has "channels:read", "groups:history", … as this one needs."""
    need_scope(slack, f"{TYPES[type_of(conversation)]}:{what}")


def need_scope(slack: Workspace, scope: str) -> None:
    """SlackError missing_scope unless the manifest has this scope."""
    if scope not in slack.manifest.scopes:
        raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(slack.manifest.scopes)))


def _known(slack: Workspace, call: Arguments, what: str) -> Conversation:
    conversation = slack.conversations.for_bot(call.text("channel"))
    need(slack, conversation, what)
    return conversation


def _of_types(slack: Workspace, call: Arguments) -> list[Conversation]:
    types = (call.maybe("types") or "public_channel").replace(" ", "").split(",")
    for one in types:
        if one not in TYPES:
            raise SlackError("invalid_types")
        need_scope(slack, f"{TYPES[one]}:read")
    found = [one for one in slack.conversations if type_of(one) in types]
    if call.flag("exclude_archived"):
        found = [one for one in found if not one.is_archived]
    return found


async def open_(slack: Workspace, call: Arguments) -> Json:
    """conversations.open: direct messages with one person"""
    if "channel" in call:
        conversation = slack.conversations.for_bot(call.text("channel"))
    else:
        users = call.text("users").split(",")
        if len(users) > 1:
            need_scope(slack, "mpim:write")
            raise SlackError("method_not_supported_for_channel_type")
        if users[0] == slack.bot:
            raise SlackError("cannot_dm_bot")
        if users[0] not in slack.world.people:
            raise SlackError("user_not_found")
        conversation = direct_with(slack, users[0])
    wire = conversation_wire(slack.world, conversation) if call.flag("return_im") else {"id": conversation.id}
    return {"channel": wire}


async def info(slack: Workspace, call: Arguments) -> Json:
    """conversations.info"""
    conversation = _known(slack, call, "read")
    wire = conversation_wire(slack.world, conversation)
    if conversation.is_ext_shared:
        wire["connected_team_ids"] = slack.conversations.organisations(conversation)
    if call.flag("include_num_members"):
        wire["num_members"] = len(conversation.members)
    return {"channel": wire}


async def members(slack: Workspace, call: Arguments) -> Json:
    """conversations.members"""
    conversation = _known(slack, call, "read")
    page, following = call.page(conversation.members)
    return {"members": page, "response_metadata": {"next_cursor": following}}


async def list_(slack: Workspace, call: Arguments) -> Json:
    """conversations.list: private channels only where the bot is in"""
    seen = [one for one in _of_types(slack, call) if not one.is_private or slack.bot in one.members]
    page, following = call.page(seen)
    channels = [{**conversation_wire(slack.world, one), "num_members": len(one.members)} for one in page]
    return {"channels": channels, "response_metadata": {"next_cursor": following}}


async def of_user(slack: Workspace, call: Arguments) -> Json:
    """users.conversations: where somebody (else the bot itself) is a member, and the bot may know of it"""
    user = call.maybe("user") or slack.bot
    known = [one for one in _of_types(slack, call) if not one.is_private or slack.bot in one.members]
    page, following = call.page([one for one in known if user in one.members])
    channels = [conversation_wire(slack.world, one) for one in page]
    return {"channels": channels, "response_metadata": {"next_cursor": following}}


def _between(messages: list[Message], call: Arguments) -> list[Message]:
    oldest, latest = float(call.maybe("oldest") or 0), float(call.maybe("latest") or "inf")
    if call.flag("inclusive"):
        return [one for one in messages if oldest <= float(one.ts) <= latest]
    return [one for one in messages if oldest < float(one.ts) < latest]


def _page(slack: Workspace, call: Arguments, messages: list[Message]) -> Json:
    page, following = call.page(messages)
    with_metadata = call.flag("include_all_metadata")
    return {
        "messages": [slack.wire(one, with_metadata=with_metadata) for one in page],
        "has_more": bool(following),
        "response_metadata": {"next_cursor": following},
    }


def _readable(slack: Workspace, call: Arguments) -> Conversation:
    conversation = _known(slack, call, "history")
    if slack.bot not in conversation.members:
        raise SlackError("not_in_channel")
    return conversation


async def history(slack: Workspace, call: Arguments) -> Json:
    """conversations.history: newest first, without replies in threads and without ephemerals"""
    conversation = _readable(slack, call)
    spoken = [one for one in conversation.messages if one.only_for is None and (not one.is_reply or one.broadcast)]
    return {**_page(slack, call, _between(spoken, call)[::-1]), "pin_count": 0}


async def replies(slack: Workspace, call: Arguments) -> Json:
    """conversations.replies: a message and what stands under it, oldest first"""
    conversation = _readable(slack, call)
    ts = call.text("ts")
    if conversation.find(ts) is None:
        raise SlackError("thread_not_found")
    parent = [one for one in conversation.messages if one.ts == ts]
    under = [one for one in conversation.messages if one.thread_ts == ts and one.ts != ts and one.only_for is None]
    return _page(slack, call, parent + _between(under, call))


async def join(slack: Workspace, call: Arguments) -> Json:
    """conversations.join: the bot itself, in a public channel"""
    conversation = slack.conversations.get(call.text("channel"))
    if conversation is None:
        raise SlackError("channel_not_found")
    if conversation.is_private or conversation.kind == "im":
        raise SlackError("method_not_supported_for_channel_type")
    if conversation.is_archived:
        raise SlackError("is_archived")
    if slack.bot not in conversation.members:
        conversation.members.append(slack.bot)
        slack.happen(moved("member_joined_channel", conversation, slack.bot, slack.world.team.id), conversation)
        slack.show(conversation)
    return {"channel": conversation_wire(slack.world, conversation)}


async def add_reaction(slack: Workspace, call: Arguments) -> Json:
    """reactions.add"""
    conversation = slack.conversations.for_bot(call.text("channel"))
    message = conversation.find(call.text("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    users = message.reactions.setdefault(call.text("name"), [])
    if slack.bot in users:
        raise SlackError("already_reacted")
    users.append(slack.bot)
    slack.show(conversation)
    return {}
