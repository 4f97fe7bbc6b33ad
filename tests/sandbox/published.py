"""The strict schema that others wrote, and a Telegram that fails the test whose answer is not as published."""

import functools
import json
from importlib import resources
from typing import Any

import jsonschema

from sandbox.refusals import Json
from sandbox.server import Answer, Telegram

TOKEN = "7123456789:AAFakeTokenOfTheSandboxForItsTests00"


@functools.cache
def schema() -> Json:
    data: Json = json.loads(resources.files("sandbox").joinpath("schema.json").read_text())
    return data


@functools.cache
def validator(method: str) -> Any:
    return jsonschema.Draft7Validator({"definitions": schema()["definitions"], **schema()["returns"][method]})


@functools.cache
def update_validator() -> Any:
    update = {"$ref": "#/definitions/TelegramUpdate"}
    return jsonschema.Draft7Validator({"definitions": schema()["definitions"], **update})


class CheckedTelegram(Telegram):
    """Every answer, in every test, over every way in."""

    async def call(self, token: str, method: str, params: Json) -> Answer:
        answer = await super().call(token, method, params)
        if answer.body["ok"]:
            validator(method).validate(answer.body["result"])
        else:
            assert answer.body["error_code"] == answer.status
            assert set(answer.body) <= {"ok", "error_code", "description", "parameters"}
        return answer
