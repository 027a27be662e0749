namespace Attar.Models.Tokenizers.Steps;

/// <summary>One step from text to the pieces that the model splits into tokens: it rewrites the text (a normalizer) or cuts it (a pre-tokenizer).</summary>
interface ITextStep
{
    void Apply(TextPieces text);
}

/// <summary>A step that only cuts: each piece of text into smaller ones.</summary>
abstract class Splitter : ITextStep
{
    public void Apply(TextPieces text)
    {
        text.BeginCut();
        foreach (Piece piece in text.Pieces)
        {
            if (piece.IsText) Split(text.Of(piece), piece.Start, text);
            else text.Cut(piece.Start, piece.End, piece.Token);
        }
        text.EndCut();
    }

    /// <param name="start">Where the piece starts in the text; to be added to positions given to <see cref="TextPieces.Cut"/>.</param>
    protected abstract void Split(ReadOnlySpan<char> piece, int start, TextPieces output);
}

/// <summary>A step that only rewrites, each piece of text for itself.</summary>
abstract class Rewriter : ITextStep
{
    public void Apply(TextPieces text)
    {
        if (LeavesAll(text)) return;
        text.BeginRewrite();
        foreach (Piece piece in text.Pieces)
        {
            text.Open(piece);
            if (piece.IsText && !Leaves(text.Of(piece))) Rewrite(text.Of(piece), text);
            else text.Keep(piece.End - piece.Start);
            text.Close();
        }
        text.EndRewrite();
    }

    bool LeavesAll(TextPieces text)
    {
        foreach (Piece piece in text.Pieces)
            if (piece.IsText && !Leaves(text.Of(piece))) return false;
        return true;
    }

    /// <summary>True when the step would change nothing; a quick test, for most text needs nothing.</summary>
    protected abstract bool Leaves(ReadOnlySpan<char> piece);

    /// <summary>Says the new text with <see cref="TextPieces.Replace(char)"/>, <see cref="TextPieces.Insert(char)"/>, <see cref="TextPieces.Keep"/> and <see cref="TextPieces.Skip"/>; what is not consumed is lost.</summary>
    protected abstract void Rewrite(ReadOnlySpan<char> piece, TextPieces output);
}

/// <summary>Several steps as one.</summary>
sealed class StepSequence(IReadOnlyList<ITextStep> steps) : ITextStep
{
    readonly ITextStep[] steps = [.. steps];

    public void Apply(TextPieces text)
    {
        foreach (ITextStep step in steps) step.Apply(text);
    }
}
