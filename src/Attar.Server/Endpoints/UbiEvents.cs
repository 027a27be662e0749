using System.Text.Json;
using Attar.Online.Events;
using Attar.Online.Experiments;
using Attar.Online.Storage;
using Attar.Server.Online;
using Attar.Server.Requests;
using Attar.Server.Settings;
using Attar.Server.Telemetry;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <param name="Accepted">Kept now, and on the disk.</param>
/// <param name="Duplicates">Kept before.</param>
/// <param name="Unknown">How many of them follow what the store does not know, by reason; absent where all is known.</param>
sealed record UbiAnswer(int Accepted, int Duplicates, IReadOnlyDictionary<string, int>? Unknown);

/// <summary>
/// <c>POST /ubi/queries</c> and <c>POST /ubi/events</c>: what was asked elsewhere, and what shoppers did, in the shape of User
/// Behavior Insights, one object or a list of them. The answer comes once the disk has them: 200, or 202 with reasons where
/// something is not known.
/// </summary>
static class UbiEvents
{
    const string UnknownQuery = "unknown_query", UnknownExperiment = "unknown_experiment", UnknownArm = "unknown_arm";

    public static void MapUbi(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/ubi/queries", Queries);
        routes.MapPost("/ubi/events", Events);
    }

    static async Task<JsonHttpResult<UbiAnswer>> Queries(HttpContext context, OnlineLab lab, ServerOptions options, Measurements measurements, TimeProvider clock)
    {
        OnlineSettings settings = lab.Settings;
        ShownQuery[] sent = await Read(context, options, lab, clock, Ubi.Query);
        Dictionary<string, int> unknown = [];
        for (int i = 0; i < sent.Length; i++)
        {
            string? reason = sent[i].Experiment is not { } name ? null
                : lab.Experiments.FirstOrDefault(experiment => experiment.Name == name) is not { } known ? UnknownExperiment
                : known.Kind == ExperimentKind.Ab && known.Arms.Any(arm => arm.Name == sent[i].Arm) ? null : UnknownArm;
            if (reason is null) continue;
            sent[i] = sent[i] with { Experiment = null, Arm = null };
            unknown[reason] = unknown.GetValueOrDefault(reason) + 1;
        }
        Refuse(settings, unknown);
        await Kept(() => lab.Writer.Append(sent, []));
        return Answer(new Receipt(sent.Length, 0, 0), unknown, measurements);
    }

    static async Task<JsonHttpResult<UbiAnswer>> Events(HttpContext context, OnlineLab lab, ServerOptions options, Measurements measurements, TimeProvider clock)
    {
        OnlineSettings settings = lab.Settings;
        ShopperEvent[] sent = await Read(context, options, lab, clock, Ubi.Event);
        if (settings.UnknownEvents == UnknownEvents.Refuse)
        {
            string[] asked = [.. sent.Select(one => one.Query).OfType<string>()];
            IReadOnlySet<string> known = await Kept(() => lab.Store?.KnownQueries(asked) ?? throw OnlineLab.Away());
            if (asked.Count(query => !known.Contains(query)) is > 0 and int missing) Refuse(settings, new() { [UnknownQuery] = missing });
        }
        Receipt receipt = await Kept(() => lab.Writer.Append([], sent));
        return Answer(receipt, receipt.UnknownQueries == 0 ? [] : new() { [UnknownQuery] = receipt.UnknownQueries }, measurements);
    }

    delegate T? Reader<T>(JsonElement json, long received, ClientHash clients, string where, List<string> faults) where T : class;

    static Task<T[]> Read<T>(HttpContext context, ServerOptions options, OnlineLab lab, TimeProvider clock, Reader<T> read) where T : class => RequestFields.ReadJson(context, options, root =>
    {
        long now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        List<string> faults = [];
        bool list = root.ValueKind == JsonValueKind.Array;
        if (list && root.GetArrayLength() is var length && (length == 0 || length > options.MaxDocuments))
            throw new RequestRefused(Refusal.Invalid, $"a list of {length}; expected 1 to {options.MaxDocuments} at a time");
        T?[] items = list ? [.. root.EnumerateArray().Index().Select(item => read(item.Item, now, lab.Clients, $"[{item.Index}].", faults))] : [read(root, now, lab.Clients, "", faults)];
        if (faults.Count > 0) throw new RequestRefused(Refusal.Invalid, string.Join("; ", faults.Take(10)) + (faults.Count > 10 ? $"; and {faults.Count - 10} more" : ""));
        return items.OfType<T>().ToArray();
    });

    static async Task<T> Kept<T>(Func<Task<T>> writing)
    {
        try
        {
            return await writing();
        }
        catch (Exception error) when (error is StoreAwayException or System.Data.Common.DbException)
        {
            throw OnlineLab.Away();
        }
    }

    static void Refuse(OnlineSettings settings, Dictionary<string, int> unknown)
    {
        if (settings.UnknownEvents == UnknownEvents.Refuse && unknown.Count > 0)
            throw new RequestRefused(Refusal.Invalid, string.Join("; ", unknown.Select(reason => $"{reason.Key}: {reason.Value}")) + "; nothing was kept");
    }

    static JsonHttpResult<UbiAnswer> Answer(Receipt receipt, Dictionary<string, int> unknown, Measurements measurements)
    {
        measurements.EventsKept(receipt.Accepted, receipt.Duplicates, unknown);
        return TypedResults.Json(new UbiAnswer(receipt.Accepted, receipt.Duplicates, unknown.Count > 0 ? unknown : null), ServerJson.Default.UbiAnswer, statusCode: unknown.Count > 0 ? 202 : 200);
    }
}
