using System.Text.Json.Nodes;
using Attar.Models.Tokenizers.Tokens;
using static Attar.Models.Tokenizers.Files.JsonWords;

namespace Attar.Models.Tokenizers.Files;

/// <summary>Turns a <c>tokenizer.model</c> into the <c>tokenizer.json</c> that Hugging Face's converter makes of it.</summary>
static class SentencePieceFiles
{
    const string Mark = "▁";

    public static byte[] ToJson(string path, TokenizerConfig config)
    {
        // their ids are not those of the file
        if (config.Class is "XLMRobertaTokenizer" or "CamembertTokenizer" or "MBartTokenizer" or "BarthezTokenizer" or "BigBirdTokenizer" or "PegasusTokenizer" or "DebertaV2Tokenizer")
            throw new InvalidDataException($"{path}: a {config.Class} moves the ids of its SentencePiece model; give a folder with a tokenizer.json");
        return ToJson(SentencePieceModel.Read(path), config, path, "<s>", "</s>");
    }

    /// <param name="source">For messages.</param>
    /// <param name="start">The token that may stand before texts.</param>
    /// <param name="end">The token that may stand behind texts.</param>
    public static byte[] ToJson(SentencePieceModel model, TokenizerConfig config, string source, string start, string end)
    {
        var ids = new Dictionary<string, int>();
        for (int id = 0; id < model.Pieces.Count; id++)
            if (!ids.TryAdd(model.Pieces[id].Text, id)) throw new InvalidDataException($"{source}: piece '{model.Pieces[id].Text}' is there twice; expected each once");
        int unknown = model.Pieces.TakeWhile(piece => piece.Kind != PieceKind.Unknown).Count();
        if (unknown == model.Pieces.Count) throw new InvalidDataException($"{source}: no unknown piece; expected a SentencePiece model");

        return File(AddedTokens(model, config), Normalizer(model, config), Words(model, config), Structure(model, config, ids, start, end), Decoder(model),
            model.IsBpe ? Bpe(model, ids, model.Pieces[unknown].Text) : Unigram(model, unknown));
    }

    static IEnumerable<AddedToken> AddedTokens(SentencePieceModel model, TokenizerConfig config) => config.Added.Count > 0 ? config.Added
        : model.Pieces.Select((piece, id) => new AddedToken(id, piece.Text, Special: piece.Kind != PieceKind.UserDefined))
            .Where(token => model.Pieces[token.Id].Kind is PieceKind.Unknown or PieceKind.Control or PieceKind.UserDefined);

    static JsonNode? Normalizer(SentencePieceModel model, TokenizerConfig config)
    {
        var steps = new List<JsonNode>();
        if (model.CharacterMap.Length > 0) steps.Add(new JsonObject { ["type"] = "Precompiled", ["precompiled_charsmap"] = Convert.ToBase64String(model.CharacterMap) });
        if (model.RemoveExtraSpaces)
        {
            steps.Add(new JsonObject { ["type"] = "Strip", ["strip_left"] = false, ["strip_right"] = true });
            steps.Add(Replace(" {2,}", Mark, isRegex: true));
        }
        if (RewritesSpaces(model, config))
        {
            if (model.DummyPrefix) steps.Add(new JsonObject { ["type"] = "Prepend", ["prepend"] = Mark });
            steps.Add(Replace(" ", Mark));
        }
        return steps.Count == 0 ? null : Sequence("normalizers", [.. steps]);
    }

    // Llama's first tokenizers put the mark before every stretch between special tokens, later ones only before the first
    static bool RewritesSpaces(SentencePieceModel model, TokenizerConfig config) => model.IsBpe && config.Legacy;

    static JsonObject? Words(SentencePieceModel model, TokenizerConfig config) => RewritesSpaces(model, config) ? null : new JsonObject
    {
        ["type"] = "Metaspace",
        ["replacement"] = Mark,
        ["prepend_scheme"] = !model.DummyPrefix ? "never" : model.IsBpe ? "first" : "always",
        ["split"] = !model.IsBpe,
    };

    static JsonObject? Structure(SentencePieceModel model, TokenizerConfig config, Dictionary<string, int> ids, string start, string end)
    {
        start = (config.AddStart ?? model.IsBpe) && ids.ContainsKey(start) ? start + " " : "";
        end = (config.AddEnd ?? !model.IsBpe) && ids.ContainsKey(end) ? " " + end : "";
        if (start.Length + end.Length == 0) return null;
        return model.IsBpe ? Template($"{start}A{end}", $"{start}A{end} {start.Replace(" ", ":1 ")}B:1{(end.Length > 0 ? end + ":1" : "")}", token => ids[token])
            : Template($"{start}A{end}", $"{start}A{end} B{end}", token => ids[token]);
    }

    static JsonObject Decoder(SentencePieceModel model) => !model.IsBpe
        ? new JsonObject { ["type"] = "Metaspace", ["replacement"] = Mark, ["prepend_scheme"] = model.DummyPrefix ? "always" : "never", ["split"] = true }
        : Sequence("decoders", [Replace(Mark, " "), Of("ByteFallback"), Of("Fuse"), .. model.DummyPrefix ? [new JsonObject { ["type"] = "Strip", ["content"] = " ", ["start"] = 1, ["stop"] = 0 }] : Array.Empty<JsonNode>()]);

    static JsonObject Unigram(SentencePieceModel model, int unknown) => new()
    {
        ["type"] = "Unigram",
        ["unk_id"] = unknown,
        ["vocab"] = new JsonArray([.. model.Pieces.Select(piece => new JsonArray(piece.Text, (double)piece.Score))]),
        ["byte_fallback"] = model.ByteFallback,
    };

    static JsonObject Bpe(SentencePieceModel model, Dictionary<string, int> ids, string unknown) => new()
    {
        ["type"] = "BPE",
        ["dropout"] = null,
        ["unk_token"] = unknown,
        ["continuing_subword_prefix"] = null,
        ["end_of_word_suffix"] = null,
        ["fuse_unk"] = true,
        ["byte_fallback"] = model.ByteFallback,
        ["ignore_merges"] = false,
        ["vocab"] = LegacyFiles.Vocabulary(ids),
        ["merges"] = new JsonArray([.. Merges(model, ids).Select(merge => new JsonArray(merge.Left, merge.Right))]),
    };

    /// <summary>
    /// SentencePiece keeps no merges, but a score for each token: all ways to put a token together from two others, by descending score,
    /// longer parts first.
    /// </summary>
    static IEnumerable<(string Left, string Right)> Merges(SentencePieceModel model, Dictionary<string, int> ids)
    {
        var merges = new List<(string Left, string Right, float Score)>();
        foreach (SentencePiece piece in model.Pieces.Where(piece => piece.Kind is not (PieceKind.Control or PieceKind.Unknown))) // those no text spells
        {
            var ways = new List<(string Left, string Right)>();
            for (int cut = 1; cut < piece.Text.Length; cut++)
            {
                if (char.IsLowSurrogate(piece.Text[cut])) continue;
                string left = piece.Text[..cut], right = piece.Text[cut..];
                if (ids.ContainsKey(left) && ids.ContainsKey(right)) ways.Add((left, right));
            }
            merges.AddRange(ways.OrderBy(way => ids[way.Left]).ThenBy(way => ids[way.Right]).Select(way => (way.Left, way.Right, piece.Score)));
        }
        return merges.OrderByDescending(merge => merge.Score).ThenByDescending(merge => Length(merge.Left)).ThenByDescending(merge => Length(merge.Right)).Select(merge => (merge.Left, merge.Right));
    }

    static int Length(string text) => text.EnumerateRunes().Count();
}
