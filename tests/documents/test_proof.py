"""Tanda Bukti and Lembar Disposisi as PDF: read back, one page, the QR mark decoded, the same bytes twice."""

import io
import subprocess
from datetime import date
from pathlib import Path

import pytest
from PIL import Image, ImageFilter
from pypdf import PdfReader

from lapor.accounts.rules import Means
from lapor.agencies.models import Agency
from lapor.complaints.rules import ReportClass
from lapor.core.clock import at_local
from lapor.core.wording import long_instant
from lapor.dispositions import acknowledging
from lapor.dispositions.rules import Way
from lapor.documents.rules import grouped, read_code, short_digest
from lapor.evidence import proof, sheet
from lapor.evidence.paper import paper_sheet, proof_pdf, sheets_pdf
from lapor.evidence.queries import sheet_document
from lapor.files.barcodes import qr_texts
from lapor.files.joining import photos_as_pdf
from lapor.files.rules import MediaType
from lapor.journal.rules import ChainHead
from lapor.offices.models import Capacity
from lapor.policy import Role

NOON = at_local(date(2026, 3, 4), 12)
HEAD = ChainHead(12345, "ab" * 32)
PLACE = {"base_url": "https://lapor.contoh.go.id", "province": "Provinsi Sulawesi Tengah"}
LONG = "Kepala Unit Pelaksana Teknis Daerah Balai Pengembangan dan Pengendalian Mutu Lingkungan Wilayah"


def words_of(data: bytes) -> list[str]:
    """The text of each page, spaces made single."""
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages]


def picture_of(data: bytes, folder: Path, *, dots: int = 150) -> Image.Image:
    """The first page as a picture."""
    path = folder / "paper.pdf"
    path.write_bytes(data)
    command = ["pdftoppm", "-r", str(dots), "-png", "-singlefile", str(path), str(folder / "paper")]
    subprocess.run(command, check=True, capture_output=True)
    return Image.open(folder / "paper.png").convert("RGB")


def jpeg(picture: Image.Image, quality: int = 60) -> bytes:
    """As a telephone would send it."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


@pytest.fixture
def office(make):
    class Office:
        agency = make.agency(
            "bpbd", name="Badan Penanggulangan Bencana Daerah Provinsi Sulawesi Tengah", address="Jalan Contoh 1 Palu"
        )
        head = make.head(agency, title="Kepala Pelaksana BPBD")
        operator = make.operator(agency)

    return Office


def known(session, make, office, complaint, **values):
    order = make.disposition(complaint, office.agency)
    row = make.acknowledged(order, office.head, at=NOON, **values)
    return proof.ensure_proof(session, row, actor=None, now=NOON)


def test_the_proof_says_all_that_its_form_asks(app, session, make, office, tmp_path):
    complaint = make.complaint("Sirene tidak bunyi, hubungi 081234567890", is_verified=True)
    order = make.disposition(complaint, office.agency)
    acting = make.person("Stefanus Tobondo", front_title="Ir.", back_title="M.T.")
    term = make.assign(
        acting, office.head.post, starts_on=date(2026, 3, 3), capacity=Capacity.PLH, order_number="800/214/BPBD/2026"
    )
    row = make.acknowledged(
        order,
        office.head,
        at=NOON,
        assignment_id=term.id,
        person_id=acting.id,
        person_name=acting.full_name,
        post_title="Plh. Kepala Pelaksana BPBD",
        capacity="plh",
        order_number="800/214/BPBD/2026",
        means=Means.PIN,
        device="Telepon Bapak",
        instruction="Cek lapangan, laporkan hasilnya.",
    )
    acknowledging.write_passed_on(session, row, order, acknowledging.PassOn(label="Bidang Kedaruratan"))
    document = proof.ensure_proof(session, row, actor=None, now=NOON)
    with app.test_request_context():
        data = proof_pdf(document, HEAD, **PLACE)
        assert proof_pdf(document, HEAD, **PLACE) == data
    (text,) = words_of(data)
    delivered = long_instant(order.disposed_at)
    parts = [
        "PEMERINTAH PROVINSI SULAWESI TENGAH",
        "BADAN PENANGGULANGAN BENCANA DAERAH",
        "TANDA BUKTI DIKETAHUI PIMPINAN",
        complaint.reference,
        "Pengaduan tidak berkadar pengawasan",
        "2 Maret 2026",
        "Sirene tidak bunyi, hubungi [nomor telepon disamarkan]",
        "Disampaikan",
        delivered,
        "Kewenangan beralih",
        "3 Maret 2026 pukul 00.00 WITA",
        "4 Maret 2026 pukul 11.59 WITA",
        "4 Maret 2026 pukul 12.00 WITA",
        "Ir. Stefanus Tobondo, M.T.",
        "Plh. Kepala Pelaksana BPBD",
        "Plh. (pelaksana harian)",
        "800/214/BPBD/2026",
        "langsung: PIN",
        "Cek lapangan, laporkan hasilnya.",
        "Bidang Kedaruratan",
        short_digest(document.digest),
        grouped(document.code),
        "Dinyatakan melalui akun dan PIN pemegang jabatan.",
        "Tanda bukti ini dibuat oleh sistem dan tidak memerlukan tanda tangan.",
        "Bukan tanda tangan elektronik tersertifikasi.",
        "Catatan aktivitas 12.345-ABABABABABAB",
    ]
    places = [text.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert places == sorted(places)
    (found,) = qr_texts(jpeg(picture_of(data, tmp_path)), MediaType.JPEG)
    assert found == f"https://lapor.contoh.go.id/verifikasi/{document.code}"


def test_an_order_without_its_number_says_so(app, session, make, office):
    document = known(session, make, office, make.complaint(), capacity="plt", order_number=None)
    with app.test_request_context():
        (text,) = words_of(proof_pdf(document, HEAD, **PLACE))
    assert "Surat perintah : nomor menyusul" in text


def test_a_definitive_head_needs_no_order(app, session, make, office):
    document = known(session, make, office, make.complaint())
    with app.test_request_context():
        (text,) = words_of(proof_pdf(document, HEAD, **PLACE))
    assert "Surat perintah" not in text
    assert "langsung: kata sandi" in text


def test_a_confidential_proof_prints_neither_title_nor_instruction(app, session, make, office):
    complaint = make.complaint("ZXRAHASIAQ judul", text="ZXRAHASIAQ isi", is_confidential=True)
    document = known(session, make, office, complaint, instruction="ZXRAHASIAQ arahan")
    with app.test_request_context():
        (text,) = words_of(proof_pdf(document, HEAD, **PLACE))
    assert "ZXRAHASIAQ" not in text + str(document.content)
    assert document.public_words is None
    assert "Rahasia (judul tidak dicetak)" in text
    assert "tidak dicetak karena aduan bersifat rahasia" in text


def test_what_became_confidential_later_has_a_masked_copy(app, session, make, office):
    document = known(session, make, office, make.complaint("ZXRAHASIAQ judul"), instruction="ZXRAHASIAQ arahan")
    with app.test_request_context():
        (text,) = words_of(proof_pdf(document, HEAD, **PLACE, masked_copy=True))
    assert "ZXRAHASIAQ" not in text
    assert "Salinan tersamar" in text


def test_the_longest_proof_is_one_page(app, session, make, office):
    office.agency.name = f"{LONG} Provinsi Sulawesi Tengah"
    complaint = make.complaint("Jalan rusak berat dan berlubang di banyak tempat sejak lama " * 5)
    order = make.disposition(complaint, office.agency)
    earlier = make.acknowledged(order, office.head, at=NOON)
    row = make.acknowledged(order, office.head, at=NOON, instruction="Tindak lanjuti sesuai ketentuan. " * 60)
    earlier.superseded_by_id = row.id
    for _ in range(4):
        acknowledging.write_passed_on(session, row, order, acknowledging.PassOn(label=LONG))
    document = proof.ensure_proof(session, row, actor=None, now=NOON)
    with app.test_request_context():
        pages = words_of(proof_pdf(document, HEAD, **PLACE))
    assert len(pages) == 1
    assert "Ada pernyataan terdahulu" in pages[0]


@pytest.fixture
def longest(session, make, office):
    """A sheet with as much on it as it can ever hold."""
    office.agency.name = f"{LONG} Provinsi Sulawesi Tengah"
    office.agency.phone, office.agency.email, office.agency.website = (
        "(0451) 000000",
        "a@contoh.go.id",
        "contoh.go.id",
    )
    for number in range(9):
        make.post(office.agency, Role.UNIT, f"{LONG} {number}")
    complaint = make.complaint(
        "Jalan rusak berat dan berlubang " * 20,
        text="Mohon segera diperbaiki karena banyak yang jatuh. " * 90,
        report_class=ReportClass.SUPERVISORY,
        is_confidential=True,
    )
    order = make.disposition(complaint, office.agency, note="Mohon segera diperiksa bersama. " * 20)
    made = sheet.print_sheet(session, order, actor=make.actor(office.operator, NOON), now=NOON)
    return sheet_document(session, made)


def test_the_longest_sheet_is_one_page_of_a5(app, longest, tmp_path):
    with app.test_request_context():
        data = sheets_pdf(
            [paper_sheet(longest, HEAD, **PLACE)], title="Lembar", identifier=longest.code, created=longest.made_at
        )
    page = PdfReader(io.BytesIO(data)).pages
    assert len(page) == 1
    assert [round(float(side) / 72 * 25.4) for side in page[0].mediabox[2:]] == [148, 210]
    (text,) = words_of(data)
    for part in (
        "LEMBAR DISPOSISI",
        "Aduan dari",
        "Segera",
        "Rahasia",
        "Biasa",
        "Diteruskan kepada",
        "Dengan hormat harap",
        "Disiapkan jawaban",
        "(Dipotong. Selengkapnya di sistem.)",
        "Kepala Pelaksana BPBD,",
        longest.content["head_name"],
        grouped(longest.code),
        "Catatan aktivitas 12.345-ABABABABABAB",
    ):
        assert part in text
    picture = picture_of(data, tmp_path)
    assert [read_code(found) for found in qr_texts(jpeg(picture), MediaType.JPEG)] == [longest.code]


def gap_between(data: bytes, folder: Path, above: str, below: str) -> float:
    """Millimetres between the last line with the word ``above`` and the last one with the word ``below``."""
    (folder / "paper.pdf").write_bytes(data)
    command = ["pdftotext", "-bbox", str(folder / "paper.pdf"), "-"]
    words = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()

    def side(name: str, word: str) -> float:
        return float([line for line in words if f">{word}</word>" in line][-1].split(f'{name}="')[1].split('"')[0])

    return (side("yMin", below) - side("yMax", above)) / 72 * 25.4


def test_a_sheet_has_room_for_pen_and_cap(app, session, make, office, longest, tmp_path):
    complaint = make.complaint("Sirene tidak bunyi", text="Sirene di pantai tidak bunyi sejak Senin.")
    order = make.disposition(complaint, make.agency("disdik", name="Dinas Pendidikan"))
    make.head(session.get_one(Agency, order.agency_id), title="Kepala Dinas Pendidikan")
    operator = make.operator(session.get_one(Agency, order.agency_id), "operator.disdik")
    made = sheet.print_sheet(session, order, actor=make.actor(operator, NOON), now=NOON)
    for document in (longest, sheet_document(session, made)):
        with app.test_request_context():
            data = sheets_pdf(
                [paper_sheet(document, HEAD, **PLACE)], title="Lembar", identifier="x", created=document.made_at
            )
        assert len(PdfReader(io.BytesIO(data)).pages) == 1
        title, name = document.content["head_title"].split()[-1], document.content["head_name"].split()[0]
        assert gap_between(data, tmp_path, f"{title},", name) >= 25


def test_several_sheets_lie_two_beside_each_other(app, longest):
    with app.test_request_context():
        paper = paper_sheet(longest, HEAD, **PLACE)
        data = sheets_pdf([paper] * 3, title="Lembar", identifier="x", created=longest.made_at, size="a4-wide")
    pages = PdfReader(io.BytesIO(data)).pages
    assert [text.count("LEMBAR DISPOSISI") for text in words_of(data)] == [2, 1]
    assert round(float(pages[0].mediabox[2]) / 72 * 25.4) == 297


@pytest.mark.parametrize("angle", [4, 90, 187])
def test_a_poor_photo_is_still_matched(app, longest, tmp_path, angle):
    with app.test_request_context():
        data = sheets_pdf(
            [paper_sheet(longest, HEAD, **PLACE)], title="Lembar", identifier="x", created=longest.made_at
        )
    photo = picture_of(data, tmp_path).rotate(angle, expand=True, fillcolor=(90, 80, 70))
    photo = photo.filter(ImageFilter.GaussianBlur(1)).point(lambda value: int(value * 0.5 + 40))
    assert [read_code(found) for found in qr_texts(jpeg(photo, 50), MediaType.JPEG)] == [longest.code]
    scan = photos_as_pdf([jpeg(photo), jpeg(Image.new("RGB", (300, 200), "white"))], title="Pindaian")
    assert len(PdfReader(io.BytesIO(scan)).pages) == 2
    assert [read_code(found) for found in qr_texts(scan, MediaType.PDF)] == [longest.code]


def test_a_proof_by_paper_tells_of_pen_and_date(app, session, make, office):
    document = known(session, make, office, make.complaint(), way=Way.SHEET, means=Means.PEN)
    document.content = {
        **document.content,
        "sheet": {
            "recorded_at": NOON.isoformat(),
            "recorded_by": "Yunita",
            "phone_name": "Ibu Kepala",
            "phone_at": NOON.isoformat(),
        },
    }
    with app.test_request_context():
        (text,) = words_of(proof_pdf(document, HEAD, **PLACE))
    for part in (
        "4 Maret 2026, sesuai tanggal yang tertulis pada lembar",
        "oleh Yunita",
        "melalui lembar disposisi bertanda tangan pena",
        "Ibu Kepala, 4 Maret 2026",
    ):
        assert part in text
    assert "akun" not in text
