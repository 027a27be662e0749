using Attar.Evaluation.Report;
using Attar.Online.Experiments;
using Attar.Online.Readout;
using Attar.Online.Storage;
using Attar.Server.Online;
using Attar.Server.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Attar.Server.Endpoints;

/// <summary><c>GET /experiments</c>: what every experiment has shown so far, written by the server, without a script.</summary>
static class ExperimentsPage
{
    public static void MapExperimentsPage(this IEndpointRouteBuilder routes)
    {
        ReadoutCache cache = new();
        routes.MapGet("/experiments", async Task<ContentHttpResult> (HttpContext context, OnlineLab lab, KeyRing keys, TimeProvider clock) =>
            PageFrame.Page(context, "Experiments", "/experiments", "", Html.Of($"<h1 class=\"unseen\">Experiments</h1>{await Draw(lab, cache, clock)}"), ExperimentsHtml.Footer, Visitor.Of(context, keys)));
    }

    static async Task<IEnumerable<Html>> Draw(OnlineLab lab, ReadoutCache cache, TimeProvider clock)
    {
        if (!lab.IsOn) return [PageFrame.Message("No experiments here. Start the server with --experiments FILE; docs/experiments-online.md shows such a file.")];
        try
        {
            if (lab.Store is not { } store) return [PageFrame.Warning("The store of events is away. Searches go on with the control, and events are refused until it is back.")];
            IReadOnlyList<ExperimentReport> reports = await cache.Read(store, state => StateOf(lab, state, clock.GetUtcNow()), clock);
            return reports.Count > 0 ? reports.Select(ExperimentsHtml.Section) : [PageFrame.Message("No experiment yet. Queries and events of shoppers are kept.")];
        }
        catch (Exception error) when (error is System.Data.Common.DbException or IOException or TimeoutException)
        {
            return [PageFrame.Warning("The store of events is away. Searches go on, and events are refused until it is back.")];
        }
    }

    /// <summary>What this server knows beyond the store: which models it does not have.</summary>
    static string? StateOf(OnlineLab lab, ExperimentState known, DateTimeOffset now)
    {
        if (lab.Experiments.FirstOrDefault(experiment => experiment.Name == known.Name) is not { } experiment) return "not in this server's file: " + Readouts.StateOf(Experiment.OfDefinition(known.Definition), known, now);
        string[] missing = [.. lab.Missing(experiment)];
        return missing.Length == 0 ? null : $"paused: {string.Join(", ", missing)} is not served here, so {experiment.Control.Name} serves everybody";
    }

    /// <summary>Reports are made anew at most every few seconds, however many look.</summary>
    sealed class ReadoutCache
    {
        static readonly TimeSpan age = TimeSpan.FromSeconds(15);

        readonly SemaphoreSlim one = new(1, 1);
        (OnlineStore Store, long Made, IReadOnlyList<ExperimentReport> Reports)? last;

        public async Task<IReadOnlyList<ExperimentReport>> Read(OnlineStore store, Func<ExperimentState, string?> stateOf, TimeProvider clock)
        {
            await one.WaitAsync();
            try
            {
                if (last is { } known && known.Store == store && clock.GetElapsedTime(known.Made) < age) return known.Reports;
                List<ExperimentReport> reports = [];
                foreach (ExperimentState state in await store.States()) reports.Add(await Readouts.Of(store, state, clock.GetUtcNow(), stateOf(state)));
                last = (store, clock.GetTimestamp(), reports);
                return reports;
            }
            finally
            {
                one.Release();
            }
        }
    }
}
