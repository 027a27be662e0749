
namespace Attar.Data;

/// <summary>The language that texts are most likely in: by the letters that only some write, and by small words.</summary>
/// <param name="Code">Two letters, as ISO 639-1 has them.</param>
public sealed record TextLanguage(string Code, string Name)
{
    const int Sampled = 5000;

    public static readonly TextLanguage English = new("en", "English");

    static readonly (TextLanguage Language, string Letters, string Words)[] latin =
    [
        (English, "", "the and with for of in to by from without a an or set pack"),
        (new("de", "German"), "äöüß", "und mit für der die das aus von zum ohne ein im auf bis"),
        (new("fr", "French"), "éèêçœà", "et avec pour de la le les des du en sans sur aux"),
        (new("es", "Spanish"), "ñáíóú", "y con para de la el los las en del sin por una"),
        (new("it", "Italian"), "àèìòù", "e con per di la il da del della in senza dei"),
        (new("pt", "Portuguese"), "ãõçáê", "e com para de da do em sem dos das uma"),
        (new("nl", "Dutch"), "", "en met voor van de het een in zonder op tot"),
        (new("sv", "Swedish"), "åäö", "och med för av till utan ett en på i"),
        (new("da", "Danish"), "æøå", "og med til af uden på et en i fra"),
        (new("no", "Norwegian"), "æøå", "og med til av uten på et en i fra"),
        (new("fi", "Finnish"), "äö", "ja kanssa sekä ilman ei tai varten"),
        (new("pl", "Polish"), "ąćęłńśźż", "z do na i w dla bez ze oraz"),
        (new("cs", "Czech"), "ěščřžýůď", "s na pro a bez se do ve"),
        (new("hu", "Hungarian"), "őűáé", "és a az egy nélkül hoz"),
        (new("ro", "Romanian"), "ăâșțţş", "cu pentru și de din fără la"),
        (new("tr", "Turkish"), "ışğçöü", "ve ile için bir siyah beyaz"),
    ];

    public static TextLanguage Of(IReadOnlyList<Product> products)
    {
        int step = Math.Max(1, products.Count / Sampled);
        return Of(Enumerable.Range(0, (products.Count + step - 1) / step).Select(i => products[i * step]).Select(product => $"{product.Title} {product.Description}"));
    }

    /// <summary>English where letters of no other alphabet prevail and small words say nothing else.</summary>
    public static TextLanguage Of(IEnumerable<string> texts)
    {
        var scripts = new Dictionary<string, long>();
        var words = new Dictionary<string, long>();
        var marks = new Dictionary<char, long>(); // words by the letters beyond ASCII that they have
        foreach (string text in texts)
        {
            string lower = (text.Length > 400 ? text[..400] : text).ToLowerInvariant();
            foreach (char c in lower)
                if (ScriptOf(c) is { } script) scripts[script] = scripts.GetValueOrDefault(script) + 1;
            foreach (string word in lower.Split([' ', ',', '.', ';', ':', '-', '/', '(', ')', '\t', '"'], StringSplitOptions.RemoveEmptyEntries))
            {
                if (word.Length <= 6) words[word] = words.GetValueOrDefault(word) + 1;
                foreach (char c in word.Where(c => c > '\u007F').Distinct()) marks[c] = marks.GetValueOrDefault(c) + 1;
            }
        }
        if (scripts.Count == 0) return English;
        if (scripts.GetValueOrDefault("kana") * 10 > scripts.Values.Sum()) return new("ja", "Japanese"); // which has Han too
        string main = scripts.MaxBy(entry => entry.Value).Key;
        return main switch
        {
            "cyrillic" => marks.Keys.Any("іїєґ".Contains) && marks.GetValueOrDefault('і') > marks.GetValueOrDefault('ы') ? new("uk", "Ukrainian")
                : marks.GetValueOrDefault('ъ') > marks.GetValueOrDefault('ы') + marks.GetValueOrDefault('э') ? new("bg", "Bulgarian") : new("ru", "Russian"),
            "arabic" => marks.GetValueOrDefault('پ') + marks.GetValueOrDefault('چ') + marks.GetValueOrDefault('گ') + marks.GetValueOrDefault('ی') > marks.GetValueOrDefault('ة') + marks.GetValueOrDefault('ي') ? new("fa", "Persian") : new("ar", "Arabic"),
            "greek" => new("el", "Greek"),
            "hebrew" => new("he", "Hebrew"),
            "devanagari" => new("hi", "Hindi"),
            "thai" => new("th", "Thai"),
            "hangul" => new("ko", "Korean"),
            "han" => new("zh", "Chinese"),
            _ => Latin(words, marks),
        };
    }

    static TextLanguage Latin(Dictionary<string, long> words, Dictionary<char, long> marks)
    {
        var (language, score) = latin.Select(entry => (entry.Language, Score: entry.Words.Split(' ').Sum(word => words.GetValueOrDefault(word)) + 2 * entry.Letters.Sum(letter => marks.GetValueOrDefault(letter)))).MaxBy(entry => entry.Score);
        return score > words.Values.Sum() / 100 ? language : English;
    }

    static string? ScriptOf(char c) => c switch
    {
        >= 'a' and <= 'z' or >= '\u00DF' and <= '\u024F' => "latin",
        >= '\u0370' and <= '\u03FF' => "greek",
        >= '\u0400' and <= '\u052F' => "cyrillic",
        >= '\u0590' and <= '\u05FF' => "hebrew",
        >= '\u0600' and <= '\u06FF' or >= '\u0750' and <= '\u077F' => "arabic",
        >= '\u0900' and <= '\u097F' => "devanagari",
        >= '\u0E00' and <= '\u0E7F' => "thai",
        >= '\u3041' and <= '\u30FF' or >= '\uFF66' and <= '\uFF9D' => "kana",
        >= '\u3400' and <= '\u9FFF' => "han",
        >= '\uAC00' and <= '\uD7A3' => "hangul",
        _ => null,
    };
}
