using System.Text.Json.Nodes;
using Attar.Models.Encoders;
using Attar.Models.Files;
using Attar.Models.Layers;

namespace Attar.Models.Checkpoints;

/// <summary>Encoders from config.json, each with the keys and defaults of its class in Hugging Face's transformers.</summary>
static class EncoderFolders
{
    public static PairModel Bert(ModelFolder f, HeadChoice head, ParameterSet weights) =>
        new Encoder(Common(f, head, segments: 2) with { LanguageHead = !head.Fresh && f.Extension("language_head") }, weights);

    public static PairModel Roberta(ModelFolder f, HeadChoice head, ParameterSet weights)
    {
        int first = f.Integer("pad_token_id", 1) + 1; // positions count on from the padding's
        EncoderConfig common = Common(f, head, segments: 1);
        return new Encoder(common with { Family = EncoderFamily.Roberta, FirstPosition = first, MaxPositions = common.MaxPositions - first }, weights);
    }

    public static PairModel Electra(ModelFolder f, HeadChoice head, ParameterSet weights)
    {
        EncoderConfig common = Common(f, head, segments: 2);
        int size = f.Size("embedding_size", 128);
        return new Encoder(common with { Family = EncoderFamily.Electra, EmbeddingSize = size == common.Hidden ? 0 : size }, weights);
    }

    public static PairModel DistilBert(ModelFolder f, HeadChoice head, ParameterSet weights) => new Encoder(new EncoderConfig(
        f.Size("vocab_size"), f.Multiple("dim", "n_heads"), f.Size("n_layers"), f.Size("n_heads"), f.Size("hidden_dim"), f.Size("max_position_embeddings", 512), 0, head.Labels,
        (float)f.Number("dropout", .1), Overlap: f.Overlap(), Family: EncoderFamily.DistilBert, Activation: f.Activation("activation", Activation.Gelu)), weights);

    static EncoderConfig Common(ModelFolder f, HeadChoice head, int segments)
    {
        if (f.Text("position_embedding_type", "absolute") != "absolute") throw f.Refused("position_embedding_type", "\"absolute\"");
        return new EncoderConfig(
            f.Size("vocab_size"), f.Multiple("hidden_size", "num_attention_heads"), f.Size("num_hidden_layers"), f.Size("num_attention_heads"), f.Size("intermediate_size"),
            f.Size("max_position_embeddings", 512), f.Size("type_vocab_size", segments), head.Labels, (float)f.Number("hidden_dropout_prob", .1), (float)f.Number("layer_norm_eps", 1e-12),
            Overlap: f.Overlap(), Activation: f.Activation("hidden_act", Activation.Gelu), Split: f.Split(f.Size("num_hidden_layers")));
    }

    public static PairModel ModernBert(ModelFolder f, HeadChoice head, ParameterSet weights)
    {
        int layers = f.Size("num_hidden_layers"), window = f.Size("local_attention", 128) / 2 + 1;
        string pooling = f.Text("classifier_pooling", "cls");
        if (pooling is not ("cls" or "mean")) throw f.Refused("classifier_pooling", "\"cls\" or \"mean\"");
        ModelFolder? rope = f.Part("rope_parameters"); // transformers 5 has them for each type of layer
        return new ModernBert(new ModernBertConfig(
            f.Size("vocab_size"), f.Multiple("hidden_size", "num_attention_heads"), layers, f.Size("num_attention_heads"), f.Size("intermediate_size"),
            f.Size("max_position_embeddings", 8192), LayerTypes.Windows(f, layers, window), head.Labels,
            (float)f.Number("classifier_dropout", 0), (float)f.Number("norm_eps", 1e-5), Theta("full_attention", "global_rope_theta", 160_000), Theta("sliding_attention", "local_rope_theta", 10_000),
            f.Flag("norm_bias", false), f.Flag("attention_bias", false), f.Flag("mlp_bias", false), f.Flag("classifier_bias", false), pooling == "mean",
            f.Activation("hidden_activation", Activation.Gelu), f.Activation("classifier_activation", Activation.Gelu), f.Overlap()), weights);

        float Theta(string layers, string key, double otherwise)
        {
            ModelFolder? own = rope?.Part(layers);
            if (own != null && own.Text("rope_type", "default") != "default") throw own.Refused("rope_type", "\"default\"");
            return (float)(own?.Number("rope_theta") ?? f.Number(key, otherwise));
        }
    }

    public static PairModel Deberta(ModelFolder f, HeadChoice head, ParameterSet weights)
    {
        if (!f.Flag("relative_attention", false)) throw f.Refused("relative_attention", "true");
        if (f.Integer("conv_kernel_size", 0) > 0) throw f.Refused("conv_kernel_size", "0: layers without a convolution");
        string[] kinds = f.Config["pos_att_type"] is JsonArray ? f.Texts("pos_att_type")! : f.Text("pos_att_type", "").Split('|');
        if (!kinds.Order(StringComparer.Ordinal).SequenceEqual(["c2p", "p2c"])) throw f.Refused("pos_att_type", "both \"p2c\" and \"c2p\"");
        string norm = f.Text("norm_rel_ebd", "none");
        if (norm is not ("none" or "layer_norm")) throw f.Refused("norm_rel_ebd", "\"layer_norm\" or \"none\"");
        int hidden = f.Multiple("hidden_size", "num_attention_heads"), positions = f.Size("max_position_embeddings", 512), size = f.Size("embedding_size", hidden);
        int distance = f.Integer("max_relative_positions", -1) is > 0 and var most ? most : positions, buckets = f.Integer("position_buckets", -1);
        if (f.Size("pooler_hidden_size", hidden) != hidden) throw f.Refused("pooler_hidden_size", $"{hidden}, the hidden size");
        return new Deberta(new DebertaConfig(
            f.Size("vocab_size"), hidden, f.Size("num_hidden_layers"), f.Size("num_attention_heads"), f.Size("intermediate_size"), positions,
            buckets > 0 ? buckets : distance, buckets > 0 ? distance : 0, f.Flag("position_biased_input", true), f.Integer("type_vocab_size", 0), f.Flag("share_att_key", false), norm == "layer_norm",
            size == hidden ? 0 : size, head.Labels, (float)f.Number("hidden_dropout_prob", .1), (float)f.Number("layer_norm_eps", 1e-7),
            f.Activation("hidden_act", Activation.Gelu), f.Activation("pooler_hidden_act", Activation.Gelu), f.Overlap()), weights);
    }

    /// <summary>config.json of an encoder made here.</summary>
    public static JsonObject Describe(EncoderConfig c) => c.Family != EncoderFamily.Bert ? throw new NotSupportedException($"only BERT can be made without a folder to start from, not {c.Family}") : new()
    {
        ["model_type"] = "bert",
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
        ["attar"] = new JsonObject { ["overlap"] = ConfigKeys.Describe(c.Overlap), ["language_head"] = c.LanguageHead, ["split"] = c.Split },
    };
}
