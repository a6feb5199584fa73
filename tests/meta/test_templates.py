"""Templates: nothing inline that the content security policy refuses, and every word goes through gettext."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = ROOT / "templates"
PAGES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
# Formal documents are Indonesian by law (UU 24/2009 article 27), whatever language their reader has chosen.
FORMAL = ("documents/", "print.html")
TRANSLATES = {"_", "gettext", "ngettext", "pgettext"}
SPOKEN = {"alt", "aria-label", "aria-description", "placeholder", "title", "data-confirm", "label"}
# names that are the same in every language
NAMES = {"Lapor", "LAPOR!", "SP4N-LAPOR!", "WITA", "PDF", "NIP", "OPD", "xlsx", "Excel", "csv", "QR", "Enter"}
WORD = re.compile(r"(?<![-\w])[^\W\d_]{2,}")  # what follows a dash belongs to an id that a macro composes


class _Words(HTMLParser):
    """Collects words outside expressions and what the security policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.inline: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and "src" not in given and given.get("type") != "application/json":
            self.inline.append(f"line {self.getpos()[0]}: inline script")
        if tag == "style":
            self.inline.append(f"line {self.getpos()[0]}: inline style element")
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                self.inline.append(f"line {self.getpos()[0]}: {name} on <{tag}>")
            if value and (name in SPOKEN or (tag == "input" and name == "value" and given.get("type") == "submit")):
                self._note(value)
        if tag in {"script", "style", "code"}:
            self.silent.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self._note(data)

    def _note(self, text: str) -> None:
        rest = text
        for name in NAMES:
            rest = rest.replace(name, "")
        if WORD.search(re.sub(r"&\w+;", "", rest)):
            self.words.append(f"line {self.getpos()[0]}: {' '.join(text.split())!r}")


def without_jinja(source: str) -> str:
    """The HTML that stands between the Jinja parts; line numbers stay."""

    def blank(found: re.Match[str]) -> str:
        return "\n" * found[0].count("\n")

    source = re.sub(r"{#.*?#}", blank, source, flags=re.DOTALL)
    source = re.sub(r"{%-?\s*block \w+_class\b.*?endblock\s*-?%}", blank, source, flags=re.DOTALL)
    source = re.sub(r"{%-?\s*trans\b.*?endtrans\s*-?%}", blank, source, flags=re.DOTALL)
    return re.sub(r"{{.*?}}|{%.*?%}", blank, source, flags=re.DOTALL)


def strings_outside_gettext(node: nodes.Node) -> Iterator[tuple[int, str]]:
    """Texts in expressions that look like words for a person: they begin with a capital or hold a space."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in TRANSLATES:
        return
    if isinstance(node, nodes.Extends | nodes.Include | nodes.Import | nodes.FromImport | nodes.Compare):
        return
    if (
        isinstance(node, nodes.Const)
        and isinstance(node.value, str)
        and re.match(r"[A-Z][a-z]", node.value)
        and node.value not in NAMES
    ):
        yield node.lineno, node.value
    for child in node.iter_child_nodes():
        yield from strings_outside_gettext(child)


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_inline(name: str) -> None:
    parser = _Words()
    parser.feed(without_jinja((TEMPLATES / name).read_text()))
    inline = [finding for finding in parser.inline if not (name == "print.html" and "style element" in finding)]
    assert inline == []


@pytest.mark.parametrize("name", [name for name in PAGES if not name.startswith(FORMAL)])
def test_every_word_goes_through_gettext(name: str) -> None:
    source = (TEMPLATES / name).read_text()
    parser = _Words()
    parser.feed(without_jinja(source))
    parser.close()
    assert parser.words == []
    tree = jinja2.Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(source)
    assert list(strings_outside_gettext(tree)) == []
