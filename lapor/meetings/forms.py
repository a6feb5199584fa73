"""Forms of meetings."""

from collections.abc import Sequence
from datetime import time
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import (
    BooleanField,
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from lapor.meetings.labels import ATTENDANCE, CHECK_IN, ITEM_STATUS
from lapor.meetings.rules import Attendance, CheckIn
from lapor.policy import Power
from lapor.web.forms import LaporForm


class ClockField(StringField):
    """A clock time, written `09.00`, `9.00` or `09:00`; data is a time or None."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed."""
        self.typed = valuelist[0].strip() if valuelist else ""
        self.data = None
        if not self.typed:
            return
        hour, _sign, minute = self.typed.replace(":", ".").removesuffix("WITA").strip().partition(".")
        try:
            self.data = time(int(hour), int(minute or 0))
        except (ValueError, OverflowError) as error:
            raise ValidationError(str(_("Jam belum benar. Tulis misalnya 09.00."))) from error

    def _value(self) -> str:
        if getattr(self, "typed", ""):
            return str(self.typed)
        return self.data.strftime("%H.%M") if isinstance(self.data, time) else ""


class _Ticks(SelectMultipleField):
    """Several choices as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _optional_key(value: Any) -> int | None:
    return int(value) if value not in {None, "", "None"} else None


def _choices(nothing: Any, pairs: list[tuple[int, str]]) -> list[tuple[Any, Any]]:
    return [("", nothing), *pairs]


_A_YEAR = NumberRange(2011, 2100, _("Tulis tahun, misalnya 2021."))


class MeetingForm(LaporForm):
    """The head of the minutes."""

    title = StringField(
        _("Nama rapat"),
        [InputRequired(), Length(max=200)],
        description=_("Misalnya Evaluasi Pengelolaan SP4N-LAPOR! Tahun 2021."),
    )
    held_on = DateField(_("Tanggal rapat"), [InputRequired()])
    starts_at = ClockField(_("Mulai (WITA)"), [InputRequired()])
    opened_at = ClockField(_("Dibuka (WITA)"), [Optional()])
    ends_at = ClockField(_("Selesai (WITA)"), [Optional()])
    place = StringField(_("Tempat"), [InputRequired(), Length(max=200)])
    invitation_number = StringField(_("Nomor surat undangan"), [Optional(), Length(max=200)])
    invitation_date = DateField(_("Tanggal surat undangan"), [Optional()])
    chair_id = SelectField(_("Ketua"), [Optional()], coerce=_optional_key)
    chair_post = StringField(
        _("Jabatan ketua"),
        [Optional(), Length(max=200)],
        description=_("Dicetak pada notula. Kosong: diisi otomatis."),
    )
    secretary_id = SelectField(_("Sekretaris"), [Optional()], coerce=_optional_key)
    secretary_post = StringField(_("Jabatan sekretaris"), [Optional(), Length(max=200)])
    minute_taker_id = SelectField(_("Pencatat"), [Optional()], coerce=_optional_key)
    minute_taker_post = StringField(_("Jabatan pencatat"), [Optional(), Length(max=200)])
    year_from = IntegerField(_("Dari tahun"), [Optional(), _A_YEAR])
    year_to = IntegerField(
        _("Tahun yang dievaluasi"),
        [Optional(), _A_YEAR],
        description=_("Angka tahun terakhir dirinci; kosongkan bila rapat tidak membahas angka."),
    )
    version = HiddenField()

    def offer(self, people: list[tuple[int, str]]) -> None:
        """Fill the choices of people."""
        for field in (self.chair_id, self.secretary_id, self.minute_taker_id):
            field.choices = _choices(_("Belum ditentukan"), people)


class AgendaForm(LaporForm):
    """One item of the agenda."""

    title = StringField(_("Acara"), [InputRequired(), Length(max=200)])
    has_figures = BooleanField(_("Muat angka pengelolaan tahun yang dievaluasi pada pembahasan acara ini"))


class ObstacleForm(LaporForm):
    """One obstacle."""

    description = TextAreaField(_("Kendala"), [InputRequired(), Length(max=1000)])
    agency_id = SelectField(_("Perangkat daerah"), [Optional()], coerce=_optional_key)
    raised_on = DateField(
        _("Pernah dibahas pada rapat tanggal"), [Optional()], description=_("Kosong: dicari pada rapat sebelumnya.")
    )

    def offer(self, agencies: list[tuple[int, str]]) -> None:
        """Fill the choices of agencies."""
        self.agency_id.choices = _choices(_("Umum"), agencies)


class DecisionForm(LaporForm):
    """One decision."""

    description = TextAreaField(_("Keputusan"), [InputRequired(), Length(max=2000)])


class ActionItemForm(LaporForm):
    """One follow-up."""

    description = TextAreaField(_("Uraian"), [InputRequired(), Length(max=1000)])
    due_on = DateField(_("Batas waktu"), [InputRequired()])
    responsible = StringField(
        _("Penanggung jawab pada notula"),
        [Optional(), Length(max=200)],
        description=_("Misalnya Diskominfosantik (Bidang IKP). Kosong: singkatan OPD yang dipilih."),
    )
    all_agencies = BooleanField(_("Berlaku untuk seluruh perangkat daerah"))
    agencies = _Ticks(_("OPD yang melihatnya pada Tindak lanjut rapat"), [Optional()], coerce=int)

    def offer(self, agencies: list[tuple[int, str]]) -> None:
        """Fill the choices of agencies."""
        self.agencies.choices = agencies


_ATTENDANCE = [(kind.value, words) for kind, words in ATTENDANCE.items()]
_WAYS = [("", _("Tidak dicatat")), *((way.value, words) for way, words in CHECK_IN.items())]


def _optional_way(value: Any) -> CheckIn | None:
    return CheckIn(value) if value else None


class ParticipantForm(LaporForm):
    """One line of the attendance list: a person who is known, or the name of a guest."""

    person_id = SelectField(_("Pegawai"), [Optional()], coerce=_optional_key)
    name = StringField(
        _("Nama bila tidak ada pada daftar pegawai"), [Optional(), Length(max=200)], description=_("Untuk tamu.")
    )
    post = StringField(_("Jabatan"), [Optional(), Length(max=200)])
    agency_id = SelectField(_("Perangkat daerah"), [Optional()], coerce=_optional_key)
    agency_name = StringField(_("Instansi lain"), [Optional(), Length(max=200)])
    attendance = SelectField(_("Kehadiran"), [InputRequired()], choices=_ATTENDANCE, coerce=Attendance)
    way = SelectField(_("Cara mengisi daftar hadir"), [Optional()], choices=_WAYS, coerce=_optional_way)
    represented_by = StringField(_("Diwakili oleh"), [Optional(), Length(max=200)])

    def offer(self, people: list[tuple[int, str]], agencies: list[tuple[int, str]]) -> None:
        """Fill the choices of people and agencies."""
        self.person_id.choices = _choices(_("Pilih pegawai"), people)
        self.agency_id.choices = _choices(_("Pilih OPD"), agencies)


class TextForm(LaporForm):
    """A long text of the minutes."""

    body = TextAreaField(_("Teks"), [Optional(), Length(max=20_000)])
    version = HiddenField()


class ApproveForm(LaporForm):
    """The chair has signed."""

    signed_on = DateField(_("Tanggal ditandatangani"), [InputRequired()])
    is_signed = BooleanField(
        _("Notula sudah ditandatangani oleh notulis dan pimpinan rapat."),
        [InputRequired(_("Notula disetujui setelah ditandatangani."))],
    )


class ReopenForm(LaporForm):
    """Why minutes are opened again."""

    reason = StringField(_("Alasan"), [InputRequired(), Length(max=300)])


class StatusForm(LaporForm):
    """How far a follow-up is, and as whom a person with several posts says so."""

    acting_as = RadioField(_("Bertindak sebagai"), [InputRequired()], choices=[])
    status = RadioField(
        _("Status"), [InputRequired()], choices=[(status.value, words) for status, words in ITEM_STATUS.items()]
    )
    done_on = DateField(
        _("Tanggal selesai"), [Optional()], description=_("Hanya bila sudah selesai. Kosong: hari ini.")
    )
    note = StringField(
        _("Catatan"), [Optional(), Length(max=300)], description=_("Dicetak di bawah status, misalnya 34 peserta.")
    )

    def offer(self, powers: Sequence[Power]) -> None:
        """Let one of these posts be chosen; with a single one there is nothing to choose."""
        if len(powers) > 1:
            self.acting_as.choices = [(str(power.assignment_id), power.post_title) for power in powers]
        else:
            del self.acting_as

    def chosen(self) -> int | None:
        """The assignment under which the person acts; None when he has one post for it."""
        return int(self.acting_as.data) if "acting_as" in self else None
