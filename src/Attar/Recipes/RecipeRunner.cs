using Attar.Workspaces;

namespace Attar.Recipes;

/// <summary>Runs the stages of a recipe that are not up to date.</summary>
public static class RecipeRunner
{
    /// <summary>
    /// A stage is skipped while its options, seed and inputs are what they were and its outputs are as it left them.
    /// A stage that was stopped goes on from what it wrote, provided it would do the same work; otherwise its outputs are removed first.
    /// </summary>
    /// <param name="adopt">Outputs that the workspace does not remember count as their stage's; a damaged record is set aside.</param>
    /// <returns>Titles of the stages that ran.</returns>
    /// <exception cref="InputException"/>
    /// <exception cref="StageFailedException"/>
    /// <exception cref="OperationCanceledException"/>
    public static IReadOnlyList<string> Run(Recipe recipe, StageContext context, bool adopt = false)
    {
        RefuseFaults(recipe.Stages);
        Stage[] stages = [.. recipe.Stages.SelectMany(stage => stage.Before.Append(stage))];
        RefuseFaults(stages);
        RefuseSharedOutputs(recipe.Name, stages, context.Workspace);
        if (!context.Writes) return RankedStages.Follow(stages, context);
        using var held = new WorkspaceLock(context.Workspace);
        var runner = new StageRunner(context, adopt);
        var ran = new List<string>();
        foreach (Stage stage in stages)
            if (runner.Run(stage)) ran.Add(stage.Title);
        if (ran.Count == 0) context.Progress.Note("everything is up to date");
        return ran;
    }

    static void RefuseFaults(IEnumerable<Stage> stages)
    {
        if (stages.SelectMany(stage => stage.Faults()).ToArray() is { Length: > 0 } faults) throw new InputException(faults, faults.Length);
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
                    if (title != stage.Title && (path == other || OwnedPath.IsInside(path, other) || OwnedPath.IsInside(other, path)))
                        faults.Add(recipe, $"the stages '{title}' and '{stage.Title}' both write {path}");
                owners.Add((path, stage.Title));
                if (inputs.Any(input => input == path || OwnedPath.IsInside(input, path)))
                    faults.Add(recipe, $"the stage '{stage.Title}' reads {path} and writes it too; give what it writes another name");
            }
        }
        faults.ThrowIfAny();
    }
}
