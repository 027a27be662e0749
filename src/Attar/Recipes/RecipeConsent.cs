using Attar.Augmentation;
using Attar.Labeling;
using Attar.Workspaces;

namespace Attar.Recipes;

/// <summary>A recipe is code: it may have come from elsewhere, and it may send what the shop has to servers it names. Whoever runs it is told before anything is asked.</summary>
public static class RecipeConsent
{
    /// <summary>What the stages would send and where; empty where they ask nobody.</summary>
    /// <param name="environment">A variable of the environment, or null.</param>
    public static IReadOnlyList<string> Sent(Recipe recipe, Func<string, string?> environment) => [.. recipe.Stages.SelectMany(stage => stage.Before.Append(stage)).Select(stage => Sent(stage, environment)).OfType<string>()];

    static string? Sent(Stage stage, Func<string, string?> environment) => stage switch
    {
        LabelStage { Teacher: { } teacher } => Line(stage, "queries, products and judgments", teacher.Url, Key(teacher.KeyVariable, environment), teacher.Chat?.Guideline),
        GenerateStage { Writer: { } writer } => Line(stage, "products and queries", writer.Url, Key(writer.KeyVariable, environment), null),
        _ => null,
    };

    static string Line(Stage stage, string what, string url, string key, string? file) =>
        $"{stage.Title}: sends {what} to {Shown(url)}{key}{(file is null ? "" : $", and the text of the file {Shown(file)}")}";

    /// <summary>Says too where there is no key: the stage that needs it may come late.</summary>
    static string Key(string? variable, Func<string, string?> environment) => variable is null ? ""
        : $", with what the environment variable {Shown(variable)} holds as the key{(string.IsNullOrWhiteSpace(environment(variable)) ? " (it is not set)" : "")}";

    static string Shown(string text) => new([.. text.Take(300).Select(c => char.IsControl(c) ? '?' : c)]);
}
