using System.Text.Json.Nodes;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;

namespace Attar.Models.Tests.Tokenizers;

public sealed class WordPieceFilesTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("attar-tokenizer-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    static readonly WordPieceTokenizer Trained = WordPieceTrainer.Train(["cordless drill 18 v", "drill bit, 3/8 in.", "hammer drill", "cordless mower"], 80);

    string File(string name) => Path.Combine(folder, name);

    [Fact]
    public void A_saved_tokenizer_loads_with_the_same_ids()
    {
        Trained.Save(folder);
        Assert.Equal(Tokens(Trained), Tokens(WordPieceTokenizer.Load(folder)));
        System.IO.File.Delete(File("tokenizer.json"));
        Assert.Equal(Tokens(Trained), Tokens(WordPieceTokenizer.Load(folder))); // from vocab.txt
    }

    [Fact]
    public void The_written_json_is_what_Hugging_Face_reads()
    {
        Trained.Save(folder);
        JsonNode root = JsonNode.Parse(System.IO.File.ReadAllText(File("tokenizer.json")))!;
        Assert.Equal("BertNormalizer", (string?)root["normalizer"]!["type"]);
        Assert.Equal("BertPreTokenizer", (string?)root["pre_tokenizer"]!["type"]);
        Assert.Equal("WordPiece", (string?)root["model"]!["type"]);
        Assert.Equal("WordPiece", (string?)root["decoder"]!["type"]);
        Assert.Equal(2, (int)root["post_processor"]!["special_tokens"]!["[CLS]"]!["ids"]![0]!);
        Assert.Equal(SpecialTokens.All, root["added_tokens"]!.AsArray().Select(token => (string)token!["content"]!));
        Assert.Equal(5, (int)root["model"]!["vocab"]!["[brand]"]!);
        Assert.True((bool)JsonNode.Parse(System.IO.File.ReadAllText(File("tokenizer_config.json")))!["do_lower_case"]!);
    }

    [Fact]
    public void Added_tokens_beyond_the_vocabulary_are_read()
    {
        System.IO.File.WriteAllText(File("tokenizer.json"), """
            {"added_tokens": [{"id": 2, "content": "[brand]"}], "normalizer": {"type": "BertNormalizer", "lowercase": true, "strip_accents": null},
             "model": {"type": "WordPiece", "unk_token": "[UNK]", "vocab": {"[UNK]": 0, "a": 1}}}
            """);
        Assert.Equal(["[UNK]", "a", "[brand]"], Tokens(WordPieceTokenizer.Load(folder)));
    }

    [Theory]
    [InlineData("""{"normalizer": {"type": "BertNormalizer"}, "model": {"type": "WordPiece", "vocab": {"[UNK]": 0, "a": 5}}}""", "id 5 of 'a'")]
    [InlineData("""{"normalizer": {"type": "Lowercase"}, "model": {"type": "WordPiece", "vocab": {"[UNK]": 0}}}""", "expected BertNormalizer")]
    [InlineData("""{"normalizer": {"type": "BertNormalizer"}, "model": {"type": "WordPiece", "vocab": {"a": 0}}}""", "no [UNK]")]
    [InlineData("""{"normalizer": {"type": "BertNormalizer"}, "model": {"type": "WordPiece"}}""", "tokenizer.json")]
    [InlineData("""{"model": {"type": "Wor""", "tokenizer.json")]
    [InlineData("""{"model": {"type": "BPE"}}""", "expected a tokenizer.json with a WordPiece model, or a vocab.txt")]
    public void A_broken_file_is_named_with_what_was_expected(string json, string expected)
    {
        System.IO.File.WriteAllText(File("tokenizer.json"), json);
        var error = Assert.Throws<InvalidDataException>(() => WordPieceTokenizer.Load(folder));
        Assert.Contains(expected, error.Message);
        Assert.Contains(folder, error.Message);
    }

    static string[] Tokens(WordPieceTokenizer tokenizer) => [.. Enumerable.Range(0, tokenizer.VocabularySize).Select(tokenizer.TokenOf)];
}
