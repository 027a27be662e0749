using Attar.Models.Layers;

namespace Attar.Models.Encoders;

/// <summary>Encoders that compute alike and differ in names and heads.</summary>
public enum EncoderFamily
{
    /// <summary>Devlin et al. 2019; MiniLM too (Wang et al. 2020).</summary>
    Bert,

    /// <summary>Liu et al. 2019; XLM-RoBERTa (Conneau et al. 2020) and CamemBERT (Martin et al. 2020) too.</summary>
    Roberta,

    /// <summary>Sanh et al. 2019.</summary>
    DistilBert,

    /// <summary>Clark et al. 2020, the discriminator.</summary>
    Electra,
}

/// <summary>What a family calls its tensors (Hugging Face's names, without .weight and .bias), and its head: a layer, its activation, and the output.</summary>
/// <param name="Layer">Followed by the layer's number; the names after it are relative to it.</param>
/// <param name="DropsHeadInput">Dropout before the head's layer too.</param>
sealed record EncoderNames(
    string Model, string Layer, string Query, string Key, string Value, string Attended, string AttendedNorm, string Intermediate, string Output, string OutputNorm,
    string Head, Activation HeadActivation, bool DropsHeadInput, string Logits)
{
    static readonly EncoderNames bert = new(
        "bert", "bert.encoder.layer", "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "attention.output.LayerNorm",
        "intermediate.dense", "output.dense", "output.LayerNorm", "bert.pooler.dense", Activation.Tanh, false, "classifier");

    static readonly EncoderNames roberta = bert with
    {
        Model = "roberta",
        Layer = "roberta.encoder.layer",
        Head = "classifier.dense",
        HeadActivation = Activation.Tanh,
        DropsHeadInput = true,
        Logits = "classifier.out_proj",
    };

    static readonly EncoderNames electra = roberta with { Model = "electra", Layer = "electra.encoder.layer", HeadActivation = Activation.Gelu };

    static readonly EncoderNames distilBert = new(
        "distilbert", "distilbert.transformer.layer", "attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin", "sa_layer_norm",
        "ffn.lin1", "ffn.lin2", "output_layer_norm", "pre_classifier", Activation.Relu, false, "classifier");

    public static EncoderNames Of(EncoderFamily family) => family switch
    {
        EncoderFamily.Roberta => roberta,
        EncoderFamily.DistilBert => distilBert,
        EncoderFamily.Electra => electra,
        _ => bert,
    };

    /// <summary>A tensor of the embeddings.</summary>
    public string Embedding(string name) => $"{Model}.embeddings.{name}";

    /// <summary>A tensor of a layer.</summary>
    public string In(int layer, string name) => $"{Layer}.{layer}.{name}";
}
