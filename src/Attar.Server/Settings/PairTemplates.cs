using System.Text.RegularExpressions;

namespace Attar.Server.Settings;

/// <summary>Pair templates as people type them: <c>\n</c> and <c>\t</c> stand for a line's end and a tab.</summary>
public static partial class PairTemplates
{
    /// <returns>Null where a side is missing.</returns>
    public static string? Read(string text) => text.Contains("{query}") && text.Contains("{product}") ? text.Replace("\\n", "\n").Replace("\\t", "\t") : null;

    /// <summary>A template, <c>NAME=TEMPLATE</c>, or a JSON list of such.</summary>
    /// <returns>A model's name is null where none is given; null for anything else.</returns>
    public static IReadOnlyList<(string? Model, string Text)>? Parse(string text)
    {
        if (text == "") return [];
        var templates = new List<(string?, string)>();
        foreach (string one in text.StartsWith('[') && JsonTexts.List(text) is { } list ? list : [text]) // a template may begin so
        {
            Match named = Named().Match(one);
            if (Read(named.Success ? one[named.Length..] : one) is not { } template) return null;
            templates.Add((named.Success ? named.Groups[1].Value : null, template));
        }
        return templates;
    }

    [GeneratedRegex(@"^([^\s={}]+)=")]
    private static partial Regex Named();
}
