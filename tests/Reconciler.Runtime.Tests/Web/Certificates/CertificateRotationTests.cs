using System.Text;
using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Web.Certificates;
using Reconciler.Testing;

namespace Reconciler.Runtime.Tests.Web.Certificates;

/// <summary>The life of a certificate in virtual time: one leader, another replica, and what an API server would trust.</summary>
public sealed class CertificateRotationTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Semantics_41_The_first_certificate_is_there_at_once_on_every_replica_and_trusted() => CertificateWorld.Run(async world =>
    {
        world.Leader.Health.NotReady().Select(p => p.ToString()).ShouldContain(p => p.Contains("no serving certificate yet"));
        await world.ApplyConfigurationAsync("a.test.dev", "b.test.dev");
        world.Start();
        await Task.Delay(5 * Second, world.Time);
        world.Leader.Health.NotReady().ShouldBeEmpty();
        world.Follower.Health.NotReady().ShouldBeEmpty();
        world.Leader.Served.ShouldBe(world.Follower.Served);
        world.Trusted("a.test.dev").ShouldBe([world.Leader.Issuer]);
        world.Trusted("b.test.dev").ShouldBe([world.Leader.Issuer]);
        (await world.SecretAsync())!.Data!.Keys.Order().ShouldBe(["ca.crt", "tls.crt", "tls.key"]);
    });

    [Fact]
    public void Semantics_41_The_new_authority_is_trusted_before_its_certificate_is_served_and_the_old_one_until_it_ends() => CertificateWorld.Run(async world =>
    {
        await world.ApplyConfigurationAsync("a.test.dev");
        world.Start();
        await Task.Delay(5 * Second, world.Time);
        var first = (world.Leader.Served, world.Leader.Issuer);
        var start = world.Time.Elapsed;
        await Task.Delay(TimeSpan.FromHours(7.8), world.Time);
        world.Trusted("a.test.dev").ShouldBe([first.Issuer]);
        TimeSpan? trusted = null, served = null;
        while (served is null)
        {
            await Task.Delay(5 * Second, world.Time);
            var bundle = world.Trusted("a.test.dev");

            // The law: whatever is served, on whatever replica, is trusted.
            bundle.ShouldContain(world.Leader.Issuer);
            bundle.ShouldContain(world.Follower.Issuer);
            bundle.ShouldContain(first.Issuer);
            if (bundle.Count > 1) trusted ??= world.Time.Elapsed;
            if (world.Follower.Served != first.Served) served = world.Time.Elapsed;
        }

        // Two thirds of twelve hours, less of the ten minutes that it is dated back.
        (trusted!.Value - start).ShouldBeInRange(TimeSpan.FromHours(7.9), TimeSpan.FromHours(8));
        (served.Value - trusted.Value).ShouldBeInRange(15 * Second, 30 * Second);
        world.Leader.Served.ShouldBe(world.Follower.Served);
        world.Trusted("a.test.dev").ShouldBe([world.Leader.Issuer, first.Issuer]);

        // When the first has ended, nobody needs to trust it any more.
        await Task.Delay(TimeSpan.FromHours(4.5), world.Time);
        world.Trusted("a.test.dev").ShouldBe([world.Leader.Issuer]);
        world.Log.At(LogLevel.Warning).ShouldBeEmpty();
        world.Log.At(LogLevel.Error).ShouldBeEmpty();
    });

    [Fact]
    public void Semantics_41_Nothing_is_written_while_the_certificate_is_good() => CertificateWorld.Run(async world =>
    {
        await world.ApplyConfigurationAsync("a.test.dev");
        world.Start();
        await Task.Delay(10 * Second, world.Time);
        var before = (await world.SecretAsync())!.Metadata.ResourceVersion;
        var writes = world.Writes.Count;
        await Task.Delay(TimeSpan.FromHours(7.5), world.Time);
        world.Writes.Count.ShouldBe(writes);
        (await world.SecretAsync())!.Metadata.ResourceVersion.ShouldBe(before);
    });

    [Theory]
    [InlineData("tls.key")]
    [InlineData("tls.crt")]
    [InlineData("ca.crt")]
    public void Semantics_41_A_damaged_secret_is_made_anew_and_said_so_while_the_old_certificate_is_served_on(string key) => CertificateWorld.Run(async world =>
    {
        await world.ApplyConfigurationAsync("a.test.dev");
        world.Start();
        await Task.Delay(5 * Second, world.Time);
        var first = (world.Leader.Served, world.Leader.Issuer);
        await world.Store.ApplyAsync(
            new Secret
            {
                Metadata = new ObjectMeta { Namespace = CertificateWorld.Namespace, Name = CertificateWorld.Name },
                Data = new Dictionary<string, byte[]> { [key] = Encoding.ASCII.GetBytes("damaged") },
            },
            new ApplyOptions("somebody"),
            CancellationToken.None);

        await Task.Delay(5 * Second, world.Time);
        (world.Leader.Served, world.Follower.Served).ShouldBe((first.Served, first.Served));
        world.Leader.Health.NotReady().ShouldBeEmpty();
        world.Log.At(LogLevel.Warning).ShouldContain(line => line.Contains("Secret system/hook is damaged and is made anew"));

        await Task.Delay(20 * Second, world.Time);
        world.Leader.Served.ShouldNotBe(first.Served);
        world.Follower.Served.ShouldBe(world.Leader.Served);
        world.Trusted("a.test.dev").ShouldBe([world.Leader.Issuer, first.Issuer]);
        ServingCertificate.Read((await world.SecretAsync())!.Data, out var problem).ShouldNotBeNull(problem);
    });

    [Fact]
    public void Semantics_41_A_deleted_secret_comes_back() => CertificateWorld.Run(async world =>
    {
        await world.ApplyConfigurationAsync("a.test.dev");
        world.Start();
        await Task.Delay(5 * Second, world.Time);
        foreach (var _ in Enumerable.Range(0, 3))
        {
            var served = world.Leader.Served;
            await world.Store.DeleteAsync<Secret>(CertificateWorld.Name, CertificateWorld.Namespace, new DeleteOptions(), CancellationToken.None);
            await Task.Delay(30 * Second, world.Time);
            (await world.SecretAsync()).ShouldNotBeNull();
            world.Leader.Served.ShouldNotBe(served);
            world.Follower.Served.ShouldBe(world.Leader.Served);
            world.Trusted("a.test.dev").ShouldContain(world.Leader.Issuer);
        }
    });

    [Fact]
    public void Semantics_41_A_bundle_that_is_taken_away_or_a_configuration_that_comes_late_is_made_good() => CertificateWorld.Run(async world =>
    {
        world.Start();
        await Task.Delay(30 * Second, world.Time);
        world.Log.At(LogLevel.Warning).ShouldContain(line => line.Contains("There is no ValidatingWebhookConfiguration hooks"));
        world.Leader.Served.ShouldNotBeNull();

        await world.ApplyConfigurationAsync("a.test.dev");
        await Task.Delay(5 * Second, world.Time);
        world.Trusted("a.test.dev").ShouldBe([world.Leader.Issuer]);

        await world.Store.DeleteAsync<ValidatingWebhookConfiguration>(CertificateWorld.Configuration, null, new DeleteOptions(), CancellationToken.None);
        await world.ApplyConfigurationAsync("b.test.dev");
        await Task.Delay(5 * Second, world.Time);
        world.Trusted("b.test.dev").ShouldBe([world.Leader.Issuer]);
    });

    [Fact]
    public void Semantics_41_A_service_of_another_name_gets_another_certificate() => CertificateWorld.Run(async world =>
    {
        await world.ApplyConfigurationAsync("a.test.dev");
        world.Start();
        await Task.Delay(5 * Second, world.Time);
        var first = world.Leader.Issuer;
        await world.RestartLeaderAsync(["other.system.svc"]);
        await Task.Delay(30 * Second, world.Time);
        world.Leader.Certificates.Current!.MatchesHostname("other.system.svc").ShouldBeTrue();
        world.Follower.Served.ShouldBe(world.Leader.Served);
        world.Trusted("a.test.dev").ShouldBe([world.Leader.Issuer, first]);
    });

    [Fact]
    public void Semantics_41_A_write_that_fails_is_tried_again_with_the_same_certificate() => CertificateWorld.Run(async world =>
    {
        await world.ApplyConfigurationAsync("a.test.dev");
        world.FailWrites = 5;
        world.Start();
        await Task.Delay(30 * Second, world.Time);
        world.FailWrites.ShouldBe(0);
        world.Leader.Served.ShouldNotBeNull();
        world.Follower.Served.ShouldBe(world.Leader.Served);
        world.Trusted("a.test.dev").ShouldBe([world.Leader.Issuer]);
    });
}
