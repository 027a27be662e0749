using System.Text.Json.Nodes;
using Attar.Models.Jinja;

namespace Attar.Models.Tests.Jinja;

public sealed class JinjaTemplateTests
{
    static readonly Dictionary<string, object?> pair = new() { ["messages"] = new List<object?> { Message("query", "red drill"), Message("document", "Cordless drill") } };

    [Fact]
    public void A_loop_writes_each_message()
    {
        var template = JinjaTemplate.Parse("{% for m in messages %}\n<{{ m.role }}>{{ m['content'] | upper }}\n{% endfor %}\n");
        Assert.Equal("<query>RED DRILL\n<document>CORDLESS DRILL\n", template.Render(pair));
    }

    /// <summary>Fixtures/jinja/generate.py.</summary>
    [Fact]
    public void Templates_give_what_Jinja2_gives()
    {
        JsonArray cases = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Fixtures", "jinja", "cases.json")))!.AsArray();
        Assert.True(cases.Count > 40);
        Assert.All(cases, one => Assert.Equal($"{one!["text"]}", JinjaTemplate.Parse($"{one["template"]}").Render((Dictionary<string, object?>)Value(one["values"])!)));
    }

    [Theory]
    [InlineData("{{ messages | groupby('role') }}", "the filter 'groupby' is not supported")]
    [InlineData("\n\n{{ messages is sameas none }}", "line 3: the test 'sameas' is not supported")]
    [InlineData("{% macro show(m) %}{{ m }}{% endmacro %}", "the block 'macro' is not supported; known are if, for and set")]
    [InlineData("{% include 'other' %}", "the block 'include' is not supported")]
    [InlineData("{{ strftime_now('%Y') }}", "the function 'strftime_now' is not supported")]
    [InlineData("{{ messages[0].content.encode() }}", "the method 'encode' is not supported")]
    [InlineData("{{ messages.__class__.__mro__ }}", "'__mro__' is asked of something that is not defined")]
    [InlineData("{% if messages %}a", "expected elif, else or endif")]
    [InlineData("{{ 'open }}", "a text has no end")]
    [InlineData("{{ (1 + ) }}", "expected a value, found")]
    [InlineData("{% endfor %}", "'endfor' ends nothing here")]
    [InlineData("{{ raise_exception('no documents here') }}", "it refuses these messages: no documents here")]
    [InlineData("{{ messages }}", "a list is written as text")]
    [InlineData("{{ missing.role }}", "'role' is asked of something that is not defined")]
    [InlineData("{{ 'a' + 1 }}", "'+' stands between a text and a number")]
    [InlineData("{{ range(1000000000) }}", "range: expected")]
    [InlineData("{% for a in range(99999) %}{% for b in range(99999) %}{{ b }}{% endfor %}{% endfor %}", "it does not end within")]
    public void What_it_cannot_do_is_named(string template, string expected)
    {
        JinjaException fault = Assert.Throws<JinjaException>(() => JinjaTemplate.Parse(template, "chat_template.jinja").Render(pair));
        Assert.StartsWith("chat_template.jinja: ", fault.Message);
        Assert.Contains(expected, fault.Message);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Fact]
    public void Depth_and_length_are_bounded()
    {
        Assert.Contains("deep", Assert.Throws<JinjaException>(() => JinjaTemplate.Parse("{{ " + new string('(', 500) + " }}")).Message);
        Assert.Contains("words and signs", Assert.Throws<JinjaException>(() => JinjaTemplate.Parse("{{ 1" + string.Concat(Enumerable.Repeat(" + 1", 100_000)) + " }}")).Message);
        string doubling = "{% set ns = namespace(t='ab') %}{% for i in range(60) %}{% set ns.t = ns.t ~ ns.t %}{% endfor %}";
        Assert.Contains("more than", Assert.Throws<JinjaException>(() => JinjaTemplate.Parse(doubling).Render(pair)).Message);
    }

    static Dictionary<string, object?> Message(string role, string content) => new() { ["role"] = role, ["content"] = content };

    static object? Value(JsonNode? node) => node switch
    {
        JsonObject map => map.ToDictionary(entry => entry.Key, entry => Value(entry.Value)),
        JsonArray list => list.Select(Value).ToList(),
        JsonValue value when value.TryGetValue(out bool truth) => truth,
        null => null,
        _ => $"{node}",
    };
}
