namespace Attar.Online.Simulation;

/// <summary>A client of an A/B experiment and what it did so far: its figures change as long as it comes back.</summary>
/// <param name="before">Share of its searches with a click before the experiment.</param>
/// <param name="left">Searches that it will make.</param>
sealed class SimulatedClient(bool treated, double readiness, double before, int left)
{
    public bool Treated => treated;

    public double Readiness => readiness;

    public double Before => before;

    public int Left { get; private set; } = left;

    public int Searches { get; private set; }

    int clicked;

    /// <summary>Share of its searches with a click.</summary>
    public double Clicked => (double)clicked / Searches;

    /// <summary>1 once it has put anything into the cart.</summary>
    public double Cart { get; private set; }

    public void Searched(bool click, bool cart)
    {
        (Left, Searches) = (Left - 1, Searches + 1);
        if (click) clicked++;
        if (cart) Cart = 1;
    }
}
