"""Forms of agencies."""

from dataclasses import fields, replace
from datetime import date

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SearchField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lapor.agencies.labels import ACKNOWLEDGED_BY, KIND
from lapor.agencies.models import AcknowledgedBy, Agency, AgencyKind
from lapor.agencies.services import FIRST_YEAR, LAST_YEAR, Particulars
from lapor.web.addresses import key_of
from lapor.web.forms import LaporForm


class FilterForm(LaporForm):
    """What the list shows; read from the address."""

    class Meta(LaporForm.Meta):
        """WTForms settings."""

        csrf = False

    q = SearchField(_("Cari"), [Optional(), Length(max=200)])
    jenis = SelectField(
        _("Jenis"), [Optional()], choices=[("", _("Semua jenis")), *((k.value, v) for k, v in KIND.items())]
    )


class AgencyForm(LaporForm):
    """Particulars of an agency and its letterhead."""

    name = StringField(
        _("Nama lengkap"),
        [InputRequired(), Length(max=200)],
        description=_("Seperti pada kop surat, dengan nama provinsi."),
    )
    abbreviation = StringField(_("Singkatan"), [InputRequired(), Length(max=40)], description=_("Misalnya BPBD."))
    slug = StringField(
        _("Nama pendek"),
        [Optional(), Length(max=60)],
        description=_(
            "Untuk nama pengguna dan alamat: huruf kecil, angka, tanda hubung. Kosongkan agar dibuat otomatis."
        ),
    )
    kind = SelectField(_("Jenis"), [InputRequired()], choices=[(k.value, v) for k, v in KIND.items()])
    parent_id = SelectField(
        _("OPD induk"),
        [Optional()],
        coerce=int,
        description=_("Untuk biro (Sekretariat Daerah), rumah sakit, UPT, dan cabang dinas."),
    )
    acknowledged_by = RadioField(
        _("Aduan unit ini diketahui oleh"),
        [Optional()],
        choices=[(k.value, v) for k, v in ACKNOWLEDGED_BY.items()],
        default=AcknowledgedBy.UNIT.value,
        description=_("Hanya berlaku bila ada OPD induk."),
    )
    skpd_code = StringField(_("Kode SKPD"), [Optional(), Length(max=200)])
    starts_on = DateField(_("Berdiri sejak"), [Optional()])
    is_organiser = BooleanField(
        _("OPD pengelola SP4N-LAPOR!"),
        description=_("Kantor koordinator. Hanya satu; pilihan lama dilepas."),
    )
    is_oversight = BooleanField(
        _("Pengawas internal (Inspektorat)"),
        description=_("Menerima aduan tentang kepala atau admin OPD lain. Hanya satu."),
    )
    oversees_inspectorate = BooleanField(
        _("Sekretariat Daerah"),
        description=_("Menerima aduan tentang Inspektur. Hanya satu."),
    )
    letter_unit = StringField(
        _("Kode unit pada nomor surat"),
        [Optional(), Length(max=200)],
        description=_("Misalnya DKIPS pada 005/12/DKIPS/2022."),
    )
    address = TextAreaField(_("Alamat"), [Optional(), Length(max=500)])
    phone = StringField(_("Telepon"), [Optional(), Length(max=200)])
    email = StringField(_("Pos-el"), [Optional(), Length(max=200)])
    website = StringField(_("Laman"), [Optional(), Length(max=200)])
    version = HiddenField()

    @classmethod
    def of(cls, agency: Agency | None) -> "AgencyForm":
        """An empty form, or one filled with a stored agency; its names are changed by a step of their own."""
        form: AgencyForm = cls(obj=agency)
        if agency is not None:
            del form.slug
            del form.name
            del form.abbreviation
            if not form.is_submitted():
                form.kind.data = agency.kind.value
                form.acknowledged_by.data = agency.acknowledged_by.value
                form.parent_id.data = agency.parent_id or 0
        return form

    def offer_parents(self, choices: list[tuple[int, str]]) -> None:
        """Put in the agencies that can be parents."""
        self.parent_id.choices = [(0, str(_("Tidak ada"))), *choices]

    def particulars(self, agency: Agency | None = None) -> Particulars:
        """What was filled in; the names of ``agency``, when it is a stored one, stay."""
        return Particulars(
            name=agency.name if agency else self.name.data,
            abbreviation=agency.abbreviation if agency else self.abbreviation.data,
            kind=AgencyKind(self.kind.data),
            skpd_code=self.skpd_code.data or None,
            parent_id=self.parent_id.data or None,
            starts_on=self.starts_on.data,
            acknowledged_by=AcknowledgedBy(self.acknowledged_by.data or AcknowledgedBy.UNIT),
            is_organiser=self.is_organiser.data,
            is_oversight=self.is_oversight.data,
            oversees_inspectorate=self.oversees_inspectorate.data,
            letter_unit=self.letter_unit.data or None,
            address=self.address.data or None,
            phone=self.phone.data or None,
            email=self.email.data or None,
            website=self.website.data or None,
        )

    def seen_version(self) -> int:
        """The version that the person saw; 0 for a crafted value, which no agency has."""
        return key_of(str(self.version.data or ""))


class RenameForm(LaporForm):
    """Another name of an agency, from a day on."""

    name = StringField(
        _("Nama lengkap"),
        [InputRequired(), Length(max=200)],
        description=_("Seperti pada kop surat, dengan nama provinsi."),
    )
    abbreviation = StringField(_("Singkatan"), [InputRequired(), Length(max=40)])
    renamed_on = DateField(
        _("Nama baru berlaku sejak"),
        [Optional()],
        description=_("Laporan sebelum hari itu tetap memakai nama lama. Bila kosong: hari ini."),
    )
    is_correction = BooleanField(
        _("Hanya memperbaiki ejaan"), description=_("Nama lama dianggap salah tulis dan tidak disimpan.")
    )
    version = HiddenField()

    def particulars(self, agency: Agency) -> Particulars:
        """Those of ``agency`` under the names that were filled in."""
        kept = Particulars(**{item.name: getattr(agency, item.name) for item in fields(Particulars)})
        return replace(kept, name=self.name.data, abbreviation=self.abbreviation.data)

    def first_day(self, today: date) -> date | None:
        """From when the changed name is in force; None when only its spelling is put right."""
        return None if self.is_correction.data else self.renamed_on.data or today

    def seen_version(self) -> int:
        """The version that the person saw; 0 for a crafted value, which no agency has."""
        return key_of(str(self.version.data or ""))


class SpellingForm(LaporForm):
    """A name of LAPOR! that means the agency."""

    name = StringField(_("Nama seperti tertulis di LAPOR!"), [InputRequired(), Length(max=200)])
    lapor_id = StringField(_("ID unit di LAPOR!"), [Optional(), Length(max=20)])


class ObligationForm(LaporForm):
    """A year in which the agency is obliged to take part."""

    year = IntegerField(_("Tahun"), [InputRequired(), NumberRange(FIRST_YEAR, LAST_YEAR)])


class ReopenForm(LaporForm):
    """Why a closing is undone."""

    reason = StringField(_("Alasan"), [InputRequired(), Length(max=300)])


class CloseForm(LaporForm):
    """The end of an agency; ``seen`` is the fingerprint of what the person was shown that moves."""

    seen = HiddenField()

    ends_on = DateField(_("Hari terakhir"), [InputRequired()])
    successor_id = SelectField(
        _("OPD penerus"),
        [Optional()],
        coerce=int,
        description=_("OPD yang melanjutkan tugasnya. Wajib bila masih ada pekerjaan."),
    )


class ImportForm(LaporForm):
    """A list of agencies as csv."""

    file = FileField(_("Daftar OPD (CSV)"), [FileRequired(_("Pilih berkas CSV terlebih dahulu."))])
