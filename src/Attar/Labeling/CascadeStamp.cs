namespace Attar.Labeling;

/// <summary>How a cascade came to its labels. Those of other pairs were chosen otherwise, so nothing of them is taken over.</summary>
/// <param name="Share">Of the pairs that the dear teacher is asked about at most.</param>
/// <param name="From">The doubt from which a query is asked about, from 0 to .5; null: none is.</param>
/// <param name="Unasked">The log-odds of a gain from the cheap teachers' scores.</param>
/// <param name="Asked">And from those of all.</param>
/// <param name="Pairs">As <see cref="LabelManifest.Source"/>.</param>
public sealed record CascadeStamp(double Share, double? From, string Unasked, string Asked, string Pairs);
