"""Forms of the calendar, the rule sets and the settings."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lapor.calendar.labels import DAY_OFF, LIMIT, LIMIT_START, SETTING
from lapor.calendar.rules import MAX_WORKING_DAYS, SETTINGS, DayOffKind, ListedDay, SettingKind
from lapor.web.forms import LaporForm


class DayOffForm(LaporForm):
    """A day on which the office does not work."""

    day = DateField(_("Tanggal"), [InputRequired()])
    kind = RadioField(
        _("Jenis"),
        [InputRequired()],
        choices=[(k.value, v) for k, v in DAY_OFF.items()],
        default=DayOffKind.PROVINCIAL.value,
    )
    name = StringField(_("Nama hari libur"), [InputRequired(), Length(max=200)])
    is_estimated = BooleanField(_("Perkiraan, belum ada keputusan bersama menteri"))

    def wanted(self) -> ListedDay:
        """The day off that the form describes."""
        return ListedDay(self.day.data, DayOffKind(self.kind.data), self.name.data, self.is_estimated.data)


class DaysOffImportForm(LaporForm):
    """A list of days off as csv."""

    file = FileField(_("Daftar hari libur (CSV)"), [FileRequired(_("Pilih berkas CSV terlebih dahulu."))])
    replace_years = BooleanField(
        _("Ganti seluruh tahun yang ada di berkas"),
        description=_("Libur nasional dan cuti bersama yang tidak ada di berkas dihapus. Libur daerah tetap."),
    )


class _LimitFields(LaporForm):
    """The time limits as fields ``limit_0`` to ``limit_8``, in the order of LIMIT."""

    def limit_fields(self) -> list[Any]:
        """The fields of the limits, in order."""
        return [self[f"limit_{place}"] for place in range(len(LIMIT))]

    def limits(self) -> dict[tuple[str, str], int]:
        """Working days by (stage, report class)."""
        return {key: field.data for key, field in zip(LIMIT, self.limit_fields(), strict=True)}

    def put(self, limits: dict[tuple[str, str], int]) -> None:
        """Fill the fields with these numbers."""
        for key, field in zip(LIMIT, self.limit_fields(), strict=True):
            field.data = limits.get(key)


for _place, (_key, _words) in enumerate(LIMIT.items()):
    setattr(
        _LimitFields,
        f"limit_{_place}",
        IntegerField(_words, [InputRequired(), NumberRange(1, MAX_WORKING_DAYS)], description=LIMIT_START[_key[0]]),
    )


class RuleSetForm(_LimitFields):
    """A new rule set with its day and its numbers."""

    name = StringField(
        _("Nama aturan"), [InputRequired(), Length(max=60)], description=_("Misalnya PermenPANRB 5/2025.")
    )
    source = TextAreaField(
        _("Dasar hukum"), [InputRequired(), Length(max=500)], description=_("Judul lengkap peraturan atau keputusan.")
    )
    effective_from = DateField(
        _("Berlaku untuk aduan yang masuk mulai"),
        [InputRequired()],
        description=_("Aduan yang sudah masuk tetap memakai aturan pada hari masuknya."),
    )


class SettingForm(LaporForm):
    """A value of a setting from a day on."""

    key = SelectField(
        _("Pengaturan"),
        [InputRequired()],
        choices=[
            (key, words) for key, words in SETTING.items() if SETTINGS[key] in {SettingKind.COUNT, SettingKind.WORDS}
        ],
    )
    value = StringField(_("Nilai"), [Optional(), Length(max=200)])
    effective_from = DateField(_("Berlaku mulai"), [InputRequired()])

    def typed_value(self) -> Any:
        """The value as its setting wants it; a text that is neither is left to be refused."""
        text = self.value.data or None
        if text is not None and SETTINGS[self.key.data] is SettingKind.COUNT and text.isascii() and text.isdigit():
            return int(text)
        return text


class SwitchForm(LaporForm):
    """Yes or no for a setting, from a day on."""

    value = RadioField(_("Mulai tanggal itu"), [InputRequired()], choices=[("ya", _("Ya")), ("tidak", _("Tidak"))])
    effective_from = DateField(_("Berlaku mulai"), [InputRequired()])
