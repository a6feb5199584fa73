"""Forms of the coordinator's steps on one complaint."""

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional

from lapor.complaints.rules import ReportClass, ReportedParty
from lapor.web.forms import LaporForm

CLASSES = (
    (ReportClass.SUPERVISORY.value, _("Pengaduan berkadar pengawasan")),
    (ReportClass.NON_SUPERVISORY.value, _("Pengaduan tidak berkadar pengawasan")),
    (ReportClass.INFORMATION.value, _("Permintaan informasi")),
    (ReportClass.ASPIRATION.value, _("Aspirasi")),
)

REPORTED = (
    (ReportedParty.NONE.value, _("Tidak ada pejabat atau pegawai yang dilaporkan")),
    (ReportedParty.STAFF.value, _("Pegawai OPD, bukan pimpinan atau admin")),
    (ReportedParty.HEAD.value, _("Pimpinan OPD")),
    (ReportedParty.OPERATOR.value, _("Admin OPD yang menangani aduan")),
    (ReportedParty.COORDINATOR_OFFICE.value, _("Kantor koordinator sendiri")),
)

CLOSE_REASONS = (
    ("Pelapor puas dengan jawaban.", _("Pelapor puas dengan jawaban")),
    ("Pelapor tidak menanggapi sampai batas waktu.", _("Pelapor tidak menanggapi sampai batas waktu")),
    ("Sudah ditutup di LAPOR!.", _("Sudah ditutup di LAPOR!")),
)

# office.md 1.8: the commonest targets; others are typed.
INSTITUTIONS = (
    "Pemerintah Kota Palu",
    "Pemerintah Kabupaten Banggai",
    "Pemerintah Kabupaten Banggai Kepulauan",
    "Pemerintah Kabupaten Banggai Laut",
    "Pemerintah Kabupaten Buol",
    "Pemerintah Kabupaten Donggala",
    "Pemerintah Kabupaten Morowali",
    "Pemerintah Kabupaten Morowali Utara",
    "Pemerintah Kabupaten Parigi Moutong",
    "Pemerintah Kabupaten Poso",
    "Pemerintah Kabupaten Sigi",
    "Pemerintah Kabupaten Tojo Una-Una",
    "Pemerintah Kabupaten Tolitoli",
    "Balai Pelaksanaan Jalan Nasional",
    "Badan Pertanahan Nasional",
    "PLN",
    "Admin Nasional SP4N-LAPOR!",
)


class VerifyForm(LaporForm):
    """Class and the mandatory question who is reported; the agency may be chosen in the same step."""

    report_class = RadioField(_("Klasifikasi"), choices=CLASSES, validators=[InputRequired()])
    class_reason = StringField(
        _("Alasan mengubah klasifikasi"),
        description=_("Wajib bila klasifikasi dari LAPOR! diubah."),
        validators=[Optional(), Length(max=300)],
    )
    reported_party = RadioField(
        _("Apakah yang dilaporkan pimpinan atau pegawai OPD sendiri?"), choices=REPORTED, validators=[InputRequired()]
    )
    reported_agency_id = SelectField(_("OPD yang dilaporkan"), coerce=int, validators=[Optional()])

    def prepare(self, agencies: list[tuple[int, str]]) -> "VerifyForm":
        """Put in the agencies."""
        self.reported_agency_id.choices = [(0, _("Pilih OPD")), *agencies]
        return self


class DisposeForm(LaporForm):
    """To one lead agency and any supporting ones."""

    lead = SelectField(_("OPD utama"), coerce=int, validators=[Optional()])
    supports = SelectMultipleField(_("OPD pendukung"), coerce=int, validators=[Optional()])
    unit_name = StringField(_("Unit, UPT, atau sekolah terkait"), validators=[Optional(), Length(max=200)])
    note = TextAreaField(_("Catatan untuk OPD"), validators=[Optional(), Length(max=1000)])
    redirect_reason = StringField(
        _("Alasan mengalihkan"),
        description=_("Wajib bila aduan ini sudah berada di OPD lain."),
        validators=[Optional(), Length(max=300)],
    )

    def prepare(self, agencies: list[tuple[int, str]]) -> "DisposeForm":
        """Put in the agencies."""
        self.lead.choices = [(0, _("Pilih OPD")), *agencies]
        self.supports.choices = agencies
        return self


class ForwardForm(LaporForm):
    """Not the province's authority."""

    institution = StringField(_("Diteruskan ke"), validators=[DataRequired(), Length(max=200)])
    forwarded_on = DateField(_("Tanggal"), validators=[DataRequired()])
    way = StringField(
        _("Cara meneruskan"),
        description=_("Misalnya: lewat LAPOR!, surat nomor ..., atau grup WhatsApp."),
        validators=[Optional(), Length(max=300)],
    )


class HoldForm(LaporForm):
    """Waiting for the reporter."""

    reason = TextAreaField(_("Kelengkapan apa yang diminta?"), validators=[DataRequired(), Length(max=500)])
    expected_on = DateField(
        _("Diperkirakan lengkap tanggal"),
        validators=[DataRequired(_("Isi tanggal perkiraan pelapor melengkapi."))],
        description=_("Batas waktu tidak berjalan sendiri pada tanggal ini; koordinator yang melanjutkan."),
    )


class ArchiveForm(LaporForm):
    """Put aside."""

    reason = TextAreaField(_("Alasan mengarsipkan"), validators=[DataRequired(), Length(max=500)])


class CloseForm(LaporForm):
    """Satisfied, silent, or closed in LAPOR!."""

    reason = RadioField(_("Alasan menutup"), choices=CLOSE_REASONS, validators=[InputRequired()])
    rating = SelectField(
        _("Penilaian pelapor"),
        choices=[("", _("Tidak ada")), ("5", "5"), ("4", "4"), ("3", "3"), ("2", "2"), ("1", "1")],
        validators=[Optional()],
    )


class ReopenForm(LaporForm):
    """A new round."""

    reason = TextAreaField(_("Mengapa dibuka kembali?"), validators=[DataRequired(), Length(max=500)])


class FlagsForm(LaporForm):
    """Anonymity and confidentiality by hand."""

    is_anonymous = BooleanField(_("Anonim: nama pelapor disembunyikan dari OPD"))
    is_confidential = BooleanField(_("Rahasia: isi hanya untuk yang menangani"))
    reason = TextAreaField(_("Alasan mengubah sifat aduan"), validators=[DataRequired(), Length(max=500)])


class RevealForm(LaporForm):
    """The reporter's data, with a reason; noted."""

    reason = StringField(_("Untuk keperluan apa?"), validators=[DataRequired(), Length(max=300)])


class ReporterReplyForm(LaporForm):
    """What the reporter wrote back in LAPOR!."""

    text = TextAreaField(_("Jawaban pelapor di LAPOR!"), validators=[DataRequired(), Length(max=5000)])


class TrackingForm(LaporForm):
    """The number that LAPOR! gave a complaint written down here."""

    tracking_id = StringField(_("Tracking ID di LAPOR!"), validators=[DataRequired(), Length(max=10)])
