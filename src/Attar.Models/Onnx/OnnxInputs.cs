using Attar.Models.Tokenizers;

namespace Attar.Models.Onnx;

/// <summary>What an encoder reads, (batch, length) each and padded on the right. Token types are an input only of a model that tells them.</summary>
sealed class OnnxInputs
{
    readonly OnnxGraph graph;
    readonly PairText text;
    readonly int vocabulary;
    readonly string? segments;

    public OnnxInputs(OnnxGraph graph, PairText text, int vocabulary, bool segments)
    {
        (this.graph, this.text, this.vocabulary) = (graph, text, vocabulary);
        Ids = graph.Input("input_ids", "batch", "length");
        Mask = graph.Input("attention_mask", "batch", "length");
        if (segments) this.segments = graph.Input("token_type_ids", "batch", "length");
    }

    public string Ids { get; }
    public string Mask { get; }
    public string Segments => segments ?? throw new InvalidOperationException("the model has no token types");

    /// <returns>(batch, length): which of the embeddings that mark overlap</returns>
    public string Marks()
    {
        var exact = new OverlapOnnx(graph, [.. Enumerable.Range(0, vocabulary).Select(text.IsWord)], Ids, Mask, Segments);
        return text.Grams is { } grams ? new GradedOverlapOnnx(graph, exact, grams, vocabulary, Ids).Marks() : exact.Exact();
    }
}
