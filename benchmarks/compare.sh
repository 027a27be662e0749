#!/usr/bin/env bash
# Attar and PyTorch in turn on the same training step; prints each run and the ratio of medians.
# usage: benchmarks/compare.sh TORCH_TRAIN.py LENGTHS.json [ROUNDS]
#   TORCH_TRAIN.py  a script that takes LAYERS HIDDEN HEADS FFN VOCAB LENGTHS.json STEPS BATCH and prints {"tokens_per_s": ...}
#   LENGTHS.json    a JSON array of pair lengths in tokens
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
torch="$1" lengths="$2" rounds="${3:-5}" steps=20 batch=64
tokens() { grep -oE '"tokens_per_s": ?[0-9.]+' | grep -oE '[0-9.]+$'; }
median() { sort -g | awk '{v[NR]=$1} END {print (NR%2) ? v[(NR+1)/2] : (v[NR/2]+v[NR/2+1])/2}'; }
ours="$(mktemp)" theirs="$(mktemp)"
trap 'rm -f "$ours" "$theirs"' EXIT
for round in $(seq "$rounds"); do
  a="$("$here/attar" bench train --layers 4 --hidden 256 --heads 4 --ffn 1024 --vocab 8000 --lengths "$lengths" --steps "$steps" --batch "$batch" --json)"
  b="$(/usr/bin/python3 "$torch" 4 256 4 1024 8000 "$lengths" "$steps" "$batch")"
  echo "round $round: attar $a  torch $b"
  tokens <<<"$a" >>"$ours"; tokens <<<"$b" >>"$theirs"
done
x="$(median <"$ours")" y="$(median <"$theirs")"
awk -v x="$x" -v y="$y" 'BEGIN {printf "median tokens/s: attar %.0f, torch %.0f, ratio %.2f\n", x, y, x/y}'
