using System.Text.Json.Nodes;
using Attar.Models.Encoders;
using Attar.Models.Files;
using Attar.Models.Layers;
using Attar.Models.Onnx.Reading;
using Attar.Models.Tokenizers;

namespace Attar.Models.Onnx;

/// <summary>Turns an ONNX file of an encoder into the Hugging Face folder that it was exported from. Weights are found by where they stand in the graph.</summary>
public static class OnnxFolder
{
    static readonly string[] companions = ["tokenizer.json", "vocab.txt", "tokenizer_config.json", "special_tokens_map.json", "vocab.json", "merges.txt", "tokenizer.model"];

    /// <summary>Writes config.json, model.safetensors and the tokenizer's files. What lies beside the ONNX file, or where Optimum puts it, in the folder above, is used: a config.json, a tokenizer.</summary>
    /// <param name="file">A BERT, MiniLM, RoBERTa, DistilBERT or ELECTRA as PyTorch or Optimum export it, in float32 or 16 bits; without a head, or with the one of a reranker.</param>
    /// <param name="folder">To be written.</param>
    /// <exception cref="CheckpointException">when the graph is of another kind; the message says what was found.</exception>
    /// <exception cref="InvalidDataException">when there is no tokenizer beside it.</exception>
    public static void Convert(string file, string folder)
    {
        var graph = new EncoderGraph(new OnnxFile(file));
        string own = Path.GetDirectoryName(Path.GetFullPath(file))!;
        string[] places = [own, .. Path.GetDirectoryName(own) is { } above ? new[] { above } : []];
        string tokens = places.FirstOrDefault(place => companions.Any(name => File.Exists(Path.Combine(place, name))))
            ?? throw new InvalidDataException($"{file}: expected the model's tokenizer beside it: {string.Join(" or ", companions.Take(2))}; put it there");
        string? config = places.Select(place => Path.Combine(place, "config.json")).FirstOrDefault(File.Exists);
        JsonObject description = config is null ? Describe(graph) : ModelFolder.Open(Path.GetDirectoryName(config)!).Config;
        EncoderFamily family = FamilyOf(graph, description);
        Dictionary<string, NamedTensor> tensors = Tensors(graph, EncoderNames.Of(family)).ToDictionary(tensor => tensor.Name);
        Tokenizer tokenizer = Tokenizer.Load(tokens);
        if (tokenizer.VocabularySize > graph.Words.Shape[0])
            throw new InvalidDataException($"{tokens}: expected a tokenizer of at most the {graph.Words.Shape[0]} tokens of {file}, found {tokenizer.VocabularySize}; put the model's own beside it");
        tokenizer.Save(folder);
        new ModelFolder(description).Save(folder, tensors.Values);
    }

    static EncoderFamily FamilyOf(EncoderGraph graph, JsonObject description) => (string?)description["model_type"] switch
    {
        "bert" => EncoderFamily.Bert,
        "roberta" or "xlm-roberta" or "camembert" => EncoderFamily.Roberta,
        "distilbert" => EncoderFamily.DistilBert,
        "electra" => EncoderFamily.Electra,
        var other => throw graph.Refused($"{other ?? "no model_type"} in the config.json beside it"),
    };

    /// <summary>config.json from the graph's shapes.</summary>
    static JsonObject Describe(EncoderGraph graph)
    {
        int hidden = graph.Layers[0].Query.Rows, heads = graph.Heads ?? throw graph.Refused("a number of attention heads that is computed as it runs: put the model's config.json beside it");
        string activation = graph.Activation switch { Activation.Relu => "relu", Activation.GeluTanh => "gelu_new", _ => "gelu" };
        if (graph.Segments is null && !graph.CountsPositions)
            return new()
            {
                ["model_type"] = "distilbert",
                ["vocab_size"] = graph.Words.Shape[0],
                ["dim"] = hidden,
                ["n_layers"] = graph.Layers.Count,
                ["n_heads"] = heads,
                ["hidden_dim"] = graph.Layers[0].Intermediate.Rows,
                ["max_position_embeddings"] = graph.Positions.Shape[0],
                ["activation"] = activation,
            };
        JsonObject config = new()
        {
            ["model_type"] = graph.CountsPositions ? "roberta" : graph.Widening is null ? "bert" : "electra",
            ["vocab_size"] = graph.Words.Shape[0],
            ["hidden_size"] = hidden,
            ["num_hidden_layers"] = graph.Layers.Count,
            ["num_attention_heads"] = heads,
            ["intermediate_size"] = graph.Layers[0].Intermediate.Rows,
            ["max_position_embeddings"] = graph.Positions.Shape[0],
            ["type_vocab_size"] = graph.Segments?.Shape[0] ?? 1,
            ["hidden_act"] = activation,
            ["hidden_dropout_prob"] = .1,
            ["attention_probs_dropout_prob"] = .1,
            ["layer_norm_eps"] = Math.Round(graph.EmbeddingNorm.Epsilon, 15),
            ["pad_token_id"] = graph.CountsPositions ? 1 : 0,
        };
        if (graph.Widening is not null) config["embedding_size"] = graph.Words.Shape[1];
        if (graph.Head.LastOrDefault() is { } output && output.Rows != hidden) config["num_labels"] = output.Rows;
        return config;
    }

    static IEnumerable<NamedTensor> Tensors(EncoderGraph graph, EncoderNames names)
    {
        yield return Of(names.Embedding("word_embeddings.weight"), graph.Words);
        yield return Of(names.Embedding("position_embeddings.weight"), graph.Positions);
        string types = names.Embedding("token_type_embeddings.weight");
        if (graph.Segments is not null) yield return Of(types, graph.Segments);
        else if (graph.CountsPositions) yield return new NamedTensor(types, [1, graph.Words.Shape[1]], new float[graph.Words.Shape[1]]); // one type, which an exporter adds to nothing
        foreach (NamedTensor tensor in Norm(names.Embedding("LayerNorm"), graph.EmbeddingNorm)) yield return tensor;
        var linears = new List<(string Name, GraphLinear Linear)>();
        if (graph.Widening is not null) linears.Add(($"{names.Model}.embeddings_project", graph.Widening));
        for (int i = 0; i < graph.Layers.Count; i++)
        {
            GraphLayer layer = graph.Layers[i];
            linears.AddRange([
                (names.In(i, names.Query), layer.Query), (names.In(i, names.Key), layer.Key), (names.In(i, names.Value), layer.Value), (names.In(i, names.Attended), layer.Attended),
                (names.In(i, names.Intermediate), layer.Intermediate), (names.In(i, names.Output), layer.Output)]);
            foreach (NamedTensor tensor in Norm(names.In(i, names.AttendedNorm), layer.AttendedNorm).Concat(Norm(names.In(i, names.OutputNorm), layer.OutputNorm))) yield return tensor;
        }
        int hidden = graph.Layers[0].Query.Rows;
        foreach (GraphLinear layer in graph.Head)
            linears.Add((layer.Rows == hidden && layer == graph.Head[0] ? names.Head : layer == graph.Head[^1] && graph.Head.Count <= 2 ? names.Logits
                : throw graph.Refused($"{graph.Head.Count} linear layers behind the encoder, the last of {graph.Head[^1].Rows} outputs"), layer));
        foreach ((string name, GraphLinear linear) in linears)
        {
            yield return new NamedTensor(name + ".weight", [linear.Rows, linear.Columns], () => linear.Values());
            if (linear.Bias is { } bias) yield return Of(name + ".bias", bias);
            else throw graph.Refused($"{name} without a bias");
        }
    }

    static IEnumerable<NamedTensor> Norm(string name, GraphNorm norm) => [Of(name + ".weight", norm.Gain), Of(name + ".bias", norm.Bias)];

    static NamedTensor Of(string name, OnnxTensor tensor) => new(name, tensor.Shape, () => tensor.Floats());
}
