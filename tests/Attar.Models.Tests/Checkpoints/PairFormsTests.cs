using System.Text.Json.Nodes;
using Attar.Models.Checkpoints;
using Attar.Models.Encoders;
using Attar.Models.Files;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;

namespace Attar.Models.Tests.Checkpoints;

/// <summary>Which way of writing pairs a folder says, and where a folder's weights lie.</summary>
public sealed class PairFormsTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    string Template(string? given = null)
    {
        using PairModel model = ModelStore.Load(folder.Path);
        return ModelText.Of(model, ModelStore.LoadTokenizer(folder.Path), given).Template;
    }

    void Config(Action<JsonObject> change) => ForeignFolder.Edit(folder.File("config.json"), change);

    [Fact]
    public void A_model_from_elsewhere_is_asked_as_at_home_and_one_taught_here_in_our_way()
    {
        ForeignFolder.Bert(folder.Path, "only");
        Assert.Equal("plain-64", Template());
        Config(config => config["attar"] = new JsonObject { ["overlap"] = false }); // as the first release wrote it
        Assert.Equal("pair1-encoder-64", Template());
        Config(config => config["attar"]!["template"] = "pair2");
        Assert.Equal("pair1-encoder-64", Template()); // an encoder reads its first token
        Config(config => config["attar"]!["template"] = "plain");
        Assert.Equal("plain-64", Template());
    }

    [Fact]
    public void A_template_in_the_folder_or_given_makes_one_text()
    {
        ForeignFolder.Bert(folder.Path, "only");
        string given = Template("query: {query} product: {product}");
        Assert.StartsWith("prompt-64-", given);
        Config(config => config["attar"] = new JsonObject { ["template"] = "query: {query} product: {product}" });
        Assert.Equal(given, Template());
        Config(config => config["attar"]!["template"] = "query: {query}");
        Assert.EndsWith("template: expected \"pair1\", \"pair2\", \"plain\" or a text with {query} and {product}, the file has \"query: {query}\"", Assert.Throws<CheckpointException>(() => Template()).Message);
    }

    [Fact]
    public void The_longest_pair_and_the_prompt_are_those_of_the_folder()
    {
        ForeignFolder.Bert(folder.Path, "only");
        File.WriteAllText(folder.File("tokenizer_config.json"), """{"model_max_length":32,"truncation_side":"left"}""");
        Assert.Equal("plain-32", Template());
        File.WriteAllText(folder.File("sentence_bert_config.json"), """{"max_seq_length":16}""");
        Assert.Equal("plain-16", Template());
        File.WriteAllText(folder.File("config_sentence_transformers.json"), """{"default_prompt_name":"web","prompts":{"web":"acme "}}""");
        using PairModel model = ModelStore.Load(folder.Path);
        Tokenizer tokenizer = ModelStore.LoadTokenizer(folder.Path);
        Assert.Equal("[CLS] acme red [SEP] drill [SEP]", string.Join(' ', ModelText.Of(model, tokenizer).Encode("red", [new("", "drill")]).Ids.Select(tokenizer.TokenOf)));
    }

    [Fact]
    public void What_is_trained_from_elsewhere_says_how_its_pairs_are_written()
    {
        ForeignFolder.Bert(folder.Path, "only");
        using (PairModel student = ModelStore.LoadForScore(folder.Path, 1, new ModelStart())) ModelStore.Save(student, folder.File("student"));
        Assert.Equal("pair2", (string?)ModelFolder.Open(folder.File("student")).Config["attar"]!["template"]);
        using PairModel back = ModelStore.Load(folder.File("student"));
        Assert.Equal("pair1-encoder-64", ModelText.Of(back, ModelStore.LoadTokenizer(folder.Path)).Template);
    }

    [Theory]
    [InlineData(OverlapMarks.Graded, 0, false)]
    [InlineData(OverlapMarks.Exact, 0, false)]
    [InlineData(OverlapMarks.None, 1, false)]
    [InlineData(OverlapMarks.None, 0, true)]
    public void What_plain_BERT_would_misread_has_no_weights_that_it_finds(OverlapMarks marks, int split, bool plain)
    {
        using var model = new Encoder(new EncoderConfig(30, 8, 2, 2, 12, 16, Overlap: marks, Split: split));
        model.Parameters.Initialize(2);
        ModelStore.Save(model, folder.Path);
        Assert.Equal(plain, File.Exists(folder.File("model.safetensors")));
        Assert.Equal(!plain, File.Exists(folder.File("attar/model.safetensors")));
        Assert.Equal(plain, ModelStore.IsPlain(model));
        using (PairModel back = ModelStore.Load(folder.Path)) Assert.Equal(model.Parameters["classifier.weight"].Value.Span.ToArray(), back.Parameters["classifier.weight"].Value.Span.ToArray());

        using var other = new Encoder(model.Config with { Overlap = plain ? OverlapMarks.Exact : OverlapMarks.None, Split = 0 });
        ModelStore.Save(other, folder.Path); // into the same folder
        Assert.Equal(!plain, File.Exists(folder.File("model.safetensors")));
        Assert.Equal(plain, File.Exists(folder.File("attar/model.safetensors")));
    }

    [Fact]
    public void A_marked_folder_of_the_first_release_is_still_read()
    {
        using var model = new Encoder(new EncoderConfig(30, 8, 2, 2, 12, 16, Overlap: OverlapMarks.Graded));
        model.Parameters.Initialize(2);
        ModelStore.Save(model, folder.Path);
        File.Move(folder.File("attar/model.safetensors"), folder.File("model.safetensors"));
        Config(config => config["attar"]!.AsObject().Remove("template"));
        using PairModel back = ModelStore.Load(folder.Path);
        Assert.Equal((OverlapMarks.Graded, new PairForm.Fields()), (back.Overlap, back.Form));
    }
}
