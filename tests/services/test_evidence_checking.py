"""What people read, edited beside the application while the journal is left alone."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.core.clock import at_local
from lapor.core.db import db
from lapor.dispositions import acknowledging, returning, superseding
from lapor.dispositions.models import Acknowledgement, Disposition
from lapor.documents.models import Document
from lapor.evidence.checking import mismatches
from lapor.journal.models import JournalDetail, JournalEntry
from lapor.journal.rules import detail_digest
from tests.factories import MORNING, Make
from tests.services.test_tampering import tamper, verify


@pytest.fixture
def known(session: Session, make: Make, clock) -> Acknowledgement:
    """A statement with its proof; others stand beside it, one superseded, one given with a return."""
    clock.at("2026-03-04 10:00")
    now = at_local(MORNING.date(), 14)
    agency = make.agency("bpbd")
    head = make.actor(make.head(agency), now)
    made = []
    for place in range(3):
        complaint = make.complaint(f"Jalan rusak {place}", is_verified=True)
        order = make.disposition(complaint, agency)
        acknowledging.note_opened(session, order, actor=head, now=now)
        digest = acknowledging.digest_of(acknowledging.shown_to_head(complaint, order))
        if place == 2:
            returning.return_to_coordinator(
                session, order, reason="Jalan kabupaten, bukan provinsi.", digest=digest, actor=head, now=now
            )
            continue
        made.append(
            acknowledging.acknowledge(session, order, digest=digest, instruction="Cek lapangan.", actor=head, now=now)
        )
    order = session.get_one(Disposition, made[1].disposition_id)
    superseding.supersede_acknowledgement(
        session,
        order,
        digest=made[1].digest,
        instruction="Lain.",
        reason="Keliru",
        actor=head,
        now=now,
    )
    session.commit()
    return made[0]


def test_what_was_left_alone_is_whole(app, session, known):
    assert list(mismatches(session)) == []
    result = verify(app)
    assert result.exit_code == 0, result.output
    assert "Pernyataan mengetahui dan dokumen sesuai catatannya." in result.output
    assert "Tidak diperiksa: catatan pembaca" in result.output


EDITS = {
    "instruction": ("instruction = 'Abaikan.'", "arahan"),
    "no instruction": ("instruction = NULL", "arahan"),
    "name": ("person_name = 'Orang Lain'", "nama"),
    "post": ("post_title = 'Sekretaris'", "jabatan"),
    "capacity": ("capacity = 'plh'", "kedudukan"),
    "order": ("order_number = '800/1'", "surat perintah"),
    "way": ("way = 'mandate'", "cara"),
    "means": ("means = 'passkey'", "cara memastikan orangnya"),
    "device": ("device = 'Ponsel'", "perangkat"),
    "digest": (f"digest = '{'a' * 64}'", "sidik yang dibaca"),
    "shown": ('shown_json = \'{"title": "Lain"}\'', "isi yang dibaca"),
    "opened": ("opened_at = '2026-03-01 01:00:00.000000'", "waktu dibuka"),
    "time": ("acknowledged_at = '2026-03-01 01:00:00.000000'", "waktu diketahui"),
    "day": ("acknowledged_on = '2026-03-01'", "tanggal diketahui"),
    "refused": ("voided_at = '2026-03-05 01:00:00.000000'", "penolakannya"),
    "superseded": ("superseded_by_id = id", "penggantinya"),
}


@pytest.mark.parametrize(("edit", "field"), EDITS.values(), ids=EDITS.keys())
def test_an_edited_statement_is_named_with_what_differs(app, session, known, edit, field):
    key, order = known.id, session.get_one(Disposition, known.disposition_id)
    reference = session.scalar(
        sa.text("SELECT tracking_id FROM complaint WHERE id = :key"), {"key": order.complaint_id}
    )
    tamper(app, session, f"UPDATE acknowledgement SET {edit} WHERE id = {key}")
    result = verify(app)
    assert result.exit_code == 1, result.output
    assert f"Pernyataan mengetahui nomor {key} (aduan #{reference}) tidak sesuai catatan " in result.output
    assert field in result.output


def test_a_statement_of_somebody_else_is_named(app, session, known, make):
    other, key = make.person(), known.id
    session.commit()
    tamper(app, session, f"UPDATE acknowledgement SET person_id = {other.id} WHERE id = {key}")
    assert "tidak sesuai catatan" in verify(app).output


def test_a_statement_that_was_put_in_or_taken_away_is_named(app, session, known):
    key, order = known.id, known.disposition_id
    columns = ", ".join(column.name for column in Acknowledgement.__table__.columns if column.name != "id")
    tamper(
        app, session, f"INSERT INTO acknowledgement (id, {columns}) SELECT 99, {columns} FROM acknowledgement LIMIT 1"
    )
    assert "Pernyataan mengetahui nomor 99" in verify(app).output
    tamper(
        app,
        session,
        f"DELETE FROM acknowledgement WHERE id IN (99, {key})",
        f"UPDATE disposition SET acknowledged_on = NULL WHERE id = {order}",
    )
    output = verify(app).output
    assert f"Pernyataan mengetahui nomor {key} (aduan #" in output
    assert "tidak ada lagi" in output


@pytest.mark.parametrize("day", ["'2026-03-01'", "NULL"])
def test_another_day_of_the_order_is_named(app, session, known, day):
    order = known.disposition_id
    tamper(app, session, f"UPDATE disposition SET acknowledged_on = {day} WHERE id = {order}")
    result = verify(app)
    assert result.exit_code == 1
    assert f"Disposisi nomor {order} " in result.output


PAPERS = {
    "digest": (f"digest = '{'a' * 64}'", "sidik dokumen"),
    "content": ("content_json = '{}'", "isi"),
    "code": ("code = 'AAAAAAAAAAAAAAAAAAAAAAAAAA'", "kode"),
    "kind": ("kind = 'disposition_sheet'", "jenis"),
    "complaint": ("complaint_id = NULL", "aduan"),
    "file": (f"file_sha256 = '{'a' * 64}'", "sidik berkas"),
    "cancelled": ("cancelled_at = '2026-03-05 01:00:00.000000'", "pembatalan"),
    "superseded": ("superseded_at = '2026-03-05 01:00:00.000000'", "penggantinya"),
}


@pytest.mark.parametrize(("edit", "field"), PAPERS.values(), ids=PAPERS.keys())
def test_an_edited_paper_is_named(app, session, known, edit, field):
    paper = session.scalars(sa.select(Document.id).where(Document.subject_id == known.id)).one()
    tamper(app, session, f"UPDATE document SET {edit} WHERE id = {paper}")
    result = verify(app)
    assert result.exit_code == 1
    assert f"Dokumen nomor {paper} tidak sesuai catatan " in result.output
    assert f"{field}" in result.output


def test_a_paper_that_proves_another_statement_is_named(app, session, known):
    tamper(app, session, f"UPDATE document SET subject_id = subject_id + 2 WHERE subject_id = {known.id}")
    assert verify(app).exit_code == 1


def test_a_paper_without_a_fact_or_a_fact_without_its_paper_is_named(app, session, known):
    paper = session.scalars(sa.select(Document.id).where(Document.subject_id == known.id)).one()
    tamper(app, session, f"UPDATE document SET id = 99 WHERE id = {paper}")
    output = verify(app).output
    assert "Dokumen nomor 99 tidak ada catatannya" in output
    assert f"dokumen nomor {paper} yang tidak ada lagi" in output


def test_a_row_that_cannot_be_read_is_named(app, session, known):
    if session.get_bind().dialect.name == "postgresql":
        pytest.skip("PostgreSQL itself refuses it")
    order, paper = known.disposition_id, session.scalars(sa.select(Document.id).limit(1)).one()
    tamper(
        app,
        session,
        f"UPDATE acknowledgement SET acknowledged_at = 'garbage' WHERE id = {known.id}",
        f"UPDATE document SET content_json = '{{bad' WHERE id = {paper}",
    )
    output = verify(app).output
    assert f"Pernyataan mengetahui pada disposisi nomor {order} tidak dapat dibaca lagi" in output
    assert f"Dokumen nomor {paper} tidak dapat dibaca lagi" in output


@pytest.mark.parametrize("edit", ["chain_seq = 'abc'", "chain_hash = x'ff'", "chain_hash = NULL, chain_seq = 1"])
def test_a_paper_whose_link_is_none_is_named(app, session, known, edit):
    if session.get_bind().dialect.name == "postgresql":
        pytest.skip("PostgreSQL itself refuses it")
    paper = session.scalars(sa.select(Document.id).where(Document.subject_id == known.id)).one()
    tamper(app, session, f"UPDATE document SET {edit} WHERE id = {paper}")
    output = verify(app).output
    assert output.startswith(f"Dokumen nomor {paper} tidak sesuai catatan")
    assert "mata rantai" in output


@pytest.mark.parametrize("kind", ["disposition.acknowledged", "document.registered"])
def test_a_fact_without_its_values_in_a_chain_made_anew_is_named(session, known, kind):
    """The whole chain fits again, but no fact of the application says so little."""
    of_kind = sa.select(JournalEntry).where(JournalEntry.kind == kind).order_by(JournalEntry.seq)
    entry = session.scalars(of_kind).first()
    detail = session.get_one(JournalDetail, entry.seq)
    detail.values = {"x": 1}
    entry.digest = detail_digest(detail.salt, detail.values)
    session.commit()
    assert any("tidak dapat dibaca lagi" in words for words in mismatches(session))


def test_values_erased_by_law_are_no_difference(app, session, known, make):
    from lapor.journal.services import erase_values

    now = at_local(MORNING.date(), 15)
    seqs = session.scalars(
        sa.select(JournalEntry.seq).where(JournalEntry.complaint_id.is_not(None)).order_by(JournalEntry.seq)
    ).all()
    erase_values(session, seqs, reason="Permohonan", actor=make.actor(make.administrator(), now), now=now)
    session.commit()
    assert list(mismatches(db.session())) == []


def test_the_fictional_load_is_passed_over_outside_of_production(session, make):
    agency = make.agency("bpbd")
    row = make.acknowledged(make.disposition(make.complaint(is_verified=True), agency), make.head(agency))
    session.commit()
    assert list(mismatches(session, with_generated=True)) == []
    assert f"nomor {row.id} " in next(mismatches(session))
