using System.CommandLine;
using System.Text.Json.Nodes;
using Attar.Models.Checkpoints;
using Attar.Weights;

namespace Attar.Cli.Commands;

/// <summary><c>attar pull REFERENCE</c>: fetches weights into the store, where every command then finds them.</summary>
static class PullCommand
{
    public static Command Create(string verb, string help)
    {
        Argument<string> reference = Flag.Argument("REFERENCE", $"{string.Join(", ", KnownWeights.All.Select(known => known.Name))}, {WeightReference.Forms}");
        var command = new Command(verb, help) { reference };
        command.SetAction(parsed => Execution.Run(CommonOptions.Read(parsed), execution => Pull(ModelReference.Parse(parsed.GetValue(reference)!).Folder, execution)));
        return command;
    }

    static Result Pull(string text, Execution execution)
    {
        WeightReference reference = WeightReference.Parse(text) ?? throw (Path.Exists(text)
            ? new InputException(text, "is on this machine: there is nothing to fetch; name it as it stands wherever a model's folder can be named")
            : new InputException(text, $"no weights known by that name; known: {string.Join(", ", KnownWeights.All.Select(known => known.Name))}; else {WeightReference.Forms}"));
        if (reference is OnnxReference { File: var file } && !File.Exists(file)) throw new InputException(file, "no such file; expected an .onnx file with its vocabulary beside it");
        bool there = execution.Weights.Find(reference) is not null;
        StoredWeights stored = execution.Weights.Get(reference);
        WeightManifest manifest = stored.Manifest;
        string licence = manifest.Licence == "" ? "not told; see its page" : manifest.Licence;
        return new Result(
            new JsonObject
            {
                ["reference"] = text,
                ["weights"] = manifest.Reference,
                ["origin"] = manifest.Origin,
                ["revision"] = manifest.Revision,
                ["licence"] = manifest.Licence,
                ["bytes"] = manifest.Size,
                ["path"] = stored.Model,
                ["already_there"] = there,
            },
            $"""
            {text}{(there ? " is there already" : "")}
              weights  {manifest.Reference}{(manifest.Revision == "" ? "" : $", revision {manifest.Revision}")}
              origin   {manifest.Origin}
              licence  {licence}
              size     {ByteSize.Spoken(manifest.Size)}
              path     {stored.Model}
            """);
    }
}
