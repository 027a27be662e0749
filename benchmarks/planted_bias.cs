#:project ../src/Attar/Attar.csproj
#:property PublishAot=false
// dotnet run -c Release benchmarks/planted_bias.cs -- [SEED ...]
// A teacher that favours one brand, long titles and high prices; what the audit finds in it, and how much of it reaches a student, with and
// without mitigation. Each seed makes another shop and other students; half a minute a student on one core.
using Attar.Evaluation;
using Attar.Studies;
using Attar.Workspaces;

ulong[] seeds = args.Length > 0 ? [.. args.Select(ulong.Parse)] : [1, 2, 3];
var all = new Dictionary<string, List<double>>();
Console.WriteLine("seed  student    brand            title-length     price            NDCG@10   (difference of the error in the favoured segment: teacher, student)");
foreach (ulong seed in seeds)
{
    string root = Directory.CreateTempSubdirectory("attar-planted-").FullName;
    try
    {
        List<PlantedArm> arms = [];
        foreach (PlantedArm arm in PlantedBias.Run(PlantedBiasOptions.Usual, new StageContext(new Workspace(root), seed, Threads: 1, new Quiet(), TimeProvider.System, CancellationToken.None)))
        {
            arms.Add(arm);
            string figures = string.Join("  ", arm.Teacher.Keys.Select(dimension =>
                $"{arm.Teacher[dimension].Difference!.Value.Value:+.000;-.000}{(arm.Teacher[dimension].Shown ? "*" : " ")} {arm.Student[dimension].Difference!.Value.Value:+.000;-.000}{(arm.Student[dimension].Shown ? "*" : " ")}"));
            Console.WriteLine($"{seed,4}  {arm.Name,-9}  {figures}  {arm.Ndcg.Average():.0000}");
            all.TryAdd(arm.Name, []);
            all[arm.Name].AddRange(arm.Ndcg);
        }
        (PlantedArm biased, PlantedArm mitigated, PlantedArm control) = (arms[0], arms[1], arms[2]);
        Console.WriteLine($"      left by the mitigation: {Left(_ => 0)}; of what is beyond the control: {Left(dimension => Bias(control, dimension))}");
        string Left(Func<string, double> zero) => string.Join(", ", biased.Student.Keys.Select(dimension => $"{dimension} {(Bias(mitigated, dimension) - zero(dimension)) / (Bias(biased, dimension) - zero(dimension)):0 %}"));
        Compare(mitigated.Ndcg, biased.Ndcg);
    }
    finally
    {
        Directory.Delete(root, recursive: true);
    }
}
Console.Write("all seeds:");
Compare([.. all["mitigated"]], [.. all["biased"]]);
return 0;

static double Bias(PlantedArm arm, string dimension) => arm.Student[dimension].Difference!.Value.Value;

static void Compare(double[] mitigated, double[] biased)
{
    Interval interval = Bootstrap.PairedDifference(mitigated, biased);
    Console.WriteLine($"      NDCG@10 mitigated - biased: {mitigated.Average() - biased.Average():+.0000;-.0000} (95 % {interval.Low:+.0000;-.0000} to {interval.High:+.0000;-.0000})");
}

/// <summary>Tells nothing.</summary>
sealed class Quiet : IProgressSink
{
    public void Report(string what, long done, long total, string detail = "") { }

    public void Note(string line) { }
}
