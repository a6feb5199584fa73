"""The page client of the tests sees what it promises to see, and sends what a browser would."""

import pytest
from flask import Flask, g, redirect, request
from werkzeug.wrappers import Response

from tests.page import Page, PageClient, PageProblem

GOOD = """<!doctype html><html lang="id"><head><title>Rapat</title>
<meta name="viewport" content="width=device-width"></head><body><main>
<h1>Rapat <small>Januari</small></h1>
<form method="post" action="/simpan"><input type="hidden" name="csrf_token" value="t">
<label for="tempat">Tempat</label><input id="tempat" name="tempat" value="Aula">
<label for="isi">Isi</label><textarea id="isi" name="isi">
Satu</textarea>
<label for="jenis">Jenis</label><select id="jenis" name="jenis"><option value="">Pilih</option>
<option value="r" selected>Rapat</option><option value="b">Bimtek</option></select>
<fieldset><legend>Hari</legend><label><input type="checkbox" name="hari" value="1" checked>Senin</label>
<label><input type="checkbox" name="hari" value="2">Selasa</label></fieldset>
<button>Simpan</button><button name="aksi" value="hapus" formaction="/hapus">Hapus</button></form>
<table><tr><th>Nama</th></tr><tr><td>Andi</td></tr></table>
<a href="/lain">Lain</a>EXTRA</main></body></html>"""


@pytest.fixture
def little() -> PageClient:
    """A client of a little application."""
    app = Flask("little")
    app.config["TESTING"] = True

    @app.get("/")
    def show() -> str:
        return GOOD.replace("EXTRA", request.args.get("extra", ""))

    @app.post("/simpan")
    @app.post("/hapus")
    def save() -> Response:
        sent = "&".join(f"{name}={value}" for name, value in request.form.items(multi=True))
        return redirect(f"/lain?{request.path}:{sent}", 303)

    @app.get("/lain")
    def other() -> str:
        seen = g.get("seen", 0)
        g.seen = seen + 1
        text = request.query_string.decode().replace("&", " ")
        return GOOD.replace("Rapat <small>Januari</small>", f"{seen} {text}").replace("EXTRA", "")

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = "default-src 'self'"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return PageClient(app)


def test_a_good_page_passes(little: PageClient) -> None:
    page = little.get("/")
    assert page.heading == "Rapat Januari"
    assert page.title == "Rapat"
    assert page.links == {"Lain": "/lain"}
    assert page.row("Andi") == "Andi"
    assert "Tempat" in page.text
    assert page.follow("Lain").heading == "0"


def test_a_form_sends_what_a_browser_would(little: PageClient) -> None:
    form = little.get("/").form()
    assert form.buttons == ["Simpan", "Hapus"]
    assert form.options("jenis") == {"Pilih": "", "Rapat": "r", "Bimtek": "b"}
    page = form.submit()
    assert page.heading == "0 /simpan:csrf_token=t tempat=Aula isi=Satu jenis=r hari=1"


def test_a_form_is_filled_by_name_value_and_label(little: PageClient) -> None:
    form = little.get("/").form(button="Hapus")
    form.fill(tempat="Ruang", jenis="Bimtek", hari=["Selasa"], isi="Dua")
    page = form.submit("Hapus")
    assert page.heading.startswith("0 /hapus:")
    sent = set(page.heading.removeprefix("0 /hapus:").split())
    assert sent == {"csrf_token=t", "tempat=Ruang", "isi=Dua", "jenis=b", "hari=2", "aksi=hapus"}


def test_what_the_page_does_not_offer_cannot_be_sent(little: PageClient) -> None:
    form = little.get("/").form()
    with pytest.raises(AssertionError, match="no field"):
        form.fill(tanggal="2022-01-06")
    with pytest.raises(AssertionError, match="offers no"):
        form.fill(jenis="Pesta")
    with pytest.raises(AssertionError, match="no button"):
        form.submit("Kirim")


def test_a_redirect_and_a_wrong_status_are_seen(little: PageClient) -> None:
    page = little.post("/simpan", status=303)
    assert page.headers["Location"].startswith("/lain")
    with pytest.raises(AssertionError, match="answered 404, not 200"):
        little.get("/tidak-ada")


@pytest.mark.parametrize(
    ("extra", "finding"),
    [
        ("<h1>Lagi</h1>", "2 h1"),
        ("<p>Nilai None</p>", "forgotten"),
        ("<p>{{ nama }}</p>", "forgotten"),
        ('<p title="None">x</p>', "attribute title"),
        ('<input name="x">', "no label"),
        ('<p id="tempat">x</p>', "twice"),
        ('<label for="tidak">x</label>', "names nothing"),
        ('<a href="#tidak">x</a>', "leads nowhere"),
        ('<p style="color:red">x</p>', "inline style"),
        ('<p onclick="x()">x</p>', "inline onclick"),
        ('<p hx-on:click="x()">x</p>', "inline hx-on:click"),
        ("<script>x()</script>", "inline script"),
        ("<style>p{}</style>", "inline style element"),
        ('<img src="/x.png">', "without alt"),
        ('<img alt="" src="https://example.org/x.png">', "from outside"),
        ('<a href="javascript:x()">x</a>', "script in href"),
        ("<button></button>", "without words"),
        ("<div><p>x</div>", "closes nothing"),
        ("<div>x", "closes nothing"),
        ('<p class="a" class="b">x</p>', "class twice"),
    ],
)
def test_a_bad_page_is_refused(little: PageClient, extra: str, finding: str) -> None:
    with pytest.raises(PageProblem, match=finding):
        little.get("/", query_string={"extra": extra})


def test_a_page_without_its_frame_is_refused_but_not_a_fragment(little: PageClient) -> None:
    little.app.add_url_rule("/potongan", view_func=lambda: "<p>Satu</p>", endpoint="part")
    assert isinstance(little.get("/potongan", htmx=True), Page)
    with pytest.raises(PageProblem, match="0 h1"):
        little.get("/potongan")


def test_a_missing_header_is_seen(little: PageClient) -> None:
    little.app.after_request_funcs[None].clear()
    with pytest.raises(PageProblem, match="Referrer-Policy is missing"):
        little.get("/")
