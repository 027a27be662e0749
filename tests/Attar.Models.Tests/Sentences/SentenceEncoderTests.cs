using Attar.Models.Checkpoints;
using Attar.Models.Decoders;
using Attar.Models.Encoders;
using Attar.Models.Files;
using Attar.Models.Sentences;
using Attar.Models.Tests.Checkpoints;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Models.Tests.Sentences;

public sealed class SentenceEncoderTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly CpuKernels kernels = new(2);

    /// <summary>oak chair = [CLS] 5 6 [SEP]</summary>
    static readonly int[] oakChair = [2, 5, 6, 3];

    [Theory, InlineData(false), InlineData(true)]
    public void A_text_s_vector_is_the_mean_of_its_tokens_rows_or_the_first_of_length_one(bool firstToken)
    {
        string bare = Bare();
        new SentenceFiles(firstToken).Write(bare, 8);
        using var encoder = new SentenceEncoder(bare, kernels);
        float[][] rows = Hidden(bare, oakChair);
        float[] pooled = firstToken ? rows[0] : [.. Enumerable.Range(0, 8).Select(column => rows.Average(row => row[column]))];
        float length = MathF.Sqrt(pooled.Sum(value => value * value));
        float[] found = encoder.Embed(["oak chair"])[0];
        Assert.Equal(8, encoder.Width);
        Assert.Equal(pooled.Select(value => value / length), found, (a, b) => Math.Abs(a - b) < 1e-6f);
        Assert.Equal(1, SentenceEncoder.Cosine(found, found), 1e-6f);
    }

    [Fact]
    public void Neither_other_texts_nor_the_order_change_a_vector()
    {
        using var encoder = new SentenceEncoder(Bare(), kernels);
        var random = new Random(5);
        string[] words = ["oak", "chair", "lamp", "red", "unheard"];
        string[] texts = ["", .. Enumerable.Range(0, 400).Select(_ => string.Join(' ', Enumerable.Range(0, random.Next(30)).Select(_ => words[random.Next(words.Length)])))];
        float[][] together = encoder.Embed(texts), back = encoder.Embed([.. texts.Reverse()]);
        for (int i = 0; i < texts.Length; i++)
        {
            Assert.Equal(together[i], back[^(i + 1)], (a, b) => Math.Abs(a - b) < 1e-5f);
            if (i % 50 == 0) Assert.Equal(encoder.Embed([texts[i]])[0], together[i], (a, b) => Math.Abs(a - b) < 1e-5f);
        }
        Assert.Empty(encoder.Embed([]));
    }

    [Fact]
    public void What_is_written_before_a_query_is_and_what_is_too_long_is_cut()
    {
        string bare = Bare();
        new SentenceFiles(QueryPrompt: "red ").Write(bare, 8);
        using var encoder = new SentenceEncoder(bare, kernels, longest: 4);
        Assert.Equal(encoder.Embed(["red lamp"])[0], encoder.Queries(["lamp chair chair"])[0]);
        Assert.NotEqual(encoder.Embed(["lamp"])[0], encoder.Queries(["lamp"])[0]);
    }

    [Fact]
    public void A_bare_encoder_is_told_from_models_with_a_head()
    {
        Assert.True(SentenceEncoder.Is(Bare()));
        Assert.False(SentenceEncoder.Is(folder.File("whole")));
        using (var decoder = new Decoder(new DecoderConfig(20, 8, 2, 2, 1, 12, 16, Labels: 1, Overlap: OverlapMarks.None))) ModelStore.Save(decoder, folder.File("decoder"));
        Assert.False(SentenceEncoder.Is(folder.File("decoder")));
    }

    [Fact]
    public void Another_way_of_pooling_is_refused()
    {
        string bare = Bare();
        Directory.CreateDirectory(Path.Combine(bare, "1_Pooling"));
        File.WriteAllText(Path.Combine(bare, "1_Pooling", "config.json"), """{"pooling_mode_max_tokens": true}""");
        Assert.Contains("expected one of pooling_mode_mean_tokens", Assert.Throws<CheckpointException>(() => new SentenceEncoder(bare, kernels)).Message);
    }

    /// <summary>As published: without a head, nothing said of Attar.</summary>
    string Bare()
    {
        string bare = folder.File("bare"), whole = folder.File("whole");
        using var model = new Encoder(new EncoderConfig(20, 8, 2, 2, 12, 32, Overlap: OverlapMarks.None));
        model.Parameters.Initialize(7, .3f);
        ModelStore.Save(model, whole);
        ModelFolder description = ModelFolder.Open(whole);
        description.Config.Remove("attar");
        description.Save(bare, model.Parameters.Stored().Where(tensor => !tensor.Name.StartsWith("classifier", StringComparison.Ordinal)));
        File.WriteAllLines(Path.Combine(bare, "vocab.txt"), ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "oak", "chair", "lamp", "red"]);
        return bare;
    }

    float[][] Hidden(string bare, int[] ids)
    {
        using PairModel model = ModelStore.LoadWithNewHead(bare, 1, seed: 1);
        using var arena = new Arena();
        PackedBatch batch = PackedBatch.Of([new TokenPair(ids, new byte[ids.Length], new byte[ids.Length])]);
        Tensor hidden = ((Encoder)model).Hidden(new Tape(kernels, arena, training: false), batch).Value;
        return [.. Enumerable.Range(0, hidden.Rows).Select(row => hidden.Row(row).ToArray())];
    }

    public void Dispose()
    {
        kernels.Dispose();
        folder.Dispose();
    }
}
