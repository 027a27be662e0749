namespace Attar.Labeling.Audit;

/// <summary>What pairs are held to; the stage fails beyond. All are shares.</summary>
/// <param name="Similarity">From which Jaccard on two texts are near duplicates: of products the words of their titles, of queries their runs of three letters.</param>
/// <param name="Duplicates">Pairs that are there already: none, for they only cost.</param>
/// <param name="NearDuplicateProducts">Pairs whose product is nearly another of the same query: a few sizes of one thing teach what tells them apart, a list of nothing else does not.</param>
/// <param name="NearDuplicateQueries">Queries that nearly repeat another.</param>
/// <param name="Leaked">Queries that dev or test has too: one is too many.</param>
/// <param name="NearlyLeaked">Queries that nearly repeat one of dev or test. Shoppers do repeat themselves, but figures on such a test flatter.</param>
/// <param name="Categories">Categories of the catalogue that some pair has, at least; each weighs as many products as it has.</param>
/// <param name="Brands">As for categories.</param>
/// <param name="Attributes">As for categories, of the values of attributes that several products share; a product counts for each of its values.</param>
/// <param name="Prices">How much the prices of the pairs are spread as those of the catalogue: in five bands, the sum of the smaller share of each, at least. 1: alike, 0: nothing in common.</param>
/// <param name="OneGrade">The largest grade's part of the labels: beyond, the teacher tells nothing apart.</param>
/// <param name="Constant">Queries whose products all get one score from the teacher.</param>
/// <param name="Entropy">Mean entropy of the teacher's distribution, of what it can be at most: at 1 it only guesses.</param>
public sealed record AuditLimits(
    double Similarity = .8, double Duplicates = 0, double NearDuplicateProducts = .3, double NearDuplicateQueries = .2, double Leaked = 0, double NearlyLeaked = .2,
    double Categories = .9, double Brands = .5, double Attributes = .5, double Prices = .7, double OneGrade = .95, double Constant = .05, double Entropy = .95);
