namespace Attar.Models.Tokenizers;

/// <summary>One field of a product's text, by descending priority.</summary>
/// <param name="Marker">A token set before the field, such as <c>[brand]</c>; left out where the vocabulary lacks it or the marker is empty.</param>
public readonly record struct TextField(string Marker, string Text);
