namespace Attar.Models.Jinja;

/// <summary>What a template does, a part at a time.</summary>
abstract class Statement
{
    public abstract void Run(Scope scope);

    protected static void RunAll(IReadOnlyList<Statement> body, Scope scope)
    {
        foreach (Statement statement in body)
        {
            scope.Step();
            statement.Run(scope);
        }
    }
}

sealed class TextStatement(string text) : Statement
{
    public override void Run(Scope scope) => scope.Write(text);
}

sealed class OutputStatement(Expression value) : Statement
{
    public override void Run(Scope scope) => scope.Write(Values.Text(value.Value(scope)));
}

/// <param name="Condition">Null: else.</param>
sealed record Branch(Expression? Condition, IReadOnlyList<Statement> Body);

sealed class IfStatement(IReadOnlyList<Branch> branches) : Statement
{
    public override void Run(Scope scope)
    {
        foreach (Branch branch in branches)
        {
            if (branch.Condition != null && !Values.IsTrue(branch.Condition.Value(scope))) continue;
            RunAll(branch.Body, scope);
            return;
        }
    }
}

/// <summary><c>set name = value</c>, or with a body whose output is the value; <c>set space.name = value</c> reaches out of a loop.</summary>
sealed class SetStatement(string name, string? member, Expression? value, IReadOnlyList<Statement> body) : Statement
{
    public override void Run(Scope scope)
    {
        object? given = value?.Value(scope) ?? (value == null ? Written(scope) : null);
        if (member == null) scope.Set(name, given);
        else if (scope.Get(name) is Space space) space[member] = given;
        else throw new JinjaException($"'{name}.{member}' is set, but '{name}' is no namespace");
    }

    string Written(Scope scope)
    {
        int before = scope.Output.Length;
        RunAll(body, scope);
        string written = scope.Output.ToString(before, scope.Output.Length - before);
        scope.Output.Length = before;
        return written;
    }
}

/// <summary>What <c>namespace()</c> makes.</summary>
sealed class Space : Dictionary<string, object?>;

sealed class ForStatement(IReadOnlyList<string> names, Expression items, Expression? condition, IReadOnlyList<Statement> body, IReadOnlyList<Statement> otherwise) : Statement
{
    public override void Run(Scope scope)
    {
        object? given = items.Value(scope);
        List<Scope> rounds = [];
        foreach (object? item in Values.Items(given))
        {
            Scope round = scope.Inner();
            Name(round, item);
            if (condition == null || Values.IsTrue(condition.Value(round))) rounds.Add(round);
        }
        if (rounds.Count == 0) RunAll(otherwise, scope);
        for (int i = 0; i < rounds.Count; i++)
        {
            scope.Step();
            rounds[i].Set("loop", new Dictionary<string, object?>
            {
                ["index"] = i + 1L,
                ["index0"] = (long)i,
                ["revindex"] = (long)rounds.Count - i,
                ["revindex0"] = rounds.Count - i - 1L,
                ["first"] = i == 0,
                ["last"] = i == rounds.Count - 1,
                ["length"] = (long)rounds.Count,
                ["previtem"] = i > 0 ? rounds[i - 1].Get(names[0]) : Values.Undefined,
                ["nextitem"] = i + 1 < rounds.Count ? rounds[i + 1].Get(names[0]) : Values.Undefined,
            });
            RunAll(body, rounds[i]);
        }
    }

    void Name(Scope round, object? item)
    {
        if (names.Count == 1)
        {
            round.Set(names[0], item);
            return;
        }
        if (item is not IReadOnlyList<object?> parts || parts.Count != names.Count) throw new JinjaException($"for {string.Join(", ", names)}: an item is {Values.Name(item)}; expected a list of {names.Count}");
        for (int i = 0; i < names.Count; i++) round.Set(names[i], parts[i]);
    }
}
