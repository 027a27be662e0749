using Attar.Models.Tokenizers;

namespace Attar.Models.Tests.Tokenizers;

/// <summary>Every kind of normalizer, pre-tokenizer, model, structure and decoder against Hugging Face's own library on texts that are hard to split.</summary>
public class TokenizerParityTests
{
    public static TheoryData<string> Names => [.. FixtureTokenizers.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Tokens_places_text_and_pairs_are_those_of_the_reference(string name)
    {
        Tokenizer tokenizer = FixtureTokenizers.Of(name);
        string[] checksums = FixtureTokenizers.Lines("checksums.tsv").Select(line => line.Split('\t')).Single(row => row[0] == name)[1].Split(' ');
        Assert.Equal(checksums.Length, FixtureTokenizers.Corpus.Length);
        for (int i = 0; i < checksums.Length; i++)
        {
            string facts = Facts(tokenizer, FixtureTokenizers.Corpus[i]);
            Assert.True(checksums[i] == Checksum(facts), $"{name}, line {i}: see fixtures.mjs for how to show what was expected; got\n{facts}");
        }
    }

    [Fact]
    public void Ids_are_those_of_the_reference()
    {
        foreach (var rows in FixtureTokenizers.Lines("ids.tsv").Select(line => line.Split('\t')).GroupBy(row => row[0]))
        {
            Tokenizer tokenizer = FixtureTokenizers.Of(rows.Key);
            foreach (string[] row in rows)
            {
                var ids = new List<int>();
                tokenizer.Encode(FixtureTokenizers.Corpus[int.Parse(row[1])], ids, specialTokens: true);
                Assert.Equal($"{rows.Key} {row[1]}: {row[2]}", $"{rows.Key} {row[1]}: {string.Join(' ', ids)}");
            }
        }
    }

    static string Facts(Tokenizer tokenizer, string text)
    {
        TokenizedText one = tokenizer.Tokenize(text, structure: false), two = tokenizer.Tokenize(text, "red drill");
        return string.Join('\n', string.Join(' ', one.Ids), string.Join(' ', CodePoints.Offsets(text, one.Offsets)), tokenizer.Decode(one.Ids, skipSpecial: false),
            string.Join(' ', two.Ids), string.Join(' ', two.Segments), string.Join(' ', two.Structure.Select(added => added ? 1 : 0)));
    }

    /// <summary>FNV-1a over UTF-16 units.</summary>
    static string Checksum(string text)
    {
        uint hash = 0x811C9DC5;
        foreach (char c in text) hash = (hash ^ c) * 0x01000193;
        return hash.ToString("x8");
    }
}
