using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Attar.Data;

/// <summary>Where a query belongs; always decided by query, never by pair.</summary>
public enum Split { Train, Dev, Test }

/// <summary>The published split: SHA-256 of the lower-cased, trimmed query; first eight hex digits modulo 10: 0 and 9 test, 1 dev, the rest train.</summary>
public static class QuerySplit
{
    public static Split Of(string query)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(query.ToLowerInvariant().Trim()));
        return (BinaryPrimitives.ReadUInt32BigEndian(hash) % 10) switch
        {
            0 or 9 => Split.Test,
            1 => Split.Dev,
            _ => Split.Train,
        };
    }
}
