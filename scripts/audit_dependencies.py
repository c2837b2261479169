"""Are there known weaknesses in what we pin? And did somebody look at every pin?

    python scripts/audit_dependencies.py            ask the advisory service, and compare with the reviewed list
    python scripts/audit_dependencies.py --accept   write the list anew, after having looked at what changed

The service may be out of reach, and pip-audit calls that a success: here it is said aloud. The reviewed list
(docs/dependencies.md) holds either way: a version that nobody accepted fails the check.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REVIEWED = ROOT / "docs" / "dependencies.md"
FILES = ("requirements.txt", "requirements-dev.txt")
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
_ROW = re.compile(r"^\| ([a-z0-9-]+) \| ([^|]+?) \|", re.MULTILINE)
INTRODUCTION = """# Dependencies

Every package that is installed, and the versions that somebody accepted. `make check` asks pip-audit for known
weaknesses, says so when the advisory service does not answer, and fails when a version here and one in the
requirements differ. After a change of requirements: read the release notes and advisories of what changed, then
`python scripts/audit_dependencies.py --accept`. Acceptance says that somebody looked, not that a package is faultless.
The first list was accepted where the advisory service could not be asked: run `make check` once where it can be.

| package | version | for |
|---|---|---|
"""


@dataclass(frozen=True)
class Audit:
    """What pip-audit found: weaknesses as sentences, and how many packages it could ask about."""

    weaknesses: list[str]
    asked: int


def pins() -> dict[str, tuple[str, str]]:
    """Package (in its normal form) -> versions and what it is for; the requirements may pin one per Python."""
    found: dict[str, tuple[set[str], str]] = {}
    for file, purpose in zip(FILES, ("running", "development"), strict=True):
        for name, version in _PIN.findall((ROOT / file).read_text()):
            versions, first = found.get(normal(name), (set(), purpose))
            found[normal(name)] = (versions | {version}, first)
    return {name: (", ".join(sorted(versions)), purpose) for name, (versions, purpose) in sorted(found.items())}


def normal(name: str) -> str:
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def reviewed() -> dict[str, str]:
    """Package -> versions of the reviewed list."""
    return dict(_ROW.findall(REVIEWED.read_text())) if REVIEWED.exists() else {}


def unreviewed() -> list[str]:
    """What differs between the requirements and the list, as sentences."""
    pinned, accepted = {name: versions for name, (versions, _) in pins().items()}, reviewed()
    accepted.pop("package", None)
    return [
        f"{name}: pinned {pinned.get(name, 'no more')}, reviewed {accepted.get(name, 'never')}"
        for name in sorted(pinned.keys() | accepted.keys())
        if pinned.get(name) != accepted.get(name)
    ]


def accept() -> None:
    """Write the list as the requirements are now."""
    rows = [f"| {name} | {versions} | {purpose} |\n" for name, (versions, purpose) in pins().items()]
    REVIEWED.write_text(INTRODUCTION + "".join(rows))


def judge(answer: str) -> Audit:
    """Read pip-audit's JSON; what is no JSON says that it could ask about nothing."""
    try:
        packages = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Audit([], 0)
    asked = [package for package in packages if "skip_reason" not in package]
    return Audit([f"{p['name']} {p['version']}: {w['id']}" for p in asked for w in p.get("vulns", [])], len(asked))


def audit(file: str) -> Audit:
    """Ask pip-audit about one file of requirements."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", file, "--disable-pip", "--require-hashes"]
    command += ["--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    except subprocess.TimeoutExpired:
        return Audit([], 0)
    return judge(done.stdout)


def main() -> int:
    """Say what was found; 1 if something is weak or was not reviewed."""
    if "--accept" in sys.argv[1:]:
        accept()
        return 0
    faults = [f"Not reviewed: {difference}" for difference in unreviewed()]
    # The second file holds the first one's packages too.
    found, known = audit(FILES[1]), len(pins())
    faults += [f"Known weakness: {weakness}" for weakness in found.weaknesses]
    if found.asked < known:
        print(
            f"NOT AUDITED: {known - found.asked} of {known} packages. The advisory service did not answer for them; "
            "they were only compared with the reviewed list."
        )
    print("\n".join(faults) or f"No known weakness in the {found.asked} packages audited; every pin was reviewed.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
