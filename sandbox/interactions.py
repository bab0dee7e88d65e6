"""What a person does, sent to the app as Slack sends it, and what the app's answer does."""

from collections.abc import Mapping
from typing import Any

from sandbox.blockkit import elements_of, rule_problems
from sandbox.blockkit.objects import OPTION_GROUPS, options
from sandbox.conversations import Conversation, Message, with_mentions
from sandbox.errors import Json, PersonSaw, SlackError
from sandbox.events import home_opened, moved
from sandbox.forms import View
from sandbox.posting import bot_message, checked_content, checked_view
from sandbox.states import State, complaints, state_key, state_of
from sandbox.workspace import Workspace

LONGEST_SAID = 4_000


def _person(slack: Workspace, user: str) -> Json:
    person = slack.world.people[user]
    return {"id": user, "username": person.handle, "name": person.handle, "team_id": person.team_id}


def _around(slack: Workspace, user: str, kind: str) -> Json:
    """What every interactive payload carries."""
    team = slack.world.team
    return {
        "type": kind,
        "user": _person(slack, user),
        "api_app_id": slack.world.bot.app_id,
        "token": "sandbox",
        "team": {"id": team.id, "domain": team.domain},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def conversation_of(slack: Workspace, user: str, channel: str) -> Conversation:
    """A conversation the person is in; PersonSaw channel_not_found."""
    conversation = slack.conversations.get(channel)
    if conversation is None or user not in conversation.members:
        raise PersonSaw("channel_not_found")
    return conversation


# ---- writing


async def say(slack: Workspace, user: str, channel: str, text: str) -> None:
    """A person writes a message, or a slash command. PersonSaw when it does not go through."""
    conversation = conversation_of(slack, user, channel)
    if not text.strip():
        raise PersonSaw("no_text")
    if conversation.is_archived:
        raise PersonSaw("is_archived")
    if text.startswith("/"):
        await _command(slack, user, conversation, text)
        return
    if len(text) > LONGEST_SAID:
        raise PersonSaw("msg_too_long")
    if conversation.kind == "im" and (slack.manifest.messages_tab_read_only or not slack.manifest.messages_tab):
        raise PersonSaw("messages_tab_read_only")
    written = with_mentions(text, slack.world, slack.conversations)
    slack.say(conversation, Message(slack.clock.stamp(), user, written))
    conversation.read[user] = conversation.messages[-1].ts


async def _command(slack: Workspace, user: str, conversation: Conversation, typed: str) -> None:
    name, _, rest = typed.partition(" ")
    command = slack.manifest.command(name)
    if command is None or "commands" not in slack.manifest.scopes:
        raise PersonSaw("invalid_command")
    if slack.world.is_external(user):
        raise PersonSaw("external_user")
    team = slack.world.team
    words = with_mentions(rest, slack.world, slack.conversations) if command.should_escape else rest
    url = slack.response_urls.give(conversation.id, user, typed=typed)
    payload = {
        "token": "sandbox",
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": conversation.id,
        "channel_name": {"im": "directmessage", "group": "privategroup"}.get(conversation.type, conversation.name),
        "user_id": user,
        "user_name": slack.world.people[user].handle,
        "command": name,
        "text": words.strip(),
        "api_app_id": slack.world.bot.app_id,
        "is_enterprise_install": "false",
        "response_url": f"{slack.base}/response/{url}",
        "trigger_id": slack.triggers.give(user),
    }
    answer = await slack.socket.ask("slash_commands", payload)
    if answer:
        in_person(slack, lambda: answer_here(slack, conversation, user, answer, typed=typed))


def in_person(slack: Workspace, act: Any) -> None:
    """Carries out what the app answered; when Slack would refuse it, the person sees dispatch_unknown_error."""
    try:
        act()
    except SlackError as refused:
        raise PersonSaw("dispatch_unknown_error", [refused.error, *refused.messages]) from refused


def answer_here(
    slack: Workspace, conversation: Conversation, user: str, answer: Mapping[str, Any], typed: str | None = None
) -> Message:
    """The app's answer to a command or button becomes a message: to the person alone unless it is in_channel."""
    content = checked_content(slack, "answer", dict(answer))
    public = answer.get("response_type") == "in_channel"
    if public and typed is not None:
        slack.say(conversation, Message(slack.clock.stamp(), user, typed))
    thread = str(answer["thread_ts"]) if public and answer.get("thread_ts") else None
    message = bot_message(slack, content, only_for=None if public else user, thread_ts=thread)
    slack.say(conversation, message)
    return message


# ---- pressing


def _element(blocks: list[Json], block_id: str, action_id: str) -> Json:
    for block in blocks:
        if block.get("block_id") == block_id:
            for element in elements_of(block):
                if element.get("action_id") == action_id:
                    return element
    raise PersonSaw("not_found")


def _action(slack: Workspace, blocks: list[Json], block_id: str, action_id: str, given: Mapping[str, Any]) -> Json:
    """The action as Slack sends it: what the element says itself, and only the choice from the person."""
    element = _element(blocks, block_id, action_id)
    action: Json = {"type": element["type"], "action_id": action_id, "block_id": block_id}
    if element["type"] == "button":
        action |= {name: element[name] for name in ("text", "value", "style", "url") if name in element}
    elif element["type"] == "overflow":
        action["selected_option"] = _offered(element, given.get("selected_option"))
    else:
        key = state_key(element["type"]) or "value"
        choice = given.get(key)
        if key.startswith("selected_option") and "external" not in element["type"]:
            choice = (
                [_offered(element, one) for one in choice or []] if key.endswith("s") else _offered(element, choice)
            )
        action[key] = choice
    return {**action, "action_ts": slack.clock.stamp()}


def _offered(element: Json, choice: Any) -> Any:
    """The element's own option with the chosen value; PersonSaw when there is none."""
    if choice is None:
        return None
    offered = list(element.get("options", []))
    for group in element.get("option_groups", []):
        offered += group["options"]
    for option in offered:
        if option.get("value") == choice.get("value"):
            return option
    raise PersonSaw("not_found")


async def press(
    slack: Workspace,
    user: str,
    channel: str,
    ts: str,
    block_id: str,
    action_id: str,
    action: Mapping[str, Any],
    filled: State | None = None,
) -> None:
    """A person uses a button or another element of a message. PersonSaw when it does not go through."""
    conversation = conversation_of(slack, user, channel)
    message = conversation.find(ts, ephemeral_for=user)
    if message is None or not message.bot:
        raise PersonSaw("not_found")
    ephemeral = message.only_for is not None
    url = slack.response_urls.give(channel, user, ts, ephemeral=ephemeral)
    payload = {
        **_around(slack, user, "block_actions"),
        "container": {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": ephemeral},
        "trigger_id": slack.triggers.give(user),
        "channel": {"id": channel, "name": "directmessage" if conversation.kind == "im" else conversation.name},
        "state": {"values": state_of(message.blocks, filled)},
        "response_url": f"{slack.base}/response/{url}",
        "actions": [_action(slack, message.blocks, block_id, action_id, action)],
    }
    if not ephemeral:
        payload["message"] = slack.wire(message, with_metadata=True)
    await slack.socket.ask("interactive", payload)


async def press_in_view(
    slack: Workspace,
    user: str,
    view_id: str,
    block_id: str,
    action_id: str,
    action: Mapping[str, Any],
    filled: State | None = None,
) -> None:
    """A person uses a button or another element of a form or of Home. PersonSaw when it does not go through."""
    view = view_of(slack, user, view_id)
    view.state = state_of(view.blocks, {**view.state, **(filled or {})})
    payload = {
        **_around(slack, user, "block_actions"),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": slack.triggers.give(user, view.id),
        "view": slack.forms.as_wire(view),
        "actions": [_action(slack, view.blocks, block_id, action_id, action)],
    }
    await slack.socket.ask("interactive", payload)


def view_of(slack: Workspace, user: str, view_id: str) -> View:
    """A form or Home the person has; PersonSaw view_not_found."""
    view = slack.forms.find(view_id)
    if view is None or view.user != user:
        raise PersonSaw("view_not_found")
    return view


# ---- forms


async def submit(slack: Workspace, user: str, view_id: str, filled: State | None = None) -> dict[str, str]:
    """A person sends a form. The errors by block_id; {} when it went through. PersonSaw when the app did not answer."""
    view = view_of(slack, user, view_id)
    view.state = state_of(view.blocks, {**view.state, **(filled or {})})
    view.errors = complaints(view.blocks, view.state)
    if view.errors:
        return view.errors
    payload = {
        **_around(slack, user, "view_submission"),
        "trigger_id": slack.triggers.give(user, view.id),
        "view": slack.forms.as_wire(view),
        "response_urls": [],
    }
    answer = await slack.socket.ask("interactive", payload)
    in_person(slack, lambda: _after_submission(slack, view, answer))
    return view.errors


def _after_submission(slack: Workspace, view: View, answer: Json) -> None:
    action = answer.get("response_action")
    match action:
        case None:
            slack.forms.pop(view)
        case "errors":
            view.errors = _input_errors(slack, view, answer.get("errors"))
        case "update":
            slack.forms.update(view, checked_view(slack, "view_submission", answer.get("view"), "modal"))
        case "push":
            slack.forms.push(view.user, checked_view(slack, "view_submission", answer.get("view"), "modal"))
        case "clear":
            slack.forms.clear(view.user)
        case _:
            raise SlackError("invalid_arguments", [f"[ERROR] unsupported response_action: {action}"])
    slack.form_changed(view)


def _input_errors(slack: Workspace, view: View, errors: Any) -> dict[str, str]:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not set(errors) <= inputs:
        problem = f"[ERROR] errors may only name input blocks, not {errors!r}"
        slack.errors.append(("view_submission", [problem]))
        raise SlackError("invalid_arguments", [problem])
    return {block: str(sentence) for block, sentence in errors.items()}


async def close(slack: Workspace, user: str, view_id: str, *, everything: bool = False) -> None:
    """A person closes a form, or with the cross all of them. The app is told when it asked to be."""
    view = view_of(slack, user, view_id)
    stack = slack.forms.stack(user)
    cleared = everything or bool(view.content.get("clear_on_close"))
    told = stack[0] if cleared and stack else view
    if cleared:
        slack.forms.clear(user)
    else:
        slack.forms.pop(view)
    slack.form_changed(view)
    if told.content.get("notify_on_close"):
        payload = {**_around(slack, user, "view_closed"), "view": slack.forms.as_wire(told), "is_cleared": cleared}
        await slack.socket.ask("interactive", payload)


async def ask_options(
    slack: Workspace, user: str, place: Mapping[str, str], block_id: str, action_id: str, value: str
) -> Json:
    """What an external select offers for what a person typed: {"options": …} or {"option_groups": …}.

    place: {"view_id": …} or {"channel": …, "ts": …}.
    """
    payload = {**_around(slack, user, "block_suggestion"), "action_id": action_id, "block_id": block_id, "value": value}
    if "view_id" in place:
        view = view_of(slack, user, place["view_id"])
        blocks = view.blocks
        payload |= {"container": {"type": "view", "view_id": view.id}, "view": slack.forms.as_wire(view)}
    else:
        conversation = conversation_of(slack, user, place["channel"])
        message = conversation.find(place["ts"], ephemeral_for=user)
        if message is None:
            raise PersonSaw("not_found")
        blocks = message.blocks
        payload |= {
            "container": {"type": "message", "message_ts": message.ts, "channel_id": conversation.id},
            "channel": {"id": conversation.id, "name": conversation.name},
            "message": slack.wire(message),
        }
    element = _element(blocks, block_id, action_id)
    if len(value) < element.get("min_query_length", 3):
        return {"options": []}
    return _suggestions(slack, await slack.socket.ask("interactive", payload))


def _suggestions(slack: Workspace, answer: Json) -> Json:
    if "option_groups" in answer:
        found = rule_problems(OPTION_GROUPS, answer["option_groups"], "/option_groups")
    else:
        found = rule_problems(options(100, least=0), answer.get("options"), "/options")
    if found:
        slack.errors.append(("block_suggestion", found))
        raise PersonSaw("dispatch_unknown_error", found)
    return answer


# ---- the rest


def open_home(slack: Workspace, user: str) -> None:
    """A person opens the app's Home."""
    if not slack.manifest.home_tab:
        raise PersonSaw("not_enabled")
    channel = slack.conversations.direct(user)
    view = slack.forms.homes.get(user)
    wire = slack.forms.as_wire(view) if view else None
    slack.happen(home_opened(slack.clock, user, channel.id, wire), channel)


def join(slack: Workspace, user: str, channel: str) -> None:
    """A person joins a public channel."""
    conversation = slack.conversations.get(channel)
    if conversation is None or conversation.is_private or conversation.kind == "im":
        raise PersonSaw("channel_not_found")
    if user not in conversation.members:
        conversation.members.append(user)
        _moved(slack, "member_joined_channel", conversation, user)


def add_member(slack: Workspace, user: str, channel: str) -> None:
    """Somebody is added to a channel, private ones too."""
    conversation = slack.conversations.named(channel)
    if user not in conversation.members:
        conversation.members.append(user)
        _moved(slack, "member_joined_channel", conversation, user)


def leave(slack: Workspace, user: str, channel: str) -> None:
    """A person leaves a channel."""
    conversation = conversation_of(slack, user, channel)
    conversation.members.remove(user)
    _moved(slack, "member_left_channel", conversation, user)
    slack.watchers.changed(["world"], [user])


def _moved(slack: Workspace, kind: str, conversation: Conversation, user: str) -> None:
    person = slack.world.people.get(user)
    team = person.team_id if person else slack.world.team.id
    if slack.bot in conversation.members:
        slack.happen(moved(kind, conversation, user, team), conversation)
    slack.show(conversation)


async def use_shortcut(
    slack: Workspace, user: str, callback_id: str, channel: str | None = None, ts: str | None = None
) -> None:
    """A person uses a global shortcut, or a message shortcut on a message."""
    shortcut = next((one for one in slack.manifest.shortcuts if one.callback_id == callback_id), None)
    if shortcut is None or slack.world.is_external(user):
        raise PersonSaw("not_found")
    payload = {
        **_around(slack, user, "shortcut" if shortcut.type == "global" else "message_action"),
        "callback_id": callback_id,
        "action_ts": slack.clock.stamp(),
        "trigger_id": slack.triggers.give(user),
    }
    if shortcut.type == "message":
        conversation = conversation_of(slack, user, channel or "")
        message = conversation.find(ts or "")
        if message is None:
            raise PersonSaw("not_found")
        url = slack.response_urls.give(conversation.id, user, message.ts)
        payload |= {
            "channel": {"id": conversation.id, "name": conversation.name},
            "message_ts": message.ts,
            "message": slack.wire(message),
            "response_url": f"{slack.base}/response/{url}",
        }
    await slack.socket.ask("interactive", payload)


# ---- response_url


def respond(slack: Workspace, key: str, body: Mapping[str, Any]) -> None:
    """The app answers through a response_url; SlackError expired_url, used_url or what is wrong with the content."""
    place = slack.response_urls.use(key)
    conversation = slack.conversations.get(place.channel)
    if conversation is None:
        raise SlackError("channel_not_found")
    original = conversation.find(place.ts, ephemeral_for=place.user) if place.ts else None
    if body.get("delete_original"):
        if original is not None and original.bot:
            conversation.messages.remove(original)
            slack.show(conversation, [place.user] if place.ephemeral else None)
        return
    if body.get("replace_original") and original is not None and original.bot:
        content = checked_content(slack, "response_url", dict(body))
        original.text, original.blocks = content.text, content.blocks
        original.edited = None if place.ephemeral else slack.clock.stamp()
        slack.show(conversation, [place.user] if place.ephemeral else None)
        return
    answer_here(slack, conversation, place.user, body, typed=place.typed)
    place.typed = None
