using System.Text.Json.Nodes;
using Attar.Models.Decoders;
using Attar.Models.Encoders;
using Attar.Models.Files;
using Attar.Models.Layers;
using Attar.Tensors.Autograd;
using Attar.Tensors.Operations;

namespace Attar.Models.Checkpoints;

/// <summary>
/// The head of a reranker that sentence-transformers keeps as modules beside the model (<c>modules.json</c>): pooling and layers, or the two tokens between
/// which a language model answers. Files: https://sbert.net/docs/cross_encoder/usage/custom_models.html.
/// </summary>
sealed class SentenceModules
{
    const string List = "modules.json", LogitScore = "LogitScore", Pooled = "Pooling", Dense = "Dense", Norm = "LayerNorm", Config = "config.json";
    const string Known = "Transformer, Pooling, Dense, LayerNorm, Dropout, LogitScore";
    const float NormEpsilon = 1e-5f; // torch's own; the folder does not say

    readonly (string Type, string Folder)[] modules;

    SentenceModules((string, string)[] modules) => this.modules = modules;

    /// <summary>Those of a folder that give a score; null where the model has a head of its own, or is an encoder of sentences.</summary>
    /// <exception cref="CheckpointException">when they are broken.</exception>
    public static SentenceModules? Of(string folder)
    {
        string file = Path.Combine(folder, List);
        if (!File.Exists(file)) return null;
        (string Type, string Folder)[] modules = [.. Read(file).Select(entry => (Text(entry, "type").Split('.')[^1], Path.Combine(folder, Text(entry, "path"))))];
        if (modules.Length < 2 || !IsReranker(folder, modules)) return null;
        foreach ((string type, string place) in modules.Skip(1))
            if (!Directory.Exists(place)) throw new CheckpointException($"{file}: module {type}: expected its folder {place}, there is none");
        return new SentenceModules([.. modules.Skip(1)]);

        string Text(JsonObject entry, string key) => entry[key] is JsonValue value && value.TryGetValue(out string? text) ? text : throw new CheckpointException($"{file}: {key}: expected a text in every module, one has {entry[key]?.ToJsonString() ?? "none"}");
    }

    static IEnumerable<JsonObject> Read(string file)
    {
        try
        {
            if (JsonTexts.Node(File.ReadAllBytes(file)) is JsonArray list && list.All(entry => entry is JsonObject)) return list.Select(entry => (JsonObject)entry!);
        }
        catch (Exception fault) when (fault is System.Text.Json.JsonException or IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"{file}: expected a list of modules in JSON: {fault.Message}");
        }
        throw new CheckpointException($"{file}: expected a list of modules, the file has something else");
    }

    static bool IsReranker(string folder, (string Type, string Folder)[] modules) => modules.Any(module => module.Type == LogitScore)
        || File.Exists(Path.Combine(folder, "config_sentence_transformers.json")) && ModelFolder.Open(folder, "config_sentence_transformers.json").Text("model_type", "SentenceTransformer") == "CrossEncoder";

    /// <summary>Whether the model is a language model whose answer is the score.</summary>
    public bool Answers => modules.Any(module => module.Type == LogitScore);

    /// <summary>The model with this head.</summary>
    /// <param name="model">With a head that says nothing; a language model with its language head where it <see cref="Answers"/>. Disposed where it does not fit.</param>
    /// <exception cref="CheckpointException">when the head does not fit the model, or gives no score.</exception>
    public PairModel On(PairModel model)
    {
        if (Answers) return Answering(model);
        if (modules[0] is not (Pooled, var pooling)) throw new CheckpointException($"{modules[0].Folder}: expected {Pooled} as the first module behind the model, found {modules[0].Type}");
        var layers = new List<RowModule>();
        int width = Width(model);
        foreach ((string type, string folder) in modules.Skip(1))
        {
            if (type == "Dropout") continue; // of training alone
            ParameterSet weights = Weights(model, folder);
            layers.Add(type switch
            {
                Dense => DenseLayer(folder, weights, ref width),
                Norm => NormLayer(folder, weights, width),
                _ => throw new CheckpointException($"{folder}: module {type}: expected one of {Known}"),
            });
        }
        if (width != 1 || layers.Count == 0) throw new CheckpointException($"{modules[^1].Folder}: expected a last module with 1 output, a score; it has {width}");
        return new ModularEncoder(model, PoolingOf(pooling), layers) { HeadNote = $"the modules {string.Join(", ", modules.Select(module => module.Type))}, the last of which gives the score" };
    }

    static int Width(PairModel model) => model switch
    {
        Encoder encoder => encoder.Config.Hidden,
        ModernBert modern => modern.Config.Hidden,
        Decoder decoder => decoder.Config.Hidden,
        _ => throw new CheckpointException($"modules: expected an encoder or a decoder before them, found {model.GetType().Name}"),
    };

    static ParameterSet Weights(PairModel model, string folder)
    {
        SafeTensorsFile file = SafeTensorsFile.Open(folder);
        var weights = new ParameterSet(wanted => file.Contains(wanted.Name) ? file.Matrix(wanted.Name, wanted, WeightMemory.Read) : throw new CheckpointException($"{folder}: expected tensor {wanted.Name} of shape ({string.Join(", ", wanted.WholeShape)}), the file lacks it"));
        model.Parameters.Own(weights);
        model.Parameters.Own(file);
        return weights;
    }

    static Pooling PoolingOf(string folder)
    {
        ModelFolder config = ModelFolder.Open(folder, Config);
        (string Mode, string Flag, Pooling Pooling)[] known = [("cls", "pooling_mode_cls_token", Pooling.First), ("mean", "pooling_mode_mean_tokens", Pooling.Mean), ("lasttoken", "pooling_mode_lasttoken", Pooling.Last)];
        if (config.Config["pooling_mode"] is { } mode) return known.FirstOrDefault(one => $"{mode}" == one.Mode) is { Mode: not null } found ? found.Pooling : throw config.Refused("pooling_mode", "cls, mean or lasttoken");
        string[] on = [.. config.Config.Where(entry => entry.Key.StartsWith("pooling_mode_", StringComparison.Ordinal) && entry.Value is JsonValue value && value.TryGetValue(out bool flag) && flag).Select(entry => entry.Key)];
        return on is [var only] && known.FirstOrDefault(one => one.Flag == only) is { Mode: not null } single ? single.Pooling
            : throw new CheckpointException($"{config.Location}: expected one of {string.Join(", ", known.Select(one => one.Flag))}, found {(on.Length == 0 ? "none" : string.Join(", ", on))}");
    }

    static RowModule DenseLayer(string folder, ParameterSet weights, ref int width)
    {
        ModelFolder config = ModelFolder.Open(folder, Config);
        if (config.Size("in_features") != width) throw config.Refused("in_features", $"{width}, what the module before gives");
        width = config.Size("out_features");
        var layer = new Projection(weights, "linear", width, config.Size("in_features"), config.Flag("bias", true));
        Func<Tape, Variable, Variable> activation = config.Text("activation_function", "torch.nn.modules.activation.Tanh").Split('.')[^1] switch
        {
            "Identity" => (_, x) => x,
            "GELU" => Gelu.Apply,
            "Tanh" => Attar.Tensors.Operations.Tanh.Apply,
            "ReLU" => Relu.Apply,
            _ => throw config.Refused("activation_function", "Identity, GELU, Tanh or ReLU of torch.nn"),
        };
        return (tape, x) => activation(tape, layer.Apply(tape, x));
    }

    static RowModule NormLayer(string folder, ParameterSet weights, int width)
    {
        ModelFolder config = ModelFolder.Open(folder, Config);
        if (config.Size("dimension") != width) throw config.Refused("dimension", $"{width}, what the module before gives");
        Parameter gain = weights.Vector("norm.weight", width), bias = weights.Vector("norm.bias", width);
        return (tape, x) => LayerNorm.Apply(tape, x, null, gain, bias, NormEpsilon);
    }

    /// <summary>The score is the logit of one token, less that of another where there are two.</summary>
    Decoder Answering(PairModel model)
    {
        if (modules is not [(LogitScore, var folder)]) throw new CheckpointException($"{modules[0].Folder}: expected {LogitScore} as the only module behind the model, found {string.Join(", ", modules.Select(module => module.Type))}");
        ModelFolder config = ModelFolder.Open(folder, Config);
        if (model is not Decoder decoder) throw new CheckpointException($"{folder}: expected a language model before it such as Llama, Qwen or Gemma, found {model.GetType().Name}");
        if (decoder.Config.LanguageCap != 0) throw new CheckpointException($"{folder}: expected a model whose logits are not capped, its final_logit_softcapping is {decoder.Config.LanguageCap}");
        int yes = Token("true_token_id");
        int? no = config.Config["false_token_id"] is null ? null : Token("false_token_id");
        decoder.Answer(yes, no);
        decoder.HeadNote = $"a language model's answer: the logit of token {yes} after the pair{(no is { } other ? $", less that of token {other}" : "")}";
        return decoder;

        int Token(string key) => config.Integer(key) is var id && id >= 0 && id < model.VocabularySize ? id : throw config.Refused(key, $"a token of the model, 0 to {model.VocabularySize - 1}");
    }
}
