using System.Runtime.CompilerServices;
using Attar.Augmentation;
using Attar.Labeling;
using Attar.Models.Heads;
using Attar.Tests.Recipes;
using Attar.Workspaces;

namespace Attar.Tests.Labeling;

/// <summary>A trivial teacher labels 10,000 pairs in shards of 3,000, and is disturbed.</summary>
public sealed class LabelWriterTests : IDisposable
{
    static readonly LabelStamp stamp = new("teacher", "tokenizer", "pair1-decoder-64", ScoreTransform.Logit, "float32", 2);
    static readonly CandidatePair[] pairs = [.. Enumerable.Range(0, 10_000).Select(i => new CandidatePair($"q{i / 30}", $"p{i % 30 * 7}", "random"))];

    readonly string root = Directory.CreateTempSubdirectory("attar-labels-").FullName;
    readonly List<string> notes = [];
    int asked;

    string Whole => Path.Combine(root, "whole");
    string Labels => Path.Combine(root, "labels");

    [Fact]
    public void Shards_lie_in_the_order_of_the_pairs_each_with_its_checksum()
    {
        Label(Whole);
        LabelManifest manifest = LabelManifest.Read(Whole);
        Assert.Equal([3000, 3000, 3000, 1000], manifest.Shards.Select(shard => shard.Count));
        Assert.Equal(10_000, manifest.Count);
        Assert.Equal(pairs.Select(pair => (pair.QueryId, pair.ProductId)), LabelStore.Read(Whole).Select(label => (label.QueryId, label.ProductId)));
        Assert.Equal(4, Directory.GetFiles(Whole, "*.tsv").Length);
        Assert.Equal(5, Directory.GetFiles(Whole).Length);
    }

    /// <summary>Each attempt dies at a random byte: inside a header, inside a line, between a write and the next, or with the disk full.</summary>
    [Fact]
    public void Stopped_fifty_times_inside_a_write_it_ends_with_the_same_bytes()
    {
        Label(Whole);
        var random = new Random(5);
        int stops = 0;
        while (stops < 50)
        {
            Directory.CreateDirectory(Labels);
            Directory.Delete(Labels, recursive: true);
            for (bool done = false; !done;)
            {
                var room = new StrongBox<long>(random.Next(3) == 0 ? random.Next(200) : random.Next(200_000));
                try
                {
                    Label(Labels, open: path => new FullDisk(path, room));
                    done = true;
                }
                catch (IOException)
                {
                    stops++;
                }
            }
            AssertSame();
        }
    }

    [Fact]
    public void Ended_between_any_two_steps_it_ends_with_the_same_bytes()
    {
        Label(Whole);
        string[] shards = [.. Directory.GetFiles(Whole, "*.tsv").Order(StringComparer.Ordinal)];
        for (int listed = 0; listed <= shards.Length; listed++)
            foreach (bool renamed in new[] { false, true })
            {
                // shards up to "listed" are in the manifest; the next lies there whole, renamed or not
                Directory.CreateDirectory(Labels);
                foreach (string shard in shards.Take(listed + 1))
                    File.Copy(shard, Path.Combine(Labels, Path.GetFileName(shard)) + (renamed || shard != shards[Math.Min(listed, shards.Length - 1)] || listed == shards.Length ? "" : ".part"));
                LabelManifest manifest = LabelManifest.Read(Whole);
                (manifest with { Shards = [.. manifest.Shards.Take(listed)], Count = null }).Write(Labels);
                asked = 0;
                Label(Labels);
                AssertSame();
                Assert.Equal(pairs.Length - Math.Min(pairs.Length, (listed + 1) * 3000), asked); // what was written whole is not asked again
                Directory.Delete(Labels, recursive: true);
            }
    }

    [Fact]
    public void Power_lost_leaves_zeros_and_the_lines_behind_them_are_made_again()
    {
        Label(Whole);
        string shard = LabelStore.ShardName(0);
        byte[] bytes = File.ReadAllBytes(Path.Combine(Whole, shard));
        bytes.AsSpan(bytes.Length / 2, 4096).Clear();
        Directory.CreateDirectory(Labels);
        File.WriteAllBytes(Path.Combine(Labels, shard + ".part"), bytes);
        Label(Labels);
        AssertSame();
    }

    [Theory, InlineData(0), InlineData(2), InlineData(3)]
    public void A_flipped_byte_is_found_and_only_its_shard_made_again(int shard)
    {
        Label(Whole);
        Label(Labels);
        string path = Path.Combine(Labels, LabelStore.ShardName(shard));
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
        asked = 0;
        Label(Labels);
        AssertSame();
        Assert.Equal(shard == 3 ? 1000 : 3000, asked);
        Assert.Contains(LabelStore.ShardName(shard), Assert.Single(notes));
    }

    [Fact]
    public void Other_pairs_cost_what_is_new_among_them_and_end_as_if_labelled_alone()
    {
        CandidatePair[] more = [.. pairs.Where((_, i) => i % 3 > 0), .. Enumerable.Range(0, 500).Select(i => new CandidatePair($"new{i / 25}", $"p{i % 25}", "random"))];
        Label(Whole, more, source: "more");
        Label(Labels);
        asked = 0;
        Label(Labels, more, source: "more");
        AssertSame();
        Assert.Equal(500, asked);
        Assert.False(Directory.Exists(Path.Combine(Labels, "former")));
    }

    [Fact]
    public void A_query_whose_labels_lie_in_two_shards_is_known_whole()
    {
        CandidatePair[] wide = [.. Enumerable.Range(0, 7000).Select(i => new CandidatePair($"q{i / 700}", $"p{i % 700}", "random"))]; // shards end inside q4 and q8
        Label(Labels, wide, source: "first");
        asked = 0;
        Label(Labels, [.. wide, new CandidatePair("new", "p1", "random")], source: "second");
        Assert.Equal(1, asked);
    }

    [Fact]
    public void Stopped_and_given_other_pairs_again_it_loses_no_label()
    {
        Label(Whole, pairs, source: "third");
        Label(Labels, pairs[..6000], source: "first");
        var room = new StrongBox<long>(40_000);
        Assert.Throws<IOException>(() => Label(Labels, pairs[2000..], source: "second", open: path => new FullDisk(path, room)));
        asked = 0;
        Label(Labels, pairs, source: "third");
        AssertSame();
        Assert.Equal(4000, asked);
    }

    [Fact]
    public void A_later_round_takes_over_what_the_one_before_labelled_and_leaves_its_store_alone()
    {
        CandidatePair[] more = [.. pairs.GroupBy(pair => pair.QueryId).SelectMany(query => query.Append(new CandidatePair(query.Key, "mined", "model")))];
        Label(Whole, more, source: "more");
        string first = Path.Combine(root, "first");
        Label(first);
        asked = 0;
        Label(Labels, more, source: "more", before: first);
        AssertSame();
        Assert.Equal(more.Length - pairs.Length, asked);
        Assert.Equal(pairs.Length, LabelStore.Read(first).Count());

        asked = 0;
        Label(Path.Combine(root, "other"), more, of: stamp with { Teacher = "other" }, before: first);
        Assert.Equal(more.Length, asked);
        Assert.Contains("round before are of another kind (teacher other here", notes[^1]);
    }

    [Fact]
    public void A_product_whose_text_changed_is_labelled_again()
    {
        Label(Labels);
        asked = 0;
        Label(Labels, source: "edited", textOf: pair => pair.ProductId == "p7" ? "ffffffff" : "00000000");
        Assert.Equal(pairs.Count(pair => pair.ProductId == "p7"), asked);
    }

    [Fact]
    public void Labels_of_another_teacher_or_transform_do_not_mix()
    {
        foreach (LabelStamp other in new[] { stamp with { Teacher = "other" }, stamp with { Tokenizer = "other" }, stamp with { Template = "other" }, stamp with { Transform = ScoreTransform.ExpectedGain }, stamp with { Precision = "int8" } })
        {
            Label(Labels);
            (asked, int before) = (0, notes.Count);
            Label(Labels, of: other);
            Assert.Equal(pairs.Length, asked);
            Assert.Contains("of another kind (", notes[before]);
            Assert.Equal(other, LabelManifest.Read(Labels).Stamp);
        }
    }

    void Label(string folder, CandidatePair[]? about = null, string source = "source", Func<CandidatePair, string>? textOf = null, LabelStamp? of = null, Func<string, Stream>? open = null, string? before = null)
    {
        about ??= pairs;
        textOf ??= _ => "00000000";
        LabelWriter writer = LabelWriter.GoOn(folder, new LabelManifest(of ?? stamp, source, DateTimeOffset.UnixEpoch, 3000, []), notes.Add, open, before);
        var context = new StageContext(new Workspace(root), 1, 1, new SinkOfLines(), TimeProvider.System, TestContext.Current.CancellationToken);
        Labeler.Run(writer, about, about.Length, textOf, Ask, context);
        writer.Finish();

        IEnumerable<string> Ask(CandidatePair[] chunk)
        {
            asked += chunk.Length;
            return chunk.Select(pair => LabelStore.Line(pair, (pair.QueryId.Length * 31 + pair.ProductId.Length) / 7.0, [.25, .75], textOf(pair)));
        }
    }

    void AssertSame()
    {
        Assert.Equal(Directory.GetFiles(Whole).Select(Path.GetFileName).Order(), Directory.GetFiles(Labels).Select(Path.GetFileName).Order());
        foreach (string file in Directory.GetFiles(Whole)) Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(Labels, Path.GetFileName(file))));
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    /// <summary>A file on a disk with room for so many bytes: of the write that exceeds it, what fits is written.</summary>
    sealed class FullDisk(string path, StrongBox<long> room) : FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0)
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            int fits = (int)Math.Min(buffer.Length, room.Value);
            room.Value -= fits;
            base.Write(buffer[..fits]);
            if (fits < buffer.Length) throw new IOException("no space left on device");
        }
    }
}
