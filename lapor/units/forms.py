"""Forms of passing on, of units' material for the answer, of the paraf and of mandates."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired, MultipleFileField
from wtforms import BooleanField, DateField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional

from lapor.web.forms import ChecklistField, LaporForm


class PassOnForm(LaporForm):
    """Pass on to further units beside the acknowledgement."""

    pass_to = ChecklistField(_("Diteruskan kepada"), validators=[Optional()], coerce=int)
    pass_label = StringField(
        _("Penerima lain"),
        description=_("UPT, cabang dinas, atau sekolah yang belum mempunyai jabatan di sini."),
        validators=[Optional(), Length(max=200)],
    )


class ReasonForm(LaporForm):
    """A reason that stays in the journal."""

    reason = TextAreaField(_("Alasan"), validators=[DataRequired(), Length(max=500)])


class MaterialForm(LaporForm):
    """A unit's material for the answer."""

    version = IntegerField(validators=[Optional()], widget=HiddenField.widget)
    text = TextAreaField(
        _("Bahan jawaban"),
        description=_("Tulis hasil pemeriksaan, tindakan, dan rencana. Jangan menulis NIK atau nomor telepon."),
        validators=[Optional(), Length(max=10_000)],
    )
    files = MultipleFileField(
        _("Lampiran (foto, PDF, dokumen)"),
        description=_("Boleh beberapa berkas, masing-masing paling besar 10 MB."),
        validators=[Optional()],
    )


class BehalfForm(LaporForm):
    """Material that came on paper, written down in the name of who wrote it."""

    behalf_name = StringField(_("Disusun oleh"), validators=[DataRequired(), Length(max=200)])
    behalf_on = DateField(_("Tanggal pada kertasnya"), validators=[DataRequired()])
    text = TextAreaField(_("Bahan jawaban"), validators=[DataRequired(), Length(max=10_000)])
    files = MultipleFileField(
        _("Foto atau pindaian kertasnya"),
        description=_("Boleh beberapa berkas, masing-masing paling besar 10 MB."),
        validators=[Optional()],
    )


class InitialsForm(LaporForm):
    """Whether drafts of an agency need the liaison's paraf."""

    asks = BooleanField(_("Konsep tanggapan diparaf Pejabat Penghubung sebelum siap dikirim"))


class MandateForm(LaporForm):
    """A head's written mandate to the liaison."""

    number = StringField(_("Nomor surat mandat"), validators=[DataRequired(), Length(max=200)])
    dated_on = DateField(_("Tanggal surat"), validators=[DataRequired()])
    starts_on = DateField(_("Berlaku mulai"), validators=[DataRequired()])
    ends_on = DateField(_("Berlaku sampai"), validators=[DataRequired()])
    file = FileField(
        _("Pindaian surat mandat (PDF atau foto)"),
        description=_("Paling besar 10 MB."),
        validators=[FileRequired(_("Pilih pindaian surat mandatnya."))],
    )
