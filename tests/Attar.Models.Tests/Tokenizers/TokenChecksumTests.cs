using System.Text;
using System.Text.Json.Nodes;
using Attar.Models.Checkpoints;
using Attar.Models.Tests.Checkpoints;
using Attar.Models.Tokenizers;

namespace Attar.Models.Tests.Tokenizers;

/// <summary>The ids of 100,000 titles against Hugging Face's own library, by a checksum for each thousand lines.</summary>
public sealed class TokenChecksumTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void SmolLM2_s_GGUF_file() => Compare("smollm2", ModelStore.LoadTokenizer(SharedModels.Need("smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf")));

    [Fact]
    public void A_tokenizer_json() => Compare("bert-base-uncased", ModelStore.LoadTokenizer(SharedData.Need("tokenizers", "bert-base-uncased.tokenizer.json")));

    [Theory]
    [InlineData("gpt2", "gpt2.encoder.json", "gpt2.vocab.bpe", "GPT2Tokenizer")]
    [InlineData("qwen2", "qwen2.vocab.json", "qwen2.merges.txt", "Qwen2Tokenizer")]
    public void A_vocabulary_and_merges(string name, string vocabulary, string merges, string type)
    {
        File.Copy(SharedData.Need("tokenizers", vocabulary), folder.File("vocab.json"));
        File.Copy(SharedData.Need("tokenizers", merges), folder.File("merges.txt"));
        File.WriteAllText(folder.File("tokenizer_config.json"), $$"""{"tokenizer_class": "{{type}}"}""");
        Compare(name, ModelStore.LoadTokenizer(folder.Path));
    }

    static void Compare(string name, Tokenizer tokenizer)
    {
        JsonNode expected = JsonNode.Parse(File.ReadAllText(SharedModels.Need("fixtures", "token-crc", name + ".json")))!;
        uint[] blocks = [.. expected["blocks"]!.AsArray().Select(block => (uint)block!)];
        string[] lines = [.. Titles(SharedData.Need("titles", "titles.tsv"), 83_000), .. HomeDepot(SharedData.Need("home-depot", "train.csv"), 17_000)];
        Assert.Equal((int)expected["lines"]!, lines.Length);
        long tokens = 0;
        var ids = new List<int>();
        for (int block = 0; block < blocks.Length; block++)
        {
            uint checksum = 0;
            foreach (string line in lines.AsSpan(1000 * block, 1000))
            {
                ids.Clear();
                tokenizer.Encode(line, ids, specialTokens: true);
                foreach (int id in ids) checksum = Crc32(checksum, BitConverter.GetBytes(id));
                tokens += ids.Count;
            }
            Assert.True(blocks[block] == checksum, $"{name}: lines {1000 * block + 1} to {1000 * block + 1000} have other ids");
        }
        Assert.Equal((long)expected["tokens"]!, tokens);
    }

    static IEnumerable<string> Titles(string path, int count) => File.ReadAllText(path).Split('\n').Take(count);

    /// <summary>The third of a row's fields, which are quoted or numbers.</summary>
    static IEnumerable<string> HomeDepot(string path, int count) => File.ReadLines(path, Encoding.Latin1).Skip(1).Take(count).Select(row =>
    {
        int from = row.IndexOf(',', row.IndexOf(',') + 1) + 1;
        if (row[from] != '"') return row[from..row.IndexOf(',', from)];
        int to = from + 1;
        while (row[to] != '"' || row[to + 1] == '"') to += row[to] == '"' ? 2 : 1;
        return row[(from + 1)..to].Replace("\"\"", "\"");
    });

    static readonly uint[] table = [.. Enumerable.Range(0, 256).Select(value =>
    {
        uint rest = (uint)value;
        for (int bit = 0; bit < 8; bit++) rest = (rest & 1) != 0 ? rest >> 1 ^ 0xEDB88320 : rest >> 1;
        return rest;
    })];

    /// <summary>zlib's checksum, continued.</summary>
    static uint Crc32(uint before, ReadOnlySpan<byte> bytes)
    {
        uint rest = ~before;
        foreach (byte b in bytes) rest = table[(byte)(rest ^ b)] ^ rest >> 8;
        return ~rest;
    }
}
