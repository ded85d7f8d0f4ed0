"""Settings come from the environment as text, and a mistake names its variable, never its value."""

from __future__ import annotations

import re

import pytest

from runtime.errors import ConfigurationError
from runtime.loading import load_settings, unknown_names


def test_ids_and_secrets_of_channels_stay_text(monkeypatch):
    """`12e5` is a number to JSON and an id to Zalo."""
    monkeypatch.setenv("HOIDAP_CHANNELS__ZALO__APP_ID", "4120000000000000007")
    monkeypatch.setenv("HOIDAP_CHANNELS__ZALO_BOT__TOKEN", "12e5")

    channels = load_settings().channels

    assert channels == {"zalo": {"app_id": "4120000000000000007"}, "zalo_bot": {"token": "12e5"}}


def test_secrets_may_stand_in_files(monkeypatch, tmp_path):
    (tmp_path / "channels__zalo__app_secret").write_text("from-file")
    monkeypatch.setenv("HOIDAP_SECRETS_DIR", str(tmp_path))

    assert load_settings().channels["zalo"]["app_secret"] == "from-file"


def test_options_of_the_command_line_win(monkeypatch):
    monkeypatch.setenv("HOIDAP_PORT", "9000")

    assert load_settings(port=9001).port == 9001


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOIDAP_WORKER__CONCURENCY", "3"),
        ("HOIDAP_DATABASE__URL", "mysql://user:hunter2@host/db"),
        ("HOIDAP_PORT", "hunter2"),
        ("HOIDAP_PUBLIC_URL", "hunter2.example"),
    ],
)
def test_a_mistake_names_the_variable_and_hides_the_value(monkeypatch, name, value):
    monkeypatch.setenv(name, value)

    with pytest.raises(ConfigurationError, match=name) as caught:
        load_settings()

    assert "hunter2" not in str(caught.value)


def test_nothing_secret_is_printed_with_the_settings(monkeypatch):
    monkeypatch.setenv("HOIDAP_CHANNELS__ZALO__APP_SECRET", "hunter2")
    monkeypatch.setenv("HOIDAP_DATABASE__URL", "postgresql+psycopg://user:hunter2@host/db")
    monkeypatch.setenv("HOIDAP_SECRET_KEY", "hunter2")

    assert "hunter2" not in repr(load_settings())


def test_misspelt_names_are_found():
    assert unknown_names({"HOIDAP_DATABSE__URL": "", "HOIDAP_PORT": "", "PATH": ""}) == ["HOIDAP_DATABSE__URL"]


def test_misspelt_sections_are_found_in_every_kind_of_file(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "settings.toml").write_text('port = 1\n[databse]\nurl = "x"\n')
    (tmp_path / ".env").write_text("HOIDAP_WROKER__CONCURRENCY=1\nHOIDAP_HOST=127.0.0.1\nPATH=x\n")
    (tmp_path / "secrets").mkdir()
    for name in ("chanels__zalo__app_secret", "channels__zalo__oa_id", "SECRET_KEY", "..data"):
        (tmp_path / "secrets" / name).write_text("hunter2")

    assert unknown_names({"HOIDAP_SECRETS_DIR": "secrets"}) == [
        "databse in settings.toml",
        "HOIDAP_WROKER__CONCURRENCY in .env",
        "chanels__zalo__app_secret in HOIDAP_SECRETS_DIR",
    ]


@pytest.mark.parametrize(
    ("files", "said"),
    [
        pytest.param(
            {"settings.toml": b"host = ["}, r"^settings\.toml cannot be read: .+\. See docs", id="broken TOML"
        ),
        pytest.param({"settings.toml": b'host = "\xff"'}, r"^settings\.toml is not written in UTF-8\. See", id="TOML"),
        pytest.param({".env": b"HOIDAP_HOST=\xff"}, r"^\.env is not written in UTF-8\. See docs", id="dotenv"),
        pytest.param({"s/port": b"\xff"}, r"^s/port is not written in UTF-8\. See docs", id="a secret"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(monkeypatch, tmp_path, files, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "s").mkdir()
    monkeypatch.setenv("HOIDAP_SECRETS_DIR", "s")
    for name, contents in files.items():
        (tmp_path / name).write_bytes(contents)

    with pytest.raises(ConfigurationError) as caught:
        load_settings()

    assert re.search(said, str(caught.value)), str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("HOIDAP_SECRETS_DIR", "/no/such/folder", "HOIDAP_SECRETS_DIR: there is no such folder. See "),
        ("HOIDAP_LOG_LEVEL", "loud", "HOIDAP_LOG_LEVEL: must be one of DEBUG, INFO, WARNING, ERROR. See "),
        ("HOIDAP_PORT", "99999", "HOIDAP_PORT: Input should be less than or equal to 65535. See "),
        ("HOIDAP_WORKER__CONCURENCY", "3", "HOIDAP_WORKER__CONCURENCY: there is no such setting. See "),
        ("HOIDAP_WORKER", "{", "A section is set as a whole; set each of its settings: HOIDAP_SECTION__NAME. See "),
    ],
)
def test_a_mistake_is_told_in_sentences(monkeypatch, name, value, said):
    monkeypatch.setenv(name, value)

    with pytest.raises(ConfigurationError) as caught:
        load_settings()

    assert str(caught.value).startswith(said)


def test_an_option_of_the_command_line_is_named_as_such():
    with pytest.raises(ConfigurationError, match=r"^--port: "):
        load_settings(port=99999)


def test_the_level_of_the_log_may_be_written_small(monkeypatch):
    monkeypatch.setenv("HOIDAP_LOG_LEVEL", "debug")

    assert load_settings().log_level == "DEBUG"
