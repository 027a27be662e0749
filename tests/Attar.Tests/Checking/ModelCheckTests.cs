using System.Text.Json.Nodes;
using Attar.Checking;
using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Scoring;
using Attar.Models.Tests.Scoring;
using Attar.Models.Tokenizers;
using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Tests.Checking;

/// <summary>Known scores that differ for one planted reason: it is found and named.</summary>
public sealed class ModelCheckTests : IDisposable
{
    const string Prompt = "Query: {query}\nProduct: {product}";

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("attar-check-");

    public void Dispose() => folder.Delete(recursive: true);

    static string At(string name) => HomeFolders.Of(name).Folder;

    static KnownScore[] Known(IEnumerable<double> scores) => [.. HomeFolders.Pairs().Zip(scores, (pair, score) => new KnownScore(pair.Query, pair.Product, score))];

    /// <summary>Scores of a folder's model, of pairs written so.</summary>
    static KnownScore[] Planted(string path, Func<PairModel, Tokenizer, Func<string, string, TokenPair>> write, Precision precision = Precision.Float32)
    {
        using PairModel model = ModelStore.Load(path);
        using var kernels = new CpuKernels(1);
        using var scorer = new PairScorer(model, kernels, frozen: true, precision);
        Func<string, string, TokenPair> pair = write(model, ModelStore.LoadTokenizer(path));
        return Known(scorer.Scores([.. HomeFolders.Pairs().Select(of => pair(of.Query, of.Product))]).Select(score => (double)score));
    }

    static Func<string, string, TokenPair> As(PairText text) => (query, product) => text.Encode(query, [new TextField("", product)]);

    static CheckOutcome Outcome(string path, KnownScore[] known, string? template = null)
    {
        using var check = new ModelCheck(path, 1, template);
        return check.Compare(known);
    }

    static void Finds(string reason, string words, string path, KnownScore[] known, string? template = null)
    {
        CheckOutcome outcome = Outcome(path, known, template);
        Assert.Equal((false, reason), (outcome.Agrees, outcome.Reason));
        Assert.Contains(words, outcome.Words);
        Assert.True(outcome.Worst > outcome.Left);
        Assert.Contains(reason, ModelCheck.Reasons);
    }

    /// <summary>A copy of a fixture with other settings.</summary>
    string Copy(string name, string file, Action<JsonObject> change)
    {
        string to = Path.Combine(folder.FullName, name);
        Directory.CreateDirectory(to);
        foreach (string from in Directory.GetFiles(At(name))) File.Copy(from, Path.Combine(to, Path.GetFileName(from)));
        JsonObject json = JsonNode.Parse(File.ReadAllText(Path.Combine(to, file)))!.AsObject();
        change(json);
        File.WriteAllText(Path.Combine(to, file), json.ToJsonString());
        return to;
    }

    [Fact]
    public void A_model_that_scores_as_at_home_is_told_so()
    {
        CheckOutcome outcome = Outcome(At("bert"), Known(HomeFolders.Scores("bert")));
        Assert.True(outcome is { Agrees: true, Reason: null, Worst: < 1e-4, Pairs: 24 });
    }

    [Fact]
    public void A_sigmoid_is_found() => Finds("sigmoid", "an activation of Identity", At("bert"), Known(HomeFolders.Scores("bert").Select(HomeFolders.Sigmoid)));

    [Fact]
    public void The_class_is_found() =>
        Finds("class", "the logit of class 1 alone", At("bert-two-classes"), Known(HomeFolders.Expected("bert-two-classes").Select(pair => pair!["logits"]![1]!.GetValue<double>())));

    [Fact]
    public void Swapped_sides_are_found() => Finds("sides swapped", "give the query first", At("bert"), Planted(At("bert"), (model, tokenizer) => (query, product) => As(ModelText.Of(model, tokenizer))(product, query)));

    [Fact]
    public void A_leading_space_is_found() => Finds("leading space", "a space before the first word", At("roberta"), Planted(At("roberta"), (model, tokenizer) => (query, product) => As(ModelText.Of(model, tokenizer))(Spaced(query), Spaced(product))));

    static string Spaced(string text) => text.Length == 0 ? "" : " " + text;

    [Fact]
    public void A_template_is_found() => Finds("template", @"--pair-template 'Query: {query}\nProduct: {product}'", At("qwen2"), Known(HomeFolders.Scores("qwen2")));

    [Fact]
    public void Another_length_is_found() => Finds("length", "at most 32 tokens, here of 128", At("bert"), Planted(At("bert"), (model, tokenizer) => As(ModelText.Of(model, tokenizer, model.Form, 32))));

    [Fact]
    public void The_side_that_is_cut_is_found()
    {
        string path = Copy("bert", "tokenizer_config.json", config => config["model_max_length"] = 20);
        Finds("truncation side", "cut at its beginning there, here at its end", path, Planted(path, (model, tokenizer) => As(ModelText.Of(model, tokenizer, (PairForm.TwoTexts)model.Form with { CutsStart = true }))));
    }

    [Fact]
    public void The_padding_token_is_found()
    {
        string path = Copy("qwen2", "config.json", config => config["attar"] = new JsonObject { ["template"] = "pair1" }); // pairs end with <|endoftext|>, which is Qwen's padding
        Finds("padding token", "one token too early", path, Planted(path, (model, tokenizer) => (query, product) =>
        {
            TokenPair pair = As(ModelText.Of(model, tokenizer))(query, product);
            Assert.Equal(0, pair.Ids[^1]);
            return new TokenPair(pair.Ids[..^1], pair.Segments[..^1], pair.Overlap[..^1]);
        }));
    }

    [Fact]
    public void Fewer_bits_are_found() => Finds("precision", "compare in float32", At("bert"), Planted(At("bert"), (model, tokenizer) => As(ModelText.Of(model, tokenizer)), Precision.Int8));

    [Fact]
    public void A_missing_adapter_is_found_on_both_sides()
    {
        string adapter = At("lora-qwen2"), model = Path.Combine(adapter, "..", "base");
        Finds("adapter", "of the model with the adapter", model, Known(HomeFolders.Scores("lora-qwen2")), Prompt);
        Finds("adapter", "of the model without this adapter", adapter, Planted(model, (loaded, tokenizer) => As(ModelText.Of(loaded, tokenizer, Prompt))), Prompt);
    }

    [Fact]
    public void Token_types_that_are_not_told_are_found() =>
        Finds("token types", "give token_type_ids there", At("bert"), Planted(At("bert"), (model, tokenizer) => As(ModelText.Of(model, tokenizer, new PairForm.TwoTexts(128, OneSegment: true)))));

    [Fact]
    public void What_none_of_them_explains_is_told_so()
    {
        var random = new Random(1);
        CheckOutcome outcome = Outcome(At("bert"), Known(HomeFolders.Pairs().Select(_ => random.NextDouble())));
        Assert.Equal((false, null), (outcome.Agrees, outcome.Reason));
        Assert.Contains("none of the usual reasons explains it (sigmoid, class,", outcome.Words);
    }

    [Fact]
    public void Known_scores_are_read_from_tables_and_from_lines_of_JSON()
    {
        string table = Path.Combine(folder.FullName, "known.tsv"), lines = Path.Combine(folder.FullName, "known.jsonl"), faulty = Path.Combine(folder.FullName, "faulty.jsonl");
        File.WriteAllText(table, "query\tscore\ttext\ndrill\t1.5\tcordless drill\n");
        File.WriteAllText(lines, """{"query":"drill","text":"cordless drill","score":1.5}""" + "\n\n");
        Assert.Equal([new KnownScore("drill", "cordless drill", 1.5)], KnownScores.Read(table));
        Assert.Equal(KnownScores.Read(table), KnownScores.Read(lines));
        File.WriteAllText(faulty, "{\"query\":\"drill\"}\n{\n");
        string fault = Assert.Throws<InputException>(() => KnownScores.Read(faulty)).Message;
        Assert.Contains("faulty.jsonl:1", fault);
        Assert.Contains("faulty.jsonl:2", fault);
        File.WriteAllText(faulty, "query\ttext\tscore\ndrill\tdrill\tmuch\n");
        Assert.Contains("score 'much'; expected a number", Assert.Throws<InputException>(() => KnownScores.Read(faulty)).Message);
    }
}
