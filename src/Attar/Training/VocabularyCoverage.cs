using Attar.Data;
using Attar.Models.Tokenizers;
using Attar.Workspaces;

namespace Attar.Training;

/// <summary>How much of a shop's texts the vocabulary of given weights reads. Letters are Unicode's; marks are none, so an accent that a normalizer folds away loses nothing.</summary>
/// <param name="Words">Between white space.</param>
/// <param name="Unknown">Tokens that stand for text that the vocabulary cannot spell.</param>
/// <param name="Lost">Letters that no token carries, or an unknown one.</param>
/// <param name="Alone">Letters that are read one at a time, or in several tokens each: nothing is lost, but weights know little of text that they met as single letters. An ideograph or a syllable (kana, Hangul) may have a token of its own.</param>
/// <param name="LostWords">Those with lost letters, the most frequent first.</param>
/// <param name="SpelledWords">Those whose letters are all read alone, the most frequent first.</param>
public sealed record VocabularyCoverage(long Words, long Tokens, long Unknown, long Letters, long Lost, long Alone, IReadOnlyList<string> LostWords, IReadOnlyList<string> SpelledWords)
{
    const int Sampled = 10_000; // titles, and as many queries

    // Titles of English, German, French and Polish shops lose .00 % of their letters with each of four vocabularies, those that bert-base-uncased cannot read 7 %
    // (Korean), 27 % (Hindi), 32 % (Japanese), 82 % (Chinese) and 95 % (Thai). From 1 % on, about every tenth title lacks a word.
    const double Bearable = .01, Hopeless = .5;

    // Of the same titles 2 to 24 % of the letters stand alone; of Russian, Greek, Hebrew and Arabic ones, which bert-base-uncased spells letter by letter, 90 to 100 %.
    const double MostAlone = .5;

    public double LostShare => Share(Lost, Letters);
    public double AloneShare => Share(Alone, Letters);
    public double UnknownShare => Share(Unknown, Tokens);
    public double TokensAWord => Share(Tokens, Words);

    /// <summary>Of up to 10,000 titles and as many queries, evenly spaced.</summary>
    public static VocabularyCoverage Of(Tokenizer tokenizer, Dataset dataset) =>
        Of(tokenizer, [.. Spaced(dataset.Products).Select(product => product.Title), .. Spaced(dataset.Queries).Select(query => query.Text)]);

    public static VocabularyCoverage Of(Tokenizer tokenizer, IEnumerable<string> texts)
    {
        var count = new VocabularyCount(tokenizer);
        foreach (string text in texts) count.Add(text);
        return count.Result();
    }

    /// <summary>Warns of a vocabulary that reads the catalogue badly.</summary>
    /// <param name="from">What the weights are called.</param>
    /// <exception cref="InputException">when it loses most of the letters: what is trained could not tell the products apart.</exception>
    public void Check(string from, IProgressSink progress)
    {
        if (LostShare > Hopeless) throw new InputException("from", Loss(from));
        if (LostShare > Bearable) progress.Note("warning: " + Loss(from));
        else if (AloneShare > MostAlone)
            progress.Note($"warning: the vocabulary of {from} reads {AloneShare:P0} of the letters in titles and queries one by one ({TokensAWord:0.0} tokens a word){Such(SpelledWords)}, and its weights know little of such words; {OtherWay}");
    }

    const string OtherWay = "train from scratch (attar tokenizer, attar pretrain), or start from weights that know the language, such as hf:intfloat/multilingual-e5-small for a student and hf:Qwen/Qwen2.5-0.5B for a teacher";

    string Loss(string from) =>
        $"the vocabulary of {from} loses {LostShare:P0} of the letters in titles and queries ({UnknownShare:P0} of {TokensAWord:0.0} tokens a word are unknown){Such(LostWords)}; {OtherWay}";

    static string Such(IReadOnlyList<string> words) => words.Count == 0 ? "" : $", such as those of {string.Join(" and ", words.Take(2).Select(word => $"'{word}'"))}";

    static IEnumerable<T> Spaced<T>(IReadOnlyList<T> all) =>
        all.Count <= Sampled ? all : Enumerable.Range(0, Sampled).Select(i => all[(int)((long)i * all.Count / Sampled)]);

    static double Share(long part, long whole) => whole == 0 ? 0 : (double)part / whole;
}
