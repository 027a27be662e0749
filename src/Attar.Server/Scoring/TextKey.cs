using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Attar.Models.Tokenizers;

namespace Attar.Server.Scoring;

/// <summary>
/// Stands for a text in the caches: 128 bits of SHA-256, so that neither chance nor intent makes two texts meet.
/// Keys made of content need no invalidation when the catalogue changes.
/// </summary>
static class TextKey
{
    public static UInt128 Of(string text) => Of([new TextField("", text)]);

    public static UInt128 Of(IReadOnlyList<TextField> fields)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> lengths = stackalloc byte[8];
        foreach ((string marker, string text) in fields)
        {
            if (text.Length == 0) continue; // it leaves no token either
            // The lengths keep the ends of marker and text apart.
            BinaryPrimitives.WriteInt32LittleEndian(lengths, marker.Length);
            BinaryPrimitives.WriteInt32LittleEndian(lengths[4..], text.Length);
            hash.AppendData(lengths);
            hash.AppendData(MemoryMarshal.AsBytes(marker.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes(text.AsSpan()));
        }
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return BinaryPrimitives.ReadUInt128LittleEndian(digest);
    }
}
