#!/usr/bin/env bash
# Distils a student by one process, then by ranks with a network, an address and a host name of their own, on one machine: network namespaces on a bridge, Open MPI's TCP between them.
# Prints whether the curves are the same, what each rank says it sent, and what its network device counted. Needs root, iproute2 and Open MPI.
# usage: benchmarks/ranks_apart.sh WORKSPACE [RANKS...] [-- OPTIONS of attar distill]
#   WORKSPACE   with labels and student-pretrained, as ./attar quickstart leaves it; it is copied, never written
#   RANKS       2 4, unless told
#   OPTIONS     --epochs 1 --batch-tokens 4096 --threads 1 --seed 5, unless told
# environment: ATTAR, the command (default: ./attar of this repository)
#              RATE, of each rank's link (such as 1gbit) for tc; default: as fast as memory
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
attar=(${ATTAR:-"$here/attar"})
workspace="$1"
shift
ranks=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do ranks+=("$1"); shift; done
[ ${#ranks[@]} -gt 0 ] || ranks=(2 4)
[ $# -eq 0 ] || shift
options=("$@")
[ $# -gt 0 ] || options=(--epochs 1 --batch-tokens 4096 --threads 1 --seed 5)
most="$(printf '%s\n' "${ranks[@]}" | sort -n | tail -1)"
network=10.77.26 bridge=attar-ranks
work="$(mktemp -d)"

clear_up() {
  for rank in $(seq "$most"); do ip netns delete "attar-rank$rank" 2>/dev/null || true; done
  ip link delete "$bridge" 2>/dev/null || true
  rm -rf "$work"
}
trap clear_up EXIT

ip link add "$bridge" type bridge
ip address add "$network.254/24" dev "$bridge"
ip link set "$bridge" up
for rank in $(seq "$most"); do
  ip netns add "attar-rank$rank"
  ip link add "attar-v$rank" type veth peer name eth0 netns "attar-rank$rank"
  ip link set "attar-v$rank" master "$bridge" up
  ip -n "attar-rank$rank" address add "$network.$rank/24" dev eth0
  ip -n "attar-rank$rank" link set eth0 up
  ip -n "attar-rank$rank" link set lo up
  [ -z "${RATE:-}" ] || ip netns exec "attar-rank$rank" tc qdisc add dev eth0 root tbf rate "$RATE" burst 1mb latency 50ms
done

# what mpirun calls in the place of ssh: AGENT ADDRESS COMMAND...
cat > "$work/enter" <<'AGENT'
#!/usr/bin/env bash
rank="${1##*.}"
shift
exec ip netns exec "attar-rank$rank" unshare --uts bash -c "hostname attar-rank$rank; $*"
AGENT
chmod +x "$work/enter"

distil() { # copy of the workspace, command in front
  cp -a "$workspace" "$work/$1"
  rm -rf "$work/$1/student"
  "${@:2}" "${attar[@]}" distill "$work/$1" --from student-pretrained "${options[@]}" >"$work/$1.log" 2>&1 || { cat "$work/$1.log"; exit 1; }
}
sent() { ip netns exec "attar-rank$1" cat /sys/class/net/eth0/statistics/tx_bytes; }

distil w1
echo "1 process: $(wc -l <"$work/w1/student/training.tsv") rows of the curve, the last $(tail -1 "$work/w1/student/training.tsv" | tr '\t' ' ')"
for n in "${ranks[@]}"; do
  before=(); for rank in $(seq "$n"); do before+=("$(sent "$rank")"); done
  distil "w$n" mpirun --allow-run-as-root -n "$n" --host "$(seq -f "$network.%g:1" -s , "$n")" --mca plm rsh --mca plm_rsh_agent "$work/enter" \
    --mca btl tcp,self --mca btl_tcp_if_include "$network.0/24" --mca oob_tcp_if_include "$network.0/24"
  grep -o "[0-9]* ranks, .*" "$work/w$n.log"
  for rank in $(seq "$n"); do echo "  $network.$rank: $(($(sent "$rank") - before[rank - 1])) bytes left its device"; done
  paste "$work/w1/student/training.tsv" "$work/w$n/student/training.tsv" | awk -F'\t' '$1 + 0 > 0 { d = $2 - $5; if (d < 0) d = -d; if (d > most) most = d; rows++ } END { printf "  %d losses of the curve, the largest difference to one process %g\n", rows, most }'
  cmp -s "$work/w1/student/attar/model.safetensors" "$work/w$n/student/attar/model.safetensors" && echo "  the same model to the bit" || echo "  another model"
done
