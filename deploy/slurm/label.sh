#!/bin/bash
# Labels the pairs of a workspace on a shared disk, a part for each task of the array, then joins the parts:
#
#   parts=64; job=$(sbatch --parsable --array=0-$((parts - 1)) deploy/slurm/label.sh /shared/workspace $parts --teachers teacher,minilm)
#   sbatch --dependency=afterok:$job --wrap "attar labels merge /shared/workspace"
#
# A task that Slurm requeues, or that is submitted again, goes on where it was; a part that is whole is left alone.
#SBATCH --job-name=attar-label
#SBATCH --cpus-per-task=1
#SBATCH --requeue
set -eu
workspace=$1 parts=$2
shift 2
exec ${ATTAR:-attar} label "$workspace" --shard "/$parts" --threads "${SLURM_CPUS_PER_TASK:-1}" "$@"
