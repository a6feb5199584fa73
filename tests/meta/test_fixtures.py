"""The shared fixtures keep their promises."""

import socket
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from lapor.core import clock as lapor_clock
from lapor.core.db import db
from tests.conftest import Clock


def test_the_network_is_closed() -> None:
    with socket.socket() as probe, pytest.raises(AssertionError, match="wanted to reach"):
        probe.connect(("192.0.2.1", 80))


def test_the_clock_stands_where_it_was_put(clock: Clock) -> None:
    now = clock.at("2022-01-06 14:30")
    assert now == datetime(2022, 1, 6, 6, 30, tzinfo=UTC)
    assert lapor_clock.now() == now
    assert clock.at(datetime(2022, 1, 7, tzinfo=UTC)) == lapor_clock.now()


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_a_database_of_its_own(app: Flask, session: Session, turn: int) -> None:
    assert not sa.inspect(db.engine).has_table("left_behind")
    session.execute(sa.text("CREATE TABLE left_behind (turn INTEGER)"))
    session.commit()
