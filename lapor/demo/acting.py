"""Runs the acts of the demo's complaints through the services that people use, at the time at which they happened."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial, singledispatchmethod

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.complaints.models import Complaint
from lapor.complaints.rules import LAPOR_CLASSES
from lapor.complaints.services import Particulars
from lapor.core.clock import local_day
from lapor.core.wording import long_date
from lapor.demo.founding import OWED_SINCE, PROVINCE_SUFFIX
from lapor.demo.photo import photo_of_sheet
from lapor.demo.stage import Company, Days, Step
from lapor.demo.story import (
    Act,
    Answer,
    Archive,
    Close,
    Correct,
    Dispose,
    Draft,
    Forward,
    GiveBack,
    Hold,
    Know,
    Lift,
    LivingComplaint,
    Print,
    Propose,
    Resume,
    Sign,
    Supply,
    Verify,
)
from lapor.desk import creating
from lapor.desk import services as desk
from lapor.desk.import_events import FileImported
from lapor.desk.import_models import BatchState, ImportBatch
from lapor.desk.import_rules import Incoming
from lapor.desk.lapor_export import Column
from lapor.desk.lapor_rows import Flags
from lapor.desk.matching import Units
from lapor.dispositions import acknowledging, answering, passing, returning, superseding
from lapor.dispositions import services as dispositions
from lapor.dispositions.acknowledging import PassOn, digest_of, shown_to_head
from lapor.dispositions.models import Disposition
from lapor.dispositions.rules import MatchedBy
from lapor.documents.models import Document
from lapor.evidence import recording
from lapor.evidence.models import DispositionSheet
from lapor.evidence.paper import verify_address
from lapor.evidence.queries import latest_sheet
from lapor.evidence.sheet import print_sheet
from lapor.files.services import Store, check_upload, store_upload
from lapor.journal.services import record
from lapor.offices.queries import Holder, head_of
from lapor.policy import Permission
from lapor.units import materials

READING_TIME = timedelta(minutes=3)
WRITING_TIME = timedelta(minutes=2)
WAITS_FOR_REPORTER = timedelta(days=7)
"""From the photo of a sheet until what stands on it is written down."""
_CLASS_WORDS = {report_class: words for words, report_class in LAPOR_CLASSES.items()}


class Play:
    """Brings the complaints in and plays what happened to them.

    ``store`` keeps the photos, ``base_url`` stands in the QR marks.
    """

    def __init__(self, session: Session, company: Company, days: Days, *, store: Store, base_url: str) -> None:
        self.session = session
        self.company = company
        self.days = days
        self.store = store
        self.base_url = base_url

    def steps(self, complaints: Sequence[LivingComplaint]) -> Iterator[Step]:
        """Every act of every complaint; complaints out of LAPOR! come in with one file for each hour."""
        files: dict[datetime, list[LivingComplaint]] = defaultdict(list)
        for item in complaints:
            entered = self.days.at(item.entered)
            if item.by_hand:
                yield Step(entered, partial(self._write_down, item))
            else:
                files[entered].append(item)
            for act in item.acts:
                yield Step(self.days.at(act.at), partial(self._run, item.tracking_id, act))
                if isinstance(act, Know | GiveBack):
                    yield Step(self.days.at(act.at) - READING_TIME, partial(self._read, item.tracking_id, act.agency))
        for entered, items in files.items():
            yield Step(entered, partial(self._import, items))

    # how they come in

    def _write_down(self, item: LivingComplaint, now: datetime) -> None:
        desk.register(
            self.session,
            Particulars(
                title=item.title,
                text=item.text,
                channel=item.channel,
                received_at=self.days.at(item.received),
                report_class=item.report_class,
                category=item.category,
                location=item.location,
                is_anonymous=item.is_anonymous,
                is_confidential=item.is_confidential,
                tracking_id=item.tracking_id,
            ),
            actor=self.company.actor("koordinator", now),
            now=now,
        )

    def _import(self, items: Sequence[LivingComplaint], now: datetime) -> None:
        actor = self.company.actor("koordinator", now)
        day = local_day(now)
        batch = ImportBatch(
            created_at=now,
            created_by=actor.person_id,
            file_name=f"laporan-ringkas-{day.isoformat()}.xlsx",
            zone="UTC",
            generated_on=day,
            institution="Pemerintah Provinsi Sulawesi Tengah",
            columns=[column.value for column in Column],
            unknown_columns=[],
            owed_from=OWED_SINCE,
            state=BatchState.DONE,
            new=len(items),
            done=len(items),
            finished_at=now,
        )
        self.session.add(batch)
        self.session.flush()
        rows = [self._row(item) for item in items]
        creating.create(self.session, batch, rows, Units(self.session, now), actor=actor, now=now)
        record(
            self.session,
            FileImported(batch.id, batch.file_name, batch.new, 0, 0, 0),
            actor=actor,
            now=now,
            permission=Permission.COMPLAINT_IMPORT,
        )

    def _row(self, item: LivingComplaint) -> Incoming:
        received = self.days.at(item.received)
        flags = [
            word for word, is_set in (("Anonim", item.is_anonymous), ("Rahasia", item.is_confidential)) if is_set
        ]
        return Incoming(
            tracking_id=item.tracking_id,
            received_at=received,
            received_raw=f"{received:%d %b %Y %H:%M:%S} UTC",
            title=item.title,
            text=item.text,
            status=item.lapor_status,
            report_class=_CLASS_WORDS[item.report_class] if item.report_class else "",
            category=item.category or "",
            type="|".join(flags),
            flags=Flags(item.is_anonymous, item.is_confidential),
            unit_name=item.lapor_unit + PROVINCE_SUFFIX if item.lapor_unit else "",
            unit_id=None,
            channel=item.channel,
            location=item.location or "",
            location_is_short=True,
            reporter=None,
            reason="",
            rating=None,
        )

    # what is done to them

    def _complaint(self, tracking_id: str) -> Complaint:
        return self.session.scalars(sa.select(Complaint).where(Complaint.tracking_id == tracking_id)).one()

    def _order(self, complaint: Complaint, agency: str) -> Disposition:
        return self.session.scalars(
            sa.select(Disposition).where(
                Disposition.complaint_id == complaint.id, Disposition.agency_id == self.company.agencies[agency]
            )
        ).one()

    def _read(self, tracking_id: str, agency: str, now: datetime) -> None:
        order = self._order(self._complaint(tracking_id), agency)
        acknowledging.note_opened(self.session, order, actor=self.company.head(agency, now), now=now)

    def _run(self, tracking_id: str, act: Act, now: datetime) -> None:
        self._do(act, self._complaint(tracking_id), now)

    @singledispatchmethod
    def _do(self, act: object, complaint: Complaint, now: datetime) -> None:
        raise NotImplementedError(f"{type(act).__name__} at {now} for {complaint.reference}")

    @_do.register
    def _(self, act: Verify, complaint: Complaint, now: datetime) -> None:
        desk.verify(
            self.session,
            complaint,
            report_class=complaint.report_class,
            class_reason=None,
            reported_party=act.party,
            reported_agency_id=self.company.agencies[act.reported] if act.reported else None,
            actor=self.company.actor("koordinator", now),
            now=now,
        )

    @_do.register
    def _(self, act: Dispose, complaint: Complaint, now: datetime) -> None:
        dispositions.dispose(
            self.session,
            complaint,
            lead_id=self.company.agencies[act.lead],
            support_ids=[self.company.agencies[slug] for slug in act.support],
            note=act.note,
            actor=self.company.actor("koordinator", now),
            now=now,
        )

    @_do.register
    def _(self, act: Know, complaint: Complaint, now: datetime) -> None:
        order = self._order(complaint, act.agency)
        acknowledging.acknowledge(
            self.session,
            order,
            digest=digest_of(shown_to_head(complaint, order)),
            instruction=act.instruction,
            pass_on=PassOn((self.company.posts[act.pass_to],) if act.pass_to else ()),
            actor=self.company.head(act.agency, now),
            now=now,
        )

    @_do.register
    def _(self, act: Print, complaint: Complaint, now: datetime) -> None:
        order = self._order(complaint, act.agency)
        print_sheet(self.session, order, actor=self.company.operator(act.agency, now), now=now)

    @_do.register
    def _(self, act: Sign, complaint: Complaint, now: datetime) -> None:
        order = self._order(complaint, act.agency)
        sheet = latest_sheet(self.session, order.id)
        written_on = self.days.day(act.written)
        signer = head_of(self.session, order.head_agency_id, written_on)
        if sheet is None or signer is None:
            raise LookupError(f"no signed sheet of {complaint.reference} on {written_on}")
        actor = self.company.operator(act.agency, now)
        brought = recording.take_photos(
            self.session,
            sheet,
            expected=order.id,
            matched_by=MatchedBy.QR,
            photos=self._photos(sheet, signer, (act.instruction, f"Palu, {long_date(written_on)}")),
            actor=actor,
            now=now - WRITING_TIME,
        )
        recording.acknowledge_by_sheet(
            self.session,
            brought,
            written_on=written_on,
            signer_assignment_id=signer.assignment_id,
            instruction=act.instruction,
            actor=actor,
            now=now,
        )

    def _photos(self, sheet: DispositionSheet, signer: Holder, handwritten: Sequence[str]) -> recording.Photos:
        paper = self.session.get_one(Document, sheet.document_id)
        photo = photo_of_sheet(
            verify_address(self.base_url, paper.code),
            [
                ("Aduan", paper.content["reference"]),
                ("Judul", paper.content["title"]),
                ("Isi", paper.content["text"]),
            ],
            handwritten=handwritten,
            signer=(signer.post_words, signer.person_name),
        )
        kept = store_upload(check_upload(photo, "lembar-disposisi.jpg"), self.store)
        return recording.Photos(kept, (hashlib.sha256(photo).hexdigest(),))

    @_do.register
    def _(self, act: Correct, complaint: Complaint, now: datetime) -> None:
        order = self._order(complaint, act.agency)
        superseding.supersede_acknowledgement(
            self.session,
            order,
            digest=digest_of(shown_to_head(complaint, order)),
            instruction=act.instruction,
            reason=act.reason,
            actor=self.company.head(act.agency, now),
            now=now,
        )

    @_do.register
    def _(self, act: GiveBack, complaint: Complaint, now: datetime) -> None:
        order = self._order(complaint, act.agency)
        returning.return_to_coordinator(
            self.session,
            order,
            reason=act.reason,
            digest=digest_of(shown_to_head(complaint, order)),
            actor=self.company.head(act.agency, now),
            now=now,
        )

    @_do.register
    def _(self, act: Propose, complaint: Complaint, now: datetime) -> None:
        order = self._order(complaint, act.agency)
        actor = self.company.operator(act.agency, now)
        returning.propose_return(self.session, order, reason=act.reason, actor=actor, now=now)

    @_do.register
    def _(self, act: Lift, complaint: Complaint, now: datetime) -> None:
        order = self._order(complaint, act.agency)
        actor = self.company.actor("koordinator", now)
        dispositions.lift_block(self.session, order, reason=act.reason, actor=actor, now=now)

    @_do.register
    def _(self, act: Supply, complaint: Complaint, now: datetime) -> None:
        order = self._order(complaint, act.agency)
        actor = self.company.actor(act.unit, now)
        passed = passing.load_passed(self.session, order.id, actor)
        material = materials.write_material(self.session, passed, text=act.text, version=None, actor=actor, now=now)
        materials.send_material(self.session, material, actor=actor, now=now)

    @_do.register
    def _(self, act: Draft, complaint: Complaint, now: datetime) -> None:
        order = self._order(complaint, act.agency)
        actor = self.company.operator(act.agency, now)
        answering.save_draft(self.session, order, kind=act.kind, text=act.text, actor=actor, now=now)

    @_do.register
    def _(self, act: Answer, complaint: Complaint, now: datetime) -> None:
        answering.record_answer(
            self.session,
            self._order(complaint, act.agency),
            kind=act.kind,
            text=act.text,
            posted_at=now - timedelta(minutes=10),
            before_known_reason=act.early,
            actor=self.company.operator(act.agency, now),
            now=now,
        )

    @_do.register
    def _(self, act: Hold, complaint: Complaint, now: datetime) -> None:
        actor = self.company.actor("koordinator", now)
        expected_on = local_day(now + WAITS_FOR_REPORTER)
        desk.hold(self.session, complaint, reason=act.reason, expected_on=expected_on, actor=actor, now=now)

    @_do.register
    def _(self, _act: Resume, complaint: Complaint, now: datetime) -> None:
        desk.resume(self.session, complaint, actor=self.company.actor("koordinator", now), now=now)

    @_do.register
    def _(self, act: Forward, complaint: Complaint, now: datetime) -> None:
        desk.forward(
            self.session,
            complaint,
            institution=act.institution,
            forwarded_on=local_day(now),
            way=act.way,
            actor=self.company.actor("koordinator", now),
            now=now,
        )

    @_do.register
    def _(self, act: Archive, complaint: Complaint, now: datetime) -> None:
        actor = self.company.actor("koordinator", now)
        desk.archive(self.session, complaint, reason=act.reason, actor=actor, now=now)

    @_do.register
    def _(self, act: Close, complaint: Complaint, now: datetime) -> None:
        actor = self.company.actor("koordinator", now)
        desk.close(self.session, complaint, reason=act.reason, rating=act.rating, actor=actor, now=now)
