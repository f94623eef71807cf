"""Settings: one model, two sources, and errors that name the key."""

import os
from pathlib import Path

import pytest

from hub_config.errors import SettingsError
from hub_config.settings import CODE, Settings, load_settings


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("XINGLIN_")]:
        monkeypatch.delenv(name)
    (tmp_path / "xinglin.toml").write_text("")
    monkeypatch.setenv("XINGLIN_CONFIG", str(tmp_path / "xinglin.toml"))


def test_the_platform_is_private_to_the_machine_unless_told_otherwise() -> None:
    settings = load_settings()
    assert settings.bind == "127.0.0.1"
    assert settings.isolation
    assert settings.url == "http://127.0.0.1:8000/"


def test_variables_win_over_the_file_and_the_command_line_over_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "xinglin.toml").write_text('port = 9000\nlanguage = "en"\nmemory_limit = "1GiB"\n')
    assert load_settings().port == 9000
    monkeypatch.setenv("XINGLIN_PORT", "9001")
    assert load_settings().port == 9001
    assert load_settings(port=9002).port == 9002
    assert load_settings(port=None).port == 9001
    assert load_settings().memory_limit == 2**30


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("prot = 9000\n", ["xinglin.toml", "prot", "did you mean port"]),
        ("port = 99999\n", ["xinglin.toml", "port", "99999", "65535"]),
        ('language = "fr"\n', ["xinglin.toml", "language", "'fr'", "'zh' or 'en'"]),
        ('memory_limit = "much"\n', ["xinglin.toml", "memory_limit", "much"]),
        ("port = \n", ["xinglin.toml", "TOML"]),
        ('public_url = "example"\n', ["public_url", "example"]),
        ('ssl_key = "k.pem"\n', ["ssl_key", "ssl_cert"]),
        ('ssl_key = "k.pem"\nssl_cert = "c.pem"\n', ["ssl_cert", "proxy_command", "public_url"]),
    ],
)
def test_a_wrong_key_or_value_in_the_file_is_named(tmp_path: Path, text: str, words: list[str]) -> None:
    (tmp_path / "xinglin.toml").write_text(text)
    with pytest.raises(SettingsError) as told:
        load_settings()
    assert [word for word in words if word not in str(told.value)] == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("XINGLIN_PORT", "many", ["XINGLIN_PORT", "many"]),
        ("XINGLIN_PROT", "8000", ["XINGLIN_PROT", "did you mean port"]),
        ("XINGLIN_ISOLATION", "perhaps", ["XINGLIN_ISOLATION", "perhaps"]),
        ("XINGLIN_CONFIG", "/nowhere/xinglin.toml", ["XINGLIN_CONFIG", "/nowhere/xinglin.toml"]),
    ],
)
def test_a_wrong_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, words: list[str]) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as told:
        load_settings()
    assert [word for word in words if word not in str(told.value)] == []


def test_a_wrong_option_is_named() -> None:
    with pytest.raises(SettingsError, match=r"option --port.*70000"):
        load_settings(port=70000)


def test_another_process_reads_the_very_same_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = load_settings(
        port=0, state=tmp_path / "s", memory_limit="700MiB", isolation=False, public_url="https://x.example/"
    )
    for name, value in settings.as_environment().items():
        monkeypatch.setenv(name, value)
    assert load_settings() == settings


def test_every_setting_is_documented_with_its_variable_and_default() -> None:
    page = (CODE / "docs" / "settings.md").read_text("utf-8")
    for key, field in Settings.model_fields.items():
        assert field.description, key
        assert f"`{key}`" in page, key
        assert f"`XINGLIN_{key.upper()}`" in page, key
        assert field.description in page, (
            f"docs/settings.md is out of date for {key}; `python -m hub_config.settings_page` writes it"
        )


def test_the_command_line_says_a_wrong_setting_in_one_line_and_exits_2(cli: object, tmp_path: Path) -> None:
    done = cli(tmp_path, "status", XINGLIN_PORT="many")  # type: ignore[operator]
    assert done.returncode == 2
    assert "XINGLIN_PORT" in done.stderr
    assert "Traceback" not in done.stderr + done.stdout
