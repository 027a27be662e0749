using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Attar.Data;
using Attar.Models.Checkpoints;
using Attar.Studies;

namespace Attar.Cli.Commands;

/// <summary><c>attar bench rerank</c>: how long a model takes to score tokenised candidates, one request after another.</summary>
static class BenchRerankCommand
{
    public static Command Create()
    {
        Argument<string> workspace = CommonOptions.WorkspaceArgument();
        Option<string> model = Flag.Text("--model", "student", "A student of the workspace, a model folder or weights by name, in fewer bits as student@int8 or student@bf16", "name|folder");
        Option<string> lists = Flag.Text("--lists", null, "Requests that 'attar bench lists' wrote; default: BM25's candidates for the workspace's test queries", "file");
        Option<int> candidates = Flag.Whole("--candidates", 100, "Products of one request, where there are no --lists", from: 1);
        Option<int> requests = Flag.Whole("--requests", 0, "Requests to time; 0 for all", from: 0);
        Option<string> scores = Flag.Text("--scores", null, "A file for the scores, one request a line", "file");
        var command = new Command("rerank", "Time a model: milliseconds to rerank the candidates of a query") { workspace, model, lists, candidates, requests, scores };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed, workspace), execution =>
        {
            var named = ModelReference.Parse(parsed.GetValue(model)!);
            using BenchedModel student = BenchedModel.Open(execution.Options.Workspace, named.Folder);
            IEnumerable<RerankList> all = parsed.GetValue(lists) is { } file
                ? RerankLists.Read(file, student.Encoder.Config, student.Text)
                : CandidateLists.Of(DatasetFiles.Read(execution.Options.Workspace.Data), Split.Test, parsed.GetValue(candidates), student.Text, execution.Progress, execution.Cancel);
            RerankList[] timed = [.. parsed.GetValue(requests) is > 0 and var most ? all.Take(most) : all];
            int threads = execution.Options.ThreadsGiven ?? Environment.ProcessorCount;
            var (speed, found) = RerankBenchmark.Run(student.Encoder, timed, named.Precision, threads, execution.Progress, execution.Cancel);
            if (parsed.GetValue(scores) is { } to) RerankLists.WriteScores(to, timed, found);
            return Describe(speed, threads);
        }));
        return command;
    }

    static Result Describe(RerankSpeed speed, int threads) => new(
        new JsonObject
        {
            ["requests"] = speed.Requests,
            ["pairs"] = speed.Pairs,
            ["pairs_per_s"] = Math.Round(speed.PairsPerSecond, 1),
            ["p50_ms"] = Math.Round(speed.Median, 3),
            ["p99_ms"] = Math.Round(speed.Slowest, 3),
            ["peak_share"] = Math.Round(speed.PeakShare, 3),
            ["products_read_per_s"] = Math.Round(speed.ProductsPerSecond, 1),
        },
        string.Create(CultureInfo.InvariantCulture, $"""
            requests  pairs/s   p50 ms   p99 ms  share of the multiply-add peak of {threads} threads
            {speed.Requests,8:n0} {speed.PairsPerSecond,8:n0} {speed.Median,8:0.0} {speed.Slowest,8:0.0}  {100 * speed.PeakShare:0} %
            """) + (speed.ProductsPerSecond == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"\nbeforehand, {speed.ProductsPerSecond:n0} products a second were read by the lower layers")));
}
