using System.Text;
using System.Text.RegularExpressions;
using Attar.Models.Tokenizers.Files;
using Attar.Models.Tokenizers.Models;
using Attar.Models.Tokenizers.Steps;
using Attar.Models.Tokenizers.Tokens;
using Attar.Models.Tokenizers.Words;

namespace Attar.Models.Tokenizers;

/// <summary>
/// A tokenizer as Hugging Face's files describe it: added tokens are found, the rest is normalized, cut into pieces, and each piece is
/// split by the model. Safe for use by several threads at once.
/// </summary>
/// <remarks>Gives the ids of Hugging Face's own library, token for token.</remarks>
public sealed class Tokenizer : ITokenizer
{
    const int KeptCharacters = 1 << 20; // working memory beyond this is given back after the text that needed it

    [ThreadStatic] static (TextPieces Pieces, List<TokenSpan> Tokens)? working;

    readonly TokenizerParts parts;
    readonly IReadOnlyDictionary<string, byte[]> files;
    readonly WordCache cache = new();
    readonly AddedTokenSplit added, addedNormalized, plain, plainNormalized;
    readonly Dictionary<string, int> addedIds = [];
    readonly Dictionary<int, AddedToken> addedById = [];

    /// <param name="files">What <see cref="Save"/> writes, by name.</param>
    internal Tokenizer(TokenizerParts parts, IReadOnlyDictionary<string, byte[]> files)
    {
        (this.parts, this.files) = (parts, files);
        foreach (AddedToken token in parts.Added)
        {
            addedIds[token.Content] = token.Id;
            addedById[token.Id] = token;
        }
        if (parts.Added.FirstOrDefault(token => token.Id is < 0 or int.MaxValue) is { } beyond) throw new InvalidDataException($"added_tokens: expected ids that a vocabulary can have, '{beyond.Content}' has {beyond.Id}");
        VocabularySize = Math.Max(parts.Model.Vocabulary.Size, parts.Added.Select(token => token.Id + 1).DefaultIfEmpty().Max());
        var raw = parts.Added.Where(token => !token.Normalized).Select(token => (token.Content, token)).ToArray();
        var normalized = parts.Added.Where(token => token.Normalized).Select(token => (Normalized(token.Content), token)).ToArray();
        (added, plain) = (new AddedTokenSplit(raw, specialAsText: false), new AddedTokenSplit(raw, specialAsText: true));
        (addedNormalized, plainNormalized) = (new AddedTokenSplit(normalized, specialAsText: false), new AddedTokenSplit(normalized, specialAsText: true));
    }

    /// <summary>One more than the largest id.</summary>
    public int VocabularySize { get; }

    /// <summary>The token for text that the vocabulary cannot spell; -1: such text is left out.</summary>
    public int Unknown => parts.Model.Unknown;

    /// <summary>What the file puts around one text and around two.</summary>
    public PairStructure Structure => parts.Structure;

    /// <summary>Reads a tokenizer from a folder or file: <c>tokenizer.json</c>, else <c>vocab.json</c> and <c>merges.txt</c>, <c>tokenizer.model</c>, or <c>vocab.txt</c>. <c>ModelStore</c> also reads those of GGUF files and adapters.</summary>
    /// <exception cref="InvalidDataException">None is there, or one is broken or of an unknown type; the message names the file.</exception>
    public static Tokenizer Load(string path)
    {
        var (parts, files) = TokenizerFiles.Read(path);
        return new(parts, files);
    }

    /// <summary>Appends the ids of a text, without the structure around it. Text that spells a special token is read as text, so that no product can forge structure.</summary>
    public void Encode(string text, List<int> ids) => Encode(text, ids, specialTokens: false);

    /// <summary>Appends the ids of a text, without the structure around it.</summary>
    /// <param name="specialTokens">Whether text that spells a special token is that token.</param>
    public void Encode(ReadOnlySpan<char> text, List<int> ids, bool specialTokens)
    {
        var (pieces, scratch) = Prepare(text, track: false, specialTokens);
        foreach (Piece piece in pieces.Pieces)
        {
            if (!piece.IsText)
            {
                ids.Add(piece.Token);
                continue;
            }
            foreach (TokenSpan token in cache.Split(pieces.Of(piece), parts.Model, scratch)) ids.Add(token.Id);
        }
    }

    public void EncodeStructured(string text, List<int> ids) => Encode(text, ids, specialTokens: true);

    public IEnumerable<string> SpecialSpellings => parts.Added.Where(token => token.Special).Select(token => token.Content);

    /// <summary>A text, or two, within the structure that the file describes, and where each token stands.</summary>
    /// <param name="structure">False leaves out the special tokens of the structure.</param>
    /// <param name="specialTokens">Whether text that spells a special token is that token.</param>
    public TokenizedText Tokenize(string first, string? second = null, bool structure = true, bool specialTokens = true)
    {
        string[] texts = second is null ? [first] : [first, second];
        List<TokenSpan>[] tokens = [.. texts.Select(text => Spans(text, specialTokens))];
        var ids = new List<int>();
        var offsets = new List<TextRange>();
        var segments = new List<byte>();
        var added = new List<bool>();
        foreach (var (text, special, segment) in second is null ? parts.Structure.Single : parts.Structure.Pair)
        {
            if (text < 0 && !structure) continue;
            ids.AddRange(text < 0 ? special : tokens[text].Select(token => token.Id));
            offsets.AddRange(text < 0 ? special.Select(_ => default(TextRange)) : tokens[text].Select(token => new TextRange(token.Start, token.End)));
            segments.AddRange(Enumerable.Repeat(segment, ids.Count - segments.Count));
            added.AddRange(Enumerable.Repeat(text < 0, ids.Count - added.Count));
        }
        return new TokenizedText([.. ids], [.. offsets], [.. segments], [.. added]);
    }

    /// <summary>Tokens with their places in the text as it came.</summary>
    List<TokenSpan> Spans(string text, bool specialTokens)
    {
        var (pieces, scratch) = Prepare(text, track: true, specialTokens);
        var tokens = new List<TokenSpan>();
        void Add(int id, ReadOnlySpan<char> spelled, int start, int end)
        {
            var (from, to) = pieces.OriginOf(start, end);
            tokens.Add(Trimmed(new TokenSpan(id, from, to), spelled, tokens.Count == 0));
        }
        foreach (Piece piece in pieces.Pieces)
        {
            if (!piece.IsText) Add(piece.Token, pieces.Of(piece), piece.Start, piece.End);
            else foreach (var (id, start, end) in cache.Split(pieces.Of(piece), parts.Model, scratch)) Add(id, TokenOf(id), piece.Start + start, piece.Start + end);
        }
        return tokens;
    }

    /// <summary>Leaves out of a token's place the white space that the token begins and ends with, where the file says so.</summary>
    /// <param name="spelled">The token; an added one with the white space that it took.</param>
    TokenSpan Trimmed(TokenSpan token, ReadOnlySpan<char> spelled, bool isFirst)
    {
        if (parts.Trim is not { } trim) return token;
        int leading = 0, trailing = 0;
        while (leading < spelled.Length && IsSpace(spelled[leading])) leading++;
        while (trailing < spelled.Length && IsSpace(spelled[^(trailing + 1)])) trailing++;
        if (leading > 0 && trim.PrefixSpace && (isFirst || token.Start == 0)) leading--;
        int start = Math.Min(token.Start + leading, token.End);
        return new TokenSpan(token.Id, start, trailing > 0 && token.End >= trailing ? Math.Max(token.End - trailing, start) : token.End);
    }

    static bool IsSpace(char c) => c == 'Ġ' || char.IsWhiteSpace(c);

    /// <exception cref="InvalidDataException">A pattern of the file finds no end in this text.</exception>
    (TextPieces Pieces, List<TokenSpan> Scratch) Prepare(ReadOnlySpan<char> text, bool track, bool specialTokens)
    {
        var (pieces, scratch) = working is { } own && own.Pieces.Capacity <= KeptCharacters ? own : (working = (new TextPieces(), [])).Value;
        pieces.Reset(text, track);
        AddedTokenSplit before = specialTokens ? added : plain, after = specialTokens ? addedNormalized : plainNormalized;
        try
        {
            if (before.Any) before.Apply(pieces);
            parts.Normalizer?.Apply(pieces);
            if (after.Any) after.Apply(pieces);
            parts.PreTokenizer?.Apply(pieces);
        }
        catch (RegexMatchTimeoutException fault)
        {
            throw new InvalidDataException($"tokenizer: the pattern '{fault.Pattern}' took more than {fault.MatchTimeout.TotalSeconds:0} s on one text; expected one that reads a text from its beginning to its end");
        }
        return (pieces, scratch);
    }

    string Normalized(string content)
    {
        var pieces = new TextPieces();
        pieces.Reset(content, track: false);
        parts.Normalizer?.Apply(pieces);
        var text = new StringBuilder();
        foreach (Piece piece in pieces.Pieces) text.Append(pieces.Of(piece));
        return text.ToString();
    }

    public int IdOf(string token) => addedIds.TryGetValue(token, out int id) ? id : parts.Model.Vocabulary.Find(token);

    /// <summary>The token, or an empty text for an id that none has.</summary>
    public string TokenOf(int id) => addedById.TryGetValue(id, out AddedToken? token) ? token.Content : parts.Model.Vocabulary.TokenOf(id) ?? "";

    public string TextOf(int id) => Decode([id], skipSpecial: false);

    /// <summary>True for tokens that stand for structure instead of text.</summary>
    public bool IsSpecial(int id) => addedById.TryGetValue(id, out AddedToken? token) && token.Special;

    /// <summary>Back to text, as the file's decoder says. What a normalizer changed stays changed.</summary>
    /// <param name="skipSpecial">Leaves out special tokens.</param>
    public string Decode(IEnumerable<int> ids, bool skipSpecial = true)
    {
        List<string> tokens = [.. ids.Where(id => !(skipSpecial && IsSpecial(id))).Select(TokenOf).Where(token => token.Length > 0)];
        return parts.Decoder is { } decoder ? string.Concat(decoder.Decode(tokens)) : string.Join(' ', tokens);
    }

    /// <summary>Writes the files that were read, and <c>tokenizer.json</c> even where it was not among them.</summary>
    public void Save(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, content) in files.OrderBy(file => file.Key == TokenizerFiles.Json)) // last: its presence says that the folder is whole
            AtomicFile.Write(Path.Combine(folder, name), stream => stream.Write(content));
    }
}
