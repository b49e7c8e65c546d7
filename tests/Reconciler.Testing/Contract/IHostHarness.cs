using Reconciler.Xen.Host;

namespace Reconciler.Testing.Contract;

/// <summary>What the contract needs beside the host itself: guests that boot there, somebody else's domains, and time.</summary>
public interface IHostHarness
{
    /// <summary>The host, through the adapter under test; another object after <see cref="ReopenAsync"/>.</summary>
    IXenHost Host { get; }

    /// <summary>
    /// A new domain, PV or PVH, that can be created: its own uuid and Xen name, kernel and ramdisk that are there, memory that is free. Its guest
    /// powers off when it is asked, once it is up; it connects to its disks and NICs, also to those that come later, and uses none of them.
    /// </summary>
    DesiredDomain NewGuest();

    /// <summary>A path where no file is, inside the directories that the host's policy allows.</summary>
    string MissingFile { get; }

    /// <summary>A path outside the directories that the host's policy allows.</summary>
    string ForbiddenFile { get; }

    /// <summary>
    /// The path of a new image in domain 0: raw, of a MiB or more, used by nobody, where the host's policy allows disks. Another one each time.
    /// </summary>
    string NewDiskFile();

    /// <summary>A bridge that is there, and that the host's policy allows.</summary>
    string Bridge { get; }

    /// <summary>Attaches a disk by hand, as with <c>xl block-attach</c>: same device and path, no mark of ours. It goes with the domain.</summary>
    Task AttachByHandAsync(DomainRef domain, DesiredDisk disk, CancellationToken cancellationToken);

    /// <summary>Makes a domain by hand, as with <c>xl create</c>, not necessarily one that does anything; it is paused or running.</summary>
    Task<DomainRef> MakeForeignAsync(string xenName, CancellationToken cancellationToken);

    /// <summary>Destroys it by hand.</summary>
    Task RemoveForeignAsync(DomainRef domain, CancellationToken cancellationToken);

    /// <summary>Ends the adapter and makes a new one on the same host, as a restart of the agent does.</summary>
    Task ReopenAsync(CancellationToken cancellationToken);

    /// <summary>Lets this much time pass on the host.</summary>
    Task PassAsync(TimeSpan time, CancellationToken cancellationToken);

    /// <summary>The longest that anything may take: a guest to come up, a domain to be gone. Generous, for emulated hosts.</summary>
    TimeSpan Patience { get; }
}
