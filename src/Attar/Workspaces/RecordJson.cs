using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Attar.Workspaces;

/// <summary>How records become JSON in recipes and in <c>workspace.json</c>: camelCase keys, kebab-case choices, unknown keys refused.</summary>
static class RecordJson
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
        AllowDuplicateProperties = false,
        NumberHandling = JsonNumberHandling.Strict,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { OptionsOnly, NoNullItems } },
    };

    /// <summary>Computed properties such as <see cref="Stage.Title"/> are not options.</summary>
    static void OptionsOnly(JsonTypeInfo info)
    {
        for (int i = info.Properties.Count - 1; i >= 0; i--)
            if (info.Properties[i] is { Set: null, AssociatedParameter: null })
                info.Properties.RemoveAt(i);
    }

    /// <summary>Nulls in lists and dictionaries of texts and records are refused: RespectNullableAnnotations heeds properties alone.</summary>
    internal static void NoNullItems(JsonTypeInfo info)
    {
        if (info.Kind is JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary && info.ElementType is { IsValueType: false } item && !item.IsAssignableTo(typeof(JsonNode)))
            info.OnDeserialized = items =>
            {
                if (((items as IDictionary)?.Values ?? (IEnumerable)items).Cast<object?>().Contains(null)) throw new JsonException("null among the items");
            };
    }

    /// <summary>Reads an object into a record and tells every fault with its JSON path; null when there was one.</summary>
    public static object? Read(JsonObject node, Type type, string file, FaultList faults) =>
        IsSound(node, type, file, faults) ? node.Deserialize(type, Options) : null;

    /// <summary>The type of a record's option; <see cref="object"/> when it has none of that name.</summary>
    public static Type TypeOf(Type record, string option) =>
        Options.GetTypeInfo(record).Properties.FirstOrDefault(property => property.Name == option)?.PropertyType ?? typeof(object);

    static bool IsSound(JsonObject node, Type type, string file, FaultList faults)
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
            bool given = node.TryGetPropertyValue(property.Name, out JsonNode? value);
            if (value is JsonObject inner && Options.GetTypeInfo(property.PropertyType) is { Kind: JsonTypeInfoKind.Object, PolymorphismOptions: null })
            {
                sound &= IsSound(inner, property.PropertyType, file, faults); // told where it is, not as a whole
                continue;
            }
            if (given ? Fits(value, property) : !property.IsRequired) continue;
            faults.Add(file, $"{node.GetPath()}.{property.Name}: {(given ? $"found {value?.ToJsonString() ?? "null"}" : "missing")}; expected {Describe(property.PropertyType)}");
            sound = false;
        }
        return sound;
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
