using System.Collections.Concurrent;

namespace Attar.Models.Tokenizers;

/// <summary>
/// BERT's tokenizer: words from <c>BertWords</c>, then greedy longest match in the vocabulary, <c>##</c> before pieces that continue a word.
/// Safe for use by several threads at once.
/// </summary>
/// <remarks>
/// Gives the ids of Hugging Face's <c>BertTokenizerFast</c> without special tokens, but for one difference: text that spells a
/// special token, such as <c>[SEP]</c> in a title, is read as text, so a product cannot forge the structure around it.
/// </remarks>
public sealed class WordPieceTokenizer : ITokenizer
{
    const string Continuation = "##";
    const int CachedWords = 1 << 18;
    const int LongestCachedWord = 64;

    readonly string[] tokens;
    readonly Dictionary<string, int> first = [];
    readonly Dictionary<string, int> following = [];
    readonly ConcurrentDictionary<string, int[]> cache = new();
    readonly int unknown;
    int cached;

    /// <param name="tokens">The vocabulary by id.</param>
    /// <param name="lowercase">False for the cased models.</param>
    /// <param name="stripAccents">É becomes E.</param>
    /// <param name="longestWord">Words of more characters become <c>[UNK]</c>.</param>
    /// <exception cref="InvalidDataException">The vocabulary lacks <c>[UNK]</c> or has a token twice.</exception>
    public WordPieceTokenizer(IReadOnlyList<string> tokens, bool lowercase = true, bool stripAccents = true, int longestWord = 100)
    {
        this.tokens = [.. tokens];
        Lowercase = lowercase;
        StripAccents = stripAccents;
        LongestWord = longestWord;
        for (int id = 0; id < tokens.Count; id++)
        {
            if (!first.TryAdd(tokens[id], id)) throw new InvalidDataException($"vocabulary: token {id} '{tokens[id]}' is there twice, first as {first[tokens[id]]}");
            if (tokens[id].StartsWith(Continuation, StringComparison.Ordinal)) following[tokens[id][Continuation.Length..]] = id;
        }
        unknown = IdOf(SpecialTokens.Unknown);
        if (unknown < 0) throw new InvalidDataException($"vocabulary: no {SpecialTokens.Unknown}; expected a WordPiece vocabulary");
    }

    public bool Lowercase { get; }
    public bool StripAccents { get; }
    public int LongestWord { get; }
    public int VocabularySize => tokens.Length;

    /// <summary>Reads <c>tokenizer.json</c> if its model is WordPiece, else <c>vocab.txt</c>.</summary>
    /// <exception cref="InvalidDataException">Neither is there, or one is broken; the message names the file.</exception>
    public static WordPieceTokenizer Load(string folder) => WordPieceFiles.Read(folder);

    /// <inheritdoc/>
    public void Save(string folder) => WordPieceFiles.Write(this, tokens, folder);

    public int IdOf(string token) => first.TryGetValue(token, out int id) ? id : -1;

    public string TokenOf(int id) => tokens[id];

    public void Encode(string text, List<int> ids)
    {
        var known = cache.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (ReadOnlySpan<char> word in new BertWords(text, Lowercase, StripAccents))
        {
            if (!known.TryGetValue(word, out int[]? pieces))
            {
                pieces = Split(word);
                // Past the limit new words are split each time: rare words must not fill the memory of a long-lived server.
                if (word.Length <= LongestCachedWord && cached < CachedWords && known.TryAdd(word, pieces)) Interlocked.Increment(ref cached);
            }
            ids.AddRange(pieces);
        }
    }

    int[] Split(ReadOnlySpan<char> word)
    {
        if (word.Length > LongestWord && CountCharacters(word) > LongestWord) return [unknown];
        var pieces = new List<int>();
        for (int start = 0; start < word.Length;)
        {
            var vocabulary = (start == 0 ? first : following).GetAlternateLookup<ReadOnlySpan<char>>();
            int end = word.Length, id = 0;
            while (end > start && !vocabulary.TryGetValue(word[start..end], out id)) end--;
            if (end == start) return [unknown]; // one piece missing makes the whole word unknown
            pieces.Add(id);
            start = end;
        }
        return [.. pieces];
    }

    static int CountCharacters(ReadOnlySpan<char> word)
    {
        int count = 0;
        foreach (var _ in word.EnumerateRunes()) count++;
        return count;
    }
}
