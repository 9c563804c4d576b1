#!/usr/bin/env bash
# Runs all tests in two lanes side by side, each on two workers (TEST_WORKERS for another number):
# the live one, of platforms, engines' stand-ins, containers and a browser, which mostly wait and
# watch the clock; and, niced, the computing one, of all others, which only take as long as they take.
# tests/lanes.py says what shares a worker. With --fast: only what needs no process, engine, browser,
# container or training. With other arguments: pytest with these, and nothing else.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
pytest=(.venv/bin/python -m pytest -p no:cacheprovider)
lane=(--numprocesses "${TEST_WORKERS:-2}" --dist loadgroup --no-loadscope-reorder --durations=30 -q)
live="(processes or docker or browser) and not (training or vllm or fuzz)"
alone="not (processes or docker or browser or training or vllm or fuzz or long)"
if [ "${1:-}" = --fast ]; then exec "${pytest[@]}" "${lane[@]}" -m "$alone" "${@:2}"; fi
if [ "$#" -gt 0 ]; then exec .venv/bin/python -m pytest "$@"; fi

# Threads of a training that wait for each other sleep instead of spinning: the cores have other
# work too, which is also why a training takes one.
export OMP_WAIT_POLICY=PASSIVE OMP_NUM_THREADS=1
log=$(mktemp)
trap 'rm -f "$log"' EXIT
nice "${pytest[@]}" "${lane[@]}" -m "not ($live)" >"$log" 2>&1 &
computing=$!
began=$SECONDS
"${pytest[@]}" "${lane[@]}" -m "$live"
status=$?
echo "=== The live lane took $((SECONDS - began)) s; the computing one:"
wait "$computing"
computing_status=$?
cat "$log"
echo "=== Both lanes took $((SECONDS - began)) s"
[ "$status" = 0 ] && status=$computing_status
exit "$status"
