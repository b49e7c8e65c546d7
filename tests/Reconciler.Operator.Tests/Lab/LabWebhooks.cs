using Reconciler.Kubernetes.Yaml;
using Reconciler.Operator.Admission;
using Reconciler.Testing.Lab;

namespace Reconciler.Operator.Tests.Lab;

/// <summary>The webhooks of the chart in the lab, whose API server can't reach a Service.</summary>
internal static class LabWebhooks
{
    private const string ServerVersion = "1.20.2";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The configuration as the chart renders it for this server, calling this machine.</summary>
    public static async Task InstallAsync(KubeApiServerLab lab, int port)
    {
        var configuration = YamlToJson.ParseAll(await RenderAsync(lab, "webhook")).Select(document => document.Root!.AsObject())
            .Single(rendered => rendered["kind"]!.GetValue<string>() == "ValidatingWebhookConfiguration");
        foreach (var webhook in configuration["webhooks"]!.AsArray())
        {
            var client = webhook!["clientConfig"]!.AsObject();
            client["url"] = $"https://127.0.0.1:{port}{client["service"]!["path"]!.GetValue<string>()}";
            client.Remove("service");
        }

        await lab.Kubectl.ApplyAsync(configuration.ToJsonString(), Cancel);
    }

    public static async Task UninstallAsync(KubeApiServerLab lab)
    {
        await lab.Kubectl.RunAsync(CancellationToken.None, "delete", "validatingwebhookconfiguration", WebhookNames.Configuration);
        await lab.Kubectl.RunAsync(CancellationToken.None, "delete", "secret", WebhookNames.Secret, "-n", KubeApiServerLab.ChartNamespace, "--ignore-not-found");
    }

    /// <summary>What the chart renders of one file for the operator.</summary>
    public static async Task<string> RenderAsync(KubeApiServerLab lab, string file) =>
        (await lab.Helm.TryTemplateAsync(ServerVersion, Cancel, "--show-only", $"templates/operator/{file}.yaml")).OutputOrThrow();
}
