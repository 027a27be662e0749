using System.CommandLine;
using System.Text.Json.Nodes;
using Attar.Data;
using Attar.Recipes;
using Attar.Retrieval;
using Attar.Server;
using Microsoft.AspNetCore.Builder;

namespace Attar.Cli.Commands;

/// <summary><c>attar serve</c>: the rerank interfaces and the search page, until stopped.</summary>
static class ServeCommand
{
    static readonly string[] pageSystems = ["student-human", "student", "teacher"];

    public static Command Create()
    {
        var preset = new ServerOptions();
        Argument<string> workspace = CommonOptions.WorkspaceArgument();
        Option<string> model = Flag.Text("--model", preset.Model, "The model that answers rerank requests", "name");
        Option<int> port = Flag.Whole("--port", preset.Port, "Where to listen; 0 lets the system choose");
        Option<string> host = Flag.Text("--host", preset.Host, "An IP address or localhost; the server has no keys, so think before opening it to a network", "address");
        Option<int> documents = Flag.Whole("--max-documents", preset.MaxDocuments, "Documents of one rerank request", from: 1);
        Option<int> body = Flag.Whole("--max-body", preset.MaxBody, "Bytes of one request", from: 1);
        Option<int> waiting = Flag.Whole("--max-waiting", preset.MaxWaiting, "Requests that may wait; later ones are told to come back");
        var command = new Command("serve", "Serve the student: POST /rerank, POST /v2/rerank and a search page over the catalogue") { workspace, model, port, host, documents, body, waiting };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed, workspace), watched: false, body: execution => Serve(execution,
            new ServerOptions(parsed.GetValue(port), parsed.GetValue(host)!, parsed.GetValue(model)!, parsed.GetValue(documents), parsed.GetValue(body), parsed.GetValue(waiting)))));
        return command;
    }

    static Result Serve(Execution execution, ServerOptions options)
    {
        Workspace workspace = execution.Options.Workspace;
        int threads = execution.Options.ThreadsGiven ?? Environment.ProcessorCount;
        execution.Progress.Note($"loading {workspace.Root} ...");
        Dataset data = DatasetFiles.Read(workspace.Data);
        var index = new Bm25Index(data.Products);
        var models = new Dictionary<string, IReranker>();
        foreach (string name in pageSystems.Where(name => name == options.Model || File.Exists(Path.Combine(workspace.Model(name), "config.json"))).Append(options.Model).Distinct())
            models[name] = Rerankers.Load(workspace, data.Products, name, threads);
        if (models[options.Model] is not ITextScorer scorer) throw new InputException("--model", $"'{options.Model}' cannot score plain texts; expected a trained model such as student");

        string[] examples = [.. data.Queries.Where(query => data.Splits.GetValueOrDefault(query.Id) == Split.Test).Take(8).Select(query => query.Text)];
        WarmUp(models.Values, data);
        WebApplication app = AttarServer.Create(options, scorer, new Storefront(index, [.. models.Values], data.Products.Count, examples));
        Uri address = AttarServer.Start(app, execution.Cancel).GetAwaiter().GetResult();
        execution.Print(new Result(new JsonObject { ["address"] = address.ToString(), ["models"] = new JsonArray([.. models.Keys.Select(name => JsonValue.Create(name))]) },
            $"Search page: {address}\nRerank:      POST {address}rerank, POST {address}v2/rerank\nStop with Ctrl-C."));
        app.Lifetime.ApplicationStopping.Register(() => execution.Progress.Note("stopping ..."));
        execution.Cancel.WaitHandle.WaitOne();
        app.StopAsync().GetAwaiter().GetResult();
        foreach (IDisposable loaded in models.Values.OfType<IDisposable>()) loaded.Dispose();
        return Result.Said;
    }

    /// <summary>A first request pays for compilation; let that be one of ours.</summary>
    static void WarmUp(IEnumerable<IReranker> rerankers, Dataset data)
    {
        Product[] some = [.. data.Products.Take(100)];
        foreach (IReranker reranker in rerankers)
            for (int i = 0; i < 3; i++) reranker.Score("warm up", some);
    }
}
