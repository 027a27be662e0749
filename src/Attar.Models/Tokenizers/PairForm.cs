namespace Attar.Models.Tokenizers;

/// <summary>How a model has its pairs written, as its folder says.</summary>
public abstract record PairForm
{
    /// <summary>As those of models that were taught here (<see cref="FieldPairText"/>).</summary>
    /// <param name="PaddingId">The token that a decoder's pairs do not end with; null: none, as in older models, or <paramref name="Padding"/>.</param>
    /// <param name="Padding">The same by its spelling.</param>
    public sealed record Fields(int? PaddingId = null, string? Padding = null) : PairForm;

    /// <summary>As the model's own library writes two texts (<see cref="PlainPairText"/>).</summary>
    /// <param name="MaxTokens">Of a pair; null: as many as the model takes.</param>
    /// <param name="CutsStart">What is too long loses its beginning, not its end.</param>
    /// <param name="OneSegment">The model is not told the sides, whatever the tokenizer's structure says.</param>
    /// <param name="QueryPrompt">Stands before every query.</param>
    public sealed record TwoTexts(int? MaxTokens = null, bool CutsStart = false, bool OneSegment = false, string QueryPrompt = "") : PairForm;

    /// <summary>As one text (<see cref="PromptPairText"/>).</summary>
    /// <param name="Template">What it is made from: names the form.</param>
    /// <param name="Write">The text of a query and a product.</param>
    /// <param name="Structure">The tokenizer's special tokens stand around it; a chat template writes its own.</param>
    /// <param name="MaxTokens">Of a pair; null: as many as the model takes.</param>
    /// <param name="CutsStart">What is too long loses its beginning, not its end.</param>
    public sealed record OneText(string Template, Func<string, string, string> Write, bool Structure = true, int? MaxTokens = null, bool CutsStart = false) : PairForm
    {
        const string Query = "{query}", Product = "{product}";

        /// <summary>A template with <c>{query}</c> and <c>{product}</c>.</summary>
        /// <exception cref="InvalidDataException">It lacks one of them.</exception>
        public static OneText Of(string template)
        {
            if (!template.Contains(Query) || !template.Contains(Product)) throw new InvalidDataException($"pair template: expected a text with {Query} and {Product}, found '{template}'");
            string[] parts = template.Split(Query);
            return new OneText(template, (query, product) => string.Join(query, parts.Select(part => part.Replace(Product, product))));
        }
    }
}
