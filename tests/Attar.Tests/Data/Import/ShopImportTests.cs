using Attar.Data;

namespace Attar.Tests.Data.Import;

public sealed class ShopImportTests : IDisposable
{
    readonly ShopFiles shop = new();

    public void Dispose() => shop.Dispose();

    [Fact]
    public void Products_that_nobody_judged_are_imported_beside_judgments_and_queries_of_files_of_their_own()
    {
        Dataset data = shop.Import("sku,name,maker\n1,Pipe,Norvik\n2,Lamp,\n3,Sofa,\n", "qid,sku,grade\n7,1,3\n7,2,0\n", "qid,text\n7,steel pipe\n8,red sofa\n");
        Assert.Equal([new Product("1", "Pipe", "Norvik"), new Product("2", "Lamp"), new Product("3", "Sofa")], data.Products);
        Assert.Equal([new Query("7", "steel pipe"), new Query("8", "red sofa")], data.Queries);
        Assert.Equal([new Judgment("7", "1", 3), new Judgment("7", "2", 0)], data.Judgments);
        Assert.Equal(["7"], data.Splits.Keys); // nobody judged the other
        Assert.Contains(shop.Notes, note => note.EndsWith("--map products.product=sku,products.title=name,products.brand=maker"));
    }

    [Fact]
    public void Products_alone_are_a_shop() => Assert.Equal((2, 0, 0), shop.Import("id,title\n1,Pipe\n2,Lamp\n") is var data ? (data.Products.Count, data.Queries.Count, data.Judgments.Count) : default);

    [Fact]
    public void A_decimal_comma_is_read_as_such_and_said()
    {
        Dataset data = shop.Import("id;title\n1;Rohr\n2;Lampe\n", "query;id;rating\nrohr;1;\"2,5\"\nrohr;2;\"0,5\"\n");
        Assert.Equal([2.5, 0.5], data.Judgments.Select(judgment => judgment.Rating));
        Assert.Contains("judgments.csv: numbers have a decimal comma: '2,5' is 2.5", shop.Notes);
    }

    [Fact]
    public void Blank_ratings_and_queries_that_nobody_rated_are_counted_and_left_out()
    {
        Dataset data = shop.Import("id,title\n1,Pipe\n2,Lamp\n", "query,docid,rating\npipe,1,3\npipe,2,\nlamp,2,0\nsofa\n"); // as Quepid exports a case
        Assert.Equal(2, data.Judgments.Count);
        Assert.Contains("judgments.csv: 2 rows have no rating and are left out", shop.Notes);
        Assert.Contains("judgments.csv: 1 rows end before the header does; what they lack is taken as blank", shop.Notes);
    }

    [Fact]
    public void Identifiers_may_have_any_characters_and_numbers_that_went_through_floating_point_are_found()
    {
        Dataset data = shop.Import("id,title\nA 1/ä,Pipe\n100001,Lamp\n", "query,id,rating\npipe,A 1/ä,1\npipe,100001.0,0\n");
        Assert.Equal(["A 1/ä", "100001"], data.Judgments.Select(judgment => judgment.ProductId));
    }

    [Fact]
    public void Identifiers_are_made_from_titles_where_there_are_none()
    {
        Dataset data = shop.Import("title,brand\nOak table,Norvik\nLamp,\nOak table,Norvik\n", "query,title,rating\ntable,Oak table,1\ntable,Lamp,0\n");
        Assert.Equal(2, data.Products.Count);
        Assert.StartsWith("oak-table-", data.Products[0].Id);
        Assert.Equal(data.Products.Select(product => product.Id), data.Judgments.Select(judgment => judgment.ProductId));
    }

    [Fact]
    public void Rows_without_a_title_go_on_with_a_product_as_variants_do()
    {
        Dataset data = shop.Import("Handle,Title,Body (HTML),Vendor,Type,Tags,Option1 Value\nshirt,Linen shirt,<p>Soft &amp; light</p>,Norvik,Shirts,\"summer, linen\",S\nshirt,,,,,,M\n");
        Assert.Equal([new Product("shirt", "Linen shirt", "Norvik", "Shirts", "summer, linen", "Soft & light")], data.Products);
        Assert.Contains("1 rows without a title go on with a product above, as variants do, and are left out", shop.Notes);
        Assert.Contains("1 texts had HTML tags or entities, which are cleaned", shop.Notes);
    }

    [Fact]
    public void Fields_are_joined_in_the_order_of_the_map_and_columns_are_kept_beside_them()
    {
        Dataset data = shop.Import(new ImportStage(Map: "description=details+bullets,attributes=colour+width", Keep: ["price"],
            Products: [shop.Add("p.csv", "id,title,bullets,details,colour,width,price\n1,Pipe,light,Of steel.,red,2 in,\"9,99\"\n")]));
        Assert.Equal([new Product("1", "Pipe", Attributes: "colour=red; width=2 in", Description: "Of steel. light", Kept: "price=9,99")], data.Products);
    }

    [Fact]
    public void Products_that_say_the_same_are_told_or_merged()
    {
        string products = shop.Add("p.csv", "id,title\n1,Lamp\n2,Lamp\n3,Pipe\n"), judgments = shop.Add("j.csv", "query,id,rating\nlamp,2,1\nlamp,3,0\n");
        Assert.Equal(3, shop.Import(new ImportStage(Products: [products], Judgments: [judgments])).Products.Count);
        Assert.Contains("1 products say the same as another under another identifier; --merge-alike merges them", shop.Notes);
        Dataset merged = shop.Import(new ImportStage(Products: [products], Judgments: [judgments], MergeAlike: true));
        Assert.Equal(["1", "3"], merged.Products.Select(product => product.Id));
        Assert.Equal(["1", "3"], merged.Judgments.Select(judgment => judgment.ProductId));
    }

    [Fact]
    public void Judgments_of_unknown_products_are_counted_and_refused_where_none_is_known()
    {
        Assert.Equal(2, shop.Import("id,title\n1,Pipe\n", "query,id,rating\npipe,1,1\nlamp,1,0\npipe,9,0\n").Judgments.Count);
        Assert.Contains("1 judgments of 1 products that are not in the catalogue are left out, such as '9'", shop.Notes);
        Assert.Contains("no judged product is in the catalogue: 'x', 'y'; expected identifiers such as '1'", Assert.Single(shop.FaultsOf(() => shop.Import("id,title\n1,Pipe\n", "query,id,rating\npipe,x,1\npipe,y,0\n"))));
    }

    [Fact]
    public void A_query_that_is_only_an_identifier_is_told() =>
        Assert.StartsWith("judgments.csv:2: query '7' has no text", Assert.Single(shop.FaultsOf(() => shop.Import("id,title\n1,Pipe\n", "query_id,id,rating\n7,1,1\n"))));

    [Fact]
    public void Raters_become_votes_whether_by_column_or_by_line()
    {
        const string Products = "id,title\n1,Pipe\n2,Lamp\n";
        int[][] votes = [[0, 1, 2], [3, 0, 0]];
        Assert.Equal(votes, shop.Import(Products, "query,id,rater_1,rater_2,rater_3\npipe,1,1,2,2\npipe,2,0,0,0\n").Judgments.Select(judgment => judgment.Votes));
        Dataset lines = shop.Import(Products, "query,id,grade,rater\npipe,1,1,ann\npipe,1,2,bob\npipe,2,0,ann\npipe,1,2,cyd\npipe,2,0,bob\npipe,2,0,cyd\n");
        Assert.Equal(votes, lines.Judgments.Select(judgment => judgment.Votes));
        Assert.Equal([5 / 3.0, 0], lines.Judgments.Select(judgment => judgment.Rating));
    }

    [Fact]
    public void A_mean_with_its_variance_becomes_votes_that_have_both()
    {
        Judgment judgment = shop.Import("id,title\n1,Pipe\n2,Lamp\n", "query,id,grade,variance,raters\npipe,1,1.5,0.25,4\npipe,2,0,0,4\nlamp,2,3,0,4\n").Judgments[0];
        Assert.Equal((1.5, "0,2,2,0"), (judgment.Rating, string.Join(',', judgment.Votes!)));
    }

    [Theory]
    [InlineData("E,S,C,I", 4, "3,2,1,0"), InlineData("Exact,Partial,Irrelevant", 3, "2,1,0"), InlineData("yes,no", 2, "1,0")]
    public void Grades_may_be_words(string words, int grades, string expected)
    {
        string rows = string.Concat(words.Split(',').Select((word, i) => $"pipe,{i},{word}\n"));
        Dataset data = shop.Import("id,title\n0,A\n1,B\n2,C\n3,D\n", "query,id,label\n" + rows);
        Assert.Equal((grades, expected), (data.Scale.Grades, string.Join(',', data.Judgments.Select(judgment => judgment.Rating))));
    }

    [Fact]
    public void The_same_query_in_other_spellings_has_one_split()
    {
        string rows = string.Concat(Enumerable.Range(0, 40).SelectMany(i => new[] { $"wood screw {i}x", $"Wood  screw {i}x", $"wood-screw {i}x" }).Select(query => $"{query},1,1\n{query},2,0\n"));
        Dataset data = shop.Import("id,title\n1,Pipe\n2,Lamp\n", "query,id,rating\n" + rows);
        Assert.All(data.Queries.GroupBy(query => QueryKey.Of(query.Text)), same => Assert.Single(same.Select(query => data.Splits[query.Id]).Distinct()));
        Assert.Contains(shop.Notes, note => note.StartsWith("80 queries are another but for case, spacing and punctuation"));
    }

    [Fact]
    public void Queries_that_nearly_repeat_one_of_another_split_are_told_where_the_data_divides_them()
    {
        shop.Import(new ImportStage(Map: "split=part", Products: [shop.Add("p.csv", "id,title\n1,Pipe\n2,Lamp\n")], Judgments: [shop.Add("j.csv", "query,id,rating,part\nreplacement garden hose nozzle,1,1,train\nreplacement garden hose nozzles,1,1,test\nlamp,2,1,test\nLamp,1,0,test\n")]));
        Assert.Contains("1 queries are, or nearly are, one of another split, as the data divides them; results on dev and test profit from it", shop.Notes);

        shop.Notes.Clear();
        new ImportStage(Importers.Generated, Shop: Attar.Data.Shop.ShopOptions.Small with { Queries = 400 }).Run(shop.Folder.Context());
        Assert.Contains(shop.Notes, note => note.Contains("one of another split, as the data divides them"));
    }

    [Fact]
    public void A_product_is_known_by_its_identifier_and_locale()
    {
        string products = shop.Add("p.csv", "product_id,product_title,product_locale\nB1,Oak table,us\nB2,Lamp,us\nB1,Eichentisch,de\n"), judgments = shop.Add("j.csv", "query,product_id,product_locale,label\ntable,B1,us,E\ntable,B2,us,I\ntisch,B1,de,E\ntisch,B2,de,I\n");
        Dataset all = shop.Import(new ImportStage(Products: [products], Judgments: [judgments]));
        Assert.Equal(["B1 Oak table", "B2 Lamp", "B1@de Eichentisch"], all.Products.Select(product => $"{product.Id} {product.Title}"));
        Assert.Equal(["B1", "B2", "B1@de"], all.Judgments.Select(judgment => judgment.ProductId)); // the German lamp is not in the catalogue
        Assert.Contains(shop.Notes, note => note.StartsWith("rows are of several locales (us 4, de 3)"));

        Dataset german = shop.Import(new ImportStage(Products: [products], Judgments: [judgments], Locale: "DE"));
        Assert.Equal(("B1", "Eichentisch", 1), (german.Products.Single().Id, german.Products.Single().Title, german.Judgments.Count));
        Assert.Contains("4 rows of other locales than DE are left out", shop.Notes);
        Assert.Contains("no row is of 'fr'; expected one of the files' locales: us 4, de 3", Assert.Single(shop.FaultsOf(() => shop.Import(new ImportStage(Products: [products], Judgments: [judgments], Locale: "fr")))));
    }

    [Fact]
    public void A_column_that_is_empty_leaves_its_place_to_one_that_is_not() =>
        Assert.Equal([new Product("1", "Pipe", "Norvik")], shop.Import("id,title,name,brand,maker\n1,,Pipe,,Norvik\n").Products);

    [Fact]
    public void A_field_that_comes_late_in_JSON_lines_is_read()
    {
        string rows = string.Concat(Enumerable.Range(0, 300).Select(i => $$"""{"id":"{{i}}","title":"Lamp {{i}}"}""" + "\n")) + """{"id":"x","title":"Sofa","brand":"Norvik"}""";
        Assert.Equal(new Product("x", "Sofa", "Norvik"), shop.Import(new ImportStage(Products: [shop.Add("p.jsonl", rows)])).Products[^1]);
    }

    [Fact]
    public void What_is_kept_is_no_text_unless_it_is_named_as_such_in_its_order()
    {
        string products = shop.Add("p.csv", "id,title,color,material,price\n1,Pipe,red,steel,9\n");
        Assert.Equal(new Product("1", "Pipe", Attributes: "material=steel", Kept: "color=red; price=9"), shop.Import(new ImportStage(Products: [products], Keep: ["color", "price"])).Products[0]);
        Assert.Equal(new Product("1", "Pipe", Attributes: "material=steel; color=red", Kept: "color=red"), shop.Import(new ImportStage(Map: "attributes=material+color", Products: [products], Keep: ["color"])).Products[0]);
    }

    [Fact]
    public void Faults_name_the_file_of_several()
    {
        shop.Add("a.csv", "id,title\n1,Pipe\n");
        shop.Add("b.csv", "id,title\n2,Lamp,3\n");
        Assert.StartsWith("b.csv:2: 3 fields; expected 2", Assert.Single(shop.FaultsOf(() => shop.Import(new ImportStage(Products: [shop.Folder["a.csv"], shop.Folder["b.csv"]])))));
        Assert.StartsWith("c.csv: no such file", Assert.Single(shop.FaultsOf(() => shop.Import(new ImportStage(Products: [shop.Folder["a.csv"], shop.Folder["c.csv"]])))));
    }

    [Theory]
    [InlineData("", "the file is empty"), InlineData("\n \n", "the file is empty"), InlineData("PK\u0003\u0004xxxx", "a workbook or a zip archive")]
    public void What_holds_nothing_is_told(string content, string expected) =>
        Assert.Contains(expected, Assert.Single(shop.FaultsOf(() => shop.Import(new ImportStage(Products: [shop.Add("p.csv", content)])))));
}
