using System.Globalization;

namespace Attar.Models.Jinja;

/// <summary>Statements from tokens. Expressions are read as Jinja ranks them: if, or, and, not, comparisons, sums, <c>~</c>, products, signs, then members, calls, filters and tests.</summary>
sealed class Parser(List<Token> tokens)
{
    const int MostDepth = 100; // of brackets and blocks within each other

    int at, depth;

    Token Now => tokens[at];

    public IReadOnlyList<Statement> Template()
    {
        List<Statement> body = Body();
        return Now.Kind == TokenKind.End ? body : throw Fault($"'{tokens[at + 1].Text}' ends nothing here");
    }

    /// <summary>Statements up to a block of one of these names, which is left; or to the end.</summary>
    List<Statement> Body(params ReadOnlySpan<string> until)
    {
        Deeper();
        var body = new List<Statement>();
        while (Now.Kind != TokenKind.End)
        {
            if (Now.Kind == TokenKind.Text) body.Add(new TextStatement(tokens[at++].Text));
            else if (Now.Kind == TokenKind.OutputBegin)
            {
                at++;
                body.Add(new OutputStatement(Expression()));
                Need(TokenKind.OutputEnd, "}}");
            }
            else
            {
                string name = tokens[at + 1].Text;
                if (until.Contains(name) || name.StartsWith("end", StringComparison.Ordinal) || name is "else" or "elif") break;
                body.Add(Block());
            }
        }
        depth--;
        return body;
    }

    Statement Block()
    {
        at++;
        string name = NeedName();
        return name switch
        {
            "if" => If(),
            "for" => For(),
            "set" => Set(),
            _ => throw Fault($"the block '{name}' is not supported; known are if, for and set"),
        };
    }

    IfStatement If()
    {
        var branches = new List<Branch> { new(Conditioned(), Body("elif", "else", "endif")) };
        while (true)
        {
            switch (BlockName("elif, else or endif"))
            {
                case "elif": branches.Add(new(Conditioned(), Body("elif", "else", "endif"))); break;
                case "else":
                    EndBlock();
                    branches.Add(new(null, Body("endif")));
                    break;
                case "endif":
                    EndBlock();
                    return new IfStatement(branches);
                default: throw Fault("an 'if' has no end; expected endif");
            }
        }
    }

    Expression Conditioned()
    {
        Expression condition = Expression();
        EndBlock();
        return condition;
    }

    ForStatement For()
    {
        var names = new List<string> { NeedName() };
        while (Take(",")) names.Add(NeedName());
        if (!TakeName("in")) throw Fault("expected 'in' behind the names of a 'for'");
        Expression items = Or(); // an 'if' behind it is the loop's
        Expression? condition = TakeName("if") ? Expression() : null;
        if (Now is { Kind: TokenKind.Name, Text: "recursive" }) throw Fault("'recursive' loops are not supported");
        EndBlock();
        List<Statement> body = Body("else", "endfor"), otherwise = [];
        string end = BlockName("endfor");
        if (end == "else")
        {
            EndBlock();
            otherwise = Body("endfor");
            end = BlockName("endfor");
        }
        if (end != "endfor") throw Fault("a 'for' has no end; expected endfor");
        EndBlock();
        return new ForStatement(names, items, condition, body, otherwise);
    }

    SetStatement Set()
    {
        string name = NeedName();
        string? member = Take(".") ? NeedName() : null;
        if (Take("="))
        {
            Expression value = Expression();
            if (Now is { Kind: TokenKind.Sign, Text: "," }) throw Fault("several values in one 'set' are not supported");
            EndBlock();
            return new SetStatement(name, member, value, []);
        }
        EndBlock();
        List<Statement> body = Body("endset");
        if (BlockName("endset") != "endset") throw Fault("a 'set' has no end; expected endset");
        EndBlock();
        return new SetStatement(name, member, null, body);
    }

    Expression Expression()
    {
        Deeper();
        Expression value = Or();
        while (TakeName("if"))
        {
            Expression condition = Or();
            value = new Conditional(condition, value, TakeName("else") ? Expression() : null);
        }
        depth--;
        return value;
    }

    Expression Or()
    {
        Expression left = And();
        while (TakeName("or")) left = new Either(left, And(), and: false);
        return left;
    }

    Expression And()
    {
        Expression left = Negated();
        while (TakeName("and")) left = new Either(left, Negated(), and: true);
        return left;
    }

    Expression Negated()
    {
        if (!TakeName("not")) return Comparison();
        Deeper();
        var not = new Not(Negated());
        depth--;
        return not;
    }

    Expression Comparison()
    {
        Expression left = Sum(), result = left;
        for (bool chained = false; ; chained = true)
        {
            string? sign = TakeAny("==", "!=", "<=", ">=", "<", ">") ?? (TakeName("in") ? "in" : null);
            if (sign == null && Now is { Kind: TokenKind.Name, Text: "not" } && tokens[at + 1] is { Kind: TokenKind.Name, Text: "in" })
            {
                at += 2;
                sign = "not in";
            }
            if (sign == null) return result;
            if (chained) throw Fault("comparisons behind each other are not supported; join them with 'and'");
            result = new Binary(left, sign, Sum());
        }
    }

    Expression Sum()
    {
        Expression left = Concatenation();
        while (TakeAny("+", "-") is { } sign) left = new Binary(left, sign, Concatenation());
        return left;
    }

    Expression Concatenation()
    {
        Expression left = Product();
        while (TakeAny("~") is { } sign) left = new Binary(left, sign, Product());
        return left;
    }

    Expression Product()
    {
        Expression left = Signed();
        while (TakeAny("*", "//", "/", "%") is { } sign) left = new Binary(left, sign, Signed());
        if (Now is { Kind: TokenKind.Sign, Text: "**" }) throw Fault("'**' is not supported");
        return left;
    }

    Expression Signed()
    {
        bool negative = Take("-");
        Expression value = Postfix(Primary());
        return Filtering(negative ? new Negative(value) : value);
    }

    Expression Primary()
    {
        Token token = tokens[at++];
        switch (token.Kind)
        {
            case TokenKind.String:
                string text = token.Text;
                while (Now.Kind == TokenKind.String) text += tokens[at++].Text;
                return new Literal(text);
            case TokenKind.Number:
                return new Literal(long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out long whole) ? (object)whole : double.Parse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture));
            case TokenKind.Name:
                return token.Text switch
                {
                    "true" or "True" => new Literal(true),
                    "false" or "False" => new Literal(false),
                    "none" or "None" => new Literal(null),
                    _ => new Variable(token.Text),
                };
            case TokenKind.Sign when token.Text == "(":
                Expression inner = Expression();
                if (Now is { Kind: TokenKind.Sign, Text: "," }) return new ListOf([inner, .. Rest(")")]);
                Need(")");
                return inner;
            case TokenKind.Sign when token.Text == "[":
                return new ListOf(Items("]"));
            case TokenKind.Sign when token.Text == "{":
                return new MapOf(Entries());
            default:
                at--;
                throw Fault($"expected a value, found {Found(token)}");
        }
    }

    List<Expression> Rest(string close)
    {
        Need(",");
        return Items(close);
    }

    List<Expression> Items(string close)
    {
        var items = new List<Expression>();
        while (!Take(close))
        {
            items.Add(Expression());
            if (!Take(",") && Now.Text != close) throw Fault($"expected ',' or '{close}', found {Found(Now)}");
        }
        return items;
    }

    List<(Expression, Expression)> Entries()
    {
        var entries = new List<(Expression, Expression)>();
        while (!Take("}"))
        {
            Expression key = Expression();
            Need(":");
            entries.Add((key, Expression()));
            if (!Take(",") && Now.Text != "}") throw Fault($"expected ',' or '}}', found {Found(Now)}");
        }
        return entries;
    }

    Expression Postfix(Expression value)
    {
        while (true)
        {
            if (Take("."))
            {
                string name = Now.Kind == TokenKind.Number ? tokens[at++].Text : NeedName();
                if (!Take("(")) value = new MemberOf(value, new Literal(long.TryParse(name, out long place) ? (object)place : name));
                else if (Functions.KnownMethods.Contains(name)) value = new Called(value, name, CallArguments());
                else throw Fault($"the method '{name}' is not supported; known are {string.Join(", ", Functions.KnownMethods)}");
            }
            else if (Take("[")) value = Subscript(value);
            else if (Take("("))
            {
                if (value is not Variable { Name: var called } || !Functions.Known.Contains(called)) throw Fault($"the function '{(value as Variable)?.Name}' is not supported; known are {string.Join(", ", Functions.Known)}");
                value = new Called(null, called, CallArguments());
            }
            else return value;
        }
    }

    Expression Subscript(Expression owner)
    {
        Expression? from = Now.Text == ":" ? null : Expression();
        if (!Take(":"))
        {
            Need("]");
            return new MemberOf(owner, from!);
        }
        Expression? to = Now.Text is ":" or "]" ? null : Expression(), step = Take(":") && Now.Text != "]" ? Expression() : null;
        Need("]");
        return new SliceOf(owner, from, to, step);
    }

    Expression Filtering(Expression value)
    {
        while (true)
        {
            if (Take("|"))
            {
                string filter = NeedName();
                if (!Filters.Known.Contains(filter)) throw Fault($"the filter '{filter}' is not supported; known are {string.Join(", ", Filters.Known)}");
                value = new Filtered(value, filter, Take("(") ? CallArguments() : Arguments.None);
            }
            else if (TakeName("is")) value = Test(value);
            else return value;
        }
    }

    Expression Test(Expression value)
    {
        bool not = TakeName("not");
        string test = NeedName().ToLowerInvariant();
        if (!Tests.Known.Contains(test)) throw Fault($"the test '{test}' is not supported; known are {string.Join(", ", Tests.Known)}");
        Arguments arguments = Take("(") ? CallArguments()
            : Now.Kind is TokenKind.String or TokenKind.Number || Now is { Kind: TokenKind.Sign, Text: "[" or "{" } || Now.Kind == TokenKind.Name && Now.Text is not ("and" or "or" or "else" or "if" or "is" or "in" or "not")
                ? new([Postfix(Primary())], []) : Arguments.None;
        var tested = new Tested(value, test, arguments);
        return not ? new Not(tested) : tested;
    }

    Arguments CallArguments()
    {
        var plain = new List<Expression>();
        var named = new List<(string, Expression)>();
        while (!Take(")"))
        {
            if (Now.Kind == TokenKind.Name && tokens[at + 1] is { Kind: TokenKind.Sign, Text: "=" })
            {
                string name = tokens[at].Text;
                at += 2;
                named.Add((name, Expression()));
            }
            else plain.Add(Expression());
            if (!Take(",") && Now.Text != ")") throw Fault($"expected ',' or ')', found {Found(Now)}");
        }
        return new Arguments(plain, named);
    }

    bool Take(string sign)
    {
        bool found = Now.Kind == TokenKind.Sign && Now.Text == sign;
        if (found) at++;
        return found;
    }

    bool TakeName(string name)
    {
        bool found = Now.Kind == TokenKind.Name && Now.Text == name;
        if (found) at++;
        return found;
    }

    string? TakeAny(params ReadOnlySpan<string> signs)
    {
        foreach (string sign in signs)
            if (Take(sign)) return sign;
        return null;
    }

    void Need(string sign)
    {
        if (!Take(sign)) throw Fault($"expected '{sign}', found {Found(Now)}");
    }

    void Need(TokenKind kind, string what)
    {
        if (Now.Kind != kind) throw Fault($"expected {what}, found {Found(Now)}");
        at++;
    }

    string NeedName() => Now.Kind == TokenKind.Name ? tokens[at++].Text : throw Fault($"expected a name, found {Found(Now)}");

    void EndBlock() => Need(TokenKind.BlockEnd, "%}");

    /// <summary>The name of the block that a body ended at.</summary>
    string BlockName(string expected)
    {
        if (Now.Kind != TokenKind.BlockBegin) throw Fault($"the template ends; expected {expected}");
        at++;
        return NeedName();
    }

    void Deeper()
    {
        if (++depth > MostDepth) throw Fault($"blocks or brackets stand more than {MostDepth} deep within each other");
    }

    JinjaException Fault(string what) => new($"line {Now.Line}: {what}");

    static string Found(Token token) => token.Kind switch { TokenKind.End => "the end", TokenKind.OutputEnd => "}}", TokenKind.BlockEnd => "%}", TokenKind.String => $"the text '{token.Text}'", _ => $"'{token.Text}'" };
}
