"""Reads YAML into a pydantic model, and says everything that is wrong with it at once.

A model derives from `YamlModel`: frozen, closed, and strict, so that nothing is converted in
silence. Its lists are tuples. A validator that has more to say than a sentence raises `WrongError`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from schemas.cells import explain_hostile, shorten
from schemas.decoding import conflict_in
from schemas.nearest import nearest
from schemas.patterns import FORMS
from schemas.problems import Problem
from schemas.rounding import significant
from schemas.strict_yaml import line_of, lines_of, load_with_nodes, nearest_line, reason_of

Model = TypeVar("Model", bound=BaseModel)
Path = tuple[str | int, ...]

LONGEST = 60  # characters of a wrong value that a message shows
NAMES = ("id", "topic", "name")  # keys by which a message names an item of a list
ABSENT = object()  # stands where a key is missing, so that validation says what it expects
NOTHING = object()  # comes of a step to where the file has nothing
PAIRS = "`key: value` pairs, indented below the key"
LIST = "a list, one item a line after `- `"
EXPECTED = {
    "string_type": "text (in quotation marks where YAML would read a number)",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": LIST,
    "list_type": LIST,
    "model_type": PAIRS,
    "model_attributes_type": PAIRS,
    "dict_type": PAIRS,
    "mapping_type": PAIRS,
    "greater_than_equal": "{ge} or more",
    "greater_than": "more than {gt}",
    "less_than_equal": "{le} or less",
    "less_than": "less than {lt}",
    "too_short": "at least {min_length}",
    "too_long": "at most {max_length}",
}


LACKING = ("is missing", "has no value")


class YamlModel(BaseModel):
    """A part of a YAML file: nothing in it changes, and it has no key that nobody defined."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)


class WrongError(ValueError):
    """What a validator finds wrong; `at` is the path from the value it was given."""

    def __init__(self, what: str, expected: str = "", action: str = "", at: Path = ()) -> None:
        super().__init__(what)
        self.what, self.expected, self.action, self.at = what, expected, action, at


class KeyProblem(Problem):
    """A problem in a YAML file: its row is a line, its column the path of a key."""

    @property
    def place(self) -> str:
        """Line and key in words."""
        line = f"line {self.row}" if self.row else ""
        return " ".join(part for part in (line, self.column) if part)


def read_typed(text: str, model: type[Model], file: str) -> tuple[Model | None, list[Problem]]:
    """The model of a YAML text, or None and everything that is wrong with the text."""
    try:
        values, node = load_with_nodes(text)
        values = _frozen(values, ())
    except RecursionError:
        return None, [KeyProblem(file, what="nested too deeply", action="take levels out")]
    except yaml.YAMLError as error:
        return None, [_unreadable(error, text, file)]
    hostile = [
        KeyProblem(file, str(line), key, f"{shorten(text)} {said[0]}", action=said[1])
        for key, line, text in scalars_of(node)
        if (said := explain_hostile(text))
    ]
    if hostile:
        return None, [*hostile]
    if not isinstance(values, dict) or node is None:
        what = "the file holds no `key: value` pairs"
        return None, [KeyProblem(file, what=what, action="restore the file")]
    try:
        return model.model_validate(values), []
    except ValidationError as error:
        return None, _problems(_filled(error, model, values), model, values, node, file)


def scalars_of(node: yaml.Node | None, key: str = "") -> Iterator[tuple[str, int, str]]:
    """Key (`quorum.policy`), line and text of every single value below a node."""
    if isinstance(node, yaml.MappingNode):
        for name, part in node.value:
            yield from scalars_of(part, f"{key}.{name.value}".removeprefix("."))
    elif isinstance(node, yaml.SequenceNode):
        for part in node.value:
            yield from scalars_of(part, key)
    elif isinstance(node, yaml.ScalarNode):
        yield key, node.start_mark.line + 1, str(node.value)


def _unreadable(error: yaml.YAMLError, text: str, file: str) -> Problem:
    if conflict := conflict_in(text):
        return KeyProblem(file, row=str(conflict[0]), what=conflict[1])
    last = len(text.splitlines())  # reading may stop behind it
    return KeyProblem(
        file,
        row=str(min(line_of(error) or 0, last) or ""),
        what=f"not readable as YAML ({reason_of(error)})",
        expected="`key: value` with the same indentation for keys of one level",
        action="look at this line and the one before: a colon or quotation mark inside a value "
        "needs quotation marks around the value; no tabs",
    )


def _frozen(value: Any, above: tuple[int, ...]) -> Any:
    """The value with its lists as tuples; an alias may not name what it stands in."""
    if id(value) in above:
        raise yaml.YAMLError("an alias names the value that it stands in")
    inner = (*above, id(value))
    if isinstance(value, dict):
        return {key: _frozen(item, inner) for key, item in value.items()}
    return tuple(_frozen(item, inner) for item in value) if isinstance(value, list) else value


def _filled(error: ValidationError, model: type[BaseModel], values: Any) -> list[ErrorDetails]:
    """The errors, those of missing keys with what the key should hold."""
    missing = [item for item in error.errors(include_url=False) if item["type"] == "missing"]
    for item in missing:
        item["input"][item["loc"][-1]] = ABSENT
    if not missing:
        return error.errors(include_url=False)
    try:
        model.model_validate(values)
    except ValidationError as filled:
        return filled.errors(include_url=False)
    return error.errors(include_url=False)


# places ----------------------------------------------------------------------------------------


def _step(value: Any, part: str | int) -> Any:
    """What stands below a key or at a place of a list, or NOTHING."""
    if isinstance(value, dict):
        return value.get(part, NOTHING)
    held = isinstance(value, tuple) and isinstance(part, int) and part < len(value)
    return value[part] if held else NOTHING


def _paths(value: Any, place: Path) -> Iterator[tuple[Path, Any]]:
    """Ways to read a place of pydantic, which holds names of the branches of unions too."""
    if not place:
        yield (), value
        return
    part, rest = place[0], place[1:]
    below = _step(value, part)
    if below is not NOTHING:
        yield from (((part, *path), end) for path, end in _paths(below, rest))
    if isinstance(part, str):
        yield from _paths(value, rest)


def _path(error: ErrorDetails, values: Any) -> Path:
    """The keys of the file that lead to what is wrong."""
    found = list(_paths(values, error["loc"]))
    same = (path for path, end in found if end is error["input"])
    return next(same, found[0][0] if found else ())


def dotted(path: Path) -> str:
    """The path as `strict_yaml` writes places: items of lists from 1."""
    return ".".join(str(part + 1 if isinstance(part, int) else part) for part in path)


def _in_words(path: Path, values: Any) -> str:
    """`syntheses[response].measure`: items of lists by name, or counted from 1."""
    words = ""
    for part in path:
        values = _step(values, part)
        if isinstance(part, int):
            named = values if isinstance(values, dict) else {}
            names = (named[key] for key in NAMES if isinstance(named.get(key), str))
            words += f"[{next(names, part + 1)}]"
        else:
            words += f".{part}" if words else part
    return words


# problems --------------------------------------------------------------------------------------


def _problems(
    errors: Sequence[ErrorDetails], model: type[BaseModel], values: Any, node: yaml.Node, file: str
) -> list[Problem]:
    lines = dict(lines_of(node))
    found: dict[tuple[Path, str], tuple[list[str], str]] = {}
    for error in errors:
        path, what, expected, action = _said(error, _path(error, values), model, values)
        found.setdefault((path, what), ([], action))[0].append(expected)
    return [
        KeyProblem(
            file,
            str(nearest_line(lines, dotted(path)) or ""),
            _in_words(path, values),
            what,
            " or ".join(dict.fromkeys(filter(None, expected))),
            action,
        )
        for (path, what), (expected, action) in found.items()
        if not any(other[: len(path)] == path != other for other, _ in found)
    ]


def _said(
    error: ErrorDetails, path: Path, model: type[BaseModel], values: Any
) -> tuple[Path, str, str, str]:
    """Path, what is wrong, what was expected and what to do."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        known = _known_keys(model, path[:-1], values)
        return path, "is unknown", _one_of(known), nearest(str(path[-1]), known, "delete it")
    if kind.startswith("union_tag"):
        path = (*path, str(context["discriminator"]).strip("'"))
    raised = context.get("error")
    what, expected, action = _what(error), "", ""
    if isinstance(raised, WrongError):
        path, expected, action = (*path, *raised.at), raised.expected, raised.action
    else:
        known = _listed(context.get("expected_tags") or context.get("expected") or "")
        expected = _one_of(known) if known else _expected(kind, error["msg"], context)
        given = str(context.get("tag", error["input"]))
        action = nearest(given, known, "choose one of them") if known else ""
    return path, what, expected, "add it" if what in LACKING else action or "correct it"


def _what(error: ErrorDetails) -> str:
    kind, context, value = error["type"], error.get("ctx", {}), error["input"]
    if value is ABSENT or kind in ("missing", "union_tag_not_found"):
        return LACKING[0]
    if value is None:
        return LACKING[1]
    if error["loc"][-1:] == ("[key]",):
        return "is unknown"
    if kind == "value_error":
        return str(context["error"])
    if kind == "too_short":
        return f"has {context['actual_length']}"
    value = context.get("tag", value)
    shown = repr(list(value) if isinstance(value, tuple) else value)
    return f"is {shown if len(shown) <= LONGEST else shown[:LONGEST] + '…'}"


def _expected(kind: str, message: str, context: dict[str, Any]) -> str:
    """What pydantic expected, in words for a writer."""
    if kind in ("value_error", "missing", "union_tag_not_found"):
        return ""
    if kind == "string_pattern_mismatch":
        pattern = str(context["pattern"]).removeprefix("^(?:").removesuffix(")$")
        return FORMS.get(pattern, f"the form {pattern}")
    plain = {
        key: significant(value) if isinstance(value, float) else value
        for key, value in context.items()
    }
    words = EXPECTED.get(kind, re.sub(r"^\w+ should (be |have )?", "", message))
    return words.format(**plain) if kind in EXPECTED else words


def _one_of(known: Sequence[str]) -> str:
    return ("one of " if len(known) > 1 else "") + ", ".join(known)


def _listed(words: str) -> list[str]:
    """The values of a closed list as pydantic prints it: `'a', 'b' or 'c'`."""
    return re.findall(r"'([^']*)'", words)


# known keys ------------------------------------------------------------------------------------


def _known_keys(model: type[BaseModel], path: Path, values: Any) -> list[str]:
    """The keys that a part of the file may have, from the schema of the model."""
    whole = model.model_json_schema()
    parts = list(_branches(whole, whole, values))
    for step in path:
        values = _step(values, step)
        below = chain.from_iterable(_below(part, step) for part in parts)
        parts = [branch for part in below for branch in _branches(part, whole, values)]
    return list(dict.fromkeys(key for part in parts for key in part.get("properties", {})))


def _below(schema: dict[str, Any], step: str | int) -> Iterator[dict[str, Any]]:
    if isinstance(step, int):
        below = schema.get("items")
    else:
        below = schema.get("properties", {}).get(step, schema.get("additionalProperties"))
    if isinstance(below, dict):
        yield below


def _branches(schema: dict[str, Any], whole: dict[str, Any], value: Any) -> Iterator[Any]:
    """The schema, or each one of a union that the value can be meant for."""
    if "$ref" in schema:
        schema = whole["$defs"][schema["$ref"].rpartition("/")[2]]
    for one in chain(schema.get("anyOf", ()), schema.get("oneOf", ()), schema.get("allOf", ())):
        yield from _branches(one, whole, value)
    fixed = (
        (key, [field["const"]] if "const" in field else field.get("enum"))
        for key, field in schema.get("properties", {}).items()
    )
    given = value if isinstance(value, dict) else {}
    if all(allowed is None or given.get(key, allowed[0]) in allowed for key, allowed in fixed):
        yield schema
