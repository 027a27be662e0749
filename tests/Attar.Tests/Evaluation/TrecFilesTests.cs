using Attar.Evaluation;

namespace Attar.Tests.Evaluation;

public sealed class TrecFilesTests : IDisposable
{
    readonly MadeUp.Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_run_lists_the_products_of_each_query_best_first()
    {
        TrecRun.Write(folder.At("runs/bm25.run"), "bm25", [MadeUp.Query("q1", 2, 1, 0), MadeUp.Query("q2", 1)], [[.5f, 2.25f, .5f], [-1e-7f]]);
        Assert.Equal("q1 Q0 p1 1 2.25 bm25\nq1 Q0 p0 2 0.5 bm25\nq1 Q0 p2 3 0.5 bm25\nq2 Q0 p0 1 -1E-07 bm25\n", File.ReadAllText(folder.At("runs/bm25.run")));
    }

    [Fact]
    public void A_run_is_read_as_it_was_written()
    {
        float[] scores = [MathF.PI, -MathF.E, 1 / 3f];
        TrecRun.Write(folder.At("a.run"), "a", [MadeUp.Query("q1", 2, 1, 0)], [scores]);
        Assert.Equal([("p0", 1, MathF.PI), ("p2", 2, 1 / 3f), ("p1", 3, -MathF.E)], TrecRun.Read(folder.At("a.run")).Select(row => (row.ProductId, row.Rank, (float)row.Score)));
    }

    [Fact]
    public void Qrels_keep_the_fraction_of_a_mean_rating()
    {
        TrecQrels.Write(folder.At("test.qrels"), [MadeUp.Query("q1", 2, 1.33)]);
        Assert.Equal("q1 0 p0 2\nq1 0 p1 1.33\n", File.ReadAllText(folder.At("test.qrels")));
        Assert.Equal([new Qrel("q1", "p0", 2), new Qrel("q1", "p1", 1.33)], TrecQrels.Read(folder.At("test.qrels")));
    }

    [Fact]
    public void Tabs_several_blanks_and_blank_lines_are_read_like_other_tools_read_them() =>
        Assert.Equal([new Qrel("301", "d-1", 1), new Qrel("301", "d-2", 0)], TrecQrels.Read(folder.Write("a.qrels", "301\t0\td-1\t1\r\n\n301  0  d-2  0\n")));

    [Fact]
    public void Every_faulty_line_of_a_run_is_told_with_its_place()
    {
        string path = folder.Write("bad.run", "q1 Q0 p1 1 3.5 a\nq1 Q0 p2 2\nq1 Q0 p3 x 1 a\nq1 Q0 p1 4 NaN a\n");
        var fault = Assert.Throws<InputException>(() => TrecRun.Read(path));
        Assert.Equal(4, fault.Total);
        Assert.Equal([$"{path}:2", $"{path}:3", $"{path}:4", $"{path}:4"], fault.Faults.Select(at => at.Where));
        Assert.Contains("expected 6 fields `qid Q0 docno rank score tag`, found 4", fault.Message);
        Assert.Contains("found 'x'", fault.Message);
        Assert.Contains("ranked twice", fault.Message);
        Assert.Contains("found 'NaN'", fault.Message);
    }

    [Fact]
    public void Faulty_qrels_are_told_with_their_place()
    {
        string path = folder.Write("bad.qrels", "q1 0 p1 good\nq1 0 p1 1\n");
        var fault = Assert.Throws<InputException>(() => TrecQrels.Read(path));
        Assert.Equal([$"{path}:1", $"{path}:2"], fault.Faults.Select(at => at.Where));
    }

    [Fact]
    public void Missing_and_empty_files_and_other_encodings_are_told()
    {
        Assert.Contains("no such file", Assert.Throws<InputException>(() => TrecRun.Read(folder.At("none/none.run"))).Message);
        Assert.Contains("empty", Assert.Throws<InputException>(() => TrecRun.Read(folder.Write("empty.run", ""))).Message);
        File.WriteAllBytes(folder.At("latin.run"), [(byte)'q', 0xE9, (byte)'\n']);
        Assert.Contains("UTF-8", Assert.Throws<InputException>(() => TrecRun.Read(folder.At("latin.run"))).Message);
    }
}
