namespace Attar.Models.Jinja;

/// <summary>What stands behind <c>|</c>.</summary>
static class Filters
{
    public static readonly string[] Known =
    [
        "trim", "default", "d", "first", "last", "length", "count", "join", "map", "select", "reject", "selectattr", "rejectattr", "list", "string", "int", "upper", "lower", "capitalize", "replace",
        "reverse", "items", "tojson", "safe",
    ];

    public static object? Apply(string filter, object? value, Arguments arguments, Scope scope)
    {
        return filter switch
        {
            "trim" => Text().Trim(),
            "default" or "d" => Values.IsDefined(value) && (Values.IsTrue(value) || !Values.IsTrue(arguments.Get(1, "boolean", scope))) ? value : arguments.Get(0, "default_value", scope, ""),
            "first" => Values.Items(value) is [var first, ..] ? first : Values.Undefined,
            "last" => Values.Items(value) is [.., var last] ? last : Values.Undefined,
            "length" or "count" => (long)(value is IDictionary<string, object?> map ? map.Count : Values.Items(value).Count),
            "join" => string.Join(Values.Text(arguments.Get(0, "d", scope, "")), Values.Items(value).Select(Values.Text)),
            "map" => Values.Items(value).Select(item => Mapped(item, arguments, scope)).ToList(),
            "select" or "reject" => Values.Items(value).Where(item => Chosen(item, 0, arguments, scope) == (filter == "select")).ToList(),
            "selectattr" or "rejectattr" => Values.Items(value).Where(item => Chosen(Values.Member(item, arguments.Get(0, "attribute", scope)), 1, arguments, scope) == (filter == "selectattr")).ToList(),
            "list" => Values.Items(value).ToList(),
            "string" => Values.Text(value),
            "int" => value is string text ? long.TryParse(text.Trim(), out long number) ? number : arguments.Get(0, "default", scope, 0L) : (long)(Values.Number(value) ?? 0),
            "upper" => Text().ToUpperInvariant(),
            "lower" => Text().ToLowerInvariant(),
            "capitalize" => Text() is { Length: > 0 } whole ? char.ToUpperInvariant(whole[0]) + whole[1..].ToLowerInvariant() : "",
            "replace" => Functions.Replaced(Text(), Values.Text(arguments.Get(0, "old", scope)), Values.Text(arguments.Get(1, "new", scope))),
            "reverse" => value is string ? Values.Slice(value, null, null, -1) : Values.Items(value).Reverse().ToList(),
            "items" => Functions.CallOf(value, "items", []),
            "tojson" => arguments is { Plain.Count: 0, Named.Count: 0 } ? Values.Json(value) : throw new JinjaException("tojson has arguments, which are not supported"),
            "safe" => value,
            _ => throw new JinjaException($"the filter '{filter}' is not supported"),
        };

        string Text() => Values.Text(value);
    }

    /// <summary><c>map(attribute='content')</c>, or <c>map('trim')</c>.</summary>
    static object? Mapped(object? item, Arguments arguments, Scope scope)
    {
        if (arguments.Get(int.MaxValue, "attribute", scope) is string attribute)
        {
            object? found = item;
            foreach (string part in attribute.Split('.')) found = Values.Member(found, part);
            return Values.IsDefined(found) ? found : arguments.Get(int.MaxValue, "default", scope, Values.Undefined);
        }
        if (arguments.Get(0, "", scope) is string filter && Known.Contains(filter)) return Apply(filter, item, arguments with { Plain = [.. arguments.Plain.Skip(1)] }, scope);
        throw new JinjaException("map: expected attribute='NAME' or the name of a filter that is known here");
    }

    static bool Chosen(object? value, int place, Arguments arguments, Scope scope) => arguments.Get(place, "", scope) switch
    {
        null => Values.IsTrue(value),
        "==" => Values.Same(value, arguments.Get(place + 1, "", scope)),
        string test => Tests.Holds(test, value, [.. arguments.Plain.Skip(place + 1).Select(argument => argument.Value(scope))]),
        var other => throw new JinjaException($"select: expected the name of a test, found {Values.Name(other)}"),
    };
}
