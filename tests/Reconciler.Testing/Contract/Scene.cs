using Reconciler.Xen.Host;
using Shouldly;

namespace Reconciler.Testing.Contract;

/// <summary>One check on one host: makes domains, looks at them, and takes away in the end what is left.</summary>
internal sealed class Scene(IHostHarness harness, CancellationToken cancellationToken) : IAsyncDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(2);
    private readonly List<DomainKey> _made = [];
    private readonly List<DomainRef> _foreign = [];

    public IHostHarness Harness => harness;

    public IXenHost Host => harness.Host;

    public CancellationToken Cancellation => cancellationToken;

    /// <summary>A guest that this scene may create; cleared away in the end, whoever creates it.</summary>
    public DesiredDomain NewGuest()
    {
        var guest = harness.NewGuest();
        _made.Add(guest.Key);
        return guest;
    }

    public async Task<DomainRef> CreateAsync(DesiredDomain guest) =>
        new(guest.Uuid, await Host.CreatePausedAsync(guest, cancellationToken));

    public async Task<(DesiredDomain Guest, DomainRef Ref)> RunningAsync()
    {
        var guest = NewGuest();
        var domain = await CreateAsync(guest);
        await Host.UnpauseAsync(domain, cancellationToken);
        return (guest, domain);
    }

    /// <summary>A disk of an object of its own, with an image of its own, as <c>xvd</c> and this letter.</summary>
    public DesiredDisk NewDisk(char letter) => new()
    {
        ObjectUid = Guid.NewGuid(),
        ObjectName = $"disk-{letter}",
        Device = $"xvd{letter}",
        DevId = 51712 + 16 * (letter - 'a'), // xen-vbd-interface(7)
        Path = harness.NewDiskFile(),
    };

    /// <summary>A NIC of an object of its own.</summary>
    public DesiredNic NewNic(int index) => new()
    {
        ObjectUid = Guid.NewGuid(),
        ObjectName = $"nic-{index}",
        Index = index,
        Mac = $"00:16:3e:7f:00:{index:x2}",
        Bridge = harness.Bridge,
    };

    /// <summary>A running guest to which a disk was attached.</summary>
    public async Task<(DesiredDomain Guest, DomainRef Ref, DesiredDisk Disk)> WithDiskAsync()
    {
        var (guest, domain) = await RunningAsync();
        var disk = NewDisk('b');
        await Host.AttachDiskAsync(domain, disk, cancellationToken);
        return (guest, domain, disk);
    }

    public Task<Observation> UntilConnectedAsync(DesiredDomain guest, int devices) => UntilAsync(guest,
        o => o.Domains is [var domain] && domain.Devices.Count == devices
            && domain.Devices.All(d => d is { Backend: XenbusState.Connected, Frontend: XenbusState.Connected }),
        "the guest has connected to all its devices");

    public async Task<DomainRef> MakeForeignAsync(string xenName)
    {
        var domain = await harness.MakeForeignAsync(xenName, cancellationToken);
        _foreign.Add(domain);
        return domain;
    }

    public Task<Observation> ObserveAsync(DesiredDomain guest) => Host.ObserveAsync(guest.Key, cancellationToken);

    /// <summary>The one domain of this guest.</summary>
    public async Task<ObservedDomain> SeeAsync(DesiredDomain guest) => (await ObserveAsync(guest)).Domains.ShouldHaveSingleItem();

    /// <summary>Looks until it is so.</summary>
    public async Task<Observation> UntilAsync(DesiredDomain guest, Func<Observation, bool> condition, string what)
    {
        for (var waited = TimeSpan.Zero; ; waited += Moment)
        {
            var seen = await ObserveAsync(guest);
            if (condition(seen))
                return seen;
            if (waited > harness.Patience)
                throw new TimeoutException($"Not so within {harness.Patience}: {what}. Seen: {string.Join(", ", seen.Domains)}");
            await harness.PassAsync(Moment, cancellationToken);
        }
    }

    public Task<Observation> UntilGoneAsync(DesiredDomain guest) => UntilAsync(guest, o => o.Domains.Count == 0, "the domain is gone");

    /// <summary>Asks it to power off until it has: what it is asked while it boots it may take and forget.</summary>
    public async Task<ObservedDomain> PowerOffAsync(DesiredDomain guest)
    {
        for (var waited = TimeSpan.Zero; waited <= harness.Patience; waited += AnswerTime)
        {
            var seen = await SeeAsync(guest);
            if (seen.State == RunState.ShutDown)
                return seen;
            if (!seen.ShutdownUnacknowledged)
                await AskAsync(seen.Ref);
            await harness.PassAsync(AnswerTime, cancellationToken);
        }
        throw new TimeoutException($"It has not powered off within {harness.Patience}.");
    }

    /// <summary>Asks it to power off; one that has done so since it was seen is not there to be asked any more.</summary>
    public async Task AskAsync(DomainRef domain)
    {
        try
        {
            await Host.RequestShutdownAsync(domain, cancellationToken);
        }
        catch (XenException e) when (e.Code == XenErrorCode.Stale)
        {
            // It is observed again by the caller, which then sees that it has ended.
        }
    }

    public static async Task<XenException> ShouldFailAsync(XenErrorCode code, Func<Task> act)
    {
        var error = await Should.ThrowAsync<XenException>(act);
        error.Code.ShouldBe(code, error.Message);
        return error;
    }

    /// <summary>Not cancelled with the check: what is left would fail the next one.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var domain in _foreign)
            await harness.RemoveForeignAsync(domain, CancellationToken.None);
        foreach (var key in _made)
        {
            for (var waited = TimeSpan.Zero; waited < harness.Patience; waited += Moment)
            {
                var seen = await Host.ObserveAsync(key, CancellationToken.None);
                if (seen.Domains.Count == 0)
                    break;
                foreach (var domain in seen.Domains.Where(d => d is { State: not RunState.Dying, Ownership: not DomainOwnership.Foreign }))
                    await Host.DestroyAsync(domain.Ref, CancellationToken.None);
                await harness.PassAsync(Moment, CancellationToken.None);
            }
        }
    }
}
