using Attar.Models.Gguf;
using Attar.Models.Lora;

namespace Attar.Models.Tokenizers.Files;

/// <summary>Finds a tokenizer in a folder, in the order in which Hugging Face's tools do.</summary>
static class TokenizerFiles
{
    public const string Json = "tokenizer.json";

    // what other tools read beside the tokenizer itself, and is to be saved with it
    static readonly string[] Companions = ["tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt", "tokenizer.model", "vocab.txt", "chat_template.jinja"];

    public static Tokenizer Read(string path)
    {
        if (path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) && !Directory.Exists(path)) return GgufTokenizer.Read(path);
        if (File.Exists(path)) return ReadFile(path);
        string Of(string name) => Path.Combine(path, name);
        string? found = new[] { Json, "vocab.json", "tokenizer.model", "spiece.model", "vocab.txt" }.Select(Of).FirstOrDefault(File.Exists);
        if (found is null && AdapterFolder.Is(path)) return Read(AdapterFolder.BaseOf(path)); // an adapter may leave it to its model
        if (found is null && GgufTokenizer.Find(path) is { } model) return GgufTokenizer.Read(model);
        return found is null
            ? throw new InvalidDataException($"{path}: expected {Json}, vocab.json with merges.txt, tokenizer.model, vocab.txt or a .gguf file; give the folder of a Hugging Face model")
            : ReadFile(found);
    }

    static Tokenizer ReadFile(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        byte[] json = Path.GetExtension(path) switch
        {
            ".model" => SentencePieceFiles.ToJson(path, TokenizerConfig.Read(folder)),
            ".txt" => LegacyFiles.WordPiece(path, TokenizerConfig.Read(folder)),
            _ when Path.GetFileName(path) == "vocab.json" => LegacyFiles.ByteLevel(path, Path.Combine(folder, "merges.txt"), TokenizerConfig.Read(folder)),
            _ => ReadBytes(path),
        };
        return Of(json, path, Companions.Select(name => Path.Combine(folder, name)).Where(File.Exists));
    }

    /// <param name="json">The content of a tokenizer.json.</param>
    /// <param name="source">For messages.</param>
    /// <param name="companions">Files to be saved beside it.</param>
    public static Tokenizer Of(byte[] json, string source, IEnumerable<string> companions)
    {
        var files = companions.ToDictionary(path => Path.GetFileName(path)!, ReadBytes);
        files[Json] = json;
        return new Tokenizer(TokenizerJson.Read(json, source), files);
    }

    public static byte[] ReadBytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path}: cannot be read: {fault.Message}", fault);
        }
    }
}
