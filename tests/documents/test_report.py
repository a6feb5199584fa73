"""The evaluation report: its parts, its figures, the mark KONSEP, and that its bytes can be made again."""

import re
import subprocess
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lapor.core.clock import at_local
from lapor.evaluations.events import CycleChanged
from lapor.evaluations.models import EvaluationCycle
from lapor.evaluations.report import build_report, evaluation_pdf, report_html
from lapor.evaluations.services import CycleParticulars, create_cycle, lock_data, publish_cycle
from lapor.journal.queries import chain_head
from lapor.journal.rules import anchor_words
from lapor.journal.services import record
from tests.evaluated_year import make_years
from tests.factories import Make

NOW = at_local(date(2021, 12, 20), 10)
MARKER = "Penanda Rahasia Tujuh Belas"


def words_of(pdf: bytes, folder: Path) -> str:
    """The text of a PDF with spaces made single."""
    path = folder / "laporan.pdf"
    path.write_bytes(pdf)
    found = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True)
    return " ".join(found.stdout.split())


def cycle_of_2021(session: Session, make: Make, **values: Any) -> EvaluationCycle:
    head = make.head(
        make.office(),
        name="Salmiah Tandigau",
        title="Kepala Dinas Komunikasi dan Informatika",
    )
    head.person.front_title, head.person.back_title, head.person.rank = "Dra. Hj.", "M.Si.", "Pembina Utama Madya"
    particulars = {
        "obstacles": "Admin sering berganti.\nBahan jawaban dari bidang teknis terlambat.",
        "recommendations": "Setiap pergantian admin dilengkapi berita acara serah terima.",
        "report_number": "480/160/DKIPS/2021",
        "report_date": date(2021, 12, 20),
        "signer_id": head.assignment.id,
        **values,
    }
    return create_cycle(
        session,
        CycleParticulars(
            "Evaluasi Pengelolaan SP4N-LAPOR! Tahun 2021", 2021, date(2021, 1, 1), date(2021, 11, 30), **particulars
        ),
        actor=None,
        now=NOW,
    )


@pytest.fixture
def cycle(session: Session, make: Make) -> EvaluationCycle:
    make_years(make)
    return cycle_of_2021(session, make)


def test_the_report_has_its_parts_and_its_figures(session: Session, cycle: EvaluationCycle, tmp_path: Path) -> None:
    text = words_of(evaluation_pdf(session, cycle.id, now=NOW), tmp_path)
    parts = [
        "LAPORAN EVALUASI PENGELOLAAN SP4N-LAPOR! TAHUN 2021", "KATA PENGANTAR", "DAFTAR ISI",
        "RINGKASAN UNTUK PIMPINAN",
        "BAB I PENDAHULUAN", "A. Umum", "B. Maksud dan Tujuan", "C. Dasar", "BAB II PELAKSANAAN", "BAB III HASIL",
        "BAB IV KENDALA DAN REKOMENDASI", "BAB V PENUTUP", "Palu, 20 Desember 2021",
        "KEPALA DINAS KOMUNIKASI DAN INFORMATIKA,", "Dra. Hj. Salmiah Tandigau, M.Si.", "Pembina Utama Madya",
        "NIP. 19800101",
        "LAMPIRAN I", "LAMPIRAN II",
    ]  # fmt: skip
    position = 0
    for part in parts:
        assert part in text[position:], part
        position = text.index(part, position)
    assert "1 Januari s.d. 30 November 2021 diterima 46 aduan" in text
    assert "37 (80,4 persen)" in text
    assert "95 aduan pada 10 dari 41 perangkat daerah" in text
    assert "Sumber: data pengelolaan SP4N-LAPOR!" in text
    assert "Tabel 6. Perangkat daerah dengan paling sedikit 3 aduan, menurut abjad" in text
    assert "Tabel 7. Perangkat daerah dengan kurang dari 3 aduan, menurut abjad" in text
    assert "Gambar 6. Jumlah aduan per tahun" in text


def test_the_first_page_is_followed_by_numbered_ones(
    session: Session, cycle: EvaluationCycle, tmp_path: Path
) -> None:
    text = words_of(evaluation_pdf(session, cycle.id, now=NOW), tmp_path)
    numbers = re.findall(r"-\s*(\d+)\s*-", text)
    assert numbers[:2] == ["2", "3"]


def test_konsep_stands_on_it_until_it_is_published(session: Session, cycle: EvaluationCycle) -> None:
    assert build_report(session, cycle, now=NOW).draft
    lock_data(session, cycle, as_of=date(2021, 12, 20), actor=None, now=NOW)
    assert "paper-draft.css" in report_html(build_report(session, cycle, now=NOW))
    publish_cycle(session, cycle, actor=None, now=NOW)
    assert "paper-draft.css" not in report_html(build_report(session, cycle, now=NOW))


def test_a_published_report_can_be_made_again_byte_for_byte(
    session: Session, make: Make, cycle: EvaluationCycle
) -> None:
    lock_data(session, cycle, as_of=date(2021, 12, 20), actor=None, now=NOW)
    publish_cycle(session, cycle, actor=None, now=NOW)
    first = evaluation_pdf(session, cycle.id, now=NOW)
    make.disposition(make.complaint(is_verified=True, received_at=at_local(date(2021, 3, 1), 9)), make.agency("baru"))
    later = datetime.fromisoformat("2024-05-01T01:00:00+00:00")
    assert evaluation_pdf(session, cycle.id, now=later) == first


def test_a_published_report_prints_the_link_of_its_publication(session: Session, cycle: EvaluationCycle) -> None:
    lock_data(session, cycle, as_of=date(2021, 12, 20), actor=None, now=NOW)
    session.commit()
    assert build_report(session, cycle, now=NOW).anchor == anchor_words(chain_head(session))
    publish_cycle(session, cycle, actor=None, now=NOW)
    session.commit()
    published = anchor_words(chain_head(session))
    record(session, CycleChanged(cycle.id, ()), actor=None, now=NOW)
    session.commit()
    assert build_report(session, cycle, now=NOW).anchor == published != anchor_words(chain_head(session))


def test_an_empty_period_makes_a_report_too(session: Session, make: Make, tmp_path: Path) -> None:
    cycle = cycle_of_2021(session, make, obstacles="", recommendations="", signer_id=None, report_date=None)
    text = words_of(evaluation_pdf(session, cycle.id, now=NOW), tmp_path)
    assert "belum ada aduan yang diterima" in text
    assert "(belum diisi)" in text


def test_no_word_of_a_complaint_is_in_it(session: Session, make: Make, cycle: EvaluationCycle) -> None:
    complaint = make.complaint(
        MARKER,
        text=MARKER,
        received_at=at_local(date(2021, 6, 1), 9),
        is_confidential=True,
        is_verified=True,
        reporter_name=MARKER,
    )
    make.disposition(complaint, make.agency("dinkes-2"))
    assert MARKER not in report_html(build_report(session, cycle, now=NOW))
