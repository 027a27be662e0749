using System.Text;
using Attar.Data;
using Attar.Data.Reading;
using Attar.Tests.Data.Import;
using Parquet.Serialization;

namespace Attar.Tests.Data.Reading;

/// <summary>Each format by a small file written from its specification.</summary>
public sealed class FormatTests : IDisposable
{
    const string Products = "id,title,brand\np1,Oak table,Norvik\np2,Lamp,\np 3,Sofa,\n";

    readonly ShopFiles shop = new();

    public void Dispose() => shop.Dispose();

    string FormatOf(string name)
    {
        var faults = new FaultList();
        return Formats.Of(ForeignFile.Open(shop.Folder[name], faults)!).Name;
    }

    [Theory]
    [InlineData("jsonl", """
        {"id":"p1","title":"Oak table","brand":"Norvik","attributes":[{"name":"wood","value":"oak"},{"name":"legs","value":4}]}
        {"id":7,"title":"Lamp","categories":["Home","Light"],"extra":{"price":9.5}}
        """)]
    [InlineData("json", """
        [ {"id":"p1","title":"Oak table","brand":"Norvik","attributes":[{"name":"wood","value":"oak"},{"name":"legs","value":4}]},
          {"id":7,"title":"Lamp","categories":["Home","Light"]} ]
        """)]
    [InlineData("bulk", """
        {"index":{"_index":"shop","_id":"p1"}}
        {"title":"Oak table","brand":"Norvik","attributes":"wood=oak; legs=4"}
        {"create":{"_id":7}}
        {"title":"Lamp","categories":["Home","Light"]}
        """)]
    [InlineData("elasticdump", """
        {"_index":"shop","_id":"p1","_score":1,"_source":{"title":"Oak table","brand":"Norvik","attributes":"wood=oak; legs=4"}}
        {"_index":"shop","_id":"7","_score":1,"_source":{"title":"Lamp","categories":["Home","Light"]}}
        """)]
    [InlineData("hits", """
        {"took":3,"hits":{"total":{"value":2},"hits":[
          {"_id":"p1","_source":{"title":"Oak table","brand":"Norvik","attributes":"wood=oak; legs=4"}},
          {"_id":"7","_source":{"title":"Lamp","categories":["Home","Light"]}}]}}
        """)]
    [InlineData("solr", """
        {"responseHeader":{"status":0},"response":{"numFound":2,"start":0,"docs":[
          {"id":"p1","title":["Oak table"],"brand":"Norvik","attributes":"wood=oak; legs=4","_version_":1},
          {"id":"7","title":["Lamp"],"categories":["Home","Light"]}]}}
        """)]
    public void Catalogues_as_search_engines_and_programs_write_them(string format, string text)
    {
        Dataset data = shop.Import(new ImportStage(Products: [shop.Add("products", text)]));
        Assert.Equal(format, FormatOf("products"));
        Assert.Equal([new Product("p1", "Oak table", "Norvik", Attributes: "wood=oak; legs=4"), new Product("7", "Lamp", Category: "Home, Light")], data.Products);
    }

    [Fact]
    public void A_Google_Merchant_feed_in_RSS()
    {
        Dataset data = shop.Import(new ImportStage(Products: [shop.Add("feed.xml",
            """
            <?xml version="1.0"?>
            <rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel><title>Shop</title>
            <item><g:id>TV_1</g:id><g:title>Television 22"</g:title><g:description><![CDATA[<b>Clear</b> picture]]></g:description><g:brand>Norvik</g:brand><g:product_type>TV &gt; LED</g:product_type><g:color>black</g:color></item>
            <item><g:id>L_2</g:id><title>Lamp</title><g:shipping><g:country>DE</g:country></g:shipping></item>
            </channel></rss>
            """)]));
        Assert.Equal([new Product("TV_1", "Television 22\"", "Norvik", "TV > LED", "color=black", "Clear picture"), new Product("L_2", "Lamp")], data.Products);
    }

    sealed class ParquetProduct
    {
        public string product_id { get; set; } = "";
        public string product_title { get; set; } = "";
        public double? price { get; set; }
        public int stock { get; set; }
        public List<string>? tags { get; set; }
    }

    [Fact]
    public async Task Parquet_with_missing_values_numbers_and_lists()
    {
        ParquetProduct[] rows = [new() { product_id = "p1", product_title = "Oak table", price = 9.5, tags = ["oak", "wood"], stock = 3 }, new() { product_id = "p2", product_title = "Lamp" }];
        await using (FileStream stream = File.Create(shop.Folder["products.parquet"])) await ParquetSerializer.SerializeAsync(rows, stream, cancellationToken: TestContext.Current.CancellationToken);
        Dataset data = shop.Import(new ImportStage(Products: [shop.Folder["products.parquet"]], Keep: ["price", "stock"]));
        Assert.Equal([new Product("p1", "Oak table", Attributes: "oak, wood", Kept: "price=9.5; stock=3"), new Product("p2", "Lamp", Kept: "stock=0")], data.Products);

        byte[] whole = await File.ReadAllBytesAsync(shop.Folder["products.parquet"], TestContext.Current.CancellationToken);
        Assert.Contains("damaged", Assert.Single(shop.FaultsOf(() => shop.Import(new ImportStage(Products: [shop.Add("cut.parquet", whole[..^20])])))));
    }

    [Theory]
    [InlineData("trec-qrels", "q1 0 p1 2\nq1 0 p%203 0\n")]
    [InlineData("letor", "2 qid:q1 1:0.5 2:1 # p1 oak table\n0 qid:q1 1:0.1 # docid = p%203 inc = 1\n")]
    [InlineData("letor", "2 qid:q1 # p1 oak table\n0 qid:q1 # p%203 oak table\n")]
    [InlineData("srw", """{"name":"Imported","type":"IMPORT_JUDGMENT","judgmentRatings":[{"query":"oak table","ratings":[{"docId":"p1","rating":"2.000"},{"docId":"p 3","rating":"0.000"}]}]}""")]
    [InlineData("quepid-book", """{"name":"Book","query_doc_pairs":[{"query_text":"oak table","doc_id":"p1","judgements":[{"rating":2.0,"user_email":"a@shop.example"},{"rating":2.0,"user_email":"b@shop.example"}]},{"query_text":"oak table","doc_id":"p 3","judgements":[{"rating":0.0},{"rating":null,"unrateable":true}]},{"query_text":"lamp","doc_id":"p2","judgements":[]}]}""")]
    [InlineData("rre", """{"index":"shop","topics":[{"description":"tables","query_groups":[{"name":"oak","queries":[{"template":"t.json","placeholders":{"$query":"oak table"}}],"relevant_documents":{"p1":{"gain":2},"p 3":{"gain":0}}}]}]}""")]
    [InlineData("rre", """{"id_field":"id","index":"shop","queries":[{"placeholders":{"$query":"oak table"},"relevant_documents":{"0":["p 3"],"2":["p1"]}}]}""")]
    [InlineData("csv", "query,docid,rating\noak table,p1,2\noak table,p 3,0\nlamp\n")]
    [InlineData("csv", "query,doc_id,rating\noak table,p1,2\noak table,p 3,0\nlamp,p2,\n")]
    [InlineData("tsv", "query-id\tcorpus-id\tscore\nq1\tp1\t2\nq1\tp 3\t0\n")]
    [InlineData("jsonl", "{\"query\":\"oak table\",\"product_id\":\"p1\",\"grade\":2}\n{\"query\":\"oak table\",\"product_id\":\"p 3\",\"grade\":0}")]
    public void Judgments_as_other_tools_write_them(string format, string text)
    {
        Dataset data = shop.Import(new ImportStage(Products: [shop.Add("products.csv", Products)], Judgments: [shop.Add("judgments", text)], Queries: [shop.Add("queries.csv", "query_id,query\nq1,oak table\n")]));
        Assert.Equal(format, FormatOf("judgments"));
        Assert.Equal(["p 3 0", "p1 2"], data.Judgments.Select(judgment => $"{judgment.ProductId} {judgment.Rating}").Order());
        Assert.All(data.Judgments, judgment => Assert.Equal("oak table", data.Queries.Single(query => query.Id == judgment.QueryId).Text));
    }

    [Fact]
    public void Votes_of_a_Quepid_book_are_kept()
    {
        Dataset data = shop.Import(new ImportStage(Products: [shop.Add("products.csv", Products)], Judgments: [shop.Add("book.json",
            """{"query_doc_pairs":[{"query_text":"oak table","doc_id":"p1","judgements":[{"rating":2.0,"user_email":"a@shop.example"},{"rating":1.0,"user_email":"b@shop.example"}]},{"query_text":"oak table","doc_id":"p2","judgements":[{"rating":0}]}]}""")]));
        Assert.Equal(["0,1,1", "1,0,0"], data.Judgments.Select(judgment => string.Join(',', judgment.Votes!)));
    }

    [Fact]
    public void A_BEIR_folder_keeps_identifiers_texts_and_its_own_splits()
    {
        shop.Add("corpus.jsonl", "{\"_id\":\"d1\",\"title\":\"Oak table\",\"text\":\"Sturdy.\",\"metadata\":{\"brand\":\"Norvik\"}}\n{\"_id\":\"d2\",\"title\":\"Lamp\",\"text\":\"\",\"metadata\":{}}\n");
        shop.Add("queries.jsonl", "{\"_id\":\"7\",\"text\":\"oak table\",\"metadata\":{}}\n{\"_id\":\"8\",\"text\":\"red lamp\"}\n");
        shop.Add("qrels/train.tsv", "query-id\tcorpus-id\tscore\n7\td1\t2\n7\td2\t0\n");
        shop.Add("qrels/test.tsv", "query-id\tcorpus-id\tscore\n8\td2\t1\n");
        Dataset data = shop.Import(new ImportStage("beir", shop.Folder.Root));
        Assert.Equal([new Product("d1", "Oak table", "Norvik", Description: "Sturdy."), new Product("d2", "Lamp")], data.Products);
        Assert.Equal([new Judgment("7", "d1", 2), new Judgment("7", "d2", 0), new Judgment("8", "d2", 1)], data.Judgments);
        Assert.Equal((Split.Train, Split.Test), (data.Splits["7"], data.Splits["8"]));
    }

    [Fact]
    public void A_WANDS_folder()
    {
        shop.Add("product.csv", "product_id\tproduct_name\tproduct_class\tcategory hierarchy\tproduct_description\tproduct_features\trating_count\taverage_rating\treview_count\n0\tsolid wood platform bed\tBeds\tFurniture / Beds\tgood , deep sleep\toverallwidth:64.7|wood:oak\t15\t4.5\t15\n1\tlamp\tLamps\t\t\t\t\t\t\n");
        shop.Add("query.csv", "query_id\tquery\tquery_class\n0\twood bed\tBeds\n");
        shop.Add("label.csv", "id\tquery_id\tproduct_id\tlabel\n0\t0\t0\tExact\n1\t0\t1\tIrrelevant\n");
        Dataset data = shop.Import(new ImportStage("wands", shop.Folder.Root));
        Assert.Equal(new Product("0", "solid wood platform bed", "", "Furniture / Beds", "overallwidth:64.7|wood:oak", "good , deep sleep"), data.Products[0]);
        Assert.Equal([2.0, 0], data.Judgments.Select(judgment => judgment.Rating));
        Assert.Equal([0, 0.5, 1], data.Scale.Gains);
    }

    [Fact]
    public void ESCI_with_its_own_gains()
    {
        shop.Add("products.csv", "product_id,product_title,product_description,product_bullet_point,product_brand,product_color,product_locale\nB1,Oak table,,Sturdy,Norvik,brown,us\nB2,Lamp,,,,,us\n");
        shop.Add("examples.csv", "example_id,query,query_id,product_id,product_locale,esci_label,small_version,large_version,split\n0,oak table,0,B1,us,E,0,1,train\n1,oak table,0,B2,us,I,0,1,train\n2,lamp,1,B2,us,S,0,1,test\n");
        Dataset data = shop.Import(new ImportStage("esci", shop.Folder.Root));
        Assert.Equal(new Product("B1", "Oak table", "Norvik", "", "Sturdy; product_color=brown"), data.Products[0]);
        Assert.Equal([3.0, 0, 2], data.Judgments.Select(judgment => judgment.Rating));
        Assert.Equal([0, 0.01, 0.1, 1], data.Scale.Gains);
    }

    sealed class EsciProduct
    {
        public string product_id { get; set; } = "";
        public string product_title { get; set; } = "";
        public string? product_description { get; set; }
        public string? product_bullet_point { get; set; }
        public string? product_brand { get; set; }
        public string? product_color { get; set; }
        public string product_locale { get; set; } = "";
    }

    sealed class EsciExample
    {
        public int example_id { get; set; }
        public string query { get; set; } = "";
        public int query_id { get; set; }
        public string product_id { get; set; } = "";
        public string product_locale { get; set; } = "";
        public string esci_label { get; set; } = "";
        public int small_version { get; set; }
        public int large_version { get; set; }
        public string split { get; set; } = "";
    }

    [Fact]
    public async Task ESCI_in_Parquet_by_locale()
    {
        EsciProduct[] products = [new() { product_id = "B1", product_title = "Oak table", product_brand = "Norvik", product_locale = "us" }, new() { product_id = "B1", product_title = "オーク テーブル", product_locale = "jp" }, new() { product_id = "B2", product_title = "ランプ", product_locale = "jp" }];
        EsciExample[] examples = [.. "ESCI".Select((label, i) => new EsciExample { example_id = i, query = i < 2 ? "oak table" : "テーブル", query_id = i / 2, product_id = i == 3 ? "B2" : "B1", product_locale = i < 2 ? "us" : "jp", esci_label = label.ToString(), split = i < 2 ? "train" : "test" })];
        await using (FileStream stream = File.Create(shop.Folder["shopping_queries_dataset_products.parquet"])) await ParquetSerializer.SerializeAsync(products, stream, cancellationToken: TestContext.Current.CancellationToken);
        await using (FileStream stream = File.Create(shop.Folder["shopping_queries_dataset_examples.parquet"])) await ParquetSerializer.SerializeAsync(examples, stream, cancellationToken: TestContext.Current.CancellationToken);
        shop.Add("shopping_queries_dataset_sources.csv", "query_id,source\n0,other\n1,other\n");

        Dataset data = shop.Import(new ImportStage("esci", shop.Folder.Root, "split=split"));
        Assert.Equal(["B1", "B1@jp", "B2"], data.Products.Select(product => product.Id));
        Assert.Equal(["0 B1 2.5", "1 B1@jp 1", "1 B2 0"], data.Judgments.Select(judgment => FormattableString.Invariant($"{judgment.QueryId} {judgment.ProductId} {judgment.Rating}")));
        Assert.Equal((Split.Train, Split.Test), (data.Splits["0"], data.Splits["1"]));
        Assert.Equal(["B1", "B2"], shop.Import(new ImportStage("esci", shop.Folder.Root, Locale: "jp")).Products.Select(product => product.Id));
    }

    [Theory]
    [InlineData("{\"id\":\"p1\",\"title\":\"Oak\"}\n{\"id\":", "products:2: no JSON object")]
    [InlineData("[{\"id\":\"p1\",\"title\":\"Oak\"},\n{\"id\":", "products:2: broken JSON behind object 1")]
    [InlineData("[{\"id\":\"p1\",\"title\":\"Oak\"}, 7]", "products, row 2: no JSON object")]
    [InlineData("id,title\np1,\"Oak\np2,Lamp\n", "products:2: a quotation mark is never closed")]
    [InlineData("<rss xmlns:g=\"http://base.google.com/ns/1.0\"><channel><item><g:id>1</g:id>\n<g:title>x</g:tit></item></channel></rss>", "products:2: broken XML")]
    public void What_is_broken_is_told_with_its_line(string text, string expected) =>
        Assert.StartsWith(expected, shop.FaultsOf(() => shop.Import(new ImportStage(Products: [shop.Add("products", text)])))[0]);

    [Fact]
    public void A_file_packed_with_gzip_is_read_as_it_is()
    {
        using var packed = new MemoryStream();
        using (var zip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest)) zip.Write(Encoding.UTF8.GetBytes(Products));
        Assert.Equal(3, shop.Import(new ImportStage(Products: [shop.Add("products.csv.gz", packed.ToArray())])).Products.Count);
    }

    [Theory]
    [InlineData("p1", "p1"), InlineData("a b", "a%20b"), InlineData("50%", "50%"), InlineData("100%25", "100%2525"), InlineData("a\u00A0b", "a%C2%A0b")]
    public void Identifiers_of_TREC_files_are_escaped_and_come_back(string identifier, string token)
    {
        Assert.Equal(token, TrecToken.Escape(identifier));
        Assert.Equal(identifier, TrecToken.Unescape(token));
    }
}
