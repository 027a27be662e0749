using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Workspaces;

namespace Attar.Augmentation;

/// <summary>
/// One of several processes that make the pairs of a workspace together. Each plans all queries, which is quick, and picks products for those of its parts, which is not; it writes to
/// <c>parts/pairs/</c> and leaves <c>workspace.json</c> alone. <see cref="GenerateMerge"/> makes one folder of the parts. Which worker makes what changes no byte.
/// </summary>
public sealed class GenerateWorker(GenerateStage stage, ShardChoice choice, StageContext context)
{
    /// <returns>Parts that this worker made.</returns>
    /// <exception cref="InputException">A language model elsewhere is to write queries, or the folder holds parts of another kind.</exception>
    /// <exception cref="OperationCanceledException"/>
    public int Run()
    {
        if (stage.Writer is not null) throw new InputException("--shard", "a language model that writes queries is asked by one process; leave --shard out");
        Workspace workspace = context.Workspace.Round(stage.Round);
        using var held = new WorkspaceLock(workspace, shared: true);
        var options = (JsonObject)JsonSerializer.SerializeToNode(stage.Resolved(workspace), stage.GetType(), RecordJson.Options)!;
        var inputs = PairPart.InputsOf(stage, workspace);
        string folder = PairPart.FolderIn(workspace);
        Directory.CreateDirectory(folder);
        PairGenerator? generator = null;
        int made = 0;
        try
        {
            foreach (int index in choice.Parts)
            {
                context.Cancel.ThrowIfCancellationRequested();
                string own = Path.Combine(folder, ShardChoice.NameOf(index, choice.Of));
                using FileStream? claim = choice.Claim(own);
                if (claim is null || IsWhole(own, options, inputs)) continue;
                long began = context.Clock.GetTimestamp();
                generator ??= stage.Generator(context);
                PairQuality quality = generator.Write(own, index, choice.Of);
                new PairPart(index, choice.Of, options, context.Seed, inputs, generator.Products, quality, PairPart.FilesOf(own), Environment.MachineName, Math.Round(context.Clock.GetElapsedTime(began).TotalSeconds, 3)).Write(own);
                made++;
            }
        }
        finally
        {
            generator?.Dispose();
        }
        return made;
    }

    bool IsWhole(string folder, JsonObject options, SortedDictionary<string, string> inputs)
    {
        if (PairPart.Find(folder) is not { } part) return false;
        if (part.Seed != context.Seed || !JsonNode.DeepEquals(part.Stage, options) || part.Inputs.Except(inputs).Any())
            throw new InputException(folder, $"was made with other options, or of other data; join the parts with 'attar generate --merge', or delete {Path.GetDirectoryName(folder)}");
        return part.IsSound(folder);
    }
}
