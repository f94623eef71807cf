"""Programs that we did not write: dciodvfy, Orthanc and DCMTK."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

DCIODVFY, ORTHANC = "/usr/bin/dciodvfy", "/usr/sbin/Orthanc"
STORESCU, FINDSCU, ECHOSCU = "/usr/bin/storescu", "/usr/bin/findscu", "/usr/bin/echoscu"


def needs(*programs: str) -> None:
    for program in programs:
        if not Path(program).exists():
            pytest.skip(f"{program} is not installed")


def test_dciodvfy_finds_no_error_in_any_kind_of_object(written: Path) -> None:
    needs(DCIODVFY)
    first = sorted(written.rglob("0001.dcm"))
    assert len(first) > 110
    complaints = []
    for path in first:
        told = subprocess.run([DCIODVFY, "-new", str(path)], capture_output=True, text=True, check=False)
        errors = [line for line in told.stderr.splitlines() if line.startswith("Error")]
        complaints += [f"{path.relative_to(written)}: {line}" for line in errors]
    assert not complaints, "\n".join(complaints)


PORT = 4242
"""In a network namespace of its own, where nobody else is."""


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[list[str]]:
    """An Orthanc that listens on all addresses, as it always does, of a network that only its clients can enter.

    Gives the words that start a program inside that network.
    """
    needs(ORTHANC, STORESCU, FINDSCU, ECHOSCU)
    settings = {
        "Name": "test",
        "StorageDirectory": str(tmp_path / "store"),
        "IndexDirectory": str(tmp_path / "store"),
        "HttpServerEnabled": False,
        "RemoteAccessAllowed": False,
        "DicomAet": "ARCHIVE",
        "DicomPort": PORT,
        "DicomAlwaysAllowEcho": True,
        "DicomAlwaysAllowStore": True,
        "DicomAlwaysAllowFind": True,
        "Plugins": [],
    }
    (tmp_path / "orthanc.json").write_text(json.dumps(settings))
    log = (tmp_path / "log").open("wb")
    inside = f"ip link set lo up && exec {ORTHANC} {tmp_path / 'orthanc.json'}"
    server = subprocess.Popen(["unshare", "--map-root-user", "--net", "sh", "-c", inside], stdout=log, stderr=log)
    enter = ["nsenter", f"--target={server.pid}", "--user", "--net", "--preserve-credentials"]
    try:
        for _ in range(100):
            assert server.poll() is None, (tmp_path / "log").read_text()
            hello = [*enter, ECHOSCU, "-aec", "ARCHIVE", "127.0.0.1", str(PORT)]
            if subprocess.run(hello, capture_output=True, check=False, timeout=20).returncode == 0:
                break
            time.sleep(0.2)
        yield enter
    finally:
        server.terminate()
        server.wait(20)
        log.close()
        shutil.rmtree(tmp_path / "store", ignore_errors=True)


def test_orthanc_takes_every_object_and_finds_every_study(written: Path, archive: list[str]) -> None:
    where = ["127.0.0.1", str(PORT)]
    sent = subprocess.run(
        [*archive, STORESCU, "-aec", "ARCHIVE", "-v", "+sd", "+r", "+sp", "*.dcm", *where, str(written)],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    told = sent.stdout + sent.stderr
    assert sent.returncode == 0, told[-2000:]
    assert len(re.findall(r"Received Store Response \(Success\)", told)) == len(list(written.rglob("*.dcm")))
    asked = ["-k", "QueryRetrieveLevel=STUDY", "-k", "AccessionNumber", "-k", "NumberOfStudyRelatedInstances"]
    found = subprocess.run(
        [*archive, FINDSCU, "-S", "-aec", "ARCHIVE", *asked, *where],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    text = found.stdout + found.stderr
    accessions = re.findall(r"\(0008,0050\) SH \[([^\] ]+)", text)
    instances = [int(one) for one in re.findall(r"\(0020,1208\) IS \[(\d+)", text)]
    numbers = dict(zip(accessions, instances, strict=True))
    assert numbers == {one.name: len(list(one.rglob("*.dcm"))) for one in written.iterdir() if one.is_dir()}
