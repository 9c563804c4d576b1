#!/usr/bin/env python3
"""Owns one run's process tree, on the host or in a container, and outlives the platform.

Standard library only, Python 3.8 or newer: a copy of this file and of log_keeper.py lies in every
run folder and is started there as `python3 wrapper.py start RUN_DIR` (or `serve RUN_DIR`, in the
foreground, as a container's first process). It claims the run exactly once, records who it is,
starts the command in a process group of its own with its output going straight to the log file,
waits, keeps the log within its bound, ends what is left of the tree and records the result by
rename.
Other commands: `probe RUN_DIR` (does the run's wrapper live here?), `kill RUN_DIR`.
"""

import ctypes
import errno
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time

if __package__:
    from core.execution import log_keeper
else:
    sys.dont_write_bytecode = True  # the folder is the platform's to remove, whoever we run as
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    import log_keeper  # type: ignore[import-not-found,no-redef]

POLL = 0.2
NO_HARD_LINKS = (errno.EPERM, errno.EACCES, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)
RESULT_BYTES = 4096
FULL_DISK_BYTES = 64 * 1024
HOST_GRACE = 8.0
PR_SET_CHILD_SUBREAPER = 36
SHARED_MEMORY = os.path.join("/dev", "shm", "")
terminated = False
shared_memory: "set[str]" = set()  # what the tree had mapped when it was killed


class RunFolder:
    """The files by which the wrapper and the platform speak."""

    def __init__(self, run_dir):
        self.root = os.path.abspath(run_dir)
        self.control = os.path.join(self.root, "control")

    def path(self, name):
        return os.path.join(self.control, name)

    def spec(self):
        with open(self.path("spec.json"), encoding="utf-8") as file:
            return json.load(file)


def boot_id():
    with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        return file.read().strip()


def start_time(pid):
    """Clock ticks from boot to the start of `pid`; None if there is no such process."""
    try:
        with open("/proc/%d/stat" % pid, "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    return None if fields[0] in (b"Z", b"X") else int(fields[19])


def identity():
    """Who we are, in a way that a later process with our pid is not."""
    return {"boot_id": boot_id(), "pid": os.getpid(), "start_time": start_time(os.getpid())}


def is_process(who):
    """Whether the process of an identity made on this boot still lives."""
    return start_time(who["pid"]) == who["start_time"]


def claim(folder, who=None):
    """True for exactly one caller ever: a hard link either is made or was there before."""
    mine = folder.path("claim.%d.%s" % (os.getpid(), os.urandom(4).hex()))
    with open(mine, "w", encoding="ascii") as file:
        json.dump(who or identity(), file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(mine, folder.path("claim"))
        return True
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in NO_HARD_LINKS:
            raise
        return claim_by_lock(folder, mine)
    finally:
        try:
            os.unlink(mine)
        except FileNotFoundError:
            pass  # it has become the claim


def claim_by_lock(folder, mine):
    """Where there are no hard links: who makes the lock file, once and for all, has the claim.

    The claim itself appears whole, by rename; who dies in between has begun nothing.
    """
    try:
        lock = os.open(folder.path("claim.lock"), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    try:
        os.fsync(lock)
    finally:
        os.close(lock)
    if os.path.exists(folder.path("claim")):
        return False
    os.rename(mine, folder.path("claim"))
    return True


def reserve_result(folder):
    """Take the disk blocks of the result now, so that a full disk cannot swallow it."""
    with open(folder.path("rc.tmp"), "wb") as file:
        file.write(b" " * RESULT_BYTES)
        file.flush()
        os.fsync(file.fileno())


def write_result(folder, result):
    data = json.dumps(result).encode("ascii")
    with open(folder.path("rc.tmp"), "r+b") as file:
        file.write(data.ljust(RESULT_BYTES))
        file.flush()
        os.fsync(file.fileno())
    os.rename(folder.path("rc.tmp"), folder.path("rc"))


def write_digests(folder, files):
    digests = {}
    for name, path in files.items():
        digest = hashlib.sha256()
        try:
            with open(path, "rb") as file:
                for chunk in iter(lambda: file.read(1 << 20), b""):
                    digest.update(chunk)
        except OSError:
            continue  # the script itself will say what it misses
        digests[name] = digest.hexdigest()
    temporary = folder.path("digests.tmp")
    with open(temporary, "w", encoding="ascii") as file:
        json.dump(digests, file)
    os.rename(temporary, folder.path("digests.json"))


def marked_processes(key):
    """Pids whose environment names the run: the whole tree, even what left its group."""
    marker = b"LLM_PLATFORM_RUN_ID=" + key.encode()
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) == os.getpid():
            continue
        try:
            with open("/proc/%s/environ" % name, "rb") as file:
                if marker in file.read().split(b"\0") and start_time(int(name)) is not None:
                    found.append(int(name))
        except OSError:
            continue
    return found


def descendants(root):
    """Pids below `root`; with the subreaper set, orphans of the tree are among them."""
    parents = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open("/proc/%s/stat" % name, "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
        except OSError:
            continue
        if fields[0] not in (b"Z", b"X"):
            parents.setdefault(int(fields[1]), []).append(int(name))
    found, queue = [], [root]
    while queue:
        children = parents.get(queue.pop(), [])
        found.extend(children)
        queue.extend(children)
    return found


def send(pids, number):
    for pid in pids:
        try:
            os.kill(pid, number)
        except OSError:
            pass


def tree(key):
    return set(marked_processes(key)) | set(descendants(os.getpid()))


def mapped_memory(pids):
    """Files of shared memory that these processes have mapped."""
    found = set()
    for pid in pids:
        try:
            with open("/proc/%d/maps" % pid, encoding="utf-8", errors="replace") as file:
                for line in file:
                    at = line.find(SHARED_MEMORY)
                    if at >= 0 and not line.endswith("(deleted)\n"):
                        found.add(line[at:].rstrip("\n"))
        except OSError:
            continue
    return found


def drop_shared_memory():
    """Remove what a killed tree has left there and nobody else has mapped."""
    if not shared_memory:
        return
    others = (int(name) for name in os.listdir("/proc") if name.isdigit())
    for path in shared_memory - mapped_memory(others):
        try:
            os.unlink(path)
        except OSError:
            pass


def end_tree(key, grace):
    """TERM what is left of the tree, KILL it after `grace` seconds; reap it."""
    deadline = time.monotonic() + grace
    left = tree(key)
    shared_memory.update(mapped_memory(left))
    send(left, signal.SIGTERM)
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        reap()
        left = tree(key)
    for _ in range(50):
        if not left:
            return
        send(left, signal.SIGKILL)
        time.sleep(0.05)
        reap()
        left = tree(key)


def reap():
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


def reap_orphans(own):
    """Reap what has ended in the tree and been left to us; `own` is its waiter's to reap."""
    try:
        while True:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if ended is None or ended.si_pid == own:
                return
            os.waitpid(ended.si_pid, os.WNOHANG)
    except ChildProcessError:
        pass


def start_command(spec):
    environment = dict(os.environ)
    environment.update(spec["env"])
    log = os.open(spec["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    log_keeper.write_opening(log, spec["opening"])
    try:
        return subprocess.Popen(
            spec["argv"], cwd=spec["cwd"], env=environment, stdin=subprocess.DEVNULL,
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    finally:
        os.close(log)


class Deadline:
    """When a command that was told to end is killed; None as long as nobody has told it."""

    def __init__(self, process, folder, grace):
        self.process, self.folder, self.grace = process, folder, grace
        self.moment = None
        self.host_down = False

    def tick(self):
        host_down = terminated  # asked once: the signal may come at any moment
        if self.moment is None and (host_down or os.path.exists(self.folder.path("stop"))):
            self.moment = time.monotonic() + (self.grace or float("inf"))
            try:
                os.killpg(self.process.pid, signal.SIGTERM)
            except OSError:
                pass
        if host_down and not self.host_down:
            # A command without a grace must not hold that up for ever, whoever told it first.
            self.host_down = True
            self.moment = min(self.moment, time.monotonic() + (self.grace or HOST_GRACE))

    def is_over(self):
        overdue = self.moment is not None and time.monotonic() > self.moment
        return overdue or os.path.exists(self.folder.path("kill"))


def wait_for(process, folder, spec, watches):
    """Wait for the command; when asked to stop: TERM to its group, after the grace KILL.

    Without a grace (`null`) the KILL comes only when the file `kill` is there.
    """
    deadline = Deadline(process, folder, spec["grace"])
    while process.poll() is None:
        for watch in (*watches, deadline):
            watch.tick()
        if deadline.is_over():
            left = tree(spec["key"])
            shared_memory.update(mapped_memory(left))
            send(left, signal.SIGKILL)
        reap_orphans(process.pid)
        time.sleep(POLL)
    return process.returncode


def run(folder):
    spec = folder.spec()
    try:
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    except (OSError, AttributeError):
        pass  # the environment marker still finds the tree
    result = {"started_at": time.time()}
    index, bound = log_keeper.LogIndex(folder, spec["log"]), log_keeper.LogBound(spec)
    try:
        write_digests(folder, spec["digest"])
        if any(os.path.exists(folder.path(name)) for name in ("stop", "kill")):
            result["returncode"] = -signal.SIGTERM
        else:
            process = start_command(spec)
            result["returncode"] = wait_for(process, folder, spec, (index, bound))
    except OSError as error:
        result.update(returncode=127, error=str(error)[:1000])
    stopping = os.path.exists(folder.path("stop")) or os.path.exists(folder.path("kill"))
    end_tree(spec["key"], 0.5 if stopping else min(2.0, spec["grace"] or 2.0))
    drop_shared_memory()
    index.next = 0.0
    index.tick()
    bound.tick()
    result["finished_at"] = time.time()
    try:
        result["disk_full"] = shutil.disk_usage(folder.root).free < FULL_DISK_BYTES
    except OSError:
        pass
    write_result(folder, result)


def daemonise(folder):
    """Leave the starter's session, streams and process tree: nothing of its end reaches us."""
    if os.fork():
        os._exit(0)
    os.setsid()
    os.chdir("/")
    log = os.open(folder.path("wrapper.log"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, note_termination)


def note_termination(number, frame):
    """The host goes down: the script is asked to save and end, and its result is kept."""
    global terminated
    terminated = True


def main():
    command, folder = sys.argv[1], RunFolder(sys.argv[2])
    if command == "start":
        daemonise(folder)
        if claim(folder):
            reserve_result(folder)
            run(folder)
    elif command == "serve":
        signal.signal(signal.SIGTERM, note_termination)
        if claim(folder):
            reserve_result(folder)
            run(folder)
    elif command == "probe":
        print(json.dumps({"alive": owner(folder) is not None}))
    elif command == "kill":
        key = folder.spec()["key"]
        wrapper = owner(folder)
        send([] if wrapper is None else [wrapper], signal.SIGKILL)
        end_tree(key, 0.0)
        drop_shared_memory()
    else:
        sys.exit("wrapper.py start|serve|probe|kill RUN_DIR")


def owner(folder):
    """Pid of the run's wrapper if it lives in this pid namespace, else None."""
    try:
        with open(folder.path("claim"), encoding="ascii") as file:
            claimed = json.load(file)
    except (OSError, ValueError):
        return None
    same_boot = claimed["boot_id"] == boot_id()
    return claimed["pid"] if same_boot and is_process(claimed) else None


if __name__ == "__main__":
    main()
