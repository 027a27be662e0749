using Attar.Augmentation;
using Attar.Data;
using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Heads;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Retrieval;
using Attar.Tensors.Kernels;
using Attar.Training;

namespace Attar.Labeling.Teachers;

/// <summary>A model with a logit for each grade, or with one whose scores stay as they are.</summary>
sealed class ModelTeacher : ITeacher
{
    readonly PairModel model;
    readonly PairScorer scorer;
    readonly PairText pairText;
    readonly CatalogueText text;
    readonly IReadOnlyDictionary<string, string> queries;
    readonly ScoreTransform transform;
    readonly double[] gains; // none: the model has one logit
    readonly ParallelOptions threads;
    readonly PairCuts cuts;
    float[] logits = [];

    /// <param name="template">How pairs are written; null: as the model says.</param>
    /// <exception cref="InputException">when the model does not give what the transform wants.</exception>
    public ModelTeacher(string folder, Precision precision, ScoreTransform transform, IReadOnlyList<Product> products, IReadOnlyDictionary<string, string> queries, IKernels kernels, string? template = null)
    {
        (this.transform, this.queries) = (transform, queries);
        cuts = new PairCuts(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)));
        threads = new ParallelOptions { MaxDegreeOfParallelism = kernels.Threads };
        model = LanguageAnswer.Of(folder, template) ?? ModelStore.Load(folder);
        if (model.Labels == 1 != (transform == ScoreTransform.Raw))
            throw new InputException(folder, model.Labels == 1 ? "has one logit and no grades; expected --transform raw, which takes its scores as they are" : $"has {model.Labels} grades; --transform raw is for models of one logit: leave it out");
        gains = model.Labels == 1 ? [] : model.Gains ?? throw new InputException(folder, "config.json has no gains of the grades; run 'attar teach' again, or name a model that grades");
        scorer = new PairScorer(model, kernels, frozen: true, precision, alone: true);
        pairText = ModelText.Of(model, ModelStore.LoadTokenizer(folder), template);
        text = new CatalogueText(pairText, products);
    }

    public int Grades => gains.Length;

    public string Template => pairText.Template;

    public IEnumerable<string> Notes => cuts.Note is { } note ? [note] : [];

    public PairScorer Scorer => scorer;

    public void Judge(CandidatePair[] pairs, Span<double> scores, Span<double> distributions)
    {
        int labels = model.Labels;
        if (logits.Length < pairs.Length * labels) logits = new float[pairs.Length * labels];
        scorer.Logits(Tokens(pairs), logits.AsMemory(0, pairs.Length * labels));
        for (int i = 0; i < pairs.Length; i++)
        {
            Span<float> own = logits.AsSpan(i * labels, labels);
            scores[i] = labels == 1 ? own[0] : Score(own, distributions.Slice(i * Grades, Grades));
        }
    }

    double Score(ReadOnlySpan<float> own, Span<double> distribution)
    {
        double gain = GradeHead.ExpectedGain(own, gains, distribution);
        return transform == ScoreTransform.ExpectedGain ? gain : GradeHead.Score(own, gains, stackalloc double[own.Length]);
    }

    /// <summary>The pairs as the model reads them, by all threads: a product is tokenised when it is first met, and then costs as much as scoring it.</summary>
    public TokenPair[] Tokens(CandidatePair[] pairs)
    {
        var tokens = new TokenPair[pairs.Length];
        Parallel.For(0, pairs.Length, threads, i => tokens[i] = text.Pair(queries[pairs[i].QueryId], pairs[i].ProductId));
        return cuts.Count(tokens);
    }

    public void Dispose()
    {
        scorer.Dispose();
        model.Dispose();
    }
}
