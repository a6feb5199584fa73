"""What a complaint is: classes, flags, LAPOR!'s own statuses, masking of identity numbers. Pure."""

import re
from enum import StrEnum


class ReportClass(StrEnum):
    """Report classes as LAPOR! exports them; blank is None."""

    SUPERVISORY = "supervisory"
    NON_SUPERVISORY = "non_supervisory"
    INFORMATION = "information"
    ASPIRATION = "aspiration"


LAPOR_CLASSES = {
    "Pengaduan Berkadar Pengawasan": ReportClass.SUPERVISORY,
    "Pengaduan Tidak Berkadar Pengawasan": ReportClass.NON_SUPERVISORY,
    "Permintaan Informasi": ReportClass.INFORMATION,
    "Aspirasi": ReportClass.ASPIRATION,
}


class Origin(StrEnum):
    """How a complaint, or a disposition, came into this system."""

    MANUAL = "manual"
    IMPORT = "import"


class ReportedParty(StrEnum):
    """Who is reported: the mandatory question at verification (office.md 1.2)."""

    NONE = "none"
    STAFF = "staff"
    HEAD = "head"
    OPERATOR = "operator"
    COORDINATOR_OFFICE = "coordinator_office"


# About these the agency itself sees nothing; they go to the Inspektorat only.
WITHHELD_FROM_AGENCY = frozenset({ReportedParty.HEAD, ReportedParty.OPERATOR, ReportedParty.COORDINATOR_OFFICE})


class Status(StrEnum):
    """The shown status of a complaint, derived from its facts and its dispositions."""

    RECEIVED = "received"
    VERIFIED = "verified"
    DISPOSED = "disposed"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    FINISHED = "finished"
    CLOSED = "closed"
    ON_HOLD = "on_hold"
    RETURNED = "returned"
    FORWARDED = "forwarded"
    ARCHIVED = "archived"


OPEN_STATUSES = frozenset(
    {
        Status.RECEIVED,
        Status.VERIFIED,
        Status.DISPOSED,
        Status.ACKNOWLEDGED,
        Status.IN_PROGRESS,
        Status.FINISHED,
        Status.ON_HOLD,
        Status.RETURNED,
    }
)

LAPOR_CLOSED = frozenset({"Ditutup oleh Sistem", "Ditutup oleh Admin", "Ditutup oleh Pelapor"})
LAPOR_ARCHIVED = frozenset(
    {"Diarsipkan oleh Admin", "Diarsipkan oleh Pelapor", "Diarsipkan oleh Sistem", "Konten Terblokir"}
)
LAPOR_UNVERIFIED = "Belum Terverifikasi"
LAPOR_VERIFIED = "Terverifikasi"
LAPOR_WAITING_FOR_REPORTER = "Menunggu Kelengkapan Informasi"


def is_withheld(is_confidential: bool, reported_party: ReportedParty | None) -> bool:
    """Whether the content is closed to all but those who handle it."""
    return is_confidential or reported_party in WITHHELD_FROM_AGENCY


# Sixteen digits (NIK), phone numbers with separators, and addresses of mail.
_NIK = re.compile(r"(?<!\d)(?:\d[ .\-]?){15}\d(?!\d)")
_PHONE = re.compile(r"(?<![\d])(?:\+?62|0)[ .\-]?8(?:[ .\-]?\d){7,11}(?!\d)")
_LANDLINE = re.compile(r"(?<![\d])\(?0[2-9]\d{1,2}\)?[ .\-]?\d{3,4}[ .\-]?\d{3,4}(?!\d)")
# the look back keeps it linear: without it a run of 20,000 letters is tried from each of them (seconds)
_MAIL = re.compile(r"(?<![\w.+\-])[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")


def masked(text: str) -> str:
    """``text`` with identity numbers, phone numbers and mail addresses made unreadable (domain.md)."""
    text = _MAIL.sub("[pos-el disamarkan]", text)
    text = _NIK.sub("[nomor identitas disamarkan]", text)
    text = _PHONE.sub("[nomor telepon disamarkan]", text)
    return _LANDLINE.sub("[nomor telepon disamarkan]", text)


def has_personal_data(text: str) -> bool:
    """Whether ``text`` holds something that looks like a NIK, a phone number or a mail address."""
    return masked(text) != text
