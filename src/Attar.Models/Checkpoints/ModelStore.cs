using System.Text.Json.Nodes;
using Attar.Models.Decoders;
using Attar.Models.Encoders;
using Attar.Tensors.Autograd;

namespace Attar.Models.Checkpoints;

/// <summary>Encoders and decoders to and from Hugging Face folders.</summary>
public static class ModelStore
{
    const string Bert = "bert", Llama = "llama";

    /// <summary>Writes config.json, model.safetensors and, for a one-logit encoder, what sentence-transformers reads.</summary>
    public static void Save(PairModel model, string folder)
    {
        JsonObject config = model switch
        {
            Encoder encoder => Describe(encoder.Config),
            Decoder decoder => Describe(decoder.Config),
            _ => throw new NotSupportedException($"no folder format for {model.GetType().Name}"),
        };
        if (model.Gains is { } gains) config["attar"]!["gains"] = new JsonArray([.. gains.Select(gain => JsonValue.Create(gain))]);
        new ModelFolder(config).Save(folder, model.Parameters.All.Select(Named));
        if (model is Encoder { Labels: 1 }) CrossEncoderFiles.Write(folder);
    }

    /// <summary>Reads a model as it was saved.</summary>
    /// <exception cref="CheckpointException">naming the file, the tensor, what was expected and what the file has.</exception>
    public static PairModel Load(string folder) => Load(folder, null, null);

    /// <summary>Reads a pre-trained model and gives it a fresh head.</summary>
    /// <param name="labels">of the new head</param>
    /// <param name="seed">of its first weights</param>
    public static PairModel LoadWithNewHead(string folder, int labels, ulong seed) => Load(folder, labels, seed);

    /// <summary>Reads a teacher to be trained on grades: with its head where it was trained on the same ones, else with a fresh head.</summary>
    /// <param name="gains">What each grade is worth.</param>
    /// <param name="seed">of a fresh head's first weights</param>
    public static PairModel LoadForGrades(string folder, double[] gains, ulong seed)
    {
        bool same = ModelFolder.Open(folder).Config["attar"]?["gains"] is JsonArray known && known.Select(gain => gain!.GetValue<double>()).SequenceEqual(gains);
        PairModel model = same ? Load(folder) : LoadWithNewHead(folder, gains.Length, seed);
        model.Gains = gains;
        return model;
    }

    static PairModel Load(string folder, int? labels, ulong? seed)
    {
        ModelFolder description = ModelFolder.Open(folder);
        PairModel model = description.Text("model_type", "") switch
        {
            Bert => new Encoder(EncoderConfigOf(description, labels)),
            Llama => new Decoder(DecoderConfigOf(description, labels)),
            string other => throw new CheckpointException($"{folder}/config.json: model_type: expected {Bert} or {Llama}, the file has \"{other}\""),
        };
        if (labels == null && description.Config["attar"]?["gains"] is JsonArray gains) model.Gains = [.. gains.Select(gain => gain!.GetValue<double>())];
        if (seed is { } fresh) model.Parameters.Initialize(fresh);
        using SafeTensorsFile file = SafeTensorsFile.Open(folder);
        foreach (Parameter parameter in model.Parameters.All)
        {
            // a new head keeps its first weights; so does what a pre-trained checkpoint of another tool never had
            bool mayStayFresh = seed != null && (IsHead(parameter.Name) || !file.Contains(parameter.Name) && parameter.Name.Contains("overlap"));
            if (!mayStayFresh) file.Read(parameter.Name, parameter.Value.Span, Shape(parameter));
        }
        return model;
    }

    internal static NamedTensor Named(Parameter parameter) => new(parameter.Name, Shape(parameter), () => parameter.Value.Span);

    static long[] Shape(Parameter parameter) => parameter.Decays ? [parameter.Rows, parameter.Columns] : [parameter.Columns];

    static bool IsHead(string name) => name.StartsWith("classifier.", StringComparison.Ordinal) || name == "score.weight";

    static JsonObject Describe(EncoderConfig c)
    {
        var config = new JsonObject
        {
            ["model_type"] = Bert,
            ["vocab_size"] = c.VocabularySize,
            ["hidden_size"] = c.Hidden,
            ["num_hidden_layers"] = c.Layers,
            ["num_attention_heads"] = c.Heads,
            ["intermediate_size"] = c.Intermediate,
            ["max_position_embeddings"] = c.MaxPositions,
            ["type_vocab_size"] = c.Segments,
            ["hidden_act"] = "gelu",
            ["hidden_dropout_prob"] = c.Dropout,
            ["attention_probs_dropout_prob"] = 0,
            ["layer_norm_eps"] = c.Epsilon,
            ["pad_token_id"] = 0,
            ["torch_dtype"] = "float32",
            ["attar"] = new JsonObject { ["overlap"] = c.Overlap, ["language_head"] = c.LanguageHead },
        };
        CrossEncoderFiles.DescribeHead(config, "BertForSequenceClassification", c.Labels);
        return config;
    }

    static JsonObject Describe(DecoderConfig c)
    {
        var config = new JsonObject
        {
            ["model_type"] = Llama,
            ["vocab_size"] = c.VocabularySize,
            ["hidden_size"] = c.Hidden,
            ["num_hidden_layers"] = c.Layers,
            ["num_attention_heads"] = c.Heads,
            ["num_key_value_heads"] = c.KeyHeads,
            ["head_dim"] = c.Hidden / c.Heads,
            ["intermediate_size"] = c.Intermediate,
            ["max_position_embeddings"] = c.MaxPositions,
            ["hidden_act"] = "silu",
            ["rms_norm_eps"] = c.Epsilon,
            ["rope_theta"] = c.RopeTheta,
            ["attention_bias"] = false,
            ["mlp_bias"] = false,
            ["tie_word_embeddings"] = true,
            ["pad_token_id"] = 0,
            ["torch_dtype"] = "float32",
            ["attar"] = new JsonObject { ["overlap"] = c.Overlap, ["dropout"] = c.Dropout },
        };
        CrossEncoderFiles.DescribeHead(config, "LlamaForSequenceClassification", c.Labels);
        return config;
    }

    static EncoderConfig EncoderConfigOf(ModelFolder f, int? labels) => new(
        f.Integer("vocab_size"), f.Integer("hidden_size"), f.Integer("num_hidden_layers"), f.Integer("num_attention_heads"), f.Integer("intermediate_size"),
        f.Integer("max_position_embeddings", 512), f.Integer("type_vocab_size", 2), labels ?? f.Labels,
        (float)f.Number("hidden_dropout_prob", .1), (float)f.Number("layer_norm_eps", 1e-12),
        Overlap: Extension(f, "overlap") || labels != null, LanguageHead: labels == null && Extension(f, "language_head"));

    static DecoderConfig DecoderConfigOf(ModelFolder f, int? labels) => new(
        f.Integer("vocab_size"), f.Integer("hidden_size"), f.Integer("num_hidden_layers"), f.Integer("num_attention_heads"),
        f.Integer("num_key_value_heads", f.Integer("num_attention_heads")), f.Integer("intermediate_size"), f.Integer("max_position_embeddings", 2048),
        labels ?? f.Labels, (float?)f.Config["attar"]?["dropout"]?.GetValue<double>() ?? 0, (float)f.Number("rms_norm_eps", 1e-6), (float)f.Number("rope_theta", 10000),
        Overlap: Extension(f, "overlap") || labels != null);

    static bool Extension(ModelFolder folder, string key) => folder.Config["attar"]?[key]?.GetValue<bool>() ?? false;
}
