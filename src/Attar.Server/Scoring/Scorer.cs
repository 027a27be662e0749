using Attar.Models.Tokenizers;
using Attar.Server.Documents;
using Attar.Server.Models;
using Attar.Server.Requests;
using Attar.Server.Settings;
using Attar.Server.Telemetry;

namespace Attar.Server.Scoring;

/// <summary>Scores the documents of a request: what the caches know costs nothing, the rest is tokenised and takes its turn in the line.</summary>
sealed class Scorer(ServerOptions options, ModelShelf shelf, OpenStorefront storefront, ScoringLine line, Reserve reserve, ShadowScoring shadow, Measurements measurements, TimeProvider clock)
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
        if (Volatile.Read(ref remembered) < Seldom) line.Refuse(exchange.Client ?? "", exchange.Deadline);
    }

    /// <summary>One query and its documents, those first that matter most should time be short; null for one without text.</summary>
    /// <param name="asked">The model's name as the client gave it.</param>
    /// <param name="least">The lowest score to show; null: all are.</param>
    /// <exception cref="RequestRefused">when too many wait, or the model has no cut-off that was asked for.</exception>
    public async Task<Verdicts> Score(string? asked, string query, IReadOnlyList<Reading?> documents, Exchange exchange, MinScore? least = null)
    {
        int[] readable = [.. documents.Index().Where(document => document.Item is not null).Select(document => document.Index)];
        (string? model, bool combined) = shelf.Read(asked);
        Verdicts verdicts = await Score(model, [.. readable.Select(index => (query, documents[index]!))], exchange, least);
        if (combined && storefront.Signals is { } signals)
            verdicts = verdicts with { Model = verdicts.Model + ProductSignals.Suffix, Own = verdicts.Scores, Scores = [.. verdicts.Scores.Select((score, i) => score is { } own ? signals.Combine(own, documents[readable[i]]!) : (float?)null)] };
        if (readable.Length < documents.Count)
        {
            float?[] Spread(float?[] few)
            {
                float?[] scores = new float?[documents.Count];
                for (int i = 0; i < readable.Length; i++) scores[readable[i]] = few[i];
                return scores;
            }

            verdicts = verdicts with { Scores = Spread(verdicts.Scores), Own = verdicts.Own is null ? null : Spread(verdicts.Own), Textless = [.. Enumerable.Range(0, documents.Count).Except(readable)] };
        }
        exchange.LeftOut(verdicts.Below);
        return verdicts;
    }

    /// <exception cref="RequestRefused">when too many wait.</exception>
    /// <exception cref="OperationCanceledException">when the caller has gone.</exception>
    public async Task<Verdicts> Score(string? asked, (string Query, Reading Document)[] pairs, Exchange exchange, MinScore? least = null)
    {
        ServedModel model = shelf.Use(asked);
        try
        {
            Threshold? threshold = least is { } lowest ? model.ThresholdOf(lowest) : null;
            exchange.Charge(pairs.Length);
            var keys = new (UInt128 Query, UInt128 Document)[pairs.Length];
            float?[] scores = new float?[pairs.Length];
            List<int> unknown = [];
            Truncation cut = default;
            var queries = new Dictionary<string, UInt128>(ReferenceEqualityComparer.Instance); // a long query is not read again for each document
            for (int i = 0; i < pairs.Length; i++)
            {
                if (!queries.TryGetValue(pairs[i].Query, out UInt128 query)) queries[pairs[i].Query] = query = TextKey.Of(pairs[i].Query);
                keys[i] = (query, TextKey.Of(pairs[i].Document.Fields));
                if (model.Scores.TryGet(keys[i], out RememberedScore known)) (scores[i], cut) = (known.Score, cut + CutOf(known));
                else unknown.Add(i);
            }
            measurements.CacheUsed(pairs.Length - unknown.Count, unknown.Count);
            if (pairs.Length > 0) Volatile.Write(ref remembered, remembered + Memory * (1 - (double)unknown.Count / pairs.Length - remembered)); // a note lost to another thread does no harm
            int tokens = 0, unscored = 0;
            if (unknown.Count > 0)
            {
                Scored scored = await Run(model, [.. unknown.Select(i => (pairs[i].Query, pairs[i].Document, keys[i].Document))], exchange);
                int labels = model.Model.Labels;
                for (int j = 0; j < scored.Result.Done; j++)
                {
                    RememberedScore now = new(model.Score(scored.Result.Logits.AsSpan(j * labels, labels)), scored.QueryCut[j], scored.Pairs[j].ProductCut);
                    (scores[unknown[j]], cut) = (now.Score, cut + CutOf(now));
                    model.Scores.Add(keys[unknown[j]], now);
                }
                (unscored, tokens) = (unknown.Count - scored.Result.Done, scored.Tokens);
            }
            model.Watch?.Note(scores);
            exchange.Note(model.Name, pairs.Length, unscored, tokens, cut);
            Verdicts verdicts = new(model.Name, scores, tokens, cut) { Least = threshold };
            shadow.Offer(model, pairs, verdicts);
            return verdicts;
        }
        finally
        {
            model.Release();
        }
    }

    /// <summary>What the model says of the labels of each pair; never remembered.</summary>
    /// <inheritdoc cref="Score(string?, ValueTuple{string, Reading}[], Exchange, MinScore?)"/>
    public Task<Classes> Classify(string? asked, (string Query, Reading Document)[] pairs, Exchange exchange) => Afresh(asked, pairs, exchange, (model, scored) => new Classes(
        model.Name,
        model.Model.Labels,
        Each(model, scored, pairs.Length, logits => Array.ConvertAll(logits.ToArray(), logit => (double)logit)),
        Each(model, scored, pairs.Length, model.Probabilities),
        scored.Tokens));

    /// <summary>Scores of pairs made up to ask about a model, such as a product without one of its words: neither remembered nor given to the shadow. Null for one that was not reached.</summary>
    /// <inheritdoc cref="Score(string?, ValueTuple{string, Reading}[], Exchange, MinScore?)"/>
    public Task<float?[]> Probe(string? asked, (string Query, Reading Document)[] pairs, Exchange exchange) =>
        Afresh(asked, pairs, exchange, (model, scored) => Each(model, scored, pairs.Length, logits => (float?)model.Score(logits)));

    async Task<T> Afresh<T>(string? asked, (string Query, Reading Document)[] pairs, Exchange exchange, Func<ServedModel, Scored, T> read)
    {
        exchange.Charge(pairs.Length);
        ServedModel model = shelf.Use(asked);
        try
        {
            Scored scored = await Run(model, [.. pairs.Select(pair => (pair.Query, pair.Document, TextKey.Of(pair.Document.Fields)))], exchange);
            int done = scored.Result.Done;
            exchange.Note(model.Name, pairs.Length, pairs.Length - done, scored.Tokens, new Truncation(scored.QueryCut.Take(done).Contains(true), scored.Pairs.Take(done).Count(pair => pair.ProductCut)));
            return read(model, scored);
        }
        finally
        {
            model.Release();
        }
    }

    /// <summary>Something of the logits of each pair; the default for one that was not reached.</summary>
    static T?[] Each<T>(ServedModel model, Scored scored, int pairs, Func<ReadOnlySpan<float>, T> of) =>
        [.. Enumerable.Range(0, pairs).Select(i => i < scored.Result.Done ? of(scored.Result.Logits.AsSpan(i * model.Model.Labels, model.Model.Labels)) : default)];

    static Truncation CutOf(RememberedScore score) => new(score.QueryCut, score.DocumentCut ? 1 : 0);

    /// <param name="QueryCut">By pair.</param>
    /// <param name="Tokens">Of all pairs that were written.</param>
    sealed record Scored(JobResult Result, TokenPair[] Pairs, bool[] QueryCut, int Tokens);

    async Task<Scored> Run(ServedModel model, (string Query, Reading Document, UInt128 Key)[] pairs, Exchange exchange)
    {
        using ScoringLine.Place place = line.Enter(exchange.Client ?? "", exchange.Deadline);
        long begun = clock.GetTimestamp();
        long? scoreBy = exchange.ScoreBy(clock, reserve.Value);
        TokenPair[] written;
        bool[] queryCut;
        IReadOnlyCollection<QueryTokens> queries;
        using (Measurements.Activities.StartActivity("tokenise"))
            (written, queryCut, queries) = Encode(model, pairs, new ReadingBudget(options.MaxTokens, scoreBy, clock));
        foreach (QueryTokens query in queries) measurements.QueryRead(model.Name, query.Ids.Length, query.Ids.Count(model.IsUnknown));
        Job job = new(model, written, scoreBy) { Client = exchange.Client ?? "" };
        int count = job.TokensLeft;
        TimeSpan tokenised = clock.GetElapsedTime(begun);
        using var activity = Measurements.Activities.StartActivity("score");
        JobResult result = await place.Run(job, exchange.Gone);
        activity?.SetTag("attar.model", model.Name).SetTag("attar.pairs", pairs.Length).SetTag("attar.scored", result.Done).SetTag("attar.waited_ms", result.Waited.TotalMilliseconds);
        if (result.Done < pairs.Length) exchange.Cut(job.Deadline);
        exchange.Took(tokenised, result.Waited, result.Computed);
        return new Scored(result, written, queryCut, count);
    }

    /// <summary>Pairs as the model reads them, and whether the query of each was cut; a document's tokens are remembered, for many queries ask for the same ones.</summary>
    /// <returns>The queries, the first pair, and those after it that the budget has room for.</returns>
    static (TokenPair[] Pairs, bool[] QueryCut, IReadOnlyCollection<QueryTokens> Queries) Encode(ServedModel model, IReadOnlyList<(string Query, Reading Document, UInt128 Key)> pairs, ReadingBudget budget)
    {
        PairText text = model.Model.Text;
        var queries = new Dictionary<string, QueryTokens>(ReferenceEqualityComparer.Instance);
        var written = new TokenPair[pairs.Count];
        var queryCut = new bool[pairs.Count];
        for (int i = 0, spent = 0; i < written.Length; spent += written[i++].Length)
        {
            if (i > 0 && budget.IsSpent(spent)) return (written[..i], queryCut, queries.Values);
            (string query, Reading document, UInt128 key) = pairs[i];
            if (!queries.TryGetValue(query, out QueryTokens? read)) queries[query] = read = text.Query(query);
            if (!model.Tokens.TryGet(key, out ProductTokens documentTokens)) model.Tokens.Add(key, documentTokens = text.Prepare(document.Fields, keepWords: true));
            written[i] = text.Encode(read, documentTokens);
            queryCut[i] = written[i].QueryCut;
        }
        return (written, queryCut, queries.Values);
    }

    /// <summary>Pairs of the server's own, such as those that a new model is tried on.</summary>
    public static TokenPair[] Encode(ServedModel model, IReadOnlyList<(string Query, Reading Document, UInt128 Key)> pairs) =>
        Encode(model, pairs, ReadingBudget.Boundless).Pairs;
}
