namespace Attar.Models.Jinja;

/// <summary>Functions of templates, and methods of their values.</summary>
static class Functions
{
    const long MostItems = 100_000; // of a range, as in Jinja's sandbox

    public static readonly string[] Known = ["namespace", "range", "dict", "raise_exception"];

    public static readonly string[] KnownMethods = ["strip", "lstrip", "rstrip", "startswith", "endswith", "split", "upper", "lower", "title", "replace", "items", "keys", "values", "get"];

    public static object? Call(string name, Arguments arguments, Scope scope) => name switch
    {
        "namespace" => Filled(new Space(), arguments, scope),
        "dict" => Filled([], arguments, scope),
        "range" => Range(arguments.Values(scope)),
        "raise_exception" => throw new JinjaException($"it refuses these messages: {Values.Text(arguments.Get(0, "message", scope, ""))}"),
        _ => throw new JinjaException($"the function '{name}' is not supported"),
    };

    static Dictionary<string, object?> Filled(Dictionary<string, object?> map, Arguments arguments, Scope scope)
    {
        foreach ((string key, Expression value) in arguments.Named) map[key] = value.Value(scope);
        return map;
    }

    static List<object?> Range(object?[] arguments)
    {
        if (arguments.Length is < 1 or > 3 || arguments.Any(argument => argument is not long)) throw new JinjaException("range: expected one to three whole numbers");
        long from = arguments.Length > 1 ? (long)arguments[0]! : 0, to = (long)arguments[arguments.Length > 1 ? 1 : 0]!, step = arguments.Length > 2 ? (long)arguments[2]! : 1;
        if (step == 0 || Math.Abs((to - from) / step) > MostItems) throw new JinjaException($"range: expected steps other than 0 and at most {MostItems:n0} items");
        List<object?> items = [];
        for (long i = from; step > 0 ? i < to : i > to; i += step) items.Add(i);
        return items;
    }

    public static object? CallOf(object? owner, string method, object?[] arguments) => (owner, method, arguments) switch
    {
        (string text, "strip", []) => text.Trim(),
        (string text, "strip", [string letters]) => text.Trim(letters.ToCharArray()),
        (string text, "lstrip", []) => text.TrimStart(),
        (string text, "lstrip", [string letters]) => text.TrimStart(letters.ToCharArray()),
        (string text, "rstrip", []) => text.TrimEnd(),
        (string text, "rstrip", [string letters]) => text.TrimEnd(letters.ToCharArray()),
        (string text, "startswith", [string part]) => text.StartsWith(part, StringComparison.Ordinal),
        (string text, "endswith", [string part]) => text.EndsWith(part, StringComparison.Ordinal),
        (string text, "split", []) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToList<object?>(),
        (string text, "split", [string { Length: > 0 } by]) => text.Split(by).ToList<object?>(),
        (string text, "split", [string { Length: > 0 } by, long most]) => text.Split(by, (int)Math.Clamp(most < 0 ? int.MaxValue : most + 1, 1, int.MaxValue)).ToList<object?>(),
        (string text, "upper", []) => text.ToUpperInvariant(),
        (string text, "lower", []) => text.ToLowerInvariant(),
        (string text, "title", []) => System.Globalization.CultureInfo.InvariantCulture.TextInfo.ToTitleCase(text.ToLowerInvariant()),
        (string text, "replace", [string old, string by]) => Replaced(text, old, by),
        (IDictionary<string, object?> map, "items", []) => map.Select(entry => (object?)new List<object?> { entry.Key, entry.Value }).ToList(),
        (IDictionary<string, object?> map, "keys", []) => map.Keys.ToList<object?>(),
        (IDictionary<string, object?> map, "values", []) => map.Values.ToList(),
        (IDictionary<string, object?> map, "get", [string key]) => map.TryGetValue(key, out object? value) ? value : null,
        (IDictionary<string, object?> map, "get", [string key, var otherwise]) => map.TryGetValue(key, out object? value) ? value : otherwise,
        _ => throw new JinjaException($"the method '{method}' of {Values.Name(owner)} with {arguments.Length} arguments is not supported"),
    };

    public static string Replaced(string text, string old, string by) => old.Length > 0 ? text.Replace(old, by) : throw new JinjaException("replace: expected a text to be replaced, found an empty one");
}
