using Attar.Data;
using Attar.Models.Checkpoints;
using Attar.Models.Sentences;
using Attar.Weights;
using Attar.Workspaces;

namespace Attar.Retrieval;

/// <summary>The systems of a workspace by name.</summary>
public static class Rerankers
{
    public const string Bm25 = "bm25";

    /// <param name="name"><c>bm25</c>, or a model folder of the workspace, <c>teacher</c>, <c>student</c>, <c>student-human</c>, or elsewhere, by its path or its <see cref="WeightReference"/>; computed in 8 bits as <c>student@int8</c>. An encoder of sentences without a head orders by cosine.</param>
    /// <param name="template">How a model has pairs written, a text with {query} and {product}; null: as it says.</param>
    /// <exception cref="InputException">when the workspace has no such model.</exception>
    public static IReranker Load(Workspace workspace, Dataset data, string name, int threads, string? template = null)
    {
        if (name == Bm25) return new Bm25Reranker(FieldWeights.Index(data));
        var model = ModelReference.Parse(name);
        string folder = workspace.ModelAt(model.Folder);
        return SentenceEncoder.Is(folder) ? new SimilarityReranker(name, folder, threads) : new ModelReranker(name, folder, threads, model.Precision, template);
    }
}
