"""What the page does, a script can do; and a muddled request is answered with what was expected."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from sandbox import web
from sandbox.bots import Bot
from sandbox.checks import Upload
from sandbox.clock import MovableClock
from sandbox.server import Telegram
from tests.sandbox.published import TOKEN
from tests.sandbox.village import Village


@pytest.fixture
def town(telegram: Telegram, bot: Bot, clock: MovableClock) -> Village:
    return Village(telegram, clock)


@pytest.fixture
async def http(telegram: Telegram, town: Village) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(web.build(telegram, town))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as client:
        yield client


async def test_a_day_by_script(http: httpx.AsyncClient, town: Village) -> None:
    people = (await http.get("/sandbox/people")).json()
    assert [(person["name"], person["standing"]) for person in people] == [
        ("Jamie Reid", "never_started"),
        ("Ailsa", "never_started"),
        ("Morag Bain", "never_started"),
    ]
    jamie = f"/sandbox/people/{people[0]['id']}"
    said = (await http.post(f"{jamie}/say", json={"text": "/start"})).json()
    assert [message["who"] for message in said] == ["person", "bot"]
    assert said[1]["text"] == "Hello. I am Minder, a computer. /next shows what is next."
    assert (await http.get("/sandbox/people")).json()[0]["commands"] == [
        {"command": "next", "description": "Your next appointment"}
    ]
    [owed] = (await http.get("/sandbox/owed")).json()
    assert owed["due"] == "2026-11-23T18:00:00+00:00"
    assert (await http.post("/sandbox/clock", json={"next": True})).json() == {
        "now": "2026-11-23T18:00:00+00:00",
        "local": "2026-11-23T18:00:00+00:00",
        "zone": "Europe/London",
    }
    reminder = (await http.get(f"{jamie}/chat")).json()[-1]
    assert reminder["buttons"] == [["I'll be there", "I can't make it"]]
    assert reminder["date"] == "2026-11-23T18:00:00+00:00"
    tapped = await http.post(f"{jamie}/tap", json={"message_id": reminder["id"], "text": "I'll be there"})
    now = {"text": "Thank you. See you there.", "edited_at": "2026-11-23T18:00:00+00:00", "buttons": []}
    assert tapped.json()[-1] | now == tapped.json()[-1]
    assert (await http.get("/sandbox/people")).json()[0]["notice"] == "Saved"


async def test_the_clock_moves_in_four_ways(http: httpx.AsyncClient, clock: MovableClock) -> None:
    async def moved(**how: Any) -> str:
        answer = await http.post("/sandbox/clock", json=how)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["now"])

    assert await moved(by="PT1H") == "2026-11-23T10:00:00+00:00"
    assert await moved(by="P1DT30M") == "2026-11-24T10:30:00+00:00"
    assert await moved(to="2026-11-24T18:00:00+00:00") == "2026-11-24T18:00:00+00:00"
    assert await moved(tomorrow="08:00") == "2026-11-25T08:00:00+00:00"
    clock.move_to(clock.now() + timedelta(days=200))
    assert (await moved(tomorrow="08:00")).endswith("T07:00:00+00:00"), "08:00 in a Scottish summer"


@pytest.mark.parametrize(
    ("path", "body", "status", "sentence"),
    [
        ("clock", {}, 400, 'expected one of "by", "to", "next" and "tomorrow"; found nothing'),
        ("clock", {"by": "PT1H", "next": True}, 400, "found by, next"),
        ("clock", {"by": "an hour"}, 400, '"by" is "an hour"; expected an ISO 8601 duration'),
        ("clock", {"by": "PT"}, 400, "expected an ISO 8601 duration"),
        ("clock", {"by": 3600}, 400, '"by" is 3600; expected a text'),
        ("clock", {"to": "soon"}, 400, "expected a moment such as"),
        ("clock", {"to": "2026-11-24T18:00:00"}, 400, "which names no offset"),
        ("clock", {"to": "2020-01-01T00:00:00+00:00"}, 400, "it cannot go back to 2020"),
        ("clock", {"next": False}, 400, "expected true"),
        ("clock", {"tomorrow": "25:00"}, 400, 'expected a time such as "08:00"'),
        ("clock", [1], 400, "expected a JSON object"),
        ("people/1/say", {"text": "hello"}, 404, "nobody here has the id 1; the people are"),
        ("people/JAMIE/say", {"text": "  "}, 400, "expected some words"),
        ("people/JAMIE/say", {}, 400, '"text" is null; expected some words'),
        ("people/JAMIE/tap", {"text": "Yes", "message_id": "last"}, 400, "expected the number of a message"),
        ("people/JAMIE/tap", {"text": "Yes"}, 404, 'no button says "Yes"; on show: none'),
    ],
)
async def test_muddled_requests(
    http: httpx.AsyncClient, town: Village, path: str, body: object, status: int, sentence: str
) -> None:
    answer = await http.post(f"/sandbox/{path.replace('JAMIE', str(town.jamie.id))}", json=body)
    assert answer.status_code == status
    assert sentence in answer.json()["error"]


async def test_what_is_not_json_and_what_is_nowhere(http: httpx.AsyncClient) -> None:
    assert (await http.post("/sandbox/clock", content=b"{")).json() == {"error": "the request's body is not JSON"}
    nowhere = await http.get("/sandbox/pigeons")
    assert (nowhere.status_code, nowhere.json()) == (404, {"error": "GET /sandbox/pigeons: Not Found"})
    assert (await http.get("/sandbox/people/1/say")).status_code == 405


async def test_what_the_town_cannot_do_is_said(http: httpx.AsyncClient) -> None:
    await http.post("/sandbox/clock", json={"next": True})
    answer = await http.post("/sandbox/clock", json={"next": True})
    assert answer.status_code == 400
    assert answer.json() == {"error": "nothing is owed, so there is no next event"}


async def test_pictures_can_be_fetched(http: httpx.AsyncClient, telegram: Telegram, town: Village) -> None:
    town.jamie.start()
    params = {"chat_id": town.jamie.id, "photo": Upload("code.png", b"\x89PNG...")}
    await telegram.call(TOKEN, "sendPhoto", params)
    media = (await http.get(f"/sandbox/people/{town.jamie.id}/chat")).json()[-1]["media"]
    assert media["kind"] == "photo"
    picture = await http.get(media["url"])
    assert (picture.content, picture.headers["content-type"]) == (b"\x89PNG...", "image/png")


async def test_a_start_link_is_opened_where_it_is_pasted(http: httpx.AsyncClient, town: Village) -> None:
    link = "https://t.me/MinderSandboxBot?start=abc_-1"
    said = await http.post(f"/sandbox/people/{town.ailsa.id}/say", json={"text": link})
    assert said.json()[0]["text"] == "/start abc_-1"


async def test_the_page_may_only_load_what_is_ours(http: httpx.AsyncClient) -> None:
    for path, kind in (("/", "text/html"), ("/page.css", "text/css"), ("/page.js", "text/javascript")):
        answer = await http.get(path)
        assert answer.headers["content-type"].startswith(kind)
        assert answer.headers["content-security-policy"].startswith("default-src 'self'")
