using Attar.Workspaces;

namespace Attar.Tests.Recipes;

public sealed class ShardChoiceTests
{
    static readonly Dictionary<string, string> none = [];

    static ShardChoice Parse(string text, Dictionary<string, string> environment) => ShardChoice.Parse(text, name => environment.GetValueOrDefault(name));

    [Fact]
    public void A_part_is_named_outright_or_by_whoever_runs_the_array()
    {
        Assert.Equal(new ShardChoice(16, 3), Parse("3/16", new() { ["SLURM_ARRAY_TASK_ID"] = "7" }));
        Assert.Equal(new ShardChoice(16, 7), Parse("/16", new() { ["SLURM_ARRAY_TASK_ID"] = "7" }));
        Assert.Equal(new ShardChoice(16, 6), Parse("/16", new() { ["SLURM_ARRAY_TASK_ID"] = "7", ["SLURM_ARRAY_TASK_MIN"] = "1" }));
        Assert.Equal(new ShardChoice(16, 0), Parse("/16", new() { ["JOB_COMPLETION_INDEX"] = "0" }));
        Assert.Equal(new ShardChoice(16, null), Parse("/16", new() { ["OMPI_COMM_WORLD_RANK"] = "2", ["OMPI_COMM_WORLD_SIZE"] = "4" }));
        Assert.Equal(new ShardChoice(1, null), Parse("/1", none));
    }

    [Theory, InlineData("16"), InlineData("16/16"), InlineData("-1/16"), InlineData("1/0"), InlineData("/"), InlineData("1/2/3"), InlineData("a/b"), InlineData("0/100000"), InlineData("")]
    public void Anything_else_is_told(string text) => Assert.DoesNotContain('\n', Assert.Throws<InputException>(() => Parse(text, none)).Message);

    [Fact]
    public void An_array_larger_than_its_parts_is_told_with_the_variable() =>
        Assert.Equal("SLURM_ARRAY_TASK_ID: '16'; expected a number from 0 to 15, for there are 16 parts", Assert.Throws<InputException>(() => Parse("/16", new() { ["SLURM_ARRAY_TASK_ID"] = "16" })).Message);
}
