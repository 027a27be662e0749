using Attar.Models.Checkpoints;
using Attar.Models.Encoders;
using Attar.Models.Onnx;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;

namespace Attar.Studies;

/// <summary>A student that learned nothing: for speed, the shape is all that matters.</summary>
public static class RandomModel
{
    /// <summary>Wider than for training, so that scores differ enough to be compared.</summary>
    const float Deviation = .05f;

    /// <summary>Writes a whole model folder, <c>onnx/model.onnx</c> included.</summary>
    /// <param name="config">Its vocabulary is the tokenizer's.</param>
    /// <exception cref="InputException">when the heads do not share the width evenly.</exception>
    public static void Write(string folder, EncoderConfig config, WordPieceTokenizer tokenizer, ulong seed)
    {
        if (config.Hidden % config.Heads != 0) throw new InputException("--heads", $"{config.Heads} heads cannot share a width of {config.Hidden}; choose a divisor of it");
        if (config.Split >= config.Layers) throw new InputException("--split-layers", $"{config.Split}; expected fewer than the {config.Layers} layers; leave one where query and product meet");
        using var model = new Encoder(config with { VocabularySize = tokenizer.VocabularySize });
        model.Parameters.Initialize(seed, Deviation);
        tokenizer.Save(folder);
        if (OnnxModel.CanWrite(model)) OnnxModel.Write(model, ModelText.Of(model, tokenizer), Path.Combine(folder, OnnxModel.FileName));
        ModelStore.Save(model, folder);
    }

    /// <summary>A vocabulary of made-up words.</summary>
    /// <param name="size">More than the special tokens.</param>
    public static WordPieceTokenizer Tokenizer(int size) =>
        new([.. SpecialTokens.All, .. Enumerable.Range(0, size - SpecialTokens.All.Count).Select(i => $"word{i}")]);
}
