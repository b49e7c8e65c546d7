using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Devices;
using Reconciler.Xen.Light.Native;
using Reconciler.Xen.Light.Ownership;
using Reconciler.Xen.Light.Tests.Support;
using Reconciler.Xen.Light.Worker.Operations;
using Reconciler.Xen.Light.Worker.Protocol;

namespace Reconciler.Xen.Light.Tests.Worker;

public sealed class AdoptionOperationsTests : IDisposable
{
    private const string Name = "old-web";
    private const string Configuration = """{"c_info":{"type":"pvh","name":"old-web"},"b_info":{"max_vcpus":1,"max_memkb":65536,"target_memkb":65536,"kernel":"/boot/old"}}""";

    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Started = Noon - TimeSpan.FromDays(400);

    private readonly WorkerBed _bed = new();
    private readonly FakeLibxl _libxl = new();
    private readonly FakeLibxl.Domain _old = new() { Uuid = Guid.NewGuid(), Domid = 41, Name = Name, Paused = false, CpuTime = 5, Configuration = Configuration };
    private readonly DesiredDomain _domain;

    public AdoptionOperationsTests()
    {
        _libxl.Domains.Add(_old);
        _domain = Domains.Desired() with { Adopts = new Adoptee(_old.Uuid, Name) };
    }

    private DomainRef Found => new(_old.Uuid, _old.Domid);

    [Fact]
    public void An_adopted_domain_is_the_object_s_with_its_domid_and_the_time_of_its_start()
    {
        Serve(new InspectRequest(Found)).Found.ShouldNotBeNull().Boot.ShouldBe(new DirectBoot("/boot/old"));
        Adopt().Error.ShouldBeNull();

        var seen = Seen();
        (seen.Uuid, seen.XenUuid, seen.Domid, seen.State, seen.Ownership).ShouldBe((_domain.Uuid, _old.Uuid, 41, RunState.Running, DomainOwnership.Ours));
        (seen.Mark!.StartedAt, seen.Mark.BootedWith.Boot.Kernel, seen.Mark.BootedWith.MemoryKiB).ShouldBe((Started, "/boot/old", 65536));
        _libxl.Calls.ShouldBe(["mark"], "nothing else is done to it");
        Serve(new InspectRequest(Found)).Found.ShouldBeNull("it is nobody else's any more");
    }

    [Fact]
    public void An_adopted_domain_is_acted_on_as_any_other_of_ours()
    {
        Adopt();
        var ours = Seen().Ref;
        Serve(new PauseRequest(ours)).Error.ShouldBeNull();
        Serve(new UnpauseRequest(ours, Noon)).Error.ShouldBeNull();
        Serve(new ShutdownRequest(ours, Noon)).Error.ShouldBeNull();
        Seen().Mark!.ShutdownRequestedAt.ShouldBe(Noon);
        Serve(new CreateRequest("{}", Domains.Mark(_domain))).Error!.Code.ShouldBe(XenErrorCode.AlreadyExists);
        Serve(new DestroyRequest(ours)).Error.ShouldBeNull();
        _libxl.Domains.ShouldBeEmpty();
        Observe().Details.ShouldBeEmpty();
    }

    [Fact]
    public void A_destroy_of_an_adopted_domain_that_is_cut_short_anywhere_is_finished_by_another_one()
    {
        for (var end = 0; ; end++)
        {
            _libxl.Domains.Clear();
            _libxl.Domains.Add(_old);
            (_old.Paused, _old.Userdata) = (false, null);
            Adopt();
            var before = _libxl.Calls.Count;
            _libxl.EndAt = 2 * before + end;
            var ended = false;
            try
            {
                Serve(new DestroyRequest(Seen().Ref));
            }
            catch (FakeLibxl.ProcessEnded)
            {
                ended = true;
            }
            _libxl.EndAt = null;
            if (!ended) break;
            foreach (var left in Observe().Details)
            {
                left.Uuid.ShouldBe(_domain.Uuid, $"cut at {end}");
                left.Ownership.ShouldNotBe(DomainOwnership.Foreign, $"cut at {end}");
                Serve(new DestroyRequest(left.Ref)).Error.ShouldBeNull();
            }
            _libxl.Domains.ShouldBeEmpty();
        }
    }

    [Fact]
    public void Who_makes_a_domain_of_the_same_UUID_after_a_destroy_that_was_cut_short_keeps_it()
    {
        Adopt();
        Intents.WriteAdopted(_old.Uuid, Seen().Ref);
        _libxl.Domains.Clear();
        _libxl.Domains.Add(new FakeLibxl.Domain { Uuid = _old.Uuid, Domid = 42, Name = Name });
        Serve(new ObserveRequest { XenUuid = _old.Uuid }).Domains!.Details.ShouldHaveSingleItem().Ownership.ShouldBe(DomainOwnership.Foreign);
    }

    [Fact]
    public void What_is_not_the_domain_that_was_named_is_not_touched()
    {
        Adopt(_domain with { Adopts = new Adoptee(_old.Uuid, "other") }).Error!.Code.ShouldBe(XenErrorCode.Stale);
        Adopt(_domain with { Type = DomainType.Pv }).Error!.Code.ShouldBe(XenErrorCode.InvalidConfiguration);
        Serve(new AdoptRequest(new DomainRef(Guid.NewGuid(), 41), _domain, Noon)).Error!.Code.ShouldBe(XenErrorCode.Stale);
        _libxl.Calls.ShouldBeEmpty();
    }

    [Fact]
    public void A_domain_of_libvirt_s_is_left_to_it()
    {
        _libxl.Domains[0] = new FakeLibxl.Domain { Uuid = _old.Uuid, Domid = 41, Name = Name, Paused = false, Configuration = Configuration, IsLibvirts = true };
        var error = Adopt().Error.ShouldNotBeNull();
        error.Code.ShouldBe(XenErrorCode.NotOurs);
        error.Message.ShouldContain("libvirt");
        _libxl.Calls.ShouldBeEmpty();
    }

    [Fact]
    public void Only_one_object_adopts_it_and_one_that_has_a_domain_none()
    {
        Adopt();
        Adopt(_domain with { Uuid = Guid.NewGuid(), Name = "second" }).Error!.Code.ShouldBe(XenErrorCode.NotOurs);
        Adopt().Error.ShouldBeNull();

        FakeLibxl.Domain another = new() { Uuid = Guid.NewGuid(), Domid = 43, Name = "another", Paused = false, Configuration = Configuration };
        _libxl.Domains.Add(another);
        Serve(new AdoptRequest(new DomainRef(another.Uuid, 43), _domain with { Adopts = new Adoptee(another.Uuid, "another") }, Noon)).Error!.Code.ShouldBe(XenErrorCode.AlreadyExists);
    }

    [Fact]
    public void The_process_of_xl_that_waits_for_a_domain_is_known_by_what_it_has_said()
    {
        var proc = Path.Combine(_bed.Folder, "proc");
        Make(100, "xl", "Waiting for domain old-web (domid 41) to die [pid 100]\n");
        Make(101, "xl", "Waiting for domain other (domid 4) to die [pid 101]\n");
        Make(102, "sh", "Waiting for domain old-web (domid 41) to die [pid 102]\n");
        XlProcesses xl = new(proc, logs: _bed.Folder);
        xl.Of(41).ShouldBe([100]);
        // It was restarted by xl meanwhile.
        File.AppendAllText(Path.Combine(_bed.Folder, "100.log"), "Domain 41 has been rebooted\nWaiting for domain old-web (domid 44) to die [pid 100]\n");
        xl.Of(41).ShouldBeEmpty();
        xl.Of(44).ShouldBe([100]);

        void Make(int pid, string command, string said)
        {
            Directory.CreateDirectory(Path.Combine(proc, $"{pid}", "fd"));
            File.WriteAllText(Path.Combine(proc, $"{pid}", "comm"), command + "\n");
            File.WriteAllText(Path.Combine(_bed.Folder, $"{pid}.log"), said);
            File.CreateSymbolicLink(Path.Combine(proc, $"{pid}", "fd", "1"), Path.Combine(_bed.Folder, $"{pid}.log"));
        }
    }

    public void Dispose() => _bed.Dispose();

    private Intents Intents => new(Path.Combine(_bed.Folder, "state"), "boot");

    private WorkerReply Adopt(DesiredDomain? domain = null) => Serve(new AdoptRequest(Found, domain ?? _domain, Noon, Started));

    private DomainsReport Observe() => Serve(new ObserveRequest { Uuid = _domain.Uuid }).Domains!;

    private ObservedDomain Seen() => Observe().Details.ShouldHaveSingleItem();

    private WorkerReply Serve(WorkerRequest request) => new OperationTable(
        _libxl, _libxl, new LoopDevices(_libxl, _bed.Folder, Path.Combine(_bed.Folder, "block")), new FakeNetwork().Ports, Intents, new OperationLocks(_bed.LockDirectory)).Serve(request);
}
