using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Reconciler.Kubernetes.Json;

namespace Reconciler.Kubernetes.Config;

/// <summary>
/// A credential plugin: a command that prints an ExecCredential (client.authentication.k8s.io v1 or v1beta1). Run once for all who
/// wait, kept until its expiry, run again once when the server refuses what it gave.
/// </summary>
internal sealed class ExecCredentialSource : CredentialSource
{
    // A plugin may open a browser elsewhere or ask a slow identity provider.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly string _owner;
    private readonly string _command;
    private readonly IReadOnlyList<string> _arguments;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _variables;
    private readonly string _apiVersion;
    private readonly string? _installHint;
    private readonly string _execInfo;
    private Credential? _credential;
    private DateTimeOffset? _expires;
    private Task<Credential>? _running;

    private ExecCredentialSource(KubeconfigNode exec, string owner, string apiVersion, string execInfo, TimeProvider time)
    {
        _owner = owner;
        _apiVersion = apiVersion;
        _execInfo = execInfo;
        _time = time;
        _command = exec.Text("command") ?? throw exec.Error("command", "is missing");
        if (_command.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal)) _command = exec.FilePath("command")!;
        _arguments = exec.Texts("args");
        _variables = exec.Maps("env").Select(entry => KeyValuePair.Create(
            entry.Text("name") ?? throw entry.Error("name", "is missing"), entry.Text("value") ?? "")).ToList();
        _installHint = exec.Text("installHint")?.Trim();
    }

    internal override string Description => $"the credential of plugin \"{_command}\" ({_owner})";

    internal override string Remedy => $"Run \"{_command}\" by hand and see what it prints.";

    internal static ExecCredentialSource Create(KubeconfigNode exec, string owner, KubeconfigNode cluster, ConfigEnvironment environment)
    {
        var apiVersion = exec.Text("apiVersion") ?? throw exec.Error("apiVersion", "is missing; expected: client.authentication.k8s.io/v1");
        if (apiVersion is not ("client.authentication.k8s.io/v1" or "client.authentication.k8s.io/v1beta1"))
            throw exec.Error("apiVersion", $"is \"{apiVersion}\"; expected: client.authentication.k8s.io/v1 or /v1beta1");
        if (exec.Text("interactiveMode") == "Always")
            throw exec.Error("interactiveMode", "is \"Always\", and there is no terminal here; use a plugin that needs none");

        var spec = new JsonObject { ["interactive"] = false };
        if (exec.Flag("provideClusterInfo")) spec["cluster"] = ClusterInfo(cluster);
        var info = new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = "ExecCredential", ["spec"] = spec };
        return new ExecCredentialSource(exec, owner, apiVersion, info.ToJsonString(), environment.Time);
    }

    internal override async ValueTask<Credential> GetAsync(CancellationToken cancellationToken)
    {
        Task<Credential> running;
        lock (_gate)
        {
            if (_credential is not null && (_expires is null || _time.GetUtcNow() < _expires)) return _credential;
            running = JoinRun();
        }

        return await running.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    internal override async ValueTask<bool> RefreshAsync(Credential rejected, CancellationToken cancellationToken)
    {
        Task<Credential> running;
        lock (_gate)
        {
            // Another call was refused too, and has refreshed already.
            if (!ReferenceEquals(_credential, rejected)) return true;
            running = JoinRun();
        }

        await running.WaitAsync(cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>The run that is under way, or a new one. It belongs to all who wait for it: none of them can cancel it, its limit does.</summary>
    private Task<Credential> JoinRun() => _running ??= Task.Run(RunAsync);

    private static JsonObject ClusterInfo(KubeconfigNode cluster)
    {
        var info = new JsonObject { ["server"] = cluster.Text("server") };
        if (cluster.Text("tls-server-name") is { } name) info["tls-server-name"] = name;
        if (cluster.Flag("insecure-skip-tls-verify")) info["insecure-skip-tls-verify"] = true;
        if (cluster.DataOrFile("certificate-authority") is { } pem)
            info["certificate-authority-data"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(pem));
        if (cluster.Text("proxy-url") is { } proxy) info["proxy-url"] = proxy;
        if (cluster.Maps("extensions").FirstOrDefault(entry => entry.Text("name") == "client.authentication.k8s.io/exec") is { } extension)
            info["config"] = extension.Json("extension")?.DeepClone();
        return info;
    }

    private async Task<Credential> RunAsync()
    {
        try
        {
            var (credential, expires) = await AskPluginAsync().ConfigureAwait(false);
            lock (_gate)
            {
                (_credential, _expires) = (credential, expires);
            }

            return credential;
        }
        finally
        {
            lock (_gate)
            {
                _running = null;
            }
        }
    }

    private async Task<(Credential Credential, DateTimeOffset? Expires)> AskPluginAsync()
    {
        var start = new ProcessStartInfo(_command)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in _arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in _variables) start.Environment[name] = value;
        start.Environment["KUBERNETES_EXEC_INFO"] = _execInfo;

        Process process;
        try
        {
            process = Process.Start(start) ?? throw Error("did not start");
        }
        catch (Win32Exception exception)
        {
            throw Error($"can't be run: {exception.Message}", exception, _installHint ?? "Install it, or put it on the PATH.");
        }

        using (process)
        {
            var (output, errors) = await WaitAsync(process).ConfigureAwait(false);
            if (process.ExitCode != 0)
                throw Error($"ended with exit code {process.ExitCode}{(errors.Length == 0 ? "" : $": {Shorten(errors)}")}", null, Remedy);
            return Accept(output, errors);
        }
    }

    private async Task<(string Output, string Errors)> WaitAsync(Process process)
    {
        using var limit = new CancellationTokenSource(Limit, _time);
        try
        {
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return ((await output.ConfigureAwait(false)).Trim(), (await errors.ConfigureAwait(false)).Trim());
        }
        catch (OperationCanceledException)
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
            throw Error($"did not end within {Limit.TotalSeconds} s", null, "It may wait for an input that nobody gives here.");
        }
    }

    private (Credential Credential, DateTimeOffset? Expires) Accept(string output, string errors)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            var root = document.RootElement;
            if (Text(root, "kind") is not "ExecCredential") throw Error("did not print an ExecCredential");
            if (Text(root, "apiVersion") is var version && version != _apiVersion)
                throw Error($"printed apiVersion \"{version}\", and \"{_apiVersion}\" is configured");
            if (!root.TryGetProperty("status", out var status) || status.ValueKind != JsonValueKind.Object) throw Error("printed no status");

            var token = Text(status, "token");
            var pem = Text(status, "clientCertificateData");
            var key = Text(status, "clientKeyData");
            if (token is null && pem is null) throw Error("printed neither token nor clientCertificateData");
            if (pem is null != key is null) throw Error("printed only one of clientCertificateData and clientKeyData");

            DateTimeOffset? expires = null;
            if (Text(status, "expirationTimestamp") is { } text)
                expires = Rfc3339.TryParse(text, out var at) ? at : throw Error($"printed the expirationTimestamp \"{text}\", which is no RFC 3339 time");

            var certificate = pem is null ? null : ClientCertificate.FromPem(pem, key!, $"client certificate of plugin \"{_command}\" ({_owner})", _time);
            return (new Credential { Authorization = token is null ? null : $"Bearer {token}", Certificate = certificate }, expires);
        }
        catch (JsonException exception)
        {
            throw Error($"printed something else than JSON{(errors.Length == 0 ? "" : $", and on stderr: {Shorten(errors)}")}", exception, Remedy);
        }
    }

    private static string? Text(JsonElement map, string field) =>
        map.ValueKind == JsonValueKind.Object && map.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;

    private static string Shorten(string text) => text.Length <= 1000 ? text : string.Create(CultureInfo.InvariantCulture, $"{text[..1000]}...");

    private KubernetesConfigException Error(string problem, Exception? innerException = null, string? remedy = null) =>
        new($"The credential plugin \"{_command}\" of {_owner} {problem}. {remedy ?? Remedy}", innerException);
}
