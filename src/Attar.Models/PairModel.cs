using System.Text.Json.Nodes;
using Attar.Models.Layers;
using Attar.Models.Lora;
using Attar.Models.Tokenizers;
using Attar.Tensors.Autograd;

namespace Attar.Models;

/// <summary>A model that reads query-product pairs and says logits: one for a student, one a grade for a teacher.</summary>
/// <param name="parameters">Empty; the model adds its own. Null: a set whose values are all zero.</param>
public abstract class PairModel(ParameterSet? parameters = null) : IDisposable
{
    public ParameterSet Parameters { get; } = parameters ?? new();

    /// <summary>Through which the model is fine-tuned; null: through its own weights.</summary>
    public LoraAdapter? Adapter { get; internal set; }

    /// <summary>What is trained in full beside low-rank updates; null: the model takes none.</summary>
    internal virtual IReadOnlyList<Parameter>? BesideUpdates => null;

    /// <summary>Gives the model low-rank updates that change nothing yet, and freezes its own weights.</summary>
    /// <param name="seed">Of their first values.</param>
    /// <exception cref="InvalidDataException">when the options do not fit the model, or it takes none.</exception>
    public LoraAdapter Adapt(LoraOptions options, ulong seed) => Adapter = LoraAdapter.Attach(
        Parameters, BesideUpdates ?? throw new InvalidDataException("lora: expected a decoder such as Llama, Mistral, Qwen or Gemma to start from, found an encoder: train it whole"), options, seed);

    /// <summary>What is changed in training: all but frozen weights.</summary>
    public IEnumerable<Parameter> Trained => Parameters.All.Where(parameter => !parameter.Frozen).Concat(Adapter?.Parameters.All ?? []);

    /// <summary>The config.json that the model came with, for keys that Attar does not know; null for a model made here.</summary>
    public JsonObject? Description { get; set; }

    /// <summary>Logits a pair.</summary>
    public abstract int Labels { get; }

    public abstract int VocabularySize { get; }

    /// <summary>What each grade is worth in [0,1], for a model with a logit a grade; null for one-logit models.</summary>
    public double[]? Gains { get; set; }

    /// <summary>What its head gives, in words.</summary>
    public string HeadNote { get; internal set; } = "one logit, which is the score";

    /// <summary>How it has its pairs written.</summary>
    public PairForm Form { get; internal set; } = new PairForm.Fields();

    /// <summary>Tokens a sequence may have.</summary>
    public abstract int MaxLength { get; }

    /// <summary>Tokens of a pair as it was, or is to be, trained; null: nobody said.</summary>
    public int? LongestPair { get; internal set; }

    /// <summary>What it wants to be told of the words that the sides of a pair share.</summary>
    public abstract OverlapMarks Overlap { get; }

    /// <returns>(sequences, labels)</returns>
    public abstract Variable Logits(Tape tape, PackedBatch batch);

    /// <summary>What the last layer makes of every token, as published models give it.</summary>
    /// <returns>(tokens, hidden)</returns>
    public abstract Variable Hidden(Tape tape, PackedBatch batch);

    /// <summary>Predictions over the vocabulary for pre-training: masked tokens for an encoder, next tokens for a decoder.</summary>
    /// <param name="rows">Which tokens of the batch to predict from.</param>
    /// <returns>(rows.Length, vocabulary)</returns>
    public abstract Variable LanguageLogits(Tape tape, PackedBatch batch, int[] rows);

    public void Dispose()
    {
        Parameters.Dispose();
        Adapter?.Dispose();
        GC.SuppressFinalize(this);
    }
}
