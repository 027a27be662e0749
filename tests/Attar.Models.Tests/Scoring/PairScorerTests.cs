using Attar.Models.Decoders;
using Attar.Models.Encoders;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Models.Tests.Scoring;

public class PairScorerTests
{
    public static TheoryData<string> Models => new("encoder", "decoder");

    [Theory, MemberData(nameof(Models))]
    public void A_batch_gives_the_same_scores_as_its_pairs_one_by_one(string kind)
    {
        using PairModel model = Model(kind);
        using var kernels = new CpuKernels(2);
        using var scorer = new PairScorer(model, kernels);
        TokenPair[] pairs = Pairs(200);
        float[] together = scorer.Scores(pairs);
        for (int i = 0; i < pairs.Length; i++) Assert.Equal(scorer.Scores([pairs[i]])[0], together[i], 1e-5f * Math.Max(1, Math.Abs(together[i])));
        Assert.True(together.Distinct().Count() > 150);
    }

    [Theory, MemberData(nameof(Models))]
    public void One_thread_and_two_give_the_same_scores(string kind)
    {
        using PairModel model = Model(kind);
        TokenPair[] pairs = Pairs(50);
        Assert.Equal(Scores(1), Scores(2));

        float[] Scores(int threads)
        {
            using var kernels = new CpuKernels(threads);
            using var scorer = new PairScorer(model, kernels);
            return scorer.Scores(pairs);
        }
    }

    [Theory, MemberData(nameof(Models))]
    public void Weights_laid_out_once_give_the_same_scores(string kind)
    {
        using PairModel model = Model(kind);
        using var kernels = new CpuKernels(2);
        using PairScorer plain = new(model, kernels), frozen = new(model, kernels, frozen: true);
        TokenPair[] pairs = Pairs(60);
        Assert.Equal(plain.Scores(pairs), frozen.Scores(pairs));
    }

    [Fact]
    public void An_encoder_of_one_scorer_alone_holds_each_weight_once_and_scores_the_same()
    {
        using PairModel shared = Model("encoder"), alone = Model("encoder");
        using var kernels = new CpuKernels(2);
        using PairScorer all = new(shared, kernels, frozen: true), own = new(alone, kernels, frozen: true, alone: true);
        TokenPair[] pairs = Pairs(60);
        Assert.Equal(all.Scores(pairs), own.Scores(pairs));
        Assert.Equal(all.Scores(pairs), own.Scores(pairs));
        Parameter multiplied = alone.Parameters.All.First(parameter => parameter.Name.EndsWith("intermediate.dense.weight", StringComparison.Ordinal));
        Assert.Contains("given back", Assert.Throws<InvalidOperationException>(() => multiplied.Value.Span[0]).Message);
    }

    [Theory]
    [InlineData(Precision.BFloat16, .05f)]
    [InlineData(Precision.Int8, .1f)]
    public void An_encoder_of_one_scorer_alone_has_its_words_in_16_bits_where_products_have_fewer_than_32(Precision precision, float within)
    {
        using PairModel shared = Model("encoder"), alone = Model("encoder");
        using var kernels = new CpuKernels(2);
        using PairScorer all = new(shared, kernels, frozen: true), own = new(alone, kernels, frozen: true, precision, alone: true);
        TokenPair[] pairs = Pairs(60);
        float[] exact = all.Scores(pairs);
        Assert.All(exact.Zip(own.Scores(pairs)), scores => Assert.InRange(scores.Second, scores.First - within, scores.First + within));
        Assert.Equal(NumberFormat.BFloat16, alone.Parameters.All.First(parameter => parameter.Name.EndsWith("word_embeddings.weight", StringComparison.Ordinal)).Value.Format);
    }

    public static TheoryData<string, int, Precision> Scorers => [.. from kind in (string[])["encoder", "decoder"] from threads in (int[])[1, 2] from precision in Enum.GetValues<Precision>() select (kind, threads, precision)];

    [Theory, MemberData(nameof(Scorers))]
    public void Requests_after_the_first_allocate_nothing(string kind, int threads, Precision precision)
    {
        using PairModel model = Model(kind);
        using var kernels = new CpuKernels(threads);
        using var scorer = new PairScorer(model, kernels, frozen: true, precision);
        TokenPair[][] requests = [Pairs(100), Pairs(3), Pairs(40)];
        float[][] scores = [.. requests.Select(pairs => new float[pairs.Length])];
        for (int warm = 0; warm < 100; warm++) Serve();

        int quiet = 0; // windows in a row; with two threads the caller does its share of the batches, and may meet the largest of them late
        for (int window = 0; window < 20 && quiet < 5; window++) quiet = Allocated() == 0 ? quiet + 1 : 0;
        Assert.Equal(5, quiet);

        long Allocated()
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int round = 0; round < 20; round++) Serve();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        void Serve()
        {
            for (int i = 0; i < requests.Length; i++) scorer.Scores(requests[i], scores[i]);
        }
    }

    /// <summary>Eight bits are a step of a 255th of a row's range: scores move by little, and neighbours in a batch change nothing at all.</summary>
    [Theory, MemberData(nameof(Models))]
    public void Scores_in_eight_bits_are_near_and_do_not_depend_on_the_batch(string kind)
    {
        using PairModel model = Model(kind);
        using var kernels = new CpuKernels(2);
        using PairScorer exact = new(model, kernels, frozen: true), rounded = new(model, kernels, frozen: true, Precision.Int8);
        TokenPair[] pairs = Pairs(60);
        float[] expected = exact.Scores(pairs), found = rounded.Scores(pairs);
        double spread = Math.Sqrt(expected.Select(x => (double)x * x).Average() - Math.Pow(expected.Average(), 2));
        for (int i = 0; i < pairs.Length; i++)
        {
            Assert.InRange(found[i], expected[i] - spread, expected[i] + spread);
            Assert.Equal(found[i], rounded.Scores([pairs[i]])[0]);
        }
        Assert.NotEqual(expected, found);
    }

    [Fact]
    public void No_pairs_give_no_scores()
    {
        using PairModel model = Model("encoder");
        using var kernels = new CpuKernels(1);
        using var scorer = new PairScorer(model, kernels);
        Assert.Empty(scorer.Scores([]));
    }

    static PairModel Model(string kind)
    {
        PairModel model = kind == "encoder"
            ? new Encoder(new EncoderConfig(100, 32, 2, 4, 64, 64))
            : new Decoder(new DecoderConfig(100, 32, 2, 4, 2, 48, 64, Labels: 3)) { Gains = [0, .5, 1] };
        model.Parameters.Initialize(3, .3f);
        return model;
    }

    static TokenPair[] Pairs(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            int length = random.Next(1, 60);
            return new TokenPair([.. Enumerable.Range(0, length).Select(_ => random.Next(100))], new byte[length], new byte[length]);
        })];
    }
}
