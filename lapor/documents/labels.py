"""The words of the register of papers."""

from flask_babel import lazy_gettext as _

from lapor.documents.rules import DocumentKind

KIND = {
    DocumentKind.ACKNOWLEDGEMENT_PROOF: _("Tanda Bukti Diketahui Pimpinan"),
    DocumentKind.DISPOSITION_SHEET: _("Lembar Disposisi"),
}
