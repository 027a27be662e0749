#:project ../src/Attar.Models/Attar.Models.csproj
#:property PublishAot=false
// dotnet run -c Release benchmarks/tokenizers.cs -- TOKENIZER CORPUS.jsonl
// Lines and characters a second of one thread. Hugging Face's own: reference.mjs speed, beside the tests' fixtures, with RAYON_NUM_THREADS=1.
using System.Diagnostics;
using System.Text.Json;
using Attar.Models.Checkpoints;
using Attar.Models.Tokenizers;

if (args.Length != 2)
{
    Console.Error.WriteLine("expected a tokenizer's file or folder, and a file with a JSON string a line");
    return 2;
}
var watch = Stopwatch.StartNew();
Tokenizer tokenizer = ModelStore.LoadTokenizer(args[0]);
Console.WriteLine($"loaded in {watch.ElapsedMilliseconds} ms");
string[] texts = [.. File.ReadLines(args[1]).Select(line => JsonDocument.Parse(line).RootElement.GetString()!)];
long characters = texts.Sum(text => (long)text.Length);
var ids = new List<int>();
for (int round = 0; round < 5; round++)
{
    Measure("ids", text =>
    {
        ids.Clear();
        tokenizer.Encode(text, ids);
    });
}
for (int round = 0; round < 3; round++) Measure("ids and offsets", text => tokenizer.Tokenize(text, structure: false));
return 0;

void Measure(string what, Action<string> encode)
{
    watch.Restart();
    foreach (string text in texts) encode(text);
    double seconds = watch.Elapsed.TotalSeconds;
    Console.WriteLine($"{what}: {texts.Length / seconds:F0} lines/s {characters / seconds / 1e6:F2} M characters/s");
}
