using System.Text;
using Attar.Models.Tokenizers.Steps;

namespace Attar.Models.Tokenizers.Words;

/// <summary>Splitters by a rule about characters.</summary>
static class CharacterSplits
{
    /// <param name="individually">Each digit is a word, else each run of digits.</param>
    public static Splitter Digits(bool individually) => new CharacterSplit(Rune.IsNumber, individually ? SplitBehavior.Isolated : SplitBehavior.Contiguous);

    public static Splitter Punctuation(SplitBehavior behavior) => new CharacterSplit(Unicode.Unicode8.IsPunctuation, behavior);

    /// <summary>Words between a delimiter, which is lost.</summary>
    public static Splitter Delimiter(Rune delimiter) => new CharacterSplit(rune => rune == delimiter, SplitBehavior.Removed);
}
