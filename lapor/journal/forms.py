"""The filter of the journal's page."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, SelectField
from wtforms.validators import Optional

from lapor.journal.labels import EVENT
from lapor.web.forms import LaporForm


class FilterForm(LaporForm):
    """Which facts are shown; read from the address."""

    class Meta(LaporForm.Meta):
        """WTForms settings."""

        csrf = False

    jenis = SelectField(_("Jenis"), [Optional()])
    dari = DateField(_("Dari tanggal"), [Optional()])
    sampai = DateField(_("Sampai tanggal"), [Optional()])

    @classmethod
    def of(cls, address: object) -> "FilterForm":
        """The filter that the address holds; a value that it does not know shows everything."""
        form: FilterForm = cls(address)
        words = sorted(((kind, str(label)) for kind, label in EVENT.items()), key=lambda pair: pair[1])
        form.jenis.choices = [("", _("Semua kejadian")), *words]
        return form
