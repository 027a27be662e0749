using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Models.Tests.Tokenizers;

public class WordPieceTrainerTests
{
    [Fact]
    public void The_most_frequent_pairs_are_merged_first()
    {
        // hug 10, pug 5, pun 12, bun 4, hugs 5: the textbook example of byte-pair encoding
        string[] texts = [.. Repeat("hug", 10), .. Repeat("pug", 5), .. Repeat("pun", 12), .. Repeat("bun", 4), .. Repeat("hugs", 5)];
        var tokenizer = WordPieceTrainer.Train(texts, 1 + 7 + 4 + 3, ["[UNK]"]); // seven letters, four of them also inside words
        Assert.Equal(["##ug", "##un", "hug"], Tokens(tokenizer).TakeLast(3)); // counts 20, 16, 15
    }

    [Fact]
    public void Special_tokens_come_first()
    {
        var tokenizer = WordPieceTrainer.Train(["red brick"], 50);
        Assert.Equal(SpecialTokens.All, Tokens(tokenizer).Take(SpecialTokens.All.Count));
    }

    [Fact]
    public void Pairs_seen_once_are_not_merged() =>
        Assert.Equal(["[UNK]", "b", "o", "x", "##o", "##x"], Tokens(WordPieceTrainer.Train(["box"], 100, ["[UNK]"])));

    [Fact]
    public void A_repeated_letter_is_merged_without_double_counting()
    {
        var tokenizer = WordPieceTrainer.Train(Repeat("baaaa", 3), 7, ["[UNK]"]);
        Assert.Equal(["[UNK]", "a", "b", "##a", "##aa", "baa", "baaaa"], Tokens(tokenizer));
    }

    [Fact]
    public void Rare_characters_past_the_limit_are_left_out()
    {
        var tokenizer = WordPieceTrainer.Train(["aab"], 100, ["[UNK]"], alphabetLimit: 1);
        Assert.Equal(-1, tokenizer.IdOf("b"));
        Assert.True(tokenizer.IdOf("a") > 0);
    }

    [Fact]
    public void The_incremental_counts_choose_what_a_full_recount_chooses() => Check.QuickThrowOnFailure(Prop.ForAll<int>(seed =>
    {
        var random = new System.Random(seed);
        string[] texts = [.. Enumerable.Range(0, 30).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => "abc"[random.Next(3)])))];
        return Tokens(WordPieceTrainer.Train(texts, 40, ["[UNK]"])).SequenceEqual(Recounting(texts, 40));
    }));

    /// <summary>The same algorithm with every pair counted anew before each merge.</summary>
    static List<string> Recounting(string[] texts, int size)
    {
        List<string> tokens = ["[UNK]", .. texts.SelectMany(t => t).Distinct().Order().Select(c => $"{c}")];
        var words = texts.Order(StringComparer.Ordinal).Select(t => t.Select((c, i) => i == 0 ? $"{c}" : $"##{c}").ToList()).ToList();
        foreach (var word in words) foreach (string piece in word) if (!tokens.Contains(piece)) tokens.Add(piece);
        while (tokens.Count < size)
        {
            var best = words.SelectMany(w => w.Zip(w.Skip(1))).CountBy(pair => pair)
                .OrderByDescending(p => p.Value).ThenBy(p => tokens.IndexOf(p.Key.First)).ThenBy(p => tokens.IndexOf(p.Key.Second)).FirstOrDefault();
            if (best.Value < 2) break;
            string merged = best.Key.First + best.Key.Second[2..];
            if (!tokens.Contains(merged)) tokens.Add(merged);
            foreach (var word in words)
                for (int i = 0; i + 1 < word.Count; i++)
                    if ((word[i], word[i + 1]) == best.Key) (word[i], _) = (merged, Remove(word, i + 1));
        }
        return tokens;
    }

    static bool Remove(List<string> word, int index)
    {
        word.RemoveAt(index);
        return true;
    }

    static IEnumerable<string> Repeat(string text, int times) => Enumerable.Repeat(text, times);

    static IEnumerable<string> Tokens(WordPieceTokenizer tokenizer) => Enumerable.Range(0, tokenizer.VocabularySize).Select(tokenizer.TokenOf);
}
