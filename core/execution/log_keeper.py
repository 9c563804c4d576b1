"""Looks after a log while a command writes it: its bound on the disk, and the times of its bytes.

A part of the wrapper (wrapper.py): standard library only, Python 3.8 or newer.
"""

import ctypes
import fcntl
import os
import time

INDEX_INTERVAL = 1.0
INDEX_BYTES = 2 * 1024 * 1024
LOG_HEAD = 64 * 1024  # the beginning of a log, which is always kept
LOG_MARK = 256  # bytes of the line behind it, once something has been dropped
LOG_LEAST = 4 * LOG_HEAD
LINE_SEARCH = 64 * 1024
TAIL_IN_MEMORY = 4 * 1024 * 1024
PUNCH_HOLE, KEEP_SIZE = 2, 1


class LogIndex:
    """Appends `unix-time size` when the log grew, so that lines have an honest time.

    What is older gets coarser, so that the index stays small however long the run goes on.
    """

    def __init__(self, folder, log):
        self.log, self.index = log, folder.path("log.index")
        self.size, self.next = -1, 0.0

    def tick(self):
        if time.monotonic() < self.next:
            return
        self.next = time.monotonic() + INDEX_INTERVAL
        try:
            size = os.stat(self.log).st_size
            if size != self.size:
                with open(self.index, "a" if size > self.size else "w", encoding="ascii") as file:
                    file.write("%.3f %d\n" % (time.time(), size))
                    full = file.tell() > INDEX_BYTES
                self.size = size
                if full:
                    self.thin()
        except OSError:
            pass  # a full disk costs times, not the run

    def thin(self):
        """The newest quarter stays; before it half of the moments go, the closest first."""
        with open(self.index, encoding="ascii", errors="replace") as file:
            entries = [line for line in map(index_entry, file) if line is not None]
        old = entries[: len(entries) * 3 // 4]
        apart = 2 * (old[-1][0] - old[0][0]) / len(old) if old else 0.0
        kept, last = [], float("-inf")
        for moment, size in old:
            if moment - last >= apart:
                kept.append((moment, size))
                last = moment
        with open(self.index + ".tmp", "w", encoding="ascii") as file:
            file.writelines("%.3f %d\n" % entry for entry in kept + entries[len(old) :])
        os.rename(self.index + ".tmp", self.index)


def index_entry(line: str) -> "tuple[float, int] | None":
    """Time and size; None for half a line, from when the disk was full."""
    moment, _, size = line.partition(" ")
    try:
        return float(moment), int(size)
    except ValueError:
        return None


class LogBound:
    """Keeps a log within its bound: what lies between its beginning and its end is dropped.

    All that stays keeps its place, so that whoever reads on from an offset reads on rightly: the
    dropped bytes become a hole, which takes no room, and the mark before it says where it ends.
    The command writes into the file all the while and never waits for us.
    """

    def __init__(self, spec):
        bound = spec.get("log_max_bytes", 0)
        self.path, self.notice = spec["log"], spec.get("log_notice", "")
        self.bound = max(bound, LOG_LEAST) if bound else 0
        self.again = 0  # the size at which to look anew, lest a stubborn file be cut all the time
        self.rewritten = 0  # the size when it last was
        self.knows_holes = True

    def tick(self):
        if not self.bound:
            return
        try:
            if used_bytes(self.path) > self.bound and os.stat(self.path).st_size >= self.again:
                self.drop()
        except OSError:
            pass  # tried again at the next look

    def drop(self):
        log = os.open(self.path, os.O_RDWR | os.O_NOFOLLOW)  # not to append: marks have their place
        try:
            size = os.fstat(log).st_size
            end = line_start(log, size - self.bound // 2)
            write_mark(log, end, self.notice)  # first, so that nobody reads the zeros of the hole
            if not punch_hole(log, LOG_HEAD + LOG_MARK, end):
                size = self.rewrite(log)
        finally:
            os.close(log)
        self.again = size + self.bound // 4

    def rewrite(self, log):
        """Where no hole can be punched: shortened and lengthened again, a file has one too.

        What the command writes in that moment may be lost. Where even that frees nothing (the
        file system knows no holes) the end moves up to the beginning. Returns the log's size.
        """
        lock(log)
        size = os.fstat(log).st_size
        end = line_start(log, size - min(self.bound // 4, TAIL_IN_MEMORY))
        tail = os.pread(log, 2 * TAIL_IN_MEMORY, end)
        grown = size - self.rewritten
        if self.rewritten and used_bytes(self.path) - grown > self.bound:
            self.knows_holes = False  # the last time freed nothing
        self.replace(log, end if self.knows_holes else LOG_HEAD + LOG_MARK, tail)
        self.rewritten = os.fstat(log).st_size
        return self.rewritten

    def replace(self, log, end, tail):
        """The beginning, the mark, and the tail from `end` on."""
        os.ftruncate(log, LOG_HEAD)
        os.ftruncate(log, end + len(tail))
        write_mark(log, end, self.notice)
        os.pwrite(log, tail, end)


def used_bytes(path):
    """What a file takes of the disk; where the file system does not say, its size.

    What is set aside for it beyond its end does not count.
    """
    facts = os.stat(path)
    return min(facts.st_blocks * 512 or facts.st_size, facts.st_size)


def line_start(log, offset):
    """Where a line begins at or soon after `offset`; there itself in one that is very long."""
    at = os.pread(log, LINE_SEARCH, offset - 1).find(b"\n")
    return offset + max(at, 0)


def write_mark(log, end, notice):
    text = "\n[platform] %s WARNING [log %d-%d] %s" % (moment(), LOG_HEAD + LOG_MARK, end, notice)
    data = text.encode()[: LOG_MARK - 1].decode("utf-8", "ignore").encode()
    os.pwrite(log, data.ljust(LOG_MARK - 1) + b"\n", LOG_HEAD)


def punch_hole(log, start, end):
    """Whether the file system can let go of a part of a file; then it has."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        fallocate = getattr(libc, "fallocate64", None) or libc.fallocate
    except (OSError, AttributeError):
        return False
    fallocate.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int64, ctypes.c_int64)
    return fallocate(log, PUNCH_HOLE | KEEP_SIZE, start, end - start) == 0


def lock(log):
    """Keep the platform's own lines out for a moment. Raises BlockingIOError if one is written."""
    try:
        fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        pass  # no locks here


def moment():
    now = time.time()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)) + ".%06dZ" % (now % 1 * 1e6)


def write_opening(log, text):
    """Say in the log that the command starts: after this moment the log is the command's."""
    try:
        os.write(log, ("[platform] %s INFO %s\n" % (moment(), text)).encode())
    except OSError:
        pass  # a full disk: the script will say so better
