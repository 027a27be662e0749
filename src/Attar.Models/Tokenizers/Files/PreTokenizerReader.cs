using System.Text;
using System.Text.RegularExpressions;
using Attar.Models.Tokenizers.Steps;
using Attar.Models.Tokenizers.Words;

namespace Attar.Models.Tokenizers.Files;

/// <summary>The pre-tokenizers of tokenizer.json.</summary>
static class PreTokenizerReader
{
    const string Known = "BertPreTokenizer, ByteLevel, CharDelimiterSplit, Digits, FixedLength, Metaspace, Punctuation, Sequence, Split, Whitespace, WhitespaceSplit";

    public static ITextStep Read(JsonPart part) => part.Text("type") switch
    {
        "Sequence" => new StepSequence([.. part.Get("pretokenizers").Items().Select(Read)]),
        "ByteLevel" => ReadByteLevel(part),
        "Split" => ReadSplit(part),
        "Metaspace" => ReadMetaspace(part),
        "BertPreTokenizer" => new BertSplit(),
        "Whitespace" => new Whitespace(),
        "WhitespaceSplit" => new WhitespaceSplit(),
        "Digits" => CharacterSplits.Digits(part.Flag("individual_digits", false)),
        "Punctuation" => CharacterSplits.Punctuation(Behavior(part, "Isolated")),
        "CharDelimiterSplit" => CharacterSplits.Delimiter(new Rune(part.Character("delimiter", ' '))),
        "FixedLength" => new FixedLength(Math.Max(1, part.Integer("length", 5))),
        _ => throw part.UnknownType(Known),
    };

    static ITextStep ReadByteLevel(JsonPart part)
    {
        var steps = new List<ITextStep>();
        if (part.Flag("add_prefix_space", true)) steps.Add(new PrefixSpace());
        if (part.Flag("use_regex", true)) steps.Add(new Gpt2Words());
        return new StepSequence([.. steps, new ByteLevel()]);
    }

    static ITextStep ReadMetaspace(JsonPart part)
    {
        char mark = part.Character("replacement", '▁');
        // older files say add_prefix_space, newer ones prepend_scheme
        string scheme = part.TextOrNull("prepend_scheme") ?? (part.Flag("add_prefix_space", true) ? "always" : "never");
        if (scheme is not ("always" or "first" or "never")) throw part.Get("prepend_scheme").Wrong("always, first or never");
        var rewriting = new Metaspace(mark, scheme);
        return part.Flag("split", true) ? new StepSequence([rewriting, new MetaspaceSplit(mark)]) : rewriting;
    }

    static Splitter ReadSplit(JsonPart part)
    {
        JsonPart pattern = part.Get("pattern");
        SplitBehavior behavior = Behavior(part, null);
        bool invert = part.Flag("invert", false);
        if (pattern.TextOrNull("String") is { } text)
        {
            // an empty text is nowhere found
            var literal = new Regex(text.Length == 0 ? "(?!)" : Regex.Escape(text), RegexOptions.CultureInvariant);
            return new RegexSplit(literal, behavior, invert);
        }
        string regex = pattern.Text("Regex");
        // these match everywhere, so that what is between them, and what becomes of it, does not matter
        bool isolates = behavior == SplitBehavior.Isolated || (behavior == SplitBehavior.Removed && invert);
        return regex switch
        {
            Gpt2Words.Pattern when isolates => new Gpt2Words(),
            Gpt4Words.Qwen2Pattern when isolates => new Gpt4Words(digits: 1),
            Gpt4Words.Llama3Pattern when isolates => new Gpt4Words(digits: 3),
            _ => new RegexSplit(pattern.Checked(() => Oniguruma.Translate(regex)), behavior, invert),
        };
    }

    static SplitBehavior Behavior(JsonPart part, string? otherwise) => (part.TextOrNull("behavior") ?? otherwise ?? part.Text("behavior")) switch
    {
        "Removed" => SplitBehavior.Removed,
        "Isolated" => SplitBehavior.Isolated,
        "MergedWithPrevious" => SplitBehavior.MergedWithPrevious,
        "MergedWithNext" => SplitBehavior.MergedWithNext,
        "Contiguous" => SplitBehavior.Contiguous,
        _ => throw part.Get("behavior").Wrong("Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous"),
    };
}
