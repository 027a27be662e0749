using System.Globalization;
using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Files;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Checking;

/// <param name="Pairs">How many were compared.</param>
/// <param name="Worst">By how much the farthest score is off.</param>
/// <param name="Span">From the lowest to the highest known score.</param>
/// <param name="Reason">Which of the usual reasons explains it; null: none, or nothing is off.</param>
/// <param name="Words">What it is, and what to do.</param>
/// <param name="Left">By how much the farthest score is off when that is put right.</param>
public sealed record CheckOutcome(int Pairs, double Worst, double Span, bool Agrees, string? Reason, string Words, double Left);

/// <summary>A model as <c>attar check</c> looks at it: what it is, and why it may score otherwise than at home.</summary>
public sealed class ModelCheck : IDisposable
{
    const double Tolerance = 1e-3; // of the span of the known scores: what float32 in another order costs is a hundredth of it
    const double Rounding = .05, Alike = .995, Related = .9; // 16 or 8 bits move scores little, and mostly keep their order

    /// <summary>What is looked for, in this order.</summary>
    public static readonly string[] Reasons = ["sigmoid", "class", "sides swapped", "leading space", "template", "token types", "length", "truncation side", "padding token", "adapter", "precision"];

    readonly string folder;
    readonly CpuKernels kernels;
    readonly PairModel model;
    readonly Tokenizer tokenizer;
    readonly PairText text;
    readonly PairForm form;

    /// <param name="template">How pairs are written; null: as the model says.</param>
    /// <exception cref="CheckpointException">when the folder is no model that ranks.</exception>
    public ModelCheck(string folder, int threads, string? template = null)
    {
        (this.folder, kernels) = (folder, new CpuKernels(threads));
        model = ModelStore.LoadToRank(folder, template: template);
        tokenizer = ModelStore.LoadTokenizer(folder);
        text = ModelText.Of(model, tokenizer, template);
        form = template == null ? model.Form : PairForm.OneText.Of(template) with { MaxTokens = text.Budget };
    }

    /// <summary>What the folder is, how pairs are written, what the head gives, and a pair as the model sees it.</summary>
    public IReadOnlyList<(string What, string Words)> Describe(string query, string product)
    {
        TokenPair pair = text.Encode(query, TextForm.Field(product));
        return
        [
            ("model", $"{Kind()}, {model.Parameters.Count.ToString("N0", CultureInfo.InvariantCulture)} weights{(AdapterFolder.Is(folder) ? $", an adapter of {AdapterFolder.BaseOf(folder)}" : "")}"),
            ("pairs", $"{Way()}; at most {text.Budget} tokens"),
            ("score", model.HeadNote),
            ("marks", ModelStore.IsPlain(model) ? "none: other tools may read the folder" : "words that stand on both sides, or sides read apart: other tools cannot compute the model from its weights"),
            ("a pair", tokenizer.Decode(pair.Ids, skipSpecial: false).Replace("\n", "\\n")),
            ("tokens", string.Join(' ', pair.Ids.Select(tokenizer.TokenOf))),
        ];
    }

    string Kind() => model.Description?["model_type"] is { } type ? $"{type}" : model.GetType().Name;

    string Way() => form switch
    {
        PairForm.Fields => "as Attar writes those of models taught by it: the query, then the product's fields, each behind its marker",
        PairForm.TwoTexts texts => $"as two texts within the tokenizer's own special tokens, the longer one cut at its {(texts.CutsStart ? "beginning" : "end")}{(texts.QueryPrompt == "" ? "" : $", before each query '{texts.QueryPrompt}'")}",
        PairForm.OneText one => $"as one text, {(one.Structure ? $"'{one.Template.Replace("\n", "\\n")}'" : "by the chat template")}",
        _ => "",
    };

    public CheckOutcome Compare(IReadOnlyList<KnownScore> known)
    {
        double span = known.Max(pair => pair.Score) - known.Min(pair => pair.Score), allowed = Tolerance * (span > 0 ? span : 1);
        ScoreForm[] scores = [.. ScoreForm.All(model.Labels, model.Gains)];
        double worst = double.NaN;
        double[] own = [];
        using var scorer = new PairScorer(model, kernels, frozen: true);
        foreach (TextForm way in TextForm.All(model, tokenizer, text, form))
        {
            float[][] logits = Logits(scorer, known, way);
            foreach (ScoreForm score in scores)
            {
                double[] found = [.. logits.Select(score.Of)];
                double off = Worst(known, found);
                if (own.Length == 0) (own, worst) = (found, off);
                if (off <= allowed) return new(known.Count, worst, span, way.Reason == null && score.Reason == null, Joined(way.Reason, score.Reason), Joined(way.Words, score.Words) ?? "", off);
            }
        }
        if (OtherAdapter(known, allowed) is var (words, left)) return new(known.Count, worst, span, false, "adapter", words, left);
        if (Correlation(known, own) > Related)
        {
            (string precision, double off) = new[] { ("bfloat16", Precision.BFloat16), ("8 bits", Precision.Int8) }.Select(one => (one.Item1, Worst(known, Reduced(known, one.Item2)))).MinBy(one => one.Item2);
            bool shown = off < worst / 3;
            if (shown || worst <= Rounding * span && Correlation(known, own) > Alike)
                return new(known.Count, worst, span, false, "precision", $"they differ as roundings do: computed in fewer bits than float32 there{(shown ? $", as {precision} here shows" : "")}; compare in float32", Math.Min(off, worst));
        }
        return new(known.Count, worst, span, false, null, $"none of the usual reasons explains it ({string.Join(", ", Reasons)}); the correlation is {Correlation(known, own).ToString("0.000", CultureInfo.InvariantCulture)}", worst);
    }

    double[] Reduced(IReadOnlyList<KnownScore> known, Precision precision)
    {
        using var scorer = new PairScorer(model, kernels, frozen: true, precision);
        ScoreForm score = ScoreForm.All(model.Labels, model.Gains).First();
        return [.. Logits(scorer, known, TextForm.All(model, tokenizer, text, form).First()).Select(score.Of)];
    }

    float[][] Logits(PairScorer scorer, IReadOnlyList<KnownScore> known, TextForm way)
    {
        float[] logits = new float[known.Count * scorer.Model.Labels];
        scorer.Logits([.. known.Select(pair => way.Pair(pair.Query, pair.Text))], logits);
        return [.. logits.Chunk(scorer.Model.Labels)];
    }

    /// <summary>The model without its adapter, or with one that lies beside it.</summary>
    (string Words, double Left)? OtherAdapter(IReadOnlyList<KnownScore> known, double allowed)
    {
        foreach ((string other, string words) in AdapterFolder.Is(folder)
            ? [(AdapterFolder.BaseOf(folder), "they are of the model without this adapter: load the adapter there")]
            : Beside().Select(path => (path, $"they are of the model with the adapter {path}: name that folder")))
        {
            try
            {
                using PairModel loaded = ModelStore.LoadToRank(other);
                using var scorer = new PairScorer(loaded, kernels, frozen: true);
                PairText way = ModelText.Of(loaded, tokenizer, form);
                float[][] logits = Logits(scorer, known, new TextForm(null, "", (query, product) => way.Encode(query, TextForm.Field(product))));
                foreach (ScoreForm score in ScoreForm.All(loaded.Labels, loaded.Gains))
                    if (Worst(known, [.. logits.Select(score.Of)]) is var off && off <= allowed) return (Joined(words, score.Words)!, off);
            }
            catch (CheckpointException)
            {
                // no model that ranks: not what was asked there
            }
        }
        return null;
    }

    IEnumerable<string> Beside()
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return Path.GetDirectoryName(full) is { } above && Directory.Exists(above) ? Directory.EnumerateDirectories(above).Order(StringComparer.Ordinal).Where(path => AdapterFolder.Is(path) && IsOf(path, full)) : [];
    }

    static bool IsOf(string adapter, string model)
    {
        try
        {
            return Path.TrimEndingDirectorySeparator(Path.GetFullPath(AdapterFolder.BaseOf(adapter))) == model;
        }
        catch (CheckpointException)
        {
            return false;
        }
    }

    static string? Joined(string? one, string? other) => (one, other) switch
    {
        (null or "", null or "") => null,
        (null or "", _) => other,
        (_, null or "") => one,
        _ => $"{one}; {other}",
    };

    static double Worst(IReadOnlyList<KnownScore> known, double[] found) => known.Zip(found, (pair, score) => Math.Abs(pair.Score - score)).Max();

    /// <summary>Pearson's.</summary>
    static double Correlation(IReadOnlyList<KnownScore> known, double[] found)
    {
        double mean = known.Average(pair => pair.Score), other = found.Average();
        double both = known.Zip(found, (pair, score) => (pair.Score - mean) * (score - other)).Sum();
        return both / Math.Sqrt(known.Sum(pair => (pair.Score - mean) * (pair.Score - mean)) * found.Sum(score => (score - other) * (score - other)));
    }

    public void Dispose()
    {
        model.Dispose();
        kernels.Dispose();
    }
}
