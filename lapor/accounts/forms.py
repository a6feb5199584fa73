"""Forms of signing in and of accounts."""

from flask_babel import lazy_gettext as _
from wtforms import PasswordField, RadioField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, Optional
from wtforms.widgets import PasswordInput

from lapor.offices.labels import PERSON_KIND
from lapor.web.forms import LaporForm


class SignInForm(LaporForm):
    """Login name and password."""

    login = StringField(_("Nama pengguna"), [InputRequired(), Length(max=60)])
    password = PasswordField(_("Kata sandi"), [InputRequired()], widget=PasswordInput(hide_value=False))


class _NewPassword(LaporForm):
    """A new password, twice."""

    password = PasswordField(
        _("Kata sandi baru"),
        [InputRequired()],
        description=_("Sedikitnya 10 huruf. Tiga atau empat kata yang tidak berhubungan mudah diingat dan kuat."),
    )
    repeat = PasswordField(
        _("Ulangi kata sandi baru"),
        [InputRequired(), EqualTo("password", _("Kedua kata sandi belum sama."))],
    )


class ChangePasswordForm(_NewPassword):
    """The present password and a new one."""

    current = PasswordField(_("Kata sandi sekarang"), [InputRequired()])


class FirstStartForm(_NewPassword):
    """The first administrator and the agency that runs the system."""

    name = StringField(_("Nama lengkap tanpa gelar"), [InputRequired(), Length(max=200)])
    kind = RadioField(
        _("Status kepegawaian"), [InputRequired()], choices=[(k.value, v) for k, v in PERSON_KIND.items()]
    )
    nip = StringField(_("NIP atau NI PPPK"), [Optional(), Length(max=30)])
    login = StringField(
        _("Nama pengguna"), [InputRequired(), Length(max=59)], description=_("Huruf kecil dan angka, misalnya admin.")
    )
    agency_name = StringField(_("Nama OPD pengelola"), [InputRequired(), Length(max=200)])
    agency_abbreviation = StringField(_("Singkatan OPD"), [InputRequired(), Length(max=40)])


class AccountForm(LaporForm):
    """The login name of a new account."""

    login = StringField(
        _("Nama pengguna"),
        [InputRequired(), Length(max=59)],
        description=_("Huruf kecil, angka, titik, atau tanda hubung; misalnya operator.bpbd."),
    )


class SearchForm(LaporForm):
    """Words to look for; a reading form, so it carries no token."""

    class Meta(LaporForm.Meta):
        """WTForms settings."""

        csrf = False

    cari = StringField(_("Cari nama"), [Length(max=100)])
