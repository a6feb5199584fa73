"""Forms of the head's inbox and of answers."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from flask_wtf.file import MultipleFileField
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import DataRequired, Length, Optional

from lapor.core.clock import at_local
from lapor.dispositions.rules import ResponseKind
from lapor.web.forms import ChecklistField, LaporForm

# words.md, "Arahan siap pakai"
READY_INSTRUCTIONS = (
    _("Tindak lanjuti sesuai ketentuan."),
    _("Cek lapangan, laporkan hasilnya."),
    _("Siapkan jawaban, bicarakan dengan saya."),
    _("Jawab dengan santun dan lengkap."),
    _("Cukup diketahui, lanjutkan."),
)

RESPONSE_KINDS = (
    (ResponseKind.FIRST.value, _("Tanggapan pertama")),
    (ResponseKind.PROGRESS.value, _("Perkembangan")),
    (ResponseKind.FINAL.value, _("Jawaban akhir")),
    (ResponseKind.COMPLETION_REQUEST.value, _("Permintaan kelengkapan")),
)


class AcknowledgeForm(LaporForm):
    """The head states that he knows; instruction and passing on are optional."""

    digest = HiddenField()
    ready = ChecklistField(_("Arahan Bapak/Ibu"), validators=[Optional()], coerce=int)
    instruction = TextAreaField(_("Arahan lain"), validators=[Optional(), Length(max=1500)])
    pass_to = ChecklistField(_("Diteruskan kepada"), validators=[Optional()], coerce=int)
    pass_label = StringField(_("Penerima lain (UPT, bidang, sekolah)"), validators=[Optional(), Length(max=200)])

    def prepare(self, posts: list[tuple[int, str]]) -> "AcknowledgeForm":
        """Put in the ready instructions and the posts of the agency."""
        self.ready.choices = list(enumerate(READY_INSTRUCTIONS))
        self.pass_to.choices = posts
        return self

    def words(self) -> str:
        """The chosen ready instructions and the free line as one text."""
        chosen = [str(READY_INSTRUCTIONS[index]) for index in self.ready.data or []]
        return " ".join([*chosen, (self.instruction.data or "").strip()]).strip()


class SupersedeForm(LaporForm):
    """A wrong statement is replaced by a new one; both stay."""

    instruction = TextAreaField(_("Arahan yang benar"), validators=[Optional(), Length(max=1500)])
    reason = TextAreaField(_("Mengapa diperbaiki?"), validators=[DataRequired(), Length(max=500)])


class ReturnForm(LaporForm):
    """Not this agency's authority: proposed by the operator, decided by the head."""

    digest = HiddenField()
    reason = TextAreaField(
        _("Mengapa bukan kewenangan kami?"),
        description=_("Sebutkan instansi yang menurut Anda berwenang."),
        validators=[DataRequired(), Length(max=1000)],
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


class WithdrawForm(LaporForm):
    """The coordinator takes an order back."""

    reason = TextAreaField(_("Alasan menarik dari OPD"), validators=[DataRequired(), Length(max=500)])
