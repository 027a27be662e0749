using System.Text.Json.Nodes;
using Attar.Models.Decoders;
using Attar.Models.Files;
using Attar.Models.Layers;

namespace Attar.Models.Checkpoints;

/// <summary>Decoders from config.json, each with the keys and defaults of its class in Hugging Face's transformers.</summary>
static class DecoderFolders
{
    public static PairModel Llama(ModelFolder f, HeadChoice head, ParameterSet weights) => new Decoder(Biased(f, Common(f, head)), weights);

    public static PairModel SmolLm3(ModelFolder f, HeadChoice head, ParameterSet weights)
    {
        if (f.Flag("use_sliding_window", false)) throw f.Refused("use_sliding_window", "false");
        DecoderConfig common = Common(f, head);
        (float theta, RopeScaling? scaling) = RopeOf(f, 2_000_000);
        return new Decoder(Biased(f, common) with { RopeTheta = theta, Scaling = scaling, Turned = TurnedLayers.Of(f, common.Layers) }, weights);
    }

    /// <summary>With the biases that Llama's relatives may have.</summary>
    static DecoderConfig Biased(ModelFolder f, DecoderConfig common)
    {
        bool bias = f.Flag("attention_bias", false);
        return common with { AttentionBias = bias, OutputBias = bias, MlpBias = f.Flag("mlp_bias", false) };
    }

    public static PairModel Mistral(ModelFolder f, HeadChoice head, ParameterSet weights)
    {
        DecoderConfig common = Common(f, head);
        return new Decoder(common with { Windows = f.Integer("sliding_window", 0) is > 0 and int window ? [.. Enumerable.Repeat(window, common.Layers)] : null }, weights);
    }

    public static PairModel Qwen2(ModelFolder f, HeadChoice head, ParameterSet weights)
    {
        DecoderConfig common = Common(f, head);
        return new Decoder(common with { AttentionBias = true, Windows = QwenWindows(f, common.Layers) }, weights);
    }

    public static PairModel Qwen3(ModelFolder f, HeadChoice head, ParameterSet weights)
    {
        DecoderConfig common = Common(f, head, headSize: 128);
        bool bias = f.Flag("attention_bias", false);
        return new Decoder(common with { AttentionBias = bias, OutputBias = bias, HeadNorms = true, Windows = QwenWindows(f, common.Layers) }, weights);
    }

    public static PairModel Gemma2(ModelFolder f, HeadChoice head, ParameterSet weights)
    {
        if (f.Flag("attention_bias", false)) throw f.Refused("attention_bias", "false");
        return new Decoder(Gemma(f, Common(f, head, headSize: 256)), weights);
    }

    public static PairModel Gemma3(ModelFolder f, HeadChoice head, ParameterSet weights)
    {
        if (f.Flag("use_bidirectional_attention", false)) throw f.Refused("use_bidirectional_attention", "false: a language model, whose tokens see those before them");
        bool bias = f.Flag("attention_bias", false);
        (float theta, RopeScaling? scaling) = RopeOf(f, 1_000_000, "full_attention");
        return new Decoder(Gemma(f, Common(f, head, headSize: 256, Gemma3Sizes)) with
        {
            RopeTheta = theta,
            Scaling = scaling,
            LocalTheta = LocalTheta(f),
            AttentionBias = bias,
            OutputBias = bias,
            HeadNorms = true,
        }, weights);
    }

    /// <summary>What Gemma 2 and 3 have in common.</summary>
    static DecoderConfig Gemma(ModelFolder f, DecoderConfig common) => common with
    {
        Windows = LayerTypes.Windows(f, common.Layers, f.Size("sliding_window", 4096)),
        Activation = f.Activation("hidden_activation", Activation.GeluTanh),
        OuterNorms = true,
        GainsFromOne = true,
        EmbeddingScale = MathF.Sqrt(common.Hidden),
        QueryScale = (float)(1 / Math.Sqrt(f.Number("query_pre_attn_scalar", 256))),
        AttentionCap = (float)f.Number("attn_logit_softcapping", 0),
        LanguageCap = (float)f.Number("final_logit_softcapping", 0),
    };

    /// <summary>What published multimodal folders leave out, as transformers' Gemma3TextConfig fills it in.</summary>
    static readonly DecoderConfig Gemma3Sizes = new(262_208, Hidden: 2304, Layers: 26, Heads: 8, KeyHeads: 4, Intermediate: 9216, MaxPositions: 131_072);

    /// <summary>Base of Gemma 3's layers with a window.</summary>
    static float LocalTheta(ModelFolder f)
    {
        ModelFolder? own = f.Part("rope_parameters")?.Part("sliding_attention");
        if (own != null && own.Text("rope_type", "default") != "default") throw own.Refused("rope_type", "\"default\"");
        double theta = own?.Number("rope_theta", 10_000) ?? f.Number("rope_local_base_freq", 10_000);
        return theta > 0 ? (float)theta : throw (own ?? f).Refused(own != null ? "rope_theta" : "rope_local_base_freq", "a number above 0");
    }

    static int[]? QwenWindows(ModelFolder f, int layers) => f.Flag("use_sliding_window", false) ? LayerTypes.Windows(f, layers, f.Size("sliding_window", 4096)) : null;

    /// <param name="headSize">Where <c>head_dim</c> is absent; 0: hidden_size / num_attention_heads.</param>
    /// <param name="otherwise">Sizes of an architecture whose folders may leave them out; null: they must be there.</param>
    static DecoderConfig Common(ModelFolder f, HeadChoice head, int headSize = 0, DecoderConfig? otherwise = null)
    {
        int heads = f.Size("num_attention_heads", otherwise?.Heads), columns = f.Integer("head_dim", headSize);
        int hidden = columns > 0 ? f.Size("hidden_size", otherwise?.Hidden) : f.Multiple("hidden_size", "num_attention_heads");
        int keyHeads = f.Size("num_key_value_heads", otherwise?.KeyHeads ?? heads), size = columns > 0 ? columns : hidden / heads;
        if (heads % keyHeads != 0) throw f.Refused("num_key_value_heads", $"a number that divides num_attention_heads, {heads}");
        if (size % 2 != 0) throw f.Refused("head_dim", $"an even number of columns a head, not {size}");
        (float theta, RopeScaling? scaling) = RopeOf(f);
        return new DecoderConfig(
            f.Size("vocab_size", otherwise?.VocabularySize), hidden, f.Size("num_hidden_layers", otherwise?.Layers), heads, keyHeads,
            f.Size("intermediate_size", otherwise?.Intermediate), f.Size("max_position_embeddings", otherwise?.MaxPositions ?? 2048), head.Labels,
            (float)(f.Part("attar")?.Number("dropout", 0) ?? 0), (float)f.Number("rms_norm_eps", 1e-6), theta, f.Overlap(),
            columns * heads == hidden ? 0 : columns, scaling, Activation: f.Activation("hidden_act", Activation.Silu), TiedEmbeddings: f.Flag("tie_word_embeddings", true), LanguageHead: head.Language);
    }

    /// <summary>Base and scaling of the rotary positions: <c>rope_theta</c> and <c>rope_scaling</c>, which transformers 5 writes together as <c>rope_parameters</c>.</summary>
    /// <param name="layers">The type of layer whose part of <c>rope_parameters</c> counts; null: it has no such parts.</param>
    static (float Theta, RopeScaling? Scaling) RopeOf(ModelFolder f, double otherwise = 10_000, string? layers = null)
    {
        ModelFolder? both = f.Part("rope_parameters");
        if (layers != null) both = both?.Part(layers);
        ModelFolder? scaling = both ?? f.Part("rope_scaling");
        double theta = (both ?? f).Number("rope_theta", f.Number("rope_theta", otherwise));
        if ((both ?? f).Number("partial_rotary_factor", 1) != 1) throw (both ?? f).Refused("partial_rotary_factor", "1");
        return ((float)theta, scaling == null ? null : ScalingOf(scaling, f.Size("max_position_embeddings", 2048)));
    }

    static RopeScaling? ScalingOf(ModelFolder s, int positions)
    {
        string key = s.Config["rope_type"] != null ? "rope_type" : "type";
        switch (s.Text(key, "default"))
        {
            case "default" or "dynamic": return null; // dynamic scaling begins beyond max_position_embeddings, where Attar's texts end
            case "linear": return new RopeScaling.Linear(s.Number("factor"));
            case "llama3": return new RopeScaling.Llama3(s.Number("factor"), s.Number("low_freq_factor"), s.Number("high_freq_factor"), s.Size("original_max_position_embeddings"));
            case "yarn":
                double factor = s.Number("factor"), m = s.Number("mscale", 0), all = s.Number("mscale_all_dim", 0);
                double attention = s.Number("attention_factor", m > 0 && all > 0 ? Sharpness(factor, m) / Sharpness(factor, all) : Sharpness(factor, 1));
                return new RopeScaling.Yarn(factor, s.Size("original_max_position_embeddings", positions), s.Number("beta_fast", 32), s.Number("beta_slow", 1), attention, s.Flag("truncate", true));
            default: throw s.Refused(key, "linear, llama3, yarn, dynamic or default");
        }
    }

    static double Sharpness(double factor, double weight) => factor > 1 ? 1 + .1 * weight * Math.Log(factor) : 1;

    /// <summary>config.json of a decoder made here.</summary>
    public static JsonObject Describe(DecoderConfig c) => new()
    {
        ["model_type"] = "llama",
        ["vocab_size"] = c.VocabularySize,
        ["hidden_size"] = c.Hidden,
        ["num_hidden_layers"] = c.Layers,
        ["num_attention_heads"] = c.Heads,
        ["num_key_value_heads"] = c.KeyHeads,
        ["head_dim"] = c.HeadSize,
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
        ["attar"] = new JsonObject { ["overlap"] = ConfigKeys.Describe(c.Overlap), ["dropout"] = c.Dropout },
    };
}
