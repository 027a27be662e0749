using System.Text;
using System.Text.Json.Nodes;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;

namespace Attar.Models.Tests.Tokenizers;

/// <summary>The small tokenizers and texts of Fixtures/tokenizers, made by fixtures.mjs.</summary>
static class FixtureTokenizers
{
    public static readonly string[] Corpus = [.. Lines("corpus.jsonl").Select(Json.Text)];

    static readonly Dictionary<string, string> Files = Lines("tokenizers.jsonl").Select(line => JsonNode.Parse(line)!)
        .ToDictionary(entry => (string)entry["name"]!, entry => entry["tokenizer"]!.ToJsonString());

    public static IEnumerable<string> Names => Files.Keys;

    /// <summary>The tokenizer.json, to be changed and loaded.</summary>
    public static JsonNode JsonOf(string name) => JsonNode.Parse(Files[name])!;

    public static Tokenizer Of(string name) => Load(JsonOf(name));

    public static Tokenizer Load(JsonNode json) => Load(json.ToJsonString());

    public static Tokenizer Load(string json)
    {
        using var folder = new Checkpoints.TemporaryFolder();
        File.WriteAllText(folder.File("tokenizer.json"), json);
        return Tokenizer.Load(folder.Path);
    }

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Fixtures", "tokenizers", file));
}

/// <summary>The reference counts characters, .NET counts UTF-16 units.</summary>
static class CodePoints
{
    public static IEnumerable<string> Offsets(string text, IReadOnlyList<TextRange> ranges)
    {
        int[] positions = new int[text.Length + 1];
        for (int i = 0; i < text.Length; i++) positions[i + 1] = positions[i] + (i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]) ? 0 : 1);
        return ranges.Select(range => $"{positions[range.Start]},{positions[range.End]}");
    }
}

static class Json
{
    /// <summary>A JSON string, lone surrogates included, on which .NET's own reader throws.</summary>
    public static string Text(string json)
    {
        var text = new StringBuilder();
        for (int i = 1; i < json.Length - 1; i++)
        {
            if (json[i] != '\\')
            {
                text.Append(json[i]);
                continue;
            }
            char kind = json[++i];
            if (kind == 'u')
            {
                text.Append((char)Convert.ToInt32(json.Substring(i + 1, 4), 16));
                i += 4;
            }
            else
            {
                text.Append(kind switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', _ => kind });
            }
        }
        return text.ToString();
    }
}
