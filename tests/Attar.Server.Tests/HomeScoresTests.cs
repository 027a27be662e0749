using System.Text.Json;
using Attar.Models.Tests.Scoring;
using Attar.Server.Models;
using Attar.Server.Settings;
using Attar.Tensors.Kernels.Cpu;

namespace Attar.Server.Tests;

/// <summary>Models from elsewhere through the interface of text-embeddings-inference, raw scores and in [0,1], against their own libraries: within 1e-4.</summary>
public class HomeScoresTests
{
    public static TheoryData<string> Folders => HomeFolders.All;

    [Theory, MemberData(nameof(Folders))]
    public async Task A_folder_is_served_as_it_scores_at_home(string name)
    {
        (string folder, string? template) = HomeFolders.Of(name);
        double[] expected = HomeFolders.Scores(name);
        bool graded = HomeFolders.Classes(name) > 2;
        using var kernels = new CpuKernels(2);
        await using TestServer server = await TestServer.Start(new ServerOptions(Model: "own"), null, new Attar.Server.Reloading.Source<IScoringModel>("own", () => new FolderModel(folder, kernels, template: template), () => ""));
        foreach (((string query, string product), int i) in HomeFolders.Pairs().Select((pair, i) => (pair, i)))
        {
            if (query.Trim() == "" || product.Trim() == "") continue; // nothing to rank
            double raw = await Score(true), squashed = await Score(false);
            Assert.Equal(expected[i], graded ? HomeFolders.Sigmoid(raw) : raw, 1e-4);
            Assert.Equal(graded ? expected[i] : HomeFolders.Sigmoid(expected[i]), squashed, 1e-4);

            async Task<double> Score(bool asLogit) =>
                (await server.PostJson("/rerank", JsonSerializer.Serialize(new { query, texts = new[] { product }, raw_scores = asLogit })))[0].GetProperty("score").GetDouble();
        }
    }
}
