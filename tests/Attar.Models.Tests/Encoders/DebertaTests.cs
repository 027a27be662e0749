using Attar.Models.Encoders;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Models.Tests.Encoders;

public class DebertaTests
{
    static readonly DebertaConfig Small = new(30, 16, 2, 2, 24, 64, Span: 8, MaxDistance: 64);

    [Theory] // 8 buckets to a side, those up to 4 places one each: 4 + ⌈ln(d / 4) / ln(63 / 4) · 3⌉ beyond
    [InlineData(0, 8)]
    [InlineData(3, 11)]
    [InlineData(4, 12)]
    [InlineData(5, 13)]
    [InlineData(10, 13)]
    [InlineData(11, 14)]
    [InlineData(63, 15)]
    [InlineData(500, 15)]
    [InlineData(-3, 5)]
    [InlineData(-11, 2)]
    [InlineData(-500, 0)]
    public void Far_distances_share_buckets(int distance, int row) => Assert.Equal(row, Small.RowOf(distance));

    [Fact]
    public void Without_buckets_each_distance_has_a_row_up_to_the_span() =>
        Assert.Equal([0, 0, 7, 8, 9, 15, 15], new[] { -9, -8, -1, 0, 1, 7, 9 }.Select((Small with { MaxDistance = 0 }).RowOf));

    [Fact]
    public void A_batch_gives_what_its_pairs_give_alone()
    {
        using var model = new Deberta(Small with { SharedKeys = false, Positions = true, Segments = 2 });
        model.Parameters.Initialize(4, .4f);
        var random = new Random(3);
        TokenPair[] pairs = [.. new[] { 3, 20, 1, 11 }.Select(length => new TokenPair([.. Enumerable.Range(0, length).Select(_ => random.Next(30))], new byte[length], new byte[length]))];
        using var kernels = new CpuKernels(2);
        using var arena = new Arena();
        float[] Logits(params TokenPair[] of) => model.Logits(new Tape(kernels, arena, training: false), PackedBatch.Of(of)).Value.Span.ToArray();
        float[] together = Logits(pairs);
        for (int i = 0; i < pairs.Length; i++) Assert.Equal(Logits(pairs[i])[0], together[i], 1e-5f);
        Assert.Equal(4, together.Distinct().Count());
    }
}
