"""The words of what is late and what is due."""

from flask_babel import lazy_gettext as _

from lapor.dispositions.rules import Stage

STAGE_SHORT = {
    Stage.VERIFICATION: _("Pemeriksaan"),
    Stage.ACKNOWLEDGEMENT: _("Diketahui pimpinan"),
    Stage.FIRST_FOLLOW_UP: _("Tindak lanjut pertama"),
    Stage.COMPLETION: _("Penyelesaian"),
}

STAGE_DUE = {
    Stage.VERIFICATION: _("pemeriksaan"),
    Stage.ACKNOWLEDGEMENT: _("menunggu diketahui"),
    Stage.FIRST_FOLLOW_UP: _("tindak lanjut pertama"),
    Stage.COMPLETION: _("penyelesaian"),
}
"""What is due, behind its number: ``3 menunggu diketahui, 1 penyelesaian``."""

LEVEL = (_("tidak ada"), _("sedikit"), _("sedang"), _("banyak"), _("paling banyak"))
DESK = _("Koordinator")
"""Who keeps the limits that no agency has: those of checking."""
