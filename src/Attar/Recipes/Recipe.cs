using Attar.Workspaces;

namespace Attar.Recipes;

/// <summary>A whole pipeline: its stages in order and the numbers expected of it.</summary>
/// <param name="Variables">Values for <c>${name}</c> as they were when the recipe was read.</param>
/// <param name="Seed">Every random choice of every stage follows from it.</param>
/// <param name="Threads">Null: as many as the machine has processors.</param>
public sealed record Recipe(
    string Name,
    string Description,
    IReadOnlyDictionary<string, string> Variables,
    ulong Seed,
    int? Threads,
    IReadOnlyList<Stage> Stages,
    IReadOnlyList<Expected> Expected)
{
    /// <summary>A recipe of one stage, as the stage commands run it.</summary>
    public static Recipe Of(Stage stage, ulong seed) =>
        new(stage.Title, "", new Dictionary<string, string>(), seed, null, [stage], []);
}
