#:project ../src/Attar/Attar.csproj
#:property PublishAot=false
// dotnet run -c Release benchmarks/mark_overlap.cs -- WORKSPACE
// What writing a pair takes with exact and with graded marks, and with the product's words kept as the server keeps them: 300 queries by 2,000 products, one thread.
using System.Diagnostics;
using Attar.Data;
using Attar.Models.Tokenizers;
using Attar.Workspaces;

var workspace = new Workspace(args.Length == 1 ? args[0] : throw new ArgumentException("usage: mark_overlap.cs WORKSPACE"));
Dataset data = DatasetFiles.Read(workspace.Data);
Tokenizer tokenizer = Tokenizer.Load(workspace.Tokenizer);
for (int round = 0; round < 2; round++)
    foreach (var (marks, kept) in new[] { (OverlapMarks.Exact, false), (OverlapMarks.Graded, false), (OverlapMarks.Graded, true) })
    {
        var text = new FieldPairText(tokenizer, 64, marks: marks);
        ProductTokens[] products = [.. data.Products.Take(2000).Select(product => text.Prepare(ProductText.Fields(product), keepWords: kept))];
        int[][] queries = [.. data.Queries.Take(300).Select(query => text.Query(query.Text))];
        long tokens = 0, began = Stopwatch.GetTimestamp();
        foreach (int[] query in queries)
            foreach (ProductTokens product in products) tokens += text.Encode(query, product).Length;
        int pairs = queries.Length * products.Length;
        Console.WriteLine($"{marks}{(kept ? ", words kept" : "")}: {Stopwatch.GetElapsedTime(began).TotalMicroseconds / pairs:0.00} microseconds a pair of {tokens / (double)pairs:0.0} tokens");
    }
