using Attar.Signals;

namespace Attar.Server.Documents;

/// <summary>What the shop knows of its products beside their texts, and how it counts.</summary>
sealed class ProductSignals(Formula formula, SignalTable table)
{
    /// <summary>The option that the formula is given as.</summary>
    public const string Option = "--signals";

    /// <summary>What the name of a model ends in whose scores are combined.</summary>
    public const string Suffix = "+signals";

    /// <summary>A document's score with what the shop knows of it.</summary>
    public float Combine(float score, Reading document) => formula.Of(score, table.Of(document.Product));
}
