"""The set-up script on machines that lack something; every outside program is a stand-in that records its calls."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import ROOT

TOOLS = ("bash", "cat", "sha256sum", "cut", "dirname", "grep", "env", "mkdir", "chmod", "ln", "rm")
PYTHON = """#!/bin/bash
echo "python $*" >>"$LOG"
case "$*" in
    "-m venv --clear .venv") mkdir -p .venv/bin && ln -sf "$STUBS/python3" .venv/bin/python ;;
esac
"""


class Machine:
    """A folder with the script and a PATH that holds only what is put there."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.stubs, self.log = folder / "clone", folder / "bin", folder / "log"
        (self.folder / "scripts").mkdir(parents=True)
        self.stubs.mkdir()
        for name in ("pyproject.toml", "constraints.txt", "scripts/setup.sh"):
            shutil.copy(ROOT / name, self.folder / name)
        for tool in TOOLS:
            (self.stubs / tool).symlink_to(shutil.which(tool) or "")
        self.put("python3", PYTHON)
        self.put("chromium", "")
        self.put("soffice", "")
        self.user(1000)

    def put(self, name: str, script: str) -> None:
        (self.stubs / name).write_text(script, encoding="utf-8")
        (self.stubs / name).chmod(0o755)

    def user(self, number: int) -> None:
        self.put("id", f"#!/bin/bash\necho {number}\n")

    def tesseract(self, *languages: str) -> None:
        self.put("tesseract", "#!/bin/bash\n" + "".join(f"echo {name}\n" for name in languages))

    def run(self, *arguments: str) -> tuple[int, str, list[str]]:
        self.log.write_text("", encoding="utf-8")
        env = {"PATH": str(self.stubs), "LOG": str(self.log), "STUBS": str(self.stubs)}
        done = subprocess.run([str(self.stubs / "bash"), "scripts/setup.sh", *arguments], cwd=self.folder, env=env, check=False,
                              capture_output=True, text=True, timeout=60)
        return done.returncode, done.stderr, self.log.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def installs(calls: list[str]) -> list[str]:
    return [c for c in calls if " pip install " in c]


def test_with_everything_there_it_installs_once(machine: Machine) -> None:
    machine.tesseract("eng", "nld")
    code, said, calls = machine.run()
    assert code == 0, said
    assert len(installs(calls)) == 1
    assert "--constraint constraints.txt" in installs(calls)[0]
    code, said, calls = machine.run()
    assert (code, said) == (0, "")
    assert not installs(calls)


def test_changed_pins_install_again(machine: Machine) -> None:
    machine.tesseract("nld")
    machine.run()
    with (machine.folder / "constraints.txt").open("a", encoding="utf-8") as pins:
        pins.write("one-more==1.0\n")
    assert len(installs(machine.run()[2])) == 1


def test_without_root_it_says_the_command_and_goes_on_without_tesseract(machine: Machine) -> None:
    code, said, calls = machine.run()
    assert code == 0
    assert "sudo apt-get install -y tesseract-ocr tesseract-ocr-nld" in said
    assert "RapidOCR" in said
    assert len(installs(calls)) == 1


def test_only_the_dutch_pack_missing(machine: Machine) -> None:
    machine.tesseract("eng")
    _, said, _ = machine.run()
    assert "install -y tesseract-ocr-nld" in said


def test_as_root_it_installs_and_refreshes_old_lists_once(machine: Machine) -> None:
    machine.user(0)
    machine.put("apt-get", """#!/bin/bash
echo "apt-get $*" >>"$LOG"
[ "$1" = update ] && echo fresh >"$STUBS/fresh"
[ "$1" = update ] || [ -e "$STUBS/fresh" ]
""")
    code, said, calls = machine.run()
    assert code == 0, said
    package_calls = [c.split()[1] for c in calls if c.startswith("apt-get")]
    assert package_calls == ["install", "update", "install"]
    assert "sudo" not in said


def test_as_root_without_network_it_goes_on(machine: Machine) -> None:
    machine.user(0)
    machine.put("apt-get", "#!/bin/bash\nexit 100\n")
    code, said, calls = machine.run()
    assert code == 0
    assert "apt-get install -y tesseract-ocr" in said
    assert installs(calls)


@pytest.mark.parametrize(("tool", "packages"), [
    ("chromium", "chromium"), ("soffice", "libreoffice-calc-nogui libreoffice-impress-nogui")])
def test_without_what_tests_need_it_goes_on_and_says_what_is_not_tested(machine: Machine, tool: str, packages: str) -> None:
    machine.tesseract("nld")
    (machine.stubs / tool).unlink()
    assert "sudo" not in machine.run()[1]  # who only wants to scan needs none of it
    code, said, calls = machine.run("--tests")
    assert code == 0
    assert packages in next(line for line in said.splitlines() if "sudo apt-get install -y" in line)
    assert not installs(calls)  # the environment is there already
    machine.user(0)
    machine.put("apt-get", '#!/bin/bash\necho "apt-get $*" >>"$LOG"\n')
    _, said, calls = machine.run("--tests")
    assert [c for c in calls if c.startswith("apt-get")] == [f"apt-get install -y --no-install-recommends {packages}"]
    assert "sudo" not in said


def test_without_venv_it_stops_with_the_command(machine: Machine) -> None:
    machine.put("python3", '#!/bin/bash\ncase "$*" in *ensurepip*) exit 1 ;; esac\n')
    code, said, _ = machine.run()
    assert code == 1
    assert "python3-venv" in said


def test_a_python_that_is_too_old_is_not_used(machine: Machine) -> None:
    machine.tesseract("nld")
    machine.put("python3", '#!/bin/bash\ncase "$*" in *version_info*) exit 1 ;; esac\n')
    machine.put("python3.12", PYTHON.replace("python $*", "python3.12 $*"))
    code, said, calls = machine.run()
    assert code == 0, said
    assert any(c.startswith("python3.12 -m venv") for c in calls)


def test_an_install_that_fails_is_tried_again_next_time(machine: Machine) -> None:
    machine.tesseract("nld")
    machine.put("python3", PYTHON + 'case "$*" in *"pip install"*) exit 1 ;; esac\n')
    assert machine.run()[0] != 0
    machine.put("python3", PYTHON)
    assert len(installs(machine.run()[2])) == 1


def ci(folder: Path, recipe: str) -> subprocess.CompletedProcess[str]:
    (folder / "Makefile").write_text(f"test:\n\t@{recipe}\n", encoding="utf-8")
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}  # as under `make test`
    return subprocess.run(["bash", ".ci/run"], cwd=folder, env=env, capture_output=True, text=True, check=False,
                          timeout=60)


def test_ci_passes_on_the_closing_line_and_the_exit_code(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    good = ci(tmp_path, "echo '3 passed in 0.1s'")
    assert (good.returncode, good.stdout) == (0, "3 passed in 0.1s\n")
    bad = ci(tmp_path, "echo '1 failed in 0.1s'; exit 1")
    assert bad.returncode != 0
    assert "1 failed" in bad.stdout
