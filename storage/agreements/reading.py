"""A file's text into an AgreementFile, or into every mistake it holds at once."""

import copy
from typing import Annotated, Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from storage.agreements.checks import check
from storage.agreements.format import AgreementFile
from storage.agreements.names import PLACEHOLDER, listing, nearest
from storage.agreements.nodes import Node, compose
from storage.agreements.problems import Problem, mistakes
from storage.agreements.values import MISTAKE

Path = tuple[str | int, ...]
ROUNDS = 6


def check_text(text: str | bytes) -> list[Problem]:
    """Every mistake and warning of a file, in the order of its lines. Needs no database."""
    return read(text)[1]


def read(text: str | bytes) -> tuple[AgreementFile | None, list[Problem]]:
    """The file, and its mistakes and warnings by line. None when there is any mistake; never raises."""
    root, problems = compose(text)
    if root is None:
        return None, problems
    file, broken = _validate(root, problems)
    if file is not None:
        period_known = not any(_within(("period",), bad[:1]) for bad in broken)
        for path, message, allowed, warning in check(file, period_known=period_known):
            if PLACEHOLDER not in message and not any(_within(path, bad) for bad in broken):
                problems.append(Problem(root.line_of(path), where(root, path), message, allowed, warning))
    problems = sorted(dict.fromkeys(problems), key=lambda problem: problem.line)
    return (None if mistakes(problems) else file), problems


def _within(path: Path, broken: Path) -> bool:
    return path[: len(broken)] == broken


def _validate(root: Node, problems: list[Problem]) -> tuple[AgreementFile | None, list[Path]]:
    """Validates; mends what is broken in a copy and goes on, so that the rest is checked too."""
    raw = _without_silence(root.plain())
    broken: list[Path] = []
    for _ in range(ROUNDS):
        try:
            return AgreementFile.model_validate(raw), broken
        except ValidationError as error:
            details = error.errors(include_url=False)
        renamed = _misspelt(details)
        for detail in details:
            path: Path = tuple(detail["loc"])
            if path in renamed.values() and detail["type"] == "missing":
                continue  # the key is there, misspelt: told once
            beneath = [other for other in details if other is not detail and _within(tuple(other["loc"]), path)]
            if detail["type"] == "too_short" and beneath:
                continue  # the list is only short because its items are broken
            if not any(_within(path, bad) for bad in broken):
                problems.append(_problem(root, path, detail))
                broken.append(path)
            raw = _rename(raw, path, renamed[path]) if path in renamed else _mend(raw, path, detail["type"])
    return None, broken


def _misspelt(details: list[Any]) -> dict[Path, Path]:
    """Unknown keys that stand where a required key of nearly the same name is missing."""
    missing = [tuple(detail["loc"]) for detail in details if detail["type"] == "missing"]
    found: dict[Path, Path] = {}
    for detail in details:
        path: Path = tuple(detail["loc"])
        if detail["type"] == "extra_forbidden":
            lacking = [str(each[-1]) for each in missing if each[:-1] == path[:-1]]
            near = nearest(str(path[-1]), lacking)
            if near is not None and (*path[:-1], near) not in found.values():
                found[path] = (*path[:-1], near)
    return found


def _rename(raw: Any, path: Path, right: Path) -> Any:
    raw = copy.deepcopy(raw)
    holder = raw
    for step in path[:-1]:
        holder = holder[step]
    holder[right[-1]] = holder.pop(path[-1])
    return raw


def _without_silence(value: Any) -> Any:
    """Keys with nothing after the colon are as good as absent; empty list items stay, to keep their numbers."""
    if isinstance(value, dict):
        return {key: _without_silence(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_without_silence(each) for each in value]
    return value


def _problem(root: Node, path: Path, detail: Any) -> Problem:
    message, allowed = _in_swedish(path, detail)
    line = root.line_of(path)
    return Problem(
        line, where(root, path[:-1] if detail["type"] in ("missing", "extra_forbidden") else path), message, allowed
    )


def _in_swedish(path: Path, detail: Any) -> tuple[str, str]:
    kind, context = detail["type"], detail.get("ctx") or {}
    if kind == MISTAKE:
        return str(context["message"]), str(context["allowed"])
    if kind == "missing":
        return f"{path[-1]} saknas", f"raden {path[-1]}: och dess värde"
    if kind == "extra_forbidden":
        known = keys_at(path[:-1])
        near = nearest(str(path[-1]), known)
        return f"okänd nyckel {path[-1]}" + (f"; menade du {near}?" if near else ""), listing(known, 40)
    if kind in ("tuple_type", "list_type"):
        return "här ska det stå en lista", "rader som börjar med - , under nyckeln"
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        known = keys_at(path)
        return "här ska det stå nycklar med värden", listing(known, 40)
    if kind == "too_short":
        return "listan är tom", "minst en rad"
    if kind == "string_too_long":
        return (
            f"texten är för lång ({len(str(detail.get('input', '')))} tecken)",
            f"högst {context['max_length']} tecken",
        )
    if kind == "literal_error":
        return f"{detail.get('input')} går inte", "1"
    return "värdet går inte att läsa", "se docs/agreement-format.md"


def _model_of(annotation: Any) -> type[BaseModel] | None:
    """The model inside an annotation: through Annotated, Optional and tuple."""
    if get_origin(annotation) is Annotated:
        return _model_of(get_args(annotation)[0])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        found = _model_of(inner)
        if found is not None:
            return found
    return None


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    return {info.alias or name: info for name, info in model.model_fields.items()}


def _field_at(path: Path) -> FieldInfo | None:
    model: type[BaseModel] | None = AgreementFile
    found: FieldInfo | None = None
    for step in path:
        if isinstance(step, int):
            continue
        found = _fields(model).get(step) if model else None
        model = _model_of(found.annotation) if found else None
    return found


def keys_at(path: Path) -> list[str]:
    """The keys allowed at a place in the file."""
    names = [step for step in path if isinstance(step, str)]
    field = _field_at(path) if names else None
    model = AgreementFile if not names else _model_of(field.annotation) if field else None
    return list(_fields(model)) if model else []


def _mend(raw: Any, path: Path, kind: str) -> Any:
    """A copy of `raw` in which the broken value is gone or replaced by one that passes."""
    raw = copy.deepcopy(raw)
    holder: Any = raw
    for step in path[:-1]:
        holder = _inside(holder, step)
        if not isinstance(holder, dict | list):
            # the place was made by a shorthand (one name for a list of one): mend what was written
            return _mend(raw, path[:-1], MISTAKE) if len(path) > 1 else raw
    last = path[-1]
    if isinstance(last, int) and isinstance(holder, list):
        holder[last] = {} if keys_at(path) and kind != MISTAKE else PLACEHOLDER
        return raw
    if not isinstance(holder, dict):
        return raw
    field = _field_at(path)
    if kind == "extra_forbidden" or field is None or not field.is_required():
        holder.pop(last, None)
    else:
        holder[last] = _stand_in(str(last), field)
    return raw


def _inside(holder: Any, step: str | int) -> Any:
    if isinstance(holder, dict):
        return holder.get(str(step))
    return holder[step] if isinstance(holder, list) and isinstance(step, int) and step < len(holder) else None


STAND_INS: dict[str, Any] = {
    **{"från": "2000-01-01", "till": "2000-01-01", "datum": "2000-01-01", "nummer": "999", "typ": "annan"},
    **{"sammanträder": "ej angivet", "uppdateras": "ej angivet", "följs upp": "ej angivet", "sätt": "ej angivet"},
    **{"period": {"från": "2000-01-01"}},
}


def _stand_in(key: str, field: FieldInfo) -> Any:
    """A value that passes for a required key; what is said about it later is dropped."""
    if key in STAND_INS:
        return STAND_INS[key]
    model = _model_of(field.annotation)
    if model is None:
        return PLACEHOLDER
    inner = {name: _stand_in(name, info) for name, info in _fields(model).items() if info.is_required()}
    return [inner]


def where(root: Node, path: Path) -> str:
    """The place in words: "forum 2 (Planeringsgruppen), ordförande"."""
    words: list[str] = []
    node: Node | None = root
    for step in path:
        if node is not None and isinstance(node.value, dict) and isinstance(step, str):
            node = node.value.get(step)
        elif node is not None and isinstance(node.value, list) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        else:
            node = None
        if isinstance(step, int):
            name = _name_of(node)
            numbered = f"{words.pop() if words else ''} {step + 1}".strip()
            words.append(f"{numbered} ({name})" if name else numbered)
        else:
            words.append(step)
    return ", ".join(words)


def _name_of(node: Node | None) -> str:
    if node is None or not isinstance(node.value, dict):
        return ""
    for key in ("namn", "titel", "rad", "funktion"):
        named = node.value.get(key)
        if named is not None and isinstance(named.value, str):
            return named.value if len(named.value) <= 60 else named.value[:59] + "…"
    return ""
