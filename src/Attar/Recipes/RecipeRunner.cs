using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Models.Files;
using Attar.Workspaces;

namespace Attar.Recipes;

/// <summary>Runs the stages of a recipe that are not up to date.</summary>
public static class RecipeRunner
{
    /// <summary>
    /// A stage is skipped while its options, seed and inputs are what they were and its outputs are as it left them.
    /// A stage that was stopped goes on from what it wrote, provided it would do the same work; otherwise its outputs are removed first.
    /// </summary>
    /// <returns>Titles of the stages that ran.</returns>
    /// <exception cref="InputException"/>
    /// <exception cref="StageFailedException"/>
    /// <exception cref="OperationCanceledException"/>
    public static IReadOnlyList<string> Run(Recipe recipe, StageContext context)
    {
        Stage[] stages = [.. recipe.Stages.SelectMany(stage => stage.Before.Append(stage))];
        RefuseSharedOutputs(recipe.Name, stages, context.Workspace);
        using var held = new WorkspaceLock(context.Workspace);
        WorkspaceRecord record = WorkspaceRecord.Load(context.Workspace);
        var hash = new ContentHash(context.Workspace, record.Files);
        var ran = new List<string>();
        foreach (Stage stage in stages)
        {
            context.Cancel.ThrowIfCancellationRequested();
            var entry = new StageEntry(OptionsOf(stage.Resolved(context.Workspace)), context.Seed, Hashes(stage.Inputs(context.Workspace), hash), context.Clock.GetUtcNow());
            StageEntry? last = record.Stages.GetValueOrDefault(stage.Title) is { } known ? known with { Options = Completed(known.Options, stage.GetType(), context.Workspace) } : null;
            bool sameWork = last is not null && entry.SameWork(last);
            if (sameWork && last!.Left(Hashes(stage.Outputs(context.Workspace), hash))) continue;

            bool resumes = sameWork && last!.Outputs is null;
            ReplacedOutputs? replaced = resumes || stage.KeepsOutputs && last is not null ? null : new(stage, context.Workspace, path => last is not null || IsReport(path, context.Workspace, record, hash));
            record.Stages[stage.Title] = entry;
            record.Save(context.Workspace);
            context.Progress.Note($"{stage.Title}: {Why(entry, last, resumes)}");

            long began = context.Clock.GetTimestamp();
            try
            {
                stage.Run(context);
            }
            catch (Exception e) when (!resumes && e is (InputException or CheckpointException or InvalidDataException))
            {
                replaced?.Restore();
                if (last is null) record.Stages.Remove(stage.Title);
                else record.Stages[stage.Title] = last;
                record.Save(context.Workspace);
                throw;
            }
            TimeSpan took = context.Clock.GetElapsedTime(began);

            SortedDictionary<string, string> written = Hashes(stage.Outputs(context.Workspace), hash);
            if (written.FirstOrDefault(output => output.Value == ContentHash.Missing).Key is { } missing)
                throw new StageFailedException($"{stage.Title}: ended without writing {missing}");
            record.Stages[stage.Title] = entry with { Finished = context.Clock.GetUtcNow(), Seconds = Math.Round(took.TotalSeconds, 3), Outputs = written };
            record.Save(context.Workspace);
            ReplacedOutputs.Discard(context.Workspace);
            context.Progress.Note(string.Create(CultureInfo.InvariantCulture, $"{stage.Title}: done in {took.TotalSeconds:0.0} s"));
            ran.Add(stage.Title);
        }
        if (ran.Count == 0) context.Progress.Note("everything is up to date");
        return ran;
    }

    /// <summary>The report is of the last measurement, whichever stage made it: an evaluation, a curve, an ablation.</summary>
    static bool IsReport(string path, Workspace workspace, WorkspaceRecord record, ContentHash hash) =>
        ReplacedOutputs.IsInside(path, workspace.Report) && record.Stages.Values.Any(stage => stage.Outputs?.ContainsKey(hash.NameOf(path)) == true);

    static JsonObject OptionsOf(Stage stage) => JsonSerializer.SerializeToNode(stage, stage.GetType(), RecordJson.Options)!.AsObject();

    /// <summary>Options that a stage did not have yet when it ran had their defaults: an older workspace does not run everything again for them.</summary>
    static JsonObject Completed(JsonObject options, Type stage, Workspace workspace)
    {
        try
        {
            return options.Deserialize(stage, RecordJson.Options) is Stage read ? OptionsOf(read.Resolved(workspace)) : options;
        }
        catch (Exception fault) when (fault is JsonException or InputException)
        {
            return options; // of a stage that has changed more than that, or that began with what is no longer to be had
        }
    }

    static SortedDictionary<string, string> Hashes(IEnumerable<string> paths, ContentHash hash)
    {
        var hashes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string path in paths) hashes[hash.NameOf(path)] = hash.Of(path);
        return hashes;
    }

    static string Why(StageEntry entry, StageEntry? last, bool resumes)
    {
        if (last is null) return "starts";
        if (resumes) return "resumes";
        if (entry.Seed != last.Seed) return "runs again, the seed changed";
        if (!JsonNode.DeepEquals(entry.Options, last.Options))
            return "runs again, changed: " + string.Join(", ", entry.Options.Where(option => !JsonNode.DeepEquals(option.Value, last.Options[option.Key])).Select(option => option.Key).DefaultIfEmpty("options"));
        if (!entry.SameWork(last))
            return "runs again, changed: " + string.Join(", ", entry.Inputs.Where(input => last.Inputs.GetValueOrDefault(input.Key) != input.Value).Select(input => input.Key).DefaultIfEmpty("inputs"));
        return "runs again, its outputs are not as it left them";
    }

    /// <summary>Two stages that wrote one place would take turns in destroying each other's work, and a stage that wrote what it reads would never be up to date.</summary>
    static void RefuseSharedOutputs(string recipe, Stage[] stages, Workspace workspace)
    {
        var faults = new FaultList();
        var owners = new List<(string Path, string Title)>();
        foreach (Stage stage in stages)
        {
            string[] inputs = [.. stage.Inputs(workspace).Select(Path.GetFullPath)];
            foreach (string path in stage.Outputs(workspace).Select(Path.GetFullPath))
            {
                foreach (var (other, title) in owners)
                    if (title != stage.Title && (path == other || ReplacedOutputs.IsInside(path, other) || ReplacedOutputs.IsInside(other, path)))
                        faults.Add(recipe, $"the stages '{title}' and '{stage.Title}' both write {path}");
                owners.Add((path, stage.Title));
                if (inputs.Any(input => input == path || ReplacedOutputs.IsInside(input, path)))
                    faults.Add(recipe, $"the stage '{stage.Title}' reads {path} and writes it too; give what it writes another name");
            }
        }
        faults.ThrowIfAny();
    }
}
