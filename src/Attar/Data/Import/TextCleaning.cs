using System.Net;
using System.Text.RegularExpressions;

namespace Attar.Data.Import;

/// <summary>Product text as people read it: HTML tags taken out, entities written as their characters, line breaks as spaces. What was cleaned is counted.</summary>
sealed partial class TextCleaning
{
    /// <summary>Texts with tags or entities so far.</summary>
    public long Cleaned { get; private set; }

    public string Clean(string text)
    {
        string clean = text;
        if (text.AsSpan().IndexOfAny('<', '&') >= 0)
        {
            clean = Untagged(clean);
            if (Entity().IsMatch(clean)) clean = Untagged(WebUtility.HtmlDecode(clean)); // tags written as entities are tags
            if (Entity().IsMatch(clean)) clean = WebUtility.HtmlDecode(clean); // &amp;quot; was written twice
            if (clean != text) Cleaned++;
        }
        if (clean.AsSpan().IndexOfAnyInRange('\0', '\u001F') >= 0 || clean.AsSpan().IndexOfAnyInRange('\u007F', '\u00A0') >= 0 || clean.Contains("  ", StringComparison.Ordinal) && clean != text)
            clean = Gap().Replace(clean, " ");
        return clean.Trim();
    }

    static string Untagged(string text) => text.Contains('<') ? Tag().Replace(Hidden().Replace(text, " "), " ") : text;

    [GeneratedRegex(@"<(script|style)\b[^>]*>.*?</\1\s*>|<!--.*?-->", RegexOptions.IgnoreCase | RegexOptions.Singleline)]
    private static partial Regex Hidden();

    [GeneratedRegex(@"</?[A-Za-z][A-Za-z0-9]*(\s[^<>]*)?/?>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"&(#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")]
    private static partial Regex Entity();

    [GeneratedRegex(@"[\s\u0000-\u001F\u007F-\u00A0]+")]
    private static partial Regex Gap();
}
