"""Children that are forks of this process, which has loaded what they need, and share its memory.

A new interpreter for each would take 70 MB and a second of its own. What must hold at a fork: this
process has no other thread and no connection to a database, and what it has loaded starts neither.
"""

from __future__ import annotations

import ctypes
import gc
import os
import runpy
import signal
import sys
import threading
import time
from collections.abc import Sequence

from django.conf import settings
from django.core.management import execute_from_command_line
from django.db import connections

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15  # linux/prctl.h
HANDLED = (signal.SIGINT, signal.SIGTERM)
_libc = ctypes.CDLL(None)


class InChild(BaseException):
    """Raised in the new process. It unwinds to whoever began it all, and there is `run`:
    so the new process ends as one does that was started by itself."""

    def __init__(self, argv: Sequence[str]) -> None:
        super().__init__(*argv)
        self.argv = list(argv)

    def run(self) -> None:
        """Do what the command line says: `-m gunicorn …` or `…/manage.py COMMAND …`."""
        if self.argv[0] == "-m":
            sys.argv = self.argv[1:]
            runpy.run_module(self.argv[1], run_name="__main__", alter_sys=True)
        else:
            sys.argv = self.argv
            execute_from_command_line(self.argv)


class Forked:
    """A child process, with what is asked of one that `subprocess` has started."""

    def __init__(self, name: str, argv: Sequence[str]) -> None:
        """Raises InChild in the child."""
        if threading.active_count() > 1:  # what they hold would be held for ever in the child
            raise RuntimeError(f"threads before a fork: {threading.enumerate()}")
        connections.close_all()
        sys.stdout.flush()
        sys.stderr.flush()
        gc.collect()
        gc.freeze()  # the collector writes to what it looks at, and would unshare it
        parent = os.getpid()
        self._code: int | None = None
        signal.pthread_sigmask(signal.SIG_BLOCK, HANDLED)
        self.pid = os.fork()
        if self.pid == 0:
            _begin(name, parent)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HANDLED)
        if self.pid == 0:
            raise InChild(argv)

    def wait(self) -> int:
        """The exit code, once it has ended."""
        while (code := self.poll()) is None:
            time.sleep(0.01)
        return code

    def poll(self) -> int | None:
        """The exit code, that of a signal negative; None while it lives."""
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self._code = os.waitstatus_to_exitcode(status)
        return self._code


def _begin(name: str, parent: int) -> None:
    """In a child: a session of its own, which is told to end when its parent is killed."""
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    _libc.prctl(PR_SET_NAME, f"llm-{name}".encode(), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    os.chdir(settings.BASE_DIR)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
