namespace Reconciler.Agent.HostLife.Service;

/// <summary>What starts and stops the services of a host.</summary>
internal enum HostInit
{
    Systemd,

    OpenRc,
}
