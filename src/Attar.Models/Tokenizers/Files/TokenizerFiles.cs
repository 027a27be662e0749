namespace Attar.Models.Tokenizers.Files;

/// <summary>Finds a tokenizer in a folder, in the order in which Hugging Face's tools do.</summary>
static class TokenizerFiles
{
    public const string Json = "tokenizer.json";

    // what other tools read beside the tokenizer itself, and is to be saved with it
    static readonly string[] Companions = ["tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt", "tokenizer.model", "vocab.txt", "chat_template.jinja"];

    static readonly string[] Own = [Json, "vocab.json", "tokenizer.model", "spiece.model", "vocab.txt"];

    /// <summary>The file that a path stands for: itself, or the first that a folder has; null: none is there.</summary>
    public static string? Find(string path) => File.Exists(path) ? path : Own.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists);

    /// <returns>The tokenizer's parts, and what is to be saved of it, by name.</returns>
    public static (TokenizerParts Parts, IReadOnlyDictionary<string, byte[]> Files) Read(string path)
    {
        string file = Find(path) ?? throw new InvalidDataException($"{path}: expected {Json}, vocab.json with merges.txt, tokenizer.model, vocab.txt or a .gguf file; give the folder of a Hugging Face model");
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        byte[] json = Path.GetExtension(file) switch
        {
            ".model" => SentencePieceFiles.ToJson(file, TokenizerConfig.Read(folder)),
            ".txt" => LegacyFiles.WordPiece(file, TokenizerConfig.Read(folder)),
            _ when Path.GetFileName(file) == "vocab.json" => LegacyFiles.ByteLevel(file, Path.Combine(folder, "merges.txt"), TokenizerConfig.Read(folder)),
            _ => ReadBytes(file),
        };
        var files = Companions.Select(name => Path.Combine(folder, name)).Where(File.Exists).ToDictionary(path => Path.GetFileName(path)!, ReadBytes);
        files[Json] = json;
        return (TokenizerJson.Read(json, file), files);
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
