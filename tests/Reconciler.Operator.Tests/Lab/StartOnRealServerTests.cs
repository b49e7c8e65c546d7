using Microsoft.Extensions.Logging;
using Reconciler.Testing.Lab;

namespace Reconciler.Operator.Tests.Lab;

/// <summary>What may be wrong or missing when the operator's process starts, on a real API server: it says so, stays, and takes up its work when that was mended.</summary>
[Collection("One operator at a time")]
[Trait("Category", "Lab")]
public sealed class StartOnRealServerTests(OperatorLab fixture)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_kubeconfig_that_is_missing_is_one_clear_line()
    {
        var lab = await fixture.StartedAsync();
        using var error = new StringWriter();

        var exitCode = await OperatorProcess.RunAsync(Arguments(Path.Combine(lab.Folder, "nothing.here"), port: 0), error, Cancellation);

        exitCode.ShouldBe(1);
        var line = error.ToString().TrimEnd();
        line.ShouldStartWith("error: There is no kubeconfig file");
        line.ShouldNotContain("\n");
    }

    [Theory]
    [InlineData("token", "401 Unauthorized")]
    [InlineData("unreachable", "Is the API server running, and is 'server' right?")]
    public async Task Semantics_37_Probes_are_there_first_and_name_what_keeps_it_from_working(string fault, string reason)
    {
        var lab = await fixture.StartedAsync();
        var file = Path.Combine(lab.Folder, $"{fault}.broken");
        var good = await File.ReadAllTextAsync(lab.KubeconfigFile, Cancellation);
        var broken = fault == "token"
            ? good.Replace(lab.AdminToken, "expired", StringComparison.Ordinal)
            : good.Replace($":{lab.Url.Port}", ":1", StringComparison.Ordinal);
        broken.ShouldNotBe(good);
        await File.WriteAllTextAsync(file, broken, Cancellation);

        await using var process = new StartedOperator(file);
        await process.UntilReadyzAsync(
            text => text.Split('\n').Any(line => line.StartsWith("store domains.xen.reconciler.dev: not listed yet: list ", StringComparison.Ordinal)
                && line.Contains(reason, StringComparison.Ordinal)),
            Cancellation);
        (await process.IsHealthyAsync(Cancellation)).ShouldBeTrue("a restart would not help");
        (await process.StopAsync()).ShouldBe(0);
    }

    [Fact]
    public async Task Semantics_09_Kinds_that_are_not_installed_yet_are_named_until_they_are()
    {
        var lab = await fixture.StartedAsync();
        string[] kinds = ["xennetworks.xen.reconciler.dev", "xenstoragepools.xen.reconciler.dev"];
        await lab.Kubectl.RunAsync(Cancellation, ["delete", "crd", .. kinds]);
        await using var process = new StartedOperator(lab.AccountKubeconfigFile("reconciler-operator"));
        try
        {
            foreach (var kind in kinds)
            {
                (await process.UntilReadyzAsync(text => text.Contains($"{kind}: Cannot list", StringComparison.Ordinal), Cancellation)).ShouldContain(
                    "The server does not know this kind: install its CustomResourceDefinition.");
            }

            (await process.IsHealthyAsync(Cancellation)).ShouldBeTrue("a restart would not help");
        }
        finally
        {
            // As their next users find them; this server knows no rules, so the client is not to check them either.
            foreach (var kind in kinds)
            {
                await lab.Kubectl.RunAsync(
                    CancellationToken.None, "create", "--validate=false", "-f", Path.Combine(RepositoryRoot.Path, "crds", $"xen.reconciler.dev_{kind.Split('.')[0]}.yaml"));
            }
        }

        await process.UntilReadyzAsync(text => text == "ok\n", Cancellation);
        (await process.StopAsync()).ShouldBe(0);
    }

    private static OperatorArguments Arguments(string kubeconfig, int port) =>
        new() { Kubeconfig = kubeconfig, HealthPort = port, LogLevel = LogLevel.Warning };

    /// <summary>An operator's process, in this one, and what its probes answer.</summary>
    private sealed class StartedOperator : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly HttpClient _http;
        private readonly Task<int> _running;

        public StartedOperator(string kubeconfig)
        {
            var port = LoopbackPort.Free();
            _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            _running = OperatorProcess.RunAsync(Arguments(kubeconfig, port), TextWriter.Null, _stop.Token);
        }

        public async Task<bool> IsHealthyAsync(CancellationToken cancellationToken)
        {
            using var answer = await _http.GetAsync(new Uri("/healthz", UriKind.Relative), cancellationToken);
            return answer.IsSuccessStatusCode;
        }

        public async Task<int> StopAsync()
        {
            await _stop.CancelAsync();
            return await _running;
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync();
            _http.Dispose();
            _stop.Dispose();
        }

        /// <summary>What /readyz says once this holds of it.</summary>
        public async Task<string> UntilReadyzAsync(Func<string, bool> holds, CancellationToken cancellationToken)
        {
            var last = "no answer";
            for (var i = 0; i < 600; i++)
            {
                if (_running.IsCompleted) throw new InvalidOperationException($"The operator ended with exit code {await _running}.");
                try
                {
                    using var answer = await _http.GetAsync(new Uri("/readyz", UriKind.Relative), cancellationToken);
                    last = await answer.Content.ReadAsStringAsync(cancellationToken);
                    if (holds(last)) return last;
                }
                catch (HttpRequestException)
                {
                    // It does not listen yet.
                }

                await Task.Delay(100, cancellationToken);
            }

            throw new TimeoutException($"/readyz has not come to it; last: {last}");
        }
    }
}
