using System.CommandLine;
using Attar.Models.Lora;

namespace Attar.Cli.Commands;

/// <summary>Fine-tuning through small matrices beside a large model's weights.</summary>
/// <param name="preset">Rank where none is given; 0: none.</param>
sealed class LoraFlags(int preset = 0)
{
    readonly Option<int> rank = Flag.Whole("--lora", preset, "Rank of low-rank updates that are trained in place of the weights of --from (usual: 8 to 32, --learning-rate 2e-4); 0 trains all weights", from: 0);
    readonly Option<float> alpha = Flag.Number("--lora-alpha", 0f, "Updates are multiplied with alpha / rank; 0: twice the rank");
    readonly Option<string> targets = Flag.Text("--lora-targets", null, "Linear layers that get one, such as q_proj,v_proj; otherwise all", "names");
    readonly Option<float> dropout = Flag.Number("--lora-dropout", new LoraOptions().Dropout, "Dropout of what the updates read");

    public IReadOnlyList<Option> All => [rank, alpha, targets, dropout];

    /// <returns>Null for none.</returns>
    public LoraOptions? Read(ParseResult parsed) => parsed.GetValue(rank) == 0 ? null : new LoraOptions(
        parsed.GetValue(rank), parsed.GetValue(alpha), parsed.GetValue(targets)?.Split(',', StringSplitOptions.TrimEntries), parsed.GetValue(dropout));
}
