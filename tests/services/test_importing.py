"""Importing exports of LAPOR!: what comes in, what follows a second file, what never changes."""

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from lapor.agencies.models import LaporUnit, UnitDecision
from lapor.calendar.services import set_setting
from lapor.complaints.models import Complaint, Pause
from lapor.complaints.rules import Origin, ReportClass, Status
from lapor.core.clock import at_local
from lapor.core.errors import Conflict, Invalid
from lapor.desk import importing
from lapor.desk.import_models import BatchState, ImportBatch, ImportRow, LaporDifference
from lapor.desk.import_queries import count_new, list_lines, list_unknown_units
from lapor.desk.import_rules import Verdict
from lapor.desk.matching import Answer, count_pending, list_pending, match
from lapor.desk.owing import OWED_FROM, count_moves
from lapor.desk.taking_over import start, take_over
from lapor.dispositions.models import Deadline, Disposition
from lapor.dispositions.rules import Stage
from lapor.journal.models import JournalEntry
from lapor.journal.verifying import broken_links
from tests.export_files import LAYOUT_17, LAYOUT_20, LAYOUT_26, csv_file, row, rows, xlsx

NOW = datetime(2024, 3, 4, 1, 0, tzinfo=UTC)
LATER = datetime(2024, 3, 11, 1, 0, tzinfo=UTC)
DISHUB = "Dinas Perhubungan Provinsi Sulawesi Tengah"


@pytest.fixture
def dishub(session, make):
    """The agency that rows name unless they say otherwise; heads owe from 1 January 2024."""
    agency = make.agency("dishub", name=DISHUB)
    set_setting(session, OWED_FROM, "2024-01-01", date(2020, 1, 1), None, NOW)
    session.commit()
    return agency


def bring(tmp_path, content, *, now=NOW, name="ekspor.xlsx", dry_run=False, tz="UTC"):
    path = tmp_path / name
    path.write_bytes(content)
    return importing.import_file(path, tz=tz, dry_run=dry_run, now=now)


def counts(report):
    return report.new, report.changed, report.same, report.rejected


def one(session, tracking_id="99000901"):
    return session.scalars(sa.select(Complaint).where(Complaint.tracking_id == tracking_id)).one()


def orders(session, complaint):
    return session.scalars(sa.select(Disposition).where(Disposition.complaint_id == complaint.id)).all()


def open_stages(session, complaint):
    found = session.scalars(
        sa.select(Deadline.stage).where(Deadline.complaint_id == complaint.id, Deadline.is_open.is_(True))
    )
    return set(found)


def total(session, model):
    return session.scalar(sa.select(sa.func.count()).select_from(model))


@pytest.mark.parametrize(
    "content",
    [
        xlsx(rows(30)),
        xlsx(rows(30), LAYOUT_20, generated=None),
        xlsx(rows(30), LAYOUT_26),
        csv_file(rows(30), LAYOUT_20, delimiter=";", encoding="cp1252"),
        csv_file(rows(30), LAYOUT_17, delimiter="\t", generated="2024-02-01"),
    ],
    ids=["17", "20", "26", "csv-semicolon-1252", "csv-tab"],
)
def test_every_layout_comes_in_and_again_changes_nothing(session, dishub, tmp_path, content):
    assert counts(bring(tmp_path, content)) == (30, 0, 0, 0)
    before = total(session, JournalEntry)
    versions = session.execute(sa.select(Complaint.id, Complaint.version).order_by(Complaint.id)).all()
    report = bring(tmp_path, content, now=LATER)
    assert counts(report) == (0, 0, 30, 0)
    assert total(session, JournalEntry) == before + 1
    assert session.execute(sa.select(Complaint.id, Complaint.version).order_by(Complaint.id)).all() == versions
    assert total(session, ImportRow) == 0
    assert list(broken_links(session)) == []


def test_a_second_layout_of_the_same_rows_makes_no_doubles_and_teaches_the_ids(session, dishub, tmp_path):
    made = rows(30)
    bring(tmp_path, xlsx(made))
    report = bring(tmp_path, xlsx(made[:12], LAYOUT_20, generated=None), now=LATER)
    assert counts(report) == (0, 0, 12, 0)
    assert total(session, Complaint) == 30
    unit = session.scalars(sa.select(LaporUnit).where(LaporUnit.name == DISHUB)).one()
    assert unit.lapor_id == "880002"


def test_a_row_with_a_known_agency_is_given_to_it_and_owed(session, dishub, tmp_path):
    bring(tmp_path, xlsx([row()]))
    complaint = one(session)
    (order,) = orders(session, complaint)
    assert (order.agency_id, order.origin, order.disposed_at) == (dishub.id, Origin.IMPORT, NOW)
    assert order.is_owed
    assert complaint.status is Status.DISPOSED
    assert complaint.received_at == datetime(2024, 1, 18, 1, 33, 26, tzinfo=UTC)
    assert complaint.lapor_received == "18 Jan 2024 01:33:26 UTC"
    assert open_stages(session, complaint) == {Stage.ACKNOWLEDGEMENT, Stage.FIRST_FOLLOW_UP, Stage.COMPLETION}


def test_before_the_day_rows_are_history_and_wait_for_nobody(session, dishub, tmp_path):
    bring(
        tmp_path,
        xlsx(
            [
                row("99000901", tanggal_laporan_masuk="31 Dec 2023", waktu_laporan_masuk="15:59:59"),
                row("99000902", tanggal_laporan_masuk="31 Dec 2023", waktu_laporan_masuk="16:00:00"),
            ]
        ),
    )
    history, owed = one(session, "99000901"), one(session, "99000902")
    assert (history.is_history, owed.is_history) == (True, False)
    assert [order.is_owed for order in orders(session, history) + orders(session, owed)] == [False, True]
    assert open_stages(session, history) == set()


@pytest.mark.parametrize(
    ("status", "unit", "expected", "stages"),
    [
        ("Ditutup oleh Sistem", DISHUB, Status.DISPOSED, {Stage.ACKNOWLEDGEMENT}),
        ("Ditutup oleh Sistem", "", Status.CLOSED, set()),
        ("Ditutup oleh Sistem", "Kecamatan Rekaan", Status.RECEIVED, set()),
        ("Diarsipkan oleh Admin", DISHUB, Status.ARCHIVED, set()),
        ("Konten Terblokir", "", Status.ARCHIVED, set()),
        ("Belum Terverifikasi", "", Status.RECEIVED, {Stage.VERIFICATION}),
        ("Menunggu Kelengkapan Informasi", "", Status.ON_HOLD, {Stage.VERIFICATION}),
        ("Status Baru LAPOR!", "", Status.RECEIVED, {Stage.VERIFICATION}),
    ],
)
def test_what_follows_from_the_status_in_lapor(session, dishub, tmp_path, status, unit, expected, stages):
    bring(tmp_path, xlsx([row(status_laporan=status, instansi_terdisposisi=unit)]))
    complaint = one(session)
    assert complaint.status is expected
    assert open_stages(session, complaint) == stages
    assert complaint.lapor_status == status


def test_waiting_for_the_reporter_pauses_and_goes_on_with_lapor(session, dishub, tmp_path):
    waiting = row(status_laporan="Menunggu Kelengkapan Informasi", alasan_tunda_arsip="Mohon alamat.")
    bring(tmp_path, xlsx([waiting]))
    complaint = one(session)
    assert (complaint.on_hold_reason, complaint.on_hold_since) == ("Mohon alamat.", date(2024, 3, 4))
    bring(tmp_path, xlsx([row()], generated="2024-03-10"), now=LATER)
    session.refresh(complaint)
    assert complaint.on_hold_since is None
    assert session.scalars(sa.select(Pause.ends_on)).all() == [date(2024, 3, 11)]
    assert complaint.status is Status.DISPOSED


def test_what_lapor_changes_follows_and_is_noted(session, dishub, tmp_path):
    bring(tmp_path, xlsx([row()]))
    changed = row(judul_laporan="Lampu jalan padam lagi", klasifikasi_laporan="Aspirasi")
    report = bring(tmp_path, xlsx([changed], generated="2024-03-10"), now=LATER)
    assert counts(report) == (0, 1, 0, 0)
    complaint = one(session)
    assert complaint.title == complaint.lapor_title == "Lampu jalan padam lagi"
    assert complaint.report_class is ReportClass.ASPIRATION
    assert complaint.lapor_changed_at is None
    assert total(session, LaporDifference) == 0
    days = session.scalar(sa.select(Deadline.working_days).where(Deadline.stage == Stage.COMPLETION))
    assert days == 5


def test_what_a_person_has_set_stays_and_the_difference_becomes_a_task(session, dishub, tmp_path):
    bring(tmp_path, xlsx([row()]))
    complaint = one(session)
    complaint.report_class, complaint.touched_at = ReportClass.INFORMATION, NOW
    session.commit()
    changed = row(
        klasifikasi_laporan="Aspirasi", status_laporan="Ditutup oleh Sistem", isi_laporan_akhir="Isi yang diubah."
    )
    bring(tmp_path, xlsx([changed], generated="2024-03-10"), now=LATER)
    session.refresh(complaint)
    assert complaint.report_class is ReportClass.INFORMATION
    assert (complaint.lapor_class, complaint.lapor_status) == ("Aspirasi", "Ditutup oleh Sistem")
    assert complaint.closed_at is None
    assert (complaint.text, complaint.lapor_changed_at) == ("Isi yang diubah.", LATER)
    assert set(session.scalars(sa.select(LaporDifference.field))) == {"class", "status"}


def test_the_stricter_flag_wins_and_is_never_taken_back(session, dishub, tmp_path):
    bring(tmp_path, xlsx([row(nama_pelapor="Nama Samaran")], LAYOUT_26))
    complaint = one(session)
    assert complaint.reporter_name == "Nama Samaran"
    strict = row(nama_pelapor="Nama Samaran", tipe_laporan_anonim_rahasia="Anonim|Rahasia")
    bring(tmp_path, xlsx([strict], LAYOUT_26, generated="2024-03-10"), now=LATER)
    session.refresh(complaint)
    assert (complaint.is_anonymous, complaint.is_confidential, complaint.reporter_name) == (True, True, None)
    bring(tmp_path, xlsx([row(nama_pelapor="Nama Samaran")], LAYOUT_26, generated="2024-03-11"), now=LATER)
    session.refresh(complaint)
    assert (complaint.is_anonymous, complaint.is_confidential, complaint.reporter_name) == (True, True, None)
    assert session.scalars(sa.select(LaporDifference.field)).all() == ["type"]


def test_a_file_without_flags_brings_new_ones_in_sealed(session, dishub, tmp_path):
    layout = [name for name in LAYOUT_26 if not name.startswith("Tipe")]
    bring(tmp_path, xlsx([row(nama_pelapor="Nama Samaran")], layout))
    complaint = one(session)
    assert (complaint.is_anonymous, complaint.is_confidential, complaint.reporter_name) == (True, True, None)


def test_a_missing_column_leaves_what_is_stored(session, dishub, tmp_path):
    bring(tmp_path, xlsx([row(tipe_laporan_anonim_rahasia="Rahasia")]))
    layout = ["Tracking ID", "Status Laporan"]
    bring(tmp_path, xlsx([row(status_laporan="Ditutup oleh Admin")], layout, generated="2024-03-10"), now=LATER)
    complaint = one(session)
    assert complaint.lapor_status == "Ditutup oleh Admin"
    assert (complaint.lapor_title, complaint.lapor_type) == ("Lampu jalan padam", "Rahasia")
    assert complaint.lapor_unit_id is not None
    fresh = bring(tmp_path, xlsx([row("99000999")], layout, generated="2024-03-10"), now=LATER)
    assert counts(fresh) == (0, 0, 0, 1)


def test_an_older_file_overwrites_nothing_but_brings_new_rows(session, dishub, tmp_path):
    bring(tmp_path, xlsx([row(judul_laporan="Judul terbaru")], generated="2024-03-01"))
    older = xlsx([row(judul_laporan="Judul lama"), row("99000902")], generated="2024-02-01")
    report = bring(tmp_path, older, now=LATER)
    assert (counts(report), report.older) == ((1, 0, 1, 0), 1)
    assert one(session).title == "Judul terbaru"


def test_a_file_without_its_date_asks_before_it_changes_anything(session, dishub, tmp_path):
    bring(tmp_path, xlsx([row()]))
    changed = xlsx([row(judul_laporan="Judul baru")], LAYOUT_20, generated=None)
    batch_id = importing.stage_file(changed, file_name="x.xlsx", zone="UTC", actor=None, now=LATER)
    with pytest.raises(Invalid) as refused:
        start(session, batch_id, actor=None, now=LATER)
    assert refused.value.field == "generated_on"
    start(session, batch_id, generated_on=date(2023, 1, 1), actor=None, now=LATER)
    session.commit()
    importing.run(batch_id, actor=None, now=LATER)
    assert one(session).title == "Lampu jalan padam"


def test_it_joins_a_complaint_written_down_by_hand(session, dishub, make, tmp_path):
    by_hand = make.complaint("Judul dari surat", tracking_id="99000901", touched_at=NOW, category="Jalan")
    session.commit()
    report = bring(tmp_path, xlsx([row()]))
    assert counts(report) == (0, 1, 0, 0)
    session.refresh(by_hand)
    assert total(session, Complaint) == 1
    assert (by_hand.origin, by_hand.title, by_hand.channel) == (Origin.MANUAL, "Judul dari surat", "Website")
    assert by_hand.lapor_title == "Lampu jalan padam"
    assert {"title", "category", "unit"} <= set(session.scalars(sa.select(LaporDifference.field)))
    assert counts(bring(tmp_path, xlsx([row()]), now=LATER)) == (0, 0, 1, 0)


def test_rejected_rows_are_told_with_row_and_reason(session, dishub, tmp_path):
    report = bring(
        tmp_path,
        xlsx(
            [
                row("12"),
                row("99000901"),
                row("99000901", tipe_laporan_anonim_rahasia="Rahasia"),
                row("99000903", tanggal_laporan_masuk="31 Feb 2024"),
            ]
        ),
    )
    assert counts(report) == (1, 0, 0, 3)
    assert 'Baris 12 ditolak: Tracking ID "12" bukan 6 sampai 10 angka.' in report.lines()
    assert [number for number, _reason in report.rejected_rows] == [12, 14, 15]
    assert one(session).is_confidential


def test_a_dry_run_changes_nothing(session, dishub, tmp_path):
    before = total(session, JournalEntry)
    report = bring(tmp_path, xlsx(rows(5)), dry_run=True)
    assert counts(report) == (5, 0, 0, 0)
    assert [total(session, model) for model in (Complaint, ImportBatch, ImportRow, LaporUnit)] == [0, 0, 0, 0]
    assert total(session, JournalEntry) == before


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"nama;umur\n", xlsx(rows(20))[:2500]])
def test_a_refused_file_leaves_nothing_behind(session, dishub, tmp_path, content):
    with pytest.raises(Invalid) as refused:
        bring(tmp_path, content)
    assert "Tidak ada data yang berubah." in refused.value.sentence
    assert [total(session, model) for model in (Complaint, ImportBatch, ImportRow)] == [0, 0, 0]


def test_an_unknown_zone_is_refused(session, dishub, tmp_path):
    with pytest.raises(Invalid):
        bring(tmp_path, xlsx(rows(1)), tz="Asia/Atlantis")


def test_a_cut_off_import_goes_on_where_it_was(session, dishub):
    batch_id = importing.stage_file(xlsx(rows(20)), file_name="x.xlsx", zone="UTC", actor=None, now=NOW)
    start(session, batch_id, actor=None, now=NOW)
    assert take_over(session, batch_id, 7, actor=None, now=NOW) == 7
    session.commit()
    with pytest.raises(Conflict):
        start(session, batch_id, actor=None, now=NOW)
    session.rollback()
    told = []
    importing.run(batch_id, actor=None, now=LATER, tell=lambda done, of: told.append((done, of)))
    batch = session.get(ImportBatch, batch_id)
    session.refresh(batch)
    assert (batch.state, batch.new, batch.done, batch.expected) == (BatchState.DONE, 20, 20, 20)
    assert told[-1] == (13, 13)
    assert total(session, Complaint) == 20


# --- units


def test_a_unit_is_matched_once_for_what_waits_and_for_what_comes(session, dishub, make, tmp_path):
    coordinator = make.actor(make.coordinator(), NOW)
    undata = make.agency("undata", name="UPT Rumah Sakit Umum Daerah Undata Provinsi Sulawesi Tengah")
    session.commit()
    named = {"instansi_terdisposisi": "UPT. RSU UNDATA PALU", "id_instansi_terdisposisi": "880004"}
    bring(tmp_path, xlsx([row("99000901", **named), row("99000902", **named)], LAYOUT_20, generated=None))
    (pending,) = list_pending(session)
    assert (pending.complaints, pending.suggestions[0].agency_id) == (2, undata.id)
    assert orders(session, one(session, "99000901")) == []
    match(session, {pending.unit_id: Answer(undata.id, is_below=True)}, actor=coordinator, now=LATER)
    session.commit()
    assert importing.settle_units(actor=coordinator, now=LATER) == 2
    (order,) = orders(session, one(session, "99000901"))
    assert (order.agency_id, order.unit_name, order.is_owed) == (undata.id, "UPT. RSU UNDATA PALU", True)
    other = {"instansi_terdisposisi": "RS Undata", "id_instansi_terdisposisi": "880004"}
    bring(tmp_path, xlsx([row("99000903", **other)], LAYOUT_20, generated=None), now=LATER)
    assert count_pending(session) == 0
    assert [order.agency_id for order in orders(session, one(session, "99000903"))] == [undata.id]


def test_a_unit_outside_the_province(session, dishub, make, tmp_path):
    coordinator = make.actor(make.coordinator(), NOW)
    session.commit()
    named = {"instansi_terdisposisi": "Dinas Sosial Kabupaten Rekaan"}
    bring(
        tmp_path,
        xlsx([row("99000901", **named), row("99000902", status_laporan="Ditutup oleh Pelapor", **named)]),
    )
    (pending,) = list_pending(session)
    match(session, {pending.unit_id: Answer(None)}, actor=coordinator, now=LATER)
    session.commit()
    importing.settle_units(actor=coordinator, now=LATER)
    still, closed = one(session, "99000901"), one(session, "99000902")
    assert (still.status, closed.status) == (Status.RECEIVED, Status.CLOSED)
    assert open_stages(session, still) == {Stage.VERIFICATION}
    assert session.scalars(sa.select(LaporUnit.decision)).all() == [UnitDecision.OUTSIDE]


def test_two_people_with_the_same_page_do_not_undo_each_other(session, dishub, make, tmp_path):
    coordinator = make.actor(make.coordinator(), NOW)
    session.commit()
    bring(tmp_path, xlsx([row(instansi_terdisposisi="Unit Rekaan")]))
    (pending,) = list_pending(session)
    assert match(session, {pending.unit_id: Answer(dishub.id)}, actor=coordinator, now=NOW) == [pending.unit_id]
    assert match(session, {pending.unit_id: Answer(None)}, actor=coordinator, now=NOW) == []


def test_what_a_person_took_up_is_left_to_him(session, dishub, make, tmp_path):
    coordinator = make.actor(make.coordinator(), NOW)
    session.commit()
    bring(tmp_path, xlsx([row(instansi_terdisposisi="Unit Rekaan")]))
    complaint = one(session)
    complaint.touched_at = NOW
    (pending,) = list_pending(session)
    match(session, {pending.unit_id: Answer(dishub.id)}, actor=coordinator, now=NOW)
    session.commit()
    importing.settle_units(actor=coordinator, now=NOW)
    assert orders(session, complaint) == []


def test_lapor_names_another_unit_later(session, dishub, make, tmp_path):
    other = make.agency("dlh", name="Dinas Lingkungan Hidup Provinsi Sulawesi Tengah")
    session.commit()
    bring(tmp_path, xlsx([row("99000901"), row("99000902", instansi_terdisposisi="")]))
    moved = [row(number, instansi_terdisposisi=other.name) for number in ("99000901", "99000902")]
    bring(tmp_path, xlsx(moved, generated="2024-03-10"), now=LATER)
    first, second = one(session, "99000901"), one(session, "99000902")
    assert [order.agency_id for order in orders(session, first)] == [dishub.id]
    assert [order.agency_id for order in orders(session, second)] == [other.id]
    assert session.scalars(sa.select(LaporDifference.complaint_id)).all() == [first.id]
    assert open_stages(session, second) >= {Stage.ACKNOWLEDGEMENT}


# --- the day, the preview


def test_the_day_can_be_moved_and_what_was_touched_never_becomes_history(session, dishub, tmp_path):
    bring(tmp_path, xlsx([row("99000901"), row("99000902"), row("99000903", tanggal_laporan_masuk="1 Feb 2023")]))
    touched = one(session, "99000902")
    touched.touched_at = NOW
    session.commit()
    assert count_moves(session, date(2024, 2, 1)) == (1, 0)
    assert count_moves(session, date(2023, 1, 1)) == (0, 1)
    for day, expected in ((date(2024, 2, 1), [True, False, True]), (date(2023, 1, 1), [False, False, False])):
        batch_id = importing.stage_file(xlsx([row("99000901")]), file_name="x", zone="UTC", actor=None, now=LATER)
        start(session, batch_id, owed_from=day, actor=None, now=LATER)
        session.commit()
        importing.run(batch_id, actor=None, now=LATER)
        session.expire_all()
        found = [one(session, f"9900090{number}") for number in (1, 2, 3)]
        assert [complaint.is_history for complaint in found] == expected
        assert [order.is_owed for complaint in found for order in orders(session, complaint)] == [
            not is_history for is_history in expected
        ]
    third = one(session, "99000903")
    assert open_stages(session, third) >= {Stage.ACKNOWLEDGEMENT}
    assert total(session, Deadline) == 9


def test_the_preview_counts_and_hides_confidential_words(session, dishub, tmp_path):
    bring(tmp_path, xlsx([row("99000901", judul_laporan="PENANDA rahasia", tipe_laporan_anonim_rahasia="Rahasia")]))
    content = xlsx(
        [
            row("99000901", judul_laporan="PENANDA dua", tipe_laporan_anonim_rahasia="Rahasia"),
            row("99000902", judul_laporan="PENANDA tiga", tipe_laporan_anonim_rahasia="Anonim|Rahasia"),
            row("99000903", tanggal_laporan_masuk="1 Feb 2023", instansi_terdisposisi="Unit Rekaan"),
            row("99000904", instansi_terdisposisi=""),
        ],
        generated="2024-03-10",
    )
    batch_id = importing.stage_file(content, file_name="x", zone="UTC", actor=None, now=LATER)
    new = count_new(session, batch_id, date(2024, 1, 1))
    assert (new.history, new.owed, new.others) == (1, 1, 1)
    assert list_unknown_units(session, batch_id, LATER) == [("Unit Rekaan", 1)]
    (changed,) = list_lines(session, batch_id, Verdict.CHANGED, offset=0, limit=9)
    assert (changed.is_withheld, changed.title) == (True, "")
    lines = list_lines(session, batch_id, Verdict.NEW, offset=0, limit=9)
    assert [line.title for line in lines] == ["", "Lampu jalan padam", "Lampu jalan padam"]


def test_received_on_is_the_day_in_the_office(session, dishub, tmp_path):
    bring(tmp_path, xlsx([row(waktu_laporan_masuk="17:00:00")]))
    complaint = one(session)
    assert complaint.received_on == date(2024, 1, 19)
    assert complaint.received_at == at_local(date(2024, 1, 19), 1)
