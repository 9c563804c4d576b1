#!/usr/bin/env bash
# Prints the Python that training runs with on its last line; makes its environment on first use.
# $TRAINING_PYTHON if set, else python3 if it has TRL, else <training>/.venv (made here).
set -euo pipefail
training=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=${TRAINING_VENV:-$training/.venv}

if [ -n "${TRAINING_PYTHON:-}" ]; then echo "$TRAINING_PYTHON"; exit 0; fi
has_trl='import importlib.util as u, sys; sys.exit(0 if u.find_spec("trl") and u.find_spec("torch") else 1)'
if python3 -c "$has_trl" 2>/dev/null; then command -v python3; exit 0; fi

digest=$(sha256sum "$training/requirements.txt" | cut -d' ' -f1)
ready() { [ "$(cat "$venv/.ready" 2>/dev/null || true)" = "$digest" ]; }
if ! ready; then
  mkdir -p "$venv"
  # One set-up at a time; the others wait here and then find it ready.
  exec 9>"$venv.lock"
  flock 9
  if ! ready; then
    echo "Setting up the training environment (once; about 1.5 GB)…" >&2
    python3 -m venv --clear "$venv" >&2
    pip=("$venv/bin/python" -m pip install --disable-pip-version-check --progress-bar off)
    echo "[1/2] torch" >&2
    "${pip[@]}" --quiet "torch==${TRAINING_TORCH_VERSION:-2.13.0}" >&2
    echo "[2/2] transformers, TRL, PEFT, accelerate, datasets" >&2
    "${pip[@]}" --quiet --no-deps --require-hashes -r "$training/requirements.txt" >&2
    echo "$digest" >"$venv/.ready.tmp"
    mv "$venv/.ready.tmp" "$venv/.ready"
    echo "The training environment is ready." >&2
  fi
  exec 9>&-
fi
echo "$venv/bin/python"
