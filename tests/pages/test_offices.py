"""The pages of posts, people and assignments."""

from datetime import date
from typing import Any

import pytest

from lapor.offices.models import Capacity
from lapor.policy import Role
from tests.factories import Make
from tests.page import PageClient


@pytest.fixture(autouse=True)
def _today(clock: Any) -> None:
    clock.at("2022-06-10 10:00")


@pytest.fixture
def secretary(client: PageClient, make: Make) -> PageClient:
    make.secretariat()
    return client.login("sekretariat", status=303)


def test_the_list_shows_holders_vacancies_and_what_comes(secretary: PageClient, make: Make) -> None:
    bpbd, dlh = make.agency("bpbd"), make.agency("dlh")
    head = make.head(bpbd, name="Datuma Palewang")
    make.assign(
        make.person("Stefanus Tobondo"),
        head.post,
        capacity=Capacity.PLH,
        starts_on=date(2022, 6, 9),
        ends_on=date(2022, 7, 22),
        order_due_on=date(2022, 6, 16),
    )
    make.assign(make.person("Datang Berikut"), make.post(bpbd, Role.OPERATOR), starts_on=date(2022, 7, 1))
    make.post(dlh, Role.OPERATOR)
    page = secretary.get("/penugasan")
    row = page.row("Kepala BPBD")
    assert "Datuma Palewang dijalankan pejabat lain" in row
    assert "Stefanus Tobondo Plh. Nomor menyusul, paling lambat 16 Juni 2022 9 Juni 2022 s.d. 22 Juli 2022" in row
    row = page.row("Admin SP4N-LAPOR! BPBD")
    assert "Jabatan kosong" in row
    assert "Berikutnya: Datang Berikut, sejak 1 Juli 2022" in row
    page = secretary.get(f"/penugasan?opd={dlh.id}&tampil=kosong")
    assert "Admin SP4N-LAPOR! DLH" in page.text
    assert "BPBD" not in " ".join(page.rows())
    page = secretary.get("/penugasan?tampil=menyusul")
    assert len(page.rows()) == 2
    page = secretary.get(f"/penugasan?opd={dlh.id}&tampil=menyusul")
    assert "Tidak ada surat yang ditunggu" in page.text


def test_from_a_person_and_a_post_to_an_assignment_with_its_number(secretary: PageClient, make: Make) -> None:
    agency = make.agency("bpbd")
    form = secretary.get("/penugasan/orang").follow("Tambah orang").form(name="nip")
    page = form.fill(name="Datuma Palewang", front_title="Drs.", kind="PNS", nip="1965").submit(status=422)
    assert 'NIP harus 18 angka; yang diisi baru 4. Untuk pegawai non-ASN pilih "Tanpa NIP".' in page.text
    page = page.form(name="nip").fill(nip="19650705 199203 1 008", sex="Laki-laki").submit()
    assert page.heading == "Drs. Datuma Palewang"
    person_id = page.url.rsplit("/", 1)[1]
    form = secretary.get(f"/penugasan/jabatan/baru?opd={agency.id}").form(name="title")
    page = form.fill(kind="Kepala OPD", title="Kepala Pelaksana BPBD").submit()
    assert page.heading == "Buat penugasan"
    form = page.form(name="capacity").fill(person=person_id, starts_on="2022-06-09")
    page = form.submit(status=422)
    assert "Isi nomor surat perintah" not in page.text
    assert "Penugasan tidak berlaku surut. Tanggal mulai paling awal hari ini, 10 Juni 2022." in page.text
    page = page.form(name="capacity").fill(starts_on="2022-06-10").submit(status=422)
    assert 'pilih "Nomor menyusul"' in page.text
    page = page.form(name="capacity").fill(order_pending=True).submit()
    assert page.heading == "Kepala Pelaksana BPBD"
    assert "Nomor menyusul, paling lambat 17 Juni 2022" in page.text
    page = page.form(name="order_number").submit(status=422)
    assert "Isi nomor surat perintah atau keputusan, atau unggah hasil pindainya." in page.text
    page = page.form(name="order_number").fill(order_number="821/12/BKD/2022", order_date="2022-06-09").submit()
    assert "821/12/BKD/2022" in page.text
    page = page.form(name="ends_on").fill(ends_on="2022-06-01").submit(status=422)
    assert "Tanggal selesai mendahului tanggal mulai." in page.text
    page = page.form(name="ends_on").fill(ends_on="2022-06-30").submit()
    assert "10 Juni 2022 s.d. 30 Juni 2022" in page.text
    page = secretary.get("/penugasan/orang?cari=1965")
    assert "Kepala Pelaksana BPBD" in page.row("Datuma")


def test_an_overlap_is_told_at_its_field(secretary: PageClient, make: Make) -> None:
    head = make.head(make.agency("dinsos"), name="Ratna Djuwita")
    other = make.person("Lukman Tolibas")
    form = secretary.get(f"/penugasan/baru?jabatan={head.post.id}&orang={other.id}").form(name="capacity")
    form.fill(
        starts_on="2022-07-04", ends_on="2022-07-08", order_number="800/1/2022", capacity="Plt. (pelaksana tugas)"
    )
    page = form.submit(status=422)
    assert "Pada 4 s.d. 8 Juli 2022 jabatan ini sudah dipegang Ratna Djuwita (definitif)." in page.text
    page = page.form(name="capacity").fill(capacity="Plh. (pelaksana harian)").submit()
    assert page.heading.startswith("Plh. Kepala")
    page = page.form(button="Batalkan penugasan").submit()
    assert "Penugasan dibatalkan." in page.text
    assert "Lukman" not in page.text


def test_a_person_is_changed_by_one_hand_at_a_time(secretary: PageClient, make: Make) -> None:
    person = make.person("Elvira Manoppa")
    early = secretary.get(f"/penugasan/orang/{person.id}/ubah").form(name="nip")
    late = secretary.get(f"/penugasan/orang/{person.id}/ubah").form(name="nip")
    assert "Pembina" in early.fill(rank="Pembina").submit().text
    assert "baru saja diubah orang lain" in late.fill(rank="Penata").submit(status=409).text


def test_a_post_is_changed_and_abolished(secretary: PageClient, make: Make) -> None:
    post = make.post(make.agency(), Role.OPERATOR)
    page = secretary.get(f"/penugasan/jabatan/{post.id}").follow("Ubah jabatan")
    page = page.form(name="title").fill(title="Admin OPD", seats=2).submit()
    assert page.heading == "Admin OPD"
    page = page.form(button="Hapus jabatan ini").submit()
    assert "Riwayatnya tetap tersimpan." in page.text
    assert "Jabatan dihapus" in secretary.get(f"/penugasan/jabatan/{post.id}").text


def test_a_post_that_is_held_offers_no_removal(secretary: PageClient, make: Make) -> None:
    head = make.head(make.agency("bpbd"))
    page = secretary.get(f"/penugasan/jabatan/{head.post.id}")
    assert "Hapus jabatan ini" not in page.text
    assert "Selama dipegang, jabatan ini tidak dapat dihapus." in page.text


def test_a_head_notes_his_own_absence_and_nobody_elses(client: PageClient, make: Make) -> None:
    own, other = make.head(make.agency("bpbd")), make.head(make.agency("dlh"))
    client.login("kepala.bpbd", status=303)
    page = client.get("/profil").follow("Catat bila akan berhalangan")
    form = page.form(name="reason").fill(starts_on="2022-06-13", ends_on="2022-06-10", reason="dinas luar")
    page = form.submit(status=422)
    assert "Tanggal selesai mendahului tanggal mulai." in page.text
    page = page.form(name="reason").fill(ends_on="2022-06-17").submit()
    assert page.url == "/profil"
    page = client.get(f"/penugasan/{own.assignment.id}/berhalangan")
    page = page.form(button="Hapus catatan ini").submit()
    assert page.url == "/profil"
    client.get(f"/penugasan/{other.assignment.id}/berhalangan", status=404)
    client.get("/penugasan", status=403)
    client.get(f"/penugasan/{own.assignment.id}", status=403)


def test_who_may_only_look_is_offered_nothing_to_change(client: PageClient, make: Make) -> None:
    head = make.head(make.agency("bpbd"))
    make.leadership()
    client.login("pimpinan", status=303)
    page = client.get("/penugasan")
    assert "Buat penugasan" not in page.links
    assert not client.get(f"/penugasan/{head.assignment.id}").tree.xpath("//main//form")
    client.get("/penugasan/baru", status=403)
    client.get("/profil/kata-sandi")
    client.post(f"/penugasan/{head.assignment.id}/selesai", {"ends_on": "2022-06-30"}, status=403)


def test_what_is_not_there_is_not_found(secretary: PageClient) -> None:
    for url in ("/penugasan/999", "/penugasan/jabatan/999", "/penugasan/orang/999", "/penugasan/999/berhalangan"):
        secretary.get(url, status=404)
    secretary.get("/profil/kata-sandi")
    secretary.post("/penugasan/berhalangan/999/selesai", status=404)
