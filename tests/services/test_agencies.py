"""Agencies and the names that LAPOR! gives them, as services write them."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lapor.agencies import queries, services
from lapor.agencies.models import Agency, AgencyKind, AgencyObligation, LaporUnit, UnitDecision
from lapor.agencies.services import Particulars
from lapor.core.errors import Conflict, Invalid, NotFound
from lapor.desk.matching import Units
from lapor.journal.models import JournalEntry
from lapor.policy import Actor
from tests.factories import Make

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
TODAY = date(2026, 3, 2)
HEADER = "slug,nama,singkatan,jenis,kode_skpd,induk,keyakinan\n"
LIST = (
    HEADER + "rsud-x,UPT Rumah Sakit Umum Daerah X Provinsi Contoh,RSUD X,rsud,,dinkes,sedang\n"
    "dinkes,Dinas Kesehatan Provinsi Contoh,DINKES (DKES),dinas,1.02,,tinggi\n"
    "inspektorat,Inspektorat Daerah Provinsi Contoh,INSPEKTORAT,inspektorat,6.01,,tinggi\n"
    "setda,Sekretariat Daerah Provinsi Contoh,SETDA,sekretariat,4.01,,tinggi\n"
)


@pytest.fixture
def actor(make: Make) -> Actor:
    return make.actor(make.administrator())


def take_over(session: Session, actor: Actor, text: str = LIST) -> services.AgencyImport:
    return services.import_agencies(session, text.encode(), actor=actor, now=NOW)


def agency(session: Session, slug: str) -> Agency:
    return session.scalars(sa.select(Agency).where(Agency.slug == slug)).one()


def meant(session: Session, lapor_id: str | None, name: str) -> int | None:
    """The agency that a unit of LAPOR! is taken for, as an import asks."""
    nested = session.begin_nested()  # what an import would learn by asking is not kept
    found = Units(session, now=NOW).learn((name, lapor_id), now=NOW).agency_id
    nested.rollback()
    return found


def count_journal(session: Session) -> int:
    session.commit()
    return session.scalar(sa.select(sa.func.count()).select_from(JournalEntry)) or 0


def test_a_list_is_taken_over_with_parents_flags_and_aliases(session: Session, actor: Actor) -> None:
    report = take_over(session, actor)
    assert (report.created, report.changed, report.same, report.faults) == (4, 0, 0, [])
    assert agency(session, "rsud-x").parent_id == agency(session, "dinkes").id
    assert agency(session, "dinkes").abbreviation == "DINKES"
    assert [unit.name for unit in queries.spellings_of(session, agency(session, "dinkes").id)] == ["DKES"]
    assert [row.slug for row in queries.list_agencies(session) if row.is_oversight] == ["inspektorat"]
    assert [row.slug for row in queries.list_agencies(session) if row.oversees_inspectorate] == ["setda"]


def test_a_second_time_changes_nothing(session: Session, actor: Actor) -> None:
    take_over(session, actor)
    before = count_journal(session)
    assert take_over(session, actor).lines() == ["4 OPD dibaca: 0 baru, 0 berubah, 4 tetap."]
    assert count_journal(session) == before


def test_a_changed_list_updates_and_remembers_the_old_name(session: Session, actor: Actor) -> None:
    take_over(session, actor)
    report = take_over(session, actor, LIST.replace("Dinas Kesehatan Prov", "Dinas Kesehatan dan Gizi Prov"))
    assert (report.changed, report.same) == (1, 3)
    assert meant(session, None, "Dinas Kesehatan Provinsi Contoh") == agency(session, "dinkes").id


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("a,Dinas A,A,dinas,,tiada,", "tidak ditemukan"),
        ("a,Dinas A,A,dinas,,b,\nb,Dinas B,B,dinas,,a,", "di bawah"),
        ("a,Dinas A,A (DKES),dinas,,,", "dipadankan dengan OPD lain"),
        ("setda,Dinas Kesehatan Provinsi Contoh,S,dinas,,,", "dipakai OPD lain"),
    ],
)
def test_a_contradiction_is_named_and_nothing_is_written(
    session: Session, actor: Actor, row: str, reason: str
) -> None:
    take_over(session, actor)
    before = count_journal(session)
    report = take_over(session, actor, HEADER + "neu,Dinas Neu,NEU,dinas,,,\n" + row)
    assert reason in report.faults[0].reason
    assert "Tidak ada data yang berubah" in report.lines()[-1]
    assert session.scalar(sa.select(Agency.id).where(Agency.slug == "neu")) is None
    assert count_journal(session) == before


def test_an_empty_list_is_refused(session: Session, actor: Actor) -> None:
    with pytest.raises(Invalid, match="satu pun OPD"):
        take_over(session, actor, HEADER)


def test_a_unit_is_found_by_id_then_spelling_then_own_name(session: Session, actor: Actor, make: Make) -> None:
    one, other = make.agency("dinsos"), make.agency("dinkes")
    services.add_alias(session, one, "Dinas Urusan Sosial", lapor_id="900001", actor=actor, now=NOW)
    assert meant(session, "900001", other.name) == one.id
    assert meant(session, "900002", "DINAS URUSAN SOSIAL") == one.id
    assert meant(session, None, other.name.upper()) == other.id
    assert meant(session, None, "dinkes") == other.id
    assert meant(session, None, "Dinas Lain") is None
    services.close_agency(session, other, ends_on=TODAY, successor_id=one.id, actor=actor, now=NOW)
    known = meant(session, None, other.name)
    assert known == other.id  # LAPOR! goes on naming it: its successor has the work
    assert queries.current_agency_id(session, other.id, TODAY + timedelta(days=1)) == one.id


def test_a_key_that_two_agencies_share_matches_neither(session: Session, make: Make) -> None:
    make.agency("a", name="Dinas Satu", abbreviation="DS")
    make.agency("b", name="Dinas Dua", abbreviation="DS")
    assert meant(session, None, "DS") is None
    assert meant(session, None, "Dinas Dua") is not None


def test_a_spelling_means_one_agency_only(session: Session, actor: Actor, make: Make) -> None:
    one, other = make.agency("dinsos"), make.agency("dinkes")
    unit = services.add_alias(session, one, "Dinas S", lapor_id="11", actor=actor, now=NOW)
    with pytest.raises(Invalid, match="sudah dipadankan"):
        services.add_alias(session, other, "DINAS S", actor=actor, now=NOW)
    with pytest.raises(Invalid, match="ID ini"):
        services.add_alias(session, other, "Dinas T", lapor_id="11", actor=actor, now=NOW)
    with pytest.raises(Invalid, match="angka"):
        services.add_alias(session, other, "Dinas T", lapor_id="11a", actor=actor, now=NOW)
    with pytest.raises(NotFound):
        services.remove_alias(session, other, unit.id, actor=actor, now=NOW)
    services.remove_alias(session, one, unit.id, actor=actor, now=NOW)
    services.add_alias(session, other, "Dinas S", lapor_id="11", actor=actor, now=NOW)


def test_a_unit_that_waits_is_decided_on_its_own_page_only(session: Session, actor: Actor, make: Make) -> None:
    waiting = LaporUnit(name="Dinas W", name_key="dinas w")
    session.add(waiting)
    session.flush()
    with pytest.raises(Invalid, match="Perlu dipadankan"):
        services.add_alias(session, make.agency("dinsos"), "Dinas W", actor=actor, now=NOW)
    services.decide_unit(session, waiting, agency_id=None, actor=actor, now=NOW)
    assert waiting.decision is UnitDecision.OUTSIDE


def test_a_spelling_under_which_complaints_came_waits_again(session: Session, actor: Actor, make: Make) -> None:
    one = make.agency("dinsos")
    unit = services.add_alias(session, one, "Dinas S", actor=actor, now=NOW)
    make.complaint(lapor_unit_id=unit.id)
    services.remove_alias(session, one, unit.id, actor=actor, now=NOW)
    kept = session.get(LaporUnit, unit.id)
    assert kept is not None
    assert (kept.decision, kept.agency_id) == (UnitDecision.PENDING, None)


def test_two_people_do_not_overwrite_each_other(session: Session, actor: Actor, make: Make) -> None:
    one = make.agency("dinsos")
    seen = one.version
    given = Particulars("Dinas Sosial", "DINSOS", AgencyKind.DINAS, phone="1")
    assert services.update_agency(session, one, given, version=seen, actor=actor, now=NOW)
    with pytest.raises(Conflict, match="baru saja diubah"):
        services.update_agency(session, one, given, version=seen, actor=actor, now=NOW)
    assert not services.update_agency(session, one, given, version=one.version, actor=actor, now=NOW)


def test_there_is_one_organiser(session: Session, actor: Actor, make: Make) -> None:
    old = make.agency("lama", is_organiser=True)
    made = services.create_agency(
        session, Particulars("Dinas Baru", "BARU", AgencyKind.DINAS, is_organiser=True), actor=actor, now=NOW
    )
    assert queries.organiser_agency(session) is made
    assert not old.is_organiser


@pytest.mark.parametrize(
    ("given", "slug", "field"),
    [
        (Particulars(" ", "A", AgencyKind.DINAS), "a", "name"),
        (Particulars("Dinas A", "", AgencyKind.DINAS), "a", "abbreviation"),
        (Particulars("Dinas A", "A", AgencyKind.DINAS), "A B", "slug"),
        (Particulars("Dinas A", "A", AgencyKind.DINAS), "ada", "slug"),
        (Particulars("DINAS  ADA.", "A", AgencyKind.DINAS), "a", "name"),
        (Particulars("Dinas A", "A", AgencyKind.DINAS, parent_id=999), "a", "parent_id"),
    ],
)
def test_what_cannot_stand_is_refused_at_its_field(
    session: Session, actor: Actor, make: Make, given: Particulars, slug: str, field: str
) -> None:
    make.agency("ada", name="Dinas Ada")
    with pytest.raises(Invalid) as refused:
        services.create_agency(session, given, slug=slug, actor=actor, now=NOW)
    assert refused.value.field == field


def test_a_parent_below_oneself_is_refused(session: Session, actor: Actor, make: Make) -> None:
    top = make.agency("top")
    below = make.agency("below", parent_id=top.id)
    given = Particulars(top.name, top.abbreviation, top.kind, parent_id=below.id)
    with pytest.raises(Invalid, match="di bawahnya"):
        services.update_agency(session, top, given, version=top.version, actor=actor, now=NOW)


def test_a_closed_agency_leads_to_its_successor(session: Session, actor: Actor, make: Make) -> None:
    old, middle, new = make.agency("old"), make.agency("middle"), make.agency("new")
    with pytest.raises(Invalid, match="penerus"):
        services.close_agency(session, old, ends_on=TODAY, successor_id=old.id, actor=actor, now=NOW)
    services.close_agency(session, old, ends_on=date(2022, 6, 30), successor_id=middle.id, actor=actor, now=NOW)
    services.close_agency(session, middle, ends_on=date(2024, 6, 30), successor_id=new.id, actor=actor, now=NOW)
    with pytest.raises(Conflict, match="30 Juni 2022"):
        services.close_agency(session, old, ends_on=TODAY, successor_id=None, actor=actor, now=NOW)
    days = (date(2022, 6, 30), date(2022, 7, 1), date(2024, 7, 1))
    assert [queries.current_agency_id(session, old.id, day) for day in days] == [old.id, middle.id, new.id]
    assert old.id in dict(queries.agency_choices(session, date(2022, 6, 30)))
    assert old.id not in dict(queries.agency_choices(session, date(2022, 7, 1)))
    closed_without = make.agency("gone")
    services.close_agency(session, closed_without, ends_on=TODAY, successor_id=None, actor=actor, now=NOW)
    assert queries.current_agency_id(session, closed_without.id, date(2026, 3, 3)) is None


def test_a_renamed_agency_is_still_known_by_its_old_name(session: Session, actor: Actor, make: Make) -> None:
    one = make.agency("kominfo", name="Dinas Komunikasi", abbreviation="DISKOMINFO")
    given = Particulars("Dinas Komunikasi dan Digital", "KOMDIGI", AgencyKind.DINAS)
    assert services.update_agency(session, one, given, version=one.version, renamed_on=TODAY, actor=actor, now=NOW)
    for name in ("Dinas Komunikasi", "Diskominfo", "KOMDIGI", "Dinas Komunikasi & Digital"):
        assert meant(session, None, name) == one.id, name


def obliged(session: Session) -> list[int]:
    wanted = sa.select(AgencyObligation.agency_id).where(AgencyObligation.year == 2021)
    return list(session.scalars(wanted.order_by(AgencyObligation.agency_id)))


def test_obligations_of_a_year(session: Session, actor: Actor, make: Make) -> None:
    one, other = make.agency("a"), make.agency("b")
    assert services.obligate(session, one, 2021, actor=actor, now=NOW)
    assert not services.obligate(session, one, 2021, actor=actor, now=NOW)
    services.obligate(session, other, 2021, actor=actor, now=NOW)
    assert obliged(session) == [one.id, other.id]
    assert services.obligate(session, one, 2021, is_obliged=False, actor=actor, now=NOW)
    assert obliged(session) == [other.id]
    with pytest.raises(Invalid):
        services.obligate(session, one, 21, actor=actor, now=NOW)
