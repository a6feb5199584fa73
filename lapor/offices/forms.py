"""Forms of people, posts, assignments and absences."""

from datetime import date

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lapor.offices.labels import CAPACITY, PERSON_KIND, ROLE, SEX
from lapor.offices.models import ActingProposal, Capacity, Person, PersonKind, Post
from lapor.offices.services import PersonDetails
from lapor.web.forms import LaporForm


class PersonForm(LaporForm):
    """A person with number, titles and rank."""

    name = StringField(_("Nama tanpa gelar"), [InputRequired(), Length(max=200)])
    front_title = StringField(_("Gelar di depan"), [Optional(), Length(max=60)], description=_("Misalnya Dra. Hj."))
    back_title = StringField(
        _("Gelar di belakang"), [Optional(), Length(max=80)], description=_("Misalnya S.E., M.Si.")
    )
    kind = RadioField(
        _("Status kepegawaian"), [InputRequired()], choices=[(k.value, v) for k, v in PERSON_KIND.items()]
    )
    nip = StringField(
        _("NIP atau NI PPPK"),
        [Optional(), Length(max=30)],
        description=_("18 angka, boleh dengan spasi. Kosongkan untuk non-ASN; NIK tidak disimpan."),
    )
    rank = StringField(_("Pangkat"), [Optional(), Length(max=200)], description=_("Misalnya Pembina Tingkat I."))
    grade = StringField(
        _("Golongan"), [Optional(), Length(max=10)], description=_("Misalnya IV/b, atau IX untuk PPPK.")
    )
    job_title = StringField(
        _("Nama jabatan fungsional atau pelaksana"),
        [Optional(), Length(max=200)],
        description=_("Misalnya Pranata Humas Ahli Muda."),
    )
    sex = RadioField(_("Jenis kelamin"), [Optional()], choices=list(SEX.items()))
    phone = StringField(_("Telepon atau WhatsApp"), [Optional(), Length(max=30)])
    version = HiddenField()

    @classmethod
    def of(cls, person: Person) -> "PersonForm":
        """The form filled with a stored person."""
        form: PersonForm = cls(obj=person)
        if not form.is_submitted():
            form.kind.data = person.kind.value
        return form

    def details(self) -> PersonDetails:
        """What was filled in."""
        return PersonDetails(
            kind=PersonKind(self.kind.data),
            nip=self.nip.data or "",
            front_title=self.front_title.data or "",
            back_title=self.back_title.data or "",
            rank=self.rank.data,
            grade=self.grade.data,
            job_title=self.job_title.data,
            sex=self.sex.data,
            phone=self.phone.data,
        )


def _chosen(value: object) -> int | None:
    """The key that was chosen, or None for the line that asks to choose."""
    return int(str(value)) if value else None


def _offer(field: SelectField, ask: str, choices: list[tuple[int, str]]) -> None:
    """Let one of ``choices`` be chosen; nothing is chosen until somebody does."""
    field.choices = [("", ask), *choices]


class PostForm(LaporForm):
    """A post of an agency."""

    agency = SelectField(_("OPD"), [InputRequired()], coerce=_chosen)
    kind = SelectField(_("Peran"), [InputRequired()], choices=[(k.value, v) for k, v in ROLE.items()])
    title = StringField(
        _("Nama jabatan"),
        [InputRequired(), Length(max=200)],
        description=_("Seperti pada surat: Kepala Pelaksana BPBD, Inspektur Daerah, Direktur RSUD."),
    )
    seats = IntegerField(_("Jumlah pemegang"), [InputRequired(), NumberRange(1, 50)], default=1)

    def offer(self, agencies: list[tuple[int, str]]) -> None:
        """Let one of ``agencies`` be chosen."""
        _offer(self.agency, str(_("Pilih OPD")), agencies)


class ChangePostForm(LaporForm):
    """Title and seats of a post."""

    title = StringField(_("Nama jabatan"), [InputRequired(), Length(max=200)])
    seats = IntegerField(_("Jumlah pemegang"), [InputRequired(), NumberRange(1, 50)])


class AssignForm(LaporForm):
    """Who holds which post from when to when, by which order."""

    post = SelectField(_("Jabatan"), [InputRequired()], coerce=_chosen)
    person = SelectField(_("Pejabat atau pegawai"), [InputRequired()], coerce=_chosen)
    capacity = RadioField(
        _("Sebagai"),
        [InputRequired()],
        choices=[(k.value, v) for k, v in CAPACITY.items()],
        default=Capacity.DEFINITIVE.value,
    )
    starts_on = DateField(_("Mulai tanggal"), [InputRequired()], description=_("Paling awal hari ini."))
    ends_on = DateField(
        _("Sampai dengan tanggal"), [Optional()], description=_("Hari terakhir bertugas. Wajib untuk Plh.")
    )
    order_number = StringField(_("Nomor surat perintah atau keputusan"), [Optional(), Length(max=200)])
    order_date = DateField(_("Tanggal surat"), [Optional()])
    order_file = FileField(
        _("Hasil pindai surat"),
        [Optional()],
        description=_("PDF atau foto. Untuk Plh., Plt., dan Pj. wajib ada, boleh menyusul."),
    )
    order_pending = BooleanField(
        _("Nomor menyusul"),
        description=_("Nomor dan hasil pindai dilengkapi paling lambat 5 hari kerja sesudah mulai bertugas."),
    )
    proposal = HiddenField()

    def offer(self, posts: list[tuple[int, str]], people: list[tuple[int, str]]) -> None:
        """Let one of ``posts`` and one of ``people`` be chosen."""
        _offer(self.post, str(_("Pilih jabatan")), posts)
        _offer(self.person, str(_("Pilih orang")), people)

    def fill_from(self, proposal: ActingProposal, post: Post, today: date) -> None:
        """Show what a head proposed; days that have passed meanwhile are left out, power is never backdated."""
        self.post.data, self.person.data = post.id, proposal.person_id
        self.capacity.data = Capacity.PLH.value
        self.starts_on.data, self.ends_on.data = max(proposal.starts_on, today), proposal.ends_on
        self.proposal.data = str(proposal.id)


class EndForm(LaporForm):
    """The last day of an assignment."""

    ends_on = DateField(_("Hari terakhir bertugas"), [InputRequired()])


class OrderForm(LaporForm):
    """Number, date and scan of the order, as they come."""

    order_number = StringField(_("Nomor surat perintah atau keputusan"), [Optional(), Length(max=200)])
    order_date = DateField(_("Tanggal surat"), [Optional()])
    order_file = FileField(_("Hasil pindai surat"), [Optional()], description=_("PDF atau foto."))


class AbsenceForm(LaporForm):
    """Days on which the holder is away."""

    starts_on = DateField(_("Mulai tanggal"), [InputRequired()])
    ends_on = DateField(_("Sampai dengan tanggal"), [InputRequired()])
    reason = StringField(
        _("Alasan"), [InputRequired(), Length(max=200)], description=_("Misalnya cuti tahunan atau dinas luar.")
    )
    propose = BooleanField(
        _("Sekalian usulkan Plh."), description=_("Berlaku setelah sekretariat mencatat surat perintahnya.")
    )


class ProposalForm(LaporForm):
    """Whom a head wants to act for him."""

    person = SelectField(_("Diusulkan sebagai Plh."), [InputRequired()], coerce=_chosen)
    starts_on = DateField(_("Mulai tanggal"), [InputRequired()])
    ends_on = DateField(_("Sampai dengan tanggal"), [InputRequired()])
    note = StringField(
        _("Keterangan"), [Optional(), Length(max=300)], description=_("Misalnya dinas luar ke Jakarta.")
    )

    def offer(self, people: list[tuple[int, str]]) -> None:
        """Let one of ``people`` be chosen."""
        _offer(self.person, str(_("Pilih pejabat")), people)


class DeclineForm(LaporForm):
    """Why a proposal is not followed."""

    reason = StringField(_("Alasan"), [InputRequired(), Length(max=300)])


class FilterForm(LaporForm):
    """Which posts the list shows; a reading form, so it carries no token."""

    class Meta(LaporForm.Meta):
        """WTForms settings."""

        csrf = False

    opd = SelectField(_("OPD"), [Optional()], coerce=lambda value: int(value or 0), default=0)

    def offer(self, agencies: list[tuple[int, str]]) -> None:
        """Let one of ``agencies`` be chosen, or all."""
        self.opd.choices = [(0, str(_("Semua OPD"))), *agencies]


class PeopleSearchForm(LaporForm):
    """Words to look for among people."""

    class Meta(LaporForm.Meta):
        """WTForms settings."""

        csrf = False

    cari = StringField(_("Cari nama, NIP, atau jabatan"), [Length(max=100)])
