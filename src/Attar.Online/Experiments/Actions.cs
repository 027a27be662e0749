namespace Attar.Online.Experiments;

/// <summary>What shoppers do with a product, as User Behavior Insights names it; other actions are kept and not counted.</summary>
public static class Actions
{
    public const string Click = "click", AddToCart = "add_to_cart", Purchase = "purchase";

    /// <summary>Those that are read out, from the most frequent to the rarest.</summary>
    public static IReadOnlyList<string> All { get; } = [Click, AddToCart, Purchase];

    /// <summary>One name for what goes by several.</summary>
    public static string Named(string action) => action is "click_through" or "item_click" ? Click : action;
}
