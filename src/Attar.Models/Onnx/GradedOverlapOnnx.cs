using Attar.Models.Tokenizers;

namespace Attar.Models.Onnx;

/// <summary>Graded marks as nodes: what <see cref="WordGrams"/> and <see cref="OverlapMarker"/> do, as tables by token id, sets of grams as rows of 256 zeros and ones, and what two words share as their product.</summary>
sealed class GradedOverlapOnnx(OnnxGraph graph, OverlapOnnx exact, WordGrams grams, int vocabulary, string ids)
{
    const int Float = OverlapOnnx.Float, Int32 = OverlapOnnx.Int32;

    /// <returns>(batch, length): which of the embeddings</returns>
    public string Marks()
    {
        string sign = exact.Words(), isWord = Node("Abs", "word", sign), zero = Node("Sub", "zero", isWord, isWord), one = Number("one", 1);

        // where a word goes on, and ends
        string previous = ShiftRight("word.before", isWord, zero);
        string continues = Node("Mul", "continues", Node("Gather", "continuing", Table("continuations", [vocabulary], id => Known(id) && grams.Continues(id) ? 1 : 0), ids), Node("Mul", "word.both", isWord, previous));
        string ends = Node("Mul", "ends", isWord, Node("Sub", "stops", one, ShiftLeft("continued", continues, zero)));
        string wordOf = graph.Node("CumSum", Name("word.of"), [Node("Sub", "starts", one, continues), Number("axis", 1)]);

        // grams of a token: within it, at the seam before it, and at the end of its word
        string id = Cast("id", ids, Int32), last = Number("around", vocabulary);
        string before = Node("Add", "before", last, Node("Mul", "before.moved", continues, Node("Sub", "before.id", ShiftRight("id.before", id, zero), last)));
        string tails = Seams("tails", id => grams.Tail(id)), heads = Seams("heads", id => grams.Head(id));
        string seam = Bits("seam", Node("Gather", "seam.tail", tails, before), Node("Gather", "seam.head", heads, ids), isWord);
        string end = Bits("end", Node("Gather", "end.tail", tails, ids), Node("Gather", "end.head", heads, last), ends);
        string within = Cast("within", Node("Gather", "within.grams", graph.Tensor(Name("grams"), [vocabulary, WordGrams.Bits], Within), ids), Float);
        string ofToken = Node("Add", "token", Node("Mul", "token.within", within, Cast("word.real", Wider("word.wide", isWord, 2), Float)), Node("Add", "token.seams", seam, end));

        // grams of a token's word, and what it shares with words of the other side
        string same = Cast("same", Node("Equal", "same.word", Wider("word.rows", wordOf, 2), Wider("word.columns", wordOf, 1)), Float);
        string ofWord = Node("Min", "grams.of.word", Node("MatMul", "grams.sum", same, ofToken), graph.Number(1));
        string count = graph.Node("ReduceSum", Name("count"), [ofWord], ("axes", new int[] { 2 }), ("keepdims", 1));
        string shared = Node("MatMul", "shared", ofWord, graph.Node("Transpose", Name("grams.across"), [ofWord], ("perm", new int[] { 0, 2, 1 })));
        string signs = Cast("sign", sign, Float);
        string apart = Node("Relu", "apart", Node("Neg", "apart.sign", Node("Mul", "sides", Wider("sign.rows", signs, 2), Wider("sign.columns", signs, 1))));
        string most = graph.Node("ReduceMax", Name("most"), [Node("Mul", "shared.apart", shared, apart)], ("axes", new int[] { 2 }), ("keepdims", 1));

        // its level, and the mark
        string levels = graph.Tensor(Name("levels"), [OverlapMarker.Levels.Length], () => OverlapMarker.Levels.Select(from => (float)from).ToArray());
        string reached = Node("GreaterOrEqual", "reached", Node("Mul", "most.parts", most, graph.Number(OverlapMarker.Parts)), Node("Mul", "from", count, levels));
        string level = graph.Node("ReduceSum", Name("level"), [Cast("reached.number", reached, Int32)], ("axes", new int[] { 2 }), ("keepdims", 0));
        string kind = Node("Mul", "kind", isWord, Node("Add", "kind.any", level, Node("Mul", "kind.exact", exact.Both, Number("half", OverlapMarker.Kinds / 2))));
        string product = Node("Mul", "product", Node("Mul", "product.side", exact.Side, Number("sides.kinds", OverlapMarker.Kinds - 1)), Node("Sign", "any.kind", kind));
        return Node("Add", "marks", kind, product);
    }

    /// <summary>One-hot rows of three seams each. (batch, length, 256)</summary>
    string Bits(string name, string tail, string head, string where)
    {
        string bit = Node("Mod", $"{name}.bit", Node("Add", $"{name}.sum", tail, head), Number("bits", WordGrams.Bits));
        string equal = Node("Equal", $"{name}.equal", Wider($"{name}.wide", bit, 3), Table("bit.numbers", [WordGrams.Bits], i => i));
        string any = graph.Node("ReduceMax", Name($"{name}.any"), [Cast($"{name}.hot", equal, Float)], ("axes", new int[] { 2 }), ("keepdims", 0));
        return Node("Mul", $"{name}.grams", any, Cast($"{name}.where", Wider($"{name}.where.wide", where, 2), Float));
    }

    string ShiftRight(string name, string x, string zero) => Concat(name, Slice($"{name}.zero", zero, 0, 1), Slice($"{name}.kept", x, 0, -1));

    string ShiftLeft(string name, string x, string zero) => Concat(name, Slice($"{name}.kept", x, 1, int.MaxValue), Slice($"{name}.zero", zero, 0, 1));

    string Concat(string name, string left, string right) => graph.Node("Concat", Name(name), [left, right], ("axis", 1));

    string Slice(string name, string x, long from, long to) => graph.Node("Slice", Name(name), [x, graph.List(from), graph.List(to), graph.List(1)]);

    string Wider(string name, string x, int axis) => graph.Node("Unsqueeze", Name(name), [x], ("axes", new int[] { axis }));

    string Cast(string name, string x, int to) => graph.Node("Cast", Name(name), [x], ("to", to));

    string Node(string operation, string name, params string[] of) => graph.Node(operation, Name(name), of);

    string Seams(string name, Func<int, ReadOnlySpan<byte>> row) => Table(name, [vocabulary + 1, WordGrams.SeamGrams], i =>
    {
        int id = i / WordGrams.SeamGrams;
        return id == vocabulary ? row(-1)[i % WordGrams.SeamGrams] : Known(id) ? row(id)[i % WordGrams.SeamGrams] : 0;
    });

    sbyte[] Within() => [.. Enumerable.Range(0, vocabulary * WordGrams.Bits).Select(i => (sbyte)(Known(i / WordGrams.Bits) && grams.Within(i / WordGrams.Bits).Has(i % WordGrams.Bits) ? 1 : 0))];

    /// <summary>A model may have more rows than its tokenizer has tokens.</summary>
    bool Known(int id) => id < grams.Tokens;

    readonly Dictionary<string, string> known = [];

    string Number(string name, int value) => Table(name, [], _ => value);

    string Table(string name, int[] shape, Func<int, int> value)
    {
        if (known.TryGetValue(name, out string? tensor)) return tensor;
        int[] values = [.. Enumerable.Range(0, shape.Aggregate(1, (all, length) => all * length)).Select(value)];
        return known[name] = graph.Tensor(Name(name), shape, values);
    }

    static string Name(string name) => $"overlap.graded.{name}";
}
