"""files.*: uploaded in two steps, then shared."""

from sandbox.conversations import Message
from sandbox.errors import Json, SlackError
from sandbox.files import file_wire
from sandbox.web_api.arguments import Arguments
from sandbox.web_api.chat import place_to_write
from sandbox.workspace import Workspace

LARGEST = 50_000_000


async def get_upload_url(slack: Workspace, call: Arguments) -> Json:
    """files.getUploadURLExternal"""
    size = call.number("length", 0)
    if size <= 0:
        raise SlackError("invalid_arguments", ["[ERROR] length must be above 0"])
    if size > LARGEST:
        raise SlackError("file_upload_size_restricted")
    file = slack.files.new(call.text("filename"), size, slack.bot, int(slack.clock.now.timestamp()))
    return {"upload_url": f"{slack.base}/upload/{file.id}", "file_id": file.id}


async def complete_upload(slack: Workspace, call: Arguments) -> Json:
    """files.completeUploadExternal: with channel_id the files are shared there"""
    wanted = call.json("files")
    if not isinstance(wanted, list) or not wanted:
        raise SlackError("invalid_arguments", ["[ERROR] missing required field: files"])
    described = []
    for one in wanted:
        file = slack.files.get(str(one.get("id")))
        if file is None or file.content is None:
            raise SlackError("file_not_found")
        file.title, file.complete = one.get("title") or file.name, True
        described.append(file_wire(file, slack.base))
    channel = call.maybe("channel_id") or call.maybe("channels")
    if channel is not None:
        conversation = place_to_write(slack, channel)
        text = call.maybe("initial_comment") or ""
        message = Message(slack.clock.stamp(), slack.bot, text, bot=True, files=described)
        message.thread_ts = call.maybe("thread_ts")
        slack.say(conversation, message)
    return {"files": described}


async def info(slack: Workspace, call: Arguments) -> Json:
    """files.info"""
    file = slack.files.get(call.text("file"))
    if file is None or not file.complete:
        raise SlackError("file_not_found")
    return {"file": file_wire(file, slack.base)}
