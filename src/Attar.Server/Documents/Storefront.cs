using Attar.Data;
using Attar.Retrieval;
using Attar.Signals;

namespace Attar.Server.Documents;

/// <summary>The catalogue as the server knows it.</summary>
/// <param name="FirstStage">Finds the candidates; its order is the page's first column, <c>bm25</c>.</param>
/// <param name="Products">By id: a client may send a product's id in place of its text.</param>
/// <param name="Examples">Queries worth a click.</param>
public sealed record Storefront(ISearch FirstStage, IReadOnlyDictionary<string, Product> Products, IReadOnlyList<string> Examples);

/// <summary>The storefront of the moment, replaced whole when the catalogue changes.</summary>
/// <param name="formula">How scores are combined with what the shop knows of products; null: they are not.</param>
sealed class OpenStorefront(Storefront first, Formula? formula = null)
{
    sealed record Opened(Storefront Storefront, ProductSignals? Signals);

    volatile Opened opened = Open(first, formula);

    /// <exception cref="InputException">from setting one that lacks a column of the formula.</exception>
    public Storefront Now
    {
        get => opened.Storefront;
        set => opened = Open(value, formula);
    }

    /// <summary>Null without a formula.</summary>
    public ProductSignals? Signals => opened.Signals;

    static Opened Open(Storefront storefront, Formula? formula) =>
        new(storefront, formula is null ? null : new ProductSignals(formula, SignalTable.Of([.. storefront.Products.Values], formula.Columns, ProductSignals.Option)));
}
