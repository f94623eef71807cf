"""Writes docs/settings.md from the settings' model: `python -m hub_config.settings_page`."""

from hub_config.settings import CODE, PREFIX, Settings

INTRODUCTION = f"""# Settings

Written by `python -m hub_config.settings_page`; the model is `hub_config/settings.py`.

Every setting can stand in `xinglin.toml` beside the launcher (or in the file named by `{PREFIX}CONFIG`) as
`key = value`, or in the environment as `{PREFIX}KEY`; the environment wins, options of `xinglin up` win over both.
A key that does not exist and a value that is not right are errors that name the key. For example:

```toml
bind = "0.0.0.0"
public_url = "https://xinglin.example.edu"
memory_limit = "2GiB"
idle_minutes = 30
```

| key | variable | default | what it is |
|---|---|---|---|
"""
DEPENDS = {
    "state": "`state` beside the launcher",
    "memory_limit": "`2GiB`",
    "workers": "one less than the machine has processors",
}


def page() -> str:
    """The whole page."""
    rows = []
    for key, field in Settings.model_fields.items():
        default = DEPENDS.get(key) or (f"`{field.default}`" if field.default != "" else "empty")
        rows.append(f"| `{key}` | `{PREFIX}{key.upper()}` | {default} | {field.description} |")
    return INTRODUCTION + "\n".join(rows) + "\n"


if __name__ == "__main__":
    (CODE / "docs").mkdir(exist_ok=True)
    (CODE / "docs" / "settings.md").write_text(page(), "utf-8")
