using System.Globalization;

namespace Attar.Endpoints;

/// <summary>What answers took; 0 tokens where a server does not tell.</summary>
/// <param name="In">Tokens sent.</param>
/// <param name="Out">Tokens answered.</param>
readonly record struct Spending(long In, long Out, long Requests)
{
    public long Tokens => In + Out;

    public static Spending operator +(Spending a, Spending b) => new(a.In + b.In, a.Out + b.Out, a.Requests + b.Requests);

    public static Spending operator -(Spending a, Spending b) => new(a.In - b.In, a.Out - b.Out, a.Requests - b.Requests);

    public string Describe(PriceOptions price)
    {
        double cost = (In * price.Input + Out * price.Output) / 1e6 + Requests * price.Requests / 1e3;
        string text = string.Create(CultureInfo.InvariantCulture, $"{Requests:n0} requests, {In:n0} tokens in and {Out:n0} out");
        return cost > 0 ? text + string.Create(CultureInfo.InvariantCulture, $", cost {cost:0.00##}") : text;
    }
}

/// <param name="Values">(width) a distribution over the grades, or one score; or texts.</param>
readonly record struct Answer<T>(T Values, Spending Spent);

static class Answer
{
    /// <summary>The answers of one request share what it took; the first has the remainder.</summary>
    public static Answer<T>[] Share<T>(T[] values, Spending spent) =>
        [.. values.Select((value, i) => new Answer<T>(value, new Spending(Part(spent.In, i, values.Length), Part(spent.Out, i, values.Length), Part(spent.Requests, i, values.Length))))];

    static long Part(long whole, int index, int count) => whole / count + (index == 0 ? whole % count : 0);
}
