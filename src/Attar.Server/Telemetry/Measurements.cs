using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Attar.Server.Telemetry;

/// <summary>
/// What the server measures, through .NET's own instruments, so that any listener can take them; <see cref="PrometheusText"/> is
/// one. Names that text-embeddings-inference has are used where they mean the same; times are in seconds.
/// </summary>
sealed class Measurements : IDisposable
{
    public const string Name = "Attar.Server";

    /// <summary>Spans of a request: tokenise, score. A listener such as OpenTelemetry's joins them to ASP.NET's own span.</summary>
    public static readonly ActivitySource Activities = new(Name);

    readonly Meter meter = new(Name);
    readonly Counter<long> requests, successes, failures, passes, passFailures, cacheHits, cacheMisses, swaps, documents, shadowDropped, shadowTop, events, experimentServed, experimentUnknown, armsHalted, queryTokens;
    readonly Histogram<double> duration, tokenisation, queueing, inference, passDuration, passPairs, passTokens, unscored, shadowDifference, shadowDisagreement;

    public Measurements()
    {
        requests = meter.CreateCounter<long>("te_request_count", description: "Requests, by path");
        successes = meter.CreateCounter<long>("te_request_success", description: "Requests answered, by path");
        failures = meter.CreateCounter<long>("te_request_failure", description: "Requests refused or failed, by path and status");
        duration = meter.CreateHistogram<double>("te_request_duration", "s", "From a request's first byte to its answer");
        tokenisation = meter.CreateHistogram<double>("te_request_tokenization_duration", "s", "Tokenising a request's documents");
        queueing = meter.CreateHistogram<double>("te_request_queue_duration", "s", "Waiting for the model");
        inference = meter.CreateHistogram<double>("te_request_inference_duration", "s", "Computing, in the passes a request took part in");
        passes = meter.CreateCounter<long>("te_batch_inference_count", description: "Passes through a model");
        passFailures = meter.CreateCounter<long>("te_batch_inference_failure", description: "Passes that failed");
        passDuration = meter.CreateHistogram<double>("te_batch_inference_duration", "s", "One pass through a model");
        passPairs = meter.CreateHistogram<double>("te_batch_next_size", description: "Pairs of a pass");
        passTokens = meter.CreateHistogram<double>("te_batch_next_tokens", description: "Tokens of a pass");
        documents = meter.CreateCounter<long>("attar_documents", description: "Documents answered for, by whether they were scored in time");
        unscored = meter.CreateHistogram<double>("attar_request_unscored_share", description: "Share of a request's documents that the deadline left unscored");
        cacheHits = meter.CreateCounter<long>("attar_cache_hits", description: "Documents whose score was remembered");
        cacheMisses = meter.CreateCounter<long>("attar_cache_misses", description: "Documents that had to be computed");
        swaps = meter.CreateCounter<long>("attar_reloads", description: "Models and catalogues loaded anew, by outcome");
        shadowDifference = meter.CreateHistogram<double>("attar_shadow_score_difference", description: "Mean distance of the shadow model's logits over a request");
        shadowDisagreement = meter.CreateHistogram<double>("attar_shadow_disagreement", description: "Share of a request's document pairs that the shadow model orders differently");
        shadowTop = meter.CreateCounter<long>("attar_shadow_requests", description: "Requests the shadow model scored, by whether its first document is the same");
        events = meter.CreateCounter<long>("attar_events", description: "Queries and events of shoppers, by what became of them");
        experimentServed = meter.CreateCounter<long>("attar_experiment_requests", description: "Requests that took part in an experiment, by arm");
        experimentUnknown = meter.CreateCounter<long>("attar_experiment_unknown", description: "Requests for an experiment that is not known");
        armsHalted = meter.CreateCounter<long>("attar_experiment_halts", description: "Arms of experiments halted by their guard rails");
        queryTokens = meter.CreateCounter<long>("attar_query_tokens", description: "Tokens of queries that a model read, by whether its vocabulary knows them");
        shadowDropped = meter.CreateCounter<long>("attar_shadow_dropped", description: "Requests of the sample that the shadow model did not score");
    }

    public Meter Meter => meter;

    public void ObserveQueue(Func<int> present) => meter.CreateObservableGauge("te_queue_size", present, description: "Requests tokenised, waiting or computed");

    public void ObserveLog(Func<long> dropped) => meter.CreateObservableCounter("attar_log_lines_dropped", dropped, description: "Log lines that standard error's reader was too slow for");

    public void ObserveKeys(Func<int> broken, Func<int> unlisted)
    {
        meter.CreateObservableGauge("attar_key_file_broken", broken, description: "1 where the key file could not be read and the keys of its last good reading hold");
        meter.CreateObservableGauge("attar_keys_unlisted", unlisted, description: "Keys that hold although the broken key file does not name them any more");
    }

    public void ObserveExperiments(Func<long> dropped) => meter.CreateObservableCounter("attar_experiment_queries_dropped", dropped, description: "Requests of experiments that the store could not keep");

    public void ObserveScores(Func<IEnumerable<(string Model, double Drift)>> drifts) => meter.CreateObservableGauge(
        "attar_score_drift", () => drifts().Select(one => new Measurement<double>(one.Drift, new KeyValuePair<string, object?>("model", one.Model))), description: "Population stability index of a model's last scores against those it was calibrated or promoted with");

    public void QueryRead(string model, int tokens, int unknown)
    {
        queryTokens.Add(tokens - unknown, new("model", model), new("unknown", "false"));
        queryTokens.Add(unknown, new("model", model), new("unknown", "true"));
    }

    public void EventsKept(int accepted, int duplicates, IReadOnlyDictionary<string, int> unknown)
    {
        events.Add(accepted, new KeyValuePair<string, object?>("outcome", "accepted"));
        events.Add(duplicates, new KeyValuePair<string, object?>("outcome", "duplicate"));
        foreach ((string reason, int count) in unknown) events.Add(count, new KeyValuePair<string, object?>("outcome", reason));
    }

    public void ExperimentServed(string experiment, string arm) => experimentServed.Add(1, new("experiment", experiment), new("arm", arm));

    public void ExperimentUnknown() => experimentUnknown.Add(1);

    public void ArmHalted(string experiment, string arm) => armsHalted.Add(1, new("experiment", experiment), new("arm", arm));

    public void RequestDone(string path, int status, TimeSpan took)
    {
        requests.Add(1, new KeyValuePair<string, object?>("method", path));
        if (status < 400) successes.Add(1, new KeyValuePair<string, object?>("method", path));
        else failures.Add(1, new("method", path), new("err", status));
        if (status < 400) duration.Record(took.TotalSeconds);
    }

    public void Scored(int documents, int left, TimeSpan tokenised, TimeSpan waited, TimeSpan computed)
    {
        this.documents.Add(documents - left, new KeyValuePair<string, object?>("scored", "true"));
        this.documents.Add(left, new KeyValuePair<string, object?>("scored", "false"));
        unscored.Record((double)left / documents);
        tokenisation.Record(tokenised.TotalSeconds);
        queueing.Record(waited.TotalSeconds);
        inference.Record(computed.TotalSeconds);
    }

    public void PassDone(int pairs, int tokens, TimeSpan took)
    {
        passes.Add(1);
        passPairs.Record(pairs);
        passTokens.Record(tokens);
        passDuration.Record(took.TotalSeconds);
    }

    public void PassFailed() => passFailures.Add(1);

    public void CacheUsed(int hits, int misses)
    {
        cacheHits.Add(hits);
        cacheMisses.Add(misses);
    }

    public void Reloaded(string name, bool good) => swaps.Add(1, new("name", name), new("outcome", good ? "loaded" : "refused"));

    public void ShadowCompared(double difference, double disagreement, bool sameFirst)
    {
        shadowDifference.Record(difference);
        shadowDisagreement.Record(disagreement);
        shadowTop.Add(1, new KeyValuePair<string, object?>("same_first", sameFirst ? "true" : "false"));
    }

    public void ShadowDropped() => shadowDropped.Add(1);

    public void Dispose() => meter.Dispose();
}
