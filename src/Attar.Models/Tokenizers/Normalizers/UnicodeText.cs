namespace Attar.Models.Tokenizers.Normalizers;

/// <summary>Unicode's normal forms (annex 15) of whole texts, the same on every machine.</summary>
public static class UnicodeText
{
    /// <summary>Compatible characters taken apart and put together again: full-width letters, ligatures and half-width kana become the usual ones.</summary>
    public static string Nfkc(string text) => UnicodeForm.Nfkc.Of(text);

    /// <summary>Compatible characters taken apart: letters without their marks, which follow them.</summary>
    public static string Nfkd(string text) => UnicodeForm.Nfkd.Of(text);
}
