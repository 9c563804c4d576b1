#!/usr/bin/env bash
NPROC=1 exec bash "$(dirname "${BASH_SOURCE[0]}")/_launch.sh" merge "$@"
