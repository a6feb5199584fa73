"""Words for accounts and devices on the screen."""

from flask_babel import lazy_gettext as _

from lapor.accounts.rules import Means

MEANS = {
    Means.PASSWORD: _("kata sandi"),
    Means.PIN: _("PIN"),
    Means.PASSKEY: _("sidik jari atau kunci layar"),
    Means.PEN: _("tanda tangan basah"),
}
