"""/evaluasi and /statistik: the same numbers for everybody who may see them, no names for those who may not."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from lapor.complaints.rules import ReportedParty
from lapor.core.clock import at_local
from lapor.evaluations.models import EvaluationCycle
from lapor.evaluations.services import CycleParticulars, create_cycle, edit_cycle, lock_data, publish_cycle
from lapor.journal.queries import list_subject_facts
from tests.evaluated_year import make_years
from tests.factories import Make
from tests.page import PageClient

SECRET = "Penanda Rahasia Tujuh Belas"


@pytest.fixture(autouse=True)
def today(clock: Any) -> Any:
    return clock.at("2022-01-06 10:00")


def cycle_of_2021(session: Session, now: Any, **values: Any) -> EvaluationCycle:
    particulars = {
        "title": "Evaluasi Pengelolaan SP4N-LAPOR! Tahun 2021",
        "year": 2021,
        "starts_on": date(2021, 1, 1),
        "ends_on": date(2021, 11, 30),
        **values,
    }
    return create_cycle(session, CycleParticulars(**particulars), actor=None, now=now)


def test_an_empty_list_says_what_to_do(client: PageClient, make: Make) -> None:
    make.secretariat()
    make.leadership()
    page = client.login("sekretariat", status=303).get("/evaluasi")
    assert "Belum ada evaluasi." in page.text
    assert page.follow("Buat evaluasi").heading == "Buat evaluasi"
    other = client.another().login("pimpinan", status=303)
    assert "Evaluasi dibuat oleh sekretariat atau koordinator." in other.get("/evaluasi").text
    other.get("/evaluasi/baru", status=403)


def test_a_cycle_is_made_locked_and_published(client: PageClient, session: Session, make: Make) -> None:
    make_years(make)
    head = make.head(make.office(), name="Salmiah Tandigau")
    make.secretariat()
    client.login("sekretariat", status=303)
    form = client.get("/evaluasi/baru").form()
    form.fill(
        title="Evaluasi SP4N-LAPOR! Tahun 2021",
        year=2021,
        starts_on="2021-01-01",
        ends_on="2021-11-30",
        obstacles="Admin sering berganti.",
        recommendations="Setiap pergantian admin dilengkapi berita acara.",
        report_date="2021-12-20",
    )
    form.submit()
    cycle = session.query(EvaluationCycle).one()
    page = client.get(f"/evaluasi/{cycle.id}")
    assert "diterima 46 aduan" in page.text
    assert "37 (80,4 persen) telah ditindaklanjuti, 32 (69,6 persen) selesai, dan 25 selesai tepat waktu" in page.text
    assert "95 aduan pada 10 dari 41 perangkat daerah" in page.text

    page = client.get(f"/evaluasi/{cycle.id}/kunci").form().fill(as_of="2021-11-01").submit(status=422)
    assert "Data dikunci paling awal per hari terakhir masa evaluasi." in page.text
    page.form().fill(as_of="2021-12-20").submit()
    page = client.get(f"/evaluasi/{cycle.id}")
    assert "Data dikunci" in page.text
    page = page.form(button="Terbitkan laporan").submit()
    assert "Lengkapi dahulu penanda tangan dan tanggal laporan" in page.text

    form = client.get(f"/evaluasi/{cycle.id}/ubah").form()
    form.fill(ends_on="2021-11-29").submit(status=409)
    form = client.get(f"/evaluasi/{cycle.id}/ubah").form()
    form.fill(signer_id=str(head.assignment.id)).submit()
    client.get(f"/evaluasi/{cycle.id}").form(button="Terbitkan laporan").submit()
    page = client.get(f"/evaluasi/{cycle.id}")
    assert "Diterbitkan" in page.text
    assert not [link for link in page.links if link in {"Ubah", "Kunci data", "Buka kunci"}]
    kinds = [fact.kind for fact in list_subject_facts(session, "evaluation_cycle", cycle.id)]
    assert kinds == ["evaluation.published", "evaluation.changed", "evaluation.data_locked", "evaluation.created"]


def test_locked_figures_stay_while_the_data_move_on(
    client: PageClient, session: Session, make: Make, today: Any
) -> None:
    agencies = make_years(make)
    make.coordinator()
    cycle = cycle_of_2021(session, today)
    lock_data(session, cycle, as_of=date(2021, 12, 20), actor=None, now=today)
    for _number in range(4):
        make.disposition(
            make.complaint(is_verified=True, received_at=at_local(date(2021, 6, 1), 9)), agencies["bapenda"]
        )
    page = client.login("koordinator", status=303).get(f"/evaluasi/{cycle.id}")
    assert "diterima 46 aduan" in page.text
    page = client.get(f"/evaluasi/{cycle.id}/buka-kunci").form().fill(reason="Ada aduan yang tercecer.").submit()
    assert "diterima 50 aduan" in client.get(f"/evaluasi/{cycle.id}").text


def test_agencies_stand_in_the_table_by_the_column_that_the_address_names(
    client: PageClient, session: Session, make: Make, today: Any
) -> None:
    make_years(make)
    make.leadership()
    cycle = cycle_of_2021(session, today)
    client.login("pimpinan", status=303)

    def order(page: Any) -> list[str]:
        table = page.tree.xpath("//table[caption='Hasil menurut OPD']")[0]
        return [cell.text.strip() for cell in table.xpath(".//tbody//th")]

    page = client.get(f"/evaluasi/{cycle.id}")
    assert order(page) == sorted(order(page))
    assert "DISHUB" not in order(page)
    assert "Kurang dari 3 aduan" in page.text
    worst_last = order(client.get(f"/evaluasi/{cycle.id}?urut=-ttl"))
    assert worst_last[:3] == ["BKD", "BPBD", "DISNAKERTRANS"]
    assert not [link for link in page.links if link in {"Ubah", "Kunci data"}]


def test_a_number_without_data_is_not_shown_as_zero(
    client: PageClient, session: Session, make: Make, today: Any
) -> None:
    make_years(make)
    make.leadership()
    cycle = cycle_of_2021(session, today)
    page = client.login("pimpinan", status=303).get(f"/evaluasi/{cycle.id}")
    assert "belum diukur pada masa ini" in page.text
    empty = cycle_of_2021(
        session, today, title="Kosong", year=2018, starts_on=date(2018, 1, 1), ends_on=date(2018, 3, 1)
    )
    assert "belum ada aduan yang diterima" in client.get(f"/evaluasi/{empty.id}").text


def test_agency_people_see_themselves_and_the_province(client: PageClient, make: Make) -> None:
    agencies = make_years(make)
    make.head(agencies["bkd"])
    page = client.login("kepala.bkd", status=303).get("/statistik?tahun=2021")
    assert "BKD" in page.text
    assert "Provinsi" in page.text
    for slug in ("DISDIK", "BMPR", "BPBD", "LAIN-00"):
        assert slug not in page.text
    client.get("/evaluasi", status=403)


def test_the_reported_agency_sees_no_count_of_a_complaint_about_its_head(client: PageClient, make: Make) -> None:
    reported, inspectorate = make.agency("bkd"), make.agency("inspektorat", is_oversight=True)
    make.head(reported)
    received = at_local(date(2022, 1, 4), 9)
    about = make.complaint(
        SECRET,
        received_at=received,
        verified_at=received,
        reported_party=ReportedParty.HEAD,
        reported_agency_id=reported.id,
    )
    make.disposition(about, inspectorate)
    page = client.login("kepala.bkd", status=303).get("/statistik")
    assert SECRET not in page.source
    assert "INSPEKTORAT" not in page.text
    assert page.row("Aduan yang ditangani").split()[-2:] == ["0", "1"]


def test_the_province_sees_all_agencies_by_name(client: PageClient, make: Make) -> None:
    make_years(make)
    make.inspectorate()
    page = client.login("inspektorat", status=303).get("/statistik?tahun=2021")
    assert "DISDIK" in page.text
    assert "31 perangkat daerah" in page.text
    assert page.row("DISDIK").startswith("DISDIK")
    assert client.get("/statistik?tahun=1999").status == 200


def test_no_complaints_at_all(client: PageClient, make: Make) -> None:
    make.leadership()
    assert "Belum ada aduan." in client.login("pimpinan", status=303).get("/statistik").text


def test_the_spreadsheet_has_the_numbers_of_the_page(
    client: PageClient, session: Session, make: Make, today: Any
) -> None:
    import io

    import openpyxl

    make_years(make)
    make.secretariat()
    cycle = cycle_of_2021(session, today)
    data = client.login("sekretariat", status=303).get(f"/evaluasi/{cycle.id}/data.xlsx").data
    book = openpyxl.load_workbook(io.BytesIO(data))
    summary = {row[0].value: row[1].value for row in book["Ringkasan"].iter_rows(min_row=5)}
    assert summary["Aduan diterima"] == 46
    assert (summary["Ditindaklanjuti"], summary["Selesai"], summary["Selesai tepat waktu"]) == (37, 32, 25)
    assert summary["KPM, diketahui pimpinan (persen)"] is None
    coverage = [row[0].value for row in book["Sebaran per tahun"].iter_rows(min_row=5)]
    assert "Jumlah aduan" in coverage


def test_published_cycles_cannot_be_changed(client: PageClient, session: Session, make: Make, today: Any) -> None:
    head = make.head(make.office())
    make.secretariat()
    cycle = cycle_of_2021(session, today)
    texts = {
        "obstacles": "A.",
        "recommendations": "B.",
        "signer_id": head.assignment.id,
        "report_date": date(2021, 12, 20),
    }
    edit_cycle(
        session,
        cycle,
        CycleParticulars("Evaluasi", 2021, date(2021, 1, 1), date(2021, 11, 30), **texts),
        actor=None,
        now=today,
    )
    lock_data(session, cycle, as_of=date(2021, 12, 20), actor=None, now=today)
    publish_cycle(session, cycle, actor=None, now=today)
    client.login("sekretariat", status=303)
    client.get(f"/evaluasi/{cycle.id}/ubah").form().fill(title="Lain").submit(status=409)
    client.get("/evaluasi/9999", status=404)
