using MathNet.Numerics.Distributions;

namespace Attar.Online.Statistics;

/// <summary>How much must be seen to find an effect, and how likely it is to be found; two-sided, at a planned size, by the normal distribution.</summary>
public static class Power
{
    /// <summary>Clients of each of two equal arms that find a difference of means.</summary>
    /// <param name="deviation">Of one client's value.</param>
    public static double Clients(double difference, double deviation, double power = .8, double alpha = .05)
    {
        double distance = Quantile(1 - alpha / 2) + Quantile(power), effect = difference / deviation;
        return 2 * distance * distance / (effect * effect);
    }

    /// <summary>The same for a rate and how much it shall rise, such as from .05 by .002.</summary>
    public static double ClientsOfRate(double rate, double rise, double power = .8, double alpha = .05) =>
        Clients(rise, Math.Sqrt((rate * (1 - rate) + (rate + rise) * (1 - rate - rise)) / 2), power, alpha);

    /// <summary>Decided queries that find a preference.</summary>
    /// <param name="share">Of the decided queries that the better one wins, such as .52.</param>
    public static double Decisions(double share, double power = .8, double alpha = .05)
    {
        double distance = (Quantile(1 - alpha / 2) * .5 + Quantile(power) * Math.Sqrt(share * (1 - share))) / (share - .5);
        return distance * distance;
    }

    /// <summary>How likely so many clients in each arm find a difference.</summary>
    /// <inheritdoc cref="Clients"/>
    public static double OfClients(double clients, double difference, double deviation, double alpha = .05)
    {
        double z = Math.Abs(difference) / (deviation * Math.Sqrt(2 / clients)), far = Quantile(1 - alpha / 2);
        return Normal.CDF(0, 1, z - far) + Normal.CDF(0, 1, -z - far);
    }

    static double Quantile(double share) => Normal.InvCDF(0, 1, share);
}
