using System.Globalization;
using System.Text;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;

namespace Attar.Training;

/// <summary>Counts what a tokenizer makes of texts, letter by letter, for a <see cref="VocabularyCoverage"/>.</summary>
sealed class VocabularyCount(Tokenizer tokenizer)
{
    const int Told = 5, LongestTold = 24; // words, and characters of one: Thai and Japanese put no space between theirs

    readonly Dictionary<string, int> lostWords = [], spelledWords = [];
    long words, tokens, unknown, letters, lost, alone;

    public void Add(string text)
    {
        TokenizedText read = tokenizer.Tokenize(text, structure: false, specialTokens: false);
        Character[] characters = CharactersOf(text);
        tokens += read.Length;
        for (int token = 0; token < read.Length; token++)
            if (read.Ids[token] == tokenizer.Unknown) unknown++;
            else Carry(characters, read.Offsets[token]);

        for (int at = 0; at < text.Length;)
        {
            int start = at;
            while (at < text.Length && !char.IsWhiteSpace(text[at])) at++;
            if (at > start) AddWord(text, characters, start, at);
            else at++;
        }
    }

    public VocabularyCoverage Result() => new(words, tokens, unknown, letters, lost, alone, MostFrequent(lostWords), MostFrequent(spelledWords));

    /// <param name="Tokens">That carry it.</param>
    /// <param name="Together">One of them carries another letter too.</param>
    record struct Character(bool IsLetter, bool IsSyllable, bool IsMark, int Tokens = 0, bool Together = false);

    /// <summary>By UTF-16 unit; of a pair of them the first stands for both.</summary>
    static Character[] CharactersOf(string text)
    {
        var characters = new Character[text.Length];
        for (int at = 0; at < text.Length;)
        {
            if (!Rune.TryGetRuneAt(text, at, out Rune rune)) rune = Rune.ReplacementChar;
            characters[at] = new Character(Rune.IsLetter(rune), IsSyllable(rune.Value), Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark);
            at += rune.Utf16SequenceLength;
        }
        return characters;
    }

    static void Carry(Character[] characters, TextRange token)
    {
        Span<Character> carried = characters.AsSpan(token.Start, token.End - token.Start);
        int count = 0;
        foreach (Character character in carried) count += character.IsLetter ? 1 : 0;
        foreach (ref Character character in carried)
        {
            character.Tokens++;
            character.Together |= count > 1;
        }
    }

    /// <summary>What stands between white space; of it, runs of letters and their marks are told.</summary>
    void AddWord(string text, Character[] characters, int start, int end)
    {
        words++;
        for (int at = start; at < end; at++)
        {
            int first = at, own = 0, gone = 0, single = 0;
            for (; at < end && (characters[at].IsLetter || characters[at].IsMark || char.IsLowSurrogate(text[at])); at++)
            {
                Character character = characters[at];
                if (!character.IsLetter) continue;
                own++;
                if (character.Tokens == 0) gone++;
                else if (!character.Together && !(character.IsSyllable && character.Tokens == 1)) single++;
            }
            (letters, lost, alone) = (letters + own, lost + gone, alone + single);
            if (gone > 0) Tell(lostWords, text[first..at]);
            else if (own > 2 && single == own) Tell(spelledWords, text[first..at]);
        }
    }

    static void Tell(Dictionary<string, int> words, string word) => words[word] = words.GetValueOrDefault(word) + 1;

    static string[] MostFrequent(Dictionary<string, int> words) =>
        [.. words.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key, StringComparer.Ordinal).Take(Told).Select(entry => Shortened(entry.Key))];

    static string Shortened(string word)
    {
        if (word.Length <= LongestTold) return word;
        return word[..(char.IsHighSurrogate(word[LongestTold - 1]) ? LongestTold - 1 : LongestTold)] + "…";
    }

    /// <summary>Kana, ideographs and Hangul, of which one stands for more than a letter. Blocks: https://www.unicode.org/Public/UCD/latest/ucd/Blocks.txt.</summary>
    static bool IsSyllable(int character) => character is >= 0x3040 and <= 0x30FF or >= 0x31F0 and <= 0x31FF or >= 0x3400 and <= 0x4DBF or >= 0x4E00 and <= 0x9FFF or >= 0xAC00 and <= 0xD7A3 or >= 0xF900 and <= 0xFAFF or >= 0x20000 and <= 0x3FFFF;
}
