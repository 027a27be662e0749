using System.Text.RegularExpressions;
using Attar.Data;
using Attar.Retrieval;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Retrieval;

public class SearchTermsTests
{
    [Theory]
    [InlineData("DEWALT 3.5 in. Drills, 18-Volt", "dewalt 3.5 in drill 18 volt")]
    [InlineData("a.5b 1.2.3 x. .7", "a.5 b 1.2 3 x 7")]
    [InlineData("batteries boxes glass painting painted", "batter box glas paint paint")]
    [InlineData("ties red ing bed", "tie red ing bed")] // three characters must be left
    [InlineData("café ½ naïve 45º Andersen™", "cafe naive 45 andersen")]
    [InlineData("65Â° 3Ã©x 90å SetåÊ MenÛªs", "65 3 x 90 set men s")] // UTF-8 that was read as Latin-1
    [InlineData("Дрель-шуруповёрт АККУМУЛЯТОРНАЯ", "дрель шуруповерт аккумуляторная")]
    [InlineData("Tür türen Straße", "tur turen strasse")]
    [InlineData("電動ドリル", "電 電動 動 動ド ドリ リル")] // pairs; of Han each character too
    [InlineData("ﾄﾞﾘﾙ １８Ｖ", "ドリ リル 18v")] // half and full width
    [InlineData("전동 드릴", "전동 드릴")]
    [InlineData("สว่านไฟฟ้า", "สว่ ว่า าน นไ ไฟ ฟฟ้ ฟ้า")]
    [InlineData("مِثقاب كهربائي", "مثقاب كهربائي")] // vowel points are left out
    [InlineData("ISITMALI ısıtmalı İğne", "isitmali isitmali igne")]
    [InlineData("हथौड़ा", "हथौड़ा")] // vowel signs belong to the word
    [InlineData("𠮷野", "𠮷 𠮷野 野")]
    [InlineData("co\u00ADoperate 2́", "cooperate 2")]
    [InlineData("", "")]
    public void Text_becomes_terms(string text, string terms) => Assert.Equal(terms, string.Join(' ', SearchTerms.Of(text)));

    [Theory]
    [InlineData("ru", "дрели дрелью дрель", "дрел дрел дрел")]
    [InlineData("de", "Türen Tür Schrauben Schraube", "tur tur schraub schraub")]
    [InlineData("de", "0,5 l und 1.000 Stück", "0.5 l und 1.000 stuck")]
    [InlineData("tr", "kalemler kalem", "kalem kalem")]
    [InlineData("fr", "perceuses perceuse", "perceu perceu")]
    [InlineData("es", "taladros taladro", "taladr taladr")]
    [InlineData("ar", "المثاقب مثاقب", "مثاقب مثاقب")]
    [InlineData("ar", "حقيبة الحقيبة والحقيبة", "حقيب حقيب حقيب")]
    [InlineData("ru", "СТОЛЫ столами столу Ёлка ёлки", "стол стол стол елк елк")]
    [InlineData("tr", "IŞIKLI ışıklı İPEK ipek perdeler", "isikl isikl ipek ipek perde")]
    [InlineData("ja", "ノートパソコン １５インチ", "ノー ート トパ パソ ソコ コン 15 イン ンチ")]
    [InlineData("th", "รองเท้า กีฬา 42", "รอ อง งเ เท้ ท้า กีฬ ฬา 42")]
    [InlineData("de", "Fußmatten GROẞE Maße", "fussmatt gross mass")]
    public void Words_are_stemmed_by_language(string code, string text, string terms) =>
        Assert.Equal(terms, string.Join(' ', SearchTerms.Of(text, Stemmer.Of(new TextLanguage(code, "")))));

    [Fact]
    public void Any_text_has_terms_without_faults() => Check.QuickThrowOnFailure(Prop.ForAll(ArbMap.Default.ArbFor<UnicodeString>(), text =>
    {
        foreach (string code in (string[])["en", "ru", "tr", "xx"])
            Assert.All(SearchTerms.Of(text.Get, Stemmer.Of(new TextLanguage(code, ""))), term => Assert.NotEmpty(term));
    }));

    [Fact]
    public void The_scanner_agrees_with_the_regular_expression() => Check.QuickThrowOnFailure(Prop.ForAll<int>(seed =>
    {
        var random = new System.Random(seed);
        string text = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => "aB9. -_0."[random.Next(9)]));
        var expected = Regex.Matches(text.ToLowerInvariant(), @"[a-z0-9]+(?:\.[0-9]+)?").Select(match => SearchTerms.Stem(match.Value).ToString());
        return SearchTerms.Of(text).SequenceEqual(expected);
    }));
}
