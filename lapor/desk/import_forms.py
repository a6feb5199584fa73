"""Forms of the import and of the units that wait to be matched."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, Field, SelectField, StringField, SubmitField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional, ValidationError

from lapor.agencies.models import AgencyKind
from lapor.desk.importing import ZONES
from lapor.desk.matching import Answer, Pending
from lapor.desk.matching_rules import LIKELY
from lapor.web.forms import LaporForm

UNDECIDED, OUTSIDE = "", "outside"


class UploadForm(LaporForm):
    """A file of LAPOR! and the zone of its times."""

    file = FileField(
        _l("Berkas Laporan Ringkas"),
        description=_l("Excel (.xlsx) atau CSV, paling besar 10 MB."),
    )
    zone = SelectField(
        _l("Jam di dalam berkas"),
        choices=[
            (ZONES[0], _l("UTC (bawaan LAPOR!)")),
            (ZONES[1], _l("WITA")),
            (ZONES[2], _l("WIB")),
            (ZONES[3], _l("WIT")),
        ],
        description=_l("Biarkan UTC, kecuali jamnya pernah diubah."),
    )

    def validate_file(self, field: Field) -> None:
        """A file was chosen."""
        if not field.data:
            raise ValidationError(_("Pilih berkas yang diunduh dari LAPOR!."))


class StartForm(LaporForm):
    """From which day heads owe an acknowledgement, and when LAPOR! made the file where it does not say."""

    owed_from = DateField(
        _l("Wajib diketahui pimpinan mulai tanggal"),
        validators=[DataRequired()],
        description=_l(
            "Aduan yang masuk sebelum tanggal ini menjadi riwayat: dihitung, tetapi tidak menunggu siapa pun."
        ),
    )
    generated_on = DateField(
        _l("Tanggal berkas dibuat di LAPOR!"),
        validators=[Optional()],
        description=_l("Berkas ini tidak menyebutnya. Data yang lebih baru tidak akan tertimpa."),
    )
    preview = SubmitField(_l("Hitung ulang dengan tanggal ini"))


class NewAgencyForm(LaporForm):
    """An agency that is not in the list yet, made where it is missed."""

    unit_id = SelectField(_l("Untuk unit"), coerce=int, validators=[DataRequired()])
    name = StringField(_l("Nama OPD"), validators=[DataRequired(), Length(max=200)])
    abbreviation = StringField(_l("Singkatan"), validators=[DataRequired(), Length(max=40)])
    kind = SelectField(
        _l("Jenis"),
        choices=[
            (AgencyKind.DINAS.value, _l("Dinas")),
            (AgencyKind.BADAN.value, _l("Badan")),
            (AgencyKind.BIRO.value, _l("Biro")),
            (AgencyKind.INSPEKTORAT.value, _l("Inspektorat")),
            (AgencyKind.SATUAN.value, _l("Satuan")),
            (AgencyKind.SEKRETARIAT.value, _l("Sekretariat")),
            (AgencyKind.RSUD.value, _l("Rumah sakit")),
            (AgencyKind.UPT.value, _l("UPT")),
        ],
    )


class MatchForm(LaporForm):
    """One choice for each waiting unit; made by `match_form`."""

    rest_outside = BooleanField(
        _l("Unit lain di halaman ini yang belum dipilih semuanya bukan OPD provinsi"),
    )

    def unit_fields(self, unit: Pending) -> tuple[Field, Field]:
        """The choice and the tick of one unit."""
        return self[f"unit_{unit.unit_id}"], self[f"below_{unit.unit_id}"]

    def answers(self, units: Sequence[Pending]) -> dict[int, Answer]:
        """What was decided, by unit; undecided ones are left out."""
        found: dict[int, Answer] = {}
        for unit in units:
            choice, below = self.unit_fields(unit)
            value = choice.data or (OUTSIDE if self.rest_outside.data else UNDECIDED)
            if value == OUTSIDE:
                found[unit.unit_id] = Answer(None)
            elif value:
                found[unit.unit_id] = Answer(int(value), is_below=bool(below.data))
        return found


def match_form(units: Sequence[Pending], agencies: Sequence[tuple[int, str]]) -> MatchForm:
    """The form for these units; a likely agency is chosen already."""
    names = dict(agencies)
    fields: dict[str, object] = {}
    for unit in units:
        likely = unit.suggestions[0] if unit.suggestions and unit.suggestions[0].score >= LIKELY else None
        fields[f"unit_{unit.unit_id}"] = SelectField(
            _("OPD untuk %(unit)s", unit=unit.name),
            choices=_choices(unit, names),
            default=str(likely.agency_id) if likely else UNDECIDED,
        )
        fields[f"below_{unit.unit_id}"] = BooleanField(
            _("Unit ini di bawah OPD tersebut (UPT, cabang, sekolah)"),
            default=likely.below if likely else False,
        )
    made: MatchForm = type("MatchFormOfUnits", (MatchForm,), fields)()
    return made


def _choices(unit: Pending, names: Mapping[int, str]) -> list[SelectChoice]:
    suggested = [suggestion.agency_id for suggestion in unit.suggestions if suggestion.agency_id in names]
    groups = (
        (_("Keputusan"), [(UNDECIDED, _("Belum diputuskan")), (OUTSIDE, _("Bukan OPD provinsi"))]),
        (_("Usulan"), [(str(key), names[key]) for key in suggested]),
        (_("Semua OPD"), [(str(key), name) for key, name in names.items() if key not in suggested]),
    )
    return [SelectChoice(value, label, optgroup=group) for group, choices in groups for value, label in choices]
