"""What a digest says, as an e-mail and as a short text: numbers, deadlines and links, never any content.

Pure functions of the digest, so that every attempt of one digest says the same under the same Message-ID.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from markupsafe import Markup

from lapor.core.clock import ZONE, local_day
from lapor.core.wording import weekday_date
from lapor.notifications.labels import KIND
from lapor.notifications.models import Kind

_SALT = "lapor.unsubscribe"
_ORDER = (
    Kind.ESCALATION,
    Kind.REMINDER,
    Kind.DEADLINE,
    Kind.COMPLAINT,
    Kind.ACTING,
    Kind.VACANCY,
    Kind.ABSENCE,
    Kind.ORDER,
    Kind.AGENCY,
    Kind.SYSTEM,
)
MOST_IN_A_GROUP = 20
MOST_IN_A_TEXT = 5


@dataclass(frozen=True)
class Line:
    """One notice of a digest."""

    kind: Kind
    sentence: str
    url: str


@dataclass(frozen=True)
class Letter:
    """One digest for one person."""

    digest_id: int
    person_id: int
    name: str
    made_at: datetime
    is_urgent: bool
    lines: tuple[Line, ...]


def unsubscribe_token(secret: str, person_id: int) -> str:
    """What the link under a message carries: it names the person and can do nothing but end his news."""
    return str(URLSafeSerializer(secret, salt=_SALT).dumps(person_id))


def person_of_token(secret: str, token: str) -> int | None:
    """Whose news a link ends; None for a token that is not ours."""
    try:
        found = URLSafeSerializer(secret, salt=_SALT).loads(token)
    except BadSignature:
        return None
    return found if isinstance(found, int) else None


def subject(letter: Letter) -> str:
    """The line that a mail program shows: how much there is, and the day."""
    day = weekday_date(local_day(letter.made_at))
    if letter.is_urgent:
        return str(_("Lapor, segera: %(count)s hal, %(day)s", count=len(letter.lines), day=day))
    return str(_("Lapor: %(count)s hal untuk Anda, %(day)s", count=len(letter.lines), day=day))


def groups(letter: Letter) -> list[tuple[str, Sequence[Line]]]:
    """The lines by what they are about, what is late first."""
    return [
        (str(KIND[kind]), found) for kind in _ORDER if (found := [line for line in letter.lines if line.kind is kind])
    ]


def mail(letter: Letter, *, to: str, sender: str, base_url: str, secret: str) -> EmailMessage:
    """The e-mail of a digest: plain text and simple HTML of the same words."""
    ending = f"{base_url}/berhenti/{unsubscribe_token(secret, letter.person_id)}"
    message = EmailMessage()
    message["From"] = Address("Lapor", addr_spec=sender)
    message["To"] = Address(letter.name, addr_spec=to)
    message["Subject"] = subject(letter)
    message["Date"] = format_datetime(letter.made_at.astimezone(ZONE))
    message["Message-ID"] = f"<digest.{letter.digest_id}.{letter.made_at:%Y%m%d%H%M%S}@{_host(base_url)}>"
    message["Auto-Submitted"] = "auto-generated"
    message["List-Id"] = f"<pemberitahuan.{_host(base_url)}>"
    message["List-Unsubscribe"] = f"<{ending}>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(_plain(letter, base_url, ending))
    message.add_alternative(_html(letter, base_url, ending), subtype="html")
    return message


def _host(base_url: str) -> str:
    return urlsplit(base_url).hostname or "localhost"


def _opening(letter: Letter) -> str:
    if letter.is_urgent:
        return str(_("Ada hal yang perlu segera Bapak/Ibu ketahui."))
    return str(_("Ini hal yang belum dibaca di Lapor. Isi aduan tidak pernah dikirim lewat pesan."))


def _more(found: Sequence[Line]) -> str:
    rest = len(found) - MOST_IN_A_GROUP
    return str(_("Dan %(count)s lagi di Lapor.", count=rest)) if rest > 0 else ""


def _endings() -> tuple[str, str, str]:
    return (
        str(_("Tautan meminta Bapak/Ibu masuk lebih dahulu. Membuka pesan ini tidak mengubah apa pun.")),
        str(_("Jam dan alamat pengiriman dapat diatur di profil:")),
        str(_("Berhenti menerima kabar (penugasan, batas waktu, dan hal segera tetap dikirim karena tugas):")),
    )


def _plain(letter: Letter, base_url: str, ending: str) -> str:
    parts = [str(_("Yth. Bapak/Ibu %(name)s,", name=letter.name)), "", _opening(letter)]
    for title, found in groups(letter):
        parts += ["", f"{title.upper()} ({len(found)})"]
        for line in found[:MOST_IN_A_GROUP]:
            parts += [f"- {line.sentence}", f"  {base_url}{line.url}"]
        if _more(found):
            parts.append(f"- {_more(found)}")
    signs_in, settings, ends = _endings()
    parts += ["", "-- ", signs_in, f"{settings} {base_url}/profil/pemberitahuan", f"{ends} {ending}", ""]
    return "\n".join(parts)


def _html(letter: Letter, base_url: str, ending: str) -> str:
    body = [
        Markup("<p>{}</p>").format(_("Yth. Bapak/Ibu %(name)s,", name=letter.name)),
        Markup("<p>{}</p>").format(_opening(letter)),
    ]
    for title, found in groups(letter):
        body.append(Markup("<h2>{} ({})</h2>\n<ul>").format(title, len(found)))
        body += [
            Markup('<li>{} <a href="{}">{}</a></li>').format(line.sentence, f"{base_url}{line.url}", _("Buka"))
            for line in found[:MOST_IN_A_GROUP]
        ]
        if _more(found):
            body.append(Markup("<li>{}</li>").format(_more(found)))
        body.append(Markup("</ul>"))
    signs_in, settings, ends = _endings()
    body += [
        Markup("<hr>\n<p>{}</p>").format(signs_in),
        Markup('<p>{} <a href="{}">{}</a></p>').format(
            settings, f"{base_url}/profil/pemberitahuan", _("Atur pemberitahuan")
        ),
        Markup('<p>{} <a href="{}">{}</a></p>').format(ends, ending, _("Berhenti")),
    ]
    head = Markup('<!doctype html>\n<html lang="id"><head><meta charset="utf-8"><title>{}</title></head>').format(
        subject(letter)
    )
    return "\n".join([head, "<body>", *body, "</body></html>", ""])


def short_text(letter: Letter, *, base_url: str) -> str:
    """The text for a channel of short messages: the first sentences and one link."""
    lines = [line for _title, found in groups(letter) for line in found]
    parts = [subject(letter), *(f"- {line.sentence}" for line in lines[:MOST_IN_A_TEXT])]
    if len(lines) > MOST_IN_A_TEXT:
        parts.append(str(_("Dan %(count)s lagi di Lapor.", count=len(lines) - MOST_IN_A_TEXT)))
    return "\n".join([*parts, f"{base_url}/notifikasi"])
