#!/usr/bin/env bash
# KIND CONFIG.yaml: runs the trainer with the training environment's Python, on every GPU.
set -euo pipefail
kind=$1
config=${2:?usage: run_train_full_$kind.sh CONFIG.yaml}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=$(bash "$here/setup_environment.sh" | tail -n 1)
# PYTHONSAFEPATH: the training directory has a folder datasets/, which is no package of ours.
export PYTHONSAFEPATH=1 PYTHONPATH="$here" PYTHONUNBUFFERED=1 HF_HUB_OFFLINE=1 HF_DATASETS_OFFLINE=1 TOKENIZERS_PARALLELISM=false

processes=${NPROC:-$("$python" -c 'import torch; print(max(1, torch.cuda.device_count()))')}
echo "Training with $python, $processes process(es)"
if [ "$processes" = 1 ]; then
  exec "$python" -m trainer "$kind" "$config" # exec: signals reach the trainer itself
fi
cores=$(nproc)
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-$((cores / processes > 0 ? cores / processes : 1))}
exec "$python" -m torch.distributed.run --standalone --nproc_per_node "$processes" -m trainer "$kind" "$config"
