using Attar.Augmentation;
using Attar.Data;
using Attar.Retrieval;

namespace Attar.Labeling.Teachers;

/// <summary>BM25 as a teacher: scores without grades, for nothing. What a model learns from it says what a real teacher adds.</summary>
sealed class Bm25Teacher : ITeacher
{
    readonly Bm25Index index;
    readonly Dictionary<string, int> places;
    readonly IReadOnlyDictionary<string, string> queries;
    readonly ParallelOptions threads;

    public Bm25Teacher(Dataset data, IReadOnlyDictionary<string, string> queries, int threads)
    {
        index = FieldWeights.Index(data);
        places = data.Products.Select((product, place) => (product.Id, place)).ToDictionary(entry => entry.Id, entry => entry.place);
        this.queries = queries;
        this.threads = new ParallelOptions { MaxDegreeOfParallelism = threads };
    }

    public int Grades => 0;

    public string Template => Rerankers.Bm25;

    public void Judge(CandidatePair[] pairs, Span<double> scores, Span<double> distributions)
    {
        double[] found = new double[pairs.Length];
        int[] starts = [.. Enumerable.Range(0, pairs.Length).Where(i => i == 0 || pairs[i].QueryId != pairs[i - 1].QueryId), pairs.Length];
        Parallel.For(0, starts.Length - 1, threads, run =>
        {
            Range of = starts[run]..starts[run + 1];
            float[] one = index.Scores(queries[pairs[of.Start].QueryId], [.. pairs[of].Select(pair => places[pair.ProductId])]);
            for (int i = 0; i < one.Length; i++) found[starts[run] + i] = one[i];
        });
        found.CopyTo(scores);
    }

    public void Dispose() { }
}
