namespace Attar.Models.Jinja;

/// <summary>What stands for a value.</summary>
abstract class Expression
{
    public abstract object? Value(Scope scope);
}

sealed class Literal(object? value) : Expression
{
    public override object? Value(Scope scope) => value;
}

sealed class Variable(string name) : Expression
{
    public string Name => name;

    public override object? Value(Scope scope) => scope.Get(name);
}

sealed class ListOf(IReadOnlyList<Expression> items) : Expression
{
    public override object? Value(Scope scope) => items.Select(item => item.Value(scope)).ToList();
}

sealed class MapOf(IReadOnlyList<(Expression Key, Expression Value)> entries) : Expression
{
    public override object? Value(Scope scope) => entries.ToDictionary(entry => Values.Text(entry.Key.Value(scope)), entry => entry.Value.Value(scope));
}

sealed class MemberOf(Expression owner, Expression key) : Expression
{
    public override object? Value(Scope scope) => Values.Member(owner.Value(scope), key.Value(scope));
}

sealed class SliceOf(Expression owner, Expression? from, Expression? to, Expression? step) : Expression
{
    public override object? Value(Scope scope) => Values.Slice(owner.Value(scope), Bound(from, scope), Bound(to, scope), Bound(step, scope) ?? 1);

    static long? Bound(Expression? bound, Scope scope) => bound?.Value(scope) switch
    {
        null => null,
        long number => number,
        var other => throw new JinjaException($"a part begins or ends at {Values.Name(other)}; expected a whole number"),
    };
}

sealed class Conditional(Expression condition, Expression then, Expression? otherwise) : Expression
{
    public override object? Value(Scope scope) => Values.IsTrue(condition.Value(scope)) ? then.Value(scope) : otherwise == null ? Values.Undefined : otherwise.Value(scope);
}

sealed class Not(Expression operand) : Expression
{
    public override object? Value(Scope scope) => !Values.IsTrue(operand.Value(scope));
}

/// <summary><c>and</c>, <c>or</c>: the operand that decides.</summary>
sealed class Either(Expression left, Expression right, bool and) : Expression
{
    public override object? Value(Scope scope) => left.Value(scope) is var first && Values.IsTrue(first) == and ? right.Value(scope) : first;
}

sealed class Binary(Expression left, string sign, Expression right) : Expression
{
    public override object? Value(Scope scope)
    {
        scope.Step();
        object? a = left.Value(scope), b = right.Value(scope);
        return sign switch
        {
            "==" => Values.Same(a, b),
            "!=" => !Values.Same(a, b),
            "<" => Values.Compare(a, b) < 0,
            ">" => Values.Compare(a, b) > 0,
            "<=" => Values.Compare(a, b) <= 0,
            ">=" => Values.Compare(a, b) >= 0,
            "in" => Values.Contains(b, a),
            "not in" => !Values.Contains(b, a),
            "~" => Joined(Values.Text(a), Values.Text(b)),
            "+" when (a, b) is (string x, string y) => Joined(x, y),
            "+" when (a, b) is (IReadOnlyList<object?> x, IReadOnlyList<object?> y) => x.Concat(y).ToList(),
            _ => Calculated(a, b),
        };
    }

    static string Joined(string one, string other) => one.Length + other.Length < 1 << 24 ? one + other : throw new JinjaException("it makes a text of more than 16,777,216 characters");

    object Calculated(object? a, object? b)
    {
        if ((Values.Number(a), Values.Number(b)) is not ({ } x, { } y)) throw new JinjaException($"'{sign}' stands between {Values.Name(a)} and {Values.Name(b)}");
        if (sign is "/" or "//" or "%" && y == 0) throw new JinjaException($"'{sign}' divides by zero");
        double result = sign switch { "+" => x + y, "-" => x - y, "*" => x * y, "/" => x / y, "//" => Math.Floor(x / y), _ => x - y * Math.Floor(x / y) };
        return sign != "/" && a is not double && b is not double && Math.Abs(result) < 1L << 53 ? (object)(long)result : result;
    }
}

sealed class Negative(Expression operand) : Expression
{
    public override object? Value(Scope scope) => operand.Value(scope) switch
    {
        long number => (object)-number,
        double number => -number,
        var other => throw new JinjaException($"'-' stands before {Values.Name(other)}"),
    };
}

/// <param name="Named">Such as <c>attribute='content'</c>.</param>
sealed record Arguments(IReadOnlyList<Expression> Plain, IReadOnlyList<(string Name, Expression Value)> Named)
{
    public static readonly Arguments None = new([], []);

    public object?[] Values(Scope scope) => [.. Plain.Select(argument => argument.Value(scope))];

    public object? Get(int place, string name, Scope scope, object? otherwise = null) =>
        place < Plain.Count ? Plain[place].Value(scope) : Named.FirstOrDefault(argument => argument.Name == name).Value is { } value ? value.Value(scope) : otherwise;
}

sealed class Filtered(Expression operand, string name, Arguments arguments) : Expression
{
    public override object? Value(Scope scope)
    {
        scope.Step();
        return Filters.Apply(name, operand.Value(scope), arguments, scope);
    }
}

sealed class Tested(Expression operand, string name, Arguments arguments) : Expression
{
    public override object? Value(Scope scope) => Tests.Holds(name, operand.Value(scope), arguments.Values(scope));
}

/// <summary>A call of a global function, or of a value's method.</summary>
sealed class Called(Expression? owner, string name, Arguments arguments) : Expression
{
    public override object? Value(Scope scope)
    {
        scope.Step();
        return owner == null ? Functions.Call(name, arguments, scope) : Functions.CallOf(owner.Value(scope), name, arguments.Values(scope));
    }
}
