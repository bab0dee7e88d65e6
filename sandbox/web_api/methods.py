"""The methods the local Slack speaks: what each needs, how often it may be called, and the test that proves it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sandbox.errors import Json
from sandbox.web_api import chat, conversations, files, users, views
from sandbox.web_api.arguments import Arguments
from sandbox.workspace import Workspace

Function = Callable[[Workspace, Arguments], Awaitable[Json]]


@dataclass(frozen=True)
class Method:
    """A Web API method.

    tier: calls per minute (1: 1, 2: 20, 3: 50, 4: 100); None where Slack has a rule of its own.
    scopes: what the manifest must have; "*" where it depends on the kind of conversation.
    proof: the test, file::name below tests/sandbox/.
    """

    name: str
    function: Function
    tier: int | None
    scopes: tuple[str, ...]
    proof: str
    token: str = "bot"


_CHAT = "test_chat.py::"
_FORMS = "test_forms.py::"
_PLACES = "test_channels.py::"
_PEOPLE = "test_people.py::"
_FILES = "test_files.py::"

# fmt: off
METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method("api.test", users.api_test, None, (), f"{_PEOPLE}test_api_test_says_back_what_it_was_given", "none"),
        Method("apps.connections.open", users.connections_open, 3, (),
               "test_socket.py::test_a_ticket_opens_one_connection_only", "app"),
        Method("auth.test", users.auth_test, None, (), f"{_PEOPLE}test_auth_test_names_the_bot_and_its_scopes"),
        Method("chat.delete", chat.delete, 3, ("chat:write",), f"{_CHAT}test_only_ones_own_message_can_be_deleted"),
        Method("chat.deleteScheduledMessage", chat.delete_scheduled_message, 3, ("chat:write",),
               f"{_CHAT}test_a_scheduled_message_can_be_taken_back_until_it_is_posted"),
        Method("chat.getPermalink", chat.get_permalink, None, (), f"{_CHAT}test_a_permalink_leads_to_the_conversation"),
        Method("chat.postEphemeral", chat.post_ephemeral, 4, ("chat:write",),
               f"{_CHAT}test_an_ephemeral_message_is_seen_by_one_person_and_is_not_in_the_history"),
        Method("chat.postMessage", chat.post_message, None, ("chat:write",),
               f"{_CHAT}test_a_message_is_found_again_by_its_metadata"),
        Method("chat.scheduleMessage", chat.schedule_message, 3, ("chat:write",),
               f"{_CHAT}test_a_scheduled_message_is_posted_when_the_clock_comes_there"),
        Method("chat.update", chat.update, 3, ("chat:write",),
               f"{_CHAT}test_an_update_keeps_blocks_and_metadata_that_are_not_given"),
        Method("conversations.history", conversations.history, 3, ("*",),
               f"{_PLACES}test_history_is_newest_first_and_paged"),
        Method("conversations.info", conversations.info, 3, ("*",),
               f"{_PLACES}test_a_private_channel_without_the_bot_does_not_exist_for_it"),
        Method("conversations.join", conversations.join, 3, ("channels:join",),
               f"{_PLACES}test_the_bot_joins_a_public_channel_and_may_then_write"),
        Method("conversations.list", conversations.list_, 2, ("*",),
               f"{_PLACES}test_the_list_of_channels_hides_private_ones_without_the_bot"),
        Method("conversations.members", conversations.members, 4, ("*",), f"{_PLACES}test_members_come_in_pages"),
        Method("conversations.open", conversations.open_, 3, ("im:write",),
               f"{_PLACES}test_an_outsider_is_written_to_only_where_a_channel_is_shared"),
        Method("conversations.replies", conversations.replies, 3, ("*",),
               f"{_PLACES}test_replies_stand_under_their_message_and_not_in_the_history"),
        Method("files.completeUploadExternal", files.complete_upload, 4, ("files:write",),
               f"{_FILES}test_a_file_is_uploaded_in_two_steps_and_shared"),
        Method("files.getUploadURLExternal", files.get_upload_url, 4, ("files:write",),
               f"{_FILES}test_a_file_is_uploaded_in_two_steps_and_shared"),
        Method("files.info", files.info, 4, ("files:read",),
               f"{_FILES}test_a_file_is_uploaded_in_two_steps_and_shared"),
        Method("reactions.add", conversations.add_reaction, 3, ("reactions:write",),
               f"{_PLACES}test_a_reaction_can_be_given_once"),
        Method("team.info", users.team_info, 3, ("team:read",), f"{_PEOPLE}test_team_info_names_the_workspace"),
        Method("users.conversations", conversations.of_user, 3, ("*",),
               f"{_PLACES}test_a_persons_channels_are_those_the_bot_may_know_of"),
        Method("users.info", users.info, 4, ("users:read",), f"{_PEOPLE}test_a_stranger_has_a_short_profile"),
        Method("users.list", users.list_, 2, ("users:read",), f"{_PEOPLE}test_outsiders_are_not_in_the_list_of_users"),
        Method("users.lookupByEmail", users.lookup_by_email, 3, ("users:read.email",),
               f"{_PEOPLE}test_a_person_is_found_by_email_within_the_workspace"),
        Method("views.open", views.open_, 4, (), f"{_FORMS}test_a_trigger_opens_one_form_within_three_seconds"),
        Method("views.publish", views.publish, 4, (), f"{_FORMS}test_home_is_published_and_guarded_by_its_hash"),
        Method("views.push", views.push, 4, (), f"{_FORMS}test_at_most_three_forms_lie_on_each_other"),
        Method("views.update", views.update, 4, (), f"{_FORMS}test_an_old_hash_conflicts"),
    )
}
# fmt: on
