using System.Text.RegularExpressions;
using Reconciler.Api.Conditions;
using Reconciler.Xen.Host;

namespace Reconciler.Agent.HostLife.Service;

/// <summary>Looks at the files of a host for who starts and stops domains with it. Asks no program: a look costs a few stat(2).</summary>
/// <remarks>
/// <para>An active unit has a link in <c>/run/systemd/units</c> (systemd, unit_export_invocation_id); a started script of OpenRC has one in
/// <c>/run/openrc/started</c>, and one of System V a lock in <c>/run/lock/subsys</c>.</para>
/// <para><c>xendomains</c> saves or shuts down whatever runs, whoever made it, but for XENDOMAINS_AUTO_ONLY=true (Xen, tools/hotplug/Linux/xendomains.in).
/// <c>libvirt-guests</c> knows the domains that libvirt has defined.</para>
/// </remarks>
/// <param name="root">The root directory of the host. Links with absolute targets lead out of it, so none is followed.</param>
internal sealed partial class HostServiceLook(string root)
{
    private static readonly string[] XendomainsSettings = ["etc/default/xendomains", "etc/sysconfig/xendomains", "etc/conf.d/xendomains"];

    /// <param name="domains">Every domain of the host.</param>
    public HostServiceSight Look(IReadOnlyList<ObservedDomain> domains)
    {
        var ours = domains.Where(d => d.Ownership != DomainOwnership.Foreign).ToArray();
        if (IsActive("xendomains") && Xendomains(ours) is { } xendomains) return new HostServiceSight(HostServiceCondition.XendomainsActive, xendomains);
        if (IsActive("libvirt-guests") && Libvirt(ours) is { } libvirt) return new HostServiceSight(HostServiceCondition.LibvirtGuestsActive, libvirt);
        if (IsActive(HostService.Name)) return new HostServiceSight(HostServiceCondition.Active, "Domains are shut down, and started, with the host.");
        return File.Exists(At(SystemdUnit.Path)) || File.Exists(At(OpenRcScript.Path))
            ? new HostServiceSight(HostServiceCondition.NotActive, $"{HostService.Name} is installed and was not started: guests are not shut down when the host stops. Start it, or reboot the host")
            : new HostServiceSight(HostServiceCondition.NotInstalled, "Guests are not shut down when the host stops. Run reconciler-agent install-host-service on it");
    }

    private string? Xendomains(IReadOnlyList<ObservedDomain> ours)
    {
        var settings = XendomainsSettings.Select(path => Read(At(path))).FirstOrDefault(text => text is not null) ?? "";
        if (AutoOnly().IsMatch(settings))
        {
            var names = Files("etc/xen/auto", "*").Select(text => ConfiguredName().Match(text)).Where(m => m.Success).Select(m => m.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
            if (ours.FirstOrDefault(d => d.XenName is { } name && names.Contains(name)) is not { } claimed) return null;
            return $"xendomains is active, and /etc/xen/auto has {claimed.XenName}: disable it, or remove the file";
        }
        return "xendomains is active, and saves or shuts down every domain when the host stops, those of Reconciler too: set XENDOMAINS_AUTO_ONLY=true in its settings, and disable it; to stop it now would act on them";
    }

    private string? Libvirt(IReadOnlyList<ObservedDomain> ours)
    {
        var definitions = Files("etc/libvirt/libxl", "*.xml").ToArray();
        var claimed = ours.FirstOrDefault(d => definitions.Any(text => text.Contains($"<uuid>{d.XenUuid:D}</uuid>", StringComparison.OrdinalIgnoreCase) || text.Contains($"<name>{d.XenName}</name>", StringComparison.Ordinal)));
        return claimed is null ? null : $"libvirt-guests is active, and libvirt has a definition of {claimed.XenName}: undefine it there";
    }

    private bool IsActive(string service) =>
        IsThere($"run/systemd/units/invocation:{service}.service") || IsThere($"run/openrc/started/{service}") || IsThere($"run/lock/subsys/{service}");

    /// <summary>Of itself: what a link leads to need not be there.</summary>
    private bool IsThere(string path)
    {
        var file = new FileInfo(At(path));
        return file.LinkTarget is not null || file.Exists;
    }

    private IEnumerable<string> Files(string directory, string pattern)
    {
        try
        {
            return Directory.Exists(At(directory)) ? [.. Directory.GetFiles(At(directory), pattern).Select(Read).OfType<string>()] : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static string? Read(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string At(string path) => Path.Combine(root, path);

    [GeneratedRegex("""^\s*XENDOMAINS_AUTO_ONLY=["']?true["']?\s*$""", RegexOptions.Multiline | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AutoOnly();

    [GeneratedRegex("""^\s*name\s*=\s*["'](?<name>[^"']+)["']""", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ConfiguredName();
}
