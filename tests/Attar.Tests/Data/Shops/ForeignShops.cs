namespace Attar.Tests.Data.Shops;

/// <summary>Small shops in other languages, as a shop would export them: a catalogue by things and variants, and queries with what a speaker would want first.</summary>
static class ForeignShops
{
    /// <summary>Semicolons, decimal commas, umlauts.</summary>
    public static (string Products, string Judgments) German => Build("Artikelnummer;Bezeichnung;Hersteller;Kategorie;Beschreibung", "Suchbegriff;Artikelnummer;Bewertung", "3,0", "0,5",
        ["Akku-Bohrschrauber", "Schlagbohrmaschine", "Stichsäge", "Gartenschlauch", "Türgriff", "Wandfarbe weiß", "Schreibtischlampe", "Bürostuhl höhenverstellbar"],
        ["12 V", "18 V", "für große Räume", "mit Zubehör", "Größe L", "2,5 m", "kompakt", "grün"], "Norvik;Bauhof;Kröger", "Werkzeug;Garten;Möbel", "Ein zuverlässiges Stück für Haus und Garten.",
        [("bohrschrauber akku", 0), ("stichsägen", 2), ("gartenschläuche", 3), ("turgriffe", 4), ("TÜRGRIFF", 4), ("wandfarbe weiss", 5), ("schreibtischlampen", 6), ("bürostühle", 7)]);

    public static (string Products, string Judgments) Russian => Build("Артикул;Название;Производитель;Категория;Описание", "Запрос;Артикул;Оценка", "3", "0",
        ["Дрель аккумуляторная", "Шуруповёрт сетевой", "Лобзик электрический", "Шланг садовый", "Ручка дверная", "Краска белая", "Лампа настольная", "Кресло офисное"],
        ["12 В", "18 В", "с насадками", "усиленная", "для дома", "2,5 м", "компактный", "зелёный"], "Норвик;Мастер;Зубр", "Инструменты;Сад;Мебель", "Надёжная вещь для дома и сада.",
        [("аккумуляторные дрели", 0), ("ШУРУПОВЕРТ", 1), ("электрическим лобзиком", 2), ("садовые шланги", 3), ("дверные ручки", 4), ("белой краски", 5), ("настольные лампы", 6), ("офисные кресла", 7)]);

    public static (string Products, string Judgments) Japanese => Build("商品コード;商品名;メーカー;カテゴリ;説明", "検索語;商品コード;評価", "3", "0",
        ["充電式電動ドリル", "インパクトドライバー", "電動ジグソー", "散水ホース", "ドアハンドル", "白いペンキ", "卓上ライト", "オフィスチェア"],
        ["12V", "18V", "アタッチメント付き", "強力タイプ", "家庭用", "2.5m", "小型", "緑色"], "ノルビク;工房;山田", "工具;園芸;家具", "家と庭で使える丈夫な一品です。",
        [("電動ドリル 18V", 0), ("ｲﾝﾊﾟｸﾄﾄﾞﾗｲﾊﾞｰ", 1), ("ジグソー", 2), ("ホース 散水用", 3), ("ドア ハンドル", 4), ("ペンキ 白", 5), ("ライト卓上", 6), ("チェア オフィス", 7)]);

    /// <param name="queries">Each with the thing that a speaker means by it.</param>
    static (string, string) Build(string productHeader, string judgmentHeader, string right, string wrong, string[] things, string[] variants, string brands, string categories, string description, (string Query, int Thing)[] queries)
    {
        string[] makers = brands.Split(';'), kinds = categories.Split(';');
        string Id(int thing, int variant) => $"{thing}-{variant}";
        string products = string.Join('\n', things.SelectMany((thing, t) => variants.Select((variant, v) => $"{Id(t, v)};{thing} {variant};{makers[(t + v) % makers.Length]};{kinds[t % kinds.Length]};{description}")));
        string judgments = string.Join('\n', queries.SelectMany(query => Enumerable.Range(0, 6).Select(i =>
            i < 3 ? $"{query.Query};{Id(query.Thing, i)};{right}" : $"{query.Query};{Id((query.Thing + i) % things.Length, i)};{wrong}")));
        return ($"{productHeader}\n{products}\n", $"{judgmentHeader}\n{judgments}");
    }
}
