namespace Attar.Models.Jinja;

/// <summary>A place among tokens: what is taken where it stands, what must stand there, and the line of a fault.</summary>
sealed class TokenReader(List<Token> tokens)
{
    const int MostDepth = 100; // of brackets and blocks within each other

    int at, depth;

    public Token Now => tokens[at];

    public Token Next => tokens[at + 1];

    /// <summary>The token here, which is passed.</summary>
    public Token Take() => tokens[at++];

    public bool Take(string sign)
    {
        bool found = Now.Kind == TokenKind.Sign && Now.Text == sign;
        if (found) at++;
        return found;
    }

    public bool TakeName(string name)
    {
        bool found = Now.Kind == TokenKind.Name && Now.Text == name;
        if (found) at++;
        return found;
    }

    public string? TakeAny(params ReadOnlySpan<string> signs)
    {
        foreach (string sign in signs)
            if (Take(sign)) return sign;
        return null;
    }

    public void Need(string sign)
    {
        if (!Take(sign)) throw Fault($"expected '{sign}', found {Found(Now)}");
    }

    public void Need(TokenKind kind, string what)
    {
        if (Now.Kind != kind) throw Fault($"expected {what}, found {Found(Now)}");
        at++;
    }

    public string NeedName() => Now.Kind == TokenKind.Name ? tokens[at++].Text : throw Fault($"expected a name, found {Found(Now)}");

    public void EndBlock() => Need(TokenKind.BlockEnd, "%}");

    /// <summary>The name of the block that a body ended at.</summary>
    public string BlockName(string expected)
    {
        if (Now.Kind != TokenKind.BlockBegin) throw Fault($"the template ends; expected {expected}");
        at++;
        return NeedName();
    }

    /// <summary>Enters a bracket or block, which <see cref="Shallower"/> leaves.</summary>
    public void Deeper()
    {
        if (++depth > MostDepth) throw Fault($"blocks or brackets stand more than {MostDepth} deep within each other");
    }

    public void Shallower() => depth--;

    public JinjaException Fault(string what) => new($"line {Now.Line}: {what}");

    public static string Found(Token token) => token.Kind switch { TokenKind.End => "the end", TokenKind.OutputEnd => "}}", TokenKind.BlockEnd => "%}", TokenKind.String => $"the text '{token.Text}'", _ => $"'{token.Text}'" };
}
