using System.CommandLine;
using System.Text.Json.Nodes;
using Attar.Data;
using Attar.Experiments;

namespace Attar.Cli.Commands;

/// <summary><c>attar bench lists</c>: the workspace's rerank requests, tokenised, for <c>attar bench rerank</c> and for other engines.</summary>
static class BenchListsCommand
{
    public static Command Create()
    {
        Argument<string> workspace = CommonOptions.WorkspaceArgument();
        Option<string> model = Flag.Text("--model", "student", "The student whose tokens they are, in the workspace or a folder", "name|folder");
        Option<Split?> split = Flag.Choice("--split", Split.Test, "Whose queries");
        Option<int> candidates = Flag.Whole("--candidates", 100, "BM25's best products of each query", from: 1);
        Option<string> to = Flag.Text("--out", "lists.jsonl", "The file to write, one request a line", "file");
        var command = new Command("lists", "Write BM25's candidates for each query, tokenised") { workspace, model, split, candidates, to };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed, workspace), execution =>
        {
            using BenchedModel student = BenchedModel.Open(execution.Options.Workspace, parsed.GetValue(model)!);
            Dataset data = DatasetFiles.Read(execution.Options.Workspace.Data);
            int requests = 0, pairs = 0;
            RerankLists.Write(parsed.GetValue(to)!, CandidateLists
                .Of(data, parsed.GetValue(split) ?? Split.Test, parsed.GetValue(candidates), student.Text, execution.Progress, execution.Cancel)
                .Select(list =>
                {
                    (requests, pairs) = (requests + 1, pairs + list.Pairs.Count);
                    return list;
                }));
            return new Result(new JsonObject { ["requests"] = requests, ["pairs"] = pairs }, $"{parsed.GetValue(to)}: {requests:n0} requests, {pairs:n0} pairs");
        }));
        return command;
    }
}
