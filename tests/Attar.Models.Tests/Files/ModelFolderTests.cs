using System.Text.Json.Nodes;
using Attar.Models.Checkpoints;
using Attar.Models.Files;
using Attar.Models.Tests.Checkpoints;

namespace Attar.Models.Tests.Files;

public sealed class ModelFolderTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    ModelFolder With(string config)
    {
        File.WriteAllText(folder.File("config.json"), config);
        return ModelFolder.Open(folder.Path);
    }

    [Fact]
    public void A_configuration_is_read_with_defaults_where_keys_are_absent_or_null()
    {
        var model = With("""{"architectures":["BertForSequenceClassification"],"hidden_size":384,"layer_norm_eps":1e-12,"rope_theta":10000,"hidden_act":"gelu","tie_word_embeddings":false,"sliding_window":null,"id2label":{"0":"LABEL_0"}}""");
        Assert.Equal("BertForSequenceClassification", model.Architecture);
        Assert.Equal(1, model.Labels);
        Assert.Equal(384, model.Integer("hidden_size"));
        Assert.Equal(7, model.Integer("sliding_window", 7));
        Assert.Equal(2, model.Integer("num_key_value_heads", 2));
        Assert.Equal(1e-12, model.Number("layer_norm_eps", 0));
        Assert.Equal(10000, model.Number("rope_theta", 0));
        Assert.Equal("gelu", model.Text("hidden_act", ""));
        Assert.Equal("absolute", model.Text("position_embedding_type", "absolute"));
        Assert.False(model.Flag("tie_word_embeddings", true));
        Assert.True(model.Flag("use_cache", true));
    }

    [Fact]
    public void A_configuration_made_in_code_reads_as_one_from_a_file()
    {
        var model = new ModelFolder(new JsonObject { ["rope_theta"] = 10000, ["hidden_size"] = 8L });
        Assert.Equal(10000, model.Number("rope_theta", 0));
        Assert.Equal(8, model.Integer("hidden_size"));
    }

    [Fact]
    public void Unknown_keys_survive_reading_and_writing()
    {
        const string text = """{"hidden_size":8,"rope_scaling":{"factor":1.10,"type":"yarn"},"auto_map":{"AutoModel":"x--y.Z"},"empty":null,"big":12345678901234567890}""";
        var model = With(text);
        model.Config["hidden_size"] = 16;
        model.Save(folder.File("copy"), [new("w", [1], new float[] { 3 })]);

        string written = File.ReadAllText(folder.File("copy/config.json"));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(text.Replace(":8", ":16")), JsonNode.Parse(written)));
        Assert.Contains("12345678901234567890", written, StringComparison.Ordinal);
        Assert.Contains("1.10", written, StringComparison.Ordinal);
        Assert.EndsWith("}\n", written, StringComparison.Ordinal);
        using var weights = SafeTensorsFile.Open(folder.File("copy"));
        Assert.Equal(["w"], weights.Names);
    }

    [Fact]
    public void A_save_that_fails_leaves_no_folder_that_looks_complete()
    {
        var model = With("""{"hidden_size":8}""");
        Assert.Throws<IOException>(() => model.Save(folder.Path, [new("w", [1], () => throw new IOException("the disk is full"))]));
        Assert.Throws<CheckpointException>(() => ModelFolder.Open(folder.Path));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("""{"n":"x"}""", """n: expected a whole number, the file has "x" """)]
    [InlineData("""{"n":1.5}""", "n: expected a whole number, the file has 1.5")]
    [InlineData("""{"n":4294967296}""", "n: expected a whole number, the file has 4294967296")]
    [InlineData("""{"n":[1]}""", "n: expected a whole number, the file has [1]")]
    [InlineData("""{"n":null}""", "n: expected a whole number, the file has none")]
    [InlineData("""{}""", "n: expected a whole number, the file has none")]
    [InlineData("""[1]""", "expected a JSON object, the file has Array")]
    [InlineData("""null""", "expected a JSON object, the file has null")]
    [InlineData("""{"n":""", "expected a model's configuration in JSON")]
    [InlineData("""{"n":1,"n":2}""", "expected a model's configuration in JSON")]
    public void A_wrong_configuration_is_refused_in_one_line(string config, string expected)
    {
        var fault = Assert.Throws<CheckpointException>(() => With(config).Integer("n"));
        Assert.StartsWith(folder.File("config.json") + ": ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(expected.Trim(), fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Fact]
    public void Values_of_the_wrong_kind_are_refused()
    {
        var model = With("""{"n":"x"}""");
        Assert.Throws<CheckpointException>(() => model.Number("n", 1));
        Assert.Throws<CheckpointException>(() => model.Flag("n", true));
        Assert.Throws<CheckpointException>(() => With("""{"n":1}""").Text("n", ""));
        Assert.Throws<CheckpointException>(() => ModelFolder.Open(folder.File("none")));
    }

    [Fact]
    public void A_reranker_says_that_its_logits_stay_as_they_are()
    {
        JsonObject config = new() { ["model_type"] = "bert", ["num_labels"] = 2 };
        CrossEncoderFiles.DescribeHead(config, "BertForSequenceClassification", 1);
        CrossEncoderFiles.Write(folder.Path);
        Assert.True(JsonNode.DeepEquals(config, JsonNode.Parse("""
            {"model_type":"bert","architectures":["BertForSequenceClassification"],"id2label":{"0":"LABEL_0"},"label2id":{"LABEL_0":0},"problem_type":"regression",
             "sentence_transformers":{"activation_fn":"torch.nn.modules.linear.Identity"},"sbert_ce_default_activation_function":"torch.nn.modules.linear.Identity"}
            """)));
        JsonNode Read(string name) => JsonNode.Parse(File.ReadAllText(folder.File(name)))!;
        Assert.Equal("CrossEncoder", (string?)Read("config_sentence_transformers.json")["model_type"]);
        Assert.Equal("torch.nn.modules.linear.Identity", (string?)Read("config_sentence_transformers.json")["activation_fn"]);
        Assert.Equal("sequence-classification", (string?)Read("sentence_bert_config.json")["transformer_task"]);
        Assert.Equal("", (string?)Read("modules.json")[0]!["path"]);
    }

    [Fact]
    public void A_teacher_has_a_label_for_each_grade_and_no_activation()
    {
        JsonObject config = [];
        CrossEncoderFiles.DescribeHead(config, "LlamaForSequenceClassification", 4);
        Assert.Equal(4, new ModelFolder(config).Labels);
        Assert.Equal(3, (int?)config["label2id"]!["LABEL_3"]);
        Assert.Equal("single_label_classification", (string?)config["problem_type"]);
        Assert.False(config.ContainsKey("sentence_transformers"));
        Assert.Equal("LlamaForSequenceClassification", new ModelFolder(config).Architecture);
        Assert.Equal(2, new ModelFolder([]).Labels);
        Assert.Equal("", new ModelFolder([]).Architecture);
    }
}
