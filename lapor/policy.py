"""The one place of authority: who may do what, decided from the posts a person holds today.

Pure: no database, no request. A power comes from an assignment in force; nobody has a power of his own.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property


class Role(StrEnum):
    """Kinds of posts; a person has the roles of the posts that he holds on the day."""

    HEAD = "head"
    LIAISON = "liaison"
    OPERATOR = "operator"
    UNIT = "unit"
    COORDINATOR = "coordinator"
    SECRETARIAT = "secretariat"
    LEADERSHIP = "leadership"
    INSPECTORATE = "inspectorate"
    ADMINISTRATOR = "administrator"


PROVINCIAL = frozenset(
    {
        Role.COORDINATOR,
        Role.SECRETARIAT,
        Role.LEADERSHIP,
        Role.INSPECTORATE,
        Role.ADMINISTRATOR,
    }
)


class Permission(StrEnum):
    """What can be allowed, as noun:verb."""

    COMPLAINT_VIEW = "complaint:view"
    COMPLAINT_REGISTER = "complaint:register"
    COMPLAINT_IMPORT = "complaint:import"
    COMPLAINT_PROCESS = "complaint:process"
    COMPLAINT_EXPORT = "complaint:export"
    REPORTER_REVEAL = "reporter:reveal"
    INBOX_VIEW = "inbox:view"
    DISPOSITION_ACKNOWLEDGE = "disposition:acknowledge"
    DISPOSITION_PROPOSE_RETURN = "disposition:propose-return"
    INSTRUCTION_EDIT = "instruction:edit"
    DISPOSITION_LIFT = "disposition:lift"
    RESPONSE_WRITE = "response:write"
    RESPONSE_REVIEW = "response:review"
    RESPONSE_INITIAL = "response:initial"
    DISPOSITION_PASS_ON = "disposition:pass-on"  # noqa: S105 - a permission, no password
    MATERIAL_WRITE = "material:write"
    MANDATE_EDIT = "mandate:edit"
    MANDATE_USE = "mandate:use"
    PROOF_VIEW = "proof:view"
    SHEET_PRINT = "sheet:print"
    SHEET_RECORD = "sheet:record"
    SHEET_REVIEW = "sheet:review"
    MEETING_VIEW = "meeting:view"
    MEETING_EDIT = "meeting:edit"
    ACTION_ITEM_UPDATE = "action-item:update"
    STATISTICS_VIEW = "statistics:view"
    EVALUATION_VIEW = "evaluation:view"
    EVALUATION_EDIT = "evaluation:edit"
    AGENCY_VIEW = "agency:view"
    AGENCY_EDIT = "agency:edit"
    ASSIGNMENT_VIEW = "assignment:view"
    ASSIGNMENT_EDIT = "assignment:edit"
    ABSENCE_ENTER = "absence:enter"
    ACCOUNT_MANAGE = "account:manage"
    ACCESS_CODE_ISSUE = "access-code:issue"
    CALENDAR_EDIT = "calendar:edit"
    SETTINGS_EDIT = "settings:edit"
    JOURNAL_VIEW = "journal:view"
    JOURNAL_ERASE = "journal:erase"
    READERS_VIEW = "readers:view"
    REMINDER_VIEW = "reminder:view"
    REMINDER_EDIT = "reminder:edit"
    BRIEF_VIEW = "brief:view"
    OPERATIONS_VIEW = "operations:view"
    JOB_MANAGE = "job:manage"
    PROFILE_EDIT = "profile:edit"


P = Permission
_EVERYONE = frozenset({P.PROFILE_EDIT})
_AGENCY_READS = frozenset({P.COMPLAINT_VIEW, P.COMPLAINT_EXPORT, P.MEETING_VIEW, P.STATISTICS_VIEW})

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.HEAD: _EVERYONE
    | _AGENCY_READS
    | {
        P.PROOF_VIEW,
        P.SHEET_PRINT,
        P.INBOX_VIEW,
        P.INSTRUCTION_EDIT,
        P.DISPOSITION_ACKNOWLEDGE,
        P.DISPOSITION_PASS_ON,
        P.ABSENCE_ENTER,
        P.ACTION_ITEM_UPDATE,
    },
    Role.LIAISON: _EVERYONE
    | _AGENCY_READS
    | {
        P.PROOF_VIEW,
        P.SHEET_PRINT,
        P.SHEET_RECORD,
        P.INBOX_VIEW,
        P.INSTRUCTION_EDIT,
        P.DISPOSITION_PROPOSE_RETURN,
        P.DISPOSITION_PASS_ON,
        P.RESPONSE_WRITE,
        P.RESPONSE_INITIAL,
        P.MANDATE_USE,
        P.ACTION_ITEM_UPDATE,
    },
    Role.OPERATOR: _EVERYONE
    | _AGENCY_READS
    | {P.INSTRUCTION_EDIT, P.DISPOSITION_PROPOSE_RETURN, P.RESPONSE_WRITE, P.ACTION_ITEM_UPDATE}
    | {P.PROOF_VIEW, P.SHEET_PRINT, P.SHEET_RECORD},
    Role.UNIT: _EVERYONE | {P.COMPLAINT_VIEW, P.MATERIAL_WRITE},
    Role.COORDINATOR: _EVERYONE
    | {
        P.PROOF_VIEW,
        P.SHEET_REVIEW,
        P.COMPLAINT_VIEW,
        P.COMPLAINT_REGISTER,
        P.COMPLAINT_IMPORT,
        P.COMPLAINT_PROCESS,
        P.COMPLAINT_EXPORT,
        P.REPORTER_REVEAL,
        P.DISPOSITION_LIFT,
        P.RESPONSE_WRITE,
        P.RESPONSE_REVIEW,
        P.MEETING_VIEW,
        P.MEETING_EDIT,
        P.ACTION_ITEM_UPDATE,
        P.STATISTICS_VIEW,
        P.EVALUATION_VIEW,
        P.EVALUATION_EDIT,
        P.AGENCY_VIEW,
        P.ASSIGNMENT_VIEW,
        P.ASSIGNMENT_EDIT,
        P.MANDATE_EDIT,
        P.ABSENCE_ENTER,
        P.ACCESS_CODE_ISSUE,
        P.CALENDAR_EDIT,
        P.READERS_VIEW,
        P.REMINDER_VIEW,
        P.REMINDER_EDIT,
        P.BRIEF_VIEW,
    },
    Role.SECRETARIAT: _EVERYONE
    | {
        P.COMPLAINT_VIEW,
        P.MEETING_VIEW,
        P.MEETING_EDIT,
        P.ACTION_ITEM_UPDATE,
        P.STATISTICS_VIEW,
        P.EVALUATION_VIEW,
        P.EVALUATION_EDIT,
        P.AGENCY_VIEW,
        P.ASSIGNMENT_VIEW,
        P.ASSIGNMENT_EDIT,
        P.MANDATE_EDIT,
        P.ABSENCE_ENTER,
    },
    Role.LEADERSHIP: _EVERYONE
    | {
        P.BRIEF_VIEW,
        P.COMPLAINT_VIEW,
        P.MEETING_VIEW,
        P.STATISTICS_VIEW,
        P.EVALUATION_VIEW,
        P.AGENCY_VIEW,
        P.ASSIGNMENT_VIEW,
    },
    Role.INSPECTORATE: _EVERYONE
    | {
        P.PROOF_VIEW,
        P.SHEET_REVIEW,
        P.COMPLAINT_VIEW,
        P.COMPLAINT_PROCESS,
        P.MEETING_VIEW,
        P.STATISTICS_VIEW,
        P.EVALUATION_VIEW,
        P.AGENCY_VIEW,
        P.ASSIGNMENT_VIEW,
        P.JOURNAL_VIEW,
        P.READERS_VIEW,
        P.REMINDER_VIEW,
    },
    Role.ADMINISTRATOR: _EVERYONE
    | {
        P.AGENCY_VIEW,
        P.AGENCY_EDIT,
        P.ASSIGNMENT_VIEW,
        P.ASSIGNMENT_EDIT,
        P.ACCOUNT_MANAGE,
        P.CALENDAR_EDIT,
        P.SETTINGS_EDIT,
        P.OPERATIONS_VIEW,
        P.JOB_MANAGE,
        P.JOURNAL_ERASE,
    },
}

# What a head keeps while another person holds his powers (Plh.): he reads and says when he is back, he does not act.
_WITHOUT_FORCE = _EVERYONE | _AGENCY_READS | {P.PROOF_VIEW} | {P.INBOX_VIEW, P.ABSENCE_ENTER}


@dataclass(frozen=True)
class Power:
    """A post that a person holds today, with the assignment that each of his acts will name.

    ``in_force`` is false for a head whose powers are with an acting head on this day.
    """

    role: Role
    agency_id: int
    agency_name: str
    post_id: int
    post_title: str
    assignment_id: int
    capacity: str
    order_number: str | None = None
    in_force: bool = True

    def grants(self, permission: Permission) -> bool:
        """Whether this power carries ``permission`` today."""
        return permission in (GRANTS[self.role] if self.in_force else _WITHOUT_FORCE)


@dataclass(frozen=True)
class Actor:
    """A person with the powers of today; loaded anew for each request."""

    person_id: int
    name: str
    day: date
    powers: tuple[Power, ...] = ()
    account_id: int | None = None
    session_id: int | None = None
    must_change_password: bool = False

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles of today, also those without force."""
        return frozenset(power.role for power in self.powers)

    def power_for(self, permission: Permission, agency_id: int | None = None) -> Power | None:
        """The power that carries ``permission`` (for ``agency_id``), the provincial one last, or None."""
        found = [
            power
            for power in self.powers
            if power.grants(permission)
            and (agency_id is None or power.role in PROVINCIAL or power.agency_id == agency_id)
        ]
        found.sort(key=lambda power: power.role in PROVINCIAL)
        return found[0] if found else None


def allows(actor: Actor, permission: Permission, agency_id: int | None = None) -> bool:
    """Whether ``actor`` may; with ``agency_id`` whether he may for that agency."""
    return actor.power_for(permission, agency_id) is not None


@dataclass(frozen=True)
class Scope:
    """Which complaints a person sees, and whose confidential content he reads.

    ``everything``: rows of the whole province. ``reads_confidential``: also the content of the
    confidential ones (the coordinator). ``agency_ids``: rows and content of what these agencies were asked.
    ``unit_post_ids``: only what was passed on to these posts. ``inspects``: complaints about the
    coordinator's office, which are closed to the coordinator himself (``office_agency_ids``). ``person_id``: what is
    about himself is closed to him, whatever post he holds by now.
    """

    everything: bool = False
    reads_confidential: bool = False
    inspects: bool = False
    agency_ids: frozenset[int] = field(default_factory=frozenset)
    unit_post_ids: frozenset[int] = field(default_factory=frozenset)
    person_id: int | None = None

    @property
    def nothing(self) -> bool:
        """Whether the person sees no complaint at all."""
        return not (self.everything or self.agency_ids or self.unit_post_ids)


_SEES_ALL = frozenset({Role.COORDINATOR, Role.SECRETARIAT, Role.LEADERSHIP, Role.INSPECTORATE})
_AGENCY_ROLES = frozenset({Role.HEAD, Role.LIAISON, Role.OPERATOR})


def scope_of(actor: Actor) -> Scope:
    """The scope that the powers of today give; the union when a person holds several posts."""
    roles = actor.roles
    return Scope(
        everything=bool(roles & _SEES_ALL),
        reads_confidential=Role.COORDINATOR in roles,
        inspects=Role.INSPECTORATE in roles,
        agency_ids=frozenset(p.agency_id for p in actor.powers if p.role in _AGENCY_ROLES),
        unit_post_ids=frozenset(p.post_id for p in actor.powers if p.role is Role.UNIT),
        person_id=actor.person_id,
    )
