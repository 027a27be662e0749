namespace Attar.Models.Jinja;

/// <summary>Statements from tokens.</summary>
sealed class Parser
{
    readonly TokenReader tokens;
    readonly ExpressionParser expressions;

    public Parser(List<Token> tokens)
    {
        this.tokens = new TokenReader(tokens);
        expressions = new ExpressionParser(this.tokens);
    }

    public IReadOnlyList<Statement> Template()
    {
        List<Statement> body = Body();
        return tokens.Now.Kind == TokenKind.End ? body : throw tokens.Fault($"'{tokens.Next.Text}' ends nothing here");
    }

    /// <summary>Statements up to a block of one of these names, which is left; or to the end.</summary>
    List<Statement> Body(params ReadOnlySpan<string> until)
    {
        tokens.Deeper();
        var body = new List<Statement>();
        while (tokens.Now.Kind != TokenKind.End)
        {
            if (tokens.Now.Kind == TokenKind.Text) body.Add(new TextStatement(tokens.Take().Text));
            else if (tokens.Now.Kind == TokenKind.OutputBegin)
            {
                tokens.Take();
                body.Add(new OutputStatement(expressions.Expression()));
                tokens.Need(TokenKind.OutputEnd, "}}");
            }
            else
            {
                string name = tokens.Next.Text;
                if (until.Contains(name) || name.StartsWith("end", StringComparison.Ordinal) || name is "else" or "elif") break;
                body.Add(Block());
            }
        }
        tokens.Shallower();
        return body;
    }

    Statement Block()
    {
        tokens.Take();
        string name = tokens.NeedName();
        return name switch
        {
            "if" => If(),
            "for" => For(),
            "set" => Set(),
            _ => throw tokens.Fault($"the block '{name}' is not supported; known are if, for and set"),
        };
    }

    IfStatement If()
    {
        var branches = new List<Branch> { new(Conditioned(), Body("elif", "else", "endif")) };
        while (true)
        {
            switch (tokens.BlockName("elif, else or endif"))
            {
                case "elif": branches.Add(new(Conditioned(), Body("elif", "else", "endif"))); break;
                case "else":
                    tokens.EndBlock();
                    branches.Add(new(null, Body("endif")));
                    break;
                case "endif":
                    tokens.EndBlock();
                    return new IfStatement(branches);
                default: throw tokens.Fault("an 'if' has no end; expected endif");
            }
        }
    }

    Expression Conditioned()
    {
        Expression condition = expressions.Expression();
        tokens.EndBlock();
        return condition;
    }

    ForStatement For()
    {
        var names = new List<string> { tokens.NeedName() };
        while (tokens.Take(",")) names.Add(tokens.NeedName());
        if (!tokens.TakeName("in")) throw tokens.Fault("expected 'in' behind the names of a 'for'");
        Expression items = expressions.Or(); // an 'if' behind it is the loop's
        Expression? condition = tokens.TakeName("if") ? expressions.Expression() : null;
        if (tokens.Now is { Kind: TokenKind.Name, Text: "recursive" }) throw tokens.Fault("'recursive' loops are not supported");
        tokens.EndBlock();
        List<Statement> body = Body("else", "endfor"), otherwise = [];
        string end = tokens.BlockName("endfor");
        if (end == "else")
        {
            tokens.EndBlock();
            otherwise = Body("endfor");
            end = tokens.BlockName("endfor");
        }
        if (end != "endfor") throw tokens.Fault("a 'for' has no end; expected endfor");
        tokens.EndBlock();
        return new ForStatement(names, items, condition, body, otherwise);
    }

    SetStatement Set()
    {
        string name = tokens.NeedName();
        string? member = tokens.Take(".") ? tokens.NeedName() : null;
        if (tokens.Take("="))
        {
            Expression value = expressions.Expression();
            if (tokens.Now is { Kind: TokenKind.Sign, Text: "," }) throw tokens.Fault("several values in one 'set' are not supported");
            tokens.EndBlock();
            return new SetStatement(name, member, value, []);
        }
        tokens.EndBlock();
        List<Statement> body = Body("endset");
        if (tokens.BlockName("endset") != "endset") throw tokens.Fault("a 'set' has no end; expected endset");
        tokens.EndBlock();
        return new SetStatement(name, member, null, body);
    }
}
