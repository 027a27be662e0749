using System.Text.Json.Nodes;
using Attar.Models.Checkpoints;
using Attar.Models.Files;
using Attar.Models.Scoring;
using Attar.Models.Tests.Gguf;
using Attar.Models.Tokenizers;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Models.Tests.Checkpoints;

/// <summary>A language model that is asked whether a product fits.</summary>
public sealed class LanguageAnswerTests : IDisposable
{
    const string Asked = "query : {query} product : {product} yes , no";

    readonly TemporaryFolder folder = new();
    readonly CpuKernels kernels = new(2);

    public void Dispose()
    {
        folder.Dispose();
        kernels.Dispose();
    }

    [Theory, InlineData(Asked), InlineData(Asked + " ")]
    public void It_scores_as_the_same_model_that_sentence_transformers_says_the_tokens_of(string template)
    {
        string told = ForeignFolder.Llama(folder.File("told")), bare = Bare(told);
        Assert.Equal((true, false), (LanguageAnswer.Is(bare), LanguageAnswer.Is(told)));
        using PairModel expected = ModelStore.Load(told), actual = LanguageAnswer.Of(bare, template)!;
        Assert.Equal((1, "a language model's answer: the logit of 'Yes' after the pair, less that of 'No'"), (actual.Labels, actual.HeadNote));
        PairText text = ModelText.Of(actual, ModelStore.LoadTokenizer(bare), template);
        TokenPair[] pairs = [text.Encode("red drill", [new("", "cordless drill")]), text.Encode("acme", [new("", "bits, tools")])];
        float[] scores = Scores(actual, pairs);
        Assert.NotEqual(scores[0], scores[1]);
        foreach ((float one, float other) in Scores(expected, pairs).Zip(scores)) Assert.Equal(one, other, 1e-5f);
    }

    [Fact]
    public void Unasked_it_is_none_nor_is_a_model_that_has_a_head()
    {
        string told = ForeignFolder.Llama(folder.File("told")), bare = Bare(told);
        Assert.Null(LanguageAnswer.Of(bare, null));
        Assert.Null(LanguageAnswer.Of(told, Asked));
        Assert.Null(LanguageAnswer.Of(ForeignFolder.Bert(folder.File("bert"), "irrelevant", "relevant"), Asked));
        Assert.Null(LanguageAnswer.Of(folder.File("nowhere"), Asked));
        Assert.Null(LanguageAnswer.Of(folder.File("nowhere.gguf"), Asked));
    }

    [Fact]
    public void Answers_of_several_tokens_are_refused_in_one_line()
    {
        string bare = Bare(ForeignFolder.Llama(folder.File("told")), spelled: true);
        Assert.Contains("expected 'Yes' to be one token behind the pair template, it is spelled in 2; end the template otherwise", Assert.Throws<CheckpointException>(() => LanguageAnswer.Of(bare, Asked)).Message);
    }

    [Fact]
    public void SmolLM2_answers_as_in_transformers()
    {
        string place = SharedModels.Need("smollm2-135m-instruct"), file = SharedModels.Need("smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf");
        JsonNode known = JsonNode.Parse(File.ReadAllText(Path.Combine(place, "expected.json")))!;
        JsonArray texts = JsonNode.Parse(File.ReadAllText(SharedModels.Need("fixtures", "checkpoints", "pairs.json")))!.AsArray();
        string[] parts = ((string)known["prompt"]!).Split("{}");
        string template = $"{parts[0]}{{query}}{parts[1]}{{product}}{parts[2]}";
        using PairModel model = LanguageAnswer.Of(file, template)!;
        PairText text = ModelText.Of(model, ModelStore.LoadTokenizer(file), template);
        Assert.InRange(text.Budget, 192 + 20, 192 + 40); // and the question
        JsonArray pairs = known["pairs"]!.AsArray();
        float[] scores = Scores(model, [.. texts.Take(pairs.Count).Select(pair => text.Encode((string)pair![0]!, [new("", (string)pair[1]!)]))]);
        foreach ((JsonNode? pair, float score) in pairs.Zip(scores)) Assert.Equal((double)pair!["yes"]! - (double)pair["no"]!, score, 1e-3);
    }

    float[] Scores(PairModel model, TokenPair[] pairs)
    {
        using var scorer = new PairScorer(model, kernels, frozen: true);
        return scorer.Scores(pairs);
    }

    /// <summary>The same weights as a GGUF file, which has no head, and the tokenizer beside it.</summary>
    /// <param name="spelled">Yes is ye and s.</param>
    string Bare(string source, bool spelled = false)
    {
        string bare = folder.File("bare");
        Directory.CreateDirectory(bare);
        File.WriteAllBytes(Path.Combine(bare, "model.gguf"), GgufMaking.Of(source, "llama"));
        Tokenizer tokenizer = ModelStore.LoadTokenizer(source);
        string[] words = [.. Enumerable.Range(0, tokenizer.VocabularySize).Select(tokenizer.TokenOf)];
        new WordPieceTokenizer([.. words.Select(word => spelled && word == "yes" ? "ye" : word)]).Save(bare);
        return bare;
    }
}
