namespace Attar.Data.Shop;

/// <summary>A part of the shop with its makers, all of them invented.</summary>
public sealed record Department(string Name, string[] Brands, ProductType[] Types);

/// <summary>A kind of thing that the shop sells.</summary>
/// <param name="Synonyms">Other names for it; titles use them sometimes, shoppers often.</param>
/// <param name="Group">The wider word for it and its siblings: a floor lamp is one of the lamps.</param>
/// <param name="Slots">Its attributes with the values that make sense for it.</param>
/// <param name="HasLines">Whether makers sell it in named lines, such as Nova 5.</param>
/// <param name="For">The type that this is an accessory of: its words match, it is not the thing.</param>
public sealed record ProductType(string Name, string[] Synonyms, string Group, Slot[] Slots, bool HasLines = false, string? For = null);

/// <summary>An attribute with its possible values.</summary>
public sealed record Slot(string Name, AttributeValue[] Values);

/// <summary>One value, by its key, and the ways to say it in titles and in queries.</summary>
public sealed record AttributeValue(string Key, string[] Written, string[] Typed);

/// <summary>A product as the generator knows it: the listing that the shop shows, and the facts behind it.</summary>
/// <param name="Line">The maker's line, or for an accessory the line it fits; empty without one.</param>
/// <param name="FitsBrand">For an accessory of a product with lines: that product's maker; otherwise empty.</param>
/// <param name="Values">One value for each slot of the type.</param>
public sealed record ShopProduct(Product Listing, ProductType Type, string Brand, string Line, string FitsBrand, AttributeValue[] Values);
