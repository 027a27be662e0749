using System.Collections.Concurrent;
using Attar.Server.Documents;
using Attar.Server.Models;
using Attar.Server.Settings;
using Attar.Server.Telemetry;

namespace Attar.Server.Scoring;

/// <summary>
/// A second model scores a share of the requests after they were answered, when nobody waits; how far its scores and its order
/// are from those of the model that answered is reported in the metrics.
/// </summary>
sealed class ShadowScoring(ServerOptions options, ModelShelf shelf, ScoringLine line, Measurements measurements, ILogger<ShadowScoring> log)
{
    const int MostWaiting = 8; // more are passed over: they are a sample anyway

    readonly ConcurrentDictionary<string, ShadowAgreement> agreements = new();
    long seen;
    int waiting;

    /// <summary>How far the shadow is from each model that answered.</summary>
    public IEnumerable<ShadowAgreement> Agreements => agreements.Values;

    /// <summary>Considers a request that <paramref name="model"/> answered; returns at once.</summary>
    public void Offer(ServedModel model, (string Query, Reading Document)[] pairs, Verdicts verdicts)
    {
        if (options.Shadow.Length == 0 || model.Name == options.Shadow || verdicts.Unscored > 0 || pairs.Length < 2) return;
        long number = Interlocked.Increment(ref seen);
        if ((long)(number * options.ShadowShare) == (long)((number - 1) * options.ShadowShare)) return; // every 1/share-th, evenly
        if (Interlocked.Increment(ref waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref waiting);
            measurements.ShadowDropped();
            return;
        }
        _ = Task.Run(() => Compare(model.Name, model.Loaded, pairs, verdicts));
    }

    async Task Compare(string name, DateTimeOffset loaded, (string Query, Reading Document)[] pairs, Verdicts verdicts)
    {
        ServedModel model = shelf.Use(options.Shadow);
        try
        {
            Job job = new(model, Scorer.Encode(model, [.. pairs.Select(pair => (pair.Query, pair.Document, TextKey.Of(pair.Document.Fields)))]), deadline: null);
            JobResult result = await line.RunInBackground(job);
            int labels = model.Model.Labels;
            float?[] scores = [.. pairs.Select((_, i) => (float?)model.Score(result.Logits.AsSpan(i * labels, labels)))];
            double difference = scores.Zip(verdicts.Scores, (a, b) => Math.Abs((double)(a - b)!)).Average();
            double disagreement = Disagreement(scores, verdicts.Scores);
            bool sameFirst = scores.Index().MaxBy(s => s.Item).Index == verdicts.Scores.Index().MaxBy(s => s.Item).Index;
            measurements.ShadowCompared(difference, disagreement, sameFirst);
            ShadowAgreement none = new(name, loaded, model.Loaded, 0, 0, 0, 0);
            agreements.AddOrUpdate(name, _ => none.With(difference, disagreement, sameFirst), (_, before) => (before.Goes(loaded, model.Loaded) ? before : none).With(difference, disagreement, sameFirst));
        }
        catch (Exception error)
        {
            measurements.ShadowDropped();
            log.LogWarning(error, "shadow scoring with {Model} failed", options.Shadow);
        }
        finally
        {
            model.Release();
            Interlocked.Decrement(ref waiting);
        }
    }

    /// <summary>The share of document pairs that two lists of scores order differently; pairs that either finds equal do not count.</summary>
    public static double Disagreement(IReadOnlyList<float?> a, IReadOnlyList<float?> b)
    {
        int swapped = 0, compared = 0;
        for (int i = 0; i < a.Count; i++)
            for (int j = i + 1; j < a.Count; j++)
            {
                int sign = Math.Sign((a[i] - a[j])!.Value) * Math.Sign((b[i] - b[j])!.Value);
                if (sign != 0) compared++;
                if (sign < 0) swapped++;
            }
        return compared == 0 ? 0 : (double)swapped / compared;
    }
}
