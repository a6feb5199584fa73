"""The words of the Tanda Bukti and of the Lembar Disposisi, from the values that were kept to finished papers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import render_template
from flask_babel import gettext as _
from markupsafe import Markup

from lapor.accounts.labels import MEANS
from lapor.accounts.rules import Means
from lapor.agencies.letterhead import letterhead_from
from lapor.complaints.labels import REPORT_CLASS
from lapor.complaints.rules import ReportClass, masked
from lapor.core.wording import long_date, long_instant, weekday_date
from lapor.dispositions.rules import Way
from lapor.documents.models import Document
from lapor.documents.rules import grouped, short_digest
from lapor.journal.rules import ChainHead, anchor_words
from lapor.offices.labels import CAPACITY
from lapor.offices.models import Capacity
from lapor.printing.paper import Letterhead
from lapor.printing.pdf import render_pdf
from lapor.printing.qr import qr_svg

DENSE_FROM = 700
"""Letters of title, instruction and receivers from which the proof is set smaller, to stay on one page."""
SHORT_TO = 400
"""Letters of title, text and note up to which a sheet has room to give to the pen."""
WITHHELD_TITLE = "Rahasia (judul tidak dicetak)"


@dataclass(frozen=True)
class PaperProof:
    """Everything that the proof prints; ``parts`` are headings with pairs of label and words."""

    letterhead: Letterhead
    title: str
    parts: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    remarks: tuple[str, ...]
    statement: str
    digest: str
    code: str
    address: str
    qr: Markup
    anchor: str
    is_dense: bool


def verify_address(base_url: str, code: str) -> str:
    """The public page of a paper."""
    return f"{base_url.rstrip('/')}/verifikasi/{code}"


def paper_proof(
    document: Document, head: ChainHead, *, base_url: str, province: str, masked_copy: bool = False
) -> PaperProof:
    """The proof in finished words. ``masked_copy``: the complaint became confidential after the paper was made."""
    content = dict(document.content)
    if masked_copy:
        content |= {"is_withheld": True, "title": None, "instruction": None, "passed_on": []}
    address = verify_address(base_url, document.code)
    return PaperProof(
        letterhead=letterhead_from(content["agency"], content["address"], province),
        title=document.title,
        parts=(
            (_("Aduan"), _complaint_rows(content)),
            (_("Diketahui pimpinan"), _times(content)),
            (_("Oleh"), _person_rows(content)),
            (_("Arahan"), _instruction_rows(content)),
        ),
        remarks=tuple(_remarks(content, masked_copy=masked_copy)),
        statement=_statement(content),
        digest=short_digest(document.digest),
        code=grouped(document.code),
        address=address,
        qr=qr_svg(address),
        anchor=anchor_words(head),
        is_dense=_letters(content) > DENSE_FROM,
    )


def _letters(content: Mapping[str, Any]) -> int:
    """How much there is to print beside what every proof has."""
    return sum(map(len, (content["title"] or "", content["instruction"] or "", *content["passed_on"])))


def _class(content: Mapping[str, Any]) -> str:
    code = content["report_class"]
    return str(REPORT_CLASS[ReportClass(code) if code else None])


def _complaint_rows(content: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return (
        (_("Tracking ID"), content["reference"]),
        (_("Klasifikasi"), _class(content)),
        (_("Tanggal masuk"), long_date(date.fromisoformat(content["received_on"]))),
        (_("Judul"), WITHHELD_TITLE if content["is_withheld"] else content["title"]),
        *(((_("Unit yang menangani"), content["of_agency"]),) if content["of_agency"] else ()),
    )


def _instant(text: str) -> str:
    return long_instant(datetime.fromisoformat(text))


def _times(content: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    delivered = [(_("Disampaikan"), _instant(content["delivered_at"]))]
    if content.get("authority_since"):  # papers of earlier versions have none
        delivered.append((_("Kewenangan beralih"), _instant(content["authority_since"])))
    sheet = content["sheet"]
    if sheet is None:
        return (
            *delivered,
            (_("Dibuka"), _instant(content["opened_at"])),
            (_("Dinyatakan diketahui"), _instant(content["acknowledged_at"])),
        )
    written = long_date(date.fromisoformat(content["acknowledged_on"]))
    return (
        *delivered,
        (_("Dibaca"), _("pada lembar yang dicetak %(time)s", time=_instant(content["opened_at"]))),
        (_("Dinyatakan diketahui"), _("%(day)s, sesuai tanggal yang tertulis pada lembar", day=written)),
        (
            _("Dicatat dalam sistem"),
            _("%(time)s oleh %(name)s", time=_instant(sheet["recorded_at"]), name=sheet["recorded_by"]),
        ),
    )


def _person_rows(content: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    capacity = Capacity(content["capacity"]) if content["capacity"] in set(Capacity) else None
    order = content["order_number"]
    if not order and capacity is not Capacity.DEFINITIVE:
        order = _("nomor menyusul")
    mandate = content["mandate"]
    rows = [
        (_("Nama"), content["person"]),
        (_("Jabatan"), content["post"]),
        (_("Kedudukan"), str(CAPACITY[capacity]) if capacity else content["capacity"]),
        *([(_("Surat perintah"), order)] if order and mandate is None else []),
    ]
    if mandate is not None:
        words = _(
            "nomor %(number)s tanggal %(day)s dari %(name)s, %(post)s",
            number=mandate["number"],
            day=long_date(date.fromisoformat(mandate["dated_on"])),
            name=mandate["head"],
            post=mandate["head_post"],
        )
        rows.append((_("Mandat tertulis"), words))
    rows.append((_("Cara"), _way(content)))
    sheet = content["sheet"]
    if sheet is not None and sheet["phone_at"]:
        words = _("%(name)s, %(time)s", name=sheet["phone_name"], time=_instant(sheet["phone_at"]))
        rows.append((_("Konfirmasi telepon"), words))
    return tuple(rows)


def _way(content: Mapping[str, Any]) -> str:
    way = Way(content["way"])
    if way is Way.SHEET:
        return str(_("melalui lembar disposisi bertanda tangan pena"))
    words = _("langsung") if way is Way.DIRECT else _("atas nama, dengan mandat tertulis")
    device = _(" pada perangkat pemegang jabatan") if content["device"] and way is Way.DIRECT else ""
    return f"{words}: {MEANS[Means(content['means'])]!s}{device}"


def _statement(content: Mapping[str, Any]) -> str:
    """What the paper claims and no more: an account and a secret were used, or a pen (office.md 1.4)."""
    means = str(MEANS[Means(content["means"])])
    match Way(content["way"]):
        case Way.SHEET:
            return str(
                _("Dinyatakan dengan tanda tangan pena pada lembar disposisi; fotonya tersimpan dalam sistem.")
            )
        case Way.MANDATE:
            return str(_("Dinyatakan melalui akun dan %(means)s penerima mandat.", means=means))
    return str(_("Dinyatakan melalui akun dan %(means)s pemegang jabatan.", means=means))


def _instruction_rows(content: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    if content["is_withheld"]:
        kept = _("tidak dicetak karena aduan bersifat rahasia")
        return ((_("Arahan"), kept if content["has_instruction"] else _("tidak ada")), (_("Diteruskan kepada"), kept))
    return (
        (_("Arahan"), content["instruction"] or _("tidak ada")),
        (_("Diteruskan kepada"), "; ".join(content["passed_on"]) or _("tidak ada")),
    )


def _remarks(content: Mapping[str, Any], *, masked_copy: bool) -> list[str]:
    remarks = []
    if content["is_returned"]:
        remarks.append(_("Dengan pernyataan ini aduan sekaligus dikembalikan ke koordinator: bukan kewenangan OPD."))
    remarks += [_earlier(item) for item in content["earlier"]]
    if masked_copy:
        remarks.append(_("Salinan tersamar: aduan dinyatakan rahasia setelah tanda bukti ini dibuat."))
    return remarks


def _earlier(item: Mapping[str, Any]) -> str:
    words = {"name": item["person"], "time": _instant(item["acknowledged_at"])}
    if item["was_refused"]:
        return str(_("Pernyataan terdahulu atas nama %(name)s, dicatat %(time)s, ditolak koordinator.", **words))
    return str(_("Ada pernyataan terdahulu oleh %(name)s, %(time)s; keduanya tersimpan.", **words))


def proof_html(paper: PaperProof, layout: str = "print.html", **words: Any) -> str:
    """The proof as the page that is printed, or in another layout as a page of the system with its ``words``."""
    return render_template("documents/proof.html", paper=paper, layout=layout, **words)


def proof_pdf(
    document: Document, head: ChainHead, *, base_url: str, province: str, masked_copy: bool = False
) -> bytes:
    """The proof as a PDF of one page; 0.2 to 0.4 s, so it is made outside of any transaction."""
    paper = paper_proof(document, head, base_url=base_url, province=province, masked_copy=masked_copy)
    return render_pdf(
        proof_html(paper),
        title=f"{document.title} {document.content['reference']}",
        identifier=document.code,
        created=document.made_at,
    )


@dataclass(frozen=True)
class PaperSheet:
    """Everything that one Lembar Disposisi prints."""

    letterhead: Letterhead
    reference: str
    sender: str
    received: str
    due: str
    natures: tuple[tuple[str, bool], ...]
    title: str
    text: str
    is_cut: bool
    note: str
    posts: tuple[str, ...]
    wishes: tuple[str, ...]
    head_title: str
    head_name: str
    is_short: bool
    is_withheld: bool
    is_supervisory: bool
    code: str
    qr: Markup
    digest: str
    anchor: str


def paper_sheet(document: Document, head: ChainHead, *, base_url: str, province: str) -> PaperSheet:
    """The sheet in finished words."""
    content = document.content
    plain = not content["is_urgent"] and not content["is_withheld"]
    return PaperSheet(
        letterhead=letterhead_from(content["agency"], content["address"], province),
        reference=content["reference"],
        sender=_("Pelapor melalui SP4N-LAPOR!")
        + (f" ({content['channel']})" if content["channel"] else "")
        + f", {_class(content)}",
        received=_(
            "%(received)s; di OPD sejak %(disposed)s",
            received=long_date(date.fromisoformat(content["received_on"])),
            disposed=long_date(date.fromisoformat(content["disposed_on"])),
        ),
        due=weekday_date(date.fromisoformat(content["due_on"])) if content["due_on"] else "",
        natures=(
            (_("Segera"), bool(content["is_urgent"])),
            (_("Rahasia"), bool(content["is_withheld"])),
            (_("Biasa"), plain),
        ),
        title=content["title"],
        text=content["text"],
        is_cut=content["is_cut"],
        note=content["note"] or "",
        posts=tuple(content["posts"]),
        wishes=tuple(content["wishes"]),
        head_title=content["head_title"] or "",
        head_name=content.get("head_name") or "",  # sheets of earlier versions have none
        is_short=len(content["title"] + content["text"] + (content["note"] or "")) <= SHORT_TO,
        is_withheld=bool(content["is_withheld"]),
        is_supervisory=bool(content["is_supervisory"]),
        code=grouped(document.code),
        qr=qr_svg(verify_address(base_url, document.code)),
        digest=short_digest(document.digest),
        anchor=anchor_words(head),
    )


def sheets_pdf(
    papers: list[PaperSheet], *, title: str, identifier: str, created: datetime, size: str = "a5"
) -> bytes:
    """Sheets as a PDF: each on an A5 page, or with ``size`` "a4-wide" two beside each other on A4."""
    html = render_template("documents/sheet.html", papers=papers, size=size, layout="print.html", title=title)
    return render_pdf(html, title=title, identifier=identifier, created=created)


def canonical_rows(shown: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What was shown, value by value in the order of the canonical text; identity numbers masked."""
    return [(name, "-" if shown[name] in (None, "") else masked(str(shown[name]))) for name in sorted(shown)]
