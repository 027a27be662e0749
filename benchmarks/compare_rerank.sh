#!/usr/bin/env bash
# Attar and ONNX Runtime in turn on the same rerank requests and weights; prints each run, ratios of medians, and how far the scores differ.
# usage: benchmarks/compare_rerank.sh ORT_RERANK.mjs MODEL LISTS.jsonl [ROUNDS]
#   ORT_RERANK.mjs  a script that takes MODEL.onnx LISTS.jsonl SCORES.jsonl, runs pairs sorted by length in batches of $BUCKET, and prints {"pairs_per_s": ..., "p99_ms": ...}
#   MODEL           a folder with onnx/model.onnx, from 'attar export' or 'attar bench model'
#   LISTS.jsonl     from 'attar bench lists'
# environment: INT8, an ONNX file of the same model in 8 bits: it and Attar in 8 bits too
#              THREADS (default 2) of both; the peer is told by the same variable
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
peer="$1" model="$2" lists="$3" rounds="${4:-5}" threads="${THREADS:-2}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
value() { grep -oE "\"$1\": ?[0-9.]+" | grep -oE '[0-9.]+$'; }
median() { sort -g "$1" | awk '{v[NR]=$1} END {print (NR%2) ? v[(NR+1)/2] : (v[NR/2]+v[NR/2+1])/2}'; }
keep() { value pairs_per_s <<<"$2" >>"$work/$1.pairs"; value p99_ms <<<"$2" >>"$work/$1.p99"; }
for round in $(seq "$rounds"); do
  a="$("$here/attar" bench rerank --model "$model" --lists "$lists" --scores "$work/attar.jsonl" --threads "$threads" --json)"
  echo "round $round: attar $a"
  keep attar "$a"
  for bucket in 10 1000; do
    b="$(BUCKET=$bucket THREADS="$threads" node "$peer" "$model/onnx/model.onnx" "$lists" "$work/ort$bucket.jsonl")"
    echo "round $round: batches of $bucket $b"
    keep "ort$bucket" "$b"
  done
  if [ -n "${INT8:-}" ]; then
    a="$("$here/attar" bench rerank --model "$model@int8" --lists "$lists" --threads "$threads" --json)"
    b="$(BUCKET=10 THREADS="$threads" node "$peer" "$INT8" "$lists" "$work/ort8.jsonl")"
    printf 'round %s: attar in 8 bits %s\nround %s: 8 bits, batches of 10 %s\n' "$round" "$a" "$round" "$b"
    keep attar8 "$a"; keep ort8 "$b"
  fi
done
ratios() { # what, ours, theirs
  awk -v x="$(median "$work/$2.pairs")" -v y="$(median "$work/$3.pairs")" -v p="$(median "$work/$2.p99")" -v q="$(median "$work/$3.p99")" -v b="$1" \
    'BEGIN {printf "%s: pairs/s attar %.0f, onnxruntime %.0f, ratio %.2f; p99 ms attar %.1f, onnxruntime %.1f, ratio %.2f\n", b, x, y, x/y, p, q, p/q}'
}
ratios "batches of 10" attar ort10
ratios "one padded batch" attar ort1000
[ -z "${INT8:-}" ] || ratios "8 bits, batches of 10" attar8 ort8
node -e '
const read = file => require("fs").readFileSync(file, "utf8").trim().split("\n").map(line => JSON.parse(line));
const [ours, theirs] = process.argv.slice(1).map(read);
if (ours.length !== theirs.length) throw new Error(`${ours.length} and ${theirs.length} requests scored`);
let most = 0;
ours.forEach((request, i) => {
  if (request.query_id !== theirs[i].query_id || request.scores.length !== theirs[i].scores.length) throw new Error(`line ${i + 1}: not the same request`);
  request.scores.forEach((score, j) => { most = Math.max(most, Math.abs(score - theirs[i].scores[j])); });
});
console.log(`largest difference of scores: ${most.toExponential(1)}`);
' "$work/attar.jsonl" "$work/ort10.jsonl"
