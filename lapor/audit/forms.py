"""The filters of the audit pages; they stand in the address, so they carry no token."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional

from lapor.audit.queries import Chosen, complaint_called, people_called
from lapor.core.clock import day_bounds
from lapor.policy import Scope
from lapor.web.forms import LaporForm

SYSTEM = "Sistem"
_NAMES = ("orang", "opd", "aduan", "jenis", "dari", "sampai")


class FilterForm(LaporForm):
    """Person, agency, complaint, kind and days. A value that fits nothing gets a sentence, and nothing is listed."""

    class Meta(LaporForm.Meta):
        """WTForms settings."""

        csrf = False

    orang = StringField(_("Orang"), [Optional(), Length(max=100)])
    opd = SelectField(_("OPD"), [Optional()])
    aduan = StringField(_("Aduan"), [Optional(), Length(max=30)])
    jenis = SelectField(_("Jenis"), [Optional()])
    dari = DateField(_("Dari tanggal"), [Optional()])
    sampai = DateField(_("Sampai tanggal"), [Optional()])

    @classmethod
    def of(
        cls, given: Any, kinds: Iterable[tuple[str, str]], all_kinds: str, agencies: Iterable[tuple[int, str]] | None
    ) -> "FilterForm":
        """The filters that the address (or a posted form) holds; without ``agencies`` these are not asked for."""
        form: FilterForm = cls(given)
        form.jenis.choices = [("", all_kinds), *sorted(kinds, key=lambda pair: pair[1])]
        if agencies is None:
            del form.opd
        else:
            form.opd.choices = [("", gettext("Semua OPD")), *((str(key), name) for key, name in agencies)]
        return form

    @property
    def address(self) -> dict[str, str]:
        """The filters as arguments of an address, as they were typed."""
        found = {}
        for name in _NAMES:
            if name in self and self[name].raw_data:
                raw = self[name].raw_data[0].strip()
                if raw:
                    found[name] = raw
        return found

    def chosen(self, session: Session, scope: Scope) -> Chosen | None:
        """What the filters mean, or None when one of them fits nothing: its field then carries the sentence."""
        self.validate()
        people: tuple[int, ...] | None = None
        if self.orang.data and not self.orang.errors:
            is_system = self.orang.data.casefold() == SYSTEM.casefold()
            people = () if is_system else people_called(session, self.orang.data)
            if not people and not is_system:
                _say(self.orang, gettext('Tidak ada orang bernama "%(name)s".', name=self.orang.data))
        complaint = None
        if self.aduan.data and not self.aduan.errors:
            complaint = complaint_called(session, scope, self.aduan.data)
            if complaint is None:
                _say(self.aduan, gettext('Aduan "%(number)s" tidak ditemukan.', number=self.aduan.data))
        since, until = self.dari.data, self.sampai.data
        if since and until and since > until:
            _say(self.sampai, gettext("Tanggal akhir mendahului tanggal awal."))
        if any(field.errors for field in self):
            return None
        agency = self.opd.data if "opd" in self else ""
        return Chosen(
            person_ids=people,
            agency_id=int(agency) if agency else None,
            complaint_id=complaint,
            kind=self.jenis.data or None,
            since=day_bounds(since)[0] if since else None,
            until=day_bounds(until)[1] if until else None,
        )


def _say(field: Any, sentence: str) -> None:
    field.errors = [*field.errors, sentence]
