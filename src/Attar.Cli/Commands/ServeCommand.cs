using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Attar.Data;
using Attar.Models.Checkpoints;
using Attar.Models.Files;
using Attar.Retrieval;
using Attar.Server;
using Attar.Server.Documents;
using Attar.Server.Models;
using Attar.Server.Reloading;
using Attar.Server.Settings;
using Attar.Tensors.Kernels.Cpu;
using Attar.Weights;
using Attar.Workspaces;
using Microsoft.AspNetCore.Builder;

namespace Attar.Cli.Commands;

/// <summary><c>attar serve</c>: the rerank interfaces and the search page, until stopped.</summary>
static class ServeCommand
{
    /// <summary>The page's columns from left to right; further models of the workspace follow when named.</summary>
    static readonly string[] pageSystems = ["student-human", "student", "teacher"];

    public static Command Create(string verb, string help)
    {
        Argument<string> workspace = CommonOptions.WorkspaceArgument();
        Option<string> file = Flag.Text("--config", null, "A JSON file of settings; each is also a flag, and ATTAR_NAME in the environment", "file");
        Option<bool> print = Flag.Switch("--print-config", "Print the settings as such a file, explained, and end");
        var flags = ServerSettings.All.Select(setting => Flag.Text("--" + setting.Name, null, $"{setting.Help} [default: {setting.Json(new ServerOptions())}]", setting.Kind)).ToArray();
        var command = new Command(verb, help) { workspace, file, print };
        foreach (Option<string> flag in flags) command.Add(flag);
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed, workspace), watched: false, body: execution =>
        {
            ServerOptions options = ServerSettings.Read(
                parsed.GetValue(file), Environment.GetEnvironmentVariable, name => parsed.GetValue(flags.Single(flag => flag.Name == "--" + name)));
            return parsed.GetValue(print) ? new Result(null, ServerSettings.Print(options)) : Serve(execution, options);
        }));
        return command;
    }

    static Result Serve(Execution execution, ServerOptions options)
    {
        Workspace workspace = execution.Options.Workspace;
        execution.Progress.Note($"loading {workspace.Root} ...");
        using var kernels = new CpuKernels(execution.Options.ThreadsGiven ?? Environment.ProcessorCount);
        string[] names = [.. pageSystems.Where(name => name == options.Model || ModelPath.IsModel(workspace.Model(name))), .. options.Models.Split(',', StringSplitOptions.TrimEntries), options.Model];
        Source<IScoringModel>[] models = [.. names.Where(name => name.Length > 0).Distinct().Select(name => Model(workspace, name, kernels, options))];
        if (models.CountBy(model => model.Name).FirstOrDefault(name => name.Value > 1).Key is { } twice)
            throw new InputException("--models", $"more than one model is named '{twice}'; requests tell models by the folder's name, so rename one");
        options = options with { Model = ServedAs(options.Model), Shadow = ServedAs(options.Shadow) };
        var catalogue = new Source<Storefront>("catalogue", () => ReadCatalogue(workspace), () => FolderVersion.Of(workspace.Data));

        WebApplication app = AttarServer.Create(options, models, catalogue, workspace: workspace);
        try
        {
            AttarServer.WarmUp(app).GetAwaiter().GetResult();
            using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
            {
                signal.Cancel = true;
                _ = AttarServer.Reload(app);
            });
            Uri address = AttarServer.Start(app, execution.Cancel).GetAwaiter().GetResult();
            execution.Print(new Result(new JsonObject { ["address"] = address.ToString(), ["models"] = new JsonArray([.. models.Select(model => JsonValue.Create(model.Name))]) },
                $"Search page: {address}\nRerank:      POST {address}rerank, {address}v1/rerank, {address}v2/rerank; {address}openapi.json describes them all\nStop with Ctrl-C."));
            execution.Cancel.WaitHandle.WaitOne();
            AttarServer.Stop(app).GetAwaiter().GetResult();
        }
        finally
        {
            app.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
        return Result.Said;
    }

    static Source<IScoringModel> Model(Workspace workspace, string name, CpuKernels kernels, ServerOptions options)
    {
        var model = ModelReference.Parse(name);
        string folder = Path.TrimEndingDirectorySeparator(workspace.ModelAt(model.Folder));
        string? template = options.TemplateOf(name, ServedAs(name));
        return new Source<IScoringModel>(ServedAs(name), Load, () => FolderVersion.Of(folder));

        FolderModel Load()
        {
            Task<string> digest = Task.Run(() => FolderVersion.DigestOf(folder)); // beside the loading: whoever comes second finds the files in memory
            return new FolderModel(folder, kernels, model.Precision, options.ReadAhead, template) { Digest = digest.GetAwaiter().GetResult() };
        }
    }

    /// <summary>What requests call a model: its folder's or file's name, or the last word of a reference.</summary>
    static string ServedAs(string name) => ModelReference.Parse(name) is var model ? (model with { Folder = WeightReference.NameOf(model.Folder) }).ToString() : name;

    static Storefront ReadCatalogue(Workspace workspace)
    {
        Dataset data = DatasetFiles.Read(workspace.Data);
        string[] examples = [.. data.Queries.Where(query => data.Splits.GetValueOrDefault(query.Id) == Split.Test).Take(8).Select(query => query.Text)];
        return new Storefront(FieldWeights.Index(data), data.Products.ToDictionary(product => product.Id), examples);
    }
}
