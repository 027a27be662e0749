using System.Security.Cryptography;
using System.Text;

namespace Attar.Data.Import;

/// <summary>Identifiers as the workspace keeps them: any characters but those that part lines and fields.</summary>
static class Identifiers
{
    /// <summary>Without space around it; tabs, line breaks and other control characters become <c>%09</c> and the like.</summary>
    public static string Of(string id)
    {
        id = id.Trim();
        if (!id.Any(char.IsControl)) return id;
        return string.Concat(id.Select(c => char.IsControl(c) ? $"%{(int)c:X2}" : c.ToString()));
    }

    /// <summary>The same for the same title: its first words, and eight digits of its SHA-256.</summary>
    public static string FromTitle(string title)
    {
        string words = QueryKey.Of(title).Replace(' ', '-');
        if (words.Length > 40) words = words[..(char.IsHighSurrogate(words[39]) ? 39 : 40)].TrimEnd('-');
        return $"{words}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(title))[..4])}";
    }
}
