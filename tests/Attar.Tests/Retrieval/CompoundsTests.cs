using Attar.Data;
using Attar.Retrieval;

namespace Attar.Tests.Retrieval;

public class CompoundsTests
{
    static readonly string[] words = ("Schuhe wandern Bohrer Akku Maschine Tisch Lampe Schrank Regal Bücher Garten Schlauch Tür Griff Farbe Wand Kinder Bett Decke Mode Kissen Stuhl Büro Arbeit Hose Licht Leiste Band Ring Kette Rad "
        + "Teller Stecker Dose Topf Blume Tuch Hand Kleid Rock Ecke Eis Brett Messer Ast Last Igel Ratte Art Ort Rand Seil Eile").Split(' ');

    static string PartsOf(string word, string code, params string[] words)
    {
        var stemmer = Stemmer.Of(new TextLanguage(code, ""));
        HashSet<string> known = [.. words.SelectMany(known => SearchTerms.Of(known, stemmer))];
        return string.Join(' ', new Compounds(known.Contains, stemmer).Of(SearchTerms.Of(word, stemmer)[0]));
    }

    [Theory]
    [InlineData("Wanderschuhe", "wand schuh"), InlineData("Bohrmaschine", "bohr maschin"), InlineData("Schreibtischlampe", "lamp"), InlineData("Bücherregale", "buch regal"), InlineData("Gartenschläuche", "gart schlauch")]
    [InlineData("Türgriff", "tur griff"), InlineData("Wandfarben", "wand farb"), InlineData("Kinderbetten", "kind bett"), InlineData("Bettdecke", "bett deck"), InlineData("Bürostühle", "buro stuhl"), InlineData("Arbeitshose", "arbeit hos")]
    [InlineData("Lichtleisten", "licht leist"), InlineData("Blumentopf", "blum topf"), InlineData("Handtuch", "hand tuch"), InlineData("Abendkleid", "kleid"), InlineData("Schneidebrett", "brett"), InlineData("Küchenmesser", "mess")]
    // wand is what wandern is stemmed to as well
    public void A_German_compound_has_the_words_it_is_made_of(string word, string parts) => Assert.Equal(parts, PartsOf(word, "de", words));

    [Theory] // though Mode, Igel, Ecke, Ast, Teller, Art, Ort, Rand, Eile are words
    [InlineData("Kommode"), InlineData("Spiegel"), InlineData("Wecker"), InlineData("Kastanie"), InlineData("Rasteller"), InlineData("Partner"), InlineData("Transport"), InlineData("Standard"), InlineData("Teile"), InlineData("Vorhang"), InlineData("Besteck"), InlineData("1234567890")]
    public void What_only_sounds_like_one_is_whole(string word) => Assert.Equal("", PartsOf(word, "de", words));

    [Theory]
    [InlineData("nl", "wandelschoenen", "schoen", "schoenen"), InlineData("sv", "skrivbordslampa", "lamp", "lampa"), InlineData("da", "havestole", "hav stol", "have stol"), InlineData("de", "Schreibtischlampe", "schreibtisch tisch lamp", "Lampe Tisch Schreibtisch")]
    public void So_has_one_of_another_language(string code, string word, string parts, string words) => Assert.Equal(parts, PartsOf(word, code, words.Split(' ')));

    [Fact]
    public void A_word_finds_the_compounds_that_end_in_it_and_the_whole_word_comes_first()
    {
        Product[] shop = [new("a", "Schuhe für Herren"), new("b", "Wanderschuhe mit Profil"), new("c", "Hose für die Arbeit"), new("d", "Kommode für das Schlafzimmer")];
        var index = new Bm25Index(shop);
        Assert.Equal("de", index.Language.Code);
        Assert.Equal(["a", "b"], index.Search("Schuh", 9).Select(hit => shop[hit.Product].Id).Order());
        Assert.Equal(["b", "a"], index.Search("wanderschuhe", 9).Select(hit => shop[hit.Product].Id));
        Assert.Equal("c", shop[index.Search("Arbeitshosen", 9)[0].Product].Id); // the shop has both words, not the compound
        Assert.All(shop, product => Assert.Equal(index.Scores("Wanderschuhe Hose", [Array.IndexOf(shop, product)])[0], index.Score("Wanderschuhe Hose", product)));
    }

    [Fact]
    public void English_is_left_as_it_is() => Assert.Equal(0, Assert.Single(new Bm25Index([new("a", "Board for the wall"), new("b", "Wallboard and the like")]).Search("boards", 9)).Product);
}
