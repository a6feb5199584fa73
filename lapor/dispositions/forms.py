"""Forms of answers, of the paraf on a draft, and of the coordinator's steps."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, Length, Optional

from lapor.core.clock import at_local
from lapor.dispositions.rules import ResponseKind
from lapor.web.forms import LaporForm

RESPONSE_KINDS = (
    (ResponseKind.FIRST.value, _("Tanggapan pertama")),
    (ResponseKind.PROGRESS.value, _("Perkembangan")),
    (ResponseKind.FINAL.value, _("Jawaban akhir")),
    (ResponseKind.COMPLETION_REQUEST.value, _("Permintaan kelengkapan")),
)


class DraftForm(LaporForm):
    """A draft of an answer."""

    response_id = HiddenField()
    version = IntegerField(validators=[Optional()], widget=HiddenField.widget)
    kind = RadioField(_("Jenis tanggapan"), choices=RESPONSE_KINDS, default=ResponseKind.FIRST.value)
    text = TextAreaField(_("Tanggapan"), validators=[Optional(), Length(max=10_000)])


class RecordForm(DraftForm):
    """An answer that was given in LAPOR!."""

    posted_on = DateField(_("Dikirim di LAPOR! tanggal"), validators=[DataRequired()])
    posted_time = TimeField(_("Pukul (WITA)"), validators=[DataRequired()])
    before_known_reason = TextAreaField(
        _("Mengapa sudah dijawab sebelum pimpinan mengetahui?"), validators=[Optional(), Length(max=500)]
    )
    files = MultipleFileField(
        _("Bukti (foto, PDF, dokumen)"),
        description=_("Boleh beberapa berkas, masing-masing paling besar 10 MB."),
        validators=[Optional()],
    )

    def posted_at(self) -> datetime:
        """The claimed instant of the answer."""
        return at_local(self.posted_on.data, self.posted_time.data.hour, self.posted_time.data.minute)


class DiscardForm(LaporForm):
    """A draft is thrown away, as it was seen."""

    version = IntegerField(validators=[Optional()], widget=HiddenField.widget)


class RemarkForm(LaporForm):
    """The liaison returns a draft to its author."""

    version = IntegerField(validators=[Optional()], widget=HiddenField.widget)
    remark = TextAreaField(
        _("Catatan untuk penyusun"),
        description=_("Sebutkan apa yang perlu diperbaiki."),
        validators=[DataRequired(), Length(max=1000)],
    )


class ReviewForm(LaporForm):
    """The checklist of an answer's quality (domain.md)."""

    answers = BooleanField(_("Menjawab pertanyaan pelapor"))
    states_action = BooleanField(_("Menyebut tindakan yang dilakukan"))
    evidence = BooleanField(_("Ada bukti"))
    polite = BooleanField(_("Santun dan jelas"))
    leak = BooleanField(_("Memuat data pribadi pelapor (nilai menjadi 0)"))


class LiftForm(LaporForm):
    """The coordinator allows an answer before the head knows."""

    reason = TextAreaField(
        _("Alasan izin khusus"),
        description=_("Misalnya: membahayakan jiwa. Pernyataan mengetahui tetap wajib sebelum aduan ditutup."),
        validators=[DataRequired(), Length(max=500)],
    )


class EndLiftForm(LaporForm):
    """The coordinator takes the leave to answer early back."""

    reason = TextAreaField(_("Alasan mencabut izin khusus"), validators=[DataRequired(), Length(max=500)])


class WithdrawForm(LaporForm):
    """The coordinator takes an order back."""

    reason = TextAreaField(_("Alasan menarik dari OPD"), validators=[DataRequired(), Length(max=500)])


class CalendarChangeForm(LaporForm):
    """Why the calendar is changed."""

    reason = TextAreaField(
        _("Dasar perubahan"),
        validators=[DataRequired(_("Tulis dasar perubahan, misalnya nomor keputusan bersama.")), Length(max=500)],
        description=_("Misalnya SKB Tiga Menteri Nomor 3 Tahun 2026. Tercatat bersama daftar yang bergeser."),
    )
