using Attar.Data;

namespace Attar.Teaching;

/// <summary>Products of other shops, known by their titles alone: more text to learn the language of titles from.</summary>
static class OtherTitles
{
    /// <exception cref="InputException">naming every faulty line.</exception>
    public static List<Product> Read(string path)
    {
        var faults = new FaultList();
        var products = new List<Product>();
        using var rows = new TsvTable(path, faults, "title");
        while (rows.Next())
            products.Add(new Product($"{path}:{rows.Line}", rows["title"], rows["brand"], rows["category"]));
        faults.ThrowIfAny();
        return products;
    }
}
