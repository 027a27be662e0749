using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Attar.Data;
using Attar.Evaluation;
using Attar.Online.Events;
using Attar.Online.Experiments;
using Attar.Online.Readout;
using Attar.Online.Signals;
using Attar.Online.Storage;
using Attar.Retrieval;
using Attar.Signals;

namespace Attar.Cli.Commands;

/// <summary><c>attar signals learn</c>: a formula of what products are worth beside their texts, from what shoppers chose.</summary>
static class SignalsCommand
{
    public static Command Create(string verb, string help) => new(verb, help) { Learn() };

    static Command Learn()
    {
        Argument<string> file = Flag.Argument("FILE", "The file of experiments that attar serve --experiments has"), name = Flag.Argument("EXPERIMENT", "Whose searches and events to learn from"), workspace = CommonOptions.WorkspaceArgument();
        Option<string> columns = new("--columns") { Description = "Columns that import kept, separated by commas", HelpName = "names", Required = true };
        Option<string> model = Flag.Text("--model", "student", "The model whose score they are weighed against", "name");
        Option<string> metric = Flag.Text("--metric", Actions.Click, "What counts as chosen: click, add_to_cart or purchase, each with those after it");
        Option<int> queries = Flag.Whole("--queries", 5000, "The last searches of the experiment, at most", from: 1);
        var command = new Command("learn", "Learn what columns are worth from the events of an experiment, places allowed for, and print the formula") { file, name, workspace, columns, model, metric, queries };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed, workspace), execution => StoreAccess.With(parsed.GetValue(file)!, made: true, async (_, store) =>
        {
            string[] named = [.. parsed.GetValue(columns)!.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()];
            string[] counted = [.. Actions.All.SkipWhile(action => action != parsed.GetValue(metric))];
            if (named.Length == 0) throw new InputException("--columns", "expected columns that import kept, such as popularity,price");
            if (counted.Length == 0) throw new InputException("--metric", $"found '{parsed.GetValue(metric)}'; expected one of {string.Join(", ", Actions.All)}");
            IReadOnlyList<ShownProduct> shown = await Shown(execution, store, parsed.GetValue(name)!, parsed.GetValue(model)!, named, counted, parsed.GetValue(queries));
            return Told(SignalLearning.Of(shown, named));
        })));
        return command;
    }

    /// <summary>Each product of the last searches, scored by the model as it is now.</summary>
    static async Task<IReadOnlyList<ShownProduct>> Shown(Execution execution, OnlineStore store, string experiment, string model, string[] columns, string[] counted, int most)
    {
        if (!(await store.States()).Any(state => state.Name == experiment)) throw new InputException("EXPERIMENT", $"no experiment '{experiment}' in the store");
        ShownQuery[] queries = [.. (await store.QueriesOf(experiment)).TakeLast(most)];
        if (queries.Length == 0) throw new StageFailedException($"no search of '{experiment}' is kept yet: let the experiment run longer");
        ILookup<string, int> chosen = Request.Join(queries, await store.EventsOf(experiment)).SelectMany(request => request.Acts.Where(act => counted.Contains(act.Action)).Select(act => (request.Id, act.Place))).ToLookup(act => act.Id, act => act.Place);
        Dataset data = DatasetFiles.Read(execution.Options.Workspace.Data);
        Dictionary<string, Product> products = data.Products.ToDictionary(product => product.Id);
        (string Query, int Place)[] known = [.. queries.SelectMany(query => query.Hits.Take(SignalLearning.Deepest).Index().Where(hit => products.ContainsKey(hit.Item)).Select(hit => (query.Id, hit.Index)))];
        if (known.Length == 0) throw new InputException(execution.Options.Workspace.Data, $"none of the products that '{experiment}' showed is in this catalogue");
        SignalLearning.RefuseFew(known.Count(hit => chosen[hit.Query].Contains(hit.Place)), known.Length); // told before the model scores them all
        var table = SignalTable.Of(data.Products, columns, "--columns");
        IReranker reranker = Rerankers.Load(execution.Options.Workspace, data, model, execution.Options.ThreadsGiven ?? Environment.ProcessorCount);
        using var owned = reranker as IDisposable;
        List<ShownProduct> shown = [];
        foreach ((int done, ShownQuery query) in queries.Index())
        {
            execution.Cancel.ThrowIfCancellationRequested();
            (int Place, Product Product)[] hits = [.. query.Hits.Take(SignalLearning.Deepest).Index().Where(hit => products.ContainsKey(hit.Item)).Select(hit => (hit.Index, products[hit.Item]))];
            float[] scores = hits.Length == 0 ? [] : reranker.Score(query.Text, [.. hits.Select(hit => hit.Product)]);
            shown.AddRange(hits.Select((hit, i) => new ShownProduct(query.Client ?? query.Id, hit.Place + 1, scores[i], table.Of(hit.Product.Id).ToArray(), chosen[query.Id].Contains(hit.Place))));
            execution.Progress.Report("score what was shown", done + 1, queries.Length);
        }
        return shown;
    }

    static Result Told(LearntSignals learnt) => new(
        new JsonObject
        {
            ["shown"] = learnt.Shown,
            ["chosen"] = learnt.Wanted,
            ["clients"] = learnt.Clients,
            ["weights"] = new JsonArray([.. learnt.Weights.Select(weight => new JsonObject { ["column"] = weight.Column, ["weight"] = weight.Weight, ["low"] = weight.Low, ["high"] = weight.High, ["shown"] = weight.IsShown })]),
            ["log_loss"] = double.IsFinite(learnt.LogLoss) ? learnt.LogLoss : null,
            ["log_loss_without"] = double.IsFinite(learnt.LogLossWithout) ? learnt.LogLossWithout : null,
            ["formula"] = learnt.Formula,
        },
        string.Join('\n', [
            string.Create(CultureInfo.InvariantCulture, $"{learnt.Shown:N0} products were shown to {learnt.Clients:N0} clients, {learnt.Wanted:N0} of them chosen"),
            .. learnt.Weights.Select(weight => $"{weight.Column}: {ResultTable.Signed(weight.Weight)} ({ResultTable.Signed(weight.Low)} to {ResultTable.Signed(weight.High)}) of the model's score for each unit{(weight.Plain ? "" : " of its log1p")}{(weight.IsShown ? "" : ", not shown")}"),
            $"log loss of clients held out: {ResultTable.Figure(learnt.LogLoss)} with these, {ResultTable.Figure(learnt.LogLossWithout)} with score and place alone",
            learnt.Formula is { } formula ? $"try it: attar serve --signals '{formula}'" : "no column is shown to count, so there is no formula",
        ]));
}
