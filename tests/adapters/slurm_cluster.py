"""A real Slurm of one node for tests: its own munged, slurmctld and slurmd, in a folder that goes with it.

Needs root and Debian's slurmctld, slurmd, slurm-client and munge (``make slurm`` installs them). Ports are free ones, so
it disturbs no other Slurm of the machine.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PARTITION = "tests"
_PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "sinfo", "squeue")
#: ``proctrack/linuxproc`` and ``task/none`` do without cgroups, which containers and small machines may not hand out.
_CONFIGURATION = """
ClusterName=descale
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={node}
SlurmUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
ReturnToService=2
KillWait=2
MinJobAge=600
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory=4000 State=UNKNOWN
PartitionName={partition} Nodes={host} Default=YES MaxTime=10 State=UP OverSubscribe=NO
"""


def missing() -> str | None:
    """Return why no Slurm can be started here, or None."""
    absent = [program for program in _PROGRAMS if _find(program) is None]
    if absent:
        return f"{', '.join(absent)} not installed; as root, make slurm installs Slurm"
    return None if os.geteuid() == 0 else "starting a Slurm needs root"


@contextlib.contextmanager
def cluster(folder: Path) -> Iterator[dict[str, str]]:
    """Run a Slurm; yield the environment in which its commands find it."""
    for name in ("state", "spool"):
        (folder / name).mkdir()
    configuration = folder / "slurm.conf"
    controller, node = _free_ports()
    host = socket.gethostname().partition(".")[0]
    configuration.write_text(
        _CONFIGURATION.format(
            folder=folder, host=host, controller=controller, node=node, cpus=os.cpu_count(), partition=PARTITION
        ),
        encoding="utf-8",
    )
    environment = {**os.environ, "SLURM_CONF": str(configuration)}
    with contextlib.ExitStack() as running:
        running.enter_context(_process(folder, environment, *_munged(folder)))
        wait_for("munged", (folder / "munge.socket").exists, 20)
        running.enter_context(_process(folder, environment, "slurmctld", "-D", "-f", str(configuration)))
        running.enter_context(_process(folder, environment, "slurmd", "-D", "-f", str(configuration), "-N", host))
        wait_for("the node of Slurm", lambda: "idle" in ask(environment, "sinfo", "-h", "-o", "%T"), 60)
        try:
            yield environment
        finally:
            ask(environment, "scancel", "--partition", PARTITION)
            wait_for("the end of all jobs", lambda: not ask(environment, "squeue", "-h"), 30)


def ask(environment: dict[str, str], program: str, *arguments: str) -> str:
    """Return what a Slurm command prints, without white space at its ends."""
    command = [_find(program) or program, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60).stdout.strip()


def wait_for(what: str, holds: Callable[[], bool], seconds: float) -> None:
    """Wait until something holds.

    Raises:
        TimeoutError: it does not within the time.
    """
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            message = f"waited {seconds} s for {what}"
            raise TimeoutError(message)
        time.sleep(0.2)


def _munged(folder: Path) -> list[str]:
    key = folder / "munge.key"
    key.write_bytes(secrets.token_bytes(128))
    key.chmod(0o400)
    names = {"key-file": "key", "socket": "socket", "pid-file": "pid", "log-file": "log", "seed-file": "seed"}
    # --force: a temporary folder is writable by more people than munged likes.
    return ["munged", "--foreground", "--force", *(f"--{option}={folder}/munge.{name}" for option, name in names.items())]


@contextlib.contextmanager
def _process(folder: Path, environment: dict[str, str], program: str, *arguments: str) -> Iterator[None]:
    command = [_find(program) or program, *arguments]
    with (folder / f"{program}.out").open("wb") as output:
        running = subprocess.Popen(command, env=environment, stdout=output, stderr=output, cwd=folder)
        try:
            yield
        finally:
            running.terminate()
            try:
                running.wait(20)
            except subprocess.TimeoutExpired:
                running.kill()
                running.wait()


def _find(program: str) -> str | None:
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]
