using System.Text.Json;
using System.Text.Json.Nodes;

namespace Attar.EndToEnd.Tests;

/// <summary>The whole loop on a small shop in Japanese whose files are as other programs write them: a catalogue in JSON lines, judgments in a table with decimal commas, a log of clicks.</summary>
public sealed class JapaneseShopTests : IDisposable
{
    static readonly string[] things = ["充電式電動ドリル", "インパクトドライバー", "電動ジグソー", "散水ホース", "ドアハンドル", "白いペンキ", "卓上ライト", "オフィスチェア"];
    static readonly string[] variants = ["12V", "18V", "アタッチメント付き", "強力タイプ", "家庭用", "小型", "緑色", "大型"];
    static readonly string[] queries = ["電動ドリル", "ドライバー インパクト", "ジグソー", "ホース 散水", "ドア ハンドル", "ペンキ 白", "ライト 卓上", "チェア オフィス"];

    readonly AttarProcess attar = new();

    public void Dispose() => attar.Dispose();

    [Fact]
    public void The_loop_runs_from_foreign_files_to_a_measured_student()
    {
        attar.Write("catalogue.jsonl", string.Concat(things.SelectMany((thing, t) => variants.Select((variant, v) => JsonSerializer.Serialize(new Dictionary<string, object> { ["商品コード"] = $"品 {t}-{v}", ["商品名"] = $"{thing} {variant}", ["カテゴリ"] = t < 3 ? "工具" : "家庭" }) + "\n"))));
        attar.Write("judged.csv", "検索語;商品コード;評価;分割\n" + string.Join('\n', queries.SelectMany((query, t) => variants.SelectMany((variant, v) => Enumerable.Range(0, 4).Select(i =>
            $"{query} {variant};品 {(i < 2 ? t : (t + i) % things.Length)}-{(i == 0 ? v : (v + i) % variants.Length)};\"{(i == 0 ? "3,0" : i == 1 ? "1,5" : "0")}\";{(v < 5 ? "train" : v == 5 ? "dev" : "test")}")))));
        attar.Write("clicks.csv", "検索語,商品コード,count\n" + string.Concat(queries.Select((query, t) => $"{query},品 {t}-0,{t + 1}\n")));
        JsonNode recipe = JsonNode.Parse(TinyRecipe.Json)!;
        recipe["stages"]![0] = JsonNode.Parse("""{ "stage": "import", "products": ["catalogue.jsonl"], "judgments": ["judged.csv"], "events": ["clicks.csv"], "map": "judgments.split=分割" }""");
        foreach (JsonNode? stage in recipe["stages"]!.AsArray())
        {
            if ((string?)stage!["stage"] == "evaluate") stage.AsObject().Remove("against");
            if ((string?)stage["stage"] == "generate") (stage["behaviourShare"], stage["randomShare"]) = (0.1, 0.05);
        }
        attar.Write("loop.json", recipe.ToJsonString());

        Printed printed = attar.Run("run", "loop.json", "--json");

        Assert.True(printed.Code == 0, printed.Error);
        Assert.Equal(TinyRecipe.Systems, printed.Json["systems"]!.AsArray().Select(system => (string?)system!["name"]));
        Assert.Contains("numbers have a decimal comma: '3,0' is 3", printed.Error);
        Assert.Contains("language of the products: Japanese", printed.Error);
        Assert.Contains("behaviour", File.ReadAllText(attar.PathOf("workspace", "pairs", "quality.json")));
        Assert.True((double)printed.Json["systems"]![0]!["ndcg@5"]! > 0.7); // BM25 reads the language
        Assert.Contains("%20", File.ReadAllText(attar.PathOf("workspace", "runs", "bm25.run"))); // identifiers with a space
    }
}
