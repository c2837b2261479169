"""Keys come from the environment or a file, plain or wrapped, and no key comes into a log or an error."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest

from aurum_data.errors import Unavailable
from aurum_data.security import encryption
from aurum_data.security.encryption import get_keyring, read_key_file
from aurum_data.security.key_store import KeySet, load, parse, write_file
from aurum_data.security.wrapping import CommandWrapping
from aurum_data.settings import PROJECT_ROOT, Settings, get_settings

KEYS = KeySet({1: b"1" * 32, 2: b"2" * 32}, {1: b"h" * 32}, {"encryption": 1, "hashing": 1})
# Stands for a KMS's program: turns bytes over, which is its own inverse.
TURN = "import sys; d = sys.stdin.buffer.read(); sys.stdout.buffer.write(bytes(b ^ 255 for b in d))"
COMMAND = f'{sys.executable} -c "{TURN}"'
ODD = "s3cret-on-standard-error"


def settings(**values: object) -> Settings:
    return Settings(**values)  # type: ignore[arg-type]


@pytest.fixture
def key_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The key file of this process, for one test."""
    path = tmp_path / "keys.json"
    write_file(path, KEYS)
    monkeypatch.setenv("AURUM_KEY_FILE", str(path))
    get_settings.cache_clear()
    return path


@pytest.fixture(autouse=True)
def settings_again() -> object:
    yield
    get_settings.cache_clear()


class TestSources:
    def test_the_version_in_use_need_not_be_the_newest(self, key_file: Path) -> None:
        keyring = get_keyring()
        assert (keyring.current, sorted(keyring.encryption)) == (1, [1, 2])

    def test_without_a_word_about_use_the_newest_is_in_use(self, tmp_path: Path) -> None:
        document = json.loads(KEYS.document())
        del document["in_use"]
        (tmp_path / "keys.json").write_text(json.dumps(document))
        assert read_key_file(tmp_path / "keys.json").current == 2

    @pytest.mark.parametrize("form", [bytes.decode, lambda text: b64encode(text).decode()], ids=["json", "base64"])
    def test_the_environment_wins_over_the_file(self, form, key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AURUM_KEYS", form(KeySet({7: b"7" * 32}, {7: b"h" * 32}, {}).document()))
        get_settings.cache_clear()
        assert get_keyring().current == 7

    def test_a_version_in_use_that_is_not_there_is_damage(self) -> None:
        with pytest.raises(Unavailable, match="damaged"):
            parse(KeySet(KEYS.encryption, KEYS.hashing, {"encryption": 3, "hashing": 1}).document())

    def test_a_file_of_somebody_else_is_said_to_be_unreadable(self, tmp_path: Path) -> None:
        with pytest.raises(Unavailable, match="cannot be read"):
            read_key_file(tmp_path)  # a folder

    def test_another_process_reads_a_changed_file_again(self, key_file: Path) -> None:
        program = (
            "import sys\nfrom aurum_data.security.encryption import get_keyring\n"
            "for _ in sys.stdin: print(get_keyring(), get_keyring().current, flush=True)"
        )
        reader = subprocess.Popen(
            [sys.executable, "-c", program], cwd=PROJECT_ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert reader.stdin is not None
        assert reader.stdout is not None
        said = []
        for keys in (KEYS, KeySet(KEYS.encryption | {3: b"3" * 32}, KEYS.hashing, {"encryption": 3, "hashing": 1})):
            write_file(key_file, keys)
            reader.stdin.write("now\n")
            reader.stdin.flush()
            said.append(reader.stdout.readline().strip())
        reader.stdin.close()
        reader.wait(10)
        reader.stdout.close()
        assert said == [
            "Keyring(encryption=[1, 2], hashing=[1]) 1",
            "Keyring(encryption=[1, 2, 3], hashing=[1]) 3",
        ]


class TestWriting:
    def test_the_file_is_private_and_whole_and_nothing_is_left_beside_it(self, key_file: Path) -> None:
        write_file(key_file, KEYS)
        assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
        assert [path.name for path in key_file.parent.iterdir()] == ["keys.json"]

    def test_the_groups_right_to_read_and_a_link_to_the_file_are_kept(self, key_file: Path, tmp_path: Path) -> None:
        key_file.chmod(0o644)
        link = tmp_path / "link.json"
        link.symlink_to(key_file)
        write_file(link, KEYS)
        assert link.is_symlink()
        assert stat.S_IMODE(key_file.stat().st_mode) == 0o640

    def test_a_folder_that_cannot_be_written_leaves_the_old_file(
        self, key_file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = key_file.read_bytes()

        def full(_: int) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(Unavailable, match="cannot be written"):
            write_file(key_file, KeySet({9: b"9" * 32}, {9: b"9" * 32}, {}))
        assert key_file.read_bytes() == before
        assert [path.name for path in key_file.parent.iterdir()] == ["keys.json"]


class TestWrapped:
    def test_the_file_holds_no_key_and_the_command_opens_it(self, tmp_path: Path) -> None:
        path = tmp_path / "keys.json"
        write_file(path, KEYS, CommandWrapping(COMMAND, COMMAND))
        assert b64encode(b"1" * 32) not in path.read_bytes()
        assert list(json.loads(path.read_bytes())) == ["wrapped"]
        assert load(settings(key_file=path, key_command=COMMAND)).encryption == KEYS.encryption

    def test_wrapped_keys_without_a_command_name_the_setting(self, tmp_path: Path) -> None:
        path = tmp_path / "keys.json"
        write_file(path, KEYS, CommandWrapping(COMMAND, COMMAND))
        with pytest.raises(Unavailable, match="AURUM_KEY_COMMAND"):
            load(settings(key_file=path))

    def test_wrapped_keys_may_come_from_the_environment(self, tmp_path: Path) -> None:
        path = tmp_path / "keys.json"
        write_file(path, KEYS, CommandWrapping(COMMAND, COMMAND))
        found = load(settings(keys=path.read_text(), key_command=COMMAND))
        assert found.encryption == KEYS.encryption

    @pytest.mark.parametrize(
        ("command", "said"),
        [
            (f"{sys.executable} -c \"import sys; sys.exit('{ODD}')\"", "exit code 1"),
            (f'{sys.executable} -c "pass"', "answered nothing"),
            ("/no/such/program", "cannot be run"),
            ("unbalanced 'quote", "cannot be run"),
        ],
    )
    def test_a_command_that_fails_is_one_sentence_without_its_words(
        self, command: str, said: str, capfd: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(Unavailable, match=said) as failed:
            CommandWrapping(command).unwrap(b"wrapped")
        assert ODD not in str(failed.value) + "".join(capfd.readouterr())

    def test_a_command_that_hangs_is_stopped(self) -> None:
        with pytest.raises(Unavailable, match="did not answer"):
            CommandWrapping(f'{sys.executable} -c "import time; time.sleep(60)"', timeout=0.3).unwrap(b"wrapped")

    def test_writing_needs_the_other_command(self, tmp_path: Path) -> None:
        with pytest.raises(Unavailable, match="AURUM_KEY_WRAP_COMMAND"):
            write_file(tmp_path / "keys.json", KEYS, CommandWrapping(COMMAND))

    def test_a_command_that_failed_is_not_run_again_by_the_next_click(
        self, key_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        runs = tmp_path / "runs"
        write_file(key_file, KEYS, CommandWrapping(COMMAND, COMMAND))
        monkeypatch.setenv("AURUM_KEY_COMMAND", f"sh -c 'echo run >> {runs}; exit 1'")
        get_settings.cache_clear()
        for _ in range(3):
            with pytest.raises(Unavailable, match="exit code 1"):
                get_keyring()
        assert runs.read_text().splitlines() == ["run"]


class TestSecrecy:
    def test_no_key_is_in_what_a_log_would_show(self, key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AURUM_KEYS", KEYS.document().decode())
        get_settings.cache_clear()
        shown = "".join(
            map(repr, (get_keyring(), KEYS, get_settings(), encryption._loaded, get_settings().model_dump()))
        )
        for key in (*KEYS.encryption.values(), *KEYS.hashing.values()):
            assert b64encode(key).decode() not in shown
            assert repr(key) not in shown

    @pytest.mark.parametrize("damage", [b"}", b"", b'{"encryption": {"1": "MTEx"}}'])
    def test_no_key_is_in_an_error_about_damage(self, damage: bytes) -> None:
        with pytest.raises(Unavailable) as failed:
            parse(KEYS.document()[:-20] + damage)
        chain, error = "", failed.value
        while error is not None:
            chain, error = chain + str(error), error.__cause__
        assert b64encode(b"1" * 32).decode() not in chain
