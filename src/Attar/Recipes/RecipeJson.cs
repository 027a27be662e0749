using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Attar.Recipes;

/// <summary>How records become JSON in recipes and in <c>workspace.json</c>: camelCase keys, kebab-case choices, unknown keys refused.</summary>
static class RecipeJson
{
    public static readonly JsonDocumentOptions Reading = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
    };

    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { OptionsOnly } },
    };

    /// <summary>Computed properties such as <see cref="Stage.Title"/> are not options.</summary>
    static void OptionsOnly(JsonTypeInfo info)
    {
        for (int i = info.Properties.Count - 1; i >= 0; i--)
            if (info.Properties[i] is { Set: null, AssociatedParameter: null })
                info.Properties.RemoveAt(i);
    }

    /// <summary>Reads an object into a record and tells every fault with its JSON path; null when there was one.</summary>
    public static object? Read(JsonObject node, Type type, string file, FaultList faults)
    {
        IList<JsonPropertyInfo> known = Options.GetTypeInfo(type).Properties;
        bool sound = true;
        foreach (string key in node.Select(pair => pair.Key).Where(key => known.All(property => property.Name != key)))
        {
            faults.Add(file, $"{node.GetPath()}.{key}: unknown key; known: {string.Join(", ", known.Select(property => property.Name))}");
            sound = false;
        }
        foreach (JsonPropertyInfo property in known)
        {
            if (node.ContainsKey(property.Name) ? Fits(node[property.Name], property) : !property.IsRequired) continue;
            string found = node.ContainsKey(property.Name) ? $"found {node[property.Name]?.ToJsonString() ?? "null"}" : "missing";
            faults.Add(file, $"{node.GetPath()}.{property.Name}: {found}; expected {Describe(property.PropertyType)}");
            sound = false;
        }
        return sound ? node.Deserialize(type, Options) : null;
    }

    static bool Fits(JsonNode? value, JsonPropertyInfo property)
    {
        if (value is null) return property.IsSetNullable;
        try
        {
            value.Deserialize(property.PropertyType, Options);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static string Describe(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return "a text";
        if (type == typeof(bool)) return "true or false";
        if (type == typeof(ulong)) return "a whole number from 0";
        if (type == typeof(int) || type == typeof(long)) return "a whole number";
        if (type == typeof(double) || type == typeof(float)) return "a number";
        if (type.IsEnum) return "one of " + string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.KebabCaseLower.ConvertName));
        if (type.IsArray) return "a list, each entry " + Describe(type.GetElementType()!);
        return "an object";
    }
}
