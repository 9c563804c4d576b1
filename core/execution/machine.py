"""The life of whatever owns a process: launched once, watched, stopped, judged at its end.

A kind of row (runs, deployments, jobs over files) subclasses `Machine` and says what is its own:
how a launch is prepared, what an end means, what to look at while it runs. Everything here may be
called by anybody, any number of times, at any moment; only the row's own host acts on processes.

Twice nothing starts: the row's claim (compare-and-set) lets one process of ours prepare, the
folder's claim (a file that one can make) lets one wrapper begin. Whoever wants a certain *no*
takes the folder's claim itself: then nothing has begun and nothing will.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Generic
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from core.errors import PlatformError
from core.execution.claims import claim
from core.execution.executor import Executor, ExecutorError, Observation, ProcessState, Spec
from core.execution.leases import lock_host
from core.execution.process_identity import boot_id
from core.execution.registry import executor_named
from core.execution.run_folder import Result
from core.execution.transitions import Fields, R, Transitions
from core.full_disk import says_full_disk

BEGIN_SECONDS = 60  # from hand-over to the wrapper's claim
UNCLAIMED_SECONDS = 3  # then the agent launches what no worker took
DEAF_SECONDS = 3  # a wrapper that has not ended its tree by then is ended with it
MAX_BACK_OFF = 300
NOT_STARTED = (ExecutorError, OSError, PlatformError)
OF_PROCESSES = {"", "engine_unreachable", "trouble"}  # notices that an observation replaces
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class End:
    """How an attempt ended: with a result, or for the reason `code`."""

    code: str = ""
    params: Fields = field(default_factory=dict)
    result: Result | None = None


@dataclass(frozen=True)
class Verdict:
    """What an end means: the next state with its reason, and what is written with it."""

    to: str
    code: str
    params: Fields = field(default_factory=dict)
    fields: Fields = field(default_factory=dict)


class Machine(Generic[R]):
    """The shared part. See the methods under "a kind's own" for what a subclass says."""

    states: Transitions[R]
    waiting: str
    """The state in which it is launched."""
    running: str | None = "running"
    """The state that a process that lives brings; None where more is needed than that."""
    related: tuple[str, ...] = ()
    one_at_a_time = False
    """Whether launches of a host are taken under its lock, so that `may_launch` may count."""

    # --- A kind's own ---------------------------------------------------------------------

    def home(self) -> Path:
        """The folder that has all run folders of the kind; it does not go away."""
        raise NotImplementedError

    def key(self, row: R) -> str:
        """Of an attempt: what marks its processes."""
        return f"{row.pk}-{row.attempt}"

    def prepare(self, row: R) -> Spec | None:
        """Make the folder and say what to start; None if the row was settled otherwise.

        Raises ExecutorError, OSError or PlatformError where it cannot be started.
        """
        raise NotImplementedError

    def verdict(self, row: R, end: End) -> Verdict | None:
        """What an end means; None if it has been settled here."""
        raise NotImplementedError

    def after(self, row: R) -> None:
        """Called once the row has ended, perhaps more than once."""

    def executor_name(self, row: R) -> str:
        """Chosen once, before anything starts: whoever repeats a launch asks the same."""
        return "local"

    def may_launch(self, row: R) -> bool:
        """Whether its turn has come."""
        return True

    def begun(self, row: R) -> Fields:
        """Of the transition to `running`: code, params, in_log."""
        return {"code": "running"}

    def demand(self, row: R) -> None:
        """Leave in the folder what the row wants of its wrapper."""
        if row.stop_requested_at is not None:
            self.states.folder(row).request_stop()

    def look(self, row: R, seen: Observation) -> None:
        """Take down what can be seen from outside: progress, phases, digests."""

    def deaf_at(self, row: R) -> datetime | None:
        """When a wrapper that was told to end its tree must have done so."""
        asked: datetime | None = row.stop_requested_at
        return asked and asked + timedelta(seconds=settings.RUN_STOP_GRACE + DEAF_SECONDS)

    def unclaimed(self, overdue: datetime) -> Q:
        """Those not handed over whose task a worker should have taken by now."""
        return long_past("created_at", overdue)

    def host_of(self, row: R) -> str:
        """The host that acts on it."""
        return str(row.host)

    # --- Launch ---------------------------------------------------------------------------

    def launch(self, row_id: UUID | str) -> None:
        """Start one that waits, exactly once; end one that was stopped before it was started."""
        row = self._take(row_id)
        if row is None:
            return
        try:
            if row.stop_requested_at is not None:
                self._end_unstarted(row)
            else:
                self._start(row)
        except BaseException:
            # Not ours to judge (the database went away, say): the sweep takes it up again.
            self._attempt(row).filter(submitted_at=None).update(claimed_at=None, claimed_by={})
            raise
        self.reconcile(row.pk)

    def _take(self, row_id: UUID | str) -> R | None:
        """Claim it for this process, or None if it is not to be launched, or not by us."""
        row = self._rows().filter(pk=row_id, submitted_at=None).first()
        if row is None or row.status not in self.states.active:
            return None
        with transaction.atomic() if self.one_at_a_time else nullcontext():
            if self.one_at_a_time:
                lock_host(self.host_of(row))
            if not self._is_ours(row) or not claim(row, status=row.status, attempt=row.attempt):
                return None
        return self._rows().get(pk=row_id)

    def _is_ours(self, row: R) -> bool:
        if row.stop_requested_at is None and not (
            row.status == self.waiting and self.may_launch(row)
        ):
            return False
        return self.host_of(row) == settings.PLATFORM_HOST

    def _start(self, row: R) -> None:
        if not row.executor:
            row.executor = self.executor_name(row)
            row.save(update_fields=["executor"])
        executor = self._executor(row)
        try:
            spec = self.prepare(row)
            if spec is None:
                return
            row.handle = executor.place(spec)
        except NOT_STARTED as error:
            self._end(row, _failure(error))
            return
        self._attempt(row).update(handle=row.handle)
        try:
            executor.start(spec, row.handle)
        except NOT_STARTED as error:
            # The engine may have heard us all the same, and act later than it answers.
            if self._close(row, executor):
                self._end(row, _failure(error))
                return
            logger.warning("%s %s began though its start failed: %s", self.name, row.pk, error)
        self._attempt(row).update(submitted_at=timezone.now())

    def _close(self, row: R, executor: Executor) -> bool:
        """True: nothing of this attempt has begun, and nothing will."""
        closed = self.states.folder(row).close()
        if closed:
            executor.discard(self.key(row), row.handle)
        return closed

    def _end_unstarted(self, row: R) -> None:
        """Stopped while it was claimed, by one who died or failed since."""
        folder = self.states.folder(row)
        if folder.exists() and not self._close(row, self._executor(row)):
            folder.request_stop()
            self._attempt(row).update(submitted_at=timezone.now())  # it did begin: watch its end
        else:
            self.states.transition(row, "stopped", code="stopped_before_start")

    def stop_unclaimed(self, row: R, **fields: Any) -> bool:
        """End one that nobody has taken; False where somebody has, who will find the stop file."""
        if row.submitted_at is None and row.claimed_at is None:
            nobody = {"claimed_at": None, "submitted_at": None}
            moved = self.states.transition(
                row, "stopped", code="stopped_before_start", still=nobody, **fields
            )
            if moved or row.status not in self.states.active:
                return moved
        folder = self.states.folder(row)
        if folder.exists():
            folder.request_stop()
        return False

    # --- Watch ----------------------------------------------------------------------------

    def reconcile(self, row_id: UUID | str) -> R | None:
        """Make the row say what is true; the only way observed facts become state."""
        row = self._rows().filter(pk=row_id).first()
        if row is not None:
            self.reconcile_row(row)
        return row

    def reconcile_row(self, row: R) -> None:
        """The same for one just read; it is changed in place."""
        if row.status not in self.states.active:
            self.states.events_flush(row)
        elif row.submitted_at is not None and self.host_of(row) == settings.PLATFORM_HOST:
            self._settle(row, self._executor(row))
            self.states.events_flush(row)

    def _settle(self, row: R, executor: Executor) -> None:
        folder = self.states.folder(row)
        if not folder.exists():
            self._folder_gone(row, executor)
            return
        self.demand(row)
        seen = executor.status(folder, row.handle)
        self.look(row, seen)
        self._note(row, seen)
        if seen.state is ProcessState.EXITED and seen.result is not None:
            self._mark_running(row, datetime.fromtimestamp(seen.result.started_at, tz=UTC))
            executor.discard(
                self.key(row), row.handle
            )  # first: a row that has ended may be deleted at once
            self._end(row, End(result=seen.result))
        elif seen.state is ProcessState.LOST:
            if seen.code == "wrapper_gone":
                executor.kill(folder, row.handle)  # the program may have outlived its wrapper
            executor.discard(self.key(row), row.handle)
            self._end(row, End(seen.code, dict(seen.params)))
        elif seen.state is ProcessState.STARTING:
            begin_by = (row.submitted_at or timezone.now()) + timedelta(seconds=BEGIN_SECONDS)
            if timezone.now() > begin_by and self._close(row, executor):
                self._end(row, End("never_began"))
        elif seen.state is ProcessState.RUNNING:
            self._mark_running(row, timezone.now())
            deaf_at = self.deaf_at(row)
            if deaf_at is not None and timezone.now() > deaf_at:
                executor.kill(folder, row.handle)

    def _folder_gone(self, row: R, executor: Executor) -> None:
        """Somebody removed it under a run: nothing can be known of its end, so it is ended."""
        if not self.home().is_dir():
            if row.handle.get("boot_id", boot_id()) == boot_id():
                raise FileNotFoundError(self.home())  # a mount is away, not a folder
            self._end(row, End("host_restarted"))  # nothing of another boot lives
            return
        folder = self.states.folder(row)
        folder.create()
        folder.write_spec({"key": self.key(row)})
        executor.kill(folder, row.handle)
        executor.discard(self.key(row), row.handle)
        self._end(row, End("folder_gone"))

    def _mark_running(self, row: R, at: datetime) -> None:
        if self.running is not None and row.status == self.waiting:
            self.states.transition(row, self.running, started_at=at, **self.begun(row))

    def _note(self, row: R, seen: Observation) -> None:
        code = seen.code if seen.state is ProcessState.UNKNOWN else ""
        if code != row.notice_code and row.notice_code in OF_PROCESSES:
            row.notice_code, row.notice_params = code, dict(seen.params) if code else {}
            self._attempt(row).update(notice_code=code, notice_params=row.notice_params)

    def _end(self, row: R, end: End) -> None:
        """Judge an end; again if the row was changed (a stop asked for, say) since we read it."""
        attempt = row.attempt
        for _ in range(2):
            if row.status not in self.states.active or row.attempt != attempt:
                break
            verdict = self.verdict(row, end)
            if verdict is None or self.states.transition(
                row, verdict.to, code=verdict.code, params=verdict.params, **verdict.fields
            ):
                break
        if row.status not in self.states.active:
            self.after(row)

    # --- Sweep ----------------------------------------------------------------------------

    def sweep(self) -> None:
        """Look after every active row of this host; one that makes trouble delays no other."""
        now = timezone.now()
        patient = Q(retry_at=None) | Q(retry_at__lte=now)
        # A clock that jumped back must not make it wait for longer than any back-off is.
        patient |= Q(retry_at__gt=now + timedelta(seconds=MAX_BACK_OFF))
        overdue = now - timedelta(seconds=UNCLAIMED_SECONDS)
        due = Q(submitted_at__isnull=False) | Q(claimed_at__isnull=False) | self.unclaimed(overdue)
        due |= Q(stop_requested_at__isnull=False)
        rows = self._mine().filter(patient, due)
        for row_id, submitted_at, troubles in list(
            rows.values_list("pk", "submitted_at", "trouble_count")
        ):
            self._guarded(self.reconcile if submitted_at else self.launch, row_id, troubles)
        for row_id in self._with_unwritten_lines():
            self._guarded(self._flush, row_id, 0)

    def _with_unwritten_lines(self) -> list[Any]:
        """Rows of this host; the lines are looked for alone, by their own index: mostly none."""
        owner = f"{self.states.owner}_id"
        unwritten = self.states.event._default_manager.filter(written=False)
        owners = list(unwritten.order_by(owner).values_list(owner, flat=True).distinct())
        if not owners:
            return []
        here = self._rows().filter(pk__in=owners, host__in=["", settings.PLATFORM_HOST])
        return list(here.values_list("pk", flat=True))

    def _unwritten(self) -> QuerySet[Any, Any]:
        """Lines of the log that only the database has."""
        here = {f"{self.states.owner}__host__in": ["", settings.PLATFORM_HOST]}
        return self.states.event._default_manager.filter(written=False, **here)

    def _flush(self, row_id: UUID) -> None:
        self.states.events_flush(self._rows().get(pk=row_id))

    def _guarded(self, action: Callable[[Any], object], row_id: UUID, troubles: int) -> None:
        try:
            action(row_id)
        except ObjectDoesNotExist:
            return  # deleted meanwhile
        except Exception as error:  # the outermost loop of a row
            logger.exception("%s %s: left alone for a while", self.name, row_id)
            self._trouble(row_id, troubles, error)
            return
        if troubles:
            rows = self.states.model._default_manager.filter(pk=row_id)
            rows.update(trouble_count=0, retry_at=None)
            rows.filter(notice_code="trouble").update(notice_code="", notice_params={})

    def _trouble(self, row_id: UUID, troubles: int, error: Exception) -> None:
        """Say on the row that it cannot be looked after, and when that is tried again."""
        wait = min(MAX_BACK_OFF, 2 ** min(troubles, 10))
        why = f"{type(error).__name__}: {error}"[:300]
        try:
            rows = self.states.model._default_manager.filter(pk=row_id)
            rows.filter(status__in=self.states.active).update(
                trouble_count=F("trouble_count") + 1,
                retry_at=timezone.now() + timedelta(seconds=wait),
                notice_code="trouble",
                notice_params={"why": why},
            )
        except DatabaseError:
            logger.exception("%s %s: its trouble could not be written down", self.name, row_id)

    def attention(self) -> list[QuerySet[Any, Any]]:
        """Where none of these has a row, a sweep finds nothing to do."""
        return [self._mine(), self._unwritten()]

    # --- A host that is gone --------------------------------------------------------------

    def give_up(self, host: str) -> int:
        """End every active row of a host that will not come back; returns how many.

        Its leases are free then. Should the host return, `leftovers_end` ends what ran on there.
        """
        rows = self._rows().filter(host=host, status__in=self.states.active)
        return sum(
            self.states.transition(
                row, "failed", code="host_given_up", params={"host": host},
                handle={**row.handle, "left_behind": True},
            )
            for row in rows
        )  # fmt: skip

    def leftovers_end(self) -> None:
        """On a host that was given up and is back: end what was written off."""
        for row in self._rows().filter(host=settings.PLATFORM_HOST, handle__left_behind=True):
            folder, executor = self.states.folder(row), self._executor(row)
            if folder.exists() and not folder.close():
                folder.request_kill()
                executor.kill(folder, row.handle)
            executor.discard(self.key(row), row.handle)
            self._attempt(row).update(handle={**row.handle, "left_behind": False})

    # --- Rows -----------------------------------------------------------------------------

    @property
    def name(self) -> str:
        return self.states.name

    def _executor(self, row: R) -> Executor:
        return executor_named(row.executor or self.executor_name(row))  # jobs of old have no name

    def _rows(self) -> QuerySet[R]:
        return self.states.model._default_manager.select_related(*self.related)

    def _attempt(self, row: R) -> QuerySet[R]:
        """The row, as long as it is in the attempt in which we saw it."""
        return self.states.model._default_manager.filter(pk=row.pk, attempt=row.attempt)

    def _mine(self) -> QuerySet[R]:
        """Active rows of this host."""
        return self.states.model._default_manager.filter(
            status__in=self.states.active, host=settings.PLATFORM_HOST
        )


def long_past(field: str, overdue: datetime) -> Q:
    """Those whose `field` is before `overdue`, or has been left in the future by a clock that
    jumped back: the task queue, too, would hand those out only when their time comes again."""
    ahead = overdue + timedelta(seconds=2 * UNCLAIMED_SECONDS)
    return Q(**{f"{field}__lt": overdue}) | Q(**{f"{field}__gt": ahead})


def _failure(error: BaseException) -> End:
    """Why a launch could not be made."""
    if isinstance(error, ExecutorError):
        return End(error.code, dict(error.params))
    if isinstance(error, PlatformError):  # the rules have become stricter since it was asked for
        return End("prepare_failed", {"why": error.message})
    if says_full_disk(error):
        return End("storage_full")
    return End("prepare_failed", {"why": str(error)})
