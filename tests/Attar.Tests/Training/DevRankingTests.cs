using Attar.Data;
using Attar.Models.Encoders;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Models.Tokenizers.Tokens;
using Attar.Tensors.Collectives;
using Attar.Tensors.Kernels.Cpu;
using Attar.Training;

namespace Attar.Tests.Training;

public class DevRankingTests
{
    static readonly WordPieceTokenizer Tokenizer = new([.. SpecialTokens.All, "oak", "table", "lamp", "red"]);
    static readonly Dataset Dataset = new(
        new GradeScale([0, 1], .5),
        [new Product("p1", "oak table"), new Product("p2", "red lamp")],
        [new Query("q1", "table"), new Query("q2", "lamp")],
        [new Judgment("q1", "p1", 1), new Judgment("q1", "p2", 0), new Judgment("q2", "p1", 0), new Judgment("q2", "p2", 1)],
        new Dictionary<string, Split> { ["q1"] = Split.Dev, ["q2"] = Split.Dev });

    [Fact]
    public void A_model_that_tells_products_apart_is_kept() => Rank(new Random(1), dev =>
    {
        Assert.InRange(dev.Ndcg(), .5, 1);
        dev.RefuseCollapse("student");
    });

    [Fact]
    public void A_model_with_one_score_for_everything_is_refused_by_name() => Rank(null, dev =>
    {
        dev.Ndcg();
        Assert.StartsWith("student: scores have collapsed", Assert.Throws<StageFailedException>(() => dev.RefuseCollapse("student")).Message);
    });

    /// <summary>Four pairs: of eight ranks half have none.</summary>
    [Theory, InlineData(2), InlineData(3), InlineData(8)]
    public async Task Ranks_that_share_the_pairs_see_the_ranking_of_one(int ranks)
    {
        double alone = 0;
        Rank(new Random(1), dev => alone = dev.Ndcg());
        double[] together = await LocalRanks.Run(ranks, others =>
        {
            double ndcg = 0;
            Rank(new Random(1), dev => ndcg = dev.Ndcg(), others);
            return ndcg;
        });
        Assert.All(together, ndcg => Assert.Equal(alone, ndcg));
    }

    [Fact]
    public void Without_dev_judgments_there_is_nothing_to_rank()
    {
        using var model = new Encoder(new EncoderConfig(Tokenizer.VocabularySize, 16, 1, 2, 16, 32));
        using var kernels = new CpuKernels(1);
        using var scorer = new PairScorer(model, kernels);
        var text = new CatalogueText(ModelText.Of(model, Tokenizer), Dataset.Products);
        Assert.False(new DevRanking(DevRanking.Judged(Dataset with { Splits = new Dictionary<string, Split> { ["q1"] = Split.Test, ["q2"] = Split.Train } }), text, scorer).Any);
    }

    /// <param name="weights">Null leaves all weights zero.</param>
    static void Rank(Random? weights, Action<DevRanking> check, Communicator? ranks = null)
    {
        using var model = new Encoder(new EncoderConfig(Tokenizer.VocabularySize, 16, 1, 2, 16, 32));
        if (weights != null) model.Parameters.Initialize((ulong)weights.Next(), .3f);
        using var kernels = new CpuKernels(1);
        using var scorer = new PairScorer(model, kernels);
        check(new DevRanking(DevRanking.Judged(Dataset), new CatalogueText(ModelText.Of(model, Tokenizer), Dataset.Products), scorer, ranks));
    }
}
