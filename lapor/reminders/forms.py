"""Forms of the table of reminders, the letters and the working hours."""

from flask_babel import lazy_gettext as _
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lapor.core.working_hours import Hours, Span
from lapor.dispositions.labels import STAGE
from lapor.reminders.labels import INTERVAL, RECEIVER
from lapor.reminders.rules import MAX_OFFSET
from lapor.web.forms import LaporForm


class RuleForm(LaporForm):
    """A row of the table."""

    stage = SelectField(_("Tahap"), [InputRequired()], choices=[(key.value, words) for key, words in STAGE.items()])
    offset_days = IntegerField(
        _("Hari kerja terhadap jatuh tempo"),
        [InputRequired(), NumberRange(-MAX_OFFSET, MAX_OFFSET)],
        description=_("0 berarti pada hari jatuh tempo, -2 dua hari kerja sebelumnya, 3 tiga hari kerja sesudahnya."),
    )
    receiver = SelectField(
        _("Kepada"), [InputRequired()], choices=[(key.value, words) for key, words in RECEIVER.items()]
    )


class IntervalForm(LaporForm):
    """How often the leadership gets its page."""

    interval = RadioField(
        _("Ringkasan satu halaman untuk Pimpinan Daerah"),
        [InputRequired()],
        choices=[(key.value, words) for key, words in INTERVAL.items()],
    )


class LetterForm(LaporForm):
    """The words of a draft."""

    number = StringField(
        _("Nomor"), [Optional(), Length(max=200)], description=_("Dari agenda surat keluar atau SRIKANDI.")
    )
    dated_on = DateField(_("Tanggal surat"), [Optional()])
    subject = StringField(_("Hal"), [InputRequired(), Length(max=200)])
    request = TextAreaField(_("Permohonan"), [InputRequired(), Length(max=2000)])
    closing = TextAreaField(_("Penutup"), [InputRequired(), Length(max=1000)])
    copies = TextAreaField(_("Tembusan"), [Optional(), Length(max=1000)], description=_("Satu baris satu tujuan."))


class SentForm(LaporForm):
    """That the signed letter was sent."""

    number = StringField(_("Nomor"), [InputRequired(), Length(max=200)])
    sent_on = DateField(_("Dikirim tanggal"), [InputRequired()])
    way = StringField(
        _("Cara"), [InputRequired(), Length(max=200)], description=_("Misalnya SRIKANDI, diantar, atau pos-el dinas.")
    )


class DropForm(LaporForm):
    """Why a letter does not go out."""

    reason = TextAreaField(_("Alasan"), [InputRequired(), Length(max=500)])


class HoursForm(LaporForm):
    """A row of the dated table of working hours."""

    name = StringField(_("Nama"), [InputRequired(), Length(max=100)], description=_("Misalnya Ramadan 1449 H."))
    starts_on = DateField(_("Mulai tanggal"), [InputRequired()])
    ends_on = DateField(
        _("Sampai tanggal"), [Optional()], description=_("Kosongkan bila berlaku sampai ada baris lain.")
    )
    daily_opens = TimeField(_("Senin sampai Kamis, buka"), [InputRequired()])
    daily_closes = TimeField(_("Senin sampai Kamis, tutup"), [InputRequired()])
    friday_opens = TimeField(_("Jumat, buka"), [InputRequired()])
    friday_closes = TimeField(_("Jumat, tutup"), [InputRequired()])
    break_opens = TimeField(_("Istirahat Jumat, mulai"), [InputRequired()])
    break_closes = TimeField(_("Istirahat Jumat, selesai"), [InputRequired()])

    def row(self) -> Hours:
        """The row as the table keeps it."""
        return Hours(
            self.name.data,
            self.starts_on.data,
            self.ends_on.data,
            Span(self.daily_opens.data, self.daily_closes.data),
            Span(self.friday_opens.data, self.friday_closes.data),
            Span(self.break_opens.data, self.break_closes.data),
        )
