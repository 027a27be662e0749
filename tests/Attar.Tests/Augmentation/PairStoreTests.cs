using Attar.Augmentation;
using Attar.Data;

namespace Attar.Tests.Augmentation;

public sealed class PairStoreTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("attar-pairs-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_is_written_is_read_back()
    {
        CandidatePair[] pairs = [new("q1", "p1", "random", "tail"), new("q1", "é 2", "bm25-top", "tail")];
        PairStore.Write(folder, pairs);
        Query[] queries = [new("g1", "3/8\" drill", "part"), new("g2", "drill")];
        PairStore.WriteQueries(folder, queries);
        Assert.Equal(pairs, PairStore.Read(folder));
        Assert.Equal(queries, PairStore.ReadQueries(folder));
    }

    [Fact]
    public void Pairs_written_before_queries_had_reasons_are_read()
    {
        File.WriteAllText(Path.Combine(folder, PairStore.Pairs), "query_id\tproduct_id\tsource\nq1\tp1\trandom\n");
        Assert.Equal([new CandidatePair("q1", "p1", "random")], PairStore.Read(folder));
    }

    [Fact]
    public void All_faults_are_told_with_their_lines_before_any_pair_is_handed_out()
    {
        File.WriteAllText(Path.Combine(folder, PairStore.Pairs), "query_id\tproduct_id\tsource\nq1\tp1\trandom\nq1\tp1\n\tp1\trandom\n");
        var error = Assert.Throws<InputException>(() => PairStore.Read(folder));
        Assert.Equal(2, error.Total);
        Assert.EndsWith("pairs.tsv:3", error.Faults[0].Where);
        Assert.EndsWith("pairs.tsv:4", error.Faults[1].Where);
    }

    [Fact]
    public void A_missing_file_is_an_input_fault() => Assert.Throws<InputException>(() => PairStore.Read(folder));

    [Fact]
    public void A_writer_that_fails_leaves_the_old_file()
    {
        PairStore.Write(folder, [new("q1", "p1", "random")]);
        Assert.Throws<IOException>(() => PairStore.Write(folder, Failing()));
        Assert.Single(PairStore.Read(folder));
    }

    static IEnumerable<CandidatePair> Failing()
    {
        yield return new CandidatePair("q2", "p2", "random");
        throw new IOException("disk full");
    }
}
