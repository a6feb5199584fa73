"""What narrows the table of what is late, and the month's calendar; both stand in the address."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import SelectField
from wtforms.validators import Optional

from lapor.agenda.queries import Chosen
from lapor.complaints.labels import REPORT_CLASS_SHORT
from lapor.complaints.rules import ReportClass
from lapor.desk.forms import UNCLASSIFIED
from lapor.web.addresses import key_of
from lapor.web.forms import LaporForm


def _chosen(field: Any) -> str:
    """What was chosen, or nothing when the address asks for what is not offered."""
    found = field.data or ""
    return found if found in {value for value, _label in field.choices} else ""


class LateForm(LaporForm):
    """Class and year of the complaints; the names are those of the list, so that its links carry them on."""

    klasifikasi = SelectField(_("Klasifikasi"), validators=[Optional()])
    tahun = SelectField(_("Tahun masuk"), validators=[Optional()])

    def __init__(self, arguments: Any, first_year: int | None, last_year: int) -> None:
        super().__init__(formdata=arguments)
        self.klasifikasi.choices = [
            ("", gettext("Semua klasifikasi")),
            *((item.value, REPORT_CLASS_SHORT[item]) for item in ReportClass),
            (UNCLASSIFIED, REPORT_CLASS_SHORT[None]),
        ]
        years = range(last_year, min(first_year or last_year, last_year) - 1, -1)
        self.tahun.choices = [("", gettext("Semua tahun")), *((str(year), str(year)) for year in years)]

    @property
    def chosen(self) -> Chosen:
        """The choice for the queries."""
        given, year = _chosen(self.klasifikasi), _chosen(self.tahun)
        return Chosen(
            report_class=ReportClass(given) if given and given != UNCLASSIFIED else None,
            unclassified=given == UNCLASSIFIED,
            year=int(year) if year else None,
        )

    @property
    def address(self) -> dict[str, str]:
        """The choice as arguments of an address."""
        pairs = (("klasifikasi", _chosen(self.klasifikasi)), ("tahun", _chosen(self.tahun)))
        return {name: value for name, value in pairs if value}

    @property
    def words(self) -> str:
        """The choice in words, for a file."""
        labels = [dict(field.choices)[_chosen(field)] for field in (self.klasifikasi, self.tahun)]
        return "; ".join(str(label) for label in labels)


class MonthForm(LaporForm):
    """The agency whose calendar is shown."""

    opd = SelectField(_("OPD"), validators=[Optional()])

    def __init__(self, arguments: Any, agencies: list[tuple[int, str]]) -> None:
        super().__init__(formdata=arguments)
        self.opd.choices = [("", gettext("Semua OPD")), *((str(key), name) for key, name in agencies)]

    @property
    def agency_id(self) -> int | None:
        """The agency that was chosen, or None."""
        return key_of(_chosen(self.opd)) or None
