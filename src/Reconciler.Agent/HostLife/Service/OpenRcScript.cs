namespace Reconciler.Agent.HostLife.Service;

/// <summary>The service as a script of OpenRC.</summary>
/// <remarks>
/// <c>after</c> orders and no more, where <c>need</c> would have it stopped with xenstored (openrc-run(8)). RC_RUNLEVEL is the runlevel that is
/// being changed to, and <c>shutdown</c> or <c>reboot</c> when the machine stops (openrc(8)). A stop at any other time fails, so that the service
/// counts as started and is stopped in earnest later.
/// </remarks>
internal static class OpenRcScript
{
    public const string Path = $"etc/init.d/{HostService.Name}";

    /// <summary>What <c>rc-update add reconciler-host default</c> makes.</summary>
    public const string Enabled = $"etc/runlevels/default/{HostService.Name}";

    public static string Render(HostService service) =>
        $$"""
        #!/sbin/openrc-run
        # Written by reconciler-agent install-host-service; changes are lost when it is run again.
        description="Start and shut down the Xen domains of Reconciler with the host"

        depend() {
            after {{string.Join(' ', HostService.After)}} localmount netmount net lvm
        }

        start() {
            if [ ! -e /dev/xen/privcmd ]; then
                ewarn "No Xen: no domain is started."
                return 0
            fi
            ebegin "Starting Xen domains"
            {{service.StartCommand}}
            # Domains have to be shut down whether all of them could be started or not.
            eend 0
        }

        stop() {
            case "$RC_RUNLEVEL" in
                shutdown|reboot) ;;
                *)
                    eerror "The host is not stopping: no domain is shut down."
                    return 1
                    ;;
            esac
            [ -e /dev/xen/privcmd ] || return 0
            ebegin "Shutting down Xen domains"
            {{service.StopCommand}}
            eend $?
        }

        """;
}
