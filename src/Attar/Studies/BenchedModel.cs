using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Encoders;
using Attar.Models.Files;
using Attar.Models.Scoring;
using Attar.Models.Tokenizers;
using Attar.Weights;
using Attar.Workspaces;

namespace Attar.Studies;

/// <summary>An encoder to be measured, and how it wants its pairs written.</summary>
public sealed record BenchedModel(Encoder Encoder, PairText Text) : IDisposable
{
    /// <param name="model">A name in the workspace, or a model elsewhere, by its path or its <see cref="WeightReference"/>.</param>
    /// <exception cref="InputException">when there is no such model, or it is no encoder with one score.</exception>
    public static BenchedModel Open(Workspace workspace, string model)
    {
        string folder = ModelPath.IsModel(model) && !ModelPath.IsModel(workspace.Resolve(model)) ? Path.GetFullPath(model) : workspace.ModelAt(model);
        PairModel loaded = ModelStore.Load(folder);
        if (loaded is Encoder { Labels: 1 } encoder) return new BenchedModel(encoder, ModelText.Of(encoder, ModelStore.LoadTokenizer(folder)));
        loaded.Dispose();
        throw new InputException(folder, $"a {loaded.GetType().Name.ToLowerInvariant()} of {loaded.Labels} logits; expected an encoder of one, as a student is; choose another model");
    }

    public void Dispose() => Encoder.Dispose();
}
