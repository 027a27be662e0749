using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Attar.Weights;

/// <summary>Hashes of a file as those who publish files write them.</summary>
static class Digest
{
    /// <summary>In hexadecimal.</summary>
    public static string Sha256(string path, CancellationToken cancel = default) => Convert.ToHexStringLower(Of(path, HashAlgorithmName.SHA256, "", cancel));

    /// <summary>In base 64, as NuGet's feeds write it.</summary>
    public static string Sha512(string path, CancellationToken cancel = default) => Convert.ToBase64String(Of(path, HashAlgorithmName.SHA512, "", cancel));

    /// <summary>Whether a file is what a digest of 64 hexadecimal digits (SHA-256) or 40 (git's blob: SHA-1 of <c>blob SIZE\0</c> and the bytes) says.</summary>
    public static bool Fits(string path, string digest, CancellationToken cancel = default) => string.Equals(digest, digest.Length == 40
        ? Convert.ToHexStringLower(Of(path, HashAlgorithmName.SHA1, string.Create(CultureInfo.InvariantCulture, $"blob {new FileInfo(path).Length}\0"), cancel))
        : Sha256(path, cancel), StringComparison.OrdinalIgnoreCase);

    static byte[] Of(string path, HashAlgorithmName algorithm, string before, CancellationToken cancel)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        using var hash = IncrementalHash.CreateHash(algorithm);
        hash.AppendData(Encoding.ASCII.GetBytes(before));
        byte[] buffer = new byte[1 << 20];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            cancel.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }
        return hash.GetHashAndReset();
    }
}
