using Attar.Models.Tokenizers;

namespace Attar.Models.Onnx;

/// <summary>The marks of <see cref="TokenPair.Overlap"/>, found by the graph itself, so that a host needs no tokenizer of ours.</summary>
sealed class OverlapOnnx
{
    internal const int Float = 1, Int32 = 6;

    readonly OnnxGraph graph;
    readonly string own;

    /// <summary>
    /// A word's key is its id + 1, in the query positive, in the product negative; all other tokens and padding have 0. A word stands on both sides where
    /// some key is the negative of its own.
    /// </summary>
    /// <param name="words">Whether a token, by its id, is a word.</param>
    public OverlapOnnx(OnnxGraph graph, bool[] words, string ids, string mask, string segments)
    {
        this.graph = graph;
        int[] keys = [.. words.Select((word, id) => word ? id + 1 : 0)];
        string key = graph.Node("Gather", "overlap.key", [graph.Tensor("overlap.keys", [keys.Length], keys), ids]);
        string real = graph.Node("Cast", "overlap.real", [mask], ("to", Int32));
        Side = graph.Node("Cast", "overlap.side", [segments], ("to", Int32));
        string sign = graph.Node("Sub", "overlap.sign", [real, graph.Node("Add", "overlap.side.twice", [Side, Side])]); // query 1, product -1, padding 0
        own = graph.Node("Mul", "overlap.own", [key, graph.Node("Mul", "overlap.sign.real", [sign, real])]);
        string equal = graph.Node("Equal", "overlap.equal", [Wider("overlap.rows", own, 2), Wider("overlap.columns", graph.Node("Neg", "overlap.negative", [own]), 1)]); // (batch, length, length)
        Both = graph.Node("ReduceMax", "overlap.any", [graph.Node("Cast", "overlap.found", [equal], ("to", Int32))], ("axes", new int[] { 2 }), ("keepdims", 0));
    }

    /// <summary>1 where a token stands on both sides, or is no word; else 0, (batch, length).</summary>
    public string Both { get; }

    /// <summary>The token types: 1 for the product's side, (batch, length).</summary>
    public string Side { get; }

    /// <summary>1 for a word of the query, -1 for one of the product, else 0, (batch, length).</summary>
    public string Words() => graph.Node("Sign", "overlap.mark", [own]);

    /// <returns>(batch, length): which of the three embeddings; -1 is the last, as 2 is</returns>
    public string Exact() => graph.Node("Mul", "overlap.marks", [Both, Words()]);

    string Wider(string name, string x, int axis) => graph.Node("Unsqueeze", name, [x], ("axes", new int[] { axis }));
}
