using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Attar.Labeling;
using Attar.Labeling.Teachers;
using Attar.Models.Heads;
using Attar.Recipes;
using Attar.Workspaces;

namespace Attar.Cli.Commands;

/// <summary><c>attar label</c>: the teacher scores the generated pairs.</summary>
static class LabelCommand
{
    public static Command Create(string verb, string help)
    {
        var preset = new LabelStage();
        Option<ScoreTransform?> transform = Flag.Choice("--transform", preset.Transform, "What the teacher's distribution over grades becomes; raw: the score of a model of one logit, as it is");
        Option<string> teachers = Flag.Text("--teachers", null, "Teachers that run here, separated by commas, whose scores are averaged: names in the workspace, model folders or weights by name, an encoder of sentences such as minilm and bm25 among them, in 8 bits as teacher@int8, in 16 as teacher@bf16; bm25 alone gives scores without grades; default: teacher", "names");
        Option<double> minAgreement = Flag.Number("--min-agreement", preset.MinAgreement, "Share of a query's product pairs that a teacher in fewer bits must order as in float32; 0 accepts any");
        Option<TeacherWeighing?> weigh = Flag.Choice("--weigh", preset.Weigh, "How much each of several teachers counts: as well as it foretells the dev judgments, or alike");
        Option<double?> polarise = Flag.MaybeNumber("--polarise", "How steep the sigmoid is through which each teacher's gain goes before gains are mixed, so that what a teacher is sure of weighs more; 1 changes no gain; default: scores are mixed as they are");
        Option<string> cascade = Flag.Text("--cascade", null, "A dear teacher beside --teachers, which label everything: it is asked only about queries of whose order they are in doubt, and the stamp and audit/cascade.json say how", "name");
        Option<double?> share = Flag.MaybeNumber("--cascade-share", $"Share of the pairs that the dear teacher, the cascade's or --teacher beside --teachers, is asked about at most, by whole query [default: {new CascadeOptions().Share.ToString(CultureInfo.InvariantCulture)}]");
        Option<int> round = CommonOptions.Round("Label pairs-2/, and take over what labels/ has of them: labels-2/");
        Option<string> template = Flag.PairTemplate();
        Option<string> shard = Flag.Text("--shard", null, "Label one part of several, such as 0/16, beside other workers: parts/labels/, which 'labels merge' joins; /16 takes the part that a Slurm array or a Kubernetes Indexed Job names, and without one, as under mpirun, what is open, until nothing is", "part/parts");
        var endpoint = new TeacherFlags("the workspace's teacher/");
        Argument<string> workspace = CommonOptions.WorkspaceArgument();
        var command = new Command(verb, help) { workspace };
        foreach (Option option in (Option[])[transform, teachers, weigh, polarise, cascade, share, minAgreement, template, round, shard, .. endpoint.All]) command.Add(option);
        command.SetAction(parsed =>
        {
            var stage = new LabelStage(
                parsed.GetValue(transform) ?? preset.Transform,
                endpoint.Read(parsed),
                parsed.GetValue(teachers)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                parsed.GetValue(minAgreement),
                parsed.GetValue(round),
                parsed.GetValue(template),
                parsed.GetValue(weigh) ?? preset.Weigh,
                parsed.GetValue(cascade) is null && parsed.GetValue(share) is null ? null : new CascadeOptions(parsed.GetValue(cascade), parsed.GetValue(share) ?? new CascadeOptions().Share),
                parsed.GetValue(polarise));
            return parsed.GetValue(shard) is { } part ? Work(parsed, workspace, stage, part) : StageCommand.Run(parsed, workspace, stage);
        });
        command.Validators.Add(endpoint.Validate);
        return command;
    }

    static int Work(ParseResult parsed, Argument<string> workspace, LabelStage stage, string shard) => Execution.Run(CommonOptions.Read(parsed, workspace), execution =>
    {
        var choice = ShardChoice.Parse(shard, Environment.GetEnvironmentVariable);
        int made = new LabelWorker(stage, choice, execution.ContextFor(Recipe.Of(stage, CommonOptions.DefaultSeed))).Run();
        return new Result(new JsonObject { ["parts"] = choice.Of, ["made"] = made }, $"{made} of {choice.Of} parts labelled; 'attar labels progress' shows all, 'attar labels merge' joins them when all are there");
    });
}
