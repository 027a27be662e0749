using System.Globalization;

namespace Attar.Models.Jinja;

/// <summary>Expressions from tokens, as Jinja ranks them: if, or, and, not, comparisons, sums, <c>~</c>, products, signs, then members, calls, filters and tests.</summary>
sealed class ExpressionParser(TokenReader tokens)
{
    public Expression Expression()
    {
        tokens.Deeper();
        Expression value = Or();
        while (tokens.TakeName("if"))
        {
            Expression condition = Or();
            value = new Conditional(condition, value, tokens.TakeName("else") ? Expression() : null);
        }
        tokens.Shallower();
        return value;
    }

    /// <summary>An expression without an if behind it.</summary>
    public Expression Or()
    {
        Expression left = And();
        while (tokens.TakeName("or")) left = new Either(left, And(), and: false);
        return left;
    }

    Expression And()
    {
        Expression left = Negated();
        while (tokens.TakeName("and")) left = new Either(left, Negated(), and: true);
        return left;
    }

    Expression Negated()
    {
        if (!tokens.TakeName("not")) return Comparison();
        tokens.Deeper();
        var not = new Not(Negated());
        tokens.Shallower();
        return not;
    }

    Expression Comparison()
    {
        Expression left = Sum(), result = left;
        for (bool chained = false; ; chained = true)
        {
            string? sign = tokens.TakeAny("==", "!=", "<=", ">=", "<", ">") ?? (tokens.TakeName("in") ? "in" : null);
            if (sign == null && tokens.Now is { Kind: TokenKind.Name, Text: "not" } && tokens.Next is { Kind: TokenKind.Name, Text: "in" })
            {
                tokens.Take();
                tokens.Take();
                sign = "not in";
            }
            if (sign == null) return result;
            if (chained) throw tokens.Fault("comparisons behind each other are not supported; join them with 'and'");
            result = new Binary(left, sign, Sum());
        }
    }

    Expression Sum()
    {
        Expression left = Concatenation();
        while (tokens.TakeAny("+", "-") is { } sign) left = new Binary(left, sign, Concatenation());
        return left;
    }

    Expression Concatenation()
    {
        Expression left = Product();
        while (tokens.TakeAny("~") is { } sign) left = new Binary(left, sign, Product());
        return left;
    }

    Expression Product()
    {
        Expression left = Signed();
        while (tokens.TakeAny("*", "//", "/", "%") is { } sign) left = new Binary(left, sign, Signed());
        if (tokens.Now is { Kind: TokenKind.Sign, Text: "**" }) throw tokens.Fault("'**' is not supported");
        return left;
    }

    Expression Signed()
    {
        bool negative = tokens.Take("-");
        Expression value = Postfix(Primary());
        return Filtering(negative ? new Negative(value) : value);
    }

    Expression Primary()
    {
        Token token = tokens.Now;
        if (token.Kind is not (TokenKind.String or TokenKind.Number or TokenKind.Name) && token is not { Kind: TokenKind.Sign, Text: "(" or "[" or "{" }) throw tokens.Fault($"expected a value, found {TokenReader.Found(token)}");
        tokens.Take();
        switch (token.Kind)
        {
            case TokenKind.String:
                string text = token.Text;
                while (tokens.Now.Kind == TokenKind.String) text += tokens.Take().Text;
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
                if (tokens.Now is { Kind: TokenKind.Sign, Text: "," }) return new ListOf([inner, .. Rest(")")]);
                tokens.Need(")");
                return inner;
            case TokenKind.Sign when token.Text == "[":
                return new ListOf(Items("]"));
            default:
                return new MapOf(Entries());
        }
    }

    List<Expression> Rest(string close)
    {
        tokens.Need(",");
        return Items(close);
    }

    List<Expression> Items(string close)
    {
        var items = new List<Expression>();
        while (!tokens.Take(close))
        {
            items.Add(Expression());
            if (!tokens.Take(",") && tokens.Now.Text != close) throw tokens.Fault($"expected ',' or '{close}', found {TokenReader.Found(tokens.Now)}");
        }
        return items;
    }

    List<(Expression, Expression)> Entries()
    {
        var entries = new List<(Expression, Expression)>();
        while (!tokens.Take("}"))
        {
            Expression key = Expression();
            tokens.Need(":");
            entries.Add((key, Expression()));
            if (!tokens.Take(",") && tokens.Now.Text != "}") throw tokens.Fault($"expected ',' or '}}', found {TokenReader.Found(tokens.Now)}");
        }
        return entries;
    }

    Expression Postfix(Expression value)
    {
        while (true)
        {
            if (tokens.Take("."))
            {
                string name = tokens.Now.Kind == TokenKind.Number ? tokens.Take().Text : tokens.NeedName();
                if (!tokens.Take("(")) value = new MemberOf(value, new Literal(long.TryParse(name, out long place) ? (object)place : name));
                else if (Functions.KnownMethods.Contains(name)) value = new Called(value, name, CallArguments());
                else throw tokens.Fault($"the method '{name}' is not supported; known are {string.Join(", ", Functions.KnownMethods)}");
            }
            else if (tokens.Take("[")) value = Subscript(value);
            else if (tokens.Take("("))
            {
                if (value is not Variable { Name: var called } || !Functions.Known.Contains(called)) throw tokens.Fault($"the function '{(value as Variable)?.Name}' is not supported; known are {string.Join(", ", Functions.Known)}");
                value = new Called(null, called, CallArguments());
            }
            else return value;
        }
    }

    Expression Subscript(Expression owner)
    {
        Expression? from = tokens.Now.Text == ":" ? null : Expression();
        if (!tokens.Take(":"))
        {
            tokens.Need("]");
            return new MemberOf(owner, from!);
        }
        Expression? to = tokens.Now.Text is ":" or "]" ? null : Expression(), step = tokens.Take(":") && tokens.Now.Text != "]" ? Expression() : null;
        tokens.Need("]");
        return new SliceOf(owner, from, to, step);
    }

    Expression Filtering(Expression value)
    {
        while (true)
        {
            if (tokens.Take("|"))
            {
                string filter = tokens.NeedName();
                if (!Filters.Known.Contains(filter)) throw tokens.Fault($"the filter '{filter}' is not supported; known are {string.Join(", ", Filters.Known)}");
                value = new Filtered(value, filter, tokens.Take("(") ? CallArguments() : Arguments.None);
            }
            else if (tokens.TakeName("is")) value = Test(value);
            else return value;
        }
    }

    Expression Test(Expression value)
    {
        bool not = tokens.TakeName("not");
        string test = tokens.NeedName().ToLowerInvariant();
        if (!Tests.Known.Contains(test)) throw tokens.Fault($"the test '{test}' is not supported; known are {string.Join(", ", Tests.Known)}");
        Arguments arguments = tokens.Take("(") ? CallArguments()
            : tokens.Now.Kind is TokenKind.String or TokenKind.Number || tokens.Now is { Kind: TokenKind.Sign, Text: "[" or "{" } || tokens.Now.Kind == TokenKind.Name && tokens.Now.Text is not ("and" or "or" or "else" or "if" or "is" or "in" or "not")
                ? new([Postfix(Primary())], []) : Arguments.None;
        var tested = new Tested(value, test, arguments);
        return not ? new Not(tested) : tested;
    }

    Arguments CallArguments()
    {
        var plain = new List<Expression>();
        var named = new List<(string, Expression)>();
        while (!tokens.Take(")"))
        {
            if (tokens.Now.Kind == TokenKind.Name && tokens.Next is { Kind: TokenKind.Sign, Text: "=" })
            {
                string name = tokens.Take().Text;
                tokens.Take();
                named.Add((name, Expression()));
            }
            else plain.Add(Expression());
            if (!tokens.Take(",") && tokens.Now.Text != ")") throw tokens.Fault($"expected ',' or ')', found {TokenReader.Found(tokens.Now)}");
        }
        return new Arguments(plain, named);
    }
}
