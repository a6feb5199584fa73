"""The words of notices."""

from flask_babel import lazy_gettext as _

from lapor.notifications.models import Kind

KIND = {
    Kind.ACTING: _("Pejabat pengganti"),
    Kind.ABSENCE: _("Berhalangan"),
    Kind.VACANCY: _("Jabatan kosong"),
    Kind.ORDER: _("Surat perintah"),
    Kind.COMPLAINT: _("Aduan"),
    Kind.AGENCY: _("OPD"),
}

TONE = {
    Kind.ACTING: "info",
    Kind.ABSENCE: "plain",
    Kind.VACANCY: "late",
    Kind.ORDER: "late",
    Kind.COMPLAINT: "info",
    Kind.AGENCY: "plain",
}
