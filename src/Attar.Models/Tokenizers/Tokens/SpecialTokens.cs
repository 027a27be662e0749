namespace Attar.Models.Tokenizers.Tokens;

/// <summary>Tokens that stand for structure instead of text.</summary>
public static class SpecialTokens
{
    public const string Padding = "[PAD]", Unknown = "[UNK]", Start = "[CLS]", Separator = "[SEP]", Mask = "[MASK]";

    /// <summary>Markers set before the fields of a product.</summary>
    public const string Brand = "[brand]", Category = "[category]", Attributes = "[attributes]", Description = "[description]";

    /// <summary>The first tokens of every vocabulary trained here, in the order of their ids.</summary>
    public static readonly IReadOnlyList<string> All = [Padding, Unknown, Start, Separator, Mask, Brand, Category, Attributes, Description];

    /// <summary>True for tokens such as <c>[CLS]</c>, <c>[brand]</c>, <c>[unused7]</c>, <c>&lt;s&gt;</c> or <c>&lt;|endoftext|&gt;</c>.</summary>
    public static bool IsSpecial(string token) =>
        token.Length > 2 && ((token[0] == '[' && token[^1] == ']') || (token[0] == '<' && token[^1] == '>'));
}
