"""The base of all forms: Indonesian messages, refusals shown at their field."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from lapor.core.errors import Refusal
from lapor.web.controls import WRITERS

# WTForms ships no Indonesian messages; these are all that our validators can say.
_MESSAGES = {
    "This field is required.": "Bagian ini wajib diisi.",
    "Not a valid choice.": "Pilihan ini tidak tersedia. Pilih salah satu dari daftar.",
    "Invalid Choice: could not coerce.": "Pilihan ini tidak tersedia. Pilih salah satu dari daftar.",
    "Invalid choice(s): one or more data inputs could not be coerced.": "Ada pilihan yang tidak tersedia.",
    "Not a valid integer value.": "Isi dengan bilangan bulat, misalnya 3.",
    "Not a valid decimal value.": "Isi dengan angka, misalnya 2,5.",
    "Not a valid date value.": "Tanggal belum benar. Tulis misalnya 2022-01-06.",
    "Not a valid time value.": "Jam belum benar. Tulis misalnya 09.00.",
    "Not a valid datetime value.": "Tanggal dan jam belum benar.",
    "Invalid email address.": "Alamat pos-el belum benar.",
    "Invalid input.": "Isian ini belum benar.",
    "CSRF token missing.": "Halaman ini terlalu lama terbuka. Silakan kirim sekali lagi.",
    "CSRF failed.": "Halaman ini terlalu lama terbuka. Silakan kirim sekali lagi.",
    "The CSRF token is missing.": "Halaman ini terlalu lama terbuka. Silakan kirim sekali lagi.",
    "The CSRF tokens do not match.": "Halaman ini terlalu lama terbuka. Silakan kirim sekali lagi.",
}


FIRST_YEAR, LAST_YEAR = 1900, 2200

# PostgreSQL stores no NUL, spreadsheets and PDFs no other control character; only tab and line ends are typed
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class _Indonesian:
    """What WTForms asks for its built-in messages."""

    def gettext(self, message: str) -> str:
        return str(_(_MESSAGES.get(message, message)))

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        counted = {
            "Field must be at least %(min)d character long.": "Paling sedikit %(min)d huruf.",
            "Field cannot be longer than %(max)d character.": "Paling banyak %(max)d huruf.",
            "'%(value)s' is not a valid choice for this field.": "Pilihan %(value)s tidak tersedia.",
        }
        return str(counted.get(singular, singular if count == 1 else plural))


class LaporForm(FlaskForm):
    """Base form. Text is stripped; every message is Indonesian."""

    class Meta(FlaskForm.Meta):
        """WTForms settings. Forged requests are refused once, at the door (CSRFProtect), for forms and all else."""

        csrf = False

        def get_translations(self, form: Any) -> _Indonesian:
            """The Indonesian messages."""
            return _Indonesian()

        def render_field(self, field: Any, render_kw: Any) -> Any:
            """As WTForms does, at a tenth of its time for the controls that stand on every page."""
            write = WRITERS.get(type(field.widget))
            if write is None or field.render_kw:
                return super().render_field(field, render_kw)
            return write(field, render_kw)

        def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:
            """Strip typed text, so that a blank line is no answer."""
            filters = unbound_field.kwargs.get("filters", [])
            field_type = unbound_field.field_class.__name__
            if field_type in {"StringField", "TextAreaField", "SearchField", "TelField"} and _strip not in filters:
                unbound_field.kwargs["filters"] = [*filters, _strip]
            return unbound_field.bind(form=form, **options)

    def process(self, *args: Any, **kwargs: Any) -> None:
        """As WTForms does; blanks are no answer, nor is a day that no paper of this office can carry (9999-12-31)."""
        super().process(*args, **kwargs)
        for field in self:
            if field.raw_data and all(isinstance(item, str) and not item.strip() for item in field.raw_data):
                field.raw_data = [""]
                field.data = "" if isinstance(field.data, str) else field.data
            if isinstance(field, DateField) and field.data and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
                field.data = None
                field.process_errors = [str(_("Tahun belum benar. Tulis misalnya 2022-01-06."))]

    def validate(self, extra_validators: Any = None) -> bool:
        """As WTForms does; lazy sentences become plain ones, which templates can tell from nested errors."""
        valid = bool(super().validate(extra_validators))
        for field in self:
            if isinstance(field.errors, dict):
                continue
            field.errors = [item if isinstance(item, list | dict) else str(item) for item in field.errors]
        return valid


class ChecklistField(SelectMultipleField):
    """Several of a few choices, each with a box of its own: works by thumb and without script."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _strip(value: Any) -> Any:
    return _CONTROLS.sub("", value).strip() if isinstance(value, str) else value


def add_refusal(form: Any, refusal: Refusal) -> None:
    """Put the sentence of ``refusal`` at its field, or at the top of the form when it names none."""
    field = getattr(form, refusal.field, None) if refusal.field else None
    if field is None:
        form.form_errors = [*form.form_errors, refusal.sentence]
    else:
        field.errors = [*field.errors, refusal.sentence]
