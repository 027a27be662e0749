using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Attar.Server.Security;

/// <summary>A key as the server keeps it: only its hash. Keys are 256 random bits, so a plain SHA-256 cannot be turned back.</summary>
/// <param name="Name">Whose it is; several keys may have one name, as while one takes over from another.</param>
/// <param name="Admin">Whether it may reload models.</param>
/// <param name="Events">Whether it may send queries and events of shoppers and nothing else, as a key that browsers hold must.</param>
/// <param name="Reads">Whether it may look at pages and search, and nothing else.</param>
/// <param name="Judges">Whether it may look and judge, and nothing else.</param>
/// <param name="Rate">Requests a second; null for the server's default, 0 for no limit.</param>
/// <param name="Documents">Documents a second, likewise.</param>
public sealed record ApiKey(string Name, byte[] Hash, bool Admin = false, double? Rate = null, double? Documents = null, bool Events = false, bool Reads = false, bool Judges = false)
{
    const string Algorithm = "sha256:", RateName = "rate=", DocumentsName = "documents=";

    /// <summary>Whether it may ask for this.</summary>
    /// <param name="read">Whether the request only reads.</param>
    internal bool May(PathString path, bool read) =>
        Events ? path.StartsWithSegments("/ubi")
        : Admin || (Judges ? read || path.StartsWithSegments("/judge") : Reads ? read : read || !path.StartsWithSegments("/judge") && !path.StartsWithSegments("/model")) && !path.StartsWithSegments("/admin");

    /// <summary>Makes a key, to be shown once and not kept.</summary>
    public static string Generate() => "attar_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>Its line of a key file: <c>NAME sha256:HEX [admin] [events] [read] [judge] [rate=N] [documents=N]</c>.</summary>
    public string ToLine() => string.Join(' ', [
        Name, Algorithm + Convert.ToHexStringLower(Hash), .. Admin ? ["admin"] : (string[])[], .. Events ? ["events"] : (string[])[],
        .. Reads ? ["read"] : (string[])[], .. Judges ? ["judge"] : (string[])[], .. Number(RateName, Rate), .. Number(DocumentsName, Documents)]);

    static string[] Number(string name, double? value) => value is { } number ? [string.Create(CultureInfo.InvariantCulture, $"{name}{number:R}")] : [];

    /// <summary>Reads a key file; empty lines and those that begin with # are passed over.</summary>
    /// <exception cref="InputException">naming every line that is no key.</exception>
    public static IReadOnlyList<ApiKey> ReadFile(string path)
    {
        var faults = new FaultList();
        IReadOnlyList<ApiKey> keys = Read(path, faults);
        faults.ThrowIfAny();
        return keys;
    }

    /// <summary>The keys of a key file that can be read, and every fault.</summary>
    internal static IReadOnlyList<ApiKey> Read(string path, FaultList faults)
    {
        var keys = new List<ApiKey>();
        try
        {
            foreach ((int index, string line) in File.ReadLines(path).Index())
            {
                if (line.Trim() is "" or ['#', ..]) continue;
                if (Parse(line) is { } key) keys.Add(key);
                else faults.Add($"{path}:{index + 1}", $"not a key; expected NAME {Algorithm}64 hexadecimal digits [admin] [events] [read] [judge] [rate=N] [documents=N]; make one with: attar key NAME");
            }
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            faults.Add(path, "no such key file; make its first line with: attar key NAME");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            faults.Add(path, "the key file cannot be read; check its permissions");
        }
        return keys;
    }

    static ApiKey? Parse(string line)
    {
        string[] parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (parts.Length < 2 || !parts[1].StartsWith(Algorithm, StringComparison.Ordinal) || parts[1].Length != Algorithm.Length + 2 * SHA256.HashSizeInBytes) return null;
        if (!parts[1][Algorithm.Length..].All(char.IsAsciiHexDigit)) return null;
        ApiKey key = new(parts[0], Convert.FromHexString(parts[1][Algorithm.Length..]));
        foreach (string part in parts[2..])
        {
            if (part == "admin") key = key with { Admin = true };
            else if (part == "events") key = key with { Events = true };
            else if (part == "read") key = key with { Reads = true };
            else if (part == "judge") key = key with { Judges = true };
            else if (Number(part, RateName) is { } rate) key = key with { Rate = rate };
            else if (Number(part, DocumentsName) is { } documents) key = key with { Documents = documents };
            else return null;
        }
        return key;
    }

    static double? Number(string part, string name) =>
        part.StartsWith(name, StringComparison.Ordinal) && double.TryParse(part[name.Length..], NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out double value) && value >= 0 ? value : null;
}
