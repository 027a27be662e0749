using System.CommandLine;
using System.Text.Json.Nodes;
using Attar.Data;
using Attar.Studies;

namespace Attar.Cli.Commands;

/// <summary><c>attar bench lists</c>: the workspace's rerank requests, tokenised for <c>attar bench rerank</c> and other engines, or as texts for <c>attar bench serve</c>.</summary>
static class BenchListsCommand
{
    public static Command Create()
    {
        Argument<string> workspace = CommonOptions.WorkspaceArgument();
        Option<string> model = Flag.Text("--model", "student", "The student whose tokens they are, in the workspace, a folder or weights by name", "name|folder");
        Option<bool> texts = Flag.Switch("--texts", "Write products instead of tokens, as a server's clients send them");
        Option<Split?> split = Flag.Choice("--split", Split.Test, "Whose queries");
        Option<int> candidates = Flag.Whole("--candidates", 100, "BM25's best products of each query", from: 1);
        Option<string> to = Flag.Text("--out", "lists.jsonl", "The file to write, one request a line", "file");
        var command = new Command("lists", "Write BM25's candidates for each query, tokenised or as texts") { workspace, model, texts, split, candidates, to };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed, workspace), execution =>
        {
            Dataset data = DatasetFiles.Read(execution.Options.Workspace.Data);
            Split whose = parsed.GetValue(split) ?? Split.Test;
            string file = parsed.GetValue(to)!;
            int most = parsed.GetValue(candidates), requests = 0, pairs = 0;
            if (parsed.GetValue(texts))
                RerankLists.WriteRequests(file, CandidateLists.Of(data, whose, most, execution.Progress, execution.Cancel).Select(list => Counted(list, list.Products.Count)));
            else
            {
                using BenchedModel student = BenchedModel.Open(execution.Options.Workspace, parsed.GetValue(model)!);
                RerankLists.Write(file, CandidateLists.Of(data, whose, most, student.Text, execution.Progress, execution.Cancel).Select(list => Counted(list, list.Pairs.Count)));
            }
            return new Result(new JsonObject { ["requests"] = requests, ["pairs"] = pairs }, $"{file}: {requests:n0} requests, {pairs:n0} pairs");

            T Counted<T>(T list, int more)
            {
                (requests, pairs) = (requests + 1, pairs + more);
                return list;
            }
        }));
        return command;
    }
}
