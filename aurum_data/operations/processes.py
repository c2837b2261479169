"""Child processes of `make run`: started, recorded, stopped, and found again after a crash."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from aurum_data.settings import PROJECT_ROOT

LOG_BYTES = 20_000_000
STOP_SECONDS = 15
SAME_START_SECONDS = 2.0  # how far two readings of one process's start time may lie apart


@dataclass
class Children:
    """The running children. A file keeps their ids, so that a later run can end what a killed one left."""

    state: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        """Start a child whose output goes to `log(name)`."""
        log = self.log(name)
        log.parent.mkdir(mode=0o700, exist_ok=True)
        roll_log(log)
        with log.open("ab") as output:
            self.running[name] = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=PROJECT_ROOT,
                env=environment,
                start_new_session=True,  # Ctrl-C reaches the supervisor only, which stops things in order
            )
        self._record()

    def log(self, name: str) -> Path:
        """The file with the output of a child."""
        return self.state / "logs" / f"{name}.log"

    def alive(self, name: str) -> bool:
        """Whether the child runs."""
        return name in self.running and self.running[name].poll() is None

    def stop(self, name: str) -> None:
        """Ask the child to end; end it and what it started after some seconds."""
        child = self.running.pop(name, None)
        if child is None:
            return
        child.terminate()
        try:
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        self._record()

    def end_those_of_a_killed_run(self) -> list[str]:
        """End children that an earlier run, killed before it could, left behind. Returns their names.

        A process is ended only if its id, start time and command line are as recorded: ids are used again.
        """
        try:
            records = json.loads(self._file.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return []
        found = [(record["name"], process) for record in records if (process := _recorded_process(record))]
        processes = [process for _, process in found]
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.terminate()
        for process in psutil.wait_procs(processes, timeout=STOP_SECONDS)[1]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self._file.unlink()
        return [name for name, _ in found]

    @property
    def _file(self) -> Path:
        return self.state / "processes.json"

    def _record(self) -> None:
        records = []
        for name, child in self.running.items():
            with contextlib.suppress(psutil.NoSuchProcess):
                started = psutil.Process(child.pid).create_time()
                records.append({"name": name, "pid": child.pid, "started": started, "command": child.args})
        unfinished = self._file.with_suffix(".unfinished")
        unfinished.write_text(json.dumps(records), encoding="utf-8")
        unfinished.replace(self._file)


def _recorded_process(record: dict[str, object]) -> psutil.Process | None:
    with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        process = psutil.Process(int(str(record["pid"])))
        same_start = abs(process.create_time() - float(str(record["started"]))) < SAME_START_SECONDS
        # Some systems put the interpreter's resolved path first, so only the arguments are compared.
        command = record["command"]
        if same_start and isinstance(command, list) and process.cmdline()[1:] == command[1:]:
            return process
    return None


def roll_log(log: Path) -> None:
    """Put a log aside once it has grown large; one older one is kept."""
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))


def end_of_log(log: Path, lines: int = 8) -> str:
    """The last lines of a log, or a remark that it is empty."""
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]) or "(empty)"
    except FileNotFoundError:
        return "(empty)"
