using Attar.Workspaces;

namespace Attar.Recipes;

/// <summary>Stages that several ranks run together. The first rank keeps the workspace, decides what has to run and tells the others, which compute with it and write nothing.</summary>
static class RankedStages
{
    /// <summary>On the first rank, before a stage runs or is passed by.</summary>
    public static void Tell(Stage stage, bool runs, StageContext context)
    {
        if (stage.IsRanked) context.Ranks?.Gather([runs ? (byte)1 : (byte)0]);
    }

    /// <summary>On every other rank.</summary>
    /// <returns>Nothing, for the first rank reports.</returns>
    public static IReadOnlyList<string> Follow(IEnumerable<Stage> stages, StageContext context)
    {
        foreach (Stage stage in stages.Where(stage => stage.IsRanked))
            if (context.Ranks!.Gather([])[0][0] == 1)
                stage.Run(ContextOf(stage, new StagedOutputs(stage.Title, stage.Outputs(context.Workspace), context.Workspace, context.Progress), context));
        return [];
    }

    /// <summary>The workspace as the stage is to see it, and the other ranks where it is theirs too.</summary>
    public static StageContext ContextOf(Stage stage, StagedOutputs staged, StageContext context) =>
        context with { Workspace = stage.KeepsOutputs ? context.Workspace : staged.Workspace, Ranks = stage.IsRanked ? context.Ranks : null };
}
