namespace Attar.Models.Tokenizers.Steps;

/// <summary>A stretch of the working text.</summary>
/// <param name="Token">Id of an added token that stands here, or -1 for text that is still to be split.</param>
readonly record struct Piece(int Start, int End, int Token = -1)
{
    public bool IsText => Token < 0;
}
