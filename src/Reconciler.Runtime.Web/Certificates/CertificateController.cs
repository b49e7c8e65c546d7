using Microsoft.Extensions.Logging;
using Reconciler.Kubernetes.Client;
using Reconciler.Kubernetes.Model;
using Reconciler.Runtime.Controllers;

namespace Reconciler.Runtime.Web.Certificates;

/// <summary>Keeps a good serving certificate in the Secret. Runs in the leader.</summary>
/// <remarks>
/// <para>
/// Flow of a rotation: make authority and certificate (in memory) -> have the API servers trust the old and the new authority -> wait for
/// them to hear of it -> write the Secret, from which every replica serves it. A leader that dies in between leaves a bundle with an
/// authority that never signed anything that is served; the next leader begins anew.
/// </para>
/// <para>
/// Guarantees: at no time is a certificate served that the bundle does not cover, as long as a good one was there before. The
/// authority of before stays in the bundle until it expires: a replica that has not heard of the new certificate yet, and connections
/// that are open, go on.
/// </para>
/// </remarks>
internal sealed class CertificateController(
    IKubernetesClient client, WebhookTrust trust, ServingCertificates serving, OwnCertificateOptions options, RuntimeServices services) : IEntityController<Secret>
{
    private static readonly TimeSpan EchoPatience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan EchoPoll = TimeSpan.FromSeconds(1);

    // Far timers follow the monotonic clock, and certificates the wall clock, which may be set: a look now and then costs no call.
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    // One is what a rotation needs. A second, should there be two reasons in a row; names that flap must not make it grow for ever.
    private const int AuthoritiesBefore = 2;

    private readonly ILogger _logger = services.LoggerFactory.CreateLogger("Reconciler.Runtime.Certificates");
    private readonly ObjectKey _key = new(options.Namespace, options.SecretName);
    private ServingCertificate? _next;
    private long _trustedAt;
    private (string? ResourceVersion, long At)? _replaced;

    /// <summary>With the loop around it, ready to run.</summary>
    public static Controller<Secret> Create(
        IKubernetesClient client, CertificateStores stores, ServingCertificates serving, OwnCertificateOptions options, RuntimeServices services)
    {
        var key = new ObjectKey(options.Namespace, options.SecretName);
        var trust = new WebhookTrust(client, stores.Configurations, options, services);
        var controller = new Controller<Secret>(
            new CertificateController(client, trust, serving, options, services),
            stores.Secrets,
            new ControllerOptions { Name = nameof(CertificateController) },
            services,
            // A Secret has no generation to tell intent from status: every change counts.
            static _ => true);
        controller.Watches(stores.Configurations, _ => [key]);
        // A Secret that is not there yet changes nothing.
        controller.Queue.Add(key);
        return controller;
    }

    /// <inheritdoc/>
    public async Task<ReconciliationResult<Secret>> ReconcileAsync(ObjectKey key, Secret? entity, CancellationToken cancellationToken)
    {
        if (key != _key) return ReconciliationResult<Secret>.Success();
        if (IsEchoAwaited(entity)) return ReconciliationResult<Secret>.Requeue(EchoPoll);

        var now = services.Time.GetUtcNow();
        var current = ServingCertificate.Read(entity?.Data, out var damage);
        var reason = damage ?? current!.ReasonToReplace(options.Hosts, now);
        if (reason is null)
        {
            _next = null;
            await trust.EnsureAsync(CaBundle.Unexpired(current!.Authorities, now), cancellationToken);
            return Requeue(current.RenewAt - now);
        }

        // What is in memory outlives a Secret that was damaged or deleted, and is what the API servers meet meanwhile.
        var before = current ?? serving.ValidOwn;
        if (_next is null)
        {
            Tell(entity, damage, reason);
            _next = Issue(before, now);
            _trustedAt = services.Time.GetTimestamp();
        }

        if (await trust.EnsureAsync(_next.Authorities, cancellationToken)) _trustedAt = services.Time.GetTimestamp();
        var wait = options.PropagationDelay - services.Time.GetElapsedTime(_trustedAt);
        if (before is not null && before.NotAfter > now && wait > TimeSpan.Zero) return Requeue(wait);

        await WriteAsync(_next, entity, cancellationToken);
        return ReconciliationResult<Secret>.Requeue(EchoPoll);
    }

    private ServingCertificate Issue(ServingCertificate? before, DateTimeOffset now)
    {
        var issued = CertificateIssuer.Issue(options.Hosts, options.Lifetime, now);
        return issued with { Authorities = [.. issued.Authorities, .. CaBundle.Unexpired(before?.Authorities ?? [], now).Take(AuthoritiesBefore)] };
    }

    private async Task WriteAsync(ServingCertificate next, Secret? before, CancellationToken cancellationToken)
    {
        var version = before?.Metadata.ResourceVersion;
        await client.ApplyAsync(
            new Secret
            {
                // With the version that was judged: two leaders, should there ever be two, don't overwrite each other.
                Metadata = new ObjectMeta { Namespace = options.Namespace, Name = options.SecretName, ResourceVersion = version },
                Data = next.ToData(),
            },
            new ApplyOptions(options.FieldManager),
            cancellationToken);
        _replaced = (version, services.Time.GetTimestamp());
        _next = null;
    }

    /// <summary>True while the store still shows what was just replaced: judging that again would make yet another certificate.</summary>
    private bool IsEchoAwaited(Secret? entity)
    {
        if (_replaced is not { } replaced) return false;
        if (entity?.Metadata.ResourceVersion == replaced.ResourceVersion && services.Time.GetElapsedTime(replaced.At) < EchoPatience) return true;
        _replaced = null;
        return false;
    }

    private void Tell(Secret? entity, string? damage, string reason)
    {
        if (entity is null) CertificateLog.Issuing(_logger, _key.ToString(), "there is none");
        else if (damage is null) CertificateLog.Issuing(_logger, _key.ToString(), reason);
        else CertificateLog.Damaged(_logger, _key.ToString(), damage);
    }

    private static ReconciliationResult<Secret> Requeue(TimeSpan after) =>
        ReconciliationResult<Secret>.Requeue(after < LongestWait ? after : LongestWait);
}
