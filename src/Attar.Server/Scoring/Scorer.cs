using Attar.Models.Tokenizers;
using Attar.Server.Documents;
using Attar.Server.Models;
using Attar.Server.Requests;
using Attar.Server.Telemetry;

namespace Attar.Server.Scoring;

/// <summary>Scores the documents of a request: what the caches know costs nothing, the rest is tokenised and takes its turn in the line.</summary>
sealed class Scorer(ModelShelf shelf, ScoringLine line, Reserve reserve, ShadowScoring shadow, Measurements measurements, TimeProvider clock)
{
    const double Seldom = .1, Memory = .02; // a moving average over some fifty requests

    double remembered; // share of a request's documents whose scores were remembered, of late

    /// <summary>
    /// Refuses a request for which the line has no place before its body is read, so that this costs next to nothing; not where
    /// scores are often remembered, for such a request may need no place.
    /// </summary>
    /// <exception cref="RequestRefused">when too many wait.</exception>
    public void Refuse(Exchange exchange)
    {
        if (Volatile.Read(ref remembered) < Seldom) line.Refuse(exchange.Deadline);
    }

    /// <summary>One query and its documents, those first that matter most should time be short.</summary>
    /// <param name="asked">The model's name as the client gave it.</param>
    public Task<Verdicts> Score(string? asked, string query, IReadOnlyList<Reading> documents, Exchange exchange) =>
        Score(asked, [.. documents.Select(document => (query, document))], exchange);

    /// <exception cref="RequestRefused">when too many wait.</exception>
    /// <exception cref="OperationCanceledException">when the caller has gone.</exception>
    public async Task<Verdicts> Score(string? asked, (string Query, Reading Document)[] pairs, Exchange exchange)
    {
        ServedModel model = shelf.Use(asked);
        try
        {
            var keys = new (UInt128 Query, UInt128 Document)[pairs.Length];
            float?[] scores = new float?[pairs.Length];
            List<int> unknown = [];
            var queries = new Dictionary<string, UInt128>(ReferenceEqualityComparer.Instance); // a long query is not read again for each document
            for (int i = 0; i < pairs.Length; i++)
            {
                if (!queries.TryGetValue(pairs[i].Query, out UInt128 query)) queries[pairs[i].Query] = query = TextKey.Of(pairs[i].Query);
                keys[i] = (query, TextKey.Of(pairs[i].Document.Fields));
                if (model.Scores.TryGet(keys[i], out float score)) scores[i] = score;
                else unknown.Add(i);
            }
            measurements.CacheUsed(pairs.Length - unknown.Count, unknown.Count);
            if (pairs.Length > 0) Volatile.Write(ref remembered, remembered + Memory * (1 - (double)unknown.Count / pairs.Length - remembered)); // a note lost to another thread does no harm
            int tokens = 0, unscored = 0;
            if (unknown.Count > 0)
            {
                JobResult result;
                (result, tokens) = await Run(model, [.. unknown.Select(i => (pairs[i].Query, pairs[i].Document, keys[i].Document))], exchange);
                int labels = model.Model.Labels;
                for (int j = 0; j < result.Done; j++)
                {
                    float score = model.Score(result.Logits.AsSpan(j * labels, labels));
                    scores[unknown[j]] = score;
                    model.Scores.Add(keys[unknown[j]], score);
                }
                unscored = unknown.Count - result.Done;
            }
            exchange.Note(model.Name, pairs.Length, unscored, tokens);
            Verdicts verdicts = new(model.Name, scores, tokens);
            shadow.Offer(model.Name, pairs, verdicts);
            return verdicts;
        }
        finally
        {
            model.Release();
        }
    }

    /// <summary>What the model says of the labels of each pair; never remembered.</summary>
    /// <inheritdoc cref="Score(string?, ValueTuple{string, Reading}[], Exchange)"/>
    public async Task<Classes> Classify(string? asked, (string Query, Reading Document)[] pairs, Exchange exchange)
    {
        ServedModel model = shelf.Use(asked);
        try
        {
            (JobResult result, int tokens) = await Run(model, [.. pairs.Select(pair => (pair.Query, pair.Document, TextKey.Of(pair.Document.Fields)))], exchange);
            int labels = model.Model.Labels;
            exchange.Note(model.Name, pairs.Length, pairs.Length - result.Done, tokens);
            return new Classes(
                model.Name,
                labels,
                [.. pairs.Select((_, i) => i < result.Done ? Array.ConvertAll(result.Logits[(i * labels)..((i + 1) * labels)], logit => (double)logit) : null)],
                [.. pairs.Select((_, i) => i < result.Done ? model.Probabilities(result.Logits.AsSpan(i * labels, labels)) : null)],
                tokens);
        }
        finally
        {
            model.Release();
        }
    }

    async Task<(JobResult Result, int Tokens)> Run(ServedModel model, (string Query, Reading Document, UInt128 Key)[] pairs, Exchange exchange)
    {
        using ScoringLine.Place place = line.Enter(exchange.Deadline);
        long begun = clock.GetTimestamp();
        TokenPair[] tokens;
        using (Measurements.Activities.StartActivity("tokenise"))
            tokens = Encode(model, pairs);
        Job job = new(model, tokens, exchange.ScoreBy(clock, reserve.Value));
        int count = job.TokensLeft;
        TimeSpan tokenised = clock.GetElapsedTime(begun);
        using var activity = Measurements.Activities.StartActivity("score");
        JobResult result = await place.Run(job, exchange.Gone);
        activity?.SetTag("attar.model", model.Name).SetTag("attar.pairs", pairs.Length).SetTag("attar.scored", result.Done).SetTag("attar.waited_ms", result.Waited.TotalMilliseconds);
        if (result.Done < pairs.Length) exchange.Cut(job.Deadline);
        exchange.Took(tokenised, result.Waited, result.Computed);
        return (result, count);
    }

    /// <summary>Pairs as the model reads them; a document's tokens are remembered, for many queries ask for the same ones.</summary>
    public static TokenPair[] Encode(ServedModel model, IReadOnlyList<(string Query, Reading Document, UInt128 Key)> pairs)
    {
        PairText text = model.Model.Text;
        var queries = new Dictionary<string, QueryTokens>(ReferenceEqualityComparer.Instance);
        var tokens = new TokenPair[pairs.Count];
        for (int i = 0; i < tokens.Length; i++)
        {
            (string query, Reading document, UInt128 key) = pairs[i];
            if (!queries.TryGetValue(query, out QueryTokens? queryTokens)) queries[query] = queryTokens = text.Query(query);
            if (!model.Tokens.TryGet(key, out ProductTokens documentTokens)) model.Tokens.Add(key, documentTokens = text.Prepare(document.Fields, keepWords: true));
            tokens[i] = text.Encode(queryTokens, documentTokens);
        }
        return tokens;
    }
}
