using System.Text;
using System.Text.RegularExpressions;
using Attar.Models.Tokenizers.Words;

namespace Attar.Models.Tokenizers.Decoding;

/// <summary>One step from tokens back to text.</summary>
interface ITokenDecoder
{
    /// <summary>The tokens' texts, to be joined.</summary>
    List<string> Decode(List<string> tokens);
}

/// <summary>Several decoders, one after the other.</summary>
sealed class DecoderSequence(IReadOnlyList<ITokenDecoder> decoders) : ITokenDecoder
{
    public List<string> Decode(List<string> tokens) => decoders.Aggregate(tokens, (texts, decoder) => decoder.Decode(texts));
}

/// <summary>A decoder that treats each token for itself.</summary>
/// <param name="decode">From a token and whether it is the first and the last to its text.</param>
sealed class TokenwiseDecoder(Func<string, bool, bool, string> decode) : ITokenDecoder
{
    public List<string> Decode(List<string> tokens) => [.. tokens.Select((token, i) => decode(token, i == 0, i == tokens.Count - 1))];
}

/// <summary>All as one text, so that what follows sees its beginning and end only.</summary>
sealed class FuseDecoder : ITokenDecoder
{
    public List<string> Decode(List<string> tokens) => [string.Concat(tokens)];
}

/// <summary>Characters that stand for bytes back to text; a token with other characters, such as an added one, is itself.</summary>
sealed class ByteLevelDecoder : ITokenDecoder
{
    public List<string> Decode(List<string> tokens)
    {
        var bytes = new List<byte>();
        foreach (string token in tokens)
            if (!ByteLevel.TryDecode(token, bytes)) bytes.AddRange(Encoding.UTF8.GetBytes(token));
        return [Encoding.UTF8.GetString([.. bytes])];
    }
}

/// <summary>Runs of tokens such as <c>&lt;0xE2&gt;</c> back to characters; each byte of a run that is no UTF-8 becomes U+FFFD.</summary>
sealed partial class ByteFallbackDecoder : ITokenDecoder
{
    static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    [GeneratedRegex("^<0x([0-9A-F]{2})>$", RegexOptions.CultureInvariant)]
    private static partial Regex ByteToken();

    public List<string> Decode(List<string> tokens)
    {
        var texts = new List<string>();
        var run = new List<byte>();
        foreach (string token in tokens)
        {
            if (ByteToken().Match(token) is { Success: true } match)
            {
                run.Add(Convert.FromHexString(match.Groups[1].Value)[0]);
                continue;
            }
            Close(run, texts);
            texts.Add(token);
        }
        Close(run, texts);
        return texts;
    }

    static void Close(List<byte> run, List<string> texts)
    {
        if (run.Count == 0) return;
        try
        {
            texts.Add(Strict.GetString([.. run]));
        }
        catch (DecoderFallbackException)
        {
            texts.AddRange(Enumerable.Repeat("\uFFFD", run.Count));
        }
        run.Clear();
    }
}
