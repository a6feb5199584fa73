"""Our HTML of the usual controls says what WTForms' own says."""

from datetime import date

import lxml.html
import pytest
from werkzeug.datastructures import MultiDict
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    PasswordField,
    SearchField,
    SelectField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
    TimeField,
)
from wtforms.meta import DefaultMeta
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import PasswordInput

from lapor.web.controls import WRITERS
from lapor.web.forms import LaporForm

NASTY = "\"><script>alert(1)</script>&amp;'\n"


class Everything(LaporForm):
    name = StringField("Nama", [InputRequired(), Length(min=2, max=40)])
    text = TextAreaField("Isi", [Length(max=500)])
    day = DateField("Hari", default=date(2026, 3, 4))
    hour = TimeField("Jam")
    count = IntegerField("Jumlah", [NumberRange(1, 9)])
    search = SearchField("Cari")
    phone = TelField("Telepon")
    one = SelectField("Satu", choices=[("", NASTY), ("a", "Alfa"), (NASTY, "Beta")], default="a")
    empty = SelectField("Kosong", choices=[])
    many = SelectMultipleField("Banyak", choices=[("a", "Alfa"), ("b", "Beta")])
    hidden = HiddenField(default=NASTY)
    secret = PasswordField("Sandi", widget=PasswordInput(hide_value=True))
    shown = PasswordField("Sandi tampil", widget=PasswordInput(hide_value=False), default="x")
    fixed = StringField("Tetap", render_kw={"readonly": True, "class": "besar"})


GIVEN = [
    {},
    {"class_": "x", "data_fill": NASTY, "aria_label": "y", "aria-describedby": "z", "rows": 3, "autofocus": True},
    {"required": False, "placeholder": NASTY, "id": "lain", "maxlength": 3},
]


def as_said(html):
    (element,) = lxml.html.fragments_fromstring(str(html))
    return [(item.tag, dict(item.attrib), item.text) for item in element.iter()]


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize(
    "typed", [None, {"name": NASTY, "text": "\r\n" + NASTY, "day": "rusak", "count": "x", "one": NASTY, "many": "b"}]
)
def test_a_control_says_the_same(app, typed, given):
    with app.test_request_context():
        form = Everything(formdata=MultiDict(typed) if typed else None)
        for field in form:
            assert as_said(field(**given)) == as_said(DefaultMeta().render_field(field, given))


def test_the_usual_controls_are_written_here():
    with_own = {
        type(getattr(Everything, name).field_class.widget) for name in ("name", "text", "day", "one", "search")
    }
    assert with_own <= set(WRITERS)
