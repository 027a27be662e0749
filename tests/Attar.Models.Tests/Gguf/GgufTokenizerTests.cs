using System.Text.Json.Nodes;
using Attar.Models.Checkpoints;
using Attar.Models.Gguf;
using Attar.Models.Tests.Checkpoints;
using Attar.Models.Tests.Tokenizers;
using Attar.Models.Tokenizers;

namespace Attar.Models.Tests.Gguf;

/// <summary>The tokenizer in a GGUF file's metadata is the one of the tokenizer.json that it was made from.</summary>
public sealed class GgufTokenizerTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("gpt2", "gpt-2")]
    [InlineData("qwen2", "qwen2")]
    [InlineData("llama3", "llama-bpe")]
    [InlineData("o200k", "gpt-4o")]
    public void Byte_level_tokens_are_those_of_tokenizer_json(string name, string pre)
    {
        Tokenizer whole = FixtureTokenizers.Of(name), own = Made([.. ByteLevel(name, pre), ("tokenizer.ggml.add_bos_token", false)]);
        foreach (string text in FixtureTokenizers.Corpus) Assert.Equal(whole.Tokenize(text, structure: false).Ids, own.Tokenize(text).Ids);
        if (FixtureTokenizers.JsonOf(name)["decoder"] == null) return;
        foreach (string text in FixtureTokenizers.Corpus.Take(50)) Assert.Equal(whole.Decode(whole.Tokenize(text, structure: false).Ids), own.Decode(own.Tokenize(text).Ids));
    }

    [Fact]
    public void SmolLM_s_digits_stand_alone()
    {
        JsonNode json = FixtureTokenizers.JsonOf("gpt2");
        json["pre_tokenizer"] = JsonNode.Parse("""{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}]}""");
        Tokenizer whole = FixtureTokenizers.Load(json), own = Made(ByteLevel("gpt2", "smollm"));
        foreach (string text in FixtureTokenizers.Corpus.Append("12 oz. (4-Pack) 1/2 in. x 100 ft.")) Assert.Equal(whole.Tokenize(text, structure: false).Ids, own.Tokenize(text).Ids);
    }

    [Theory]
    [InlineData("default", "a+b, $12,345 x", "a + b , Ġ $ 12 , 345 Ġx")]
    [InlineData("gpt-2", "it's 12", "it 's Ġ12")]
    [InlineData("command-r", "in 12", "in Ġ 1 2")]
    [InlineData("llama3", "in 1234", "in Ġ 123 4")]
    [InlineData("deepseek-r1-qwen", "in 12", "in Ġ 1 2")]
    [InlineData("tekken", "FooBar 12", "Foo Bar Ġ 1 2")]
    [InlineData("llama4", "DON'T stop", "DON'T Ġstop")]
    [InlineData("deepseek-coder", "Rx 12\n(ok)", "Rx Ġ 1 2 Ċ ( ok )")]
    [InlineData("deepseek-v3", "x 1234!a", "x Ġ 123 4 !a")]
    public void A_name_says_how_words_are_cut(string name, string text, string words)
    {
        string[] each = words.Split(' ');
        var json = new JsonObject
        {
            ["pre_tokenizer"] = PreTokenizers.Of(name)!.ToJson(prefixSpace: false),
            ["model"] = new JsonObject { ["type"] = "WordLevel", ["unk_token"] = "?", ["vocab"] = new JsonObject(each.Append("?").Distinct().Select((word, id) => KeyValuePair.Create(word, (JsonNode?)id))) },
        };
        Tokenizer tokenizer = FixtureTokenizers.Load(json);
        Assert.Equal(each, tokenizer.Tokenize(text).Ids.Select(tokenizer.TokenOf));
    }

    [Fact]
    public void SentencePiece_tokens_are_those_of_tokenizer_json()
    {
        Tokenizer whole = FixtureTokenizers.Of("llama2"), own = Made([.. SentencePieces("llama2"), ("tokenizer.ggml.add_bos_token", true)]);
        foreach (string text in FixtureTokenizers.Corpus.Where(text => !text.Contains('<') && text.Trim().Length > 0)) Assert.Equal(whole.Tokenize(text).Ids, own.Tokenize(text).Ids);
    }

    [Fact]
    public void Without_a_space_before_the_text_none_is_put_there()
    {
        Tokenizer with = Made(SentencePieces("llama2")), without = Made([.. SentencePieces("llama2"), ("tokenizer.ggml.add_space_prefix", false)]);
        Assert.Equal(with.Tokenize("red drill", structure: false).Ids, without.Tokenize(" red drill", structure: false).Ids);
        Assert.NotEqual(with.Tokenize("red drill", structure: false).Ids, without.Tokenize("red drill", structure: false).Ids);
    }

    [Fact]
    public void Text_that_spells_a_special_token_is_read_as_text()
    {
        Tokenizer own = Made(SentencePieces("llama2"));
        var ids = new List<int>();
        own.Encode("a </s> b", ids);
        Assert.DoesNotContain(own.IdOf("</s>"), ids);
        Assert.Contains(own.IdOf("</s>"), own.Tokenize("a </s> b").Ids);
    }

    [Fact]
    public void What_stands_around_a_text_is_what_the_file_says()
    {
        (string, object)[] plain = ByteLevel("llama3", "llama-bpe");
        int start = Made(plain).IdOf("<|begin_of_text|>"), end = start; // the fixture has no other
        plain = [.. plain, ("tokenizer.ggml.bos_token_id", (uint)start), ("tokenizer.ggml.eos_token_id", (uint)end)];
        int[] text = Made([.. plain, ("tokenizer.ggml.add_bos_token", false)]).Tokenize("red").Ids;
        Assert.Equal([start, .. text], Made(plain).Tokenize("red").Ids); // Llama 3's do where the file does not say
        Assert.Equal([start, .. text, end, start, .. text, end], Made([.. plain, ("tokenizer.ggml.add_eos_token", true)]).Tokenize("red", "red").Ids);
    }

    [Fact]
    public void Saved_it_is_a_tokenizer_of_Hugging_Face_with_its_special_tokens_and_template()
    {
        Tokenizer own = Made([.. SentencePieces("llama2"), ("tokenizer.ggml.bos_token_id", 1u), ("tokenizer.ggml.unknown_token_id", 0u), ("tokenizer.chat_template", "{{ messages }}")]);
        own.Save(folder.File("saved"));
        Tokenizer saved = ModelStore.LoadTokenizer(folder.File("saved"));
        foreach (string text in FixtureTokenizers.Corpus.Take(100)) Assert.Equal(own.Tokenize(text).Ids, saved.Tokenize(text).Ids);
        JsonNode config = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.File("saved"), "tokenizer_config.json")))!;
        Assert.Equal(("<s>", "<unk>", "{{ messages }}"), ((string?)config["bos_token"], (string?)config["unk_token"], (string?)config["chat_template"]));
    }

    public static TheoryData<string, object, string> Faults => new()
    {
        { "tokenizer.ggml.model", "bert", "tokenizer.ggml.model: expected gpt2 (byte-level BPE) or llama (SentencePiece), the file has \"bert\"" },
        { "tokenizer.ggml.pre", "poro-chat", "tokenizer.ggml.pre: expected default, gpt-2, smollm," },
        { "tokenizer.ggml.tokens", new[] { "a", "a" }, "tokenizer.ggml.token_type: expected a type for each of 2 tokens" },
        { "tokenizer.ggml.merges", new[] { "ab" }, "tokenizer.ggml.merges: merge 1: expected two tokens with a space between, the file has 'ab'" },
        { "tokenizer.ggml.merges", new[] { "foo bar" }, "merges: merge 1: 'foo' is not in the vocabulary" },
        { "tokenizer.ggml.eos_token_id", 1u << 30, "tokenizer.ggml.eos_token_id: expected the id of one of" },
    };

    [Theory, MemberData(nameof(Faults))]
    public void What_is_no_tokenizer_is_refused(string key, object value, string expected)
    {
        string message = Assert.Throws<InvalidDataException>(() => Made([.. ByteLevel("gpt2", "gpt-2").Where(pair => pair.Key != key), (key, value)])).Message;
        Assert.StartsWith(folder.File("model.gguf") + ": ", message);
        Assert.Contains(expected, message);
    }

    Tokenizer Made((string Key, object Value)[] metadata)
    {
        File.WriteAllBytes(folder.File("model.gguf"), GgufCraft.File(metadata, []));
        return ModelStore.LoadTokenizer(folder.Path);
    }

    static (string Key, object Value)[] ByteLevel(string name, string pre)
    {
        JsonNode json = FixtureTokenizers.JsonOf(name);
        (string[] tokens, int[] types) = Tokens(json);
        return
        [
            ("tokenizer.ggml.model", "gpt2"), ("tokenizer.ggml.pre", pre), ("tokenizer.ggml.tokens", tokens), ("tokenizer.ggml.token_type", types),
            ("tokenizer.ggml.merges", json["model"]!["merges"]!.AsArray().Select(merge => merge is JsonArray pair ? $"{pair[0]} {pair[1]}" : (string)merge!).ToArray()),
        ];
    }

    /// <summary>The earlier a token was merged, the higher its score.</summary>
    static (string Key, object Value)[] SentencePieces(string name)
    {
        JsonNode json = FixtureTokenizers.JsonOf(name);
        (string[] tokens, int[] types) = Tokens(json);
        var ranks = json["model"]!["merges"]!.AsArray().Select((merge, rank) => (Token: merge is JsonArray pair ? $"{pair[0]}{pair[1]}" : ((string)merge!).Replace(" ", ""), rank)).GroupBy(merge => merge.Token).ToDictionary(group => group.Key, group => group.Min(merge => merge.rank));
        return
        [
            ("tokenizer.ggml.model", "llama"), ("tokenizer.ggml.tokens", tokens), ("tokenizer.ggml.token_type", types),
            ("tokenizer.ggml.scores", tokens.Select(token => ranks.TryGetValue(token, out int rank) ? -rank : -1e6f).ToArray()),
        ];
    }

    /// <summary>Tokens by id, and their types: 3 special, 2 unknown, 6 a byte, 5 none.</summary>
    static (string[] Tokens, int[] Types) Tokens(JsonNode json)
    {
        var ids = json["model"]!["vocab"]!.AsObject().ToDictionary(entry => (int)entry.Value!, entry => entry.Key);
        var special = json["added_tokens"]!.AsArray().ToDictionary(token => (int)token!["id"]!, token => token!);
        foreach (var (id, token) in special) ids[id] = (string)token["content"]!;
        int count = ids.Keys.Max() + 1;
        string[] tokens = [.. Enumerable.Range(0, count).Select(id => ids.GetValueOrDefault(id) ?? $"[PAD{id}]")];
        return (tokens, [.. tokens.Select((token, id) => !ids.ContainsKey(id) ? 5 : token == "<unk>" ? 2 : special.TryGetValue(id, out JsonNode? added) ? (bool)added["special"]! ? 3 : 4 : token.StartsWith("<0x", StringComparison.Ordinal) ? 6 : 1)]);
    }
}
