namespace Reconciler.EndToEnd.Tests.Line;

/// <summary>What work on domains makes in dom0 and has to take away again.</summary>
internal static class HostRemains
{
    /// <summary>
    /// The nodes of domains and devices in xenstore, loop devices, network interfaces, rules, files that the toolstack and the agent keep, QEMUs,
    /// and locks that are held. Not what stays once it was there and says nothing of a domain: the parents of nodes, lock files.
    /// </summary>
    private const string Look =
        """
        xenstore-ls -f | sed -n 's/ = .*//; /\/[0-9a-f]\{8\}-[0-9a-f-]*\|\/local\/domain\/[1-9]\|\/backend\/[a-z0-9]*\/[1-9]\|\/libxl\/[1-9]/p'
        /usr/sbin/losetup -n -O NAME,BACK-FILE
        ls -d /sys/class/net/*
        nft list ruleset 2>/dev/null | grep -o 'vif[0-9.]*' | sort -u
        find /var/lib/xen /var/lib/reconciler /srv /run -xdev \( -name 'userdata*' -o -path '*/creating/*' -o -name '*.new' -o -name '*unfinished*' \)
        for process in $(pidof xen-qemu-system-i386 qemu-system-i386 2>/dev/null); do echo QEMU $process; done
        for lock in /run/reconciler/locks/*; do [ ! -e $lock ] || flock -n $lock true || echo held: $lock; done
        """;

    /// <summary>All of it, a line for each thing.</summary>
    public static async Task<IReadOnlySet<string>> RemainsAsync(this LineLab lab, CancellationToken cancellation) =>
        (await lab.Xen.ExecAsync(Look, cancellation)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToHashSet(StringComparer.Ordinal);
}
