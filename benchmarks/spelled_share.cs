#:project ../src/Attar/Attar.csproj
#:property PublishAot=false
// dotnet run -c Release benchmarks/spelled_share.cs -- WORKSPACE > spelled.run
// How much of each judged query its products' titles spell, as a TREC run: attar evaluate WORKSPACE --split dev --systems bm25,spelled=spelled.run
using System.Globalization;
using Attar.Data;
using Attar.Retrieval;
using Attar.Workspaces;

Dataset data = DatasetFiles.Read(new Workspace(args.Length == 1 ? args[0] : throw new ArgumentException("usage: spelled_share.cs WORKSPACE")).Data);
Dictionary<string, string> titles = data.Products.ToDictionary(product => product.Id, product => product.Title), queries = data.Queries.ToDictionary(query => query.Id, query => query.Text);
foreach (var judged in data.Judgments.GroupBy(judgment => judgment.QueryId))
{
    var spelled = new SpelledShare(queries[judged.Key]);
    var ranked = judged.Select(judgment => (judgment.ProductId, Share: spelled.Of(titles[judgment.ProductId]))).OrderByDescending(of => of.Share).Index();
    foreach (var (rank, (product, share)) in ranked) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{judged.Key} Q0 {product} {rank + 1} {share} spelled"));
}
