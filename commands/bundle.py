"""A zip of files with an index that says what each is and its checksum."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from commands.texts import export as texts


@dataclass
class Bundle:
    """Files by their path, and how many rows those that are tables have. `about`: what it is, for the index."""

    about: str
    made_at: datetime
    files: dict[str, bytes] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)

    def add(self, path: str, content: bytes, rows: int | None = None) -> None:
        """Takes a file in."""
        self.files[path] = content
        if rows is not None:
            self.rows[path] = rows

    def zipped(self) -> bytes:
        """The whole as one zip: the same content gives the same bytes."""
        indexed = {**self.files, **self._indexes()}
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(indexed):
                entry = zipfile.ZipInfo(path, date_time=self.made_at.timetuple()[:6])
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = 0o600 << 16
                archive.writestr(entry, indexed[path])
        return out.getvalue()

    def _indexes(self) -> Mapping[str, bytes]:
        listed = [
            {
                "fil": path,
                "sha256": hashlib.sha256(content).hexdigest(),
                "byte": len(content),
                "rader": self.rows.get(path),
            }
            for path, content in sorted(self.files.items())
        ]
        lines = [
            texts.index_line(str(each["fil"]), str(each["sha256"]), len(self.files[str(each["fil"])]), rows)
            for each in listed
            for rows in [self.rows.get(str(each["fil"]))]
        ]
        plain = "\n".join([self.about, texts.INDEX_INTRO, *lines]) + "\n"
        whole = {"om": self.about.strip(), "gjord": self.made_at.isoformat(timespec="seconds"), "filer": listed}
        return {
            texts.INDEX_TEXT: plain.encode(),
            texts.INDEX_JSON: (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode(),
        }
