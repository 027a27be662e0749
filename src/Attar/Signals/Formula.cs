namespace Attar.Signals;

/// <summary>
/// What a product is worth to a shop, from a model's score and what the shop knows of it: numbers, columns, <c>+ - * /</c>,
/// <c>log1p</c>, <c>min</c>, <c>max</c>, <c>clamp</c>. It is parsed once and does nothing but compute: no loops, no names but columns.
/// </summary>
public sealed class Formula
{
    readonly Term root;

    internal Formula(string text, Term root, IReadOnlyList<string> columns) => (Text, this.root, Columns) = (text, root, columns);

    public string Text { get; }

    /// <summary>The columns it reads, in the order of the values that <see cref="Of"/> wants.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <exception cref="InputException">naming the place of the first fault.</exception>
    /// <param name="where">The option that it was given as.</param>
    public static Formula Parse(string text, string where) => new FormulaParser(text, where).Read();

    /// <summary>A column as a formula writes it.</summary>
    public static string NameOf(string column) => FormulaParser.IsName(column) ? column : $"[{column}]";

    /// <summary>A product's score on the model's own scale, a logit.</summary>
    /// <param name="score">The model's.</param>
    /// <param name="values">One for each of <see cref="Columns"/>, NaN where there is none.</param>
    /// <returns>The model's score as it is where the formula comes to no number: a value is missing without <c>??</c>, something is divided by zero, or grows beyond all bounds.</returns>
    public float Of(float score, ReadOnlySpan<double> values)
    {
        float result = (float)root.Of(score, values);
        return float.IsFinite(result) ? result : score;
    }
}

/// <summary>A part of a formula.</summary>
abstract record Term
{
    public abstract double Of(double score, ReadOnlySpan<double> values);
}

sealed record Number(double Value) : Term
{
    public override double Of(double score, ReadOnlySpan<double> values) => Value;
}

/// <summary>The model's score: a logit, or as <c>relevance</c> from 0 to 1.</summary>
sealed record ModelScore(bool AsShare) : Term
{
    public override double Of(double score, ReadOnlySpan<double> values) => AsShare ? 1 / (1 + Math.Exp(-score)) : score;
}

/// <param name="Place">Among the values.</param>
/// <param name="Otherwise">NaN where the formula gives nothing for a missing one.</param>
sealed record Column(int Place, double Otherwise) : Term
{
    public override double Of(double score, ReadOnlySpan<double> values) => double.IsNaN(values[Place]) ? Otherwise : values[Place];
}

sealed record Binary(char Sign, Term Left, Term Right) : Term
{
    public override double Of(double score, ReadOnlySpan<double> values)
    {
        double left = Left.Of(score, values), right = Right.Of(score, values);
        return Sign switch { '+' => left + right, '-' => left - right, '*' => left * right, _ => left / right };
    }
}

/// <param name="Name">One of <see cref="Functions"/>.</param>
sealed record Call(string Name, Term[] Arguments) : Term
{
    /// <summary>The functions, and how many arguments each takes; -1: one or more.</summary>
    public static readonly IReadOnlyDictionary<string, int> Functions = new Dictionary<string, int> { ["log1p"] = 1, ["min"] = -1, ["max"] = -1, ["clamp"] = 3 };

    public override double Of(double score, ReadOnlySpan<double> values)
    {
        double first = Arguments[0].Of(score, values);
        if (Name == "log1p") return double.LogP1(first);
        if (Name == "clamp") return Math.Min(Math.Max(first, Arguments[1].Of(score, values)), Arguments[2].Of(score, values)); // NaN stays NaN
        foreach (Term other in Arguments.AsSpan(1)) first = Name == "min" ? Math.Min(first, other.Of(score, values)) : Math.Max(first, other.Of(score, values));
        return first;
    }
}
