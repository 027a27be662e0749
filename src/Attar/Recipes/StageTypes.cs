using Attar.Augmentation;
using Attar.Data;
using Attar.Data.Export;
using Attar.Distillation;
using Attar.Evaluation.Audit;
using Attar.Evaluation.Report;
using Attar.Labeling;
using Attar.Labeling.Audit;
using Attar.Labeling.Exchange;
using Attar.Studies.Ablation;
using Attar.Studies.Scaling;
using Attar.Teaching;

namespace Attar.Recipes;

/// <summary>Every stage a recipe can name: the value of its <c>"stage"</c> key and the record that holds its options.</summary>
public static class StageTypes
{
    public static IReadOnlyDictionary<string, Type> All { get; } = new Dictionary<string, Type>
    {
        ["import"] = typeof(ImportStage),
        ["add-judgments"] = typeof(AddJudgmentsStage),
        ["tokenizer"] = typeof(TokenizerStage),
        ["pretrain"] = typeof(PretrainStage),
        ["match"] = typeof(MatchStage),
        ["teach"] = typeof(TeachStage),
        ["generate"] = typeof(GenerateStage),
        ["label"] = typeof(LabelStage),
        ["import-labels"] = typeof(ImportLabelsStage),
        ["export-data"] = typeof(ExportDataStage),
        ["export-labels"] = typeof(ExportLabelsStage),
        ["audit-pairs"] = typeof(AuditPairsStage),
        ["audit-teacher"] = typeof(AuditTeacherStage),
        ["distill"] = typeof(DistillStage),
        ["evaluate"] = typeof(EvaluateStage),
        ["scaling"] = typeof(ScalingStage),
        ["ablation"] = typeof(AblationStage),
        ["export"] = typeof(ExportStage),
        ["score"] = typeof(ScoreStage),
    };
}
