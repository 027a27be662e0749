using System.Text;
using System.Text.Json.Nodes;
using Attar.Models.Tests.Checkpoints;
using Attar.Models.Tokenizers;

namespace Attar.Models.Tests.Tokenizers;

public sealed class TokenizerFilesTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    void Write(string name, string content) => File.WriteAllText(folder.File(name), content);

    static int[] Ids(Tokenizer tokenizer, string text) => tokenizer.Tokenize(text, structure: false).Ids;

    string Fault() => Assert.Throws<InvalidDataException>(() => Tokenizer.Load(folder.Path)).Message;

    [Fact]
    public void Vocabulary_and_merges_make_the_tokenizer_that_tokenizer_json_makes()
    {
        JsonNode model = FixtureTokenizers.JsonOf("qwen2")["model"]!;
        Write("vocab.json", model["vocab"]!.ToJsonString());
        Write("merges.txt", "#version: 0.2\n" + string.Concat(model["merges"]!.AsArray().Select(merge => merge + "\n")));
        Write("tokenizer_config.json", """{"tokenizer_class": "Qwen2Tokenizer"}""");
        Tokenizer old = Tokenizer.Load(folder.Path), whole = FixtureTokenizers.Of("qwen2");
        foreach (string text in FixtureTokenizers.Corpus.Where(text => !text.Contains("<|"))) Assert.Equal(Ids(whole, text), Ids(old, text));
        Write("tokenizer_config.json", "{}"); // GPT-2 does not compose
        Assert.NotEqual(Ids(whole, "cafe\u0301"), Ids(Tokenizer.Load(folder.Path), "cafe\u0301"));
    }

    [Fact]
    public void A_vocab_txt_makes_the_tokenizer_that_tokenizer_json_makes()
    {
        JsonNode vocabulary = FixtureTokenizers.JsonOf("bert")["model"]!["vocab"]!;
        Write("vocab.txt", string.Concat(vocabulary.AsObject().OrderBy(entry => (int)entry.Value!).Select(entry => entry.Key + "\n")));
        Tokenizer old = Tokenizer.Load(folder.Path), whole = FixtureTokenizers.Of("bert");
        foreach (string text in FixtureTokenizers.Corpus) Assert.Equal(whole.Tokenize(text, "red").Ids, old.Tokenize(text, "red").Ids);
    }

    [Theory]
    [InlineData("llama2", 2)]
    [InlineData("unigram-bytes", 1)]
    public void A_SentencePiece_model_makes_the_tokenizer_that_tokenizer_json_makes(string name, int type)
    {
        JsonNode model = FixtureTokenizers.JsonOf(name)["model"]!;
        Dictionary<string, float> scores = type == 1
            ? model["vocab"]!.AsArray().ToDictionary(piece => (string)piece![0]!, piece => (float)(double)piece![1]!)
            : Merged(model);
        File.WriteAllBytes(folder.File("tokenizer.model"), SentencePiece(scores, type));
        Tokenizer old = Tokenizer.Load(folder.Path), whole = FixtureTokenizers.Of(name);
        foreach (string text in FixtureTokenizers.Corpus.Where(text => !text.Contains('<') && text.Trim().Length > 0)) Assert.Equal(Ids(whole, text), Ids(old, text));
    }

    // the earlier a token was merged, the higher its score
    static Dictionary<string, float> Merged(JsonNode model)
    {
        var ranks = model["merges"]!.AsArray().Select((merge, rank) => (Token: (string)merge![0]! + (string)merge[1]!, rank)).GroupBy(merge => merge.Token).ToDictionary(group => group.Key, group => group.Min(merge => merge.rank));
        return model["vocab"]!.AsObject().OrderBy(entry => (int)entry.Value!).ToDictionary(entry => entry.Key, entry => ranks.TryGetValue(entry.Key, out int rank) ? -rank : -1e6f);
    }

    static byte[] SentencePiece(Dictionary<string, float> scores, int type)
    {
        using var model = new MemoryStream();
        foreach (var (token, score) in scores)
        {
            byte[] text = Encoding.UTF8.GetBytes(token);
            int kind = token == "<unk>" ? 2 : token is "<s>" or "</s>" ? 3 : token.StartsWith("<0x") ? 6 : 1;
            Field(model, 1, [0x0A, (byte)text.Length, .. text, 0x15, .. BitConverter.GetBytes(score), 0x18, (byte)kind]);
        }
        Field(model, 2, [0x18, (byte)type, 0x98, 0x02, 1]); // model_type, byte_fallback
        Field(model, 3, [0x18, 1, 0x20, 0]); // add_dummy_prefix, remove_extra_whitespaces
        return model.ToArray();

        static void Field(MemoryStream output, int number, byte[] content)
        {
            output.WriteByte((byte)(number << 3 | 2));
            output.WriteByte((byte)content.Length);
            output.Write(content);
        }
    }

    [Fact]
    public void A_saved_tokenizer_is_the_same_and_its_companions_come_along()
    {
        Write("tokenizer.json", FixtureTokenizers.JsonOf("llama3").ToJsonString());
        Write("tokenizer_config.json", """{"model_max_length": 512}""");
        using var copy = new TemporaryFolder();
        Tokenizer.Load(folder.Path).Save(copy.Path);
        Assert.Equal(File.ReadAllBytes(folder.File("tokenizer.json")), File.ReadAllBytes(copy.File("tokenizer.json")));
        Assert.Equal(File.ReadAllBytes(folder.File("tokenizer_config.json")), File.ReadAllBytes(copy.File("tokenizer_config.json")));
        Assert.Equal(Ids(FixtureTokenizers.Of("llama3"), "red drill 1/2in."), Ids(Tokenizer.Load(copy.Path), "red drill 1/2in."));
    }

    [Theory]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0""", "tokenizer.json:1: expected a tokenizer in JSON")]
    [InlineData("""{"model": {"type": "BPE", "merges": []}}""", "model: expected \"vocab\"")]
    [InlineData("""{"model": {"type": "Sentence"}}""", "model: type \"Sentence\" is not known; expected one of BPE")]
    [InlineData("""{"normalizer": {"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Foo"}]}, "model": {"type": "BPE", "vocab": {}, "merges": []}}""", "normalizer.normalizers[1]: type \"Foo\" is not known")]
    [InlineData("""{"pre_tokenizer": {"type": "UnicodeScripts"}, "model": {"type": "BPE", "vocab": {}, "merges": []}}""", "pre_tokenizer: type \"UnicodeScripts\" is not known")]
    [InlineData("""{"decoder": {"type": "CTC"}, "model": {"type": "BPE", "vocab": {}, "merges": []}}""", "decoder: type \"CTC\" is not known")]
    [InlineData("""{"post_processor": {"type": "Foo"}, "model": {"type": "BPE", "vocab": {}, "merges": []}}""", "post_processor: type \"Foo\" is not known")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": ["a b"]}}""", "merges: merge 1: 'ab' is not in the vocabulary")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0, "b": 1}, "merges": ["a"]}}""", "model.merges[0]: expected two tokens")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 0, "b": 0}, "merges": []}}""", "both have the id 0")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": 2000000000}, "merges": []}}""", "id 2000000000 of 'a'")]
    [InlineData("""{"model": {"type": "BPE", "vocab": {"a": "x"}, "merges": []}}""", "expected a whole number, the file has \"x\"")]
    [InlineData("""{"model": {"type": "BPE", "dropout": 0.1, "vocab": {"a": 0}, "merges": []}}""", "model.dropout")]
    [InlineData("""{"model": {"type": "WordPiece", "vocab": {"a": 0}}}""", "no [UNK]")]
    [InlineData("""{"model": {"type": "Unigram", "unk_id": 7, "vocab": [["a", -1]]}}""", "unk_id: 7")]
    [InlineData("""{"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "\\p{Han}+"}, "behavior": "Isolated"}, "model": {"type": "BPE", "vocab": {}, "merges": []}}""", "\\p{Han} is not supported")]
    [InlineData("""{"normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAA="}, "model": {"type": "BPE", "vocab": {}, "merges": []}}""", "precompiled_charsmap")]
    [InlineData("[]", "expected \"model\"")]
    public void A_broken_file_is_named_with_the_place_and_what_was_expected(string json, string expected)
    {
        Write("tokenizer.json", json);
        string fault = Fault();
        Assert.Contains(expected, fault);
        Assert.StartsWith(folder.File("tokenizer.json"), fault);
    }

    [Fact]
    public void Any_cut_of_a_file_is_refused_with_its_name()
    {
        string json = FixtureTokenizers.JsonOf("unigram").ToJsonString();
        for (int length = 0; length < json.Length; length += 997)
        {
            Write("tokenizer.json", json[..length]);
            Assert.StartsWith(folder.File("tokenizer.json"), Fault());
        }
        byte[] model = SentencePiece(new() { ["<unk>"] = 0, ["a"] = -1 }, 1);
        File.Delete(folder.File("tokenizer.json"));
        for (int length = 0; length < model.Length; length++)
        {
            File.WriteAllBytes(folder.File("tokenizer.model"), model[..length]);
            if (Record.Exception(() => Tokenizer.Load(folder.Path)) is { } fault) Assert.StartsWith(folder.File("tokenizer.model"), Assert.IsType<InvalidDataException>(fault).Message);
        }
    }

    [Fact]
    public void Merges_that_name_unknown_tokens_are_refused_by_file_and_line()
    {
        Write("vocab.json", """{"a": 0, "b": 1, "ab": 2}""");
        Assert.Contains("merges.txt: not found", Fault());
        Write("merges.txt", "#version: 0.2\na b\na x\n");
        Assert.Equal($"{folder.File("merges.txt")}:3: 'x' is not in the vocabulary; the merges belong to another vocabulary", Fault());
        Write("merges.txt", "a b\nab\n");
        Assert.Contains("merges.txt:2: expected two tokens", Fault());
        Write("merges.txt", "a b\n");
        Write("tokenizer_config.json", """{"tokenizer_class": "FooTokenizer"}""");
        Assert.Contains("how a FooTokenizer cuts words is not known", Fault());
    }

    [Fact]
    public void A_folder_without_tokenizer_is_refused_with_what_it_lacks() =>
        Assert.Contains("expected tokenizer.json, vocab.json with merges.txt, tokenizer.model, vocab.txt or a .gguf file", Fault());
}
