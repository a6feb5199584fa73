"""Forms of the public page."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import StringField
from wtforms.validators import Length, Optional

from lapor.web.forms import LaporForm


class CodeForm(LaporForm):
    """Type the code of a paper; the form is sent by GET and changes nothing."""

    class Meta(LaporForm.Meta):
        """A search needs no token."""

        csrf = False

    kode = StringField(
        _("Kode dokumen"),
        description=_("26 huruf dan angka di bawah tanda QR. Spasi boleh ikut ditulis."),
        validators=[Optional(), Length(max=200)],
    )


class CompareForm(LaporForm):
    """Compare a file with the kept one."""

    file = FileField(_("Berkas PDF"), description=_("Berkas hanya dibandingkan, tidak disimpan."))
