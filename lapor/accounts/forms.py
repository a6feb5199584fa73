"""Forms of signing in and of accounts."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, PasswordField, RadioField, StringField
from wtforms.validators import EqualTo, InputRequired, Length, Optional
from wtforms.widgets import PasswordInput

from lapor.accounts.confirming import ConfirmFields
from lapor.offices.labels import PERSON_KIND
from lapor.web.forms import LaporForm


class SignInForm(LaporForm):
    """Login name and password."""

    login = StringField(_("Nama pengguna"), [InputRequired(), Length(max=60)])
    password = PasswordField(_("Kata sandi"), [InputRequired()], widget=PasswordInput(hide_value=False))


class UnlockForm(ConfirmFields, LaporForm):
    """A trusted device is opened by its PIN or passkey; also the fields of a form that asks nothing else."""


class NewPasswordForm(LaporForm):
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


class ChangePasswordForm(NewPasswordForm):
    """The present password and a new one."""

    current = PasswordField(_("Kata sandi sekarang"), [InputRequired()])


class DeviceForm(LaporForm):
    """*HP ini milik saya*: its label and a new PIN, twice."""

    label = StringField(_("Nama perangkat"), [InputRequired(), Length(max=60)])
    new_pin = PasswordField(_("PIN baru, 6 angka"), [InputRequired(), Length(max=20)])
    repeat_pin = PasswordField(_("Ulangi PIN"), [InputRequired(), EqualTo("new_pin", _("Kedua PIN belum sama."))])


class PasskeyForm(LaporForm):
    """What the browser answers when a passkey is made; filled in by script."""

    label = StringField(_("Nama perangkat"), [Optional(), Length(max=60)])
    credential = HiddenField(validators=[InputRequired(), Length(max=20_000)])


class DeviceLabelForm(LaporForm):
    """Another label for a trusted device."""

    label = StringField(_("Nama perangkat"), [InputRequired(), Length(max=60)])


class FirstStartForm(NewPasswordForm):
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
