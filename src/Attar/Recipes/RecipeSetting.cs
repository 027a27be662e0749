using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Workspaces;

namespace Attar.Recipes;

/// <summary>One <c>--set</c>: a variable of the recipe, or an option of one stage.</summary>
/// <param name="Stage">The stage's title, or null for a variable.</param>
/// <param name="Key">The variable or the option; one within another is written with a dot.</param>
sealed record RecipeSetting(string? Stage, string Key, string Value)
{
    public static RecipeSetting? Parse(string text, FaultList faults)
    {
        int equals = text.IndexOf('=');
        string[] path = equals < 0 ? [] : text[..equals].Split('.');
        switch (path)
        {
            case ["stages", var stage, .. var option] when option.Length > 0: return new(stage, string.Join('.', option), text[(equals + 1)..]);
            case [var variable] when variable.Length > 0: return new(null, variable, text[(equals + 1)..]);
        }
        faults.Add($"--set {text}", "expected variable=value or stages.TITLE.option=value");
        return null;
    }

    /// <summary>In the kind of the value it replaces: a text stays a text even if it looks like a number.</summary>
    public JsonNode As(JsonNode? replaced) =>
        replaced is null || replaced.GetValueKind() == JsonValueKind.String ? Value : AsJson() ?? Value;

    /// <summary>Puts the value into the options of a stage.</summary>
    public void ApplyTo(JsonObject options, Type type)
    {
        string[] path = Key.Split('.');
        foreach (string step in path[..^1])
        {
            type = RecordJson.TypeOf(type, step);
            if (options[step] is not JsonObject inner) options[step] = inner = [];
            options = inner;
        }
        options[path[^1]] = RecordJson.TypeOf(type, path[^1]) == typeof(string) ? Value : AsJson();
    }

    JsonNode? AsJson()
    {
        try
        {
            return JsonTexts.Node(Value);
        }
        catch (JsonException)
        {
            return Value;
        }
    }

    public override string ToString() => Stage is null ? $"{Key}={Value}" : $"stages.{Stage}.{Key}={Value}";
}
