namespace Attar.Models.Jinja;

/// <summary>
/// A template in the part of Jinja that chat templates use: output, comments, <c>if</c>, <c>for</c>, <c>set</c>, white space control, filters and tests. What it
/// cannot do is refused by name as the template is read, never guessed. Language: https://jinja.palletsprojects.com/en/stable/templates/.
/// </summary>
/// <remarks>Blocks take the line they stand on with them (<c>trim_blocks</c>, <c>lstrip_blocks</c>), as transformers renders chat templates.</remarks>
public sealed class JinjaTemplate
{
    readonly IReadOnlyList<Statement> body;
    readonly string name;

    JinjaTemplate(string name, IReadOnlyList<Statement> body) => (this.name, this.body) = (name, body);

    /// <param name="name">For messages, such as the file's.</param>
    /// <exception cref="JinjaException">naming the line, and what is wrong or unknown there.</exception>
    public static JinjaTemplate Parse(string source, string name = "template")
    {
        try
        {
            return new JinjaTemplate(name, new Parser(Lexer.Read(source)).Template());
        }
        catch (JinjaException fault)
        {
            throw new JinjaException($"{name}: {fault.Message}");
        }
    }

    /// <param name="values">By name: null, true and false, long, double, string, lists of values and dictionaries of them by text.</param>
    /// <exception cref="JinjaException">when the template raises one, asks of a value what it does not have, or does not end.</exception>
    public string Render(IReadOnlyDictionary<string, object?> values)
    {
        var scope = new Scope(values);
        try
        {
            foreach (Statement statement in body) statement.Run(scope);
            return scope.Output.ToString();
        }
        catch (JinjaException fault)
        {
            throw new JinjaException($"{name}: {fault.Message}");
        }
    }
}
