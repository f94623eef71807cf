"""The data dictionary (数据字典) as one page in both languages, made from the schema and nothing else."""

from html import escape
from pathlib import Path

from simulator.schema import TABLES, Column, Table

FILE = "dictionary.html"
STYLE = """
body{font:16px/1.5 system-ui,"Noto Sans CJK SC","PingFang SC","Microsoft YaHei",sans-serif;
max-width:72rem;margin:auto;padding:1rem;color:#1b1b1b}
table{border-collapse:collapse;width:100%;margin:.5rem 0 2rem}caption{text-align:left;font-weight:600;padding:.3rem 0}
th,td{border:1px solid #bbb;padding:.25rem .5rem;text-align:left;vertical-align:top}th{background:#eef3f1}
code{font-family:ui-monospace,monospace}.truth{color:#8a3b00}nav a{display:inline-block;margin-right:1rem}
"""
HEAD = ("列 Column", "类型 Type", "中文说明", "Meaning", "单位 Unit", "编码 Code", "引用 Refers to", "可空 Optional")


def write_dictionary(folder: Path) -> Path:
    """Write the page into `folder`."""
    path = folder / FILE
    path.write_text(page(), encoding="utf-8")
    return path


def page() -> str:
    """The whole page as HTML."""
    links = " ".join(f'<a href="#{name}">{name}</a>' for name in TABLES)
    body = "\n".join(_table(table) for table in TABLES.values())
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>数据字典 Data dictionary</title><style>{STYLE}</style></head><body>"
        "<h1>数据字典 Data dictionary</h1>"
        "<p>编号共 14 位:表 2 位、医院 3 位、行 9 位;<code>cause_id</code> 是引起该行的那一行的编号。时间均为 UTC。</p>"
        "<p>Ids have 14 digits: table 2, hospital 3, row 9; <code>cause_id</code> is the id of the row that brought a "
        f"row about. All times are UTC.</p><nav>{links}</nav>{body}</body></html>\n"
    )


def _table(table: Table) -> str:
    note = ' <span class="truth">(真实情况,不发给学员 · truth, not given to learners)</span>' if table.truth else ""
    head = "".join(f'<th scope="col">{title}</th>' for title in HEAD)
    rows = "".join(_row(column, key=column is table.columns[0]) for column in table.columns)
    return (
        f'<section id="{table.name}"><h2><code>{table.name}</code> {escape(table.zh)} · {escape(table.en)}{note}</h2>'
        f"<table><caption>{escape(table.zh)} {escape(table.en)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></section>"
    )


def _row(column: Column, *, key: bool) -> str:
    values = column.values or {}
    zh = "".join(f"<br><code>{code}</code> {escape(text)}" for code, (text, _) in values.items())
    en = "".join(f"<br><code>{code}</code> {escape(text)}" for code, (_, text) in values.items())
    code = " ".join(part for part in (column.system, f"LOINC {column.loinc}" if column.loinc else None) if part)
    refers = f'<a href="#{column.refers}">{column.refers}</a>' if column.refers else ""
    cells = (
        f"<code>{column.name}</code>{' 主键 key' if key else ''}",
        escape(str(column.dtype)),
        escape(column.zh) + zh,
        escape(column.en) + en,
        escape(column.unit or ""),
        escape(code),
        refers,
        "是 yes" if column.nullable else "",
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
