using Attar.Models.Encoders;
using Attar.Models.Tokenizers;
using Attar.Tensors.Kernels;

namespace Attar.Models.Onnx;

/// <summary>
/// A student as an ONNX file that needs nothing but what its tokenizer gives: <c>input_ids</c>, <c>attention_mask</c> and, where the model tells
/// them, <c>token_type_ids</c> (batch, length), padded on the right; <c>logits</c> (batch, labels).
/// </summary>
public static class OnnxModel
{
    /// <summary>Where sentence-transformers, Optimum and text-embeddings-inference look for a file in float32, and for one in 8 bits.</summary>
    public const string FileName = "onnx/model.onnx", Int8FileName = "onnx/model_int8.onnx";

    internal const string Output = "logits";

    /// <summary>Whether there is a way to write the model: every encoder that reads both sides together from its first layer on.</summary>
    public static bool CanWrite(PairModel model) => model is Encoder { Config.Split: 0 } or ModernBert;

    /// <summary>Writes the file whole or not at all.</summary>
    /// <param name="model">One that <see cref="CanWrite"/>.</param>
    /// <param name="text">As the model is to read pairs: says which tokens are words that can stand on both sides.</param>
    /// <param name="precision">Float32, or Int8: weights as in <see cref="Precision.Int8"/>, activations with one range for a batch, so that scores hang a little on what stands beside a pair.</param>
    /// <exception cref="InvalidDataException">when the model is too large for the format.</exception>
    public static void Write(PairModel model, PairText text, string path, Precision precision = Precision.Float32)
    {
        if (precision == Precision.BFloat16) throw new ArgumentException("expected Float32 or Int8, found BFloat16", nameof(precision));
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var graph = new OnnxGraph("cross-encoder");
        switch (model)
        {
            case Encoder { Config: var c } encoder:
                new EncoderOnnx(encoder, graph, new OnnxLayers(graph, model.Parameters, c.Epsilon, precision), Inputs(c.Segments > 1 || c.Overlap != OverlapMarks.None)).Write();
                break;
            case ModernBert { Config: var c } modern:
                new ModernBertOnnx(modern, graph, new OnnxLayers(graph, model.Parameters, c.Epsilon, precision), Inputs(c.Overlap != OverlapMarks.None)).Write();
                break;
            default: throw new ArgumentException($"expected an encoder, found {model.GetType().Name}", nameof(model));
        }
        graph.Output(Output, "batch", model.Labels);
        graph.Write(path);

        OnnxInputs Inputs(bool segments) => new(graph, text, model.VocabularySize, segments);
    }
}
