using System.Text;
using Attar.Data;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Data;

public sealed class Utf8LinesTests : IDisposable
{
    readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    (List<string> Lines, string Faults) Read(byte[] content)
    {
        File.WriteAllBytes(folder["file"], content);
        var faults = new FaultList();
        var lines = new List<string>();
        using (var reader = new Utf8Lines(folder["file"], faults))
            while (reader.Next(out var line)) lines.Add($"{reader.Number} {Encoding.UTF8.GetString(line)}");
        return (lines, faults.Any ? string.Join('\n', folder.FaultsOf(faults.ThrowIfAny)) : "");
    }

    [Fact]
    public void Lines_come_with_their_numbers_and_without_their_breaks()
    {
        var (lines, faults) = Read([.. "\uFEFFone\r\n\nzwölf\n"u8]);
        Assert.Equal(["1 one", "2 ", "3 zwölf"], lines);
        Assert.Empty(faults);
    }

    [Fact]
    public void A_bad_line_is_told_and_the_others_are_read()
    {
        var (lines, faults) = Read([.. "one\ntw"u8, 0xC3, .. "o\nthree\n"u8]);
        Assert.Equal(["1 one", "3 three"], lines);
        Assert.StartsWith("file:2: invalid UTF-8 after 2 bytes; expected UTF-8 text", faults);
    }

    [Fact]
    public void A_last_line_that_is_cut_is_not_handed_out()
    {
        var (lines, faults) = Read([.. "one\ntwo"u8]);
        Assert.Equal(["1 one"], lines);
        Assert.StartsWith("file:2: the last line has no line break", faults);
    }

    [Fact]
    public void A_foreign_files_last_line_needs_no_break()
    {
        File.WriteAllText(folder["file"], "one\ntwo");
        var faults = new FaultList();
        using var reader = new Utf8Lines(folder["file"], faults, foreign: true);
        Assert.True(reader.Next(out _) && reader.Next(out var last) && last.SequenceEqual("two"u8));
        Assert.False(reader.Next(out _) || faults.Any);
    }

    [Fact]
    public void Lines_of_any_length_are_read_whole() =>
        Prop.ForAll(Gen.Choose(0, 200_000).NonEmptyListOf().ToArbitrary(), lengths =>
        {
            string[] written = [.. lengths.Select((length, index) => new string((char)('a' + index % 26), length))];
            var (lines, faults) = Read(Encoding.UTF8.GetBytes(string.Concat(written.Select(line => line + '\n'))));
            Assert.Equal(written.Select((line, index) => $"{index + 1} {line}"), lines);
            Assert.Empty(faults);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(10));
}
