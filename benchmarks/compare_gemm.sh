#!/usr/bin/env bash
# Attar's and oneDNN's single-precision matrix products in turn, on one thread and on two; prints the medians and their ratio for each shape.
# usage: benchmarks/compare_gemm.sh PEER [ROUNDS]
#   PEER  a program that takes the number of threads and prints a line {"m":..,"n":..,"k":..,"onednn_gflops":..} for each shape of 'attar bench gemm'
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
peer="$1" rounds="${2:-5}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
rates() { grep -oE "\"m\":[0-9]+,\"n\":[0-9]+,\"k\":[0-9]+,\"$1\":[0-9.]+" | sed -E 's/"[a-z_]+"://g; s/,/ /g'; } # m n k gflops
for threads in 1 2; do
  for round in $(seq "$rounds"); do
    "$here/attar" bench gemm --threads "$threads" --json | rates gflops >>"$work/attar.$threads"
    OMP_NUM_THREADS="$threads" "$peer" "$threads" | rates onednn_gflops >>"$work/peer.$threads"
  done
  echo "$threads thread(s): m n k, gigaflops of attar and oneDNN (medians of $rounds), ratio"
  for shape in $(cut -d' ' -f1-3 "$work/attar.$threads" | sort -u -k1n -k2n -k3n | tr ' ' ,); do
    median() { grep "^${shape//,/ } " "$work/$1.$threads" | cut -d' ' -f4 | sort -g | awk '{v[NR]=$1} END {print (NR%2) ? v[(NR+1)/2] : (v[NR/2]+v[NR/2+1])/2}'; }
    awk -v s="${shape//,/ }" -v x="$(median attar)" -v y="$(median peer)" 'BEGIN {printf "%-16s %6.1f %6.1f  %.2f\n", s, x, y, x/y}'
  done
done
