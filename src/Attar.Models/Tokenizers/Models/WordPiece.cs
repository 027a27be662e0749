namespace Attar.Models.Tokenizers.Models;

/// <summary>Greedy longest match from the left, pieces that continue a word marked by a prefix; a word that cannot be spelled is unknown as a whole.</summary>
/// <remarks>Devlin et al. 2018, "BERT".</remarks>
sealed class WordPiece : ITokenModel
{
    readonly Vocabulary following; // without the prefix
    readonly int longestWord, longestToken;

    /// <param name="prefix">Usually <c>##</c>.</param>
    /// <param name="longestWord">Words of more characters are unknown.</param>
    /// <exception cref="InvalidDataException">The vocabulary has no token for unknown words.</exception>
    public WordPiece(Vocabulary vocabulary, string unknownToken, string prefix, int longestWord)
    {
        (Vocabulary, this.longestWord) = (vocabulary, longestWord);
        Unknown = vocabulary.Find(unknownToken);
        if (Unknown < 0) throw new InvalidDataException($"vocab: no {unknownToken}; expected the token for unknown words");
        following = new Vocabulary(vocabulary.Entries
            .Where(entry => entry.Key.StartsWith(prefix, StringComparison.Ordinal))
            .Select(entry => KeyValuePair.Create(entry.Key[prefix.Length..], entry.Value)));
        longestToken = vocabulary.Entries.Max(entry => entry.Key.Length);
    }

    public Vocabulary Vocabulary { get; }

    public int Unknown { get; }

    public void Split(ReadOnlySpan<char> piece, List<TokenSpan> tokens)
    {
        int before = tokens.Count;
        bool fits = piece.Length <= longestWord || CountCharacters(piece) <= longestWord;
        for (int start = 0; fits && start < piece.Length;)
        {
            Vocabulary vocabulary = start == 0 ? Vocabulary : following;
            int end = Math.Min(piece.Length, start + longestToken), id = -1;
            while (end > start && (id = vocabulary.Find(piece[start..end])) < 0) end--;
            if (end > start) tokens.Add(new TokenSpan(id, start, end));
            else fits = false;
            start = end;
        }
        if (fits) return;
        tokens.RemoveRange(before, tokens.Count - before);
        tokens.Add(new TokenSpan(Unknown, 0, piece.Length));
    }

    static int CountCharacters(ReadOnlySpan<char> word)
    {
        int count = 0;
        foreach (var _ in word.EnumerateRunes()) count++;
        return count;
    }
}

/// <summary>Each piece is a token or unknown.</summary>
sealed class WordLevel : ITokenModel
{
    /// <exception cref="InvalidDataException">The vocabulary has no token for unknown words.</exception>
    public WordLevel(Vocabulary vocabulary, string unknownToken)
    {
        Vocabulary = vocabulary;
        Unknown = vocabulary.Find(unknownToken);
        if (Unknown < 0) throw new InvalidDataException($"vocab: no {unknownToken}; expected the token for unknown words");
    }

    public Vocabulary Vocabulary { get; }

    public int Unknown { get; }

    public void Split(ReadOnlySpan<char> piece, List<TokenSpan> tokens) =>
        tokens.Add(new TokenSpan(Vocabulary.Find(piece) is >= 0 and var id ? id : Unknown, 0, piece.Length));
}
