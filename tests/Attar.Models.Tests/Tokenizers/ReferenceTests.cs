using Attar.Models.Tokenizers;

namespace Attar.Models.Tests.Tokenizers;

/// <summary>
/// Compares with what Hugging Face's library made of the same texts. The vocabularies of others are not kept here: the folder that
/// ATTAR_TOKENIZER_REFERENCE names holds corpus.jsonl, and for each tokenizer NAME.expected and NAME.json or a folder NAME with older
/// files, made by Fixtures/tokenizers/reference.mjs.
/// </summary>
public class ReferenceTests(ITestOutputHelper output)
{
    const string Variable = "ATTAR_TOKENIZER_REFERENCE";

    [Fact]
    public void Every_token_of_the_corpus_and_its_place_are_those_of_the_reference()
    {
        string folder = Environment.GetEnvironmentVariable(Variable) ?? "";
        Assert.SkipUnless(Directory.Exists(folder), $"{Variable} names no folder; see Fixtures/tokenizers/reference.mjs for how to make one");
        string[] expectations = Directory.GetFiles(folder, "*.expected");
        Assert.NotEmpty(expectations);
        long different = expectations.Order().Sum(expected => new[] { Path.ChangeExtension(expected, ".json"), Path.ChangeExtension(expected, null) }
            .Where(path => File.Exists(path) || Directory.Exists(path))
            .Sum(path => Compare(path, expected, Path.Combine(folder, "corpus.jsonl"))));
        Assert.Equal(0, different);
    }

    long Compare(string tokenizerPath, string expectedPath, string corpus)
    {
        Tokenizer tokenizer = Tokenizer.Load(tokenizerPath);
        long lines = 0, differentIds = 0, differentOffsets = 0;
        foreach (var (json, expected) in File.ReadLines(corpus).Zip(File.ReadLines(expectedPath)))
        {
            string text = Json.Text(json);
            TokenizedText actual = tokenizer.Tokenize(text, structure: false);
            string[] columns = expected.Split('\t');
            string ids = string.Join(' ', actual.Ids), offsets = string.Join(' ', CodePoints.Offsets(text, actual.Offsets));
            lines++;
            if (ids != columns[0] && differentIds++ < 5) Report(json, columns[0], ids);
            if (offsets != columns[1] && differentOffsets++ < 5) Report(json, columns[1], offsets);
            var direct = new List<int>();
            tokenizer.Encode(text, direct, specialTokens: true);
            Assert.Equal(actual.Ids, direct);
        }
        output.WriteLine($"{tokenizerPath}: {lines} lines, {differentIds} with other ids, {differentOffsets} with other offsets");
        Assert.Equal(File.ReadLines(corpus).LongCount(), lines);
        return differentIds + differentOffsets;
    }

    void Report(string text, string expected, string actual)
    {
        static string Short(string s) => s.Length > 400 ? s[..400] + "..." : s;
        output.WriteLine($"{Short(text)}\n  expected {Short(expected)}\n  got      {Short(actual)}");
    }
}
