using System.Runtime.InteropServices;

namespace Attar.Models.Tokenizers.Models;

/// <summary>
/// Remembers how words were split. A word has one of two places, so memory stays bounded whatever is asked, and a new word takes the
/// place of an old one. Threads share it without locks: an entry is never changed, only replaced as a whole.
/// </summary>
sealed class WordCache
{
    const int Places = 1 << 16;
    const int LongestWord = 64;

    sealed record Entry(uint Hash, string Word, TokenSpan[] Tokens);

    readonly Entry?[] entries = new Entry?[Places];

    /// <summary>The tokens of a word, split by <paramref name="model"/> when it is not remembered.</summary>
    /// <param name="scratch">For long words, which are not remembered; the answer is valid until it is used again.</param>
    public ReadOnlySpan<TokenSpan> Split(ReadOnlySpan<char> word, ITokenModel model, List<TokenSpan> scratch)
    {
        scratch.Clear();
        if (word.Length > LongestWord)
        {
            model.Split(word, scratch);
            return CollectionsMarshal.AsSpan(scratch);
        }
        uint hash = HashOf(word);
        ref Entry? first = ref entries[hash % Places], second = ref entries[(hash + 1) % Places];
        if (first is { } entry && entry.Hash == hash && word.SequenceEqual(entry.Word)) return entry.Tokens;
        if (second is { } other && other.Hash == hash && word.SequenceEqual(other.Word)) return other.Tokens;
        model.Split(word, scratch);
        var fresh = new Entry(hash, word.ToString(), [.. scratch]);
        if (first is null) first = fresh;
        else second = fresh;
        return fresh.Tokens;
    }

    static uint HashOf(ReadOnlySpan<char> word)
    {
        const ulong Multiplier = 0x9E3779B97F4A7C15;
        ulong hash = (ulong)word.Length;
        ReadOnlySpan<ulong> fours = MemoryMarshal.Cast<char, ulong>(word);
        foreach (ulong four in fours) hash = (hash ^ four) * Multiplier ^ hash >> 29;
        foreach (char c in word[(fours.Length * 4)..]) hash = (hash ^ c) * Multiplier ^ hash >> 29;
        return (uint)(hash ^ hash >> 32);
    }
}
