"""Holds the demo's meetings and evaluation through their services, each part on its day."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.core.clock import at_local
from lapor.demo.papers import CYCLE_2021, MEETINGS, DemoCycle, DemoMeeting, Progress
from lapor.demo.stage import Company, Step
from lapor.evaluations import services as evaluations
from lapor.evaluations.models import EvaluationCycle
from lapor.meetings import services as meetings
from lapor.meetings.models import ActionItem, Meeting
from lapor.meetings.queries import list_rows
from lapor.meetings.rules import Attendance, CheckIn, Part, TextKind
from lapor.offices.models import Assignment

PROVINCE = "Provinsi Sulawesi Tengah"


def paper_steps(session: Session, company: Company) -> Iterator[Step]:
    """Every act of the meetings and of the evaluation."""
    desk = _Secretariat(session, company)
    for item in MEETINGS:
        held = at_local(item.held_on, item.ends_at.hour, item.ends_at.minute)
        yield Step(at_local(item.invitation_date, 13, 30), partial(desk.invite, item))
        yield Step(held + timedelta(hours=2), partial(desk.write_minutes, item))
        yield Step(at_local(item.signed_on, 10), partial(desk.sign, item))
        for action_item in item.action_items:
            for progress in action_item.progress:
                at = at_local(progress.noted_on, 15, 20)
                yield Step(at, partial(desk.follow_up, item, action_item.description, progress))
    yield Step(at_local(CYCLE_2021.made_on, 10), partial(desk.evaluate, CYCLE_2021))
    yield Step(at_local(CYCLE_2021.report_date, 14), partial(desk.publish, CYCLE_2021))


class _Secretariat:
    """What secretariat and coordinator do with papers."""

    def __init__(self, session: Session, company: Company) -> None:
        self.session = session
        self.company = company

    def _meeting(self, held_on: date) -> Meeting:
        return self.session.scalars(sa.select(Meeting).where(Meeting.held_on == held_on)).one()

    def _details(self, item: DemoMeeting, *, is_over: bool) -> meetings.Details:
        people = self.company.people
        return meetings.Details(
            title=item.title,
            held_on=item.held_on,
            starts_at=item.starts_at,
            place=item.place,
            ends_at=item.ends_at if is_over else None,
            opened_at=item.opened_at if is_over else None,
            invitation_number=item.invitation_number,
            invitation_date=item.invitation_date,
            chair_id=people[item.chair],
            chair_post=item.chair_post,
            secretary_id=people[item.secretary],
            minute_taker_id=people["notulis"],
            year_from=item.years[0] if item.years else None,
            year_to=item.years[1] if item.years else None,
        )

    def invite(self, item: DemoMeeting, now: datetime) -> None:
        """The meeting with its agenda, on the day of the invitation."""
        actor = self.company.actor("notulis", now)
        meeting = meetings.create_meeting(self.session, self._details(item, is_over=False), actor=actor, now=now)
        for agenda_item in item.agenda:
            meetings.add_agenda_item(
                self.session,
                meeting,
                title=agenda_item.title,
                has_figures=agenda_item.has_figures,
                actor=actor,
                now=now,
            )

    def write_minutes(self, item: DemoMeeting, now: datetime) -> None:
        """The minutes as they stand when the meeting is over, handed to the chair."""
        session, actor = self.session, self.company.actor("notulis", now)
        meeting = self._meeting(item.held_on)
        details = self._details(item, is_over=True)
        meetings.change_meeting(session, meeting, details, version=meeting.version, actor=actor, now=now)
        self._attendance(item, meeting, now)
        meetings.write_text(session, meeting, TextKind.OPENING, item.opening, actor=actor, now=now)
        for agenda_item, row in zip(item.agenda, list_rows(session, Part.AGENDA, meeting.id), strict=True):
            if agenda_item.points:
                body = "\n".join(agenda_item.points)
                meetings.write_text(
                    session, meeting, TextKind.DISCUSSION, body, agenda_item=row, actor=actor, now=now
                )
        for obstacle in item.obstacles:
            meetings.add_obstacle(
                session,
                meeting,
                description=obstacle.description,
                agency=self.company.agency(obstacle.agency) if obstacle.agency else None,
                raised_on=obstacle.raised_on,
                actor=actor,
                now=now,
            )
        for decision in item.decisions:
            meetings.add_decision(session, meeting, description=decision, actor=actor, now=now)
        for action_item in item.action_items:
            meetings.add_action_item(
                session,
                meeting,
                description=action_item.description,
                due_on=action_item.due_on,
                agencies=[self.company.agency(slug) for slug in action_item.agencies],
                responsible=action_item.responsible,
                all_agencies=action_item.all_agencies,
                status=action_item.status,
                actor=actor,
                now=now,
            )
        if item.commitment:
            meetings.write_text(session, meeting, TextKind.COMMITMENT, item.commitment, actor=actor, now=now)
        meetings.submit_minutes(session, meeting, actor=actor, now=now)

    def _attendance(self, item: DemoMeeting, meeting: Meeting, now: datetime) -> None:
        actor = self.company.actor("notulis", now)
        for participant in item.participants:
            meetings.add_participant(
                self.session,
                meeting,
                self.company.person(participant.person),
                agency=self.company.agency(participant.agency),
                attendance=participant.attendance,
                way=participant.way,
                represented_by=self.company.person(participant.stands_in) if participant.stands_in else "",
                actor=actor,
                now=now,
            )
        for guest in item.guests:
            meetings.add_participant(
                self.session,
                meeting,
                meetings.Guest(guest.name, guest.post, guest.agency_name),
                attendance=Attendance.GUEST,
                way=CheckIn.PAPER,
                actor=actor,
                now=now,
            )

    def sign(self, item: DemoMeeting, now: datetime) -> None:
        """The chair signed."""
        meetings.approve_minutes(
            self.session,
            self._meeting(item.held_on),
            signed_on=item.signed_on,
            province=PROVINCE,
            actor=self.company.actor("notulis", now),
            now=now,
        )

    def follow_up(self, item: DemoMeeting, description: str, progress: Progress, now: datetime) -> None:
        """What became of a follow-up."""
        row = self.session.scalars(
            sa.select(ActionItem).where(
                ActionItem.meeting_id == self._meeting(item.held_on).id, ActionItem.description == description
            )
        ).one()
        meetings.update_action_item(
            self.session,
            row,
            status=progress.status,
            done_on=progress.done_on,
            note=progress.note,
            actor=self.company.actor("notulis", now),
            now=now,
        )

    def evaluate(self, cycle: DemoCycle, now: datetime) -> None:
        """The cycle with its texts, its figures held still at the cut-off."""
        signer = self.session.scalars(
            sa.select(Assignment.id).where(
                Assignment.person_id == self.company.people["kepala.diskominfo"],
                Assignment.post_id == self.company.posts["kepala.diskominfo"],
            )
        ).one()
        actor = self.company.actor("koordinator", now)
        made = evaluations.create_cycle(
            self.session,
            evaluations.CycleParticulars(
                title=cycle.title,
                year=cycle.year,
                starts_on=cycle.starts_on,
                ends_on=cycle.ends_on,
                introduction=cycle.introduction,
                obstacles=cycle.obstacles,
                recommendations=cycle.recommendations,
                report_number=cycle.report_number,
                report_date=cycle.report_date,
                signer_id=signer,
            ),
            actor=actor,
            now=now,
        )
        evaluations.lock_data(self.session, made, as_of=cycle.ends_on, actor=actor, now=now)

    def publish(self, cycle: DemoCycle, now: datetime) -> None:
        """The report goes out."""
        made = self.session.scalars(sa.select(EvaluationCycle).where(EvaluationCycle.title == cycle.title)).one()
        evaluations.publish_cycle(self.session, made, actor=self.company.actor("koordinator", now), now=now)
