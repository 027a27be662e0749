using Attar.Data;
using Attar.Models.Tokenizers;

namespace Attar.Training;

/// <summary>How long pairs are when nothing is cut, in tokens, special ones included.</summary>
/// <param name="Tokens">By pair, ascending.</param>
public sealed record PairLengths(IReadOnlyList<int> Tokens)
{
    const int Sampled = 5_000;
    const int Uncut = 1 << 24; // tokens: longer than any product's text
    const double WorthTelling = .001, Most = .99; // the longest description of a catalogue is no measure for all

    /// <summary>Of up to 5,000 judged pairs of the train split, evenly spaced: the products of labels are of the same catalogue.</summary>
    public static PairLengths Of(ITokenizer tokenizer, PairLayout layout, Dataset dataset)
    {
        Judgment[] judged = [.. dataset.Judgments.Where(judgment => dataset.Splits.GetValueOrDefault(judgment.QueryId) == Split.Train)];
        Judgment[] sample = judged.Length <= Sampled ? judged : [.. Enumerable.Range(0, Sampled).Select(i => judged[(long)i * judged.Length / Sampled])];
        HashSet<string> queryIds = [.. sample.Select(judgment => judgment.QueryId)], productIds = [.. sample.Select(judgment => judgment.ProductId)];
        var queries = dataset.Queries.Where(query => queryIds.Contains(query.Id)).ToDictionary(query => query.Id, query => query.Text);
        var products = dataset.Products.Where(product => productIds.Contains(product.Id)).ToDictionary(product => product.Id);
        return Of(tokenizer, layout, sample.Select(judgment => (queries[judgment.QueryId], products[judgment.ProductId])));
    }

    public static PairLengths Of(ITokenizer tokenizer, PairLayout layout, IEnumerable<(string Query, Product Product)> pairs)
    {
        var text = new FieldPairText(tokenizer, Uncut, layout, OverlapMarks.None);
        return new PairLengths([.. pairs.Select(pair => text.Encode(pair.Query, ProductText.Fields(pair.Product)).Length).Order()]);
    }

    /// <summary>Share of the pairs that a budget cuts.</summary>
    public double CutShare(int budget) => Tokens.Count == 0 ? 0 : (double)Cut(budget).Count() / Tokens.Count;

    /// <summary>Tokens that a cut pair loses, in the mean; 0 where none is cut.</summary>
    public double MeanLoss(int budget) => Cut(budget).Select(length => length - budget).DefaultIfEmpty().Average();

    /// <summary>Share of all tokens that a budget cuts off.</summary>
    public double LostShare(int budget) => Tokens.Count == 0 ? 0 : Cut(budget).Sum(length => (double)length - budget) / Tokens.Sum(length => (double)length);

    /// <summary>The least budget, in eights, that cuts at most one pair in a hundred.</summary>
    public int Enough => Tokens.Count == 0 ? 0 : (Tokens[(int)Math.Ceiling(Most * Tokens.Count) - 1] + 7) / 8 * 8;

    /// <summary>What is to be said of a budget; null where it cuts fewer than one pair in a thousand.</summary>
    /// <param name="most">Tokens that the model takes.</param>
    public string? Note(int budget, int most)
    {
        if (CutShare(budget) < WorthTelling) return null;
        string cut = $"{CutShare(budget):P1} of the pairs are longer than {budget} tokens and were cut, by {MeanLoss(budget):0} tokens in the mean";
        int other = Math.Min(Enough, most);
        return other <= budget
            ? most > budget ? cut : $"{cut}; the model takes no more"
            : $"{cut}; --max-tokens {other} reads all{(CutShare(other) == 0 ? "" : $" but {CutShare(other):P1}")}{(other < Enough ? ", and the model takes no more" : "")}";
    }

    IEnumerable<int> Cut(int budget) => Tokens.Where(length => length > budget);
}
