using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Attar.Models.Jinja;

/// <summary>Python's ways with values, as far as templates need them: null, bool, long, double, string, lists, dictionaries, and what is not defined.</summary>
static class Values
{
    public static readonly object Undefined = new();

    static readonly JsonSerializerOptions json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static bool IsDefined(object? value) => !ReferenceEquals(value, Undefined);

    public static bool IsTrue(object? value) => value switch
    {
        null => false,
        bool truth => truth,
        long number => number != 0,
        double number => number != 0,
        string text => text.Length > 0,
        IReadOnlyList<object?> list => list.Count > 0,
        IDictionary<string, object?> map => map.Count > 0,
        _ => IsDefined(value),
    };

    /// <summary>As <c>{{ value }}</c> writes it.</summary>
    public static string Text(object? value) => value switch
    {
        null => "None",
        string text => text,
        bool truth => truth ? "True" : "False",
        long number => number.ToString(CultureInfo.InvariantCulture),
        double number when number == Math.Floor(number) && Math.Abs(number) < 1e16 => number.ToString("F1", CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        _ when !IsDefined(value) => "",
        _ => throw new JinjaException($"{Name(value)} is written as text, which is not supported; use tojson or join"),
    };

    public static string Name(object? value) => value switch
    {
        null => "none",
        string => "a text",
        bool => "true or false",
        long or double => "a number",
        IReadOnlyList<object?> => "a list",
        IDictionary<string, object?> => "a mapping",
        _ => IsDefined(value) ? "a function" : "what is not defined",
    };

    public static bool Same(object? one, object? other) => (Number(one), Number(other)) is ({ } first, { } second) ? first == second
        : (one, other) switch
        {
            (string a, string b) => a == b,
            (IReadOnlyList<object?> a, IReadOnlyList<object?> b) => a.Count == b.Count && a.Zip(b).All(pair => Same(pair.First, pair.Second)),
            (IDictionary<string, object?> a, IDictionary<string, object?> b) => a.Count == b.Count && a.All(entry => b.TryGetValue(entry.Key, out object? value) && Same(entry.Value, value)),
            _ => ReferenceEquals(one, other),
        };

    /// <summary>Python's bool is a number too.</summary>
    public static double? Number(object? value) => value switch { long number => number, double number => number, bool truth => truth ? 1 : 0, _ => null };

    public static int Compare(object? one, object? other) => (Number(one), Number(other)) is ({ } a, { } b) ? a.CompareTo(b)
        : (one, other) is (string x, string y) ? Math.Sign(string.CompareOrdinal(x, y))
        : throw new JinjaException($"{Name(one)} and {Name(other)} are compared, which have no order");

    public static bool Contains(object? container, object? item) => container switch
    {
        string text when item is string part => text.Contains(part, StringComparison.Ordinal),
        IReadOnlyList<object?> list => list.Any(value => Same(value, item)),
        IDictionary<string, object?> map when item is string key => map.ContainsKey(key),
        IDictionary<string, object?> => false,
        _ => throw new JinjaException($"'in' looks into {Name(container)}; expected a text, a list or a mapping"),
    };

    public static IReadOnlyList<object?> Items(object? value) => value switch
    {
        IReadOnlyList<object?> list => list,
        IDictionary<string, object?> map => [.. map.Keys],
        string text => [.. text.EnumerateRunes().Select(rune => rune.ToString())],
        _ when !IsDefined(value) => [],
        _ => throw new JinjaException($"it goes through {Name(value)}; expected a list"),
    };

    /// <summary><c>value.name</c> and <c>value['name']</c>.</summary>
    public static object? Member(object? value, object? key) => value switch
    {
        _ when !IsDefined(value) => throw new JinjaException($"'{Text(key)}' is asked of something that is not defined"),
        IDictionary<string, object?> map when key is string name => map.TryGetValue(name, out object? found) ? found : Undefined,
        IReadOnlyList<object?> list when key is long place => Place(place, list.Count) is { } at ? list[at] : Undefined,
        string text when key is long place => Items(text) is var letters && Place(place, letters.Count) is { } at ? letters[at] : Undefined,
        _ => Undefined,
    };

    static int? Place(long place, int count) => (place < 0 ? place + count : place) is var at && at >= 0 && at < count ? (int)at : null;

    public static object Slice(object? value, long? from, long? to, long step)
    {
        IReadOnlyList<object?> items = value is string or IReadOnlyList<object?> ? Items(value) : throw new JinjaException($"a part is taken of {Name(value)}; expected a list or a text");
        if (step is not (1 or -1)) throw new JinjaException($"a part in steps of {step} is taken, which is not supported");
        int count = items.Count;
        int Bound(long? bound, int otherwise) => bound is not { } b ? otherwise : (int)Math.Clamp(b < 0 ? b + count : b, step > 0 ? 0 : -1, step > 0 ? count : count - 1);
        List<object?> part = [];
        if (step > 0) for (int i = Bound(from, 0), end = Bound(to, count); i < end; i++) part.Add(items[i]);
        else for (int i = Bound(from, count - 1), end = Bound(to, -1); i > end; i--) part.Add(items[i]);
        return value is string ? string.Concat(part) : part;
    }

    public static string Json(object? value, bool spaced = true)
    {
        JsonNode? Node(object? v) => v switch
        {
            null => null,
            string text => JsonValue.Create(text),
            bool truth => JsonValue.Create(truth),
            long number => JsonValue.Create(number),
            double number => JsonValue.Create(number),
            IReadOnlyList<object?> list => new JsonArray([.. list.Select(Node)]),
            IDictionary<string, object?> map => new JsonObject(map.Select(entry => KeyValuePair.Create(entry.Key, Node(entry.Value)))),
            _ => throw new JinjaException($"tojson is given {Name(v)}"),
        };
        return spaced ? Spaced(Node(value)) : Node(value)?.ToJsonString(json) ?? "null";
    }

    /// <summary>As Python writes JSON: a space behind each comma and colon.</summary>
    static string Spaced(JsonNode? node) => node switch
    {
        JsonArray list => $"[{string.Join(", ", list.Select(Spaced))}]",
        JsonObject map => $"{{{string.Join(", ", map.Select(entry => $"{JsonValue.Create(entry.Key).ToJsonString(json)}: {Spaced(entry.Value)}"))}}}",
        null => "null",
        _ => node.ToJsonString(json),
    };
}
