"""From the head's tick to the recorded answer: Kabid, operator and Sekretaris, each in a browser of his own."""

from collections.abc import Callable

from flask import Flask
from playwright.sync_api import Page, expect

from lapor.agencies.models import Agency
from lapor.core.db import db

SignIn = Callable[[Page, str], Page]
Open = Callable[..., Page]
MATERIAL = "Sirene nomor 3 kehabisan daya karena panel suryanya tertutup debu; dibersihkan hari ini."


def ask_for_initials(app: Flask) -> None:
    """Drafts of BPBD need the Sekretaris's paraf."""
    with app.app_context():
        agency = db.session.query(Agency).filter_by(slug="bpbd").one()
        agency.asks_initials = True
        db.session.commit()


def test_a_complaint_goes_down_to_the_unit_and_its_answer_comes_back_up(
    demo_app: Flask,
    open_page: Open,
    sign_in: SignIn,
    order: Callable[..., tuple[int, int]],
    axe: Callable[[Page], None],
) -> None:
    ask_for_initials(demo_app)
    complaint_id, order_id = order("99000219", "bpbd")

    # the head ticks the Kabid on his phone
    phone = {"viewport": {"width": 360, "height": 780}, "is_mobile": True, "has_touch": True}
    head = sign_in(open_page(**phone), "kepala.bpbd")
    head.goto(f"/disposisi/{order_id}")
    head.locator("summary", has_text="Diteruskan kepada").click()
    head.locator("label.choice", has_text="Kepala Bidang Rehabilitasi").click()
    head.get_by_role("button", name="Saya mengetahui").click()
    expect(head.locator("body")).to_contain_text("Tercatat.")

    # the Kabid writes his material
    unit = sign_in(open_page(**phone), "bidang.bpbd")
    expect(unit.get_by_role("heading", level=1)).to_have_text("Pekerjaan saya")
    axe(unit)
    unit.get_by_role("link", name="Sirene tsunami tidak bunyi waktu latihan").click()
    expect(unit.locator("main")).to_contain_text("Belum ditulis")
    axe(unit)
    unit.get_by_label("Bahan jawaban").fill(MATERIAL)
    expect(unit.locator("[data-autosave-state]")).to_contain_text("ersimpan", timeout=15_000)
    unit.get_by_role("button", name="Kirim bahan jawaban").click()
    expect(unit.locator("main")).to_contain_text("Bahan jawaban terkirim")

    # the operator takes it over with one tap; what he has typed stays
    operator = sign_in(open_page(), "operator.bpbd")
    operator.goto(f"/disposisi/{order_id}/tanggapan")
    axe(operator)
    operator.get_by_label("Tanggapan", exact=True).fill("Yth. Bapak/Ibu Pelapor,")
    operator.get_by_role("button", name="Pakai sebagai konsep").click()
    expect(operator.locator(".flashes")).to_contain_text("masuk ke konsep")
    expect(operator.get_by_label("Tanggapan", exact=True)).to_have_value(f"Yth. Bapak/Ibu Pelapor,\n\n{MATERIAL}")
    operator.get_by_role("button", name="Ajukan ke Pejabat Penghubung").click()
    expect(operator.locator("main")).to_contain_text("Menunggu paraf Pejabat Penghubung")

    # the Sekretaris returns it with a remark
    liaison = sign_in(open_page(), "sekretaris.bpbd")
    expect(liaison.locator("main")).to_contain_text("Menunggu paraf Anda")
    axe(liaison)
    liaison.goto(f"/disposisi/{order_id}/tanggapan")
    liaison.get_by_role("link", name="Kembalikan konsep dengan catatan").click()
    liaison.get_by_label("Catatan untuk penyusun").fill("Tambahkan kapan diuji ulang.")
    liaison.get_by_role("button", name="Kembalikan konsep").click()
    expect(liaison.locator(".flashes")).to_contain_text("dikembalikan")

    # corrected, initialled, ready, logged
    operator.goto(f"/disposisi/{order_id}/tanggapan")
    expect(operator.locator("main")).to_contain_text("Tambahkan kapan diuji ulang.")
    operator.get_by_label("Tanggapan", exact=True).fill(f"Yth. Bapak/Ibu Pelapor,\n\n{MATERIAL} Diuji ulang Jumat.")
    operator.get_by_role("button", name="Ajukan ke Pejabat Penghubung").click()
    expect(operator.locator("main")).to_contain_text("Menunggu paraf Pejabat Penghubung")
    liaison.goto(f"/disposisi/{order_id}/tanggapan")
    liaison.get_by_role("button", name="Beri paraf").click()
    expect(liaison.locator("main")).to_contain_text("Sudah diparaf")
    operator.goto(f"/disposisi/{order_id}/tanggapan")
    operator.get_by_role("button", name="Siap dikirim").click()
    expect(operator.get_by_role("button", name="Salin teks untuk LAPOR!")).to_be_visible()
    axe(operator)
    operator.get_by_role("button", name="Catat: sudah dikirim di LAPOR!").click()
    expect(operator.locator("main")).to_contain_text("Diparaf Ir. Stefanus Tobondo, M.T.")
    operator.goto(f"/aduan/{complaint_id}")
    expect(operator.locator(".timeline")).to_contain_text("Bahan jawaban Kepala Bidang Rehabilitasi")
    unit.goto(f"/disposisi/{order_id}/bahan")
    expect(unit.locator("main")).to_contain_text("Sudah dipakai")
