"""The words of notices."""

from flask_babel import lazy_gettext as _

from lapor.notifications.models import DeliveryState, Kind, Way

KIND = {
    Kind.ACTING: _("Pejabat pengganti"),
    Kind.ABSENCE: _("Berhalangan"),
    Kind.VACANCY: _("Jabatan kosong"),
    Kind.ORDER: _("Surat perintah"),
    Kind.COMPLAINT: _("Aduan"),
    Kind.AGENCY: _("OPD"),
    Kind.DEADLINE: _("Batas waktu"),
    Kind.REMINDER: _("Pengingat"),
    Kind.ESCALATION: _("Lewat batas waktu"),
    Kind.SYSTEM: _("Sistem"),
}

TONE = {
    Kind.ACTING: "info",
    Kind.ABSENCE: "plain",
    Kind.VACANCY: "late",
    Kind.ORDER: "late",
    Kind.COMPLAINT: "info",
    Kind.AGENCY: "plain",
    Kind.DEADLINE: "soon",
    Kind.REMINDER: "soon",
    Kind.ESCALATION: "late",
    Kind.SYSTEM: "plain",
}

WAY = {
    Way.MAIL: _("Pos-el"),
    Way.CHANNEL: _("Saluran lain"),
}

DELIVERY = {
    DeliveryState.QUEUED: _("Menunggu giliran"),
    DeliveryState.SENDING: _("Sedang dikirim"),
    DeliveryState.SENT: _("Terkirim"),
    DeliveryState.FAILED: _("Gagal, dicoba lagi"),
    DeliveryState.GIVEN_UP: _("Tidak terkirim"),
    DeliveryState.UNCERTAIN: _("Tidak pasti"),
    DeliveryState.NEEDLESS: _("Tidak perlu lagi"),
}

DELIVERY_TONE = {
    DeliveryState.QUEUED: "plain",
    DeliveryState.SENDING: "info",
    DeliveryState.SENT: "done",
    DeliveryState.FAILED: "soon",
    DeliveryState.GIVEN_UP: "late",
    DeliveryState.UNCERTAIN: "late",
    DeliveryState.NEEDLESS: "plain",
}
