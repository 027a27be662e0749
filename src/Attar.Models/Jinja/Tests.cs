namespace Attar.Models.Jinja;

/// <summary>What stands behind <c>is</c>.</summary>
static class Tests
{
    public static readonly string[] Known =
        ["defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "true", "false", "mapping", "iterable", "sequence", "equalto", "eq", "ne", "in", "odd", "even"];

    public static bool Holds(string test, object? value, object?[] arguments) => test switch
    {
        "defined" => Values.IsDefined(value),
        "undefined" => !Values.IsDefined(value),
        "none" => value is null,
        "string" => value is string,
        "number" => value is long or double or bool,
        "integer" => value is long,
        "float" => value is double,
        "boolean" => value is bool,
        "true" => value is true,
        "false" => value is false,
        "mapping" => value is IDictionary<string, object?>,
        "iterable" or "sequence" => value is string or IReadOnlyList<object?> or IDictionary<string, object?>,
        "equalto" or "eq" => Values.Same(value, arguments.One(test)),
        "ne" => !Values.Same(value, arguments.One(test)),
        "in" => Values.Contains(arguments.One(test), value),
        "odd" => value is long number ? number % 2 != 0 : throw Whole(),
        "even" => value is long number ? number % 2 == 0 : throw Whole(),
        _ => throw new JinjaException($"the test '{test}' is not supported"),
    };

    static JinjaException Whole() => new("odd and even are asked of what is no whole number");

    static object? One(this object?[] arguments, string test) => arguments.Length == 1 ? arguments[0] : throw new JinjaException($"the test '{test}' has {arguments.Length} arguments; expected one");
}
