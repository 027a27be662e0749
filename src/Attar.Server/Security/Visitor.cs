namespace Attar.Server.Security;

/// <summary>Who looks at a page.</summary>
/// <param name="Name">Under which answers are kept: the key's name, or where no key is wanted the one that was typed.</param>
/// <param name="MayJudge">Whether its answers are taken.</param>
/// <param name="OnlyJudges">Whether it is a rater, who is not shown how others judge.</param>
/// <param name="IsAdmin">Whether it may reload models.</param>
sealed record Visitor(string Name, bool MayJudge, bool OnlyJudges, bool IsAdmin = false)
{
    const int Longest = 64;

    /// <summary>Null where nobody said who it is, which only a server without a key file lets happen.</summary>
    public static Visitor? Of(HttpContext context, KeyRing keys) =>
        context.Features.Get<Visitor>() ?? (keys.IsOpen && SignIn.Cookie(context.Request) is { } name && IsName(name) ? new Visitor(name, true, false) : null);

    /// <summary>Whether a person may be called so.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= Longest && name == name.Trim() && !name.Any(letter => char.IsControl(letter) || letter == ':'); // model:... are models
}
