using Reconciler.Agent.HostLife.Service;
using Reconciler.Agent.Hosts;
using Reconciler.Agent.Mapping;
using Reconciler.Api.Conditions;
using Reconciler.Kubernetes.Model;
using Reconciler.Xen.Host;

namespace Reconciler.Agent.Tests.HostLife;

public sealed class HostServiceLookTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("look-").FullName;

    private static readonly ObservedDomain Web = new()
    {
        Uuid = new Guid("00000000-0000-4000-8000-000000000001"), Domid = 1, XenName = "shop.web", Ownership = DomainOwnership.Ours, State = RunState.Running, MemoryKiB = 65536, Vcpus = 1,
    };

    [Fact]
    public void A_host_without_the_service_is_told_how_to_get_it()
    {
        Reason().ShouldBe(HostServiceCondition.NotInstalled);
        Put(SystemdUnit.Path);
        Reason().ShouldBe(HostServiceCondition.NotActive);
        Active("reconciler-host");
        Reason().ShouldBe(HostServiceCondition.Active);
    }

    [Fact]
    public void With_OpenRC_a_started_script_is_active()
    {
        Put(OpenRcScript.Path);
        Reason().ShouldBe(HostServiceCondition.NotActive);
        Put("run/openrc/started/reconciler-host");
        Reason().ShouldBe(HostServiceCondition.Active);
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("XENDOMAINS_AUTO_ONLY=false", null, true)]
    [InlineData("XENDOMAINS_AUTO_ONLY=true", null, false)]
    [InlineData("XENDOMAINS_AUTO_ONLY=\"true\"", "name = \"other\"", false)]
    [InlineData("XENDOMAINS_AUTO_ONLY=true", "type = 'pvh'\nname = 'shop.web'", true)]
    public void Xendomains_is_said_where_it_would_act_on_the_same_domains(string? settings, string? auto, bool isSaid)
    {
        Active("reconciler-host");
        Active("xendomains");
        if (settings is not null) Put("etc/default/xendomains", $"# settings\n{settings}\n");
        if (auto is not null) Put("etc/xen/auto/one.cfg", auto);
        Reason().ShouldBe(isSaid ? HostServiceCondition.XendomainsActive : HostServiceCondition.Active);
    }

    [Theory]
    [InlineData("<domain><name>other</name><uuid>00000000-0000-4000-8000-000000000009</uuid></domain>", false)]
    [InlineData("<domain><name>other</name><uuid>00000000-0000-4000-8000-000000000001</uuid></domain>", true)]
    [InlineData("<domain><name>shop.web</name></domain>", true)]
    public void Libvirt_guests_is_said_where_libvirt_has_the_same_domains(string definition, bool isSaid)
    {
        Active("reconciler-host");
        Active("libvirt-guests");
        Put("etc/libvirt/libxl/one.xml", definition);
        Reason().ShouldBe(isSaid ? HostServiceCondition.LibvirtGuestsActive : HostServiceCondition.Active);
    }

    [Fact]
    public void What_is_seen_is_a_condition_of_the_XenHost_and_stays_while_the_host_can_not_be_asked()
    {
        var look = new HostLook(null, [Web], null, null, null) { Service = new HostServiceLook(_root).Look([Web]) };
        var status = XenHostStatusMapping.ToStatus(look, "1", null, DateTimeOffset.UnixEpoch);
        var condition = status.Conditions.Find(HostServiceCondition.Type)!;
        (condition.Status, condition.Reason).ShouldBe((ConditionStatus.False, HostServiceCondition.NotInstalled));

        var blind = new HostLook(null, [], null, null, new XenException(XenErrorCode.Unavailable, "observe", "away"));
        XenHostStatusMapping.ToStatus(blind, "1", status, DateTimeOffset.UnixEpoch).Conditions.Find(HostServiceCondition.Type).ShouldBe(condition);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Reason() => new HostServiceLook(_root).Look([Web]).Reason;

    /// <summary>As systemd has it: a link whose target is no file.</summary>
    private void Active(string service)
    {
        var path = Path.Combine(_root, $"run/systemd/units/invocation:{service}.service");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.CreateSymbolicLink(path, "0123456789abcdef0123456789abcdef");
    }

    private void Put(string path, string content = "")
    {
        var file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }
}
