using System.Globalization;
using System.Text.Json.Nodes;
using Attar.Models.Files;

namespace Attar.Models.Checkpoints;

/// <summary>What the tools around Hugging Face read beside the weights: the head's shape and, for a reranker, that its logits are to be left as they are.</summary>
public static class CrossEncoderFiles
{
    /// <summary>No sigmoid: under a margin loss scores are raw logits, and tools would squash those of a one-output model by default.</summary>
    const string Identity = "torch.nn.modules.linear.Identity";

    /// <summary>Sets the model's class and its head in a configuration: <c>architectures</c>, <c>id2label</c>, <c>label2id</c>, <c>problem_type</c>; one output makes a reranker, with its activation.</summary>
    /// <param name="architecture">Such as <c>BertForSequenceClassification</c>.</param>
    /// <param name="labels">Number of outputs: 1 for a student, a grade each for a teacher.</param>
    public static void DescribeHead(JsonObject config, string architecture, int labels)
    {
        JsonObject names = [], numbers = [];
        for (int label = 0; label < labels; label++)
        {
            string number = label.ToString(CultureInfo.InvariantCulture);
            names[number] = "LABEL_" + number;
            numbers["LABEL_" + number] = label;
        }
        config.Remove("num_labels"); // id2label says it; two sources could disagree
        config["architectures"] = new JsonArray(architecture);
        config["id2label"] = names;
        config["label2id"] = numbers;
        config["problem_type"] = labels == 1 ? "regression" : "single_label_classification";
        if (labels > 1) return;
        config["sentence_transformers"] = new JsonObject { ["activation_fn"] = Identity };
        config["sbert_ce_default_activation_function"] = Identity; // sentence-transformers before 4
    }

    /// <summary>Writes <c>modules.json</c>, <c>config_sentence_transformers.json</c> and <c>sentence_bert_config.json</c>, so that sentence-transformers loads the folder as a CrossEncoder.</summary>
    public static void Write(string folder)
    {
        ModelFolder.WriteJson(Path.Combine(folder, "modules.json"), new JsonArray(new JsonObject
        {
            ["idx"] = 0,
            ["name"] = "0",
            ["path"] = "",
            ["type"] = "sentence_transformers.base.modules.transformer.Transformer",
        }));
        ModelFolder.WriteJson(Path.Combine(folder, "config_sentence_transformers.json"), new JsonObject { ["model_type"] = "CrossEncoder", ["activation_fn"] = Identity });
        // without this task the module would be loaded without its head
        ModelFolder.WriteJson(Path.Combine(folder, "sentence_bert_config.json"), new JsonObject { ["transformer_task"] = "sequence-classification" });
    }
}
