"""What stands above and below every note: its kind, whose it is, when it was written, and who signed it."""

from simulator.notes.scene import Scene
from simulator.schema import values
from simulator.schema.notes import NOTE_KIND


def put_head(scene: Scene, kind: str) -> None:
    """Title, patient and time."""
    who, when = scene.who, scene.desk.phrases.when(scene.known.at)
    title, sex = NOTE_KIND[kind], values.SEX[who.sex]
    scene.page.head(
        f"{title[0]}\n姓名：{who.name[0]}　性别：{sex[0]}　年龄：{who.age_words[0]}　病案号：{who.record}\n"
        f"记录时间：{when}",
        f"{title[1].capitalize()}\nName: {who.name[1]}  Sex: {sex[1]}  Age: {who.age_words[1]}  "
        f"Record no.: {who.record}\nWritten: {when}",
    )


def put_signature(scene: Scene, author: int) -> None:
    """Signature of the author."""
    zh, en = scene.desk.names[author]
    scene.page.head(f"\n签名：{zh}", f"\nSigned: {en}")
