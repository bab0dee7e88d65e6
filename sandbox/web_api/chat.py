"""chat.*: messages posted, changed, taken away, whispered, scheduled."""

from datetime import UTC, datetime, timedelta
from secrets import token_hex

from sandbox.conversations import Conversation, Message
from sandbox.errors import Json, SlackError
from sandbox.posting import bot_message, checked_content
from sandbox.web_api.arguments import Arguments
from sandbox.workspace import Workspace

LONGEST_AHEAD = timedelta(days=120)
MOST_PER_WINDOW = 30
WINDOW = timedelta(minutes=5)


def place_to_write(slack: Workspace, channel: str) -> Conversation:
    """Where the bot may post: a conversation's id, or a person's for a direct message. SlackError says why not."""
    if channel in slack.world.people:
        return direct_with(slack, channel)
    conversation = slack.conversations.for_bot(channel)
    if conversation.is_archived:
        raise SlackError("is_archived")
    if conversation.kind == "im" and not slack.manifest.messages_tab:
        raise SlackError("messages_tab_disabled")
    may_anyway = "chat:write.public" in slack.manifest.scopes and not conversation.is_private
    if slack.bot not in conversation.members and not may_anyway:
        raise SlackError("not_in_channel")
    return conversation


def direct_with(slack: Workspace, user: str) -> Conversation:
    """The bot's direct messages with a person; an outsider must share a channel with the bot."""
    if not slack.manifest.messages_tab:
        raise SlackError("messages_tab_disabled")
    if slack.world.is_external(user) and not slack.conversations.shares_channel_with_bot(user):
        raise SlackError("channel_not_found")
    return slack.conversations.direct(user)


async def post_message(slack: Workspace, call: Arguments) -> Json:
    """chat.postMessage"""
    conversation = place_to_write(slack, call.text("channel"))
    content = checked_content(slack, "chat.postMessage", call.content())
    thread = call.maybe("thread_ts")
    if thread is not None and conversation.find(thread) is None:
        raise SlackError("thread_not_found")
    slack.pace.post(conversation.id)
    message = bot_message(slack, content, thread_ts=thread, broadcast=bool(thread) and call.flag("reply_broadcast"))
    slack.say(conversation, message)
    return {"channel": conversation.id, "ts": message.ts, "message": slack.wire(message, with_metadata=True)}


async def post_ephemeral(slack: Workspace, call: Arguments) -> Json:
    """chat.postEphemeral"""
    user = call.text("user")
    conversation = place_to_write(slack, call.text("channel"))
    if user not in conversation.members:
        raise SlackError("user_not_in_channel")
    content = checked_content(slack, "chat.postEphemeral", {**call.content(), "metadata": None})
    message = bot_message(slack, content, only_for=user, thread_ts=call.maybe("thread_ts"))
    slack.say(conversation, message)
    return {"message_ts": message.ts}


def own_message(slack: Workspace, call: Arguments, refusal: str) -> tuple[Conversation, Message]:
    """A message of the bot's own; SlackError message_not_found, or `refusal` when somebody else wrote it."""
    conversation = slack.conversations.for_bot(call.text("channel"))
    message = conversation.find(call.text("ts"))
    if message is None:
        raise SlackError("message_not_found")
    if not message.bot:
        raise SlackError(refusal)
    if conversation.is_archived:
        raise SlackError("is_archived")
    return conversation, message


async def update(slack: Workspace, call: Arguments) -> Json:
    """chat.update: blocks and metadata that are not given stay; `[]` and `{}` take them away."""
    conversation, message = own_message(slack, call, "cant_update_message")
    given = call.content()
    kept = {"text": message.text, "blocks": message.blocks, "metadata": message.metadata}
    new = {name: kept[name] if value is None else value for name, value in given.items()}
    content = checked_content(slack, "chat.update", new)
    message.text, message.blocks, message.metadata = content.text, content.blocks, content.metadata
    message.edited = slack.clock.stamp()
    slack.show(conversation)
    return {
        "channel": conversation.id,
        "ts": message.ts,
        "text": message.text,
        "message": slack.wire(message, with_metadata=True),
    }


async def delete(slack: Workspace, call: Arguments) -> Json:
    """chat.delete"""
    conversation, message = own_message(slack, call, "cant_delete_message")
    conversation.messages.remove(message)
    slack.show(conversation)
    return {"channel": conversation.id, "ts": message.ts}


async def get_permalink(slack: Workspace, call: Arguments) -> Json:
    """chat.getPermalink: an address of this server, so that it can be followed."""
    conversation = slack.conversations.for_bot(call.text("channel"))
    ts = call.text("message_ts")
    if conversation.find(ts) is None:
        raise SlackError("message_not_found")
    address = f"{slack.base}/archives/{conversation.id}/p{ts.replace('.', '')}"
    return {"channel": conversation.id, "permalink": address}


async def schedule_message(slack: Workspace, call: Arguments) -> Json:
    """chat.scheduleMessage: a message with metadata is taken and never posted, a fault Slack documents."""
    conversation = place_to_write(slack, call.text("channel"))
    due = datetime.fromtimestamp(call.number("post_at", 0), UTC)
    now = slack.clock.now
    if due <= now:
        raise SlackError("time_in_past")
    if due > now + LONGEST_AHEAD:
        raise SlackError("time_too_far")
    near = [one for one, _, channel in slack.scheduled.values() if channel == conversation.id]
    if sum(1 for one in near if abs(one - due) < WINDOW) >= MOST_PER_WINDOW:
        raise SlackError("restricted_too_many")
    message = bot_message(slack, checked_content(slack, "chat.scheduleMessage", call.content()))
    id = f"Q{token_hex(5).upper()}"
    slack.scheduled[id] = (due, message, conversation.id)
    return {
        "channel": conversation.id,
        "scheduled_message_id": id,
        "post_at": int(due.timestamp()),
        "message": slack.wire(message),
    }


async def delete_scheduled_message(slack: Workspace, call: Arguments) -> Json:
    """chat.deleteScheduledMessage"""
    id = call.text("scheduled_message_id")
    slack.conversations.for_bot(call.text("channel"))
    if slack.scheduled.pop(id, None) is None:
        raise SlackError("invalid_scheduled_message_id")
    return {}
