"""The words of roles, capacities and kinds of people."""

from flask_babel import lazy_gettext as _

from lapor.core.wording import nip_grouped
from lapor.offices.models import Capacity, Person, PersonKind, ProposalState
from lapor.policy import Role

ROLE = {
    Role.HEAD: _("Kepala OPD"),
    Role.LIAISON: _("Pejabat Penghubung"),
    Role.OPERATOR: _("Admin OPD"),
    Role.UNIT: _("Bidang"),
    Role.COORDINATOR: _("Koordinator (Admin Instansi)"),
    Role.SECRETARIAT: _("Sekretariat"),
    Role.LEADERSHIP: _("Pimpinan Daerah"),
    Role.INSPECTORATE: _("Inspektorat"),
    Role.ADMINISTRATOR: _("Administrator"),
}

ROLE_DETAIL = {
    Role.HEAD: _("Menyatakan mengetahui setiap aduan OPD."),
    Role.LIAISON: _("Sekretaris Dinas atau Badan, Kabag TU: melihat semua aduan OPD dan memeriksa konsep."),
    Role.OPERATOR: _("Menulis tanggapan dan mencatatnya."),
    Role.UNIT: _("Hanya melihat aduan yang diteruskan kepadanya."),
    Role.COORDINATOR: _("Memeriksa aduan dan menyampaikannya ke OPD."),
    Role.SECRETARIAT: _("Rapat, surat, dan penugasan."),
    Role.LEADERSHIP: _("Melihat ringkasan seluruh OPD."),
    Role.INSPECTORATE: _("Mengawasi, termasuk aduan tentang pejabat."),
    Role.ADMINISTRATOR: _("Mengelola sistem, tidak membaca aduan."),
}

CAPACITY = {
    Capacity.DEFINITIVE: _("Definitif"),
    Capacity.PLT: _("Plt. (pelaksana tugas)"),
    Capacity.PLH: _("Plh. (pelaksana harian)"),
    Capacity.PJ: _("Pj. (penjabat)"),
}

CAPACITY_SHORT = {
    Capacity.DEFINITIVE: _("definitif"),
    Capacity.PLT: "Plt.",
    Capacity.PLH: "Plh.",
    Capacity.PJ: "Pj.",
}

PERSON_KIND = {
    PersonKind.PNS: _("PNS"),
    PersonKind.PPPK: _("PPPK"),
    PersonKind.NON_ASN: _("Tanpa NIP (non-ASN)"),
}

SEX = {"L": _("Laki-laki"), "P": _("Perempuan")}

PROPOSAL = {
    ProposalState.WAITING: _("menunggu surat perintah"),
    ProposalState.ACCEPTED: _("sudah ditetapkan"),
    ProposalState.DECLINED: _("tidak diikuti"),
    ProposalState.WITHDRAWN: _("ditarik"),
}


def number_words(person: Person) -> str:
    """`NIP. 19690412 199503 1 002`, `NI PPPK. ...`, or nothing for those who have none."""
    if not person.nip:
        return ""
    label = "NI PPPK." if person.kind is PersonKind.PPPK else "NIP."
    return f"{label} {nip_grouped(person.nip)}"
