"""Forms of evaluation cycles."""

from datetime import date

from flask_babel import lazy_gettext as _
from wtforms import DateField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lapor.core.wording import date_range, long_date
from lapor.evaluations.queries import Signer
from lapor.evaluations.rules import MINIMUM_CASES
from lapor.evaluations.services import MAX_MINIMUM_CASES, MAX_TEXT, CycleParticulars
from lapor.web.forms import LaporForm

FIRST_YEAR, LAST_YEAR = 2011, 2100
_PARAGRAPHS = _("Satu paragraf atau satu butir setiap baris.")


class CycleForm(LaporForm):
    """Period, texts and signer of a cycle."""

    title = StringField(
        _("Nama evaluasi"),
        [InputRequired(), Length(max=200)],
        description=_("Misalnya Evaluasi Pengelolaan SP4N-LAPOR! Tahun 2021."),
    )
    year = IntegerField(_("Tahun yang dievaluasi"), [InputRequired(), NumberRange(FIRST_YEAR, LAST_YEAR)])
    starts_on = DateField(_("Aduan masuk mulai tanggal"), [InputRequired()])
    ends_on = DateField(_("Sampai dengan tanggal"), [InputRequired()])
    minimum_cases = IntegerField(
        _("Paling sedikit berapa aduan untuk ditampilkan dengan persentase"),
        [InputRequired(), NumberRange(1, MAX_MINIMUM_CASES)],
        default=MINIMUM_CASES,
        description=_("Perangkat daerah dengan aduan lebih sedikit dicantumkan tersendiri."),
    )
    introduction = TextAreaField(
        _("Pendahuluan"),
        [Optional(), Length(max=MAX_TEXT)],
        description=_("Latar belakang pada Bab I. Bila kosong, dipakai kalimat umum. Satu paragraf setiap baris."),
    )
    obstacles = TextAreaField(_("Kendala"), [Optional(), Length(max=MAX_TEXT)], description=_PARAGRAPHS)
    recommendations = TextAreaField(_("Rekomendasi"), [Optional(), Length(max=MAX_TEXT)], description=_PARAGRAPHS)
    report_number = StringField(_("Nomor laporan"), [Optional(), Length(max=200)])
    report_date = DateField(_("Tanggal laporan"), [Optional()])
    signer_id = SelectField(_("Penanda tangan"), [Optional()], coerce=lambda value: int(value) if value else None)

    def offer_signers(self, signers: list[Signer]) -> None:
        """Fill the choice of signers: name, post and term."""
        self.signer_id.choices = [("", _("Belum ditentukan"))] + [
            (str(signer.assignment_id), f"{signer.name}, {signer.post_title} ({_term(signer)})") for signer in signers
        ]

    def particulars(self) -> CycleParticulars:
        """What was filled in."""
        return CycleParticulars(
            title=self.title.data,
            year=self.year.data,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            minimum_cases=self.minimum_cases.data,
            introduction=self.introduction.data or "",
            obstacles=self.obstacles.data or "",
            recommendations=self.recommendations.data or "",
            report_number=self.report_number.data or None,
            report_date=self.report_date.data,
            signer_id=self.signer_id.data,
        )


def _term(signer: Signer) -> str:
    if signer.ends_on is None:
        return str(_("sejak %(day)s", day=long_date(signer.starts_on)))
    return date_range(signer.starts_on, signer.ends_on)


class LockForm(LaporForm):
    """The day whose facts count."""

    as_of = DateField(
        _("Kunci data per tanggal"),
        [InputRequired()],
        description=_("Tanggapan dan penyelesaian sampai tanggal ini dihitung; yang sesudahnya tidak."),
    )

    def start_with(self, day: date) -> None:
        """Propose ``day`` where nothing was filled in."""
        if not self.is_submitted():
            self.as_of.data = day


class UnlockForm(LaporForm):
    """Why the figures are given up."""

    reason = TextAreaField(_("Alasan membuka kunci data"), [InputRequired(), Length(max=1000)])
