namespace Attar.Retrieval;

/// <summary>
/// The BM25 formula, apart from the plumbing: Σ over the query's terms of idf · tf (k1 + 1) / (tf + k1 (1 - b + b length / average length)).
/// </summary>
/// <remarks>Robertson and Zaragoza 2009, "The probabilistic relevance framework"; the idf with 1 + inside the logarithm is never negative, as in Lucene.</remarks>
/// <param name="K1">How soon repeating a word stops helping.</param>
/// <param name="B">0 = long texts are not penalised, 1 = fully.</param>
public sealed record Bm25(double K1 = 1.2, double B = 0.75)
{
    /// <summary>How much a term tells: 0 for one that every text has.</summary>
    public static double Idf(int documents, int documentsWithTerm) =>
        Math.Log(1 + (documents - documentsWithTerm + 0.5) / (documentsWithTerm + 0.5));

    /// <summary>What a term that occurs <paramref name="frequency"/> times in a text of <paramref name="length"/> terms adds to its score.</summary>
    public double Weight(double idf, int frequency, int length, double averageLength) => Weight(idf, frequency, Norm(length, averageLength));

    /// <summary>The same by the text's norm.</summary>
    public double Weight(double idf, int frequency, double norm) => idf * frequency * (K1 + 1) / (frequency + norm);

    /// <summary>How much a text's length weighs against its terms: 0 or more.</summary>
    public double Norm(int length, double averageLength) => K1 * (1 - B + B * length / averageLength);
}
