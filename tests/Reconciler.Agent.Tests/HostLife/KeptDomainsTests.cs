using Reconciler.Agent.HostLife.State;
using Reconciler.Api.Domains;
using Reconciler.Xen.Host;

namespace Reconciler.Agent.Tests.HostLife;

public sealed class KeptDomainsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("kept-").FullName;

    [Fact]
    public void What_is_kept_is_read_again_as_it_was()
    {
        var domain = Sample("web") with { LastExit = new ExitStatus { Domid = 3, CreatedAt = DateTimeOffset.UnixEpoch, Reason = "Crash", At = DateTimeOffset.UnixEpoch } };
        KeptDomains.Open(_directory).Keep(domain).ShouldBeTrue();
        KeptDomains.Open(_directory).Find(domain.Desired.Uuid).ShouldBe(domain);
    }

    [Fact]
    public void Nothing_is_written_when_nothing_changed()
    {
        var domain = Sample("web");
        KeptDomains.Open(_directory).Keep(domain);
        var file = new FileInfo(Directory.GetFiles(_directory).ShouldHaveSingleItem());
        File.SetLastWriteTimeUtc(file.FullName, DateTime.UnixEpoch);

        var again = KeptDomains.Open(_directory);
        again.Keep(Sample("web") with { Desired = domain.Desired with { Disks = [.. domain.Desired.Disks] } }).ShouldBeFalse();
        File.GetLastWriteTimeUtc(file.FullName).ShouldBe(DateTime.UnixEpoch);
        again.Keep(domain with { Order = 4 }).ShouldBeTrue();
        File.GetLastWriteTimeUtc(file.FullName).ShouldBeGreaterThan(DateTime.UnixEpoch);
    }

    [Theory]
    [InlineData("", "does not contain any JSON tokens")]
    [InlineData("null", "it is empty")]
    [InlineData("{\"format\": 1}", "missing required properties")]
    [InlineData("FORMAT2", "its format is 2, and this version knows 1")]
    public void A_file_that_can_not_be_used_is_named_and_the_others_are_read(string content, string problem)
    {
        var (good, bad) = (Sample("good"), Sample("bad") with { Desired = Sample("bad").Desired with { Uuid = new Guid("00000000-0000-4000-8000-000000000002") } });
        var kept = KeptDomains.Open(_directory);
        kept.Keep(good);
        kept.Keep(bad);
        var path = Path.Combine(_directory, $"{bad.Desired.Uuid}.json");
        File.WriteAllText(path, content == "FORMAT2" ? File.ReadAllText(path).Replace("\"format\":1", "\"format\":2", StringComparison.Ordinal) : content);

        var again = KeptDomains.Open(_directory);

        again.All.ShouldBe([good]);
        var said = again.Problems.ShouldHaveSingleItem();
        said.ShouldStartWith(path);
        said.ShouldContain(problem);
        again.Keep(bad).ShouldBeTrue();
        again.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void A_write_that_was_cut_short_leaves_what_was_there()
    {
        var domain = Sample("web");
        KeptDomains.Open(_directory).Keep(domain);
        File.WriteAllText(Path.Combine(_directory, $"{domain.Desired.Uuid}.json.new"), "{ \"form");
        var again = KeptDomains.Open(_directory);
        again.All.ShouldBe([domain]);
        again.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void A_directory_that_can_not_be_written_is_named_and_is_no_failure()
    {
        var file = Path.Combine(_directory, "file");
        File.WriteAllText(file, "");
        var kept = KeptDomains.Open(Path.Combine(file, "domains"));
        kept.Keep(Sample("web")).ShouldBeTrue();
        kept.Problems.ShouldHaveSingleItem().ShouldContain("domains/");
        kept.All.ShouldHaveSingleItem();
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static KeptDomain Sample(string name) => KeptDomain.Of(
        HostRig.Spec(order: 2, delay: 5),
        new DesiredDomain
        {
            Uuid = new Guid("00000000-0000-4000-8000-000000000001"), Namespace = "shop", Name = name, Generation = 3, Type = Xen.Host.DomainType.Pvh, Vcpus = 2, MemoryKiB = 65536,
            Boot = new DirectBoot("/boot/vmlinuz", null, "quiet"), Power = DesiredPower.Running,
            Disks = [new DesiredDisk { ObjectUid = Guid.Empty, ObjectName = "web-xvda", Device = "xvda", DevId = 51712, Path = "/srv/a.img" }],
            Nics = [new DesiredNic { ObjectUid = Guid.Empty, ObjectName = "web-vif0", Index = 0, Mac = "00:16:3e:00:00:01", Bridge = "xenbr0" }],
        },
        exit: null, bootId: "boot-1");
}
