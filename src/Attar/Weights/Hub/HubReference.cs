using Attar.Models.Checkpoints;

namespace Attar.Weights.Hub;

/// <summary>A repository of the Hub, or one GGUF file of it.</summary>
/// <param name="Repository"><c>ORG/NAME</c></param>
/// <param name="Revision">A branch, a tag, a commit or <c>refs/pr/1</c>; null: the main branch.</param>
/// <param name="File">A <c>.gguf</c> file's path in the repository; null: the model in safetensors.</param>
public sealed record HubReference(string Repository, string? Revision = null, string? File = null) : WeightReference
{
    public const string MainBranch = "main";
    const string Ending = ".gguf", References = "refs/";

    public override string Name => File is { } file ? Path.GetFileName(file)[..^Ending.Length] : Repository[(Repository.IndexOf('/') + 1)..];

    /// <summary>What is asked of the Hub.</summary>
    public string Asked => Revision ?? MainBranch;

    /// <param name="text">What follows <c>hf:</c>.</param>
    /// <exception cref="InputException"/>
    internal static HubReference Of(string text)
    {
        int at = text.IndexOf('@');
        string repository = at < 0 ? text : text[..at];
        string? revision = at < 0 ? null : text[(at + 1)..], file = null;
        if (text.EndsWith(Ending, StringComparison.OrdinalIgnoreCase))
        {
            if (revision is null) (repository, file) = Cut(repository, parts: 2);
            else (revision, file) = Cut(revision, parts: revision.StartsWith(References, StringComparison.Ordinal) ? 3 : 1); // refs/pr/1 alone has slashes of its own
        }
        if (!IsName(repository) || !(revision is null || IsPlain(revision, slashes: true)) || !(file is null || IsPlain(file, slashes: true)))
            throw new InputException(HubSign + text, $"expected {HubSign}ORG/NAME, {HubSign}ORG/NAME@REVISION or {HubSign}ORG/NAME/FILE.gguf, of letters, digits, '-', '_' and '.'; correct the name");
        if (revision is not null && ModelReference.Parse($"@{revision}").Folder == "")
            throw new InputException(HubSign + text, $"'@{revision}' says how to compute, which a model to start from, or to fetch, does not take; leave it out");
        return new HubReference(repository, revision, file);
    }

    /// <summary>Whether a text is <c>ORG/NAME</c>.</summary>
    public static bool IsName(string text) => text.Count('/') == 1 && IsPlain(text, slashes: true);

    public override string ToString() => $"{HubSign}{Repository}{(Revision is null ? "" : $"@{Revision}")}{(File is null ? "" : $"/{File}")}";

    /// <summary>The first parts of a path, and the others; an empty path where there are no others.</summary>
    static (string First, string Others) Cut(string path, int parts)
    {
        string[] all = path.Split('/');
        return (string.Join('/', all.Take(parts)), string.Join('/', all.Skip(parts)));
    }
}
