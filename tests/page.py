"""A browser without JavaScript for tests: every page that it is shown is checked before the test sees it.

    page = client.login("koordinator").get("/rapat/1")
    form = page.form(button="Simpan")
    page = form.fill(tempat="Ruang Rapat").submit()
    assert "tersimpan" in page.text

What is checked: the status, one ``h1``, a title, the language, a label for each input, unique ids and
references that exist, links and buttons with words, closed elements, no inline script or style, no forgotten
``None`` or placeholder on the page, the security headers.
"""

import contextvars
import io
import re
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

from flask import Flask
from lxml import etree, html
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

PASSWORD = "lapor-demo"

VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
LEAKS = re.compile(r"\bNone\b|\bUndefined\b|\{\{|\}\}|\{%|%\(\w+\)s|<built-in|<bound method|object at 0x")
REQUIRED_HEADERS = ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy")
Value = str | int | bool | list[str] | tuple[bytes, str]


class PageProblem(AssertionError):
    """What is wrong with a page, one finding a line."""


class Page:
    """An answer. For HTML the checks have passed; for other types only status and headers were looked at."""

    def __init__(self, client: "PageClient", response: TestResponse) -> None:
        self.client = client
        self.response = response
        self.status = response.status_code
        self.headers = response.headers
        self.data: bytes = response.data
        self.url: str = response.request.full_path.rstrip("?")
        self.is_html = response.mimetype == "text/html"
        self.source = response.get_data(as_text=True) if self.is_html else ""
        if self.source.strip():
            self.tree = html.fromstring(self.source)
        else:
            self.tree = html.Element("html")

    @property
    def text(self) -> str:
        """The visible words of ``main`` (of everything where there is no main), spaces made single."""
        mains = self.tree.xpath("//main")
        return words(mains[0] if mains else self.tree)

    @property
    def whole_text(self) -> str:
        """The visible words of the whole page with its menu and footer."""
        return words(self.tree)

    @property
    def heading(self) -> str:
        """The words of the h1."""
        return words(self.tree.xpath("//h1")[0])

    @property
    def title(self) -> str:
        """The title of the page."""
        return words(self.tree.xpath("//title")[0])

    @property
    def links(self) -> dict[str, str]:
        """Words of each link to its address; of links with the same words the first."""
        found: dict[str, str] = {}
        for link in self.tree.xpath("//a[@href]"):
            found.setdefault(words(link) or link.get("aria-label", ""), link.get("href"))
        return found

    def follow(self, link: str, **options: Any) -> "Page":
        """The page behind the link with these words; raises KeyError with the links that are there."""
        if link not in self.links:
            raise KeyError(f"no link {link!r} on {self.url}; there are {sorted(self.links)}")
        return self.client.get(urljoin(self.url, self.links[link]), **options)

    def css(self, selector: str) -> list[html.HtmlElement]:
        """The elements that a simple CSS selector names: ``tag``, ``#id``, ``.class``, ``tag.class``."""
        match = re.fullmatch(r"([a-z0-9]*)(?:([#.])([\w-]+))?", selector)
        if match is None:
            raise ValueError(f"too complicated: {selector}; use page.tree.xpath")
        path = f"//{match[1] or '*'}"
        if match[2] == "#":
            path += f"[@id='{match[3]}']"
        elif match[2] == ".":
            path += f"[contains(concat(' ', normalize-space(@class), ' '), ' {match[3]} ')]"
        return list(self.tree.xpath(path))

    def rows(self) -> list[str]:
        """The words of each table row, with its header row first."""
        return [words(row) for row in self.tree.xpath("//tr")]

    def row(self, text: str) -> str:
        """The words of the first table row, list entry or card with ``text``; AssertionError without one."""
        for path in ("//tr", "//li", "//article"):
            for element in self.tree.xpath(path):
                found = words(element)
                if text in found:
                    return found
        raise AssertionError(f"no row with {text!r} on {self.url}; rows: {self.rows()}")

    @property
    def forms(self) -> list["Form"]:
        """All forms of the page."""
        return [Form(self, element) for element in self.tree.xpath("//form")]

    def form(self, name: str | None = None, *, action: str | None = None, button: str | None = None) -> "Form":
        """The one form with this id or field name, (part of the) action, or button words.

        Raises AssertionError when none or several match. Without an argument: the only form inside ``main``.
        """
        path = "//main//form" if (name, action, button) == (None, None, None) else "//form"
        found = [
            form
            for form in (Form(self, element) for element in self.tree.xpath(path))
            if (name is None or form.element.get("id") == name or name in form.names)
            and (action is None or action in form.action)
            and (button is None or button in form.buttons)
        ]
        if len(found) != 1:
            there = [(form.action, form.buttons, form.names) for form in self.forms]
            raise AssertionError(f"{len(found)} forms match on {self.url}; there are {there}")
        return found[0]

    def check(self, *, fragment: bool = False) -> None:
        """Raise PageProblem with everything that is wrong with this page."""
        problems = list(self._problems(fragment=fragment))
        if problems:
            raise PageProblem(f"{self.url}:\n" + "\n".join(f"  - {problem}" for problem in problems))

    def _problems(self, *, fragment: bool) -> Iterable[str]:
        yield from (f"header {name} is missing" for name in REQUIRED_HEADERS if name not in self.headers)
        policy = self.headers.get("Content-Security-Policy", "")
        if not self.is_html:
            # the browser's own PDF viewer styles its frame inline; it runs nothing of ours
            policy = policy.replace("style-src 'unsafe-inline'", "")
        if "unsafe-inline" in policy or "unsafe-eval" in policy:
            yield "the content security policy allows inline code"
        if not self.is_html or not self.source.strip():
            return
        yield from unclosed(self.source)
        yield from self._inline_code()
        yield from self._references()
        yield from self._names()
        shown = self.whole_text
        yield from (f"forgotten on the page: …{around(shown, m)}…" for m in LEAKS.finditer(shown))
        for attribute in self.tree.xpath("//@*[.='None' or contains(., '{{')]"):
            yield f"attribute {attribute.attrname}={attribute!s}"
        if not fragment:
            yield from self._frame()

    def _frame(self) -> Iterable[str]:
        if self.tree.get("lang") not in {"id", "en"}:
            yield f"lang is {self.tree.get('lang')!r}"
        headings = self.tree.xpath("//h1")
        if len(headings) != 1:
            yield f"{len(headings)} h1: {[words(heading) for heading in headings]}"
        elif not words(headings[0]):
            yield "the h1 is empty"
        titles = self.tree.xpath("/html/head/title")
        if len(titles) != 1 or not words(titles[0]):
            yield "no title"
        if len(self.tree.xpath("//main")) != 1:
            yield "not exactly one main"
        if not self.tree.xpath("//meta[@name='viewport']"):
            yield "no viewport"

    def _inline_code(self) -> Iterable[str]:
        for element in self.tree.iter(etree.Element):
            for attribute in element.attrib:
                if attribute == "style" or attribute.startswith(("on", "hx-on")):
                    yield f"inline {attribute} on <{element.tag}>"
                if attribute in {"href", "src", "action"} and element.get(attribute, "").startswith("javascript:"):
                    yield f"script in {attribute} of <{element.tag}>"
                if attribute in {"src", "srcset"} or (element.tag == "link" and attribute == "href"):
                    address = urlsplit(element.get(attribute, ""))
                    if address.netloc:
                        yield f"loaded from outside: {element.get(attribute)}"
        for script in self.tree.xpath("//script[not(@src)]"):
            if script.get("type") != "application/json":
                yield "inline script"
        if self.tree.xpath("//style"):
            yield "inline style element"

    def _references(self) -> Iterable[str]:
        ids = [str(value) for value in self.tree.xpath("//@id")]
        yield from (f"id {value!r} twice" for value in sorted({v for v in ids if ids.count(v) > 1}))
        for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-errormessage", "form", "list"):
            for value in self.tree.xpath(f"//@{attribute}"):
                yield from (f'{attribute}="{value}" names nothing' for part in value.split() if part not in ids)
        for link in self.tree.xpath("//a[starts-with(@href, '#')]/@href"):
            if link[1:] not in ids:
                yield f"link to {link} leads nowhere"

    def _names(self) -> Iterable[str]:
        labels = set(self.tree.xpath("//label/@for"))
        for element in self.tree.xpath("//input | //select | //textarea"):
            if element.get("type") in {"hidden", "submit", "button", "reset"}:
                continue
            labelled = (
                element.get("id") in labels
                or element.get("aria-label")
                or element.get("aria-labelledby")
                or element.xpath("ancestor::label")
            )
            if not labelled:
                yield f"<{element.tag} name={element.get('name')!r}> has no label"
        for element in self.tree.xpath("//a[@href] | //button | //label | //summary | //th | //legend"):
            named = words(element) or element.xpath(".//@aria-label | .//img/@alt | .//title/text()")
            if not named and element.tag != "th":
                yield f"<{element.tag}> without words: {etree.tostring(element, encoding='unicode')[:120]}"
        for image in self.tree.xpath("//img[not(@alt)]"):
            yield f"image {image.get('src')} without alt"


class Form:
    """A form as the page has it; ``fill`` and ``submit`` send what a browser would."""

    def __init__(self, page: Page, element: html.HtmlElement) -> None:
        self.page = page
        self.element = element
        self.action: str = urljoin(page.url, element.get("action") or page.url)
        self.method: str = (element.get("method") or "get").lower()
        self.values: MultiDict[str, Any] = MultiDict()
        outside = []
        if element.get("id"):
            outside = page.tree.xpath(f"//*[@form='{element.get('id')}']")
        inside = element.xpath(".//input | .//select | .//textarea | .//button")
        self.controls: list[html.HtmlElement] = [
            control for control in [*inside, *outside] if control.get("disabled") is None
        ]
        for control in self.controls:
            for value in current_values(control):
                self.values.add(control.get("name"), value)

    @property
    def names(self) -> list[str]:
        """The names of its fields."""
        return list(dict.fromkeys(c.get("name") for c in self.controls if c.get("name")))

    @property
    def buttons(self) -> list[str]:
        """The words of its submit buttons."""
        return [button_words(control) for control in self.controls if is_submit(control)]

    def options(self, name: str) -> dict[str, str]:
        """Label to value of a select, of radio buttons or of check boxes."""
        found: dict[str, str] = {}
        for control in self._named(name):
            if control.tag == "select":
                found.update({words(o): o.get("value", words(o)) for o in control.xpath(".//option")})
            elif control.get("type") in {"radio", "checkbox"}:
                found[self._label(control)] = control.get("value", "on")
        return found

    def _label(self, control: html.HtmlElement) -> str:
        labels = self.page.tree.xpath(f"//label[@for='{control.get('id')}']") or control.xpath("ancestor::label")
        return words(labels[0]) if labels else control.get("aria-label", "")

    def _named(self, name: str) -> list[html.HtmlElement]:
        found = [control for control in self.controls if control.get("name") == name]
        if not found:
            raise AssertionError(f"no field {name!r} in the form to {self.action}; there are {self.names}")
        return found

    def fill(self, values: Mapping[str, Value] | None = None, /, **more: Value) -> Self:
        """Fill fields by name. Choices are given by value or by label, files as (bytes, name), boxes as bool.

        Raises AssertionError for a field or a choice that the page does not offer.
        """
        for name, value in {**(values or {}), **more}.items():
            first = self._named(name)[0]
            options = self.options(name)
            if isinstance(value, tuple):
                self.values.setlist(name, [(io.BytesIO(value[0]), value[1])])
            elif isinstance(value, bool):
                self.values.setlist(name, [first.get("value", "on")] if value else [])
            elif options:
                wanted = value if isinstance(value, list) else [str(value)]
                self.values.setlist(name, [self._choice(name, options, choice) for choice in wanted])
            else:
                self.values.setlist(name, value if isinstance(value, list) else [str(value)])
        return self

    def _choice(self, name: str, options: dict[str, str], choice: str) -> str:
        if choice in options.values():
            return choice
        if choice in options:
            return options[choice]
        raise AssertionError(f"{name} offers no {choice!r}; it offers {options}")

    def submit(self, button: str | None = None, *, status: int = 200, **options: Any) -> Page:
        """Press the button with these words (the first one without) and return the page that follows."""
        data = MultiDict(self.values)
        presses = [control for control in self.controls if is_submit(control)]
        if button is not None:
            presses = [control for control in presses if button_words(control) == button]
            if not presses:
                raise AssertionError(f"no button {button!r}; there are {self.buttons}")
        action, method = self.action, self.method
        if presses:
            pressed = presses[0]
            if pressed.get("name"):
                data.add(pressed.get("name"), pressed.get("value", ""))
            action = urljoin(self.page.url, pressed.get("formaction") or action)
            method = (pressed.get("formmethod") or method).lower()
        if method == "get":
            address = urlsplit(action).path
            return self.page.client.get(address, query_string=data, status=status, **options)
        has_file = any(control.get("type") == "file" for control in self.controls)
        if has_file and self.element.get("enctype") != "multipart/form-data":
            raise AssertionError(f"the form to {action} has a file but no enctype")
        return self.page.client.send(
            "POST",
            action,
            status=status,
            data=data,
            content_type="multipart/form-data" if has_file else "application/x-www-form-urlencoded",
            **options,
        )


class PageClient:
    """A browser on the application under test. Requests run as if no test were around them."""

    def __init__(self, app: Flask, session: Session | None = None) -> None:
        self.app = app
        self.session = session
        self.browser = app.test_client()
        self.last: Page | None = None

    def login(self, login_name: str, password: str = PASSWORD, *, status: int = 200) -> Self:
        """Sign in through the page as a person would; ``status`` 422 expects a refusal (see ``last``)."""
        page = self.get("/masuk")
        form = next(form for form in page.forms if form.element.xpath(".//input[@type='password']"))
        secret = form.element.xpath(".//input[@type='password']/@name")[0]
        name = form.element.xpath(".//input[not(@type) or @type='text' or @type='email']/@name")[0]
        form.fill({name: login_name, secret: password}).submit(status=status)
        return self

    def another(self) -> "PageClient":
        """A second browser on the same application, with no cookie of the first."""
        return PageClient(self.app, self.session)

    def get(self, url: str, *, status: int = 200, **options: Any) -> Page:
        """The page at ``url``. Redirects are followed unless ``status`` expects one."""
        return self.send("GET", url, status=status, **options)

    def post(self, url: str, data: Mapping[str, Any] | None = None, *, status: int = 200, **options: Any) -> Page:
        """Post what no form on a page offers, with the last page's token: for tests of refusals.

        Use ``page.form().submit()`` where a form exists.
        """
        token = self.last.tree.xpath("//input[@name='csrf_token']/@value") if self.last is not None else []
        return self.send(
            "POST",
            url,
            status=status,
            data={"csrf_token": token[0] if token else "", **(data or {})},
            **options,
        )

    def send(
        self,
        method: str,
        url: str,
        *,
        status: int = 200,
        htmx: bool = False,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Page:
        """Send a request, check the answer and return it. ``htmx`` asks for a fragment as htmx does."""
        sent = {**(headers or {}), **({"HX-Request": "true"} if htmx else {})}
        if self.session is not None:
            self.session.commit()
        # without a context of its own the request would share the test's `g`, and with it the signed-in user
        response = contextvars.Context().run(
            self.browser.open,
            url,
            method=method,
            headers=sent,
            follow_redirects=not 300 <= status < 400,
            **options,
        )
        if self.session is not None:
            self.session.expire_all()
        page = Page(self, response)
        self.last = page
        if page.status != status:
            shown = page.whole_text[:600] if page.is_html else repr(page.data[:300])
            where = page.headers.get("Location", "")
            raise AssertionError(f"{method} {url} answered {page.status}, not {status}: {where} {shown}")
        if not 300 <= status < 400:
            page.check(fragment=htmx)
        return page


def words(element: html.HtmlElement) -> str:
    """The visible words inside an element, spaces made single."""
    skipped = {"script", "style", "template", "svg", "head"}
    parts: list[str] = []

    def walk(node: html.HtmlElement) -> None:
        if not isinstance(node.tag, str):
            return
        if node.tag not in skipped or node is element:
            parts.append(node.text or "")
            for child in node:
                walk(child)
                parts.append(child.tail or "")
            if node.tag not in {
                "a",
                "abbr",
                "b",
                "code",
                "em",
                "i",
                "kbd",
                "small",
                "span",
                "strong",
                "time",
            }:
                parts.append(" ")

    walk(element)
    return " ".join("".join(parts).split())


def around(text: str, match: re.Match[str]) -> str:
    """Some words around what was found."""
    return text[max(0, match.start() - 40) : match.end() + 40]


def is_submit(control: html.HtmlElement) -> bool:
    """Whether pressing this control sends the form."""
    kind = control.get("type")
    return bool(
        (control.tag == "button" and kind in {None, "submit"})
        or (control.tag == "input" and kind in {"submit", "image"})
    )


def button_words(control: html.HtmlElement) -> str:
    """What stands on a button."""
    return str(control.get("value", "") if control.tag == "input" else words(control))


def current_values(control: html.HtmlElement) -> list[str]:
    """What a browser would send for a control that nobody has touched."""
    kind = control.get("type")
    if not control.get("name") or control.tag == "button" or kind in {"submit", "button", "image", "reset", "file"}:
        return []
    if kind in {"checkbox", "radio"}:
        return [control.get("value", "on")] if control.get("checked") is not None else []
    if control.tag == "textarea":
        return [(control.text or "").removeprefix("\n")]
    if control.tag == "select":
        options = control.xpath(".//option")
        chosen = [o for o in options if o.get("selected") is not None]
        if not chosen and control.get("multiple") is None:
            chosen = options[:1]
        return [option.get("value", words(option)) for option in chosen]
    return [control.get("value", "")]


class _Closing(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, int]] = []
        self.problems: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        doubles = sorted({name for name in names if names.count(name) > 1})
        if doubles:
            self.problems.append(f"line {self.getpos()[0]}: <{tag}> has {', '.join(doubles)} twice")
        if tag not in VOID:
            self.open.append((tag, self.getpos()[0]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        return

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            inner = f" inside <{self.open[-1][0]}> of line {self.open[-1][1]}" if self.open else ""
            self.problems.append(f"line {self.getpos()[0]}: </{tag}> closes nothing{inner}")
            if tag in [name for name, _ in self.open]:
                while self.open.pop()[0] != tag:
                    pass
        else:
            self.open.pop()


def unclosed(source: str) -> list[str]:
    """Elements that are closed wrongly or never; every element but the void ones is closed by hand here."""
    parser = _Closing()
    parser.feed(source)
    parser.close()
    left = [f"line {line}: <{tag}> is never closed" for tag, line in parser.open]
    return (parser.problems + left)[:5]
