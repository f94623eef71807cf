import re
from pathlib import Path

from hub_config.portal.render import HERE
from hub_config.portal.texts import catalogue, text

HALF_WIDTH = re.compile(r"[\u3400-\u9fff][*`]*[,;:?!]|[\u3400-\u9fff]\(|\([\u3400-\u9fff]")


def used_keys() -> set[str]:
    """Keys in the templates and the code; `help.%d.title` and the like stand for all that fit."""
    files = [*HERE.glob("templates/*.html"), *HERE.glob("*.py")]
    found = {key for file in files for key in re.findall(r"""\bt\(\s*["']([a-z0-9_.%]+)["']""", Path(file).read_text())}
    patterns = [re.compile(re.escape(key).replace("%d", r"\d+") + r"(?:\w+)?$") for key in found]
    return found | {key for key in catalogue() if any(pattern.match(key) for pattern in patterns)}


def test_every_sentence_the_pages_ask_for_exists() -> None:
    plain = {key for key in used_keys() if "%" not in key and not key.endswith(".")}
    assert plain <= set(catalogue())


def test_every_sentence_is_used_on_some_page() -> None:
    used = used_keys() | {key for key in catalogue() if key.startswith("status.")}
    assert set(catalogue()) - used == set()


def test_both_languages_of_a_sentence_have_the_same_values_to_fill_in() -> None:
    for key, entry in catalogue().items():
        zh, en = (sorted(re.findall(r"{(\w+)}", entry[lang])) for lang in ("zh", "en"))
        assert zh == en, key


def test_chinese_sentences_have_chinese_punctuation() -> None:
    assert [key for key, entry in catalogue().items() if HALF_WIDTH.search(entry["zh"])] == []


def test_a_value_is_filled_in_as_it_is() -> None:
    assert text("en", "home.hello", name="<b>") == "Hello, <b>"
