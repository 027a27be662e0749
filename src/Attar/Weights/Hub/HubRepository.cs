using System.Text.Json;
using System.Text.RegularExpressions;

namespace Attar.Weights.Hub;

/// <summary>A file that a repository lists.</summary>
/// <param name="Size">In bytes.</param>
/// <param name="Digest">SHA-256 of a large file (its LFS object), git's blob of a small one.</param>
sealed record HubFile(string Name, long Size, string Digest);

/// <summary>What the Hub says of a repository at a revision.</summary>
/// <param name="Commit">What the revision is now.</param>
/// <param name="Licence">An SPDX name in small letters, or the name of another licence; empty: not told.</param>
sealed partial record HubRepository(string Commit, string Licence, IReadOnlyList<HubFile> Files)
{
    const int MostFiles = 100_000;

    /// <summary>Reads the answer of <c>/api/models/ORG/NAME/revision/REVISION?blobs=true</c>.</summary>
    /// <exception cref="HubException">when it is something else, or lists what cannot be a file of a repository.</exception>
    public static HubRepository Read(JsonElement answer)
    {
        try
        {
            string commit = answer.GetProperty("sha").GetString() ?? "";
            if (!Hexadecimal().IsMatch(commit)) throw new HubException($"expected the commit of the revision, found '{Shown(commit)}'");
            JsonElement siblings = answer.GetProperty("siblings");
            if (siblings.GetArrayLength() > MostFiles) throw new HubException($"lists {siblings.GetArrayLength():n0} files; expected {MostFiles:n0} at most");
            var files = new List<HubFile>();
            foreach (JsonElement entry in siblings.EnumerateArray())
            {
                string name = entry.GetProperty("rfilename").GetString() ?? "";
                if (!IsInside(name)) throw new HubException($"lists '{Shown(name)}', which would lie outside the model's folder; nothing of it is fetched");
                bool large = entry.TryGetProperty("lfs", out JsonElement lfs) && lfs.ValueKind == JsonValueKind.Object;
                string digest = large ? Text(lfs, "sha256") ?? Text(lfs, "oid") ?? "" : Text(entry, "blobId") ?? "";
                long size = (large && lfs.TryGetProperty("size", out JsonElement inside) || entry.TryGetProperty("size", out inside)) && inside.TryGetInt64(out long bytes) ? bytes : -1;
                files.Add(new HubFile(name, size, Hexadecimal().IsMatch(digest) ? digest : ""));
            }
            return new HubRepository(commit, LicenceOf(answer), files);
        }
        catch (Exception fault) when (fault is KeyNotFoundException or InvalidOperationException)
        {
            throw new HubException($"expected what the Hub says of a repository, found other JSON; is HF_ENDPOINT a Hub?");
        }
    }

    static string LicenceOf(JsonElement answer)
    {
        if (!answer.TryGetProperty("cardData", out JsonElement card) || card.ValueKind != JsonValueKind.Object) return "";
        string licence = Text(card, "license") ?? "";
        return Shown(licence is "other" or "" ? Text(card, "license_name") ?? licence : licence);
    }

    /// <summary>A relative path that stays below where it begins, on any platform.</summary>
    internal static bool IsInside(string name) =>
        name.Length is > 0 and < 1000 && !name.Contains('\0') && name[0] is not ('/' or '\\') && !(name.Length > 1 && name[1] == ':') && !name.Split('/', '\\').Contains("..");

    static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static string Shown(string text) => string.Concat(text.Take(80).Select(c => char.IsControl(c) ? '?' : c));

    [GeneratedRegex("^([0-9a-f]{40}|[0-9a-f]{64})$")]
    private static partial Regex Hexadecimal();
}
