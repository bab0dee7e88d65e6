"""views.*: forms opened, laid on top and changed, and Home."""

from sandbox.errors import Json, SlackError
from sandbox.forms import View
from sandbox.posting import checked_view
from sandbox.web_api.arguments import Arguments
from sandbox.workspace import Workspace


def _answer(slack: Workspace, view: View) -> Json:
    slack.form_changed(view)
    return {"view": slack.forms.as_wire(view)}


def _trigger_id(call: Arguments) -> str:
    return call.maybe("trigger_id") or call.text("interactivity_pointer")


async def open_(slack: Workspace, call: Arguments) -> Json:
    """views.open"""
    trigger = slack.triggers.use(_trigger_id(call))
    content = checked_view(slack, "views.open", call.json("view"), "modal")
    return _answer(slack, slack.forms.open(trigger.user, content))


async def push(slack: Workspace, call: Arguments) -> Json:
    """views.push: only for what was done in a form"""
    trigger = slack.triggers.use(_trigger_id(call))
    content = checked_view(slack, "views.push", call.json("view"), "modal")
    if trigger.view_id is None or slack.forms.find(trigger.view_id) is None:
        raise SlackError("invalid_trigger_id")
    return _answer(slack, slack.forms.push(trigger.user, content))


async def update(slack: Workspace, call: Arguments) -> Json:
    """views.update"""
    content = checked_view(slack, "views.update", call.json("view"), "modal", "home")
    if "view_id" not in call and "external_id" not in call:
        raise SlackError("invalid_arguments", ["[ERROR] one of view_id and external_id is required"])
    view = slack.forms.find(call.maybe("view_id"), call.maybe("external_id"))
    if view is None:
        raise SlackError("not_found")
    if view.content["type"] != content["type"]:
        raise SlackError("invalid_arguments", ["[ERROR] the type cannot change [json-pointer:/view/type]"])
    return _answer(slack, slack.forms.update(view, content, call.maybe("hash")))


async def publish(slack: Workspace, call: Arguments) -> Json:
    """views.publish"""
    if not slack.manifest.home_tab:
        raise SlackError("not_enabled")
    user = call.text("user_id")
    if user not in slack.world.people:
        raise SlackError("invalid_arguments", ["[ERROR] invalid user_id"])
    content = checked_view(slack, "views.publish", call.json("view"), "home")
    return _answer(slack, slack.forms.publish(user, content, call.maybe("hash")))
