namespace Attar.Data.Import;

/// <summary>What a file is imported for.</summary>
enum Role
{
    Products,
    Judgments,
    Queries,
    Events,
}

/// <summary>A field that a column may stand for.</summary>
/// <param name="Names">What columns of it are called, the surest first: letters and digits alone, in lower case.</param>
sealed record Field(string Name, params string[] Names);

/// <summary>The fields of each role with the names that columns usually have.</summary>
static class Fields
{
    public const string Query = "query", QueryId = "query-id", Product = "product", Title = "title", Brand = "brand", Category = "category", Attributes = "attributes", Description = "description",
        Rating = "rating", Votes = "votes", Rater = "rater", Variance = "variance", Raters = "raters", Split = "split", Searches = "searches", Action = "action", Locale = "locale";

    static readonly Field query = new(Query, "query", "searchterm", "searchquery", "userquery", "querytext", "keyword", "keywords", "searchstring", "search", "term", "q", "text", "suchbegriff", "suchanfrage", "anfrage", "запрос", "поисковыйзапрос", "検索語", "検索キーワード", "クエリ", "requete", "consulta");
    static readonly Field queryId = new(QueryId, "queryid", "qid", "id");
    static readonly string[] productNames = ["productid", "docid", "documentid", "corpusid", "productuid", "itemid", "objectid", "eventattributesobjectobjectid", "sku", "asin", "product", "doc", "document", "item", "articleid", "artikelnummer", "artikelnr", "артикул", "商品id", "商品コード", "品番"];
    static readonly Field locale = new(Locale, "productlocale", "querylocale", "locale");

    static readonly string[] attributes = ["attributes", "attrs", "productfeatures", "features", "productbulletpoint", "bulletpoints", "bullets", "specifications", "specs", "merkmale", "характеристики", "tags"];

    static readonly Field[] text =
    [
        new(Title, "title", "producttitle", "productname", "name", "itemname", "headline", "bezeichnung", "titel", "artikelbezeichnung", "produktname", "название", "наименование", "商品名", "タイトル", "品名", "nombre", "titulo", "nom", "titre", "nome", "titolo"),
        new(Brand, "brand", "productbrand", "manufacturer", "vendor", "maker", "make", "marke", "hersteller", "бренд", "производитель", "марка", "ブランド", "メーカー", "marca", "marque"),
        new(Category, "category", "categories", "categoryhierarchy", "productcategory", "producttype", "productclass", "googleproductcategory", "type", "kategorie", "warengruppe", "категория", "カテゴリ", "カテゴリー", "categoria", "categorie"),
        new(Attributes, attributes),
        new(Description, "description", "productdescription", "longdescription", "shortdescription", "bodyhtml", "body", "summary", "content", "text", "beschreibung", "описание", "説明", "商品説明", "descripcion", "descrizione"),
    ];

    static readonly Field[] product = [new(Product, ["id", .. productNames, "handle", "uid", "code", "key", "pid", "identifier", "gtin", "ean", "nummer"]), .. text, locale];

    static readonly Field[] judgment =
    [
        query, queryId with { Names = ["queryid", "qid"] },
        new(Product, [.. productNames, "uid", "handle", "code", "id"]),
        new(Rating, "rating", "grade", "relevance", "judgment", "judgement", "escilabel", "label", "score", "rel", "gain", "relevancescore", "medianrelevance", "bewertung", "оценка", "релевантность", "評価", "関連度"),
        new(Rater, "rater", "raterid", "judge", "assessor", "annotator", "worker", "workerid", "useremail", "email"),
        new(Variance, "variance", "relevancevariance", "ratingvariance"),
        new(Raters, "raters", "numraters", "votescount", "numvotes"),
        new(Votes), new(Split), locale,
    ];

    static readonly Field[] queries = [query, queryId, new(Searches, "searches", "count", "frequency", "freq", "searchcount", "hits", "anzahl", "volume", "количество", "回数"), new(Split), locale];

    static readonly Field[] events = [query, queryId with { Names = ["queryid", "searchid"] }, new(Product, [.. productNames, "clickeddocid", "clickedproduct", "id"]), new(Action, "actionname", "action", "event", "eventtype", "eventname", "type"), queries[2]];

    /// <summary>What a name outside every list is a fault of.</summary>
    public static IEnumerable<string> All => Enum.GetValues<Role>().SelectMany(Of).Select(known => known.Name).Distinct();

    /// <summary>The fields of a role; judged rows may bring the product's text along.</summary>
    public static IReadOnlyList<Field> Of(Role role) => role switch
    {
        Role.Products => product,
        Role.Judgments => [.. judgment, .. text],
        Role.Queries => queries,
        _ => events,
    };

    /// <summary>Whether a column holds attributes, not one of them.</summary>
    public static bool AreAttributes(string column) => attributes.Contains(Plain(column));

    /// <summary>A column's name as the lists have it.</summary>
    public static string Plain(string column) => string.Concat((column.StartsWith("metadata.", StringComparison.Ordinal) ? column["metadata.".Length..] : column).ToLowerInvariant().Where(char.IsLetterOrDigit));
}
