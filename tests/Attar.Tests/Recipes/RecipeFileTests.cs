
using Attar.Recipes;

namespace Attar.Tests.Recipes;

public class RecipeFileTests
{
    static readonly Dictionary<string, Type> Types = new() { ["copy"] = typeof(CopyStage) };

    const string Sound = """
        // a recipe may explain itself
        {
          "name": "small",
          "variables": { "who": "world", "times": 2 },
          "seed": 7,
          "stages": [
            { "stage": "copy", "name": "first", "text": "hello ${who}", "times": "${times}" },
            { "name": "second", "reads": ["first"], "manner": "fails-once", "stage": "copy" }, // order of keys does not matter
          ],
          "expected": [{ "metric": "student.ndcg@5", "value": 0.9, "tolerance": 0.01 }]
        }
        """;

    static Recipe Parse(string json, params string[] settings) => RecipeFile.Parse("small.json", json, settings, Types);

    static string FaultOf(string json, params string[] settings) => Assert.Throws<InputException>(() => Parse(json, settings)).Message;

    static string WithStage(string stage) => $$"""{ "name": "small", "stages": [{{stage}}] }""";

    [Fact]
    public void A_recipe_is_read_with_comments_variables_and_defaults()
    {
        Recipe recipe = Parse(Sound);
        Assert.Equal(("small", 7ul, null), (recipe.Name, recipe.Seed, recipe.Threads));
        Assert.Equal(new CopyStage("first", "hello world", null, 2), recipe.Stages[0]);
        var second = (CopyStage)recipe.Stages[1];
        Assert.Equal((Manner.FailsOnce, 1, 0.1), (second.Manner, second.Times, second.Rate));
        Assert.Equal([new Expected("student.ndcg@5", 0.9, 0.01)], recipe.Expected);
    }

    [Fact]
    public void Set_replaces_a_variable_and_keeps_its_kind()
    {
        var first = (CopyStage)Parse(Sound, "who=2024", "times=5").Stages[0];
        Assert.Equal(("hello 2024", 5), (first.Text, first.Times));
    }

    [Fact]
    public void Set_reaches_an_option_of_one_stage_by_its_title()
    {
        Recipe recipe = Parse(Sound, "stages.second.times=3", "stages.second.text=12");
        Assert.Equal((2, 3), (((CopyStage)recipe.Stages[0]).Times, ((CopyStage)recipe.Stages[1]).Times));
        Assert.Equal("12", ((CopyStage)recipe.Stages[1]).Text);
    }

    [Fact]
    public void Set_reaches_an_option_within_an_option()
    {
        Recipe recipe = Parse(Sound, "stages.second.paper.width=100", "stages.second.paper.colour=7");
        Assert.Equal(new Paper(100, "7"), ((CopyStage)recipe.Stages[1]).Paper);
    }

    [Theory]
    [InlineData("epochs=3", "--set epochs=3: the recipe has no variable 'epochs'; it has: who, times")]
    [InlineData("nothing", "--set nothing: expected variable=value")]
    [InlineData("stages.third.times=3", "the recipe has no stage 'third'; it has: first, second")]
    [InlineData("stages.second.time=3", "small.json: $.stages[1].time: unknown key; known: name, text")]
    [InlineData("stages.second.times=many", "small.json: $.stages[1].times: found \"many\"; expected a whole number")]
    public void A_setting_that_fits_nothing_is_refused(string setting, string message) => Assert.Contains(message, FaultOf(Sound, setting));

    [Theory]
    [InlineData("""{ "stage": "cpoy", "name": "a" }""", "$.stages[0].stage: unknown stage 'cpoy'; known: copy")]
    [InlineData("""{ "name": "a" }""", "$.stages[0]: expected an object with a key \"stage\"")]
    [InlineData("\"copy\"", "$.stages[0]: expected an object with a key \"stage\"")]
    [InlineData("""{ "stage": "copy", "name": "a", "title": "b" }""", "$.stages[0].title: unknown key")]
    [InlineData("""{ "stage": "copy" }""", "$.stages[0].name: missing; expected a text")]
    [InlineData("""{ "stage": "copy", "name": null }""", "$.stages[0].name: found null; expected a text")]
    [InlineData("""{ "stage": "copy", "name": "a", "times": 1.5 }""", "$.stages[0].times: found 1.5; expected a whole number")]
    [InlineData("""{ "stage": "copy", "name": "a", "rate": "0.5" }""", "$.stages[0].rate: found \"0.5\"; expected a number")]
    [InlineData("""{ "stage": "copy", "name": "a", "manner": "plan" }""", "expected one of plain, fails-once, writes-nothing, bad-input")]
    [InlineData("""{ "stage": "copy", "name": "a", "paper": { "hight": 1 } }""", "$.stages[0].paper.hight: unknown key; known: width, colour")]
    [InlineData("""{ "stage": "copy", "name": "a", "paper": { "width": "wide" } }""", "$.stages[0].paper.width: found \"wide\"; expected a whole number")]
    [InlineData("""{ "stage": "copy", "name": "a", "reads": [null] }""", "$.stages[0].reads: found [null]; expected a list, each entry a text")]
    [InlineData("""{ "stage": "copy", "name": "a", "paper": 3 }""", "$.stages[0].paper: found 3; expected an object")]
    [InlineData("""{ "stage": "copy", "name": "${x}" }""", "$.stages[0].name: unknown variable '${x}'; known: none")]
    [InlineData("""{ "stage": "copy", "name": "a" }, { "stage": "copy", "name": "a" }""", "$.stages[1]: a second stage with the title 'a'")]
    public void A_faulty_stage_is_told_with_file_and_path(string stage, string message)
    {
        string fault = FaultOf(WithStage(stage));
        Assert.Contains(message, fault);
        Assert.StartsWith("small.json: $.stages[", fault);
        Assert.DoesNotContain('\n', fault);
    }

    [Fact]
    public void Faults_are_told_together_one_line_each()
    {
        string fault = FaultOf(WithStage("""{ "stage": "copy", "name": "a", "x": 1, "times": "y" }, { "stage": "what" }"""));
        Assert.Equal(3, fault.Split('\n').Length);
    }

    [Theory]
    [InlineData("{ \"name\": \"a\",\n \"stages\": [}", "small.json:2: not JSON:")]
    [InlineData("[]", "small.json: expected a JSON object")]
    [InlineData("""{ "name": "a", "stages": [], "steps": [] }""", "small.json: $.steps: unknown key; known: name, stages")]
    [InlineData("""{ "name": "a" }""", "small.json: $.stages: missing")]
    [InlineData("""{ "name": "a", "stages": [], "variables": { "data": null } }""", "$.variables.data: has no value; give one with --set data=VALUE")]
    public void A_faulty_recipe_is_told_with_file_and_place(string json, string message) => Assert.Contains(message, FaultOf(json));

    [Fact]
    public void A_missing_recipe_is_one_line() =>
        Assert.Contains("nowhere.json: no such recipe", Assert.Throws<InputException>(() => RecipeFile.Read("nowhere.json", [])).Message);
}
