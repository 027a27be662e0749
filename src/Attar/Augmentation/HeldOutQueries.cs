using Attar.Augmentation.Sources;
using Attar.Data;

namespace Attar.Augmentation;

/// <summary>The queries of dev and test, which nothing generated may repeat.</summary>
sealed class HeldOutQueries
{
    readonly HashSet<string> keys;
    readonly NearDuplicates texts;

    /// <param name="similarity">From which Jaccard of their runs of three letters on two queries nearly repeat each other.</param>
    public HeldOutQueries(Dataset data, double similarity)
    {
        string[] queries = [.. data.Queries.Where(query => data.Splits.GetValueOrDefault(query.Id, Split.Train) != Split.Train).Select(query => query.Text)];
        keys = [.. queries.Select(QueryKey.Of)];
        texts = new NearDuplicates(similarity);
        foreach (string text in queries) texts.Add(Shingles.Letters(text));
    }

    /// <summary>Whether dev or test has the query, but for case and punctuation.</summary>
    public bool Has(string query) => keys.Contains(QueryKey.Of(query));

    /// <summary>Whether dev or test has one that is nearly the same.</summary>
    public bool Nearly(string query) => texts.Find(Shingles.Letters(query)) >= 0;
}
