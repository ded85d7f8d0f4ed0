"""Settings come from the environment as text, and a mistake names its variable, never its value."""

from __future__ import annotations

import pytest

from runtime.errors import ConfigurationError
from runtime.settings import load_settings, unknown_variables


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
    assert unknown_variables({"HOIDAP_DATABSE__URL": "", "HOIDAP_PORT": "", "PATH": ""}) == ["HOIDAP_DATABSE__URL"]
