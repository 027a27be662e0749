using System.Text.Json.Nodes;
using Attar.Models.Checkpoints;
using Attar.Models.Decoders;
using Attar.Models.Tests.Checkpoints;
using Attar.Models.Tokenizers;
using Attar.Tensors;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels.Cpu;
using static Attar.Models.Tests.Expectation;

namespace Attar.Models.Tests.Gguf;

/// <summary>Files as llama.cpp's tools write them, against what Hugging Face's transformers compute of the same weights widened to float32.</summary>
public sealed class GgufParityTests : IDisposable
{
    const string SmolLM2 = "SmolLM2-135M-Instruct.Q4_1.gguf";
    const double Tolerance = 1e-3;

    readonly CpuKernels kernels = new(2);
    readonly Arena arena = new();
    readonly TemporaryFolder folder = new();

    public void Dispose()
    {
        kernels.Dispose();
        arena.Dispose();
        folder.Dispose();
    }

    public static TheoryData<string, bool> Files => new MatrixTheoryData<string, bool>(
        ["llama-F16", "llama-Q4_0", "llama-Q4_1", "llama-Q3_K", "llama-Q4_K", "llama-Q6_K", "qwen2-Q5_K", "qwen3-Q8_0", "gemma2-Q5_1", "gemma3-Q2_K"], [false, true]);

    [Theory, MemberData(nameof(Files))]
    public void Token_ids_and_logits_are_those_of_transformers(string name, bool widened)
    {
        string place = SharedModels.Need("fixtures", "gguf", name);
        JsonArray texts = JsonNode.Parse(File.ReadAllText(SharedModels.Need("fixtures", "checkpoints", "pairs.json")))!.AsArray();
        int[][] expected = [.. PairsOf(place).Select(pair => Numbers<int>(pair!["ids"]!))];
        Tokenizer tokenizer = ModelStore.LoadTokenizer(place);
        Assert.Equal(expected, [.. texts.Take(expected.Length).Select(pair => tokenizer.Tokenize($"Query: {pair![0]}\nProduct: {pair[1]}").Ids.Take(128).ToArray())]);

        using Decoder model = ModelStore.LoadLanguageModel(place, trainable: widened);
        Near(LogitsIn(place), LanguageLogits(model, expected), Tolerance);
    }

    [Theory, InlineData("llama-Q4_1"), InlineData("qwen2-Q5_K"), InlineData("gemma2-Q5_1"), InlineData("gemma3-Q2_K")]
    public void Saved_as_a_folder_it_is_the_same_model_with_the_same_tokenizer(string name)
    {
        string place = SharedModels.Need("fixtures", "gguf", name);
        int[][] texts = [.. PairsOf(place).Select(pair => Numbers<int>(pair!["ids"]!))];
        float[] expected;
        using (Decoder model = ModelStore.LoadLanguageModel(Path.Combine(place, "model.gguf")))
        {
            ModelStore.Save(model, folder.Path);
            expected = LanguageLogits(model, texts);
        }
        Tokenizer tokenizer = ModelStore.LoadTokenizer(place);
        tokenizer.Save(folder.Path);
        Tokenizer saved = ModelStore.LoadTokenizer(folder.Path);
        foreach (string text in new[] { "red  wine\tglasses, 12 oz. (4-Pack)", "naïve café", "<s>" }) Assert.Equal(tokenizer.Tokenize(text).Ids, saved.Tokenize(text).Ids);
        using Decoder again = ModelStore.LoadLanguageModel(folder.Path);
        Near(expected, LanguageLogits(again, texts), 1e-4);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void SmolLM2_says_what_it_says_in_transformers(bool widened)
    {
        string place = SharedModels.Need("smollm2-135m-instruct"), file = SharedModels.Need("smollm2-135m-instruct", SmolLM2);
        JsonArray texts = JsonNode.Parse(File.ReadAllText(SharedModels.Need("fixtures", "checkpoints", "pairs.json")))!.AsArray(), pairs = PairsOf(place);
        JsonNode described = Of(place);
        string prompt = (string)described["prompt"]!;
        Tokenizer tokenizer = ModelStore.LoadTokenizer(file);
        int[][] ids = [.. texts.Select(pair => tokenizer.Tokenize(Filled(prompt, (string)pair![0]!, (string)pair[1]!), structure: false).Ids)];
        Assert.Equal([.. pairs.Select(pair => Numbers<int>(pair!["ids"]!))], ids[..pairs.Count]);

        using Decoder model = ModelStore.LoadLanguageModel(file, trainable: widened);
        float[] logits = LanguageLogits(model, ids[..pairs.Count]), first = LogitsIn(place);
        Near(first, logits[..first.Length], Tolerance);
        for (int i = 0; i < pairs.Count; i++)
            foreach (string answer in new[] { "yes", "no" })
                Assert.Equal((double)pairs[i]![answer]!, logits[i * model.VocabularySize + (int)described[answer]!], Tolerance);
    }

    static string Filled(string prompt, string query, string product)
    {
        string[] parts = prompt.Split("{}");
        return parts[0] + query + parts[1] + product + parts[2];
    }

    /// <returns>(texts, vocabulary)</returns>
    float[] LanguageLogits(Decoder model, int[][] texts)
    {
        PackedBatch batch = PackedBatch.Of([.. texts.Select(ids => new TokenPair(ids, new byte[ids.Length], new byte[ids.Length]))]);
        return model.LanguageLogits(new Tape(kernels, arena, training: false), batch, batch.LastRows.ToArray()).Value.Span.ToArray();
    }
}
