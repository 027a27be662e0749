using Attar.Cli.Commands;
using Attar.Server.Settings;
using k8s;
using k8s.Models;

namespace Attar.EndToEnd.Tests;

/// <summary>The manifests of deploy/kubernetes as Kubernetes' own types have them; a field that they do not know is a fault.</summary>
public sealed class KubernetesTests
{
    static readonly string folder = Path.Combine(DocumentsTests.Root(AppContext.BaseDirectory), "deploy", "kubernetes");

    [Fact]
    public void Replicas_are_ready_drained_limited_and_as_many_as_the_load_asks_for()
    {
        object[] all = [.. KubernetesYaml.LoadAllFromString(File.ReadAllText(Path.Combine(folder, "serve.yaml")), strict: true)];
        var deployment = Assert.Single(all.OfType<V1Deployment>());
        V1Container container = Assert.Single(deployment.Spec.Template.Spec.Containers);
        Assert.Null(deployment.Spec.Replicas); // the autoscaler's to say
        Assert.Equal("/health/ready", container.ReadinessProbe.HttpGet.Path);
        Assert.Equal("/health/live", container.LivenessProbe.HttpGet.Path);
        Assert.Equal(container.Resources.Requests["cpu"], container.Resources.Limits["cpu"]);
        Assert.True(deployment.Spec.Template.Spec.Volumes.Select(volume => volume.Name).ToHashSet().SetEquals(container.VolumeMounts.Select(mount => mount.Name)));
        var settings = container.Env.ToDictionary(variable => variable.Name, variable => variable.Value);
        ServerOptions read = ServerSettings.Read(null, settings.GetValueOrDefault, _ => null);
        Assert.Equal(("0.0.0.0", 8080, "student@int8"), (read.Host, read.Port, read.Model));
        Assert.Equal(settings.Count, settings.Keys.Intersect(ServerSettings.All.Select(setting => "ATTAR_" + setting.Name.Replace('-', '_').ToUpperInvariant())).Count());
        Assert.True(deployment.Spec.Template.Spec.TerminationGracePeriodSeconds > read.DrainMs / 1000 + read.StopSeconds);

        var scaler = Assert.Single(all.OfType<V2HorizontalPodAutoscaler>());
        Assert.Equal((deployment.Kind, deployment.Metadata.Name), (scaler.Spec.ScaleTargetRef.Kind, scaler.Spec.ScaleTargetRef.Name));
        Assert.Equal(deployment.Spec.Template.Metadata.Labels, Assert.Single(all.OfType<V1Service>()).Spec.Selector);
        Assert.Equal(deployment.Spec.Template.Metadata.Labels, Assert.Single(all.OfType<V1PodDisruptionBudget>()).Spec.Selector.MatchLabels);
    }

    [Fact]
    public void Workers_of_an_indexed_job_are_as_many_as_the_parts()
    {
        var job = (V1Job)Assert.Single(KubernetesYaml.LoadAllFromString(File.ReadAllText(Path.Combine(folder, "label-job.yaml")), strict: true));
        V1Container container = Assert.Single(job.Spec.Template.Spec.Containers);
        Assert.Equal("Indexed", job.Spec.CompletionMode);
        Assert.Equal($"/{job.Spec.Completions}", container.Args[container.Args.IndexOf("--shard") + 1]);
        Assert.Empty(CommandLine.Root().Parse([.. container.Args]).Errors);
    }

    [Fact]
    public void A_field_that_Kubernetes_does_not_know_is_a_fault()
    {
        string manifest = File.ReadAllText(Path.Combine(folder, "label-job.yaml")).Replace("completionMode:", "completionsMode:");
        Assert.ThrowsAny<Exception>(() => KubernetesYaml.LoadAllFromString(manifest, strict: true));
    }
}
