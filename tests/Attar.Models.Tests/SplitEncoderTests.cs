using Attar.Models.Checkpoints;
using Attar.Models.Encoders;
using Attar.Models.Files;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Models.Tests;

/// <summary>An encoder whose lower layers read query and product apart: what is known of one side does not depend on the other, and scoring uses it. Parity with PyTorch is in <see cref="ModelParityTests"/>.</summary>
public class SplitEncoderTests
{
    const int Hidden = 32;
    static readonly EncoderConfig Shape = new(100, Hidden, 4, 4, 64, 64, Split: 2);

    [Fact]
    public void A_product_has_the_same_rows_in_the_lower_layers_whatever_the_query()
    {
        using Encoder model = Made(Shape);
        using var kernels = new CpuKernels(1);
        using var arena = new Arena();
        int[] product = [3, 1, 4, 1, 5];
        float[] alone = Lower(Pair([], product)), behindOne = Lower(Pair([9], product)), behindMany = Lower(Pair([2, 7, 1, 8, 2, 8], product));
        Assert.Equal(alone, behindOne[Hidden..]);
        Assert.Equal(alone, behindMany[(6 * Hidden)..]);
        Assert.Equal(Lower(Pair([9], [])), behindOne[..Hidden]);

        float[] Lower(TokenPair pair) => model.Lower(new Tape(kernels, arena, training: false), PackedBatch.Of([pair])).Value.Span.ToArray();
    }

    [Fact]
    public void Above_the_split_they_see_each_other()
    {
        using Encoder model = Made(Shape);
        using var kernels = new CpuKernels(1);
        using var scorer = new PairScorer(model, kernels);
        float[] scores = scorer.Scores([Pair([9], [3, 1]), Pair([9], [3, 2]), Pair([8], [3, 1])]);
        Assert.Equal(3, scores.Distinct().Count());
    }

    /// <summary>Half precision keeps 11 bits of each number: scores move in their fourth digit.</summary>
    [Theory, InlineData(1), InlineData(2)]
    public void Known_rows_give_the_scores_of_a_whole_pass(int threads)
    {
        using Encoder model = Made(Shape);
        using var kernels = new CpuKernels(threads);
        using PairScorer whole = new(model, kernels), known = new(model, kernels, frozen: true);
        TokenPair[] pairs = Pairs(80);
        float[] expected = whole.Scores(pairs), first = known.Scores(pairs), again = known.Scores(pairs);
        Assert.Equal(first, again);
        for (int i = 0; i < pairs.Length; i++) Assert.Equal(expected[i], first[i], 2e-3f);
    }

    /// <summary>Read beforehand or with the request, kept or long forgotten: the same scores to the bit.</summary>
    [Theory, InlineData(0), InlineData(3), InlineData(1000)]
    public void Scores_do_not_depend_on_what_is_kept(int kept)
    {
        using Encoder model = Made(Shape);
        using var kernels = new CpuKernels(2);
        using PairScorer all = new(model, kernels, frozen: true), some = new(model, kernels, frozen: true, keptSides: kept);
        TokenPair[] pairs = Pairs(40);
        all.Read(pairs);
        float[] expected = all.Scores(pairs);
        for (int i = 0; i < 3; i++) Assert.Equal(expected, some.Scores(pairs));
        for (int i = 0; i < pairs.Length; i++) Assert.Equal(expected[i], some.Scores([pairs[i]])[0], 1e-5f);
    }

    [Theory, InlineData(1), InlineData(2)]
    public void Requests_whose_sides_are_known_allocate_nothing(int threads)
    {
        using Encoder model = Made(Shape);
        using var kernels = new CpuKernels(threads);
        using var scorer = new PairScorer(model, kernels, frozen: true);
        TokenPair[] pairs = Pairs(60);
        float[] scores = new float[pairs.Length];
        for (int warm = 0; warm < 100; warm++) scorer.Scores(pairs, scores);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 20; round++) scorer.Scores(pairs, scores);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_split_is_kept_in_the_model_s_folder()
    {
        string folder = Directory.CreateTempSubdirectory("attar-").FullName;
        using (Encoder model = Made(Shape with { Split = 0 }))
        {
            model.SplitAt(3);
            ModelStore.Save(model, folder);
        }
        using (var loaded = (Encoder)ModelStore.Load(folder))
        {
            Assert.Equal(3, loaded.Config.Split);
            loaded.SplitAt(1);
            ModelStore.Save(loaded, folder);
        }
        using var changed = (Encoder)ModelStore.Load(folder);
        Assert.Equal(1, changed.Config.Split);
        string config = Path.Combine(folder, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"split\": 1", "\"split\": 4", StringComparison.Ordinal));
        Assert.Contains("split: expected 0 to 3", Assert.Throws<CheckpointException>(() => ModelStore.Load(folder)).Message);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_layer_must_be_left_where_the_sides_meet()
    {
        using Encoder model = Made(Shape);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.SplitAt(4));
        model.SplitAt(0);
        Assert.Equal(0, model.Config.Split);
    }

    static Encoder Made(EncoderConfig shape)
    {
        var model = new Encoder(shape);
        model.Parameters.Initialize(3, .3f);
        return model;
    }

    static TokenPair Pair(int[] query, int[] product) => new([.. query, .. product], [.. new byte[query.Length], .. Enumerable.Repeat((byte)1, product.Length)], new byte[query.Length + product.Length]);

    static TokenPair[] Pairs(int count)
    {
        var random = new Random(1);
        int[][] queries = [.. Enumerable.Range(0, 5).Select(_ => Tokens(random.Next(0, 6)))], products = [.. Enumerable.Range(0, 30).Select(_ => Tokens(random.Next(0, 40)))];
        return [.. Enumerable.Range(0, count).Select(_ => Pair([1, .. queries[random.Next(5)]], products[random.Next(30)]))];

        int[] Tokens(int length) => [.. Enumerable.Range(0, length).Select(_ => random.Next(100))];
    }
}
