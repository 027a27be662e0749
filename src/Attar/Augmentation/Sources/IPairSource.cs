namespace Attar.Augmentation.Sources;

/// <summary>One answer to the question which products a query should be paired with. For several threads at once.</summary>
public interface IPairSource
{
    /// <summary>The pair's reason, as <c>pairs.tsv</c> has it.</summary>
    string Name { get; }

    /// <summary>Products by their place in the catalogue, those to be taken first in front; none where the source has nothing to say. Read only as far as needed.</summary>
    IEnumerable<int> Propose(SearchedQuery query, Random random);
}

/// <summary>A query and what search says of it.</summary>
/// <param name="Number">Its place among the queries that get candidates.</param>
/// <param name="Found">Products by BM25, best first; down to <see cref="CandidateSampler.Depth"/>.</param>
public sealed record SearchedQuery(string Text, long Number, int[] Found);
