"""Forms of the list and of registration."""

from datetime import date, datetime
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, DateField, SearchField, SelectField, StringField, TextAreaField, TimeField
from wtforms.validators import InputRequired, Length, Optional

from lapor.complaints.labels import REPORT_CLASS, REPORT_CLASS_SHORT, STATUS
from lapor.complaints.rules import ReportClass, Status
from lapor.complaints.services import MAX_TEXT, Particulars
from lapor.core import clock
from lapor.desk.labels import CHANNELS, ORDER
from lapor.desk.queries import OFFICE_STAGES, Filters
from lapor.desk.rules import Order, View, default_order
from lapor.dispositions.labels import STAGE
from lapor.dispositions.rules import Stage
from lapor.web.addresses import key_of
from lapor.web.forms import LaporForm

UNCLASSIFIED = "kosong"
ANY_STAGE = "semua"
_LONGEST_SEARCH = 100


class FilterForm(LaporForm):
    """What narrows the list; it stands in the address, so it carries no token."""

    class Meta(LaporForm.Meta):
        """WTForms settings."""

        csrf = False

    q = SearchField(_("Cari"), validators=[Optional(), Length(max=_LONGEST_SEARCH)])
    opd = SelectField(_("OPD"), validators=[Optional()])
    klasifikasi = SelectField(_("Klasifikasi"), validators=[Optional()])
    status = SelectField(_("Keadaan"), validators=[Optional()])
    tahun = SelectField(_("Tahun masuk"), validators=[Optional()])
    urut = SelectField(_("Urutkan"), validators=[Optional()])
    tahap = SelectField(_("Tahap yang lewat batas"), validators=[Optional()])
    jatuh = DateField(_("Jatuh tempo pada"), validators=[Optional()])

    def __init__(self, arguments: Any, agencies: list[tuple[int, str]], view: View) -> None:
        super().__init__(formdata=arguments)
        self.view = view
        self.opd.choices = [("", gettext("Semua OPD")), *((str(key), name) for key, name in agencies)]
        self.klasifikasi.choices = [
            ("", gettext("Semua klasifikasi")),
            *((item.value, REPORT_CLASS_SHORT[item]) for item in ReportClass),
            (UNCLASSIFIED, REPORT_CLASS_SHORT[None]),
        ]
        self.status.choices = [("", gettext("Semua keadaan")), *((item.value, STATUS[item]) for item in Status)]
        self.tahap.choices = [
            ("", gettext("Tanpa saringan tahap")),
            (ANY_STAGE, gettext("Semua tahap")),
            *((item.value, STAGE[item]) for item in OFFICE_STAGES),
        ]
        self.urut.choices = [(item.value, ORDER[item]) for item in Order]
        self.offer_years(None, clock.local_day(clock.now()).year)
        if not self.urut.data:
            self.urut.data = default_order(view).value

    def offer_years(self, first: int | None, last: int) -> None:
        """Offer the years from ``first`` to ``last``; the year that was asked for is always among them."""
        asked = self._year()
        years = set(range(min(first or last, last), last + 1)) | ({asked} if asked else set())
        self.tahun.choices = [("", gettext("Semua tahun")), *((str(y), str(y)) for y in sorted(years, reverse=True))]

    def _year(self) -> int | None:
        given = self.tahun.data or ""
        year = key_of(given)
        return year if 1990 <= year <= 2200 else None

    def shown(self, by_agency: bool) -> list[Any]:
        """The selections beside the search: the state and the year only where they narrow, or were asked for.

        Single limits (stage, due day) only where the address asks for them: the pages of what is due lead here.
        """
        is_wide = self.view in {View.ALL, View.HISTORY}
        return [
            *(field for field in (self.tahap, self.jatuh) if field.data),
            *([self.opd] if by_agency or len(self.opd.choices) > 1 else []),
            self.klasifikasi,
            *(field for field in (self.status, self.tahun) if is_wide or field.data),
            self.urut,
        ]

    def _chosen(self, field: Any) -> str:
        """What was chosen, or nothing when the address asks for what is not offered."""
        return field.data if field.data in {value for value, _label in field.choices} else ""

    @property
    def order(self) -> Order:
        """The order asked for, else that of the view."""
        chosen = self._chosen(self.urut)
        return Order(chosen) if chosen else default_order(self.view)

    @property
    def filters(self) -> Filters:
        """The filters; what is not offered is left out."""
        agency, chosen_class, status, stage = (
            self._chosen(field) for field in (self.opd, self.klasifikasi, self.status, self.tahap)
        )
        return Filters(
            words=(self.q.data or "")[:_LONGEST_SEARCH],
            agency_id=int(agency) if agency else None,
            report_class=ReportClass(chosen_class) if chosen_class and chosen_class != UNCLASSIFIED else None,
            unclassified=chosen_class == UNCLASSIFIED,
            status=Status(status) if status else None,
            year=self._year(),
            stages=frozenset(OFFICE_STAGES if stage == ANY_STAGE else [Stage(stage)] if stage else []),
            due_on=self.jatuh.data,
        )

    @property
    def address(self) -> dict[str, str]:
        """The filters as arguments of an address; empty ones and the view's own order are left out."""
        found = {
            name: str(field.data)
            for name, field in (
                ("q", self.q),
                ("opd", self.opd),
                ("klasifikasi", self.klasifikasi),
                ("status", self.status),
                ("tahun", self.tahun),
                ("tahap", self.tahap),
                ("jatuh", self.jatuh),
            )
            if field.data
        }
        if self.order is not default_order(self.view):
            found["urut"] = self.order.value
        return found


def asked_view(offered: tuple[View, ...]) -> View:
    """The view that the address (or the posted form) asks for, else the first that is offered."""
    given = request.values.get("tampilan", "")
    return next((view for view in offered if view.value == given), offered[0])


class RegisterForm(LaporForm):
    """A complaint that came outside LAPOR!."""

    channel = SelectField(
        _("Masuk lewat"),
        choices=[("", _("Pilih saluran")), *((name, name) for name in CHANNELS)],
        validators=[InputRequired(_("Pilih lewat mana aduan ini masuk."))],
    )
    received_on = DateField(_("Tanggal masuk"), validators=[InputRequired(_("Isi tanggal aduan diterima."))])
    received_time = TimeField(_("Jam masuk (WITA)"), validators=[InputRequired(_("Isi jam aduan diterima."))])
    title = StringField(
        _("Judul"),
        description=_("Satu kalimat pendek: apa dan di mana."),
        validators=[InputRequired(_("Judul wajib diisi.")), Length(max=200)],
    )
    text = TextAreaField(
        _("Isi aduan"),
        description=_("Tulis seperti disampaikan pelapor. NIK, nomor telepon, dan pos-el akan disamarkan di layar."),
        validators=[InputRequired(_("Isi aduan wajib diisi.")), Length(max=MAX_TEXT)],
    )
    report_class = SelectField(
        _("Klasifikasi"),
        description=_("Dapat ditentukan nanti saat verifikasi."),
        choices=[("", REPORT_CLASS[None]), *((item.value, REPORT_CLASS[item]) for item in ReportClass)],
        validators=[Optional()],
    )
    category = StringField(_("Kategori"), validators=[Optional(), Length(max=200)])
    location = StringField(_("Lokasi kejadian"), validators=[Optional(), Length(max=500)])
    is_anonymous = BooleanField(_("Anonim"), description=_("Nama dan kontak pelapor tidak disimpan."))
    is_confidential = BooleanField(
        _("Rahasia"), description=_("Isi hanya dibaca koordinator dan OPD yang menangani; setiap pembaca dicatat.")
    )
    reporter_name = StringField(_("Nama pelapor"), validators=[Optional(), Length(max=200)])
    reporter_contact = StringField(
        _("Kontak pelapor"), description=_("Nomor telepon atau pos-el."), validators=[Optional(), Length(max=200)]
    )
    tracking_id = StringField(
        _("Tracking ID LAPOR!"),
        description=_("Isi bila aduan ini juga sudah ada di LAPOR!: 6 sampai 10 angka."),
        validators=[Optional(), Length(max=11)],
    )

    @property
    def particulars(self) -> Particulars:
        """What was filled in, for the service; call it after ``validate``."""
        day: date = self.received_on.data
        moment = datetime.combine(day, self.received_time.data, clock.ZONE)
        return Particulars(
            title=self.title.data,
            text=self.text.data,
            channel=self.channel.data,
            received_at=moment,
            report_class=ReportClass(self.report_class.data) if self.report_class.data else None,
            category=self.category.data or None,
            location=self.location.data or None,
            is_anonymous=self.is_anonymous.data,
            is_confidential=self.is_confidential.data,
            reporter_name=self.reporter_name.data or None,
            reporter_contact=self.reporter_contact.data or None,
            tracking_id=(self.tracking_id.data or "").removeprefix("#") or None,
        )
