"""Fixtures of files and jobs over them."""

from __future__ import annotations

import pytest

from tests.support.deid_lab import SMALL, Lab


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    return Lab(tmp_path_factory.mktemp("lab") / "job", SMALL)
