"""The own choice of being told, the link that ends news, the administrator's outbox, and WhatsApp texts."""

import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from lapor.complaints.rules import ReportedParty
from lapor.journal.models import JournalDetail, JournalEntry
from lapor.notifications import channels
from lapor.notifications.digests import run_digests
from lapor.notifications.models import Channel, Delivery, DeliveryState, Kind, Reach
from lapor.notifications.services import notify
from tests import mail_server
from tests.factories import Make
from tests.mail_server import MailServer
from tests.page import PageClient

NOW = "2026-06-02 08:30"


@pytest.fixture
def mail(app: Flask) -> Iterator[MailServer]:
    with mail_server.running() as server:
        app.config["LAPOR_SMTP_URL"] = server.url
        yield server
        app.config["LAPOR_SMTP_URL"] = ""


def facts(session: Session, kind: str) -> list[dict[str, object]]:
    session.rollback()
    return list(
        session.scalars(
            sa.select(JournalDetail.values)
            .join(JournalEntry, JournalEntry.seq == JournalDetail.seq)
            .where(JournalEntry.kind == kind)
            .order_by(JournalEntry.seq)
        )
    )


def test_a_person_chooses_hour_and_address_on_the_profile(client: PageClient, session: Session, make: Make) -> None:
    make.operator(make.agency("bpbd"), "admin.bpbd")
    client.login("admin.bpbd")
    page = client.get("/profil").follow("Atur pemberitahuan")
    assert "Yang selalu dikirim karena tugas" in page.text
    assert "handle" not in page.form(button="Simpan").names
    form = page.form(button="Simpan")
    refused = form.fill(email="bukan alamat").submit("Simpan", status=422)
    assert "Alamat pos-el belum benar." in refused.text
    form = refused.form(button="Simpan").fill(email="admin@contoh.go.id", hour="10.00 WITA", news=False)
    assert "Pilihan pemberitahuan disimpan." in form.submit("Simpan").whole_text
    held = session.scalars(sa.select(Reach)).one()
    assert (held.email, held.hour and held.hour.hour, held.news) == ("admin@contoh.go.id", 10, False)
    (fact,) = facts(session, "notification.reach_changed")
    assert fact == {"hour": "10.00", "by_mail": True, "by_channel": False, "news": False, "by_link": False}

    form = client.get("/profil/pemberitahuan").form(button="Simpan").fill(email="")
    assert "tidak dikosongkan" in form.submit("Simpan", status=422).text


def test_the_links_of_a_message_survive_a_scanner(
    app: Flask, client: PageClient, session: Session, make: Make, mail: MailServer, clock
) -> None:
    now = clock.at(NOW)
    operator = make.operator(make.agency("bpbd"), "admin.bpbd")
    session.add(
        Reach(person_id=operator.person.id, email="admin@contoh.go.id", changed_at=clock.at("2026-05-01 08:00"))
    )
    clock.at(NOW)
    notify(session, [operator.person.id], kind=Kind.AGENCY, sentence="Kabar.", url="/notifikasi", now=now)
    session.commit()
    assert run_digests(now)["sent"] == 1
    message = mail.messages[0]
    text = message.get_body(("plain",)).get_content()
    links = re.findall(r"http://localhost:8000(\S+)", text)
    assert links == [
        "/notifikasi",
        "/profil/pemberitahuan",
        re.findall(r"8000(\S+)>", message["List-Unsubscribe"])[0],
    ]
    scanner = client.another()
    for link in links:
        scanner.browser.get(link)
        scanner.browser.head(link)
    session.rollback()
    assert session.scalars(sa.select(Reach.news)).one() is True

    # sign in, then land
    page = client.get("/notifikasi")
    assert page.url.startswith("/masuk")
    form = page.form(button="Masuk").fill(login="admin.bpbd", password="lapor-demo")
    assert form.submit().url == "/notifikasi"

    # a mail program ends it with one press, without cookie and form token; a second press changes nothing
    for _press in range(2):
        answer = scanner.browser.post(links[-1], data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    session.rollback()
    assert session.scalars(sa.select(Reach.news)).one() is False
    assert [fact["by_link"] for fact in facts(session, "notification.reach_changed")] == [True]
    assert scanner.browser.post("/berhenti/salah").status_code == 404
    assert "Berhenti menerima kabar" in scanner.get(links[-1]).title


def test_the_administrator_sees_what_failed_and_lets_it_out_again(
    app: Flask, client: PageClient, session: Session, make: Make, mail: MailServer, clock
) -> None:
    make.administrator()
    operator = make.operator(make.agency("bpbd"), "admin.bpbd")
    session.add(
        Reach(person_id=operator.person.id, email="admin@contoh.go.id", changed_at=clock.at("2026-05-01 08:00"))
    )
    now = clock.at(NOW)
    notify(session, [operator.person.id], kind=Kind.REMINDER, sentence="Rahasia sekali.", url="/", now=now)
    session.commit()
    mail.recipient_answer = "550 no such user"
    assert run_digests(now)["failed"] == 1

    page = client.login("admin").get("/pengiriman")
    assert "Tidak terkirim" in page.row(operator.person.full_name)
    assert "550 no such user" in page.text
    assert "Rahasia sekali" not in page.source
    own = client.another().login("admin.bpbd").get("/profil/pemberitahuan")
    assert "Ringkasan terakhir tidak diterima oleh admin@contoh.go.id." in own.text
    page = page.form(button=f"Kirim ulang {operator.person.full_name}").submit()
    assert "Semua pesan beres" in page.text
    assert facts(session, "notification.delivery_retried") == [{"was": "given_up"}]
    mail.recipient_answer = "250 OK"
    assert run_digests(now)["sent"] == 1
    assert "Terkirim" in client.get("/pengiriman?tampil=semua").row(operator.person.full_name)

    session.execute(sa.update(Delivery).values(state=DeliveryState.UNCERTAIN))
    session.commit()
    page = client.get("/pengiriman")
    assert "Tidak pasti" in page.text
    page.form(button=f"Sudah sampai {operator.person.full_name}").submit()
    session.rollback()
    assert session.scalars(sa.select(Delivery.state)).one() is DeliveryState.SENT


def test_a_channel_is_a_secret_and_of_an_allowed_kind(
    client: PageClient, session: Session, make: Make, mail: MailServer, clock, monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    make.administrator()
    operator = make.operator(make.agency("bpbd"), "admin.bpbd")
    clock.at("2026-05-01 08:00")
    page = client.login("admin").get("/pengiriman/saluran")
    form = page.form(button="Pasang saluran").fill(name="Telegram")
    for url in ("json://10.0.0.1/{alamat}", "file:///etc/{alamat}", "tgram://{alamat}", "tgram://1:a/{alamat}?x=1"):
        refused = form.fill(url=url).submit("Pasang saluran", status=422)
        assert url not in refused.source
    secret = "tgram://123456789:abcdefg_hijklmnop/{alamat}"
    page = form.fill(url=secret).submit("Pasang saluran")
    assert "Telegram (tgram)" in page.text
    for address in ("/pengiriman", "/pengiriman/saluran"):
        assert "abcdefg" not in client.get(address).source
    assert facts(session, "notification.channel_set") == [{"name": "Telegram", "scheme": "tgram"}]

    other = client.another().login("admin.bpbd")
    other.get("/profil/pemberitahuan").form(button="Simpan").fill(handle="987654321").submit("Simpan")
    taken: list[tuple[str, str]] = []
    monkeypatch.setattr(channels, "_send", lambda address, text: taken.append((address, text)) or True)
    now = clock.at(NOW)
    notify(
        session, [operator.person.id], kind=Kind.REMINDER, sentence="Aduan #1 jatuh tempo.", url="/aduan/1", now=now
    )
    session.commit()
    assert run_digests(now)["sent"] == 1
    ((address, text),) = taken
    assert address == "tgram://123456789:abcdefg_hijklmnop/987654321"
    assert "Aduan #1 jatuh tempo." in text
    assert text.endswith("http://localhost:8000/notifikasi")
    assert "abcdefg" not in caplog.text

    page = client.login("admin").get("/pengiriman/saluran").form(button="Lepas saluran").submit()
    assert "alamatnya dihapus" in page.whole_text
    assert session.scalar(sa.select(sa.func.count()).select_from(Channel)) == 0


def test_whatsapp_texts_name_no_content_and_are_noted(
    client: PageClient, session: Session, make: Make, clock
) -> None:
    clock.at("2026-03-03 09:00")
    agency = make.agency("bpbd")
    head, operator = make.head(agency, "kepala.bpbd"), make.operator(agency, "admin.bpbd")
    head.person.phone = "0812-3456-7890"
    make.coordinator()
    complaint = make.complaint("Jembatan putus di kampung", tracking_id="99000201")
    order = make.disposition(complaint, agency)
    session.commit()

    page = client.login("admin.bpbd").get(f"/aduan/{complaint.id}").follow("Ingatkan lewat WhatsApp")
    assert "Jembatan" not in page.source
    text = page.css("textarea")[0].text.strip()
    assert text.startswith(f"Yth. Bapak/Ibu {head.post.title}")
    assert "ada 1 aduan SP4N-LAPOR! yang menunggu untuk diketahui, batas waktu" in text
    assert text.endswith(f"{operator.person.full_name}, Admin OPD")
    link = page.links["Ingatkan lewat WhatsApp"]
    assert link.startswith("https://wa.me/6281234567890?text=")
    assert unquote(link.split("text=")[1]) == text
    for _press in range(2):
        page = page.form(button="Catat: sudah diingatkan").submit()
    (fact,) = facts(session, "person.reminded")
    assert fact["person"] == head.person.full_name
    assert "diingatkan lewat WhatsApp" in client.get(f"/aduan/{complaint.id}").text

    desk = client.another().login("koordinator")
    page = desk.get(f"/disposisi/{order.id}/ingatkan")
    texts = [element.text.strip() for element in page.css("textarea")]
    assert len(texts) == 2
    assert texts[1].startswith("Bapak/Ibu Admin")
    assert "aduan #99000201 jatuh tempo" in texts[1]
    assert f"/aduan/{complaint.id}." in texts[1]
    assert "Jembatan" not in page.source
    assert desk.get(f"/ingatkan/{agency.id}").css("textarea")


def test_nobody_is_reminded_of_a_complaint_about_himself(
    client: PageClient, session: Session, make: Make, clock
) -> None:
    clock.at("2026-03-03 09:00")
    agency, inspektorat = make.agency("bpbd"), make.agency("inspektorat", is_oversight=True)
    head = make.head(agency, "kepala.bpbd")
    make.coordinator()
    about = make.complaint("Kepala meminta uang", reported_party=ReportedParty.HEAD, reported_agency_id=agency.id)
    about.reported_person_id = head.person.id
    order = make.disposition(about, agency)
    make.disposition(about, inspektorat)
    session.commit()
    desk = client.login("koordinator")
    assert "Tidak ada yang perlu diingatkan" in desk.get(f"/disposisi/{order.id}/ingatkan").text
    assert "Tidak ada yang perlu diingatkan" in desk.get(f"/ingatkan/{agency.id}").text
    make.operator(make.agency("disdik"), "admin.disdik")
    session.commit()
    other = client.another().login("admin.disdik")
    other.get(f"/disposisi/{order.id}/ingatkan", status=404)
    other.get(f"/ingatkan/{agency.id}", status=403)


def test_who_stands_in_is_told_by_the_secretariat(client: PageClient, session: Session, make: Make, clock) -> None:
    clock.at("2026-06-02 09:00")
    agency = make.agency("bpbd")
    make.head(agency, "kepala.bpbd")
    make.secretariat()
    acting = make.head(
        agency, "plh.bpbd", capacity="plh", starts_on=date(2026, 6, 1), ends_on=date(2026, 6, 12), order_number="1"
    )
    session.commit()
    page = client.login("sekretariat").get(f"/penugasan/{acting.assignment.id}").follow("Kabari lewat WhatsApp")
    text = page.css("textarea")[0].text.strip()
    assert text.startswith("Yth. Bapak/Ibu, mulai 1 Juni 2026 s.d. 12 Juni 2026 Bapak/Ibu bertugas sebagai Plh. ")
    page.form(button="Catat: sudah diingatkan").submit()
    assert len(facts(session, "person.reminded")) == 1
