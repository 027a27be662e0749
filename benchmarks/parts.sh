#!/usr/bin/env bash
# The table of parts: steps of 2 to 16 parts on one core and on more, the serial share that the difference tells (Karp and Flatt 1990), and what 16 cores would give at most (Amdahl 1967).
# usage: benchmarks/parts.sh [CORES...]      2, unless told; a run of N is bound to the cores 0 to N-1
# environment: ATTAR, the command (default: ./attar of this repository); SHAPES, of encoders as LAYERSxHIDDEN (default "2x128 4x256"); STEPS (default 10)
# Needs a machine that does nothing else; two cores take about two minutes.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
attar=(${ATTAR:-"$here/attar"})
[ $# -gt 0 ] || set -- 2
lengths="$(mktemp)"
trap 'rm -f "$lengths"' EXIT
awk 'BEGIN { srand(1); printf "["; for (i = 0; i < 4096; i++) printf "%s%d", i ? ", " : "", 16 + int(33 * rand()); print "]" }' >"$lengths" # 16 to 48 tokens, 32 in the mean: 32 pairs make a part of 1,024
value() { grep -oE "\"$1\": ?[0-9.]+" <<<"$2" | grep -oE '[0-9.]+$'; }

echo "| encoder | parts | tokens a step | cores | tokens/s | times one core | serial | 16 cores, at most |"
echo "|---|---|---|---|---|---|---|---|"
for shape in ${SHAPES:-2x128 4x256}; do
  layers="${shape%x*}" hidden="${shape#*x}"
  for parts in 2 4 8 16; do
    for cores in "$@"; do
      run="$(taskset -c "0-$((cores - 1))" "${attar[@]}" bench train --lengths "$lengths" --layers "$layers" --hidden "$hidden" --heads "$((hidden / 32))" --ffn "$((4 * hidden))" \
        --batch "$((32 * parts))" --parts "$parts" --threads "$cores" --steps "${STEPS:-10}" --speedup --json)"
      echo "| $shape | $parts | $((1024 * parts)) | $cores | $(value tokens_per_s "$run") | $(value speedup "$run") | $(value serial_share "$run") | $(value speedup_16 "$run") |"
    done
  done
done
