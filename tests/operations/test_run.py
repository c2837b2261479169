"""The supervisor: what it refuses, what it restarts, what it cleans up, and that it leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from aurum_data.errors import Unavailable
from aurum_data.operations import run as run_module
from aurum_data.operations.cluster import LocalPair
from aurum_data.operations.node import free_port
from aurum_data.operations.processes import Children
from aurum_data.operations.run import Watched, run
from aurum_data.settings import Settings

SLEEPER = [sys.executable, "-c", "import time; time.sleep(300)"]
DEAF = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf', flush=True); time.sleep(300)"
STUBBORN = [sys.executable, "-c", DEAF]


@pytest.fixture
def home(open_folder: Path) -> Path:
    """A home of this test's own, not made yet."""
    return open_folder / uuid.uuid4().hex[:8]


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    children = Children(tmp_path)
    yield children
    for child in list(children.running.values()):
        child.kill()
        child.wait()


class TestRefusals:
    def test_a_taken_port_is_named_with_its_setting_before_anything_is_started(
        self, home: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            code = run(Settings(home=home, port=port))
        assert code == 1
        assert f"Port {port} is in use" in (said := capsys.readouterr()).err
        assert "AURUM_PORT" in said.err
        assert not (LocalPair(home).state / "pair").exists()

    def test_a_second_run_on_one_folder_is_refused(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        holder = LocalPair(home)
        holder.acquire()
        try:
            assert run(Settings(home=home, port=free_port())) == 1
        finally:
            holder.stop()
        assert "already running" in capsys.readouterr().err

    def test_the_folder_is_free_again_after_a_refusal(self, home: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            run(Settings(home=home, port=listener.getsockname()[1]))
        pair = LocalPair(home)
        pair.acquire()
        pair.stop()


class TestChildren:
    def test_a_child_is_stopped(self, children: Children) -> None:
        children.start("sleeper", SLEEPER, dict(os.environ))
        child = children.running["sleeper"]
        children.stop("sleeper")
        assert child.returncode == -signal.SIGTERM
        assert not children.alive("sleeper")

    def test_a_child_that_ignores_the_request_is_killed(
        self, children: Children, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("aurum_data.operations.processes.STOP_SECONDS", 0.2)
        children.start("stubborn", STUBBORN, dict(os.environ))
        child = children.running["stubborn"]
        deadline = time.monotonic() + 10
        while "deaf" not in children.log("stubborn").read_text() and time.monotonic() < deadline:
            time.sleep(0.02)
        children.stop("stubborn")
        assert child.returncode == -signal.SIGKILL

    def test_children_of_a_killed_run_are_ended(self, children: Children) -> None:
        children.start("sleeper", SLEEPER, dict(os.environ))
        sleeper = psutil.Process(children.running["sleeper"].pid)
        deadline = time.monotonic() + 10
        while sleeper.cmdline()[1:] != SLEEPER[1:] and time.monotonic() < deadline:
            time.sleep(0.02)  # a process just started may not show its command line yet
        assert Children(children.state).end_those_of_a_killed_run() == ["sleeper"]
        assert not psutil.pid_exists(children.running["sleeper"].pid)

    def test_a_process_that_got_a_recorded_id_later_is_left_alone(self, children: Children) -> None:
        children.start("sleeper", SLEEPER, dict(os.environ))
        file = children.state / "processes.json"
        records = json.loads(file.read_text())
        records[0]["started"] -= 3600
        file.write_text(json.dumps(records))
        assert Children(children.state).end_those_of_a_killed_run() == []
        assert children.alive("sleeper")

    def test_a_process_with_another_command_line_is_left_alone(self, children: Children) -> None:
        children.start("sleeper", SLEEPER, dict(os.environ))
        file = children.state / "processes.json"
        records = json.loads(file.read_text())
        records[0]["command"][-1] = "something else"
        file.write_text(json.dumps(records))
        assert Children(children.state).end_those_of_a_killed_run() == []
        assert children.alive("sleeper")

    def test_a_run_that_ended_well_leaves_no_record(self, children: Children) -> None:
        children.start("sleeper", SLEEPER, dict(os.environ))
        children.stop("sleeper")
        assert json.loads((children.state / "processes.json").read_text()) == []


class TestWatched:
    @pytest.fixture(autouse=True)
    def no_pause(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(run_module, "RESTART_PAUSE_SECONDS", 0)

    def test_a_dead_part_is_started_again(self) -> None:
        starts: list[str] = []
        part = Watched("worker", alive=lambda: bool(starts), start=lambda: starts.append("start"))
        for _ in range(4):
            part.look()
        assert starts == ["start"]

    def test_the_pause_is_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(run_module, "RESTART_PAUSE_SECONDS", 60)
        starts: list[str] = []
        part = Watched("worker", alive=lambda: False, start=lambda: starts.append("start"))
        for _ in range(4):
            part.look()
        assert starts == []

    def test_a_part_that_keeps_dying_is_given_up_with_a_sentence(self, capsys: pytest.CaptureFixture[str]) -> None:
        starts: list[str] = []
        part = Watched("worker", alive=lambda: False, start=lambda: starts.append("start"))
        for _ in range(40):
            part.look()
        assert len(starts) == run_module.RESTARTS
        assert capsys.readouterr().out.count("stays stopped") == 1

    def test_a_start_that_fails_is_told_and_tried_again(self, capsys: pytest.CaptureFixture[str]) -> None:
        def start() -> None:
            raise Unavailable("The replica does not follow the primary.")

        part = Watched("replica database", alive=lambda: False, start=start)
        for _ in range(4):
            part.look()
        assert capsys.readouterr().out.count("does not follow") == 2


@pytest.mark.slow
class TestWholeRun:
    """`python -m aurum_data run`, as `make run` calls it, in a process of its own."""

    def start(self, home: Path, port: int) -> tuple[subprocess.Popen[str], list[str]]:
        """Start a run and read what it says up to the line after which people may sign in."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AURUM_")}
        environment |= {"AURUM_HOME": str(home), "AURUM_PORT": str(port), "AURUM_LEADS": "200"}
        process = subprocess.Popen(
            [sys.executable, "-m", "aurum_data", "run"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=environment,
        )
        said: list[str] = []
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line.rstrip())
            if line.startswith("Logs:"):
                break
        return process, said

    def left_running(self, home: Path) -> list[str]:
        """Command lines of processes that belong to this home."""
        state = str(LocalPair(home).state)
        commands = [" ".join(process.info["cmdline"] or []) for process in psutil.process_iter(["cmdline"])]
        return [command for command in commands if state in command and "pytest" not in command]

    def test_it_serves_recovers_from_a_kill_and_stops_without_leavings(self, home: Path) -> None:
        port = free_port()
        process, said = self.start(home, port)
        try:
            assert f"Ready: http://127.0.0.1:{port}" in said, "\n".join(said)
            process.kill()  # nothing is stopped: servers, worker and dashboard go on
            process.wait()
            assert process.stdout is not None
            process.stdout.close()
            process, said = self.start(home, port)
            assert "Ended the dashboard that an earlier run had left behind." in said
            assert f"Ready: http://127.0.0.1:{port}" in said, "\n".join(said)
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 0
            assert self.left_running(home) == []
        finally:
            process.kill()
            process.communicate()
