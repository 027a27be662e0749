using System.Reflection;
using Attar.Server.Settings;

namespace Attar.Server.Tests;

public sealed class SettingsTests : IDisposable
{
    readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    static ServerOptions Read(string? file, Dictionary<string, string>? environment = null, Dictionary<string, string>? flags = null) =>
        ServerSettings.Read(file, name => environment?.GetValueOrDefault(name), name => flags?.GetValueOrDefault(name));

    [Fact]
    public void A_flag_beats_the_environment_and_that_the_file()
    {
        File.WriteAllText(file, """{ "port": 1, "max-body": 10, /* why */ "host": "::1", }""");
        ServerOptions options = Read(file, new() { ["ATTAR_PORT"] = "2", ["ATTAR_MAX_BODY"] = "20" }, new() { ["port"] = "3" });
        Assert.Equal(new ServerOptions(Port: 3, MaxBody: 20, Host: "::1"), options);
        Assert.Equal(new ServerOptions(), Read(null));
    }

    [Fact]
    public void What_is_printed_can_be_read_and_explains_every_setting()
    {
        ServerOptions options = new(Port: 81, Host: "0.0.0.0", Shadow: "next \"one\"", WatchSeconds: 1.5, LogFormat: "json");
        File.WriteAllText(file, ServerSettings.Print(options));
        Assert.Equal(options, Read(file));
        Assert.Equal(ServerSettings.All.Count, File.ReadLines(file).Count(line => line.TrimStart().StartsWith("//")));
    }

    [Fact]
    public void Every_option_can_be_set()
    {
        string[] options = [.. typeof(ServerOptions).GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => property.Name)];
        Assert.Equal(options, ServerSettings.All.Select(setting => string.Concat(setting.Name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]))));
    }

    [Fact]
    public void All_faults_are_told_with_where_they_are()
    {
        File.WriteAllText(file, """{ "port": "many", "colour": "red", "model": [] }""");
        InputException error = Assert.Throws<InputException>(() => Read(file, new() { ["ATTAR_SHADOW_SHARE"] = "2" }, new() { ["log-level"] = "loud" }));
        Assert.Equal(
            [
                $"{file}: unknown setting 'colour'; attar serve --print-config shows those there are",
                $"{file}: model: expected a text or a number",
                $"{file}: port: found 'many'; expected a whole number from 0",
                "ATTAR_SHADOW_SHARE: found '2'; expected a number from 0 to 1",
                "--log-level: found 'loud'; expected one of trace, debug, information, warning, error, none",
            ],
            error.Faults.Select(fault => fault.ToString()));
    }

    [Theory]
    [InlineData("body-seconds", "2147483647")]
    [InlineData("stop-seconds", "2147483647")]
    [InlineData("max-waiting", "2147483647")]
    [InlineData("score-cache", "2147483647")]
    [InlineData("watch-seconds", "1000000000000")]
    [InlineData("deadline-ms", "1000000000000")]
    public void What_no_clock_or_counter_can_hold_is_refused(string name, string value)
    {
        InputException error = Assert.Throws<InputException>(() => Read(null, flags: new() { [name] = value }));
        Assert.StartsWith($"found '{value}'; expected a ", error.Faults[0].Message);
    }

    [Theory]
    [InlineData("""["{query} {product}", "m={product}: {query}"]""", "{query} {product}", "{product}: {query}")]
    [InlineData("[{query}] {product}", "[{query}] {product}")]
    [InlineData("""["{query} {product}", null]""", """["{query} {product}", null]""")] // no list of texts, so a template as it stands
    public void Pair_templates_are_one_or_a_list(string typed, params string[] read) => Assert.Equal(read, PairTemplates.Parse(typed)!.Select(template => template.Text));

    [Theory]
    [InlineData("{\n\"port\": }")]
    [InlineData("[]")]
    public void A_file_that_is_no_object_is_told(string text)
    {
        File.WriteAllText(file, text);
        Assert.StartsWith(file, Assert.Throws<InputException>(() => Read(file)).Faults[0].Where);
        Assert.Contains("cannot be read", Assert.Throws<InputException>(() => Read(file + ".absent")).Message);
    }
}
