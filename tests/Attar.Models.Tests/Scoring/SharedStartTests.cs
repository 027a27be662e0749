using Attar.Models.Checkpoints;
using Attar.Models.Decoders;
using Attar.Models.Layers;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Models.Tests.Scoring;

/// <summary>What the pairs of a decoder start with alike is computed once, and changes no score by a bit.</summary>
public class SharedStartTests
{
    [Fact]
    public void A_pair_adds_the_tokens_that_the_one_before_does_not_begin_with()
    {
        var batch = new PackedBatch();
        batch.Fill([Pair([1, 2, 3]), Pair([1, 2, 4, 5]), Pair([1, 2, 4])], 0, 3, share: true);
        Assert.Equal([1, 2, 3, 4, 5], batch.Ids.ToArray());
        Assert.Equal([0, 1, 2, 2, 3], batch.Positions.ToArray());
        Assert.Equal([0, 3, 5, 5], batch.Offsets.ToArray());
        Assert.Equal([0, 1, 2, 0, 1, 3, 4, 0, 1, 3], batch.SeenRows.ToArray());
        Assert.Equal([0, 3, 7, 10], batch.SeenOffsets.ToArray());
        Assert.Equal([2, 4, 3], batch.LastRows.ToArray());
        Assert.Equal([2, 3, 2], batch.LastPositions.ToArray());
        Assert.True(batch.Shares);
    }

    [Fact]
    public void A_token_with_another_mark_is_another_and_so_are_those_behind_it()
    {
        var batch = new PackedBatch();
        batch.Fill([new([1, 2, 3], new byte[3], [0, 1, 0]), new([1, 2, 3], new byte[3], [0, 0, 0])], 0, 2, share: true);
        Assert.Equal([1, 2, 3, 2, 3], batch.Ids.ToArray());
        Assert.Equal([0, 1, 2, 0, 3, 4], batch.SeenRows.ToArray());
    }

    [Fact]
    public void Pairs_in_the_order_of_their_tokens_share_whatever_order_they_came_in()
    {
        TokenPair[] pairs = [Pair([5, 6, 1]), Pair([5, 7, 1]), Pair([5, 6, 2]), Pair([5, 7]), Pair([5, 6, 1, 9]), new([5, 7], new byte[2], [0, 1])];
        var order = new PairOrder();
        IReadOnlyList<TokenPair> sorted = order.Sorted(pairs);
        Assert.Equal([0, 4, 2, 3, 1, 5], Enumerable.Range(0, pairs.Length).Select(order.PlaceOf));
        Assert.All(Enumerable.Range(0, pairs.Length), i => Assert.Same(pairs[order.PlaceOf(i)], sorted[i]));
    }

    [Fact]
    public void Fifty_products_of_a_query_cost_its_prompt_once_a_batch()
    {
        using Decoder model = Model(new DecoderConfig(100, 32, 2, 4, 2, 48, 64, Labels: 2, Overlap: OverlapMarks.None));
        using var kernels = new CpuKernels(1);
        using var scorer = new PairScorer(model, kernels, frozen: true);
        TokenPair[] pairs = [.. Enumerable.Range(0, 50).Select(product => Pair([.. Enumerable.Range(0, 20), 20 + product, 7, 8]))];
        scorer.Logits(pairs, new float[pairs.Length * 2]);
        Assert.Equal((50 * 23, 20 + 50 * 3), scorer.LastTokens);
        scorer.Logits([.. Enumerable.Repeat(pairs[0], 50)], new float[pairs.Length * 2]);
        Assert.Equal((50 * 23, 23), scorer.LastTokens);
    }

    public static TheoryData<string> Architectures => new("llama", "smollm3", "mistral", "qwen2", "qwen3", "gemma2", "gemma3");

    /// <summary>With the windows, caps and norms of each.</summary>
    [Theory, MemberData(nameof(Architectures))]
    public void Every_architecture_scores_lists_as_it_scores_each_pair_alone(string name)
    {
        using PairModel model = ModelStore.Load(Path.Combine(AppContext.BaseDirectory, "Fixtures", "architectures", name));
        Holds(model, Precision.Float32, tokens: 20, longest: 16);
    }

    public static TheoryData<string, Precision> Shapes => [.. from shape in (string[])["bare", "marks", "bfloat16", "q8_0", "norms and biases", "windows and caps", "one head"] from precision in Enum.GetValues<Precision>() select (shape, precision)];

    [Theory, MemberData(nameof(Shapes))]
    public void Every_precision_scores_lists_as_it_scores_each_pair_alone(string shape, Precision precision)
    {
        var bare = new DecoderConfig(100, 64, 3, 4, 2, 96, 64, Labels: 3, Overlap: OverlapMarks.None);
        using Decoder model = Model(shape switch
        {
            "marks" => bare with { Overlap = OverlapMarks.Graded },
            "norms and biases" => bare with { HeadNorms = true, AttentionBias = true, OutputBias = true, MlpBias = true, Activation = Activation.GeluTanh },
            "windows and caps" => bare with { Windows = [5, 0, 13], LocalTheta = 100, AttentionCap = 3, OuterNorms = true, GainsFromOne = true, EmbeddingScale = 8, QueryScale = .2f },
            "one head" => bare with { Heads = 1, KeyHeads = 1 },
            _ => bare,
        }, shape switch { "bfloat16" => NumberFormat.BFloat16, "q8_0" => NumberFormat.Q8_0, _ => NumberFormat.Float32 });
        Holds(model, precision, tokens: 100, longest: 60);
    }

    /// <summary>Of the neighbours' starts no score depends on, whichever is computed: what a label store promises.</summary>
    static void Holds(PairModel model, Precision precision, int tokens, int longest)
    {
        using CpuKernels one = new(1), two = new(2);
        using PairScorer alone = new(model, one, frozen: true, precision), together = new(model, two, frozen: true, precision);
        int marks = model.Overlap.Count();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll<int>(seed =>
        {
            TokenPair[] pairs = Lists(new Random(seed), tokens, longest, marks);
            float[] expected = [.. pairs.SelectMany(pair => Logits(alone, [pair]))], found = Logits(together, pairs);
            Assert.Equal(expected, found);
        }));

        float[] Logits(PairScorer scorer, TokenPair[] pairs)
        {
            float[] logits = new float[pairs.Length * model.Labels];
            scorer.Logits(pairs, logits);
            return logits;
        }
    }

    /// <summary>Lists of queries behind one instruction, shuffled: from one product on, some products twice, some without a token.</summary>
    static TokenPair[] Lists(Random random, int tokens, int longest, int marks)
    {
        int[] instruction = Tokens(random.Next(longest / 2));
        var pairs = new List<TokenPair>();
        for (int query = random.Next(1, 4); query > 0; query--)
        {
            int[] words = Tokens(random.Next(1, 4));
            for (int product = random.Next(1, 8); product > 0; product--)
            {
                int[] ids = [.. instruction, .. words, .. Tokens(random.Next(longest - instruction.Length - words.Length + 1))];
                pairs.Add(new(ids, new byte[ids.Length], [.. ids.Select((_, i) => (byte)(marks > 0 && i >= instruction.Length && random.Next(3) == 0 ? random.Next(marks) : 0))]));
                if (random.Next(5) == 0) pairs.Add(pairs[^1]);
            }
        }
        TokenPair[] all = [.. pairs];
        random.Shuffle(all);
        return all;

        int[] Tokens(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(tokens))];
    }

    static Decoder Model(DecoderConfig config, NumberFormat format = NumberFormat.Float32)
    {
        var random = new Random(3);
        return new Decoder(config, new ParameterSet(wanted =>
        {
            bool matrix = wanted.Shape.Length > 1;
            Tensor tensor = Tensor.Zeros(matrix ? wanted.Shape[0] : 1, wanted.Shape[^1], matrix && !wanted.Name.StartsWith("score.", StringComparison.Ordinal) ? format : NumberFormat.Float32);
            if (tensor.Format == NumberFormat.Float32)
                foreach (ref float value in tensor.Span) value = random.NextSingle() - .5f;
            else if (tensor.Format == NumberFormat.BFloat16)
                foreach (ref ushort value in tensor.Words) value = (ushort)(BitConverter.SingleToUInt32Bits(random.NextSingle() - .5f) >> 16);
            else RandomBlocks.Fill(tensor, .3f, random);
            return tensor;
        }));
    }

    static TokenPair Pair(int[] ids) => new(ids, new byte[ids.Length], new byte[ids.Length]);
}
