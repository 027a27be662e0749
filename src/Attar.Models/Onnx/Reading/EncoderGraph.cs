using Attar.Models.Files;
using Attar.Models.Layers;

namespace Attar.Models.Onnx.Reading;

/// <summary>A layer of an encoder as it stands in a graph.</summary>
sealed record GraphLayer(GraphLinear Query, GraphLinear Key, GraphLinear Value, GraphLinear Attended, GraphNorm AttendedNorm, GraphLinear Intermediate, GraphLinear Output, GraphNorm OutputNorm);

/// <summary>Finds an encoder of BERT's family in a graph by how its parts hang together: exporters fold, transpose and rename weights, but a softmax has its query, key and value around it in every export.</summary>
sealed class EncoderGraph
{
    readonly OnnxFile file;
    readonly GraphView view;

    /// <exception cref="CheckpointException">when the graph is of another kind.</exception>
    public EncoderGraph(OnnxFile file)
    {
        this.file = file;
        if (file.Constants.Values.FirstOrDefault(constant => constant.IsEightBits && constant.Shape.Length > 1) is { } quantised) throw Refused($"weights in 8 bits ({quantised.Name}): give the file as it was before it was quantised");
        if (file.Nodes.Find(node => node.Domain is not ("" or "ai.onnx")) is { } foreign) throw Refused($"the operation {foreign.Operation} of {foreign.Domain}: give the file as it was before it was optimised for a runtime");
        view = new GraphView(file);
        Layers = [.. file.Nodes.Where(node => node.Operation == "Softmax").Select(LayerAt)];
        if (Layers.Count == 0) throw Refused($"no attention among {file.Nodes.Count} operations");
        GraphNorm? first = view.Norms.FirstOrDefault(norm => norm.Output == Layers[0].Query.Input);
        if (first is null)
        {
            Widening = view.Linears.FirstOrDefault(linear => linear.Output == Layers[0].Query.Input);
            first = view.Norms.FirstOrDefault(norm => norm.Output == Widening?.Input) ?? throw Refused("a first layer that reads no normalised embeddings");
        }
        EmbeddingNorm = first;
        for (int i = 1; i < Layers.Count; i++)
            if (Layers[i].Query.Input != Layers[i - 1].OutputNorm.Output) throw Refused($"a layer {i} that does not read the layer before it");
        Tables = [.. TablesBehind(first.Input)];
        if (Tables.Count is < 2 or > 3) throw Refused($"{Tables.Count} tables of embeddings added together");
        (Words, Positions, Segments) = Told(Tables);
        Head = [.. view.Linears.Where(linear => !Layers.SelectMany(LinearsOf).Append(Widening).Contains(linear))];
    }

    public IReadOnlyList<GraphLayer> Layers { get; }
    public GraphNorm EmbeddingNorm { get; }

    /// <summary>ELECTRA's way from narrower embeddings to the layers.</summary>
    public GraphLinear? Widening { get; }

    public OnnxTensor Words { get; }
    public OnnxTensor Positions { get; }
    public OnnxTensor? Segments { get; }

    /// <summary>Linear layers behind the encoder: a pooler, a classifier.</summary>
    public IReadOnlyList<GraphLinear> Head { get; }

    IReadOnlyList<GraphTable> Tables { get; }

    /// <summary>Whether positions are counted from the tokens that are no padding, as RoBERTa does.</summary>
    public bool CountsPositions => view.Behind(Tables.First(table => table.Table == Positions).Index, value => view.ProducerOf(value)?.Operation == "CumSum" ? value : null) is not null;

    /// <summary>Attention heads, from the shape that queries get; null where the graph computes it.</summary>
    public int? Heads
    {
        get
        {
            string? shape = view.ConsumersOf(Layers[0].Query.Output).FirstOrDefault(node => node.Operation == "Reshape")?.Inputs[1];
            if (shape is null) return null;
            long[] lengths = view.ConstantOf(shape)?.Wholes() ?? [];
            if (view.ProducerOf(shape) is { Operation: "Concat" } joined) lengths = [.. joined.Inputs.SelectMany(input => WholesOf(input) is { Length: > 0 } known ? known : [0])];
            if (lengths.Length < 2) return null;
            (long heads, long size, int hidden) = (lengths[^2], lengths[^1], Layers[0].Query.Rows);
            return heads > 0 && hidden % heads == 0 && (size <= 0 || heads * size == hidden) ? (int)heads : heads <= 0 && size > 0 && hidden % size == 0 ? (int)(hidden / size) : null;
        }
    }

    /// <summary>What stands between the two products of a feed-forward layer.</summary>
    public Activation Activation
    {
        get
        {
            bool Uses(string operation) => view.Ahead(Layers[0].Intermediate.Output, value => view.ProducerOf(value)?.Operation == operation ? value : null) is not null;
            return Uses("Erf") || Uses("Gelu") ? Activation.Gelu : Uses("Tanh") ? Activation.GeluTanh : Uses("Relu") ? Activation.Relu : throw Refused("an activation that is neither GELU nor ReLU");
        }
    }

    public CheckpointException Refused(string found) => new($"{file.Location}: expected an encoder of BERT's family as PyTorch or Optimum export it, found {found}");

    GraphLayer LayerAt(OnnxNode softmax)
    {
        OnnxNode scores = view.Behind(softmax.Inputs[0], ProductOfValues) ?? throw Refused("a softmax over something else than attention scores");
        GraphLinear query = LinearBehind(scores.Inputs[0]), key = LinearBehind(scores.Inputs[1]);
        OnnxNode context = view.Ahead(softmax.Output, value => view.ConsumersOf(value).FirstOrDefault(user => user.Operation == "MatMul" && user.Inputs[0] == value)) ?? throw Refused("a softmax that weighs nothing");
        GraphLinear value = LinearBehind(context.Inputs[1]), attended = LinearAhead(context.Output);
        GraphNorm attendedNorm = NormAhead(attended.Output);
        GraphLinear intermediate = LinearAhead(attendedNorm.Output), output = LinearAhead(intermediate.Output);
        return new GraphLayer(query, key, value, attended, attendedNorm, intermediate, output, NormAhead(output.Output));
    }

    /// <summary>A length, or a list of them, where it is constant.</summary>
    long[]? WholesOf(string value) => view.ConstantOf(view.ProducerOf(value) is { Operation: "Unsqueeze" } wrapped ? wrapped.Inputs[0] : value)?.Wholes();

    OnnxNode? ProductOfValues(string value) => view.ProducerOf(value) is { Operation: "MatMul" } node && view.ConstantOf(node.Inputs[1]) is null ? node : null;

    GraphLinear LinearBehind(string value) => view.Behind(value, at => view.Linears.FirstOrDefault(linear => linear.Output == at)) ?? throw Refused("an attention without linear layers before it");

    GraphLinear LinearAhead(string value) => view.Ahead(value, at => view.Linears.FirstOrDefault(linear => linear.Input == at)) ?? throw Refused("an attention without linear layers behind it");

    GraphNorm NormAhead(string value) => view.Ahead(value, at => view.Norms.FirstOrDefault(norm => norm.Input == at)) ?? throw Refused("a layer without a norm behind it");

    static IEnumerable<GraphLinear?> LinearsOf(GraphLayer layer) => [layer.Query, layer.Key, layer.Value, layer.Attended, layer.Intermediate, layer.Output];

    /// <summary>The tables whose rows are added up to a value.</summary>
    IEnumerable<GraphTable> TablesBehind(string value)
    {
        if (view.ProducerOf(value) is not { } node) return [];
        if (node.Operation is "Add") return node.Inputs.SelectMany(TablesBehind);
        return node.Operation is "Gather" && view.Tables.FirstOrDefault(table => table.Index == node.Inputs[1] && table.Table == view.ConstantOf(node.Inputs[0])) is { } found ? [found] : [];
    }

    /// <summary>Words are looked up by an input of the graph; of the others, token types are few.</summary>
    (OnnxTensor Words, OnnxTensor Positions, OnnxTensor? Segments) Told(IReadOnlyList<GraphTable> tables)
    {
        string ids = file.Inputs.Find(input => input.Contains("input_ids")) ?? file.Inputs.FirstOrDefault() ?? "";
        bool IsIds(string value) => value == ids || view.ProducerOf(value) is { Operation: "Cast" } cast && cast.Inputs[0] == ids;
        GraphTable words = tables.FirstOrDefault(table => IsIds(table.Index))
            ?? throw Refused("no table of embeddings that is asked with input_ids");
        GraphTable[] others = [.. tables.Where(table => table != words).OrderByDescending(table => table.Table.Shape[0])];
        return (words.Table, others[0].Table, others.Length > 1 ? others[1].Table : null);
    }
}
