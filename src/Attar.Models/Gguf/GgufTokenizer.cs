using System.Text.Json;
using System.Text.Json.Nodes;
using Attar.Models.Files;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Files;
using Attar.Models.Tokenizers.Tokens;
using static Attar.Models.Tokenizers.Files.JsonWords;

namespace Attar.Models.Gguf;

/// <summary>Turns the tokenizer in a GGUF file's metadata into the <c>tokenizer.json</c> of the model that it was made from.</summary>
sealed class GgufTokenizer
{
    const string Prefix = "tokenizer.ggml.", ModelKey = Prefix + "model", TokensKey = Prefix + "tokens", TypesKey = Prefix + "token_type", ScoresKey = Prefix + "scores", MergesKey = Prefix + "merges", PreKey = Prefix + "pre";

    readonly GgufMetadata metadata;
    readonly string file;
    readonly string[] tokens;
    readonly PieceKind[] kinds; // token types have SentencePiece's numbers

    GgufTokenizer(GgufFile source)
    {
        (metadata, file) = (source.Metadata, source.Location);
        tokens = metadata.Texts(TokensKey) is { Length: > 0 } given ? [.. given.Select((token, id) => token.Length > 0 ? token : $"[EMPTY_{id}]")] : throw metadata.Refused(TokensKey, "a list of tokens");
        int[] types = metadata.Integers(TypesKey) ?? [.. Enumerable.Repeat((int)PieceKind.Normal, tokens.Length)];
        if (types.Length != tokens.Length) throw metadata.Refused(TypesKey, $"a type for each of {tokens.Length} tokens");
        kinds = [.. types.Select(type => (PieceKind)type)];
        for (int id = 0; id < tokens.Length; id++)
            if (kinds[id] == PieceKind.UserDefined && tokens[id].AsSpan().TrimStart(' ').IsEmpty) tokens[id] = tokens[id].Replace(' ', '▁'); // llama.cpp's converter takes the marks off
    }

    /// <summary>The GGUF file of a folder; null where it has none.</summary>
    public static string? Find(string path) => Told(() => GgufModel.Find(path));

    /// <exception cref="InvalidDataException">when the file is broken, or has no tokenizer of a known kind.</exception>
    public static Tokenizer Read(string path) => Told(() =>
    {
        using var source = new GgufFile(path);
        var own = new GgufTokenizer(source);
        byte[] json = own.ToJson();
        return new Tokenizer(TokenizerJson.Read(json, path), new Dictionary<string, byte[]> { [TokenizerFiles.Json] = json, ["tokenizer_config.json"] = own.Config() });
    });

    /// <summary>Faults as tokenizers tell theirs.</summary>
    static T Told<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (CheckpointException fault)
        {
            throw new InvalidDataException(fault.Message, fault);
        }
    }

    byte[] ToJson() => metadata.Text(ModelKey) switch
    {
        "gpt2" => ByteLevel(),
        "llama" => SentencePieces(),
        _ => throw metadata.Refused(ModelKey, "gpt2 (byte-level BPE) or llama (SentencePiece)"),
    };

    byte[] ByteLevel()
    {
        string name = metadata.Text(PreKey) ?? "default";
        PreTokenizers words = PreTokenizers.Of(name) ?? throw metadata.Refused(PreKey, PreTokenizers.Known);
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int id = 0; id < tokens.Length; id++)
            if (!ids.TryAdd(tokens[id], id)) throw new InvalidDataException($"{file}: {TokensKey}: '{GgufCursor.Shown(tokens[id])}' is there twice, with the ids {ids[tokens[id]]} and {id}; expected each token once");
        var merges = new JsonArray();
        foreach (string merge in metadata.Texts(MergesKey) ?? throw metadata.Refused(MergesKey, "a list of merges"))
        {
            int space = merge.Length > 1 ? merge.IndexOf(' ', 1) : -1;
            if (space < 0) throw new InvalidDataException($"{file}: {MergesKey}: merge {merges.Count + 1}: expected two tokens with a space between, the file has '{GgufCursor.Shown(merge)}'");
            merges.Add((JsonNode)new JsonArray(merge[..space], merge[(space + 1)..]));
        }
        JsonObject trim = JsonWords.ByteLevel(prefixSpace: true, trimOffsets: false, useRegex: true);
        return File(Added(), words.Compose ? Of("NFC") : null, words.ToJson(metadata.Flag(Prefix + "add_space_prefix", false)),
            Structure(words.AddStart) is { } structure ? Sequence("processors", trim, structure) : trim,
            JsonWords.ByteLevel(prefixSpace: true, trimOffsets: true, useRegex: true), ByteBpe(LegacyFiles.Vocabulary(ids), merges, words.WholeWords));
    }

    byte[] SentencePieces()
    {
        float[] scores = metadata.Numbers(ScoresKey) ?? throw metadata.Refused(ScoresKey, "a score for each token");
        if (scores.Length != tokens.Length) throw metadata.Refused(ScoresKey, $"a score for each of {tokens.Length} tokens");
        if (Array.IndexOf(kinds, PieceKind.Unknown) < 0) kinds[Special("unknown") ?? 0] = PieceKind.Unknown;
        bool bytes = kinds.Contains(PieceKind.Byte);
        var model = new SentencePieceModel([.. tokens.Select((token, id) => new SentencePiece(token, scores[id], kinds[id]))], IsBpe: true, bytes, [], metadata.Flag(Prefix + "add_space_prefix", true), RemoveExtraSpaces: false);
        (string? start, string? end) = Ends(addStart: true);
        var config = new TokenizerConfig(AddStart: start != null, AddEnd: end != null) { Added = [.. Added()] };
        return SentencePieceFiles.ToJson(model, config, file, start ?? "", end ?? "");
    }

    /// <summary>Tokens that are found before anything else is done to a text.</summary>
    IEnumerable<AddedToken> Added()
    {
        HashSet<int> named = [.. new[] { "bos", "eos", "padding" }.Select(Special).OfType<int>()]; // whatever their type
        return tokens.Select((token, id) => new AddedToken(id, token, Special: kinds[id] != PieceKind.UserDefined))
            .Where(token => kinds[token.Id] is PieceKind.Unknown or PieceKind.Control or PieceKind.UserDefined || named.Contains(token.Id) && SpecialTokens.IsSpecial(token.Content));
    }

    /// <summary>The id that the file gives a role.</summary>
    int? Special(string role)
    {
        string key = $"{Prefix}{role}_token_id";
        if (!metadata.Contains(key)) return null;
        int id = metadata.Integer(key);
        return id >= 0 && id < tokens.Length ? id : throw metadata.Refused(key, $"the id of one of {tokens.Length} tokens");
    }

    /// <summary>Where SentencePiece's first tokenizers have it, for files that do not say.</summary>
    int? Customary(string role) => (role == "bos" ? 1 : 2) is var id && metadata.Text(ModelKey) == "llama" && id < tokens.Length && kinds[id] == PieceKind.Control ? id : null;

    /// <summary>What stands before and behind a text; null for nothing.</summary>
    (string? Start, string? End) Ends(bool addStart)
    {
        string? Token(bool otherwise, string role)
        {
            if (!metadata.Flag($"{Prefix}add_{role}_token", otherwise) || (Special(role) ?? Customary(role)) is not { } id) return null;
            string token = tokens[id];
            return SpecialTokens.IsSpecial(token) && !token.Any(char.IsWhiteSpace) ? token
                : throw metadata.Refused($"{Prefix}{role}_token_id", $"the id of a special token such as <s>, not of '{GgufCursor.Shown(token)}'");
        }
        return (Token(addStart, "bos"), Token(false, "eos"));
    }

    JsonObject? Structure(bool addStart)
    {
        (string? start, string? end) = Ends(addStart);
        if (start == null && end == null) return null;
        string behind = end == null ? "" : " " + end;
        return Template($"{start} A{behind}", $"{start} A{behind} {(start == null ? "" : start + ":1 ")}B:1{(end == null ? "" : behind + ":1")}", token => Array.IndexOf(tokens, token));
    }

    /// <summary>What other tools read beside tokenizer.json.</summary>
    byte[] Config()
    {
        var config = new JsonObject { ["tokenizer_class"] = "PreTrainedTokenizerFast", ["clean_up_tokenization_spaces"] = false };
        foreach (var (role, key) in new[] { ("bos", "bos_token"), ("eos", "eos_token"), ("padding", "pad_token"), ("unknown", "unk_token") })
            if (Special(role) is { } id) config[key] = tokens[id];
        if (metadata.Text("tokenizer.chat_template") is { } template) config["chat_template"] = template;
        return JsonSerializer.SerializeToUtf8Bytes<JsonNode>(config, Indented);
    }
}
