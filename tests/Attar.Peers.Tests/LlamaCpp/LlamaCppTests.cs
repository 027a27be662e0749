using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Decoders;
using Attar.Models.Lora;
using Attar.Models.Tests;
using Attar.Models.Tests.Checkpoints;
using Attar.Models.Tests.Gguf;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Peers.Tests.LlamaCpp;

/// <summary>What Attar reads and writes of GGUF, in llama.cpp.</summary>
public sealed class LlamaCppTests : IDisposable
{
    readonly TemporaryFolder folder = new();
    readonly CpuKernels kernels = new(2);
    readonly Arena arena = new();

    public void Dispose()
    {
        folder.Dispose();
        kernels.Dispose();
        arena.Dispose();
    }

    [Fact]
    public void A_made_file_computes_the_same_with_and_without_an_exported_adapter() => Compare(Made(), tolerance: 1e-4);

    [Theory, InlineData("llama-F16"), InlineData("llama-Q6_K"), InlineData("qwen2-Q5_K"), InlineData("qwen3-Q8_0"), InlineData("gemma2-Q5_1"), InlineData("gemma3-Q2_K")]
    public void A_file_of_llama_cpp_s_own_tools_takes_an_exported_adapter(string name) => Compare(SharedModels.Need("fixtures", "gguf", name, "model.gguf"), name == "llama-F16" ? .005 : .3);

    [Fact]
    public void SmolLM2_s_token_ids_are_those_of_llama_cpp()
    {
        string file = SharedModels.Need("smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"), titles = SharedData.Need("titles", "titles.tsv");
        using var llama = new Llama(file);
        Tokenizer tokenizer = ModelStore.LoadTokenizer(file);
        string[] lines = File.ReadAllLines(titles);
        foreach (string line in Enumerable.Range(0, 500).Select(i => lines[i * (lines.Length / 500)]))
            Assert.Equal(llama.Tokenize(line), tokenizer.Tokenize(line, structure: false).Ids);
    }

    /// <summary>Logits of both, and what an adapter with random updates changes in them.</summary>
    /// <param name="tolerance">Activations are rounded to 8 bits where weights are quantised, to 16 where those have 16.</param>
    void Compare(string file, double tolerance)
    {
        string adapter = folder.File("adapter"), exported = folder.File(GgufAdapter.FileName);
        using (PairModel model = ModelStore.LoadForGrades(file, [0, 1], seed: 1, trainable: false, new ModelStart(Marks: OverlapMarks.None)))
        {
            model.Adapt(new LoraOptions(4, 8), seed: 2);
            var random = new Random(3);
            foreach (Parameter parameter in model.Adapter!.Parameters.All)
                foreach (ref float value in parameter.Value.Span) value = .2f * (random.NextSingle() - .5f);
            AdapterFolder.Save(model, adapter, file);
        }
        GgufAdapter.Save(adapter, exported);

        using var llama = new Llama(file);
        using Decoder plain = ModelStore.LoadLanguageModel(file), updated = ModelStore.LoadLanguageModel(adapter);
        int[] ids = [.. Enumerable.Range(0, 20).Select(i => (7 * i + 3) % plain.VocabularySize)];
        float[] before = llama.Logits(ids), after = llama.Logits(ids, exported);
        double rounding = Apart(before, Logits(plain, ids)), change = Apart(before, after);
        double difference = Apart(after, Logits(updated, ids));
        string figures = $"logits are {rounding:g3} apart without the adapter and {difference:g3} with it, which changes them by {change:g3}";
        TestContext.Current.TestOutputHelper!.WriteLine(figures);
        Assert.True(rounding < tolerance && difference < Math.Max(tolerance, 2 * rounding) && change > 4 * difference, figures);
    }

    /// <summary>The root of the mean square of the differences.</summary>
    static double Apart(float[] one, float[] other)
    {
        Assert.Equal(one.Length, other.Length);
        return Math.Sqrt(one.Zip(other, (a, b) => (double)(a - b) * (a - b)).Average());
    }

    float[] Logits(Decoder model, int[] ids)
    {
        PackedBatch batch = PackedBatch.Of([new TokenPair(ids, new byte[ids.Length], new byte[ids.Length])]);
        return model.LanguageLogits(new Tape(kernels, arena, training: false), batch, batch.LastRows.ToArray()).Value.Span.ToArray();
    }

    /// <summary>A small random Llama in float32, without a tokenizer.</summary>
    string Made()
    {
        using var model = new Decoder(new DecoderConfig(64, 64, 2, 4, 2, 96, 128, Overlap: OverlapMarks.None));
        model.Parameters.Initialize(5, .15f);
        ModelStore.Save(model, folder.File("model"));
        File.WriteAllBytes(folder.File("made.gguf"), GgufMaking.Of(folder.File("model"), "llama", more: [("tokenizer.ggml.model", "none"), ("llama.vocab_size", 64u)]));
        return folder.File("made.gguf");
    }
}
