"""The contracts for imports hold, and each is seen to fail on a violation that is planted in a copy."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [program, "--no-logo", "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the house to plant violations in."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "lapor", tmp_path / "lapor", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def test_the_contracts_hold() -> None:
    checked = lint_imports(ROOT)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("lapor/core/clock.py", "import lapor.policy", "Each floor"),
        (
            "lapor/journal/models.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import lapor.meetings.models",
            "Each floor",
        ),
        ("lapor/somewhere/__init__.py", "", "Each floor"),
        ("lapor/policy.py", "import sqlalchemy", "Rules, events and the policy"),
        ("lapor/meetings/rules.py", "import flask", "Rules, events and the policy"),
        ("lapor/dispositions/rules.py", "import lapor.journal.models", "Rules, events and the policy"),
        ("lapor/meetings/services.py", "from flask import request", "Only views, forms"),
        ("lapor/meetings/views.py", "import weasyprint", "WeasyPrint"),
        ("lapor/meetings/services.py", "import dbos", "dbos"),
    ],
)
def test_a_planted_violation_is_found(copy: Path, file: str, line: str, contract: str) -> None:
    path = copy / file
    path.parent.mkdir(exist_ok=True)
    with path.open("a") as planted:
        planted.write(f"\n{line}\n")
    checked = lint_imports(copy)
    said = " ".join(checked.stdout.split())
    assert checked.returncode == 1, said
    assert contract in said
