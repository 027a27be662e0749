using Attar.Data;
using Lucene.Net.Analysis.Ar;
using Lucene.Net.Analysis.Bg;
using Lucene.Net.Analysis.Cz;
using Lucene.Net.Analysis.De;
using Lucene.Net.Analysis.El;
using Lucene.Net.Analysis.Es;
using Lucene.Net.Analysis.Fi;
using Lucene.Net.Analysis.Fr;
using Lucene.Net.Analysis.Hi;
using Lucene.Net.Analysis.Hu;
using Lucene.Net.Analysis.It;
using Lucene.Net.Analysis.No;
using Lucene.Net.Analysis.Pt;
using Lucene.Net.Analysis.Sv;
using Lucene.Net.Tartarus.Snowball;
using Lucene.Net.Tartarus.Snowball.Ext;

namespace Attar.Retrieval;

/// <summary>What a word and its inflected forms have in common, by language: light stemmers of Lucene where there are, of Snowball otherwise. For one thread at a time.</summary>
public sealed class Stemmer
{
    delegate int Shorten(char[] word, int length);

    public static readonly Stemmer English = new((word, length) => SearchTerms.Stem(word.AsSpan(0, length)).Length, decimalComma: false);

    readonly Shorten stem;
    readonly char[] buffer = new char[64];
    readonly bool english;

    Stemmer(Shorten stem, bool decimalComma = true) => (this.stem, DecimalComma, english) = (stem, decimalComma, !decimalComma);

    /// <summary>Whether 0,5 is a number in the language.</summary>
    public bool DecimalComma { get; }

    /// <summary>A stemmer of its own for each caller; languages without one keep their words.</summary>
    public static Stemmer Of(TextLanguage language) => language.Code switch
    {
        "en" => English,
        "de" => new(new GermanLightStemmer().Stem),
        "fr" => new(new FrenchLightStemmer().Stem),
        "es" => new(new SpanishLightStemmer().Stem),
        "it" => new(new ItalianLightStemmer().Stem),
        "pt" => new(new PortugueseLightStemmer().Stem),
        "nl" => Snowball(new DutchStemmer()),
        "sv" => new(new SwedishLightStemmer().Stem),
        "da" => Snowball(new DanishStemmer()),
        "no" => new(new NorwegianLightStemmer(NorwegianStandard.BOKMAAL).Stem),
        "fi" => new(new FinnishLightStemmer().Stem),
        "cs" => new(new CzechStemmer().Stem),
        "hu" => new(new HungarianLightStemmer().Stem),
        "ro" => Snowball(new RomanianStemmer()),
        "tr" => new((_, length) => Math.Min(length, 5)), // as good as stemmers there (Can and others 2008), and Snowball's takes «kalem» for a possessive
        "ru" or "uk" => Snowball(new RussianStemmer()),
        "bg" => new(new BulgarianStemmer().Stem),
        "ar" => new(new ArabicStemmer().Stem),
        "el" => new(new GreekStemmer().Stem),
        "hi" => new(new HindiStemmer().Stem),
        _ => new((_, length) => length),
    };

    /// <summary>The stem of a folded word in lower case; numbers stay.</summary>
    public string Stem(ReadOnlySpan<char> word)
    {
        if (english && System.Text.Ascii.IsValid(word)) return SearchTerms.Stem(word).ToString();
        if (word.Length > buffer.Length || char.IsAsciiDigit(word[0])) return word.ToString();
        lock (buffer) // an index is shared by threads
        {
            word.CopyTo(buffer);
            return new string(buffer, 0, stem(buffer, word.Length));
        }
    }

    static Stemmer Snowball(SnowballProgram program) => new((word, length) =>
    {
        program.SetCurrent(word, length);
        program.Stem();
        program.Current.AsSpan().CopyTo(word);
        return program.Current.Length;
    });
}
