using Microsoft.Extensions.Logging;
using Reconciler.Runtime.Tests.Fakes;
using Reconciler.Runtime.Web.Certificates;
using Reconciler.Testing;

namespace Reconciler.Runtime.Tests.Web.Certificates;

/// <summary>A mounted Secret as the kubelet keeps it: files behind a symbolic link that is replaced.</summary>
public sealed class CertificateFilesTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly string _folder = Directory.CreateTempSubdirectory("reconciler-certificates-").FullName;
    private readonly TestServices.Log _log = new();
    private int _versions;

    [Fact]
    public void Semantics_41_A_certificate_in_files_is_read_again_when_the_kubelet_replaces_it() => Run(async (time, serving, _) =>
    {
        serving.NotReadyReason.ShouldNotBeNull().ShouldContain("no serving certificate yet: ");
        var first = Mount();
        await Task.Delay(11 * Second, time);
        serving.Current!.Thumbprint.ShouldBe(first);
        serving.NotReadyReason.ShouldBeNull();

        var second = Mount();
        await Task.Delay(11 * Second, time);
        serving.Current!.Thumbprint.ShouldBe(second);
    });

    [Fact]
    public void Semantics_41_Files_that_do_not_match_or_are_gone_leave_what_is_served() => Run(async (time, serving, _) =>
    {
        var first = Mount();
        await Task.Delay(11 * Second, time);
        Mount(damage: folder => File.WriteAllText(Path.Combine(folder, "tls.key"), CertificateIssuer.Issue(["a"], TimeSpan.FromDays(1), time.GetUtcNow()).PrivateKeyPem));
        await Task.Delay(11 * Second, time);
        serving.Current!.Thumbprint.ShouldBe(first);

        File.Delete(Path.Combine(_folder, "..data"));
        await Task.Delay(60 * Second, time);
        serving.Current!.Thumbprint.ShouldBe(first);
        serving.NotReadyReason.ShouldBeNull();

        // Each problem is said once.
        _log.At(LogLevel.Warning).Count.ShouldBe(3, string.Join('\n', _log.Lines));
    });

    [Fact]
    public void Semantics_41_A_certificate_that_nobody_renews_makes_the_process_unready_when_it_ends() => Run(async (time, serving, services) =>
    {
        Mount();
        await Task.Delay(11 * Second, time);
        services.Health.NotReady().ShouldBeEmpty();
        await Task.Delay(TimeSpan.FromMinutes(61), time);
        services.Health.NotReady().ShouldHaveSingleItem().ToString().ShouldContain("the serving certificate has expired");
    });

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void Run(Func<VirtualTime, ServingCertificates, RuntimeServices, Task> scenario) => VirtualLoop.Run(
        async time =>
        {
            var services = TestServices.Create(time, _log);
            var serving = new ServingCertificates(services);
            using var files = new CertificateFiles(_folder, serving, services);
            await files.StartAsync(CancellationToken.None);
            await scenario(time, serving, services);
            await files.StopAsync(CancellationToken.None);
            services.Metrics.Dispose();
        },
        TimeSpan.FromDays(2));

    /// <summary>Puts a new certificate in the place of the one before; returns its thumbprint.</summary>
    private string Mount(Action<string>? damage = null)
    {
        var data = Directory.CreateDirectory(Path.Combine(_folder, $"..{++_versions}")).FullName;
        var certificate = CertificateIssuer.Issue(["hook.system.svc"], TimeSpan.FromHours(1), new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        File.WriteAllText(Path.Combine(data, "tls.crt"), certificate.Certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(data, "tls.key"), certificate.PrivateKeyPem);
        damage?.Invoke(data);
        var link = Path.Combine(_folder, "..data");
        if (Path.Exists(link)) File.Delete(link);
        File.CreateSymbolicLink(link, data);
        foreach (var name in new[] { "tls.crt", "tls.key" })
        {
            if (!Path.Exists(Path.Combine(_folder, name))) File.CreateSymbolicLink(Path.Combine(_folder, name), Path.Combine("..data", name));
        }

        return certificate.Certificate.Thumbprint;
    }
}
