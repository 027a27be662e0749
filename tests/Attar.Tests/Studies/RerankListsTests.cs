using Attar.Data;
using Attar.Models.Encoders;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using Attar.Studies;
using Attar.Tensors.Kernels;
using Attar.Tensors.Kernels.Cpu;
using Attar.Tests.Data;

namespace Attar.Tests.Studies;

public sealed class RerankListsTests : IDisposable
{
    static readonly WordPieceTokenizer Tokenizer = new([.. SpecialTokens.All, "drill", "red", "sofa", "acme"]);
    static readonly FieldPairText Text = new(Tokenizer, 16);
    static readonly EncoderConfig Tiny = new(Tokenizer.VocabularySize, 8, 2, 2, 12, 16);

    static readonly Dataset Shop = new(
        new GradeScale([0, 1], 1),
        [new("p1", "red sofa"), new("p2", "drill"), new("p3", "red drill", "acme")],
        [new("q1", "red drill"), new("q2", "sofa"), new("q3", "lamp"), new("q4", "drill")],
        [],
        new Dictionary<string, Split> { ["q1"] = Split.Test, ["q2"] = Split.Dev, ["q3"] = Split.Test });

    readonly Folder folder = new();

    [Fact]
    public void Each_query_of_the_split_brings_its_best_products_as_the_model_reads_them()
    {
        RerankList list = Assert.Single(CandidateLists.Of(Shop, Split.Test, 2, Text, folder, default)); // nothing matches q3
        Assert.Equal("q1", list.QueryId);
        Assert.Equal("[CLS] red drill [SEP] red drill [brand] acme [SEP]", Read(list.Pairs[0]));
        Assert.Equal(2, list.Pairs.Count);
        Assert.Equal("q4", Assert.Single(CandidateLists.Of(Shop, Split.Train, 9, Text, folder, default)).QueryId); // unjudged queries are train's
    }

    [Fact]
    public void As_texts_they_are_what_a_servers_clients_send()
    {
        RerankLists.WriteRequests(folder["requests.jsonl"], CandidateLists.Of(Shop, Split.Test, 2, folder, default));
        Assert.Equal(
            """{"query":"red drill","documents":[{"id":"p3","title":"red drill","brand":"acme","category":"","attributes":"","description":""},{"id":"p2","title":"drill","brand":"","category":"","attributes":"","description":""}]}""",
            Assert.Single(File.ReadAllLines(folder["requests.jsonl"])));
    }

    [Fact]
    public void A_split_without_queries_is_refused() =>
        Assert.Contains("no queries in the test split", Assert.Throws<InputException>(() => CandidateLists.Of(Shop with { Queries = [] }, Split.Test, 2, Text, folder, default).ToList()).Message);

    [Fact]
    public void Lists_come_back_as_they_were_written_with_their_overlap()
    {
        RerankList[] lists = [.. CandidateLists.Of(Shop, Split.Test, 3, Text, folder, default)];
        RerankLists.Write(folder["lists.jsonl"], lists);
        Assert.StartsWith("""{"query_id":"q1","pairs":[{"input_ids":[2,10,9,3,""", File.ReadAllText(folder["lists.jsonl"]));
        List<RerankList> back = RerankLists.Read(folder["lists.jsonl"], Tiny, Text);
        Assert.Equal(lists.SelectMany(Describe), back.SelectMany(Describe));
        Assert.Contains(back[0].Pairs, pair => pair.Overlap.Any(mark => mark > 0));

        static IEnumerable<string> Describe(RerankList list) => list.Pairs.Select(pair => $"{list.QueryId}: {Read(pair)} {string.Concat(pair.Segments)} {string.Concat(pair.Overlap)}");
    }

    [Theory]
    [InlineData("""{"query_id":"q","pairs":[]}""", "no pairs; expected at least one")]
    [InlineData("""{"query_id":"q"}""", "expected a JSON object such as")]
    [InlineData("""{"query_id":"q","pairs":[{"input_ids":[2,3]""", "expected a JSON object such as")]
    [InlineData("""{"query_id":"q","pairs":[{"input_ids":[],"token_type_ids":[]}]}""", "pair 1 has 0 tokens; expected 1 to 16")]
    [InlineData("""{"query_id":"q","pairs":[{"input_ids":[2],"token_type_ids":[0]},{"input_ids":[2,13],"token_type_ids":[0,0]}]}""", "pair 2 has token 13; expected 0 to 12")]
    [InlineData("""{"query_id":"q","pairs":[{"input_ids":[-1],"token_type_ids":[0]}]}""", "pair 1 has token -1; expected 0 to 12")]
    [InlineData("""{"query_id":"q","pairs":[{"input_ids":[2,3],"token_type_ids":[0]}]}""", "pair 1 has 2 input_ids and 1 token_type_ids")]
    [InlineData("""{"query_id":"q","pairs":[{"input_ids":[2,3],"token_type_ids":[1,0]}]}""", "token_type_ids out of order")]
    public void A_line_that_is_no_request_is_told_by_file_and_line(string line, string message)
    {
        folder.Add("lists.jsonl", """{"query_id":"q","pairs":[{"input_ids":[2,3],"token_type_ids":[0,1]}]}""" + $"\n{line}\n");
        string fault = Assert.Single(folder.FaultsOf(() => RerankLists.Read(folder["lists.jsonl"], Tiny, Text)));
        Assert.StartsWith("lists.jsonl:2: ", fault);
        Assert.Contains(message, fault);
    }

    [Fact]
    public void An_empty_file_is_refused()
    {
        folder.Add("lists.jsonl", "");
        Assert.Contains("the file is empty", Assert.Throws<InputException>(() => RerankLists.Read(folder["lists.jsonl"], Tiny, Text)).Message);
    }

    [Fact]
    public void The_benchmark_gives_the_scores_of_every_pair()
    {
        using var model = new Encoder(Tiny);
        model.Parameters.Initialize(1, .3f);
        RerankList[] lists = [.. CandidateLists.Of(Shop, Split.Test, 3, Text, folder, default), .. CandidateLists.Of(Shop, Split.Dev, 3, Text, folder, default)];
        using var kernels = new CpuKernels(1);
        using var scorer = new PairScorer(model, kernels);
        float[][] expected = [.. lists.Select(list => scorer.Scores(list.Pairs))];
        var (speed, scores) = RerankBenchmark.Run(model, lists, Precision.Float32, 1, folder, default);
        Assert.Equal(expected, scores);
        Assert.Equal((2, lists.Sum(list => list.Pairs.Count)), (speed.Requests, speed.Pairs));
        Assert.True(speed.Median > 0 && speed.Slowest >= speed.Median && speed.PairsPerSecond > 0 && speed.PeakShare > 0);

        RerankLists.WriteScores(folder["scores.jsonl"], lists, scores);
        Assert.Equal(2, File.ReadAllLines(folder["scores.jsonl"]).Count(line => line.StartsWith("{\"query_id\":\"q", StringComparison.Ordinal) && line.Contains("\"scores\":[")));
    }

    [Fact]
    public void Operations_of_one_score_counted_by_hand()
    {
        // one layer of width 2, feed-forward 3, 5 tokens: for the first of them the four projections and two of the feed-forward, 4 x 4 + 2 x 6 multiply-adds; it meets the tokens themselves, 2 x 5 x 2
        Assert.Equal(2 * (28 + 20), EncoderFlops.Scoring(new EncoderConfig(9, 2, 1, 1, 3), 5));
        // a full layer below: 5 x (16 + 12) and 5 x 5 x 2 x 2
        Assert.Equal(2 * (28 + 20 + 140 + 100), EncoderFlops.Scoring(new EncoderConfig(9, 2, 2, 1, 3), 5));
    }

    static string Read(TokenPair pair) => string.Join(' ', pair.Ids.Select(Tokenizer.TokenOf));

    public void Dispose() => folder.Dispose();
}
