// A loss of one's own: a student goes on learning by the hinge of every two products that people graded differently, max(0, 1 - (better - worse)).
//   dotnet run -c Release --project samples/loss -- WORKSPACE      makes its student-hinge of its student
using Attar.Data;
using Attar.Evaluation;
using Attar.Models;
using Attar.Models.Checkpoints;
using Attar.Models.Scoring;
using Attar.Tensors.Autograd;
using Attar.Tensors.Kernels.Cpu;
using Attar.Training;
using Attar.Workspaces;

StageContext context = StageContext.Of(new Workspace(args[0]), seed: 1, Console.Out);
Dataset shop = DatasetFiles.Read(context.Workspace.Data);
using PairModel student = ModelStore.Load(context.Workspace.Student, trainable: true);
var tokenizer = ModelStore.LoadTokenizer(context.Workspace.Student);
var hinge = new Hinge(JudgedQuery.Of(shop, Split.Train, truth: false), new CatalogueText(ModelText.Of(student, tokenizer), shop.Products));
using var kernels = new CpuKernels(context.Threads);
TrainingLoop.Run("hinge", student, hinge, new TrainingOptions(Epochs: 6, LearningRate: 1e-3f), context.Workspace.Model("student-hinge"), kernels, context, devNdcg: null);
ModelStore.Save(student, context.Workspace.Model("student-hinge"));
tokenizer.Save(context.Workspace.Model("student-hinge"));

sealed class Hinge(List<JudgedQuery> queries, CatalogueText text) : ITrainingData
{
    public int BatchesOf(int epoch) => queries.Count;
    public void Begin(int epoch) { }
    public float Loss(Tape tape, PairModel model, int epoch, int batch)
    {
        JudgedQuery query = queries[batch];
        Variable scores = model.Logits(tape, PackedBatch.Of([.. query.ProductIds.Select(id => text.Pair(query.Query.Text, id))])); // (products, 1)
        var gradient = tape.Arena.Zeros(query.Products.Length, 1);
        float loss = 0, pairs = query.Products.Length * (query.Products.Length - 1) / 2;
        for (int i = 0; i < query.Gains.Length; i++)
            for (int j = 0; j < query.Gains.Length; j++)
                if (query.Gains[i] > query.Gains[j] && 1 - scores.Value.Span[i] + scores.Value.Span[j] is > 0 and float missing)
                    (loss, gradient.Span[i], gradient.Span[j]) = (loss + missing / pairs, gradient.Span[i] - 1 / pairs, gradient.Span[j] + 1 / pairs);
        tape.Start(scores, gradient);
        return loss;
    }
}
