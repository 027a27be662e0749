using Attar.Models.Encoders;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Models.Tests;

public class DistinctTokensTests
{
    [Fact]
    public void Tokens_are_the_same_where_id_position_side_and_mark_are()
    {
        PackedBatch batch = PackedBatch.Of([new([2, 7, 3, 9, 3], [0, 0, 0, 1, 1], [0, 0, 0, 0, 0]), new([2, 7, 3, 7, 9], [0, 0, 0, 1, 1], [0, 1, 0, 2, 0])]);
        var distinct = new DistinctTokens();
        distinct.Find(batch, ofSides: false);
        Assert.Equal([0, 1, 2, 3, 4, 0, 5, 2, 6, 7], distinct.Places.ToArray());
        Assert.Equal([0, 1, 2, 3, 4, 6, 8, 9], distinct.Firsts.ToArray());
    }

    [Fact]
    public void Positions_of_sides_make_longer_queries_no_difference()
    {
        PackedBatch batch = PackedBatch.Of([new([2, 3, 9, 8], [0, 0, 1, 1], new byte[4]), new([2, 5, 3, 9, 8], [0, 0, 0, 1, 1], new byte[5])]);
        var distinct = new DistinctTokens();
        distinct.Find(batch, ofSides: true);
        Assert.Equal([0, 1, 2, 3, 0, 4, 5, 2, 3], distinct.Places.ToArray());
    }

    [Theory, InlineData(OverlapMarks.None, 0), InlineData(OverlapMarks.Exact, 0), InlineData(OverlapMarks.None, 1), InlineData(OverlapMarks.Exact, 1)]
    public void Candidates_of_one_query_score_as_each_does_alone(OverlapMarks overlap, int split)
    {
        using var model = new Encoder(new EncoderConfig(VocabularySize: 20, Hidden: 32, Layers: 3, Heads: 2, Intermediate: 64, MaxPositions: 32, Overlap: overlap, Split: split));
        model.Parameters.Initialize(1);
        using var kernels = new CpuKernels(2);
        using var scorer = new PairScorer(model, kernels, frozen: true);
        var random = new Random(2);
        TokenPair[] pairs = [.. Enumerable.Range(0, 120).Select(_ => Candidate(random))];
        float[] together = scorer.Scores(pairs);
        for (int i = 0; i < pairs.Length; i++) Assert.Equal(scorer.Scores([pairs[i]])[0], together[i], 1e-6f);
        Assert.True(together.Distinct().Count() > 60);
    }

    static TokenPair Candidate(Random random)
    {
        int[] product = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => random.Next(4, 8))];
        byte[] marks = [.. product.Select(_ => (byte)(random.Next(2) * 2))];
        return new([2, 5, 6, 3, .. product, 3], [0, 0, 0, 0, .. product.Select(_ => (byte)1), 1], [0, 1, 0, 0, .. marks, 0]);
    }
}
