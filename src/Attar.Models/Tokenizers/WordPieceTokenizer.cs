using Attar.Models.Tokenizers.Decoding;
using Attar.Models.Tokenizers.Files;
using Attar.Models.Tokenizers.Models;
using Attar.Models.Tokenizers.Tokens;

namespace Attar.Models.Tokenizers;

/// <summary>
/// BERT's tokenizer: words from <c>BertWords</c>, then greedy longest match in the vocabulary, <c>##</c> before pieces that continue a word.
/// Safe for use by several threads at once.
/// </summary>
/// <remarks>
/// Gives the ids of Hugging Face's <c>BertTokenizerFast</c> without special tokens, but for one difference: text that spells a
/// special token, such as <c>[SEP]</c> in a title, is read as text, so a product cannot forge the structure around it.
/// </remarks>
public sealed class WordPieceTokenizer : ITokenizer
{
    const string Continuation = "##";

    readonly string[] tokens;
    readonly Tokenizer tokenizer;

    /// <param name="tokens">The vocabulary by id.</param>
    /// <param name="lowercase">False for the cased models.</param>
    /// <param name="stripAccents">É becomes E.</param>
    /// <param name="longestWord">Words of more characters become <c>[UNK]</c>.</param>
    /// <exception cref="InvalidDataException">The vocabulary lacks <c>[UNK]</c> or has a token twice.</exception>
    public WordPieceTokenizer(IReadOnlyList<string> tokens, bool lowercase = true, bool stripAccents = true, int longestWord = 100)
    {
        this.tokens = [.. tokens];
        Lowercase = lowercase;
        StripAccents = stripAccents;
        LongestWord = longestWord;
        var vocabulary = new Vocabulary(tokens.Select((token, id) => KeyValuePair.Create(token, id)));
        var words = new BertWords(lowercase, stripAccents);
        var parts = new TokenizerParts(new WordPiece(vocabulary, SpecialTokens.Unknown, Continuation, longestWord), words.Normalizer, words.Splitter,
            Added: [], PairStructure.None, Trim: null, TokenwiseDecoders.WordPiece(Continuation, cleanUp: true));
        tokenizer = new Tokenizer(parts, new Dictionary<string, byte[]>());
    }

    public bool Lowercase { get; }
    public bool StripAccents { get; }
    public int LongestWord { get; }
    public int VocabularySize => tokens.Length;

    /// <summary>Reads <c>tokenizer.json</c> if its model is WordPiece, else <c>vocab.txt</c>.</summary>
    /// <exception cref="InvalidDataException">Neither is there, or one is broken; the message names the file.</exception>
    public static WordPieceTokenizer Load(string folder) => WordPieceFiles.Read(folder);

    /// <inheritdoc/>
    public void Save(string folder) => WordPieceFiles.Write(this, tokens, folder);

    public int IdOf(string token) => tokenizer.IdOf(token);

    public string TokenOf(int id) => tokens[id];

    public void Encode(string text, List<int> ids) => tokenizer.Encode(text, ids);
}
