"""The story of a complaint in words: facts of the journal as lines of a timeline."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from lapor.complaints.labels import REPORT_CLASS
from lapor.complaints.rules import ReportClass, masked
from lapor.core.wording import long_date, long_instant
from lapor.desk.import_labels import field_label
from lapor.dispositions.labels import RESPONSE_KIND, STAGE
from lapor.dispositions.rules import ResponseKind, Stage
from lapor.journal.labels import paper_words
from lapor.journal.queries import Fact
from lapor.reminders.labels import RECEIVER, offset_words
from lapor.reminders.rules import LETTERS, Receiver


@dataclass(frozen=True)
class Entry:
    """One line: when, what, by whom, and the words that belong to it."""

    at: datetime
    title: str
    body: str | None
    by: str | None
    marker_tone: str

    @property
    def time_text(self) -> str:
        """When, as an office writes it."""
        return long_instant(self.at)


Line = Callable[[Fact], tuple[str, str | None, str]]


def _day(text: str | None) -> str:
    return long_date(date.fromisoformat(text)) if text else ""


def _kind(fact: Fact) -> str:
    return str(RESPONSE_KIND[ResponseKind(fact.values["response_kind"])])


def _disposed(fact: Fact) -> tuple[str, str | None, str]:
    agency = fact.values.get("agency", "")
    support = fact.values.get("part") == "support"
    if fact.values.get("origin") == "import":
        return _("Berada di %(agency)s menurut LAPOR!", agency=agency), fact.values.get("note"), "info"
    title = (
        _("Disampaikan ke %(agency)s sebagai OPD pendukung", agency=agency)
        if support
        else _("Disampaikan ke %(agency)s", agency=agency)
    )
    return title, fact.values.get("note"), "info"


def _on_paper(fact: Fact) -> str | None:
    """The title of a word on paper: it names who signed and who wrote it down, so no name follows in brackets."""
    return paper_words(fact.kind, fact.exception, fact.values, actor_name=fact.actor_name, actor_post=fact.actor_post)


def _acknowledged(fact: Fact) -> tuple[str, str | None, str]:
    words = [fact.values.get("instruction") or ""]
    passed = fact.values.get("passed_on") or []
    if passed:
        words.append(_("Diteruskan kepada: %(names)s.", names=", ".join(passed)))
    if fact.values.get("order_number"):
        words.append(_("Surat perintah %(number)s.", number=fact.values["order_number"]))
    if fact.values.get("mandate_number"):
        words.append(
            _(
                "Atas mandat %(post)s nomor %(number)s.",
                post=fact.values.get("mandate_of") or "",
                number=fact.values["mandate_number"],
            )
        )
    if fact.values.get("in_list"):
        words.append(_("Dibaca dalam daftar aduan lama."))
    return (
        _on_paper(fact) or _("Diketahui %(post)s", post=fact.values.get("post", "")),
        " ".join(word for word in words if word) or None,
        "done",
    )


def _superseded(fact: Fact) -> tuple[str, str | None, str]:
    words = [fact.values.get("instruction") or ""]
    passed = fact.values.get("passed_on") or []
    if passed:
        words.append(_("Diteruskan kepada: %(names)s.", names=", ".join(passed)))
    if fact.values.get("reason"):
        words.append(f"({_('Alasan')}: {fact.values['reason']})")
    return (
        _("Pernyataan mengetahui diperbaiki oleh %(post)s", post=fact.values.get("post", "")),
        " ".join(word for word in words if word) or None,
        "soon",
    )


def _answered(fact: Fact) -> tuple[str, str | None, str]:
    day = _day(fact.values.get("posted_on"))
    agency = fact.values.get("agency", "")
    title = _("%(kind)s %(agency)s di LAPOR!, %(day)s", kind=_kind(fact), agency=agency, day=day)
    if not fact.values.get("before_known"):
        return title, fact.values.get("text"), "done"
    reason = fact.values.get("reason") or ""
    return (
        title + " · " + _("dijawab sebelum diketahui pimpinan"),
        f"{fact.values.get('text') or ''} ({_('Alasan')}: {reason})",
        "soon",
    )


def _reminded_by_person(fact: Fact) -> tuple[str, str | None, str]:
    title = _("%(name)s (%(post)s) diingatkan lewat WhatsApp", name=fact.values["person"], post=fact.values["post"])
    return title, None, "info"


def _reminded(fact: Fact) -> tuple[str, str | None, str]:
    """Who was reminded and by which rule: about times only, so it may be read wherever the times may."""
    stage, receiver = STAGE[Stage(fact.values["stage"])], Receiver(fact.values["receiver"])
    rule = _(
        "%(stage)s, %(when)s (%(day)s)",
        stage=stage,
        when=offset_words(fact.values["offset_days"]).lower(),
        day=_day(fact.values["due_on"]),
    )
    if receiver in LETTERS:
        return _("Masuk %(letter)s: %(rule)s", letter=str(RECEIVER[receiver]).lower(), rule=rule), None, "soon"
    people = ", ".join(fact.values.get("told") or [])
    return _("Pengingat kepada %(people)s: %(rule)s", people=people, rule=rule), None, "soon"


def _changed(fact: Fact) -> tuple[str, str | None, str]:
    names = ", ".join(field_label(name) for name in sorted(fact.values.get("changes") or {}))
    return _("Diperbarui dari LAPOR!"), names or None, "plain"


def _verified(fact: Fact) -> tuple[str, str | None, str]:
    given = fact.values.get("report_class")
    return _("Diverifikasi koordinator"), str(REPORT_CLASS[ReportClass(given)]) if given else None, "info"


def _closed(fact: Fact) -> tuple[str, str | None, str]:
    rating = fact.values.get("rating")
    words = fact.values.get("reason") or ""
    if rating:
        words += " " + _("Penilaian pelapor %(rating)s dari 5.", rating=rating)
    return _("Ditutup"), words or None, "done"


def _flags(fact: Fact) -> tuple[str, str | None, str]:
    state = [
        _("Anonim") if fact.values.get("is_anonymous") else _("tidak anonim"),
        _("Rahasia") if fact.values.get("is_confidential") else _("tidak rahasia"),
    ]
    return _("Sifat aduan diubah: %(state)s", state=", ".join(state)), fact.values.get("reason"), "soon"


def _held(fact: Fact) -> tuple[str, str | None, str]:
    expected = fact.values.get("expected_on")
    words = fact.values.get("reason") or ""
    if expected:
        words += " " + _("Diperkirakan lengkap %(day)s.", day=_day(expected))
    return _("Menunggu kelengkapan pelapor, batas waktu dihentikan"), words, "soon"


LINES: dict[str, Line] = {
    "complaint.registered": lambda f: (
        _("Dicatat sebagai %(number)s", number=f.values.get("number", "")),
        None,
        "plain",
    ),
    "complaint.imported": lambda f: (_("Masuk lewat impor LAPOR!"), f.values.get("lapor_status"), "plain"),
    "complaint.changed_by_import": _changed,
    "complaint.difference_settled": lambda f: (
        _("Perbedaan dengan LAPOR! diputuskan"),
        field_label(f.values.get("field", "")),
        "plain",
    ),
    "complaint.verified": _verified,
    "complaint.class_corrected": lambda f: (_("Klasifikasi diubah"), f.values.get("reason"), "plain"),
    "complaint.flags_changed": _flags,
    "complaint.held": _held,
    "complaint.resumed": lambda f: (
        _("Dilanjutkan; batas waktu mundur %(days)s hari kerja", days=f.values.get("working_days_paused", 0)),
        None,
        "info",
    ),
    "complaint.forwarded": lambda f: (
        _(
            "Diteruskan ke %(name)s pada %(day)s",
            name=f.values.get("institution", ""),
            day=_day(f.values.get("forwarded_on")),
        ),
        f.values.get("way") or None,
        "info",
    ),
    "complaint.archived": lambda f: (_("Diarsipkan"), f.values.get("reason"), "plain"),
    "complaint.closed": _closed,
    "complaint.reopened": lambda f: (_("Dibuka kembali"), f.values.get("reason"), "soon"),
    "complaint.reporter_answered": lambda f: (_("Pelapor menjawab di LAPOR!"), f.values.get("text"), "info"),
    "complaint.reporter_revealed": lambda f: (_("Data pelapor ditampilkan"), f.values.get("reason"), "soon"),
    "disposition.disposed": _disposed,
    "disposition.opened": lambda f: (
        _("Dibuka oleh pimpinan %(agency)s", agency=f.values.get("agency", "")),
        None,
        "plain",
    ),
    "disposition.acknowledged": _acknowledged,
    "disposition.acknowledgement_superseded": _superseded,
    "disposition.return_proposed": lambda f: (
        _("Admin %(agency)s mengusulkan pengembalian", agency=f.values.get("agency", "")),
        f.values.get("reason"),
        "soon",
    ),
    "disposition.returned": lambda f: (
        _("Dikembalikan %(agency)s", agency=f.values.get("agency", "")),
        f.values.get("reason"),
        "late",
    ),
    "disposition.withdrawn": lambda f: (
        _("Ditarik dari %(agency)s", agency=f.values.get("agency", "")),
        f.values.get("reason"),
        "soon",
    ),
    "disposition.handed_over": lambda f: (
        _(
            "Dialihkan dari %(former)s ke %(agency)s karena OPD ditutup atau digabung",
            former=f.values.get("from_agency", ""),
            agency=f.values.get("agency", ""),
        ),
        _("OPD penerus sudah menangani aduan ini.") if f.values.get("is_merged") else None,
        "soon",
    ),
    "disposition.handed_back": lambda f: (
        _(
            "Kembali dari %(former)s ke %(agency)s karena penutupan OPD dibatalkan",
            former=f.values.get("from_agency", ""),
            agency=f.values.get("agency", ""),
        ),
        None,
        "soon",
    ),
    "disposition.block_lifted": lambda f: (
        _("Izin khusus koordinator untuk %(agency)s", agency=f.values.get("agency", "")),
        f.values.get("reason"),
        "soon",
    ),
    "disposition.lift_ended": lambda f: (
        _("Izin khusus untuk %(agency)s dicabut", agency=f.values.get("agency", "")),
        f.values.get("reason"),
        "soon",
    ),
    "disposition.opened_by_mandate": lambda f: (
        _("Dibuka penerima mandat %(agency)s", agency=f.values.get("agency", "")),
        None,
        "plain",
    ),
    "disposition.passed_on": lambda f: (
        _("Diteruskan kepada %(names)s", names=", ".join(f.values.get("names") or [])),
        None,
        "info",
    ),
    "disposition.taken_back": lambda f: (
        _("Penerusan kepada %(name)s ditarik", name=f.values.get("name", "")),
        f.values.get("reason"),
        "soon",
    ),
    "material.sent": lambda f: (
        _("Bahan jawaban %(name)s dikirim", name=f.values.get("name", "")),
        _(
            "Dari kertas, disusun %(name)s tertanggal %(day)s.",
            name=f.values["behalf"],
            day=_day(f.values["behalf_on"]),
        )
        if f.values.get("behalf")
        else None,
        "info",
    ),
    "material.recalled": lambda f: (
        _("Bahan jawaban %(name)s ditarik untuk diperbaiki", name=f.values.get("name", "")),
        None,
        "plain",
    ),
    "material.returned": lambda f: (
        _("Bahan jawaban %(name)s dikembalikan", name=f.values.get("name", "")),
        f.values.get("reason"),
        "soon",
    ),
    "material.taken_over": lambda f: (
        _("Bahan jawaban %(name)s dipakai dalam konsep", name=f.values.get("name", "")),
        None,
        "plain",
    ),
    "response.initials_asked": lambda f: (_("%(kind)s diajukan untuk paraf", kind=_kind(f)), None, "plain"),
    "response.initialled": lambda f: (
        _("%(kind)s diparaf %(post)s", kind=_kind(f), post=f.values.get("post", "")),
        None,
        "info",
    ),
    "response.initials_refused": lambda f: (
        _("%(kind)s dikembalikan dengan catatan", kind=_kind(f)),
        f.values.get("remark"),
        "soon",
    ),
    "disposition.sheet_printed": lambda _fact: (_("Lembar disposisi dicetak"), None, "plain"),
    "disposition.sheet_photographed": lambda _fact: (_("Foto lembar disposisi diunggah"), None, "plain"),
    "disposition.sheet_checked": lambda _fact: (_("Foto lembar disposisi diperiksa koordinator"), None, "plain"),
    "disposition.sheet_refused": lambda f: (
        _("Lembar disposisi ditolak koordinator; pernyataan mengetahui kembali ditunggu")
        if f.values.get("owed_again")
        else _("Lembar disposisi ditolak koordinator"),
        f.values.get("reason"),
        "late",
    ),
    "response.draft_begun": lambda f: (
        _("Konsep tanggapan mulai ditulis %(agency)s", agency=f.values.get("agency", "")),
        None,
        "plain",
    ),
    "person.reminded": _reminded_by_person,
    "reminder.sent": _reminded,
    "response.released": lambda f: (_("%(kind)s siap dikirim", kind=_kind(f)), None, "info"),
    "response.recorded": _answered,
    "response.reviewed": lambda f: (
        _("Mutu jawaban dinilai %(quality)s dari 4", quality=f.values.get("quality", 0)),
        None,
        "plain",
    ),
}

# Only the desk sees that the reporter's data were shown; the agency must not learn that there are any.
_DESK_ONLY = frozenset({"complaint.reporter_revealed", "response.reviewed"})


def entries_of(facts: Sequence[Fact], *, may_read: bool, is_desk: bool) -> list[Entry]:
    """The timeline, newest first; without any words of the case for whom its content is closed."""
    found = []
    for fact in facts:
        line = LINES.get(fact.kind)
        if line is None or (fact.kind in _DESK_ONLY and not is_desk):
            continue
        title, body, tone = line(fact)
        system = fact.actor_name == "Sistem"
        by = (
            None
            if system or _on_paper(fact)
            else ", ".join(word for word in (fact.actor_name, fact.actor_post) if word)
        )
        found.append(Entry(fact.at, title, masked(body) if body and may_read else None, by, tone))
    return found
