using Attar.Models.Checkpoints;
using Attar.Models.Gguf;
using Attar.Models.Lora;
using Attar.Models.Tests.Checkpoints;
using Attar.Models.Tokenizers;
using Attar.Tensors;

namespace Attar.Models.Tests.Gguf;

/// <summary>A file's weights plus the updates of the exported adapter are the weights of the file that the merged model makes.</summary>
public sealed class GgufAdapterTests : IDisposable
{
    static readonly string fixtures = Path.Combine(AppContext.BaseDirectory, "Fixtures", "architectures");

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("llama", "llama", false)]
    [InlineData("llama", "llama", true)]
    [InlineData("mistral", "llama", false)]
    [InlineData("smollm3", "smollm3", false)]
    [InlineData("qwen2", "qwen2", false)]
    [InlineData("qwen3", "qwen3", false)]
    [InlineData("gemma3", "gemma3", false)]
    public void Updates_go_where_the_weights_are(string name, string architecture, bool rootOfRank)
    {
        string source = Path.Combine(fixtures, name), adapter = Adapter(source, rootOfRank, OverlapMarks.None);
        IReadOnlyList<string> left = GgufAdapter.Save(adapter, folder.File("adapter.gguf"));
        Assert.Equal(["base_model.model.score.weight"], left);
        using (PairModel merged = ModelStore.Load(adapter, trainable: true)) ModelStore.Save(merged, folder.File("merged"));

        using GgufFile before = Made("before.gguf", source, architecture), after = Made("after.gguf", folder.File("merged"), architecture), updates = new(folder.File("adapter.gguf"));
        Assert.Equal(("adapter", "lora", architecture, 6.0), (updates.Metadata.Text("general.type"), updates.Metadata.Text("adapter.type"), updates.Metadata.Text("general.architecture"), updates.Metadata.Number("adapter.lora.alpha")));
        Assert.Equal(2 * 7 * 2, updates.Names.Count);
        foreach (string tensor in before.Names)
        {
            float[] expected = Values(after, tensor), actual = Values(before, tensor);
            if (updates.Contains(tensor + ".lora_a"))
            {
                float[] a = Values(updates, tensor + ".lora_a"), b = Values(updates, tensor + ".lora_b");
                int columns = (int)before[tensor].Shape[1], rank = (int)updates[tensor + ".lora_a"].Shape[0];
                for (int i = 0; i < actual.Length; i++)
                    for (int k = 0; k < rank; k++) actual[i] += 6f / rank * b[i / columns * rank + k] * a[k * columns + i % columns];
            }
            Expectation.Near(expected, actual, 1e-5);
        }
    }

    [Fact]
    public void Marks_and_head_stay_behind_and_are_told() =>
        Assert.Equal(["base_model.model.model.overlap_embeddings.weight", "base_model.model.score.weight"], GgufAdapter.Save(Adapter(Path.Combine(fixtures, "qwen2"), false, OverlapMarks.Graded), folder.File("adapter.gguf")));

    /// <summary>Random updates of every layer, with a rank of 3 and an alpha of 6.</summary>
    string Adapter(string source, bool rootOfRank, OverlapMarks marks)
    {
        using PairModel model = ModelStore.LoadForGrades(source, [0, .5, 1], seed: 1, trainable: false, new ModelStart(Marks: marks));
        model.Adapt(new LoraOptions(3, 6), seed: 2);
        var random = new Random(3);
        foreach (var parameter in model.Adapter!.Parameters.All)
            foreach (ref float value in parameter.Value.Span) value = random.NextSingle() - .5f;
        AdapterFolder.Save(model, folder.File("adapter"), source);
        string config = Path.Combine(folder.File("adapter"), "adapter_config.json");
        if (rootOfRank) File.WriteAllText(config, File.ReadAllText(config).Replace("\"use_rslora\": false", "\"use_rslora\": true"));
        return folder.File("adapter");
    }

    GgufFile Made(string name, string source, string architecture)
    {
        File.WriteAllBytes(folder.File(name), GgufMaking.Of(source, architecture));
        return new GgufFile(folder.File(name));
    }

    static float[] Values(GgufFile file, string name)
    {
        byte[] bytes = new byte[file[name].Bytes];
        file.Read(file[name], 0, bytes);
        float[] values = new float[file[name].Shape.Aggregate(1L, (all, length) => all * length)];
        Blocks.Widen(file[name].Format, bytes, values);
        return values;
    }
}
