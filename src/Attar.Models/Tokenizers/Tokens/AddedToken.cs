namespace Attar.Models.Tokenizers.Tokens;

/// <summary>A token that is found in the text before anything else is done to it.</summary>
/// <param name="SingleWord">Only where no letter or digit stands next to it.</param>
/// <param name="StripLeft">Takes the white space before it.</param>
/// <param name="StripRight">Takes the white space behind it.</param>
/// <param name="Normalized">Looked for in the normalized text, else in the text as it came.</param>
/// <param name="Special">Stands for structure, such as the end of a sequence, instead of text.</param>
sealed record AddedToken(int Id, string Content, bool SingleWord = false, bool StripLeft = false, bool StripRight = false, bool Normalized = false, bool Special = false);
