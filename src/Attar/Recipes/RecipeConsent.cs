using Attar.Augmentation;
using Attar.Labeling;
using Attar.Workspaces;

namespace Attar.Recipes;

/// <summary>A recipe is code: it may have come from elsewhere, and it may send what the shop has to servers it names. Whoever runs it is told before anything is asked.</summary>
public static class RecipeConsent
{
    /// <summary>What the stages would send and where; empty where they ask nobody.</summary>
    public static IReadOnlyList<string> Sent(Recipe recipe) => [.. recipe.Stages.SelectMany(stage => stage.Before.Append(stage)).Select(Sent).OfType<string>()];

    static string? Sent(Stage stage) => stage switch
    {
        LabelStage { Teacher: { } teacher } => Line(stage, "queries, products and judgments", teacher.Url, teacher.KeyVariable, teacher.Chat?.Guideline),
        GenerateStage { Writer: { } writer } => Line(stage, "products and queries", writer.Url, writer.KeyVariable, null),
        _ => null,
    };

    static string Line(Stage stage, string what, string url, string? keyVariable, string? file) =>
        $"{stage.Title}: sends {what} to {Shown(url)}{(keyVariable is null ? "" : $", with what the environment variable {Shown(keyVariable)} holds as the key")}{(file is null ? "" : $", and the text of the file {Shown(file)}")}";

    static string Shown(string text) => new([.. text.Take(300).Select(c => char.IsControl(c) ? '?' : c)]);
}
