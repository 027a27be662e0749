using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Attar.EndToEnd.Tests;

/// <summary>Processes that train one model together, as Open MPI starts them.</summary>
public sealed class RankTests : IDisposable
{
    static readonly string[] results = ["student/training.tsv", "student/attar/model.safetensors"];

    readonly AttarProcess attar = new();

    public void Dispose() => attar.Dispose();

    [Fact]
    public void One_two_and_four_ranks_distil_the_same_student()
    {
        MakeLabels();
        Printed alone = attar.Run(Distill("w1", epochs: 4));
        Assert.True(alone.Code == 0, alone.Error);
        foreach (int ranks in (int[])[2, 4])
        {
            Printed together = AttarProcess.WaitFor(Start(ranks, Distill($"w{ranks}", epochs: 4)));
            Assert.True(together.Code == 0, together.Error);
            Assert.Single(together.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)); // of the first rank alone
            Assert.Contains($"distill student: {ranks} ranks, ", together.Error);
            Assert.All(results, file => Assert.Equal(File.ReadAllBytes(attar.PathOf("w1", file)), File.ReadAllBytes(attar.PathOf($"w{ranks}", file))));
            Assert.Contains("everything is up to date", attar.Run(Distill($"w{ranks}", epochs: 4)).Error);
        }
    }

    [Fact]
    public void A_rank_that_dies_ends_the_job_and_the_next_one_goes_on_with_other_ranks()
    {
        MakeLabels();
        string[] distill = Distill("w2", epochs: 60);
        using Process job = Start(2, distill);
        Assert.True(SpinWait.SpinUntil(() => job.HasExited || Directory.Exists(attar.PathOf("w2", ".making")) && Directory.EnumerateFiles(attar.PathOf("w2", ".making"), "latest.safetensors", SearchOption.AllDirectories).Any(), TimeSpan.FromSeconds(80)));
        Assert.False(job.HasExited, "it was quicker than the kill");
        using (Process second = Process.GetProcessById(RankOf(job, 1))) second.Kill();
        Printed killed = AttarProcess.WaitFor(job);
        Assert.NotEqual(0, killed.Code);
        Assert.False(Path.Exists(attar.PathOf("w2", "student")));

        Printed resumed = AttarProcess.WaitFor(Start(4, distill));
        Assert.True(resumed.Code == 0, resumed.Error);
        Assert.Contains("distill student: resumes", resumed.Error);
        Printed alone = attar.Run(Distill("w1", epochs: 60));
        Assert.True(alone.Code == 0, alone.Error);
        Assert.All(results, file => Assert.Equal(File.ReadAllBytes(attar.PathOf("w1", file)), File.ReadAllBytes(attar.PathOf("w2", file))));
    }

    [Fact]
    public void What_is_wrong_is_told_and_ends_every_rank()
    {
        MakeLabels();
        Printed printed = AttarProcess.WaitFor(Start(2, "distill", "w1", "--from", "nothing"));
        Assert.NotEqual(0, printed.Code);
        Assert.Contains("attar: ", printed.Error);
        Assert.Contains("nothing", printed.Error);
    }

    [Fact]
    public void Without_Open_MPI_a_rank_says_what_to_install()
    {
        Assert.SkipWhen(NativeLibrary.TryLoad("libmpi.so.40", out _), "Open MPI is installed");
        using Process process = attar.StartWith([("OMPI_COMM_WORLD_SIZE", "2"), ("OMPI_COMM_WORLD_RANK", "0")], "distill", "w");
        Printed printed = AttarProcess.WaitFor(process);
        Assert.Equal(1, printed.Code);
        Assert.Contains("install", Assert.Single(printed.ErrorLines));
    }

    /// <summary>Workspaces that are about to distil, one for each number of ranks.</summary>
    void MakeLabels()
    {
        Assert.SkipUnless(AttarProcess.Has("mpirun"), "Open MPI is not installed (apt-get install openmpi-bin)");
        attar.Write("tiny.json", TinyRecipe.Ending("""{ "stage": "distill", "student": "other", "from": "student-pretrained", "training": { "epochs": 1 } }"""));
        Printed made = attar.Run("run", "tiny.json", "w1");
        Assert.True(made.Code == 0, made.Error);
        foreach (string copy in (string[])["w2", "w4"])
            foreach (string file in Directory.EnumerateFiles(attar.PathOf("w1"), "*", SearchOption.AllDirectories))
            {
                string to = attar.PathOf(copy, Path.GetRelativePath(attar.PathOf("w1"), file));
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(file, to);
            }
    }

    /// <summary>In steps of four parts, with a checkpoint after each.</summary>
    static string[] Distill(string workspace, int epochs) =>
        ["distill", workspace, "--from", "student-pretrained", "--threads", "1", "--batch-tokens", "4096", "--checkpoint-seconds", "0", "--epochs", epochs.ToString(CultureInfo.InvariantCulture)];

    Process Start(int ranks, params string[] arguments) => attar.StartOther("mpirun", ["--allow-run-as-root", "--oversubscribe", "-n", $"{ranks}", "dotnet", "exec", AttarProcess.App, .. arguments]);

    /// <summary>The process that is a rank of a job.</summary>
    static int RankOf(Process job, int rank) => Directory.EnumerateDirectories("/proc").Select(folder => int.TryParse(Path.GetFileName(folder), out int id) ? id : 0).Single(id => id > 0 && IsRank(id, job.Id, rank));

    static bool IsRank(int process, int parent, int rank)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/stat").Split(')')[^1].Split(' ')[2] == $"{parent}" && File.ReadAllText($"/proc/{process}/environ").Split('\0').Contains($"OMPI_COMM_WORLD_RANK={rank}");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
