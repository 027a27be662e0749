using Attar.Evaluation.Drift;
using Attar.Tensors.Kernels;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Evaluation.Drift;

public sealed class ScoreReferenceTests : IDisposable
{
    readonly MadeUp.Folder folder = new();

    public void Dispose() => folder.Dispose();

    static ScoreReference Of(IEnumerable<float> scores) => ScoreReference.Of("digest", scores, default)!;

    [Fact]
    public void The_index_is_the_sum_over_bins_of_the_shift_and_its_logarithm()
    {
        ScoreReference reference = new("digest", [0, 1], [.5, .3, .2], 100, default);
        Assert.Equal([0, 1, 1, 2], new[] { -.5f, 0, .5f, 1 }.Select(reference.BinOf));
        Assert.Equal((.4 - .5) * Math.Log(.4 / .5) + (.3 - .2) * Math.Log(.3 / .2), reference.Stability([40, 30, 30]), 1e-12);
        Assert.Equal(0, reference.Stability([5, 3, 2]), 1e-12);
        Assert.True(double.IsNaN(reference.Stability([0, 0, 0])));
        Assert.True(reference.Stability([0, 0, 10]) is > 2 and < 20); // an empty bin has a logarithm all the same
    }

    [Fact]
    public void Bins_are_tenths_of_the_scores_and_equal_scores_stay_together()
    {
        Assert.Equal(Enumerable.Repeat(.1, 10), Of(Enumerable.Range(0, 1000).Select(i => i / 7f)).Shares);
        ScoreReference tied = Of(Enumerable.Range(0, 100).Select(i => i < 55 ? 0f : i));
        Assert.Equal([60, 70, 80, 90], tied.Edges);
        Assert.Equal([.6, .1, .1, .1, .1], tied.Shares);
        Assert.Null(ScoreReference.Of("digest", Enumerable.Repeat(1f, 100), default));
        Assert.Null(ScoreReference.Of("digest", [1, 2, 3], default));
    }

    [Fact]
    public void Nothing_moved_is_zero_and_any_move_is_more() => Prop.ForAll(Gen.Choose(-20, 20).Select(n => n / 4f).ListOf().Select(list => list.ToArray()).ToArbitrary(), Gen.Choose(0, 400).ListOf().Select(list => list.ToArray()).ToArbitrary(), (scores, later) =>
    {
        if (ScoreReference.Of("digest", scores, default) is not { } reference) return scores.Length < 10 || scores.Distinct().Count() < 3 || scores.Order().Take(scores.Length * 9 / 10 + 1).Distinct().Count() == 1;
        long[] same = new long[reference.Shares.Length], other = new long[reference.Shares.Length];
        foreach (float score in scores) same[reference.BinOf(score)]++;
        foreach (int n in later) other[reference.BinOf((n - 200) / 40f)]++;
        return Math.Abs(reference.Shares.Sum() - 1) < 1e-9 && Math.Abs(reference.Stability(same)) < 1e-9 && (later.Length == 0 || reference.Stability(other) >= 0);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void It_belongs_to_the_model_it_was_made_of()
    {
        ScoreReference made = Of(Enumerable.Range(0, 100).Select(i => (float)i));
        made.Write(ScoreReference.PathIn(folder.Root, Precision.Float32));
        Assert.Equal(made.Edges, ScoreReference.Read(folder.Root, Precision.Float32, () => "digest")!.Edges);
        Assert.Null(ScoreReference.Read(folder.Root, Precision.Float32, () => "another"));
        Assert.Null(ScoreReference.Read(folder.Root, Precision.Int8, () => "digest"));
        foreach (string broken in (string[])["", "{", "null", """{"model":"digest","edges":[2,1],"shares":[1,0,0],"scores":9,"made":"2026-01-01T00:00:00Z"}""", """{"model":"digest","edges":[1],"shares":[1],"scores":9,"made":"2026-01-01T00:00:00Z"}"""])
        {
            folder.Write("calibration/scores.json", broken);
            Assert.Null(ScoreReference.Read(folder.Root, Precision.Float32, () => "digest"));
        }
    }
}
