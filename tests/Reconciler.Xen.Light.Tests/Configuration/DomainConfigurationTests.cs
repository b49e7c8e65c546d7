using System.Text.Json;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Configuration;
using Reconciler.Xen.Light.Tests.Support;

namespace Reconciler.Xen.Light.Tests.Configuration;

public sealed class DomainConfigurationTests
{
    [Theory]
    [InlineData(DomainType.Pvh, "pvh")]
    [InlineData(DomainType.Pv, "pv")]
    public void A_domain_becomes_what_libxl_expects(DomainType type, string name)
    {
        var domain = Domains.Desired(type);
        using var json = JsonDocument.Parse(DomainConfiguration.ToJson(domain, domain.Boot with { Kernel = "/real/kernel" }));
        var create = json.RootElement.GetProperty("c_info");
        create.GetProperty("type").GetString().ShouldBe(name);
        create.GetProperty("name").GetString().ShouldBe("default.web");
        create.GetProperty("uuid").GetString().ShouldBe("0a0b0c0d-1111-2222-3333-444455556666");
        var build = json.RootElement.GetProperty("b_info");
        build.GetProperty("max_memkb").GetInt64().ShouldBe(192 * 1024);
        build.GetProperty("target_memkb").GetInt64().ShouldBe(192 * 1024);
        build.GetProperty("avail_vcpus").GetRawText().ShouldBe("[0,1]");
        build.GetProperty("kernel").GetString().ShouldBe("/real/kernel");
        build.GetProperty("cmdline").GetString().ShouldBe(domain.Boot.Cmdline);
        build.TryGetProperty($"type.{name}", out _).ShouldBeTrue();
    }

    [Fact]
    public void However_it_ends_the_domain_stays_visible_with_its_reason()
    {
        var domain = Domains.Desired();
        using var json = JsonDocument.Parse(DomainConfiguration.ToJson(domain, domain.Boot));
        foreach (var end in (string[])["on_poweroff", "on_reboot", "on_watchdog", "on_crash", "on_soft_reset"])
            json.RootElement.GetProperty(end).GetString().ShouldBe("preserve");
    }

    [Fact]
    public void What_is_not_given_is_not_sent()
    {
        var domain = Domains.Desired();
        using var json = JsonDocument.Parse(DomainConfiguration.ToJson(domain, new DirectBoot("/boot/vmlinuz")));
        json.RootElement.GetProperty("b_info").TryGetProperty("ramdisk", out _).ShouldBeFalse();
        json.RootElement.GetProperty("b_info").TryGetProperty("cmdline", out _).ShouldBeFalse();
    }

    [Fact]
    public void A_type_that_is_not_built_is_refused_with_a_remedy()
    {
        var domain = Domains.Desired(DomainType.Hvm);
        var refused = Should.Throw<XenException>(() => DomainConfiguration.ToJson(domain, domain.Boot));
        refused.Code.ShouldBe(XenErrorCode.NotSupported);
        refused.Message.ShouldContain("use PVH or PV");
    }

    [Fact]
    public void A_domain_has_its_disks_and_nics()
    {
        var domain = Domains.Desired() with { Disks = [Domains.Disk()], Nics = [Domains.Nic()] };
        using var json = JsonDocument.Parse(DomainConfiguration.ToJson(domain, domain.Boot));
        json.RootElement.GetProperty("disks").GetRawText().ShouldBe($"[{DiskConfiguration.ToJson(Domains.Disk())}]");
        json.RootElement.GetProperty("nics").GetRawText().ShouldBe($"[{NicConfiguration.ToJson(Domains.Nic())}]");
    }
}
