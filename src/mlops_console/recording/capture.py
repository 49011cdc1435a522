"""What reproducing a run needs and nobody writes down: process, machine, Python, packages, command line.

Nothing here raises: what can't be learned is left out.
"""

import os
import sys
from pathlib import Path
from typing import Any

from mlops_console.recording.masking import mask_command, mask_text

_VARIABLES = """
CUDA_VISIBLE_DEVICES NVIDIA_VISIBLE_DEVICES HIP_VISIBLE_DEVICES ROCR_VISIBLE_DEVICES CUDA_HOME
CUBLAS_WORKSPACE_CONFIG PYTORCH_CUDA_ALLOC_CONF TORCH_CUDNN_V8_API_ENABLED NCCL_DEBUG NCCL_SOCKET_IFNAME
TF_DETERMINISTIC_OPS TF_ENABLE_ONEDNN_OPTS TF_XLA_FLAGS XLA_FLAGS JAX_PLATFORMS JAX_ENABLE_X64
OMP_NUM_THREADS MKL_NUM_THREADS OPENBLAS_NUM_THREADS NUMEXPR_NUM_THREADS TOKENIZERS_PARALLELISM
PYTHONHASHSEED PYTHONOPTIMIZE CONDA_DEFAULT_ENV TZ LANG
RANK LOCAL_RANK WORLD_SIZE NODE_RANK LOCAL_WORLD_SIZE
SLURM_JOB_ID SLURM_JOB_NAME SLURM_JOB_PARTITION SLURM_JOB_NODELIST SLURM_ARRAY_JOB_ID SLURM_ARRAY_TASK_ID
SLURM_CLUSTER_NAME SLURM_CPUS_PER_TASK SLURM_NNODES SLURM_NTASKS SLURM_PROCID SLURM_RESTART_COUNT
PBS_JOBID PBS_JOBNAME LSB_JOBID LSB_JOBNAME JOB_ID SGE_TASK_ID
"""
VARIABLES = frozenset(_VARIABLES.split())
"""The environment variables that are written down; no other is."""
_GPUS = "/proc/driver/nvidia/gpus"


def process() -> dict[str, Any]:
    """This process, precise enough to tell it from a later one with the same number."""
    return {
        "host": os.uname().nodename,
        "boot_id": _text("/proc/sys/kernel/random/boot_id").strip(),
        "pid": os.getpid(),
        "ticks": _start_ticks(),
        "pid_namespace": _link("/proc/self/ns/pid"),
    }


def machine() -> dict[str, Any]:
    """User, Python and the machine; nothing that is secret."""
    system = os.uname()
    found: dict[str, Any] = {
        "user": _user(),
        "python": ".".join(map(str, sys.version_info[:3])),
        "platform": f"{system.sysname} {system.release} {system.machine}",
        "cpus": os.cpu_count(),
    }
    if sys.implementation.name != "cpython":
        found["python"] = f"{sys.implementation.name} {found['python']}"
    gpus = _gpus()
    if gpus:
        found["gpus"] = gpus
    return found


def command() -> dict[str, Any]:
    """What was typed, where, and the allowed environment variables; secrets are masked."""
    words = list(getattr(sys, "orig_argv", None) or [sys.executable, *sys.argv])
    variables = {name: mask_text(os.environ[name]) for name in sorted(VARIABLES) if name in os.environ}
    return {
        "command": mask_command(words),
        "cwd": _cwd(),
        "executable": sys.executable,
        "environment": variables,
    }


def packages() -> list[str]:
    """Installed packages as `name==version`, told by the names of their folders alone (nothing is opened)."""
    found: dict[str, str] = {}
    for folder in sys.path:
        for name in _names(folder or "."):
            stem, _, end = name.rpartition(".")
            if end in ("dist-info", "egg-info"):
                package, _, version = stem.partition("-")
                if version:
                    found.setdefault(package.replace("_", "-").lower(), version.partition("-")[0])
    return [f"{name}=={found[name]}" for name in sorted(found)]


def _user() -> str:
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container's number without a name
        return os.environ.get("USER") or str(os.getuid())


def _cwd() -> str:
    try:
        return str(Path.cwd())
    except OSError:
        return ""


def _start_ticks() -> int:
    behind_name = _text("/proc/self/stat").rpartition(")")[2].split()
    return int(behind_name[19]) if len(behind_name) > 19 and behind_name[19].isdigit() else 0


def _gpus() -> list[str]:
    lines = (
        line for name in sorted(_names(_GPUS)) for line in _text(f"{_GPUS}/{name}/information").splitlines()
    )
    return [line.partition(":")[2].strip() for line in lines if line.startswith("Model:")]


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - names are all that is wanted, of thousands of entries
    except OSError:
        return []


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read(65536)
    except OSError:
        return ""


def _link(path: str) -> str:
    try:
        return str(Path(path).readlink())
    except OSError:
        return ""
