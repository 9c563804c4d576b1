#!/usr/bin/env bash
# KIND CONFIG.yaml: runs the trainer with the training environment's Python, on every visible GPU.
# NPROC: processes on this host. Several hosts: NNODES, NODE_RANK, MASTER_ADDR, MASTER_PORT.
set -euo pipefail
kind=$1
config=${2:?usage: run_train_full_$kind.sh CONFIG.yaml}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=$(bash "$here/setup_environment.sh" | tail -n 1)
# PYTHONSAFEPATH: the training directory has a folder datasets/, which is no package of ours.
export PYTHONSAFEPATH=1 PYTHONPATH="$here" PYTHONUNBUFFERED=1 HF_HUB_OFFLINE=1 HF_DATASETS_OFFLINE=1 TOKENIZERS_PARALLELISM=false

gpus=$("$python" -c 'import torch; print(torch.cuda.device_count())')
processes=${NPROC:-$((gpus > 0 ? gpus : 1))}
nodes=${NNODES:-1}
echo "Training with $python, $processes process(es) on each of $nodes host(s)"
if [ "$processes" = 1 ] && [ "$nodes" = 1 ]; then
  exec "$python" -m trainer "$kind" "$config" # exec: signals reach the trainer itself
fi
cores=$(nproc)
export OMP_NUM_THREADS=${OMP_NUM_THREADS:-$((cores / processes > 0 ? cores / processes : 1))}
if [ "$gpus" -gt 0 ]; then
  where=(--num_processes "$((processes * nodes))" --num_machines "$nodes")
  [ "$((processes * nodes))" = 1 ] || where+=(--multi_gpu)
  if [ "$nodes" -gt 1 ]; then
    where+=(--machine_rank "${NODE_RANK:?}" --main_process_ip "${MASTER_ADDR:?}" --main_process_port "${MASTER_PORT:-29500}")
  else
    where+=(--main_process_port 0)
  fi
  # What the processes compute in is the configuration's to say: --mixed_precision no adds nothing.
  exec "$python" -m accelerate.commands.launch "${where[@]}" --mixed_precision no --dynamo_backend no -m trainer "$kind" "$config"
fi
# Not `accelerate launch --cpu`: it runs one process, and orphans the trainer on SIGTERM.
where=(--standalone)
if [ "$nodes" -gt 1 ]; then
  where=(--nnodes "$nodes" --node_rank "${NODE_RANK:?}" --master_addr "${MASTER_ADDR:?}" --master_port "${MASTER_PORT:-29500}")
fi
exec "$python" -m torch.distributed.run "${where[@]}" --nproc_per_node "$processes" -m trainer "$kind" "$config"
