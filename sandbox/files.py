"""Files: uploaded by the bot in two steps, or by a person in a form."""

from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass
from mimetypes import guess_type
from secrets import token_hex

from sandbox.errors import Json


@dataclass
class File:
    """One file; `content` is None until it has been uploaded."""

    id: str
    name: str
    size: int
    user: str
    created: int
    title: str = ""
    content: bytes | None = None
    complete: bool = False


class Files:
    """All files of the workspace."""

    def __init__(self) -> None:
        self._all: dict[str, File] = {}

    def new(self, name: str, size: int, user: str, created: int) -> File:
        """Makes room for a file."""
        file = File(id=f"F{token_hex(5).upper()}", name=name, size=size, user=user, created=created, title=name)
        self._all[file.id] = file
        return file

    def get(self, id: str) -> File | None:
        """The file with this id."""
        return self._all.get(id)

    def as_state(self) -> list[Json]:
        """Everything, for the state file."""
        return [
            {**asdict(file), "content": None if file.content is None else b64encode(file.content).decode()}
            for file in self._all.values()
        ]

    def restore(self, state: list[Json]) -> None:
        """Takes what a state file says."""
        for one in state:
            content = None if one["content"] is None else b64decode(one["content"])
            self._all[one["id"]] = File(**{**one, "content": content})


def file_wire(file: File, base: str) -> Json:
    """The file as Slack describes it."""
    kind = guess_type(file.name)[0] or "application/octet-stream"
    address = f"{base}/files/{file.id}"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": kind,
        "filetype": file.name.rpartition(".")[2].lower(),
        "user": file.user,
        "size": file.size,
        "mode": "hosted",
        "is_external": False,
        "is_public": False,
        "url_private": address,
        "url_private_download": address,
        "permalink": address,
    }
