using Reconciler.Testing;
using Reconciler.Xen.Host;
using Reconciler.Xen.Simulation;

namespace Reconciler.Xen.Tests.Simulation;

public sealed class StateFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("reconciler-").FullName;
    private readonly VirtualTime _time = new();

    private string StatePath => Path.Combine(_directory, "made", "on", "demand", "host.json");

    [Fact]
    public async Task Guests_go_on_while_no_process_is_there()
    {
        var desired = A.Desired() with { Boot = new DirectBoot("/boot/vmlinuz", Cmdline: "sim.crashAfter=1h") };
        ObservedDomain before;
        await using (var host = Open())
        {
            var domid = await host.CreatePausedAsync(desired, CancellationToken.None);
            await host.UnpauseAsync(new DomainRef(desired.Uuid, domid), CancellationToken.None);
            before = await SeeAsync(host);
        }

        _time.Advance(TimeSpan.FromMinutes(59));
        await using (var host = Open())
        {
            var after = await SeeAsync(host);
            after.ShouldBe(before with { CpuTime = after.CpuTime });
            after.CpuTime.ShouldBeGreaterThan(before.CpuTime + TimeSpan.FromMinutes(1));
        }

        _time.Advance(TimeSpan.FromMinutes(2));
        await using (var host = Open())
            (await SeeAsync(host)).ShutdownReason.ShouldBe(ShutdownReason.Crash);
    }

    [Fact]
    public async Task What_was_cut_short_is_still_half_made_in_the_next_process()
    {
        await using (var host = Open())
        {
            host.Faults.Add(new Fault(FaultKind.Die) { Before = "mark" });
            await Should.ThrowAsync<ProcessDiedException>(() => host.CreatePausedAsync(A.Desired(), CancellationToken.None));
        }
        await using (var host = Open())
            (await SeeAsync(host)).Ownership.ShouldBe(DomainOwnership.HalfMade);
    }

    [Fact]
    public async Task Devices_go_on_too()
    {
        var desired = A.Desired() with { Boot = new DirectBoot("/boot/vmlinuz", Cmdline: "sim.boot=10s"), Disks = [A.Disk()], Nics = [A.Nic()] };
        await using (var host = Open())
            await host.UnpauseAsync(new DomainRef(desired.Uuid, await host.CreatePausedAsync(desired, CancellationToken.None)), CancellationToken.None);

        _time.Advance(TimeSpan.FromSeconds(10));
        await using (var host = Open())
            (await SeeAsync(host)).Devices.ShouldAllBe(d => d.Mark != null && d.Backend == XenbusState.Connected && d.Frontend == XenbusState.Connected);
    }

    /// <summary>As versions before there were devices wrote it.</summary>
    [Fact]
    public async Task A_state_of_the_first_format_is_read_and_its_domains_have_no_devices()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(StatePath)!);
        await File.WriteAllTextAsync(StatePath, $$$"""
            {
              "Format": 1, "BootId": "b", "NextDomid": 2, "Intents": [], "Xenstore": { "/local/domain/1/name": "default.web" },
              "Domains": [{
                "Uuid": "{{{A.Uuid}}}", "Domid": 1, "Type": "Pvh", "Vcpus": 1, "MemoryKiB": 131072, "State": "Paused", "RanFor": "00:00:00", "HasRun": false,
                "Guest": { "Boot": "00:00:00", "Shutdown": "PowerOff", "AckDelay": "00:00:00", "ShutdownDelay": "00:00:00" },
                "Mark": {
                  "Uuid": "{{{A.Uuid}}}", "Namespace": "default", "Name": "web", "Generation": 1, "CreatedAt": "2026-01-01T00:00:00+00:00",
                  "BootedWith": {
                    "Uuid": "{{{A.Uuid}}}", "Namespace": "default", "Name": "web", "Generation": 1, "Type": "Pvh", "Vcpus": 1, "MemoryKiB": 131072,
                    "Boot": { "Kernel": "/boot/vmlinuz" }, "Power": "Running"
                  }
                }
              }]
            }
            """);
        await using var host = Open();
        var seen = await SeeAsync(host);
        seen.Devices.ShouldBeEmpty();
        seen.Mark.ShouldNotBeNull().BootedWith.ShouldBe(A.Desired());
        await host.AttachDiskAsync(seen.Ref, A.Disk(), CancellationToken.None);
        (await SeeAsync(host)).Devices.ShouldHaveSingleItem().Mark.ShouldNotBeNull();
    }

    [Fact]
    public async Task The_host_is_the_same_boot_and_domids_go_on()
    {
        string bootId;
        await using (var host = Open())
        {
            bootId = (await host.DescribeAsync(CancellationToken.None)).BootId;
            host.ByHand.Destroy(host.ByHand.Create("one"));
        }
        await using (var host = Open())
        {
            (await host.DescribeAsync(CancellationToken.None)).BootId.ShouldBe(bootId);
            host.ByHand.Create("two").ShouldBe(2);
        }
    }

    [Fact]
    public async Task One_process_at_a_time()
    {
        await using var host = Open();
        var error = Should.Throw<XenException>(() => Open());
        error.Code.ShouldBe(XenErrorCode.Unavailable);
        error.Message.ShouldContain(StatePath);
        error.Message.ShouldContain("another process");
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"Format":99,"BootId":"x"}""")]
    public async Task A_file_that_can_t_be_read_is_named_with_the_remedy(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(StatePath)!);
        await File.WriteAllTextAsync(StatePath, content);
        var error = Should.Throw<XenException>(() => Open());
        error.Code.ShouldBe(XenErrorCode.Unavailable);
        error.Message.ShouldContain(StatePath);
        error.Message.ShouldContain("Remove the file");
        File.Delete(StatePath);
        await using var host = Open(); // the lock was given back
    }

    [Fact]
    public async Task A_state_that_can_t_be_written_fails_the_call()
    {
        await using var host = Open();
        Directory.CreateDirectory(StatePath + ".new");
        (await Should.ThrowAsync<XenException>(() => host.CreatePausedAsync(A.Desired(), CancellationToken.None))).Message.ShouldContain("can't be written");
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private SimulatedHost Open() => new(new SimulatedHostOptions { StatePath = StatePath }, _time);

    private static async Task<ObservedDomain> SeeAsync(SimulatedHost host) =>
        (await host.ObserveAsync(A.Desired().Key, CancellationToken.None)).Domains.ShouldHaveSingleItem();
}
