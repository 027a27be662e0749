using Attar.Models.Tokenizers;

namespace Attar.Models.Tests.Tokenizers;

public class TextStartTests
{
    [Fact]
    public void The_first_tokens_of_a_long_text_are_those_that_the_whole_text_begins_with()
    {
        // Texts of every kind of the corpus behind one another, some without a space between.
        var random = new System.Random(7);
        string[] texts = [.. Enumerable.Range(0, 12).Select(i => string.Join(i % 3 == 0 ? "" : i % 3 == 1 ? " " : "\n ", Enumerable.Range(0, 120).Select(_ => FixtureTokenizers.Corpus[random.Next(FixtureTokenizers.Corpus.Length)])))];
        foreach (string name in FixtureTokenizers.Names)
        {
            var tokenizer = FixtureTokenizers.Of(name);
            foreach (string text in texts)
            {
                var whole = new List<int>();
                tokenizer.Encode(text, whole);
                foreach (int most in (int[])[0, 1, 17, 96, 300])
                {
                    List<int> start = [-1];
                    bool cut = TextStart.Encode(tokenizer, "", text, most, start);
                    Assert.Equal(whole.Count > most, cut);
                    Assert.True(start.SequenceEqual([-1, .. whole.Take(most)]), $"{name}: the first {most} tokens of a text of {text.Length} characters");
                }
            }
        }
    }

    [Theory]
    [InlineData("drill ", 100_000, 4000)]
    [InlineData("x", 2_000_000, 4000)] // one word
    [InlineData(" ", 2_000_000, 4_700_000)] // nothing to be found: each prefix is a quarter of the next
    public void A_text_is_read_as_far_as_its_tokens_are_needed(string part, int times, int most)
    {
        var tokenizer = new Counting();
        TextStart.Encode(tokenizer, "", string.Concat(Enumerable.Repeat(part, times)), 96, []);
        Assert.InRange(tokenizer.Read, 1, most);
    }

    /// <summary>A token for each four characters that are not white space.</summary>
    sealed class Counting : ITokenizer
    {
        public int Read { get; private set; }

        public int VocabularySize => 1;

        public void Encode(string text, List<int> ids)
        {
            Read += text.Length;
            ids.AddRange(new int[text.Count(letter => letter != ' ') / 4]);
        }

        public int IdOf(string token) => -1;

        public string TokenOf(int id) => "";

        public void Save(string folder) => throw new NotSupportedException();
    }
}
