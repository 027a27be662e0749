using Attar.Labeling.Cascading;
using FsCheck;
using FsCheck.Fluent;

namespace Attar.Tests.Labeling.Cascading;

public sealed class DoubtTests
{
    static readonly double odds3 = Math.Log(3);

    [Fact]
    public void A_margin_of_log_3_is_wrong_one_time_in_four_and_none_is_every_other_time()
    {
        Assert.Equal(.25, Doubt.Of([[odds3, 0]], [1]));
        Assert.Equal(.5, Doubt.Of([[2, 2]], [1]));
        Assert.Equal(.3333, Doubt.Of([[odds3, odds3, 0]], [1])); // (1/2 + 1/4 + 1/4) / 3, to four digits
    }

    [Fact]
    public void Teachers_that_are_sure_of_opposite_orders_know_nothing_together()
    {
        Assert.Equal(.5, Doubt.Of([[odds3, 0], [0, odds3]], [.5, .5]));
        Assert.Equal(.35, Doubt.Of([[odds3, 0], [0, odds3]], [.8, .2])); // .8 * 3/4 + .2 * 1/4 = .65
        Assert.Equal(.25, Doubt.Of([[odds3, 0], [0, odds3]], [1, 0]));
    }

    [Fact]
    public void Far_apart_is_no_doubt_however_the_distances_differ() => Assert.Equal(0, Doubt.Of([[9, 0], [900, 0]], [.5, .5]), .0001);

    [Fact]
    public void One_product_has_no_order_and_one_without_a_score_is_left_out()
    {
        Assert.Equal(0, Doubt.Of([[1]], [1]));
        Assert.Equal(0, Doubt.Of([[]], [1]));
        Assert.Equal(.25, Doubt.Of([[odds3, double.NaN, 0], [0, 7, odds3]], [1, 0]));
    }

    static readonly Arbitrary<double[][]> opinions = (from products in Gen.Choose(2, 8) from rows in Gen.Choose(-500, 500).Select(i => i / 100.0).ArrayOf(products).ArrayOf(2) select rows).ToArbitrary();

    [Fact]
    public void Doubt_lies_from_0_to_a_half_and_neither_order_of_products_nor_a_teacher_s_level_changes_it() => Check.QuickThrowOnFailure(Prop.ForAll(opinions, scores =>
    {
        double doubt = Doubt.Of(scores, [.3, .7]);
        double turned = Doubt.Of([.. scores.Select(own => own.Reverse().ToArray())], [.3, .7]), raised = Doubt.Of([[.. scores[0].Select(score => score + 16)], scores[1]], [.3, .7]);
        return doubt is >= 0 and <= .5 && Math.Abs(turned - doubt) <= 1e-4 && Math.Abs(raised - doubt) <= 1e-4;
    }));

    [Fact]
    public void A_single_teacher_that_is_surer_of_its_order_is_in_less_doubt() => Check.QuickThrowOnFailure(Prop.ForAll(opinions, scores =>
        Doubt.Of([[.. scores[0].Select(score => 2 * score)]], [1]) <= Doubt.Of([scores[0]], [1]) + 1e-4));

    [Fact]
    public void Those_of_most_doubt_are_asked_about_as_long_as_they_fit()
    {
        (double, int)[] queries = [(.1, 10), (.4, 10), (.3, 20), (.3, 10), (.2, 50)]; // 100 pairs
        Assert.Equal(double.PositiveInfinity, Doubt.From(queries, .05));
        Assert.Equal(.4, Doubt.From(queries, .1));
        Assert.Equal(.4, Doubt.From(queries, .3)); // both of .3, or none
        Assert.Equal(.3, Doubt.From(queries, .4));
        Assert.Equal(.2, Doubt.From(queries, .9));
        Assert.Equal(0, Doubt.From(queries, 1));
        Assert.Equal(double.PositiveInfinity, Doubt.From(queries, 0));
        Assert.Equal(double.PositiveInfinity, Doubt.From([(0, 5), (0, 3)], .9)); // nothing to order: nothing to ask
    }

    [Fact]
    public void What_is_asked_never_exceeds_its_share_and_more_would() => Check.QuickThrowOnFailure(Prop.ForAll(
        (from queries in Gen.Choose(1, 9).Zip(Gen.Choose(1, 30), (doubt, pairs) => (doubt / 20.0, pairs)).NonEmptyListOf() from share in Gen.Choose(0, 99) select (queries, share / 100.0)).ToArbitrary(), drawn =>
        {
            var ((queries, share), total) = (drawn, drawn.queries.Sum(query => query.pairs));
            double from = Doubt.From([.. queries], share);
            int Asked(double least) => queries.Where(query => query.Item1 >= least).Sum(query => query.pairs);
            double[] below = [.. queries.Select(query => query.Item1).Where(doubt => doubt < from)];
            return Asked(from) <= share * total + 1e-9 && (below.Length == 0 || Asked(below.Max()) > share * total - 1e-9);
        }));
}
