using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Models.Files;
using Attar.Workspaces;

namespace Attar.Recipes;

/// <summary>Runs stages that are not up to date, and remembers them. The workspace is locked meanwhile.</summary>
sealed class StageRunner
{
    readonly StageContext context;
    readonly bool adopts;
    WorkspaceRecord record;

    /// <param name="adopts">Whether outputs of a stage that the workspace does not remember are taken for it.</param>
    public StageRunner(StageContext context, bool adopts)
    {
        (this.context, this.adopts) = (context, adopts);
        record = adopts ? WorkspaceRecord.LoadOrSetAside(context.Workspace, context.Progress.Note) : WorkspaceRecord.Load(context.Workspace);
        if (record.Publishing is { } title && record.Stages.GetValueOrDefault(title) is { Outputs: { } outputs } entry)
            Publish(title, entry, new StagedOutputs(title, outputs.Keys.Where(OwnedPath.IsOwned).Select(name => OwnedPath.Of(context.Workspace.Root, name, context.Workspace.Record)), context.Workspace, context.Progress));
    }

    /// <returns>Whether it had to run.</returns>
    public bool Run(Stage stage)
    {
        context.Cancel.ThrowIfCancellationRequested();
        var hash = new ContentHash(context.Workspace, record);
        var entry = new StageEntry(OptionsOf(stage.Resolved(context.Workspace)), context.Seed, Hashes(stage.Inputs(context.Workspace), hash), context.Clock.GetUtcNow());
        StageEntry? last = record.Stages.GetValueOrDefault(stage.Title), ended = last?.Ended;
        bool Same(StageEntry? run, bool openAsThen = false) => run is not null && Completed(run.Options, stage.GetType()) is var then
            && (openAsThen ? entry with { Options = Filled(OptionsOf(stage), then) } : entry).SameWork(run with { Options = then });
        var staged = new StagedOutputs(stage.Title, stage.Outputs(context.Workspace), context.Workspace, context.Progress);
        if (Same(ended, openAsThen: ended?.Files is null) && ended!.Left(Hashes(stage.Outputs(context.Workspace), hash)))
        {
            if (last!.Outputs is null) Forget();
            RankedStages.Tell(stage, runs: false, context);
            return false;
        }

        if (adopts && last is null && stage.Outputs(context.Workspace).All(path => File.Exists(path) || FolderFiles.Of(path).Any(ContentHash.Counts)))
        {
            record.Stages[stage.Title] = entry with { Finished = context.Clock.GetUtcNow(), Files = new(FilesInPlace(staged), StringComparer.Ordinal), Outputs = Hashes(stage.Outputs(context.Workspace), hash) };
            record.Save(context.Workspace);
            context.Progress.Note($"{stage.Title}: adopted, as if it had been made with these options");
            RankedStages.Tell(stage, runs: false, context);
            return false;
        }

        RefuseForeign(stage, last, hash);
        bool resumes = last?.Outputs is null && Same(last);
        if (!resumes) staged.Clear();
        else if (last!.Former is null && last.Files is null) staged.TakeOver();
        record.Stages[stage.Title] = entry with { Former = ended, Files = new(StringComparer.Ordinal) };
        record.Save(context.Workspace);
        context.Progress.Note($"{stage.Title}: {Why(entry, last is null ? null : last with { Options = Completed(last.Options, stage.GetType()) }, resumes)}");

        StageContext own = RankedStages.ContextOf(stage, staged, context);
        string[] foreign = stage.KeepsOutputs ? [.. FilesInPlace(staged).Except(ended?.Files ?? [])] : [];
        RankedStages.Tell(stage, runs: true, context);
        long began = context.Clock.GetTimestamp();
        try
        {
            stage.Run(own);
        }
        catch (Exception e) when (!resumes && e is (InputException or CheckpointException or InvalidDataException))
        {
            Forget();
            throw;
        }
        TimeSpan took = context.Clock.GetElapsedTime(began);

        entry = entry with
        {
            Finished = context.Clock.GetUtcNow(),
            Seconds = Math.Round(took.TotalSeconds, 3),
            Files = stage.KeepsOutputs ? new(FilesInPlace(staged).Except(foreign), StringComparer.Ordinal) : staged.Files(),
            Former = ended,
        };
        record.Stages[stage.Title] = entry with { Outputs = [], Former = null };
        entry = entry with { Outputs = Hashes(stage.Outputs(own.Workspace), new ContentHash(own.Workspace, record)) };
        if (entry.Outputs.FirstOrDefault(output => output.Value == ContentHash.Missing).Key is { } missing)
        {
            record.Stages[stage.Title] = entry with { Outputs = null, Finished = null };
            throw new StageFailedException($"{stage.Title}: ended without writing {missing}");
        }
        foreach (string outside in entry.Outputs.Keys.Where(Path.IsPathRooted)) (record = record with { Elsewhere = record.Elsewhere ?? [] }).Elsewhere!.Add(outside);
        Publish(stage.Title, entry, staged);
        context.Progress.Note(string.Create(CultureInfo.InvariantCulture, $"{stage.Title}: done in {took.TotalSeconds:0.0} s"));
        return true;

        void Forget()
        {
            staged.Clear();
            if (ended is null) record.Stages.Remove(stage.Title);
            else record.Stages[stage.Title] = ended;
            record.Save(context.Workspace);
        }
    }

    /// <summary>The record tells what is to be done before it is done, so that a run that is killed meanwhile is ended by the next.</summary>
    void Publish(string title, StageEntry entry, StagedOutputs staged)
    {
        record = record with { Publishing = title };
        record.Stages[title] = entry;
        record.Save(context.Workspace);
        staged.Publish(entry.Files ?? [], entry.Former is { } former ? former.Files : entry.Files);
        record = record with { Publishing = null };
        record.Stages[title] = entry with { Former = null };
        record.Save(context.Workspace);
    }

    /// <summary>Something that no stage wrote is not replaced; outside the workspace neither what stages of other workspaces did.</summary>
    void RefuseForeign(Stage stage, StageEntry? last, ContentHash hash)
    {
        foreach (string path in stage.Outputs(context.Workspace))
        {
            bool inside = OwnedPath.IsInside(path, context.Workspace.Root);
            if (inside && OwnedPath.IsLink(path)) throw new InputException(path, $"is a link, and '{stage.Title}' writes only to the workspace itself; remove the link, or choose another workspace");
            if (!HasContent(path, stage) || (inside ? last is not null : IsRemembered(path)) || IsReport(path, hash)) continue;
            throw new InputException(path, $"exists, but this workspace does not remember that '{stage.Title}' wrote it; move it away or choose another {(inside ? "workspace" : "place")}");
        }
    }

    bool IsRemembered(string path) =>
        record.Elsewhere?.Contains(context.Workspace.NameOf(path)) == true || record.Stages.Values.Any(stage => stage.Ended?.Outputs?.ContainsKey(context.Workspace.NameOf(path)) == true);

    static bool HasContent(string path, Stage stage) =>
        File.Exists(path) || Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any(entry => !stage.Spares(Path.GetFileName(entry)));

    /// <summary>The report is of the last measurement, whichever stage made it: an evaluation, a curve, an ablation.</summary>
    bool IsReport(string path, ContentHash hash) =>
        OwnedPath.IsInside(path, context.Workspace.Report) && record.Stages.Values.Any(stage => stage.Ended?.Outputs?.ContainsKey(hash.NameOf(path)) == true);

    static JsonObject OptionsOf(Stage stage) => JsonSerializer.SerializeToNode(stage, stage.GetType(), RecordJson.Options)!.AsObject();

    /// <summary>Options that a stage did not have yet when it ran had their defaults: an older workspace does not run everything again for them.</summary>
    JsonObject Completed(JsonObject options, Type stage)
    {
        try
        {
            return options.Deserialize(stage, RecordJson.Options) is Stage read ? OptionsOf(read.Resolved(context.Workspace)) : options;
        }
        catch (Exception fault) when (fault is JsonException or InputException)
        {
            return options; // of a stage that has changed more than that, or that began with what is no longer to be had
        }
    }

    /// <summary>
    /// What a recipe leaves open, as it was chosen when the stage ran. Of workspaces of 0.1.0, which kept no list of their files: a default that has changed
    /// since is no reason to train everything again.
    /// </summary>
    static JsonObject Filled(JsonObject said, JsonObject then)
    {
        var filled = new JsonObject();
        foreach (var (key, value) in said)
            filled[key] = value is JsonObject inner && then[key] is JsonObject former ? Filled(inner, former) : (value ?? then[key])?.DeepClone();
        return filled;
    }

    static SortedDictionary<string, string> Hashes(IEnumerable<string> paths, ContentHash hash)
    {
        var hashes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (string path in paths) hashes[hash.NameOf(path)] = hash.Of(path);
        return hashes;
    }

    IEnumerable<string> FilesInPlace(StagedOutputs staged) =>
        from output in staged.Outputs
        let name = context.Workspace.NameOf(output)
        from file in File.Exists(output) ? [name] : FolderFiles.Of(output).Where(ContentHash.Counts).Select(inner => $"{name}/{inner}")
        select file;

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
}
