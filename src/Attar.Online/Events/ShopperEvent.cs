using System.Security.Cryptography;
using System.Text;

namespace Attar.Online.Events;

/// <summary>What a shopper did.</summary>
/// <param name="Id">Its own; the same one sent again is the same event.</param>
/// <param name="Received">Unix time in milliseconds, by the server's clock; <paramref name="At"/> is the sender's and may be anything.</param>
/// <param name="Action">Such as <c>click</c>.</param>
/// <param name="Query">The <c>query_id</c> that it follows; null for none.</param>
/// <param name="Client">Its hash.</param>
/// <param name="Object">The product's identifier.</param>
/// <param name="Ordinal">Its place in the list, from 1.</param>
public sealed record ShopperEvent(string Id, long Received, long At, string Action, string? Query, string? Client, string? Object, int? Ordinal)
{
    /// <summary>An identifier for an event that came without: the same content, sent again, is the same event.</summary>
    public static string IdOf(params ReadOnlySpan<string?> content)
    {
        var text = new StringBuilder();
        foreach (string? part in content) text.Append(part?.Length ?? -1).Append(':').Append(part);
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 16));
    }
}
