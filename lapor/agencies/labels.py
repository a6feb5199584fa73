"""The words of kinds of agencies."""

from flask_babel import lazy_gettext as _

from lapor.agencies.models import AcknowledgedBy, AgencyKind

KIND = {
    AgencyKind.DINAS: _("Dinas"),
    AgencyKind.BADAN: _("Badan"),
    AgencyKind.BIRO: _("Biro"),
    AgencyKind.SEKRETARIAT: _("Sekretariat"),
    AgencyKind.INSPEKTORAT: _("Inspektorat"),
    AgencyKind.SATUAN: _("Satuan"),
    AgencyKind.RSUD: _("Rumah sakit"),
    AgencyKind.UPT: _("UPT atau cabang"),
}

ACKNOWLEDGED_BY = {
    AcknowledgedBy.UNIT: _("Pimpinan unit ini"),
    AcknowledgedBy.PARENT: _("Kepala OPD induk"),
    AcknowledgedBy.BOTH: _("Keduanya"),
}

MARK = {
    "is_organiser": _("Pengelola SP4N-LAPOR!"),
    "is_oversight": _("Pengawas"),
    "oversees_inspectorate": _("Sekretariat Daerah"),
}
