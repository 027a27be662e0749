using Attar.Online.Experiments;

namespace Attar.Server.Online;

/// <summary>One request that asked for an experiment.</summary>
/// <param name="Client">Its hash.</param>
/// <param name="Arm">Whose ranker answers; null where both are interleaved.</param>
/// <param name="Counted">Whether it is part of the experiment; otherwise the control answers as it would for anybody.</param>
sealed record Trial(Experiment Experiment, string QueryId, string Client, Arm? Arm, bool Counted)
{
    /// <summary>Names the experiment and, in the answer, says that it took part.</summary>
    public const string ExperimentHeader = "x-experiment";

    /// <summary>The shopper's device or account, always the same for one shopper.</summary>
    public const string ClientHeader = "x-client-id";

    /// <summary>What events name the query by; the client may choose it.</summary>
    public const string QueryHeader = "x-query-id";

    public const string ArmHeader = "x-arm", TeamsHeader = "x-teams";
}
