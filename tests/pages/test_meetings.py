"""The pages of meetings, as each role meets them."""

import json
from datetime import date

import pytest
import sqlalchemy as sa
import time_machine

from lapor.core.clock import at_local
from lapor.meetings.models import Meeting
from lapor.meetings.rules import MeetingState
from tests.factories import Make
from tests.page import Page, PageClient

NOW = at_local(date(2026, 3, 6), 10)
HEAD = {"title": "Evaluasi Triwulan I", "held_on": "2026-03-05", "starts_at": "09.00", "place": "Aula"}


@pytest.fixture(autouse=True)
def _clock() -> object:
    with time_machine.travel(NOW, tick=True):
        yield


def created(client: PageClient, **more: object) -> Page:
    """The page of a new meeting."""
    form = client.get("/rapat/baru").form(action="/rapat/baru")
    return form.fill({**HEAD, **more}).submit("Simpan")


def test_the_list_is_empty_at_first_and_says_what_to_do(client: PageClient, make: Make) -> None:
    make.secretariat()
    page = client.login("sekretariat").get("/rapat")
    assert "Belum ada notula" in page.text
    assert page.tree.xpath("//a[@href='/rapat/baru']")


def test_minutes_are_written_from_the_first_line_to_the_signature(client: PageClient, make: Make) -> None:
    chair = make.member(role=make.secretariat().post.kind, login="kabid", name="Hasrul Toampi")
    taker = make.coordinator(name="Fitriani Lapatandau")
    agency = make.agency("bkd")
    make.operator(agency, name="Fajrin Alamsyah")
    client.login("sekretariat")
    page = created(
        client,
        ends_at="11.40",
        chair_id=str(chair.person.id),
        minute_taker_id=str(taker.person.id),
        chair_post="Kepala Bidang IKP",
    )
    address = page.url
    assert "Konsep" in page.text

    lacking = client.get(address).form(action="/ajukan").submit(status=422)
    assert "acara, peserta yang hadir, dan keputusan belum diisi" in lacking.text

    page = client.get(f"{address}/acara/tambah").form(action="/tambah").fill(title="Pembukaan").submit("Simpan")
    page = (
        client.get(f"{address}/kendala/tambah")
        .form(action="/tambah")
        .fill(description="Admin <sering> berganti & pindah")
        .submit("Simpan")
    )
    assert "Admin <sering> berganti & pindah" in page.text
    client.get(f"{address}/keputusan/tambah").form(action="/tambah").fill(description="SK diperbarui.").submit(
        "Simpan"
    )
    refused = client.get(f"{address}/tindak-lanjut/tambah").form(action="/tambah")
    refused = refused.fill(description="Menyusun konsep SK", due_on="2026-03-31").submit("Simpan", status=422)
    assert "Pilih OPD penanggung jawab" in refused.text
    refused.form(action="/tambah").fill(agencies=[str(agency.id)]).submit("Simpan")
    page = client.get(address).form(action="/admin-opd").submit()
    assert "1 admin OPD ditambahkan" in page.text
    sheet = client.get(f"{address}/daftar-hadir").form(action="/daftar-hadir")
    name = next(name for name in sheet.names if name.startswith("hadir-"))
    page = sheet.fill({name: "present"}).submit("Simpan daftar hadir")
    assert "1 orang hadir dari 1 perangkat daerah/unit" in page.text

    page = client.get(address).form(action="/ajukan").submit()
    assert "Notula diajukan" in page.text
    page = page.form(action="/setujui").submit(status=422)
    assert "Notula disetujui setelah ditandatangani." in page.text
    page = page.form(action="/setujui").fill(signed_on="2026-03-06", is_signed=True).submit()
    assert "Ditandatangani 6 Maret 2026" in page.text
    assert not page.tree.xpath("//textarea")
    answer = client.get(f"{address}/notula.pdf")
    assert answer.data.startswith(b"%PDF-")
    assert "inline" in answer.headers["Content-Disposition"]
    assert "attachment" in client.get(f"{address}/notula.pdf?unduh=1").headers["Content-Disposition"]
    page = client.get(address).form(action="/buka-kembali").fill(reason="Nama keliru").submit()
    assert "Notula dibuka kembali" in page.text


def test_texts_save_themselves_and_tell_of_a_conflict(client: PageClient, make: Make) -> None:
    make.secretariat()
    make.coordinator(name="Nirmala Sigilipu")
    client.login("sekretariat")
    page = created(client)
    form = next(form for form in page.forms if "/teks/" in form.action)
    data = {"body": "Ketua membuka rapat.", "version": "1"}
    saved = client.post(form.action, data, headers={"Accept": "application/json"})
    assert json.loads(saved.data) == {"version": 2}

    other = client.another().login("koordinator")
    other.get(page.url)
    other.post(form.action, {"body": "Versi lain.", "version": "2"}, headers={"Accept": "application/json"})
    client.get(page.url)
    late = client.post(
        form.action, {"body": "Versi saya.", "version": "2"}, headers={"Accept": "application/json"}, status=409
    )
    assert "Nirmala Sigilipu" in json.loads(late.data)["sentence"]
    # without script both versions are on the page, and one's own can still be saved
    client.get(page.url)
    both = client.post(form.action, {"body": "Versi saya.", "version": "2"}, status=409)
    assert "Versi lain." in both.text
    assert "Versi saya." in str(both.tree.xpath("string(//textarea)"))
    resolved = both.form().submit("Simpan tulisan saya")
    assert "Versi saya." in str(resolved.tree.xpath("string(//textarea)"))


def test_an_agency_reads_what_invited_it_and_reports_on_its_follow_ups(client: PageClient, make: Make) -> None:
    make.secretariat()
    bkd = make.agency("bkd")
    make.operator(bkd)
    make.operator(make.agency("dinkes"))
    client.login("sekretariat")
    page = created(client, ends_at="11.00")
    address = page.url
    client.get(address).form(action="/admin-opd").submit()
    client.get(f"{address}/tindak-lanjut/tambah").form(action="/tambah").fill(
        description="Usul nama admin", due_on="2026-03-05", agencies=[str(bkd.id)]
    ).submit("Simpan")

    operator = client.another().login("operator.bkd")
    assert "Tidak ada tindak lanjut yang terbuka" in operator.get("/rapat/tindak-lanjut").text
    operator.get(address, status=404)
    operator.get(f"{address}/notula.pdf", status=404)
    operator.get(f"{address}/ubah", status=403)

    make.session.scalars(sa.select(Meeting)).one().state = MeetingState.HELD
    assert "Yang harus dilakukan sekarang" not in operator.get(address).text
    page = operator.get("/rapat/tindak-lanjut")
    assert "Lewat batas waktu" in page.text
    link = str(page.tree.xpath("//a[@class='row-link']/@href")[0])
    page = operator.get(link).form().fill(status="done", note="lengkap").submit("Simpan status")
    assert "Status tindak lanjut tersimpan." in page.text
    assert "lengkap" in operator.get("/rapat/tindak-lanjut?tampil=selesai").text
    client.another().login("operator.dinkes").get(link, status=404)


def test_wrong_times_are_told_at_their_field(client: PageClient, make: Make) -> None:
    make.secretariat()
    client.login("sekretariat")
    form = (
        client.get("/rapat/baru").form(action="/rapat/baru").fill({**HEAD, "starts_at": "jam 9", "ends_at": "08.00"})
    )
    page = form.submit("Simpan", status=422)
    assert "Jam belum benar. Tulis misalnya 09.00." in page.text
    page = page.form(action="/rapat/baru").fill(starts_at="9.00", ends_at="08.00").submit("Simpan", status=422)
    assert "Jam selesai mendahului jam mulai." in page.text
