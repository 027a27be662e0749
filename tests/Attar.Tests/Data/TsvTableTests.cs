using Attar.Data;

namespace Attar.Tests.Data;

public sealed class TsvTableTests : IDisposable
{
    readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Fields_come_as_they_stand_also_where_they_repeat_are_empty_or_not_ascii()
    {
        string[][] rows = [["q1", "größer", ""], ["q1", "größer", ""], ["q1", "grösser", "x"], ["", "", ""], ["q1", "a longer one", "1.5"], ["q12", "q1", "-2e3"]];
        string path = folder.Add("rows.tsv", "a\tb\tc\n" + string.Concat(rows.Select(row => string.Join('\t', row) + "\n")));
        var faults = new FaultList();
        using var table = new TsvTable(path, faults, "a", "c");
        var found = new List<string[]>();
        while (table.Next()) found.Add([table["a"], table["b"], table["c"]]);
        faults.ThrowIfAny();
        Assert.Equal(rows, found);
        Assert.Equal("", table["d"]);
        Assert.True(table.TryNumber("c", out double number));
        Assert.Equal(-2000, number);
    }

    [Fact]
    public void Rows_of_other_widths_and_numbers_that_are_none_are_told()
    {
        string path = folder.Add("rows.tsv", "a\tb\n1\n1\t2\t3\nx\t4\n");
        Assert.Equal(
            [
                "rows.tsv:2: 1 fields; expected 2 as in the header, separated by tabs; correct the line",
                "rows.tsv:3: 3 fields; expected 2 as in the header, separated by tabs; correct the line",
                "rows.tsv:4: a 'x' is not a finite number; expected one such as 1.5; correct the field",
            ],
            folder.FaultsOf(() =>
            {
                var faults = new FaultList();
                using var table = new TsvTable(path, faults, "a", "b");
                while (table.Next()) table.TryNumber("a", out _);
                faults.ThrowIfAny();
            }));
    }
}
