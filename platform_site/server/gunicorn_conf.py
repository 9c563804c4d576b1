"""gunicorn's settings: what web processes may share is loaded once, before they are forked."""

from __future__ import annotations

import gc
import os
from typing import Any

# numpy's threads would be started before the fork, for arrays that are too small to need any.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
preload_app = True


def pre_fork(server: Any, worker: Any) -> None:
    """The collector writes to what it looks at, and would unshare it."""
    gc.collect()
    gc.freeze()
