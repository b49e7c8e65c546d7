namespace Reconciler.Agent.HostLife.Service;

/// <summary>The service as a systemd unit.</summary>
/// <remarks>
/// <para>It is stopped by the shutdown of the machine and by nothing else. DefaultDependencies give it Conflicts= and Before=shutdown.target
/// (systemd.special(7)), which is the one way that is left open: RefuseManualStop= refuses <c>systemctl stop</c> and <c>restart</c>,
/// IgnoreOnIsolate= keeps it when another target is isolated, and After= alone, without the Requires= of Xen's own xendomains.service, does not
/// pass on a stop or restart of xenstored (systemd.unit(5)). Should it be stopped nevertheless (a unit that conflicts), the program is not
/// run unless the manager says that the system is stopping (systemctl(1), is-system-running).</para>
/// <para>Ordered after what it needs, it is stopped before it: units are shut down in the inverse of their start-up order (systemd.unit(5), Before=).</para>
/// <para>The dash before the start: ExecStop= is run only of a service that was started successfully (systemd.service(5)), and domains have to be
/// shut down whether all of them could be started or not.</para>
/// </remarks>
internal static class SystemdUnit
{
    public const string Path = $"etc/systemd/system/{HostService.Name}.service";

    /// <summary>What <c>systemctl enable</c> makes of <c>WantedBy=multi-user.target</c>.</summary>
    public const string Enabled = $"etc/systemd/system/multi-user.target.wants/{HostService.Name}.service";

    /// <summary>Destroying, and the end of the last operation, after the budget.</summary>
    private const int BeyondBudget = 90;

    public static string Render(HostService service) =>
        $$"""
        # Written by reconciler-agent install-host-service; changes are lost when it is run again. Use a drop-in (systemctl edit).
        [Unit]
        Description=Start and shut down the Xen domains of Reconciler with the host
        After={{string.Join(' ', HostService.After.Select(name => $"{name}.service"))}} local-fs.target remote-fs.target network-online.target
        Wants=network-online.target
        ConditionPathExists=/dev/xen/privcmd
        RefuseManualStop=yes
        IgnoreOnIsolate=yes

        [Service]
        Type=oneshot
        RemainAfterExit=yes
        ExecStart=-{{service.StartCommand}}
        ExecStop=/bin/sh -c 'case "$$(systemctl is-system-running)" in initializing|starting|running|degraded|maintenance) echo "The host is not stopping: no domain is shut down."; exit 0;; esac; exec {{service.StopCommand}}'
        TimeoutStartSec=infinity
        TimeoutStopSec={{service.Budget.TotalSeconds + BeyondBudget:0}}

        [Install]
        WantedBy=multi-user.target

        """;
}
