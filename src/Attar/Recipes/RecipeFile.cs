using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Attar.Workspaces;

namespace Attar.Recipes;

/// <summary>
/// Reads a recipe: JSON with comments, <c>${name}</c> replaced by the recipe's variables, and <c>--set</c> applied.
/// Whatever is wrong is told at once, one line per fault, each with the file and the JSON path.
/// </summary>
public static partial class RecipeFile
{
    /// <param name="settings"><c>variable=value</c> or <c>stages.TITLE.option=value</c>.</param>
    /// <exception cref="InputException"/>
    public static Recipe Read(string path, IReadOnlyList<string> settings)
    {
        if (!File.Exists(path)) throw new InputException(path, "no such recipe; give the path of a JSON file such as recipes/quickstart.json");
        return Parse(path, File.ReadAllText(path), settings, StageTypes.All);
    }

    /// <param name="file">The name that faults are told with.</param>
    /// <param name="stageTypes">Record type by the value of the <c>"stage"</c> key.</param>
    /// <exception cref="InputException"/>
    public static Recipe Parse(string file, string json, IReadOnlyList<string> settings, IReadOnlyDictionary<string, Type> stageTypes)
    {
        var faults = new FaultList();
        JsonObject root = ParseJson(file, json);
        var header = (Header?)RecordJson.Read(root, typeof(Header), file, faults);
        faults.ThrowIfAny();

        var set = settings.Select(setting => RecipeSetting.Parse(setting, faults)).OfType<RecipeSetting>().ToList();
        Dictionary<string, JsonNode?> variables = header!.Variables ?? [];
        foreach (RecipeSetting setting in set.Where(setting => setting.Stage is null))
            if (variables.TryGetValue(setting.Key, out JsonNode? value)) variables[setting.Key] = setting.As(value);
            else faults.Add($"--set {setting}", $"the recipe has no variable '{setting.Key}'; it has: {Listed(variables.Keys)} (a stage's option is set by stages.TITLE.option=value)");
        foreach (string missing in variables.Where(variable => variable.Value is null).Select(variable => variable.Key))
            faults.Add(file, $"$.variables.{missing}: has no value; give one with --set {missing}=VALUE");
        faults.ThrowIfAny();

        var entries = (JsonArray)Substitute(root["stages"], variables, file, faults)!;
        faults.ThrowIfAny();
        root["stages"] = entries; // faults are told by path, so the entries stay where the file has them
        var stages = new List<Stage>();
        var titles = new HashSet<string>();
        for (int i = 0; i < entries.Count; i++)
        {
            if (ReadStage(entries[i], $"$.stages[{i}]", stageTypes, set, file, faults) is not { } stage) continue;
            if (!titles.Add(stage.Title)) faults.Add(file, $"$.stages[{i}]: a second stage with the title '{stage.Title}'; titles must differ");
            stages.Add(stage);
        }
        faults.ThrowIfAny();
        foreach (RecipeSetting setting in set.Where(setting => setting.Stage is { } title && !titles.Contains(title)))
            faults.Add($"--set {setting}", $"the recipe has no stage '{setting.Stage}'; it has: {Listed(titles)}");
        faults.ThrowIfAny();
        return new Recipe(header.Name, header.Description, variables.ToDictionary(pair => pair.Key, pair => pair.Value!.ToString()),
            header.Seed, header.Threads, stages, header.Expected ?? []);
    }

    /// <summary>The recipe before variables are filled in.</summary>
    sealed record Header(
        string Name, JsonArray Stages, string Description = "", Dictionary<string, JsonNode?>? Variables = null,
        ulong Seed = 1, int? Threads = null, Expected[]? Expected = null);

    static JsonObject ParseJson(string file, string json)
    {
        try
        {
            JsonTexts.Check(Encoding.UTF8.GetBytes(json), new JsonReaderOptions { CommentHandling = RecordJson.Reading.CommentHandling, AllowTrailingCommas = RecordJson.Reading.AllowTrailingCommas });
            return JsonNode.Parse(json, documentOptions: RecordJson.Reading) as JsonObject
                ?? throw new InputException(file, "expected a JSON object {\"name\": ..., \"stages\": [...]}");
        }
        catch (JsonException e)
        {
            throw new InputException($"{file}:{e.LineNumber + 1}", $"not JSON: {e.Message.Split(" LineNumber")[0].Split(" Path:")[0]}");
        }
    }

    static Stage? ReadStage(JsonNode? node, string path, IReadOnlyDictionary<string, Type> types, List<RecipeSetting> set, string file, FaultList faults)
    {
        if (node is not JsonObject entry || entry["stage"] is not JsonValue name || name.GetValueKind() != JsonValueKind.String)
        {
            faults.Add(file, $"{path}: expected an object with a key \"stage\", one of: {Listed(types.Keys)}");
            return null;
        }
        if (!types.TryGetValue((string)name!, out Type? type))
        {
            faults.Add(file, $"{path}.stage: unknown stage '{name}'; known: {Listed(types.Keys)}");
            return null;
        }
        entry.Remove("stage");
        if (RecordJson.Read(entry, type, file, faults) is not Stage stage) return null;
        // The title follows from the options, so it is known only after a first reading.
        var own = set.Where(setting => setting.Stage == stage.Title).ToList();
        if (own.Count == 0) return stage;
        foreach (RecipeSetting setting in own) setting.ApplyTo(entry, type);
        return (Stage?)RecordJson.Read(entry, type, file, faults);
    }

    /// <summary>A string that is nothing but <c>${name}</c> becomes the variable itself, so numbers stay numbers.</summary>
    static JsonNode? Substitute(JsonNode? node, Dictionary<string, JsonNode?> variables, string file, FaultList faults)
    {
        switch (node)
        {
            case JsonObject members:
                return new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, Substitute(member.Value, variables, file, faults))));
            case JsonArray items:
                return new JsonArray([.. items.Select(item => Substitute(item, variables, file, faults))]);
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                string text = (string)value!;
                foreach (Match match in Variable().Matches(text))
                    if (!variables.ContainsKey(match.Groups[1].Value))
                        faults.Add(file, $"{value.GetPath()}: unknown variable '{match.Value}'; known: {Listed(variables.Keys)}");
                return Variable().Match(text) is { Success: true } whole && whole.Length == text.Length
                    ? variables.GetValueOrDefault(whole.Groups[1].Value)?.DeepClone()
                    : Variable().Replace(text, match => variables.GetValueOrDefault(match.Groups[1].Value)?.ToString() ?? "");
            default:
                return node?.DeepClone();
        }
    }

    static string Listed(IEnumerable<string> names) => string.Join(", ", names.DefaultIfEmpty("none"));

    [GeneratedRegex(@"\$\{([^}]*)\}")]
    private static partial Regex Variable();
}
