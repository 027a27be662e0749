using System.Globalization;
using System.Text.RegularExpressions;

namespace Attar.Signals;

/// <summary>Reads a formula by recursive descent: sum, product, sign, operand.</summary>
sealed partial class FormulaParser(string text, string where)
{
    /// <summary>What is longer or deeper belongs into a column of the catalogue.</summary>
    const int Longest = 1000, Deepest = 32;

    const string AnOperand = "a number, a column, a function or '('";

    readonly List<string> columns = [];
    int at, depth;

    /// <summary>Whether a column is read as it stands.</summary>
    public static bool IsName(string column) => column is not ("score" or "relevance") && Name().Match(column).Length == column.Length;

    public Formula Read()
    {
        if (text.Length > Longest) throw new InputException(where, $"{text.Length} characters; expected a formula of at most {Longest}");
        Term root = Sum();
        if (at < text.Length) throw Fault("an operator or the end");
        return new Formula(text, root, columns);
    }

    Term Sum()
    {
        if (++depth > Deepest) throw new InputException(where, $"more than {Deepest} brackets inside one another; expected a simpler formula");
        Term left = Product();
        while (Take("+-") is { } sign) left = new Binary(sign, left, Product());
        depth--;
        return left;
    }

    Term Product()
    {
        Term left = Signed();
        while (Take("*/") is { } sign) left = new Binary(sign, left, Signed());
        return left;
    }

    Term Signed()
    {
        bool negative = false;
        while (Take("-") is not null) negative = !negative;
        return negative ? new Binary('-', new Number(0), Operand()) : Operand();
    }

    Term Operand()
    {
        if (Take("(") is not null) return Closed(Sum());
        if (Match(Numeral()) is { } number) return new Number(double.Parse(number, CultureInfo.InvariantCulture));
        if (Match(Bracketed()) is { } bracketed) return ColumnOf(bracketed[1..^1]);
        if (Match(Name()) is not { } name) throw Fault(AnOperand);
        if (Take("(") is not null) return CallOf(name);
        return name switch { "score" => new ModelScore(AsShare: false), "relevance" => new ModelScore(AsShare: true), _ => ColumnOf(name) };
    }

    Column ColumnOf(string name)
    {
        int place = columns.IndexOf(name);
        if (place < 0)
        {
            place = columns.Count;
            columns.Add(name);
        }
        double otherwise = double.NaN;
        if (Match(Otherwise()) is not null)
        {
            bool negative = Take("-") is not null;
            otherwise = Match(Numeral()) is { } number ? double.Parse(number, CultureInfo.InvariantCulture) : throw Fault("a number that stands for a missing value");
            if (negative) otherwise = -otherwise;
        }
        return new Column(place, otherwise);
    }

    Call CallOf(string name)
    {
        if (!Call.Functions.TryGetValue(name, out int count)) throw new InputException(where, $"there is no function '{name}'; expected one of {string.Join(", ", Call.Functions.Keys)}");
        List<Term> arguments = [Sum()];
        while (Take(",") is not null) arguments.Add(Sum());
        Closed(arguments[0]);
        if (count >= 0 && arguments.Count != count) throw new InputException(where, $"{name} has {arguments.Count} arguments; expected {count}");
        return new Call(name, [.. arguments]);
    }

    Term Closed(Term inner) => Take(")") is not null ? inner : throw Fault("an operator or ')'");

    /// <summary>The next sign, where it is one of these.</summary>
    char? Take(string signs)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        return at < text.Length && signs.Contains(text[at]) ? text[at++] : null;
    }

    string? Match(Regex pattern)
    {
        Take("");
        Match found = pattern.Match(text, at);
        at += found.Length;
        return found.Success ? found.Value : null;
    }

    InputException Fault(string expected) =>
        new(where, at < text.Length ? $"character {at + 1}: found '{text[at]}'; expected {expected}" : $"ends too early; expected {expected}");

    [GeneratedRegex(@"\G([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", RegexOptions.CultureInvariant)]
    private static partial Regex Numeral();

    [GeneratedRegex(@"\G[\p{L}_][\p{L}\p{Nd}_.]*")]
    private static partial Regex Name();

    [GeneratedRegex(@"\G\[[^\[\]]+\]")]
    private static partial Regex Bracketed();

    [GeneratedRegex(@"\G\?\?")]
    private static partial Regex Otherwise();
}
