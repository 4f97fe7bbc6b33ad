"""Holds each call against the published Bot API (bot_api.json): what Telegram would refuse is refused in its manner.

Values arrive as JSON or as form strings ("7", "true", '[{"text": …}]'); both leave here as plain values.
Parameters that the Bot API does not know are ignored, as Telegram ignores them.
"""

import functools
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.refusals import Json, Refused

_ARRAY = "Array of "
_SPECIAL = {  # what Telegram says of a missing parameter where it has words of its own
    "chat_id": "chat_id is empty",
    "text": "message text is empty",
    "message_id": "message identifier is not specified",
    "photo": "there is no photo in the request",
    "document": "there is no document in the request",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
}


@dataclass(frozen=True)
class Upload:
    """A file that came along with the call."""

    name: str
    content: bytes


@functools.cache
def published() -> Json:
    """The trimmed Bot API: `methods` that are played, the `types` that they reach, the names `not_played`."""
    data: Json = json.loads(Path(__file__).with_name("bot_api.json").read_text())
    return data


def method_name(said: str) -> str:
    """Method names are written in any case; unknown ones, and those not played here, are refused aloud."""
    data = published()
    for name in data["methods"]:
        if name.lower() == said.lower():
            return str(name)
    if said.lower() in (name.lower() for name in data["not_played"]):
        raise Refused(404, f"Not Found: method {said} is published, but this sandbox does not play it")
    raise Refused(404, "Not Found: method not found")


def parameters(method: str, given: Json) -> Json:
    """The call's parameters as plain values of their published types."""
    uploads = {name: value for name, value in given.items() if isinstance(value, Upload)}
    read: Json = {}
    for field in published()["methods"][method]["fields"]:
        name, types = field["name"], field["types"]
        value = given.get(name)
        if value is None or (value == "" and types != ["String"]):
            if field["required"]:
                raise Refused.bad_request(_SPECIAL.get(name, f'parameter "{name}" is required'))
            continue
        if "InputFile" in types:
            read[name] = _file(name, value, uploads)
        else:
            read[name] = _top_level(name, value, types)
    return read


def _file(name: str, value: Any, uploads: dict[str, Any]) -> Upload | str:
    if isinstance(value, Upload):
        return value
    if not isinstance(value, str):
        raise Refused.bad_request(f'parameter "{name}" must be of type InputFile or String')
    if not value.startswith("attach://"):
        return value
    upload = uploads.get(value.removeprefix("attach://"))
    if upload is None:
        raise Refused.bad_request(f"can't find the attached file {value}")
    assert isinstance(upload, Upload)
    return upload


def _top_level(name: str, value: Any, types: list[str]) -> Any:
    """Structures may come as JSON in a string."""
    structured = not {"String", "Integer", "Float", "Boolean"} & set(types)
    if structured and isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise Refused.bad_request(f"can't parse {_words(name)} JSON object") from error
    if name == "reply_markup" and not isinstance(value, dict):
        raise Refused.bad_request("object expected as reply markup")
    return _read(value, types, f'parameter "{name}"')


def _read(value: Any, types: list[str], where: str) -> Any:
    """`where` names the spot in words, for the refusal."""
    wanted = _fitting(value, types)
    if wanted.startswith(_ARRAY):
        if not isinstance(value, list):
            raise Refused.bad_request(f"{where} must be of type Array")
        return [_read(each, [wanted.removeprefix(_ARRAY)], where) for each in value]
    if wanted in _PLAIN:
        try:
            return _PLAIN[wanted](value)
        except (TypeError, ValueError) as error:
            raise Refused.bad_request(f"{where} must be of type {' or '.join(types)}") from error
    return _object(value, wanted, where)


def _object(value: Any, type_name: str, where: str) -> Json:
    if not isinstance(value, dict):
        raise Refused.bad_request(f"{where} must be of type Object")
    described = published()["types"][type_name]
    if "subtypes" in described:
        return _object(value, _subtype(value, described["subtypes"], type_name), where)
    read: Json = {}
    for field in described["fields"]:
        name, found = field["name"], value.get(field["name"])
        if found is None:
            if field["required"]:
                raise Refused.bad_request(f"can't parse {_words(type_name)}: Can't find field \"{name}\"")
            continue
        read[name] = _read(found, field["types"], f'can\'t parse {_words(type_name)}: Field "{name}"')
    return read


def _subtype(value: Json, subtypes: list[str], type_name: str) -> str:
    """Told apart by the one value that their field `type` may have."""
    for subtype in subtypes:
        for field in published()["types"][subtype]["fields"]:
            if field["name"] == "type" and field.get("only") == value.get("type"):
                return subtype
    raise Refused.bad_request(f"can't parse {_words(type_name)}: Unsupported type specified")


def _fitting(value: Any, types: list[str]) -> str:
    """Of several possible types, the one that the value looks like; otherwise the first."""
    for name in types:
        if isinstance(value, dict) and name in published()["types"]:
            fields = published()["types"][name].get("fields", [])
            if all(field["name"] in value for field in fields if field["required"]):
                return name
        if name == "Integer" and isinstance(value, int | str) and re.fullmatch(r"-?\d+", str(value)):
            return name
    return "String" if "String" in types and isinstance(value, str) else types[0]


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise TypeError
    return int(value)


def _float(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError
    return float(value)


def _boolean(value: Any) -> bool:
    known = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}
    if str(value).lower() not in known:
        raise ValueError
    return known[str(value).lower()]


def _string(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeError
    return str(value)


_PLAIN = {"Integer": _integer, "Float": _float, "Boolean": _boolean, "String": _string}


@functools.cache
def _words(name: str) -> str:
    """InlineKeyboardButton and reply_markup as Telegram's sentences write them."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ").lower()
