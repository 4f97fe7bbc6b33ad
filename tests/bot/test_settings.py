"""Settings: the environment wins, every mistake is told at once, and no secret is ever shown."""

from datetime import time
from pathlib import Path

import pytest

from bot import settings
from bot.settings import SettingsWrong
from usecases import rules

KEY = "a secret key that is long enough"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in settings.in_environment():
        monkeypatch.delenv(name)
    path = tmp_path / ".env"
    path.write_text(f"MINDER_TOKEN=123456:from-the-file\nMINDER_SECRET_KEY={KEY}\nMINDER_PHONE=01475 715 000\n")
    return path


def test_the_environment_wins_over_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINDER_TOKEN", "123456:from-outside")
    found = settings.load(file)
    assert (found.token, found.phone) == ("123456:from-outside", "01475 715 000")
    assert settings.as_set(file)["MINDER_TOKEN"] == "123456:from-outside"


def test_an_empty_variable_counts_as_unset(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINDER_TELEGRAM_URL", "")
    monkeypatch.setenv("MINDER_TIMEZONE", "")
    assert settings.load(file).telegram_url == "https://api.telegram.org"


def test_several_keys_newest_first(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINDER_SECRET_KEY", f" {KEY} new , {KEY} old ")
    assert settings.load(file).secret_key == (f"{KEY} new", f"{KEY} old")


def test_every_mistake_at_once_and_no_secret_shown(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = {
        "TOKEN": "tiny-one",
        "SECRET_KEY": "short-secret",
        "TELEGRAM_URL": "ftp://telegram",
        "DATABASE_URL": "mysql://me:hunter2@host/x",
        "TIMEZONE": "Scotland/Greenock",
        "WORK_FROM": "nine",
        "LOCAL_HOLIDAYS": "2026-12-32",
        "HIDE_UNDER": "0",
    }
    for name, value in wrong.items():
        monkeypatch.setenv(f"MINDER_{name}", value)
    with pytest.raises(SettingsWrong) as caught:
        settings.load(file)
    told = "\n".join(caught.value.lines)
    assert all(f"MINDER_{name}:" in told for name in wrong), told
    assert "found 'Scotland/Greenock'; expected a zone such as Europe/London" in told
    assert not any(secret in told for secret in ("tiny-one", "short-secret", "hunter2"))


def test_what_is_missing_says_what_to_do(tmp_path: Path, file: Path) -> None:
    with pytest.raises(SettingsWrong, match=r"MINDER_TOKEN is not set\. .* run `minder setup`"):
        settings.load(tmp_path / "nowhere")


def test_a_working_day_that_ends_before_it_begins(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINDER_WORK_FROM", "18:00")
    with pytest.raises(SettingsWrong, match="found 18:00 and 17:00"):
        settings.load(file)


def test_caps_quiet_hours_and_reminders_are_those_that_are_set(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours = file.with_name("reminders.yaml")
    ours.write_text(rules.FILE.read_text().replace(f'"{rules.read().version}"', '"ours"', 1))
    caps, quiet = {"MOST_A_DAY": "3", "MOST_A_WEEK": "9"}, {"QUIET_FROM": "21:30", "QUIET_TO": "07:15"}
    for name, value in {**caps, **quiet, "REMINDERS_FILE": str(ours)}.items():
        monkeypatch.setenv(f"MINDER_{name}", value)
    policy, calendar = settings.load(file).policy(), settings.load(file).calendar()
    assert (policy.most_a_day, policy.most_a_week) == (3, 9)
    assert (calendar.quiet_from, calendar.quiet_to) == (time(21, 30), time(7, 15))
    assert policy.reminders.version == "ours"


@pytest.mark.parametrize("name", ["HEALTH_LISTEN", "WEBHOOK_LISTEN"])
@pytest.mark.parametrize(
    "value", ["127.0.0.1:94640", "127.0.0.1:65536", "127.0.0.1", "127.0.0.1:", "a b:1", "http://a:1"]
)
def test_an_address_to_listen_at_has_a_port_that_there_is(
    file: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"MINDER_{name}", value)
    with pytest.raises(SettingsWrong, match="with a port from 0 to 65535") as caught:
        settings.load(file)
    assert caught.value.lines[0].startswith(f"MINDER_{name}: found '{value}'; expected HOST:PORT")


def test_what_may_be_listened_at(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("HEALTH", "off"), ("HEALTH", "0.0.0.0:65535"), ("WEBHOOK", "localhost:0")):
        monkeypatch.setenv(f"MINDER_{name}_LISTEN", value)
        assert settings.load(file)
    monkeypatch.setenv("MINDER_WEBHOOK_LISTEN", "off")  # it is no address
    with pytest.raises(SettingsWrong):
        settings.load(file)
