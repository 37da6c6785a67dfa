#!/usr/bin/env bash
# mpirun of the mpich 5.0.2 wheel leaves a file /tmp/hydra_hwloc_xmlfile_XXXXXX behind when a program calls MPI_Abort,
# each time a new one, whatever TMPDIR is. A job whose processes end by themselves takes its file away, and so does one
# in which a process is killed.
#
# The file has the topology of the machine for the processes. Who ends jobs that way as a rule, in tests of failures
# say, fills /tmp with them.
#
# Seen on 2026-12-01, with mpi4py 4.1.2: none after a job that ends well, none after one whose second process was
# killed, one after MPI_Abort.
#
# Needs a python3 that there are such wheels for, and a network. Exit code 0: it is still so; 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip --quiet --disable-pip-version-check install mpich==5.0.2 mpi4py==4.1.2
mkdir own
export TMPDIR="$folder/own"
cat > ends.py <<'END'
import os
import sys

from mpi4py import MPI

world = MPI.COMM_WORLD
if sys.argv[1] == "abort":
    world.Abort(3)
if sys.argv[1] == "killed" and world.rank == 1:
    os.kill(os.getpid(), 9)
world.Barrier()
END
listed() { find /tmp -maxdepth 1 -name 'hydra_hwloc_xmlfile_*' | sort; }
left=()
for way in well killed abort; do
  before=$(listed)
  venv/bin/mpirun -n 2 venv/bin/python ends.py "$way" > told.txt 2>&1 || true
  after=$(comm -13 <(echo "$before") <(listed))
  number=$(echo "$after" | grep -c . || true)
  echo "$way: $number left in /tmp"
  left+=("$number")
  echo "$after" | xargs -r rm -f
done
[ "${left[*]}" = "0 0 1" ]
