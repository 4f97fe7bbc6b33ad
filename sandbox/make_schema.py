"""Renews the two files that hold the sandbox to the published Bot API. `make schema` runs it; it needs npm.

python -m sandbox.make_schema             schema.json: the strict schema of answers, generated with npm packages
python -m sandbox.make_schema api.json    bot_api.json: trimmed from a whole copy of the Bot API as data
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sandbox import server
from sandbox.refusals import Json

HERE = Path(__file__).parent
TYPES, GENERATOR = "@gramio/types@10.3.1", "ts-json-schema-generator@2.4.0"
# The types that the sandbox ever gives. Optional properties that lead to any other are dropped, which only makes the
# schema stricter, and a tenth as long.
GIVEN = {
    *("Update", "User", "Chat", "ChatFullInfo", "Message", "MaybeInaccessibleMessage", "InaccessibleMessage"),
    *("MessageEntity", "PhotoSize", "Voice", "Document", "Sticker", "Location", "Venue", "LinkPreviewOptions", "File"),
    *("InlineKeyboardMarkup", "InlineKeyboardButton", "CallbackQuery", "ChatMemberUpdated", "ChatMember"),
    *("ChatMemberMember", "ChatMemberBanned", "ChatMemberLeft", "ChatMemberOwner", "ChatMemberAdministrator"),
    *("ChatMemberRestricted", "AcceptedGiftTypes", "BotCommand", "BotName", "BotDescription"),
    *("BotShortDescription", "WebhookInfo"),
}
_WORDS_ONLY = re.compile(r"ChatType|MessageEntityType|StickerType|InlineKeyboardButtonStyle")


def trim_bot_api(whole: Json) -> Json:
    """The methods played and the types that their parameters reach, without descriptions."""
    methods = {name: _method(whole["methods"][name]) for name in server.PLAYED}
    types: Json = {}
    wanted = [name for method in methods.values() for name in _named(method)]
    while wanted:
        name = wanted.pop()
        if name in whole["types"] and name not in types:
            types[name] = _type(whole["types"][name])
            wanted += _named(types[name])
    return {
        "source": "github.com/PaulSonOfLars/telegram-bot-api-spec",
        "licence": "MIT",
        "version": whole["version"],
        "release_date": whole["release_date"],
        "trimmed": "methods played by the sandbox and the types that their parameters reach",
        "methods": methods,
        "types": dict(sorted(types.items())),
        "not_played": sorted(set(whole["methods"]) - set(methods)),
    }


def trim_schema(generated: Json, returns: dict[str, Json]) -> Json:
    """The definitions that the answers reach, without descriptions."""
    definitions: Json = {}
    wanted = ["TelegramUpdate", *(name for schema in returns.values() for name in _references(schema))]
    while wanted:
        name = wanted.pop()
        if name not in definitions:
            definitions[name] = _kept(generated["definitions"][name])
            wanted += _references(definitions[name])
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "source": f"npm packages {TYPES} and {GENERATOR}",
        "licence": "MIT",
        "version": "Bot API 10.3",
        "trimmed": "what the sandbox can answer; optional properties of other types are left out",
        "returns": returns,
        "definitions": dict(sorted(definitions.items())),
    }


def generate() -> Json:
    """Runs the generator over the published types, in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        _run(folder, "npm", "install", "--silent", "--no-audit", "--no-fund", TYPES, GENERATOR, "typescript@5")
        out = "node_modules/@gramio/types/out"
        _run(folder, "npx", "ts-json-schema-generator", "--path", f"{out}/objects.d.ts", "--type", "*", "-o", "s.json")
        generated = json.loads(Path(folder, "s.json").read_text())
        return trim_schema(generated, _returns(Path(folder, out, "methods.d.ts").read_text()))


def _returns(declared: str) -> dict[str, Json]:
    """Each method's answer, read from its TypeScript declaration (`Objects.TelegramMessage | true`)."""
    found = re.findall(r"^    (\w+): CallAPI\w*<(.*?)>$", declared, re.MULTILINE | re.DOTALL)
    answers = {name: body.split(",", 1)[-1].strip() for name, body in found}
    return {name: _schema_of(answers[name]) for name in server.PLAYED}


def _schema_of(typescript: str) -> Json:
    if "|" in typescript:
        return {"anyOf": [_schema_of(part.strip()) for part in typescript.split("|")]}
    if typescript == "true":
        return {"const": True}
    if typescript.endswith("[]"):
        return {"type": "array", "items": _schema_of(typescript.removesuffix("[]"))}
    return {"$ref": "#/definitions/" + typescript.removeprefix("Objects.")}


def _kept(definition: Json) -> Json:
    required = definition.get("required", [])
    properties = {
        name: schema
        for name, schema in definition.get("properties", {}).items()
        if name in required or all(_given(reference) for reference in _references(schema))
    }
    kept = definition | ({"properties": properties} if properties else {})
    return dict(_without_descriptions(kept))


def _given(reference: str) -> bool:
    name = reference.removeprefix("Telegram")
    return name in GIVEN or bool(_WORDS_ONLY.fullmatch(name))


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if "$ref" in schema:
            yield schema["$ref"].removeprefix("#/definitions/")
        for value in schema.values():
            yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)


def _without_descriptions(schema: Any) -> Any:
    """A property may itself be called description: only texts go."""
    if isinstance(schema, dict):
        return {
            key: _without_descriptions(value)
            for key, value in schema.items()
            if not (key == "description" and isinstance(value, str))
        }
    return [_without_descriptions(each) for each in schema] if isinstance(schema, list) else schema


def _method(described: Json) -> Json:
    return {"fields": [_field(field) for field in described.get("fields", [])]}


def _type(described: Json) -> Json:
    if "subtypes" in described:
        return {"subtypes": described["subtypes"]}
    return {"fields": [_field(field) for field in described.get("fields", [])]}


def _field(field: Json) -> Json:
    """`only`: the one value that tells a subtype from its siblings."""
    kept = {"name": field["name"], "types": field["types"], "required": field["required"]}
    only = re.search(r"must be (\w+)$", field["description"]) if field["name"] == "type" else None
    return kept | ({"only": only[1]} if only else {})


def _named(described: Json) -> list[str]:
    types = [name for field in described.get("fields", []) for name in field["types"]]
    return [name.replace("Array of ", "") for name in types + described.get("subtypes", [])]


def _run(folder: str, *command: str) -> None:
    subprocess.run(command, cwd=folder, check=True)


def _write(name: str, data: Json) -> None:
    (HERE / name).write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n")


def main() -> None:
    if len(sys.argv) > 1:
        _write("bot_api.json", trim_bot_api(json.loads(Path(sys.argv[1]).read_text())))
    else:
        _write("schema.json", generate())


if __name__ == "__main__":
    main()
