using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Attar.Models;
using Attar.Tensors.Autograd;
using Attar.Tensors.Collectives;
using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;
using Attar.Workspaces;

namespace Attar.Training;

/// <summary>Whether all ranks are about to train the same: each updates the weights for itself, so what they begin with must be alike to the bit.</summary>
static class RankAgreement
{
    /// <exception cref="StageFailedException">on every rank, telling the first difference.</exception>
    public static void Check(string what, Communicator ranks, TrainingOptions options, int steps, int step, PairModel model, IKernels kernels)
    {
        (string Name, string Value)[] own =
        [
            ("host", Environment.MachineName),
            ("options", JsonSerializer.Serialize(options, RecordJson.Options)),
            ("number of steps", steps.ToString(CultureInfo.InvariantCulture)),
            ("checkpoint's step", step.ToString(CultureInfo.InvariantCulture)),
            ("weights", HashOf(model)),
            ("vector instructions", (kernels as CpuKernels)?.Described ?? ""),
        ];
        string[][] all = [.. ranks.Gather(Encoding.UTF8.GetBytes(string.Join('\0', own.Select(one => one.Value)))).Select(bytes => Encoding.UTF8.GetString(bytes).Split('\0'))];
        for (int rank = 1; rank < all.Length; rank++)
            for (int i = 1; i < own.Length; i++)
                if (all[rank][i] != all[0][i])
                    throw new StageFailedException($"{what}: rank {rank} on {all[rank][0]} begins with other {own[i].Name} than rank 0 on {all[0][0]} ({all[rank][i]}, {all[0][i]}); give all the same command, workspace and kind of processor");
    }

    static string HashOf(PairModel model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Parameter parameter in model.Trained) hash.AppendData(MemoryMarshal.AsBytes<float>(parameter.Value.Span));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
