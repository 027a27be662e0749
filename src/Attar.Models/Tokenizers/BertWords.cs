using Attar.Models.Tokenizers.Normalizers;
using Attar.Models.Tokenizers.Steps;
using Attar.Models.Tokenizers.Words;

namespace Attar.Models.Tokenizers;

/// <summary>
/// Text to words as BERT does before WordPiece: control characters dropped, ideographs and punctuation each a word of their own,
/// accents stripped, lower-cased.
/// </summary>
sealed class BertWords(bool lowercase, bool stripAccents)
{
    readonly TextPieces pieces = new();

    public ITextStep Normalizer { get; } = Bert.Normalizer(cleanText: true, spaceIdeographs: true, stripAccents, lowercase);

    public ITextStep Splitter { get; } = new BertSplit();

    /// <summary>The words of a text, each valid until the next text is given. For one thread at a time.</summary>
    public WordList Of(string text)
    {
        pieces.Reset(text, track: false);
        Normalizer.Apply(pieces);
        Splitter.Apply(pieces);
        return new WordList(pieces);
    }

    /// <summary>Use it in a <c>foreach</c>.</summary>
    public ref struct WordList(TextPieces pieces)
    {
        int next;

        public readonly WordList GetEnumerator() => this;

        public readonly ReadOnlySpan<char> Current => pieces.Of(pieces.Pieces[next - 1]);

        public bool MoveNext() => next++ < pieces.Pieces.Length;
    }
}
