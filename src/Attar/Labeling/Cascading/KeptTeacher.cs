using Attar.Augmentation;
using Attar.Endpoints;
using Attar.Labeling.Teachers;

namespace Attar.Labeling.Cascading;

/// <summary>A dear teacher that runs here. What it said is kept in the workspace's <c>answers/</c>: with another share, other cheap teachers or more pairs it is asked only what it never was.</summary>
/// <param name="teacher">Its own from here on, as the journal.</param>
/// <param name="journal">Of a score and a distribution, 1 + grades numbers.</param>
/// <param name="print">Tells a pair's texts from all others, see <see cref="TextPrints.Of"/>.</param>
sealed class KeptTeacher(ITeacher teacher, AnswerJournal<double[]> journal, Func<CandidatePair, string> print) : ITeacher
{
    public int Grades => teacher.Grades;

    public string Template => teacher.Template;

    public IEnumerable<string> Notes => teacher.Notes;

    public void Judge(CandidatePair[] pairs, Span<double> scores, Span<double> distributions)
    {
        UInt128[] keys = [.. pairs.Select(pair => AnswerJournal.KeyOf($"{pair.QueryId}\t{pair.ProductId}\t{print(pair)}"))];
        double[]?[] answers = [.. keys.Select(journal.Find)];
        int[] open = [.. Enumerable.Range(0, pairs.Length).Where(i => answers[i] is null)];
        double[] said = new double[open.Length], shares = new double[open.Length * Grades];
        if (open.Length > 0) teacher.Judge([.. open.Select(i => pairs[i])], said, shares);
        foreach ((int next, int i) in open.Index()) answers[i] = [said[next], .. shares[(next * Grades)..((next + 1) * Grades)]];
        int[] sound = [.. open.Where(i => answers[i]!.All(double.IsFinite))]; // no label comes of the others
        journal.Add([.. sound.Select(i => keys[i])], [.. sound.Select(i => new Answer<double[]>(answers[i]!, default))]);
        for (int i = 0; i < pairs.Length; i++)
        {
            scores[i] = answers[i]![0];
            answers[i].AsSpan(1).CopyTo(distributions.Slice(i * Grades, Grades));
        }
    }

    public void Dispose()
    {
        teacher.Dispose();
        journal.Dispose();
    }
}
