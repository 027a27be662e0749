namespace Attar.Models.Tokenizers.Decoding;

/// <summary>Decoders that treat each token for itself.</summary>
static class TokenwiseDecoders
{
    /// <summary>Pieces that continue a word lose their prefix, other tokens get a space before them.</summary>
    /// <param name="cleanUp">Spaces before punctuation and contractions go.</param>
    public static ITokenDecoder WordPiece(string prefix, bool cleanUp) => new TokenwiseDecoder((token, isFirst, _) =>
    {
        string text = isFirst ? token : token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : " " + token;
        return cleanUp ? CleanedUp(text) : text;
    });

    static string CleanedUp(string text) => text
        .Replace(" .", ".").Replace(" ?", "?").Replace(" !", "!").Replace(" ,", ",").Replace(" ' ", "'")
        .Replace(" n't", "n't").Replace(" 'm", "'m").Replace(" do not", " don't").Replace(" 's", "'s").Replace(" 've", "'ve").Replace(" 're", "'re");

    /// <summary>Marks become spaces; those of the first token, which were put before the text, go.</summary>
    public static ITokenDecoder Metaspace(char mark, bool prepended) => new TokenwiseDecoder((token, isFirst, _) =>
        token.Replace(mark.ToString(), isFirst && prepended ? "" : " "));

    /// <summary>The suffix that ends a word becomes a space, but for the last word's.</summary>
    public static ITokenDecoder Bpe(string suffix) => new TokenwiseDecoder((token, _, isLast) =>
        suffix.Length == 0 ? token : token.Replace(suffix, isLast ? "" : " "));

    public static ITokenDecoder Replace(Func<string, string> replace) => new TokenwiseDecoder((token, _, _) => replace(token));

    /// <summary>Leaves out up to so many of a character at both ends of each text.</summary>
    public static ITokenDecoder Strip(char content, int left, int right) => new TokenwiseDecoder((token, _, _) =>
    {
        int start = 0, end = token.Length;
        while (start < end && start < left && token[start] == content) start++;
        while (end > start && token.Length - end < right && token[end - 1] == content) end--;
        return token[start..end];
    });
}
