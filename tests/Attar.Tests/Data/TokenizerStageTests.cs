using Attar.Data;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using Attar.Workspaces;

namespace Attar.Tests.Data;

public sealed class TokenizerStageTests : IDisposable
{
    readonly Workspace workspace = new(Directory.CreateTempSubdirectory("attar-tokenizer-").FullName);

    public TokenizerStageTests()
    {
        Product[] products = [.. Enumerable.Range(0, 5).Select(i => new Product($"p{i}", "cordless drill", "zenith", "tools", "hue=crimson", "descriptive"))];
        Query[] queries = [.. Enumerable.Range(0, 3).SelectMany(i => new Query[] { new($"a{i}", "trainword"), new($"t{i}", "testword"), new($"d{i}", "devword") })];
        var splits = queries.ToDictionary(query => query.Id, query => query.Id[0] switch { 'a' => Split.Train, 't' => Split.Test, _ => Split.Dev });
        DatasetFiles.Write(workspace.Data, new Dataset(new GradeScale([0, 1], 1), products, queries, [new("a0", "p0", 1)], splits));
    }

    public void Dispose() => Directory.Delete(workspace.Root, recursive: true);

    void Run(TokenizerStage stage) => stage.Run(new StageContext(workspace, 1, 1, new Silence(), TimeProvider.System, CancellationToken.None));

    [Fact]
    public void The_vocabulary_knows_the_words_of_products_and_train_queries_and_no_other()
    {
        Run(new TokenizerStage(Vocabulary: 500));
        var tokenizer = WordPieceTokenizer.Load(workspace.Tokenizer);
        Assert.All(["cordless", "zenith", "tools", "crimson", "trainword"], word => Assert.True(tokenizer.IdOf(word) > 0, word));
        Assert.All(["testword", "devword", "descriptive"], word => Assert.Equal(-1, tokenizer.IdOf(word)));
    }

    [Fact]
    public void A_given_tokenizer_is_copied()
    {
        string from = Path.Combine(workspace.Root, "model");
        new WordPieceTokenizer([.. SpecialTokens.All, "drill"]).Save(from);
        Run(new TokenizerStage(From: from));
        Assert.Equal(10, WordPieceTokenizer.Load(workspace.Tokenizer).VocabularySize);
        Assert.Contains(Path.Combine(from, "tokenizer.json"), new TokenizerStage(From: from).Inputs(workspace));
    }

    [Fact]
    public void A_folder_without_tokenizer_is_an_input_fault() =>
        Assert.Throws<InputException>(() => Run(new TokenizerStage(From: workspace.Data)));

    sealed class Silence : IProgressSink
    {
        public void Report(string what, long done, long total, string detail = "") { }
        public void Note(string line) { }
    }
}
