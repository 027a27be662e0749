using System.Globalization;
using System.Text.Json;

namespace Attar.Server.Settings;

/// <summary>One setting of the server, the same in file, environment and flags.</summary>
/// <param name="Name">In kebab case: <c>--max-body</c> as a flag, <c>ATTAR_MAX_BODY</c> in the environment, <c>"max-body"</c> in the file.</param>
/// <param name="Help">One line.</param>
/// <param name="Kind">The placeholder in help.</param>
/// <param name="Expected">What a value is, for the message about one that is not.</param>
/// <param name="Json">The value as the file has it.</param>
/// <param name="With">The options with another value; null where the text is no such value.</param>
public sealed record Setting(string Name, string Help, string Kind, string Expected, Func<ServerOptions, string> Json, Func<ServerOptions, string, ServerOptions?> With)
{
    public string Variable => "ATTAR_" + Name.ToUpperInvariant().Replace('-', '_');

    public static Setting Whole(string name, string help, Func<ServerOptions, int> get, Func<ServerOptions, int, ServerOptions> with, int from = 0, int most = int.MaxValue) => new(
        name, help, "number", most == int.MaxValue ? $"a whole number from {from}" : $"a whole number from {from} to {most}", options => get(options).ToString(CultureInfo.InvariantCulture),
        (options, text) => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= from && value <= most ? with(options, value) : null);

    public static Setting Number(string name, string help, Func<ServerOptions, double> get, Func<ServerOptions, double, ServerOptions> with, double most = double.MaxValue) => new(
        name, help, "number", most == double.MaxValue ? "a number from 0" : $"a number from 0 to {most}", options => get(options).ToString("R", CultureInfo.InvariantCulture),
        (options, text) => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value >= 0 && value <= most ? with(options, value) : null);

    public static Setting Text(string name, string kind, string help, Func<ServerOptions, string> get, Func<ServerOptions, string, ServerOptions?> with, string expected = "a text") => new(
        name, help, kind, expected, options => Quoted(get(options)), with);

    public static Setting Choice(string name, string help, Func<ServerOptions, string> get, Func<ServerOptions, string, ServerOptions> with, params string[] choices) => new(
        name, help, string.Join('|', choices), "one of " + string.Join(", ", choices), options => Quoted(get(options)),
        (options, text) => choices.Contains(text) ? with(options, text) : null);

    static string Quoted(string text) => '"' + JsonEncodedText.Encode(text).ToString() + '"';
}
