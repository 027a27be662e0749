using System.Text;

namespace Attar.Models.Jinja;

/// <summary>The names that a template's statements see, where their output goes, and how much may still be done.</summary>
sealed class Scope
{
    const int MostSteps = 200_000, MostOutput = 1 << 24; // characters; far beyond any chat, and soon reached by a template that does not end

    readonly Scope? outer;
    readonly IReadOnlyDictionary<string, object?>? given;
    readonly Dictionary<string, object?> own = [];
    readonly int[] steps;

    public Scope(IReadOnlyDictionary<string, object?> given) => (this.given, Output, steps) = (given, new StringBuilder(), [0]);

    Scope(Scope outer) => (this.outer, Output, steps) = (outer, outer.Output, outer.steps);

    public StringBuilder Output { get; }

    /// <summary>A loop's body: what is set in it ends with it.</summary>
    public Scope Inner() => new(this);

    public void Set(string name, object? value) => own[name] = value;

    public object? Get(string name) => own.TryGetValue(name, out object? value) ? value
        : outer != null ? outer.Get(name)
        : given!.TryGetValue(name, out value) ? value
        : Values.Undefined;

    public void Write(string text)
    {
        if (Output.Length + text.Length > MostOutput) throw new JinjaException($"it writes more than {MostOutput:n0} characters");
        Output.Append(text);
    }

    public void Step()
    {
        if (++steps[0] > MostSteps) throw new JinjaException($"it does not end within {MostSteps:n0} steps");
    }
}
