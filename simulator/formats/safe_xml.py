"""XML from anybody, read safely: no document type, no entities, nothing fetched, depth, size and number bounded.

Each element knows its line and its parent, so that an error can say where it is.
"""

from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat  # a document type is refused before anything in it is read

MAX_BYTES = 4 * 2**20
MAX_DEPTH = 32
MAX_ELEMENTS = 50_000
MAX_ATTRIBUTES = 64


class XmlError(ValueError):
    """What is wrong and where; the reader of a format makes a reject of it."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}")
        self.where = where
        self.reason = reason


@dataclass(eq=False, slots=True)
class Node:
    """An element: its name without the namespace that the file is about, attributes, text and children."""

    tag: str
    line: int
    parent: "Node | None"
    attributes: dict[str, str]
    children: list["Node"] = field(default_factory=list)
    text: str = ""

    @property
    def where(self) -> str:
        """Line and XPath."""
        return f"line {self.line}, {self.path}"

    @property
    def path(self) -> str:
        """The XPath of the element; [n] where several of one name stand side by side."""
        if self.parent is None:
            return f"/{self.tag}"
        same = [one for one in self.parent.children if one.tag == self.tag]
        nth = f"[{same.index(self) + 1}]" if len(same) > 1 else ""
        return f"{self.parent.path}/{self.tag}{nth}"

    def find(self, path: str) -> "Node | None":
        """The first element at a path of child names, `name[@key='value']` among them; None if there is none."""
        step, _, rest = path.partition("/")
        for one in self.children:
            if _matches(one, step):
                found = one.find(rest) if rest else one
                if found is not None:
                    return found
        return None

    def all(self, tag: str) -> list["Node"]:
        """The children of that name."""
        return [one for one in self.children if one.tag == tag]

    def walk(self) -> list["Node"]:
        """This element and all below it, in the order of the file."""
        found, waiting = [], [self]
        while waiting:
            node = waiting.pop()
            found.append(node)
            waiting.extend(reversed(node.children))
        return found


def _matches(node: Node, step: str) -> bool:
    if node.tag == step:
        return True
    name, _, condition = step.partition("[@")
    if node.tag != name or not condition:
        return False
    key, _, value = condition.removesuffix("']").partition("='")
    return node.attributes.get(key) == value


def read_xml(path: Path, root: str, namespace: str) -> Node:
    """The root element of a file; XmlError if it is too large, no XML, or its root another than expected."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise XmlError("file", f"has {size:,} bytes; at most {MAX_BYTES:,} are read")
    return parse_xml(path.read_bytes(), root, namespace)


def parse_xml(data: bytes, root: str, namespace: str) -> Node:
    """The root element of a text in UTF-8."""
    if len(data) > MAX_BYTES:
        raise XmlError("file", f"has {len(data):,} bytes; at most {MAX_BYTES:,} are read")
    builder = _Builder(namespace)
    try:
        builder.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise XmlError(f"line {error.lineno}", f"is no well-formed XML ({expat.ErrorString(error.code)})") from None
    found = builder.root
    if found is None or found.tag != root:
        name = found.tag if found else "nothing"
        raise XmlError("line 1, /", f"the root should be {root} of the namespace {namespace or 'none'}, found {name}")
    return found


class _Builder:
    """Makes elements of what expat tells."""

    def __init__(self, namespace: str) -> None:
        self.prefix = f"{namespace} " if namespace else ""
        self.root: Node | None = None
        self.open: list[Node] = []
        self.texts: list[list[str]] = []
        self.count = 0
        self.parser = parser = expat.ParserCreate("UTF-8", " ")
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.data
        parser.StartDoctypeDeclHandler = self.refuse

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        self.count += 1
        line = self.parser.CurrentLineNumber
        parent = self.open[-1] if self.open else None
        node = Node(name.removeprefix(self.prefix), line, parent, attributes)
        if len(self.open) >= MAX_DEPTH:
            raise XmlError(f"line {line}", f"elements stand more than {MAX_DEPTH} deep in each other")
        if self.count > MAX_ELEMENTS:
            raise XmlError(f"line {line}", f"there are more than {MAX_ELEMENTS:,} elements")
        if len(attributes) > MAX_ATTRIBUTES:
            raise XmlError(f"line {line}", f"an element has more than {MAX_ATTRIBUTES} attributes")
        if parent is None:
            self.root = node
        else:
            parent.children.append(node)
        self.open.append(node)
        self.texts.append([])

    def end(self, _name: str) -> None:
        """An element ends."""
        self.open.pop().text = "".join(self.texts.pop())

    def data(self, text: str) -> None:
        """Text inside an element."""
        self.texts[-1].append(text)

    def refuse(self, *_declaration: object) -> None:
        """A document type begins."""
        raise XmlError(f"line {self.parser.CurrentLineNumber}", "has a document type declaration; none is read")
