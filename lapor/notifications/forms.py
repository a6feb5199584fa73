"""Forms about how people are told."""

from datetime import time

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length, Optional

from lapor.notifications.rules import HOURS, PLACE
from lapor.web.forms import LaporForm


class ReachForm(LaporForm):
    """When and how a person is told."""

    hour = SelectField(_("Jam ringkasan"), choices=[])
    email = StringField(
        _("Alamat pos-el"),
        [Optional(), Length(max=200)],
        description=_("Ringkasan dikirim ke sini. Isinya nomor aduan dan batas waktu, tidak pernah isi aduan."),
    )
    handle = StringField(_("Nomor atau ID"), [Optional(), Length(max=100)])
    news = BooleanField(
        _("Kirim juga kabar lain"),
        description=_("Perkembangan aduan, OPD, jabatan kosong, dan surat. Yang merupakan tugas selalu dikirim."),
    )

    def offer_hours(self) -> None:
        """The hours to choose from."""
        self.hour.choices = [
            ("", _("Biasa: pukul 08.30 WITA, pada bulan Ramadan pukul 09.00")),
            *((hour.strftime("%H:%M"), f"{hour:%H.%M} WITA") for hour in HOURS),
        ]

    @property
    def chosen_hour(self) -> time | None:
        """The hour, or None for the usual one."""
        return time.fromisoformat(self.hour.data) if self.hour.data else None


class ChannelForm(LaporForm):
    """A further channel. Its address is typed like a password and never shown again."""

    name = StringField(
        _("Nama saluran"), [InputRequired(), Length(max=60)], description=_("Misalnya: WhatsApp kantor.")
    )
    url = PasswordField(
        _("Alamat saluran (rahasia)"),
        [InputRequired(), Length(max=500)],
        description=_(
            "Alamat menurut pustaka apprise, dengan %(place)s di tempat nomor atau ID penerima. Sesudah disimpan "
            "tidak ditampilkan lagi, dan tidak dicatat.",
            place=PLACE,
        ),
    )
