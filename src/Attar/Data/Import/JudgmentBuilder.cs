using System.Globalization;
using System.Runtime.InteropServices;
using Attar.Data.Reading;

namespace Attar.Data.Import;

/// <summary>
/// Gathers judged rows, a few numbers each, until a file's ratings are all seen: only then is it known how they are written.
/// Pairs judged several times become votes where raters are named, otherwise their mean.
/// </summary>
sealed class JudgmentBuilder(bool? decimalComma)
{
    /// <param name="Rating">Places of distinct texts; of a row of votes the first of several.</param>
    readonly record struct Judged(int Query, int Product, int Rating, int Variance, bool Votes);

    /// <summary>What one file's rows say, by its own way of writing numbers.</summary>
    sealed class Part(Source source)
    {
        public readonly Source Source = source;
        public readonly List<Judged> Rows = [];
        public readonly TextList Ratings = new(), Variances = new();
        public readonly bool Raters = source.Map.Has(Fields.Rater) || source.Map.Has(Fields.Votes);
        public long Blank;
    }

    readonly List<Part> parts = [];
    long repeated;

    public long Rows => parts.Sum(part => (long)part.Rows.Count);

    /// <summary>Takes the rows of a file that <paramref name="place"/> finds a query and a product for.</summary>
    public void Read(Source source, IEnumerable<Row> rows, Func<Row, (int Query, int Product)?> place)
    {
        var part = new Part(source);
        parts.Add(part);
        string[] columns = source.Map.Columns.GetValueOrDefault(Fields.Votes) ?? source.Map.Columns[Fields.Rating];
        bool spread = source.Map.Has(Fields.Variance), rater = source.Map.Has(Fields.Rater);
        foreach (Row row in rows)
        {
            bool blank = true;
            (int Query, int Product)? pair = null;
            foreach (string column in columns)
            {
                string text = row[column].Trim();
                if (text.Length == 0 || text is "-" or "NA" or "N/A" or "null" or "NaN") continue;
                if (blank && (pair = place(row)) is null)
                {
                    blank = false;
                    break;
                }
                blank = false;
                string variance = spread ? $"{source.Map.Text(row, Fields.Variance).Trim()}\t{source.Map.Text(row, Fields.Raters).Trim()}" : "";
                part.Rows.Add(new Judged(pair!.Value.Query, pair.Value.Product, part.Ratings.Place(text, row), spread ? part.Variances.Place(variance, row) : -1, part.Raters && (!rater || source.Map.Text(row, Fields.Rater).Length > 0)));
            }
            if (blank) part.Blank++;
        }
    }

    /// <summary>The scale, and the judgments query by query, in order of first appearance: the same whatever files they came in.</summary>
    /// <param name="grades">The lowest and highest rating, or null to take them from those found.</param>
    /// <param name="known">A scale that came with the data, whose ratings are grades already.</param>
    public (GradeScale Scale, List<(int Query, int Product, double Rating, int[]? Votes)> Judgments) Build((int Low, int High)? grades, GradeScale? known, FaultList faults, Action<string> note)
    {
        var ratings = new List<double?[]>(); // of each part, by distinct text
        GradeWords? words = null;
        foreach (Part part in parts)
        {
            GradeWords? own = GradeWords.Of(part.Ratings.Texts);
            if (own is not null)
            {
                words ??= own;
                note($"{part.Source.File.Name}: {own.About}");
                ratings.Add([.. part.Ratings.Texts.Select(own.Read)]);
            }
            else
            {
                NumberColumn numbers = NumberColumn.Of(part.Ratings.Texts, decimalComma);
                if (numbers.Fault is { } fault) faults.Add(part.Source.File.Path, fault);
                if (numbers.Note is { } said) note($"{part.Source.File.Name}: {said}");
                ratings.Add([.. part.Ratings.Texts.Select(numbers.Read)]);
                if (numbers.Fault is null) part.Ratings.Refuse(ratings[^1], (text, _) => $"rating '{text}' is not a finite number; expected one such as 1.5, or words that are all of one scale; correct the field", faults);
            }
            if (part.Blank > 0) note($"{part.Source.File.Name}: {part.Blank:N0} rows have no rating and are left out");
        }
        if (Rows == 0) faults.Add(parts[0].Source.File.Path, "no judged pairs; expected at least one row with a rating below the header; check the file");
        faults.ThrowIfAny();

        int low = 0;
        GradeScale scale;
        if (grades is { } given)
        {
            for (int i = 0; i < parts.Count; i++)
                parts[i].Ratings.Refuse([.. ratings[i].Select(rating => rating < given.Low || rating > given.High ? null : rating)], (_, at) => $"rating {ratings[i][at]} is out of range; expected {given.Low} to {given.High}; correct it, or give other --grades", faults);
            faults.ThrowIfAny();
            (low, scale) = (given.Low, RatingScale.Linear(given.High - given.Low + 1));
        }
        else if (known is not null) scale = known;
        else if (words is not null) scale = words.Scale;
        else
        {
            var (from, to) = RatingScale.Detect(ratings.SelectMany(texts => texts).OfType<double>(), parts[0].Source.File.Path, parts.Any(part => part.Source.Format.RatesFromZero));
            (low, scale) = (from, RatingScale.Linear(to - from + 1));
        }
        if (words is null) note($"ratings {low} to {low + scale.Grades - 1} are grades 0 to {scale.Grades - 1}{(grades is null ? " (found in the file; --grades sets them)" : "")}");
        var judgments = Merge(ratings, low, scale.Grades, faults);
        faults.ThrowIfAny();
        if (repeated > 0) note($"{repeated:N0} ratings were repetitions of a pair and are merged into its mean{(parts.Any(part => part.Raters) ? ", raters into votes" : "; --map rater=COLUMN makes votes of them")}");
        return (scale, judgments);
    }

    List<(int Query, int Product, double Rating, int[]? Votes)> Merge(List<double?[]> ratings, int low, int grades, FaultList faults)
    {
        var places = new Dictionary<(int, int), int>();
        var pairs = new List<(int Query, int Product, double Sum, int Count, int[]? Votes)>();
        var spreadVotes = new Dictionary<(double, double, int), int[]>();
        for (int p = 0; p < parts.Count; p++)
        {
            var spreads = SpreadsOf(parts[p], faults);
            foreach (Judged row in parts[p].Rows)
            {
                double rating = Math.Round(ratings[p][row.Rating]!.Value - low, 6); // 2.33 - 1 is not 1.33 in floating point
                int[]? votes = row.Variance >= 0 ? SpreadVotes(rating, spreads[row.Variance]) : row.Votes && rating == (int)rating && rating < grades && rating >= 0 ? OneVote((int)rating, grades) : null;
                ref int place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, (row.Query, row.Product), out bool there);
                if (!there)
                {
                    place = pairs.Count;
                    pairs.Add((row.Query, row.Product, rating, 1, votes));
                    continue;
                }
                repeated++;
                ref var pair = ref CollectionsMarshal.AsSpan(pairs)[place];
                pair.Sum += rating;
                pair.Count++;
                if (pair.Votes is not null && votes is not null)
                    for (int grade = 0; grade < grades; grade++) pair.Votes[grade] += votes[grade];
                else pair.Votes = null; // a rating between grades is nobody's vote
            }
        }
        return [.. pairs.OrderBy(pair => pair.Query).Select(pair => (pair.Query, pair.Product, pair.Sum / pair.Count, pair.Votes))];

        int[]? SpreadVotes(double mean, (double? Variance, int Raters) spread)
        {
            if (spread.Variance is not { } variance) return null;
            if (!spreadVotes.TryGetValue((mean, variance, spread.Raters), out int[]? votes)) spreadVotes[(mean, variance, spread.Raters)] = votes = VotesOf(mean, variance, spread.Raters, grades);
            return [.. votes];
        }
    }

    static int[] OneVote(int grade, int grades)
    {
        var votes = new int[grades];
        votes[grade] = 1;
        return votes;
    }

    static (double? Variance, int Raters)[] SpreadsOf(Part part, FaultList faults)
    {
        if (part.Variances.Texts.Count == 0) return [];
        string[][] texts = [.. part.Variances.Texts.Select(text => text.Split('\t'))];
        NumberColumn numbers = NumberColumn.Of(texts.Select(pair => pair[0]).Where(text => text.Length > 0));
        if (numbers.Fault is { } fault) faults.Add(part.Source.File.Path, fault);
        return [.. texts.Select(pair => (pair[0].Length == 0 ? null : numbers.Read(pair[0]), int.TryParse(pair[1], CultureInfo.InvariantCulture, out int raters) && raters is > 0 and <= 1000 ? raters : 0))];
    }

    /// <summary>Votes that have a mean and a variance, as nearly as whole votes on two neighbours of the mean or farther apart can have: the least surprising of them.</summary>
    /// <param name="raters">0 where nobody says how many: ten stand for them.</param>
    internal static int[] VotesOf(double mean, double variance, int raters, int grades)
    {
        int voters = raters > 0 ? raters : 10;
        int[] best = new int[grades];
        double least = double.PositiveInfinity;
        // shares like a normal distribution's at the grades, for the width and centre that come nearest
        for (double width = 0.05; width < grades * 2; width *= 1.15)
            for (double centre = -1; centre <= grades; centre += 0.1)
            {
                double[] shares = [.. Enumerable.Range(0, grades).Select(grade => Math.Exp(-(grade - centre) * (grade - centre) / (2 * width * width)))];
                double sum = shares.Sum();
                if (sum < 1e-300) continue;
                int[] votes = Whole([.. shares.Select(share => share / sum * voters)], voters);
                double m = votes.Select((count, grade) => count * (double)grade).Sum() / voters, v = votes.Select((count, grade) => count * (grade - m) * (grade - m)).Sum() / voters;
                double error = 4 * (m - mean) * (m - mean) + (v - variance) * (v - variance);
                if (error >= least - 1e-12) continue;
                (least, best) = (error, votes);
            }
        return best;
    }

    /// <summary>Whole numbers with the sum given: the largest remainders are rounded up.</summary>
    static int[] Whole(double[] shares, int sum)
    {
        int[] whole = [.. shares.Select(share => (int)share)];
        foreach (int grade in Enumerable.Range(0, shares.Length).OrderByDescending(grade => shares[grade] - whole[grade]).Take(sum - whole.Sum())) whole[grade]++;
        return whole;
    }
}

/// <summary>The distinct texts of a column, each with the line where it stands first and how often it does.</summary>
sealed class TextList
{
    readonly Dictionary<string, int> places = [];
    readonly List<string> texts = [];
    readonly List<(string Where, long Count)> found = [];

    public IReadOnlyList<string> Texts => texts;

    public int Place(string text, Row row)
    {
        ref int place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, text, out bool known);
        if (!known)
        {
            place = texts.Count;
            texts.Add(text);
            found.Add((row.Where, 0));
        }
        ref var entry = ref CollectionsMarshal.AsSpan(found)[place];
        entry.Count++;
        return place;
    }

    public long CountOf(int place) => found[place].Count;

    /// <summary>A fault for each text without a value.</summary>
    public void Refuse(IReadOnlyList<double?> values, Func<string, int, string> message, FaultList faults)
    {
        for (int i = 0; i < texts.Count; i++)
            if (values[i] is null) faults.Add(found[i].Where, message(texts[i], i) + (found[i].Count > 1 ? $" ({found[i].Count:N0} rows)" : ""));
    }
}
