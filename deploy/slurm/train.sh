#!/bin/bash
# Trains one model on several machines that share a disk, a rank for each:
#
#   sbatch --nodes=4 --cpus-per-task=16 deploy/slurm/train.sh distill /shared/workspace --batch-tokens 65536
#
# A job that Slurm requeues, or that is submitted again with any number of machines, goes on from the last checkpoint.
#SBATCH --job-name=attar-train
#SBATCH --ntasks-per-node=1
#SBATCH --requeue
set -eu
exec mpirun --map-by "node:PE=${SLURM_CPUS_PER_TASK:-1}" ${ATTAR:-attar} "$@" --threads "${SLURM_CPUS_PER_TASK:-1}"
