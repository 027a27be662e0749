using System.Security.Cryptography;
using System.Text;

namespace Attar.Online.Events;

/// <summary>Client identifiers as the store keeps them: hashed with a salt that the store does not hold, so that they cannot be turned back by trying.</summary>
public sealed class ClientHash(string salt)
{
    const int Length = 16; // bytes: enough that no two clients meet

    readonly byte[] key = Encoding.UTF8.GetBytes(salt);

    public string Of(string client) => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(client)).AsSpan(0, Length));

    /// <summary>Tells salts apart without telling one; servers that share a store must have the same.</summary>
    public string Mark => Of("attar: which salt is it?");
}
