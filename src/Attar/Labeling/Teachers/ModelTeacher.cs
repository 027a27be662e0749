using Attar.Augmentation;
using Attar.Data;
using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Heads;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Tensors.Kernels;
using Attar.Training;

namespace Attar.Labeling.Teachers;

/// <summary>A model with a logit for each grade.</summary>
sealed class ModelTeacher : ITeacher
{
    readonly PairModel model;
    readonly PairScorer scorer;
    readonly PairText pairText;
    readonly CatalogueText text;
    readonly IReadOnlyDictionary<string, string> queries;
    readonly ScoreTransform transform;
    readonly double[] gains;
    readonly ParallelOptions threads;
    float[] logits = [];

    /// <exception cref="InputException">when the model is not one that grades.</exception>
    public ModelTeacher(string folder, Precision precision, ScoreTransform transform, IReadOnlyList<Product> products, IReadOnlyDictionary<string, string> queries, IKernels kernels)
    {
        (this.transform, this.queries) = (transform, queries);
        threads = new ParallelOptions { MaxDegreeOfParallelism = kernels.Threads };
        model = ModelStore.Load(folder);
        gains = model.Gains ?? throw new InputException(folder, "config.json has no gains of the grades; run 'attar teach' again, or name a model that grades");
        scorer = new PairScorer(model, kernels, frozen: true, precision);
        pairText = ModelText.Of(model, ModelStore.LoadTokenizer(folder));
        text = new CatalogueText(pairText, products);
    }

    public int Grades => gains.Length;

    public string Template => pairText.Template;

    public PairScorer Scorer => scorer;

    public void Judge(CandidatePair[] pairs, Span<double> scores, Span<double> distributions)
    {
        if (logits.Length < pairs.Length * Grades) logits = new float[pairs.Length * Grades];
        scorer.Logits(Tokens(pairs), logits.AsMemory(0, pairs.Length * Grades));
        for (int i = 0; i < pairs.Length; i++)
            scores[i] = GradeHead.Score(transform, GradeHead.ExpectedGain(logits.AsSpan(i * Grades, Grades), gains, distributions.Slice(i * Grades, Grades)));
    }

    /// <summary>The pairs as the model reads them, by all threads: a product is tokenised when it is first met, and then costs as much as scoring it.</summary>
    public TokenPair[] Tokens(CandidatePair[] pairs)
    {
        var tokens = new TokenPair[pairs.Length];
        Parallel.For(0, pairs.Length, threads, i => tokens[i] = text.Pair(queries[pairs[i].QueryId], pairs[i].ProductId));
        return tokens;
    }

    public void Dispose()
    {
        scorer.Dispose();
        model.Dispose();
    }
}
