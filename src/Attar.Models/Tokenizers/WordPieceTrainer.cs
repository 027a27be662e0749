using System.Runtime.InteropServices;
using System.Text;
using Attar.Models.Tokenizers.Tokens;

namespace Attar.Models.Tokenizers;

/// <summary>
/// Learns a WordPiece vocabulary from text: starting from single characters, the most frequent pair of neighbouring pieces is
/// merged again and again. Deterministic: ties go to the pieces that came first.
/// </summary>
/// <remarks>
/// As Hugging Face's <c>WordPieceTrainer</c>: byte-pair merges over word counts (Sennrich et al. 2016, "Neural machine
/// translation of rare words with subword units") with <c>##</c> pieces. Pair counts are kept up to date instead of recounted.
/// </remarks>
public sealed class WordPieceTrainer
{
    readonly List<string> tokens;
    readonly Dictionary<string, int> ids = [];
    readonly List<(List<int> Pieces, int Count)> words = [];
    readonly Dictionary<(int Left, int Right), int> counts = [];
    readonly Dictionary<(int Left, int Right), List<int>> places = []; // pair -> words that had it when it was noted
    readonly PriorityQueue<(int Left, int Right), (int Count, int Left, int Right)> queue = new(
        Comparer<(int Count, int Left, int Right)>.Create((a, b) => a.Count != b.Count ? b.Count.CompareTo(a.Count) : (a.Left, a.Right).CompareTo((b.Left, b.Right))));

    WordPieceTrainer(IReadOnlyList<string> special)
    {
        tokens = [.. special];
        for (int id = 0; id < tokens.Count; id++) ids.Add(tokens[id], id);
    }

    /// <param name="vocabularySize">Tokens wanted, special ones included; fewer come out when the text has no more pairs, and never fewer than its characters.</param>
    /// <param name="special">The first tokens; <see cref="SpecialTokens.All"/> when null.</param>
    /// <param name="minimumCount">A pair seen less often is not merged: a piece seen once teaches nothing.</param>
    /// <param name="alphabetLimit">Only so many characters, the most frequent, are kept; words lose the others.</param>
    public static WordPieceTokenizer Train(IEnumerable<string> texts, int vocabularySize, IReadOnlyList<string>? special = null, int minimumCount = 2, int alphabetLimit = 1000)
    {
        var trainer = new WordPieceTrainer(special ?? SpecialTokens.All);
        trainer.AddWords(CountWords(texts), alphabetLimit);
        trainer.MergePairs(vocabularySize, minimumCount);
        return new WordPieceTokenizer(trainer.tokens);
    }

    static List<KeyValuePair<string, int>> CountWords(IEnumerable<string> texts)
    {
        var count = new Dictionary<string, int>();
        var lookup = count.GetAlternateLookup<ReadOnlySpan<char>>();
        var words = new BertWords(lowercase: true, stripAccents: true);
        foreach (string text in texts)
            foreach (ReadOnlySpan<char> word in words.Of(text))
                CollectionsMarshal.GetValueRefOrAddDefault(lookup, word, out _)++;
        return [.. count.OrderBy(pair => pair.Key, StringComparer.Ordinal)];
    }

    void AddWords(List<KeyValuePair<string, int>> wordCounts, int alphabetLimit)
    {
        var characters = new Dictionary<Rune, long>();
        foreach (var (word, count) in wordCounts)
            foreach (Rune rune in word.EnumerateRunes())
                CollectionsMarshal.GetValueRefOrAddDefault(characters, rune, out _) += count;
        Rune[] alphabet = [.. characters.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).Take(alphabetLimit).Select(pair => pair.Key).Order()];
        foreach (Rune rune in alphabet) Add(rune.ToString());
        var kept = alphabet.ToHashSet();

        foreach (var (word, count) in wordCounts)
        {
            var pieces = new List<int>();
            foreach (Rune rune in word.EnumerateRunes())
                if (kept.Contains(rune)) pieces.Add(Add(pieces.Count == 0 ? rune.ToString() : "##" + rune));
            words.Add((pieces, count));
        }
    }

    int Add(string token)
    {
        if (ids.TryGetValue(token, out int id)) return id;
        ids.Add(token, tokens.Count);
        tokens.Add(token);
        return tokens.Count - 1;
    }

    void MergePairs(int vocabularySize, int minimumCount)
    {
        for (int word = 0; word < words.Count; word++) CountPairs(word, +1);
        foreach (var (pair, count) in counts) queue.Enqueue(pair, (count, pair.Left, pair.Right));

        while (tokens.Count < vocabularySize && queue.TryDequeue(out var pair, out var priority))
        {
            int count = counts[pair];
            if (count != priority.Count) // outdated: merges of its neighbours took some away
            {
                if (count > 0) queue.Enqueue(pair, (count, pair.Left, pair.Right));
                continue;
            }
            if (count < minimumCount) break;

            int merged = Add(tokens[pair.Left] + tokens[pair.Right].AsSpan(2).ToString());
            var fresh = new HashSet<(int, int)>();
            foreach (int word in places[pair])
            {
                CountPairs(word, -1);
                Merge(words[word].Pieces, pair, merged);
                CountPairs(word, +1, merged, fresh);
            }
            places.Remove(pair);
            foreach (var (left, right) in fresh) queue.Enqueue((left, right), (counts[(left, right)], left, right));
        }
    }

    static void Merge(List<int> pieces, (int Left, int Right) pair, int merged)
    {
        int kept = 0;
        for (int i = 0; i < pieces.Count; i++)
        {
            bool match = pieces[i] == pair.Left && i + 1 < pieces.Count && pieces[i + 1] == pair.Right;
            pieces[kept++] = match ? merged : pieces[i];
            if (match) i++;
        }
        pieces.RemoveRange(kept, pieces.Count - kept);
    }

    /// <param name="merged">A piece that was just made: pairs with it are noted in <paramref name="fresh"/>, for only they can have gained.</param>
    void CountPairs(int word, int sign, int merged = -1, HashSet<(int, int)>? fresh = null)
    {
        var (pieces, count) = words[word];
        for (int i = 1; i < pieces.Count; i++)
        {
            var pair = (Left: pieces[i - 1], Right: pieces[i]);
            CollectionsMarshal.GetValueRefOrAddDefault(counts, pair, out _) += sign * count;
            if (sign < 0 || (fresh != null && pair.Left != merged && pair.Right != merged)) continue;
            ref List<int>? where = ref CollectionsMarshal.GetValueRefOrAddDefault(places, pair, out _);
            where ??= [];
            if (where.Count == 0 || where[^1] != word) where.Add(word);
            fresh?.Add(pair);
        }
    }
}
