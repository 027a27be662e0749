using System.Text;
using LLama;
using LLama.Common;
using LLama.Native;

namespace Attar.Peers.Tests.LlamaCpp;

/// <summary>A GGUF file in llama.cpp, on one core and with keys and values in float32, so that it rounds as little as it can.</summary>
sealed class Llama : IDisposable
{
    static readonly Lazy<string?> missing = new(() =>
    {
        try
        {
            NativeLibraryConfig.All.WithLogCallback((_, _) => { });
            NativeApi.llama_empty_call();
            return null;
        }
        catch (Exception fault) when (fault is DllNotFoundException or TypeInitializationException or LLama.Exceptions.RuntimeError)
        {
            return (fault.InnerException ?? fault).Message;
        }
    });

    readonly ModelParams settings;
    readonly LLamaWeights weights;

    /// <summary>Skips the test where llama.cpp has no library for this machine.</summary>
    public Llama(string path)
    {
        Assert.SkipWhen(missing.Value != null, $"llama.cpp's library does not load: {missing.Value}");
        settings = new ModelParams(path) { GpuLayerCount = 0, ContextSize = 512, Threads = 1, BatchThreads = 1, TypeK = GGMLType.GGML_TYPE_F32, TypeV = GGMLType.GGML_TYPE_F32, FlashAttention = false };
        weights = LLamaWeights.LoadFromFile(settings);
    }

    /// <summary>The ids of a text, without the start token.</summary>
    public int[] Tokenize(string text) => [.. weights.Tokenize(text, add_bos: false, special: true, Encoding.UTF8).Select(token => (int)token)];

    /// <summary>Logits after the last token.</summary>
    /// <param name="adapter">A GGUF file with low-rank updates; null: none.</param>
    public float[] Logits(int[] ids, string? adapter = null)
    {
        using LLamaContext context = weights.CreateContext(settings);
        if (adapter != null) context.NativeHandle.SetLoraAdapters([(weights.NativeHandle.LoadLoraFromFile(adapter), 1)]);
        var batch = new LLamaBatch();
        for (int i = 0; i < ids.Length; i++) batch.Add(ids[i], i, LLamaSeqId.Zero, i == ids.Length - 1);
        Assert.Equal(DecodeResult.Ok, context.Decode(batch));
        return context.NativeHandle.GetLogitsIth(ids.Length - 1).ToArray();
    }

    public void Dispose() => weights.Dispose();
}
