using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Attar.Data;
using Attar.Recipes;
using Attar.Retrieval;

namespace Attar.Cli.Commands;

/// <summary><c>attar bench rerank</c>: how long a model takes to rerank BM25's candidates, one request after another.</summary>
static class BenchRerankCommand
{
    const int WarmUp = 3;

    public static Command Create()
    {
        Argument<string> workspace = CommonOptions.WorkspaceArgument();
        Option<string> model = Flag.Text("--model", "student", "bm25, teacher, student-human or student", "name");
        Option<int> candidates = Flag.Whole("--candidates", 100, "Products of one request", from: 1);
        Option<int> requests = Flag.Whole("--requests", 50, "Requests to time", from: 1);
        var command = new Command("rerank", "Time a model: milliseconds to rerank the candidates of a query") { workspace, model, candidates, requests };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed, workspace), execution =>
            Measure(execution, parsed.GetValue(model)!, parsed.GetValue(candidates), parsed.GetValue(requests))));
        return command;
    }

    static Result Measure(Execution execution, string model, int candidates, int requests)
    {
        Workspace workspace = execution.Options.Workspace;
        int threads = execution.Options.ThreadsGiven ?? Environment.ProcessorCount;
        Dataset data = DatasetFiles.Read(workspace.Data);
        var index = new Bm25Index(data.Products);
        IReranker reranker = Rerankers.Load(workspace, data.Products, model, threads);
        using var disposed = reranker as IDisposable;
        var milliseconds = new List<double>();
        int scored = 0;
        for (int request = -WarmUp; request < requests; request++)
        {
            execution.Cancel.ThrowIfCancellationRequested();
            string query = data.Queries[(request + WarmUp) % data.Queries.Count].Text;
            Product[] found = [.. index.Search(query, candidates).Select(hit => data.Products[hit.Product])];
            Product[] products = [.. found, .. data.Products.Take(candidates - found.Length)]; // a query that finds little is filled up, so that requests compare
            long began = TimeProvider.System.GetTimestamp();
            reranker.Score(query, products);
            if (request < 0) continue;
            milliseconds.Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
            scored += products.Length;
            execution.Progress.Report("bench", request + 1, requests);
        }
        milliseconds.Sort();
        double At(double share) => milliseconds[(int)Math.Min(milliseconds.Count - 1, share * milliseconds.Count)];
        double perSecond = scored / (milliseconds.Sum() / 1000);
        return new Result(
            new JsonObject
            {
                ["model"] = model,
                ["candidates"] = candidates,
                ["requests"] = requests,
                ["threads"] = threads,
                ["p50_ms"] = At(.5),
                ["p95_ms"] = At(.95),
                ["p99_ms"] = At(.99),
                ["pairs_per_second"] = perSecond,
            },
            string.Create(CultureInfo.InvariantCulture, $"{model}, {candidates} candidates, {threads} threads: p50 {At(.5):0.0} ms, p95 {At(.95):0.0} ms, p99 {At(.99):0.0} ms, {perSecond:n0} pairs/s"));
    }
}
