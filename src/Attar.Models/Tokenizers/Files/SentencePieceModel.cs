using System.Buffers.Binary;
using System.Text;
using Attar.Models.Files;

namespace Attar.Models.Tokenizers.Files;

/// <summary>What kind of piece a token of SentencePiece is.</summary>
enum PieceKind { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 }

/// <summary>A token of SentencePiece.</summary>
/// <param name="Score">Unigram: log-probability; BPE: the higher, the earlier it was merged.</param>
sealed record SentencePiece(string Text, float Score, PieceKind Kind);

/// <summary>The parts of <c>tokenizer.model</c> that decide how text is split.</summary>
/// <param name="IsBpe">Else unigram.</param>
/// <param name="CharacterMap">The compiled normalization rules; empty for none.</param>
/// <remarks>https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto</remarks>
sealed record SentencePieceModel(IReadOnlyList<SentencePiece> Pieces, bool IsBpe, bool ByteFallback, byte[] CharacterMap, bool DummyPrefix, bool RemoveExtraSpaces)
{
    /// <exception cref="InvalidDataException">The file is cut short, of another kind, or has no pieces.</exception>
    public static SentencePieceModel Read(string path)
    {
        try
        {
            return Parse(TokenizerFiles.ReadBytes(path));
        }
        catch (Exception fault) when (fault is ArgumentOutOfRangeException or IndexOutOfRangeException or DecoderFallbackException or InvalidDataException)
        {
            throw new InvalidDataException($"{path}: expected a SentencePiece model: {(fault is InvalidDataException ? fault.Message : "it is cut short or damaged")}; download the file again", fault);
        }
    }

    static SentencePieceModel Parse(byte[] content)
    {
        var pieces = new List<SentencePiece>();
        int type = 1;
        bool byteFallback = false, dummyPrefix = true, removeExtra = true;
        byte[] map = [];
        foreach (var model in new ProtoFields(content))
        {
            if (model.Number == 1) pieces.Add(ParsePiece(model.Bytes));
            else if (model.Number == 2)
                foreach (var trainer in new ProtoFields(model.Bytes))
                {
                    if (trainer.Number == 3) type = (int)trainer.Value;
                    else if (trainer.Number == 35) byteFallback = trainer.Value != 0;
                }
            else if (model.Number == 3)
                foreach (var normalizer in new ProtoFields(model.Bytes))
                {
                    if (normalizer.Number == 2) map = normalizer.Bytes.ToArray();
                    else if (normalizer.Number == 3) dummyPrefix = normalizer.Value != 0;
                    else if (normalizer.Number == 4) removeExtra = normalizer.Value != 0;
                }
        }
        if (pieces.Count == 0) throw new InvalidDataException("it has no pieces");
        if (type is not (1 or 2)) throw new InvalidDataException($"model_type {type}; expected 1 (unigram) or 2 (BPE)");
        return new SentencePieceModel(pieces, type == 2, byteFallback, map, dummyPrefix, removeExtra);
    }

    static SentencePiece ParsePiece(ReadOnlySpan<byte> bytes)
    {
        string text = "";
        float score = 0;
        var kind = PieceKind.Normal;
        foreach (var field in new ProtoFields(bytes))
        {
            if (field.Number == 1) text = Strict.GetString(field.Bytes);
            else if (field.Number == 2) score = BinaryPrimitives.ReadSingleLittleEndian(field.Bytes);
            else if (field.Number == 3) kind = (PieceKind)field.Value;
        }
        return new SentencePiece(text, score, kind);
    }

    static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);
}
