using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Attar.Online.Allocation;

/// <summary>
/// Who takes part, and in which arm: a hash of the client, salted with the experiment's name, so that a client always gets the
/// same answer, two experiments divide the clients independently of each other, and more traffic takes clients in without
/// moving those who were in.
/// </summary>
public static class Assignment
{
    /// <summary>Where a unit falls in [0, 1), uniformly over units and independently over salts.</summary>
    public static double Place(string salt, string unit)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{salt.Length}:{salt}{unit}"), hash); // the length keeps salt and unit apart
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>Whether a client takes part.</summary>
    /// <param name="traffic">Share of the clients that do.</param>
    public static bool TakesPart(string experiment, string client, double traffic) => Place(experiment + "/traffic", client) < traffic;

    /// <summary>The arm of a client.</summary>
    /// <param name="weights">Of the arms, on any scale.</param>
    public static int Arm(string experiment, string client, ReadOnlySpan<double> weights)
    {
        double total = 0, upTo = 0;
        foreach (double weight in weights) total += weight;
        double place = Place(experiment + "/arm", client) * total;
        for (int arm = 0; arm < weights.Length; arm++)
            if (place < (upTo += weights[arm])) return arm;
        return weights.Length - 1;
    }
}
