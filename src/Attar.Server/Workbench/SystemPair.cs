using Attar.Evaluation;
using Attar.Evaluation.Promotion;

namespace Attar.Server.Workbench;

/// <summary>A system beside the first stage, by NDCG@5: by segment, and query by query.</summary>
/// <param name="Worst">Queries on which the system loses to the first stage, the most first.</param>
/// <param name="Losing">How many there are.</param>
sealed record SystemPair(SystemScores First, SystemScores Ranker, IReadOnlyList<SegmentChange> Segments, IReadOnlyList<QueryPair> Worst, int Losing, int Counted);

/// <param name="Place">Among the queries of the evaluation.</param>
/// <param name="First">NDCG@5 of the first stage; <paramref name="Ranker"/> of the other.</param>
sealed record QueryPair(JudgedQuery Query, int Place, double First, double Ranker);
