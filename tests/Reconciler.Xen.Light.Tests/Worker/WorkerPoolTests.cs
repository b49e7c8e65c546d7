using System.Diagnostics;
using System.Runtime.InteropServices;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Configuration;
using Reconciler.Xen.Light.Ownership;
using Reconciler.Xen.Light.Tests.Support;
using Reconciler.Xen.Light.Worker;
using Reconciler.Xen.Light.Worker.Pool;
using Reconciler.Xen.Light.Worker.Protocol;

namespace Reconciler.Xen.Light.Tests.Worker;

/// <summary>Real worker processes on Debian's real libxenlight 4.17, on a machine without Xen.</summary>
public sealed class WorkerPoolTests(LibxlLab lab) : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(500);

    private readonly WorkerBed _bed = new();

    [Fact]
    public async Task The_real_library_is_found_and_describes_the_host()
    {
        await using var pool = _bed.Pool(_bed.Real(lab));
        var host = (await pool.CallAsync(new DescribeRequest(), Long, default)).Host!;
        host.XenVersion.ShouldBe("4.17.stub");
        host.CpuFeatures.ShouldBe("178bf3ff:f6d8320b:2e500800:244037ff"); // of eight words in hw_caps of xl info the first four
        pool.LastReady!.Soname.ShouldBe("libxenlight.so.4.17");
        pool.LastReady.CgroupError.ShouldBeNull();
    }

    [Theory]
    [InlineData("ok")] // libxl_get_numainfo fails
    [InlineData("numa")] // libxl_node_to_cpumap fails
    public async Task A_host_that_does_not_tell_of_its_NUMA_nodes_is_described_without_them_and_that_is_said(string mode)
    {
        _bed.SetMode(mode);
        await using LibxlHost host = new(new LibxlHostOptions { Workers = _bed.Real(lab) }, TimeProvider.System);
        var facts = await host.DescribeAsync(default);
        facts.XenVersion.ShouldBe("4.17.stub");
        facts.NumaNodes.ShouldBe(1);
        facts.Numa.ShouldBeEmpty();
        host.Degradations.ShouldHaveSingleItem().ShouldContain("NUMA nodes (1) are not known");

        // Not at each look, then.
        _bed.Log.ShouldNotContain(line => line.Operation == "describe");
    }

    [Theory]
    [InlineData(DomainType.Pvh)]
    [InlineData(DomainType.Pv)]
    public async Task The_real_library_takes_every_leaf_of_our_configurations(DomainType type)
    {
        await using var pool = _bed.Pool(_bed.Real(lab));
        var domain = Domains.Desired(type) with
        {
            Disks = [Domains.Disk(), Domains.Disk() with { Format = DiskFormat.Qcow2, ReadOnly = true }, Domains.Disk() with { CdRom = true }],
            Nics = [Domains.Nic(), Domains.Nic() with { Index = 1, Mtu = 9000, RateBytesPerSecond = 1_000_000 }],
        };
        await pool.CallAsync(new CheckRequest(DomainConfiguration.ToJson(domain, domain.Boot)), Long, default);
    }

    [Theory]
    [InlineData("""{"b_info":{"max_vcpus":1,"max_vpcus":1,"type.pvh":{}}}""", "b_info.max_vpcus = 1: libxl would ignore it")]
    [InlineData("""{"b_info":{"nested_virtualisation":false,"type.pvh":{}}}""", "b_info.nested_virtualisation = false: libxl would ignore it")]
    [InlineData("""{"c_info":{"type":"pvh"},"b_info":{"type.pvq":{}}}""", "b_info.type.pvq = {}: libxl would ignore it")]
    [InlineData("""{"disks":[{"vdev":"xvda","vedv":"xvdb"}]}""", "disks[0].vedv = \"xvdb\": libxl would ignore it")]
    [InlineData("""{"b_info":{"cmdline":"a\u0000b"}}""", "b_info.cmdline = \"a\\u0000b\": libxl made \"a\" of it")]
    [InlineData("""{"c_info":{"type":"pvx"}}""", "libxl refused to read it")]
    [InlineData("""{"b_info":{"max_vcpus":"two"}}""", "b_info.max_vcpus = \"two\": libxl would ignore it")]
    [InlineData("""{"b_info":""", "libxl refused to read it")]
    public async Task What_the_real_library_would_ignore_or_change_is_refused_with_its_path(string configuration, string message)
    {
        await using var pool = _bed.Pool(_bed.Real(lab));
        var refused = await Should.ThrowAsync<XenException>(pool.CallAsync(new CheckRequest(configuration), Long, default));
        refused.Code.ShouldBe(XenErrorCode.InvalidConfiguration);
        refused.Detail.ShouldContain(message);
    }

    [Theory]
    [InlineData("""{"c_info":{"type":"pvh","oos":"<default>"},"b_info":{"rtc_timeoffset":0,"max_vcpus":0,"bootloader_args":[],"type.pvh":{}}}""")]
    [InlineData("""{"on_poweroff":"destroy","on_crash":"destroy"}""")]
    [InlineData("""{"disks":[{"vdev":"xvda","removable":0,"readwrite":1,"is_cdrom":0}],"nics":[]}""")]
    public async Task What_the_real_library_leaves_out_because_it_is_its_default_passes(string configuration)
    {
        await using var pool = _bed.Pool(_bed.Real(lab));
        await pool.CallAsync(new CheckRequest(configuration), Long, default);
    }

    [Fact]
    public async Task A_create_is_refused_by_the_worker_itself_where_it_can_tell_why()
    {
        await using var pool = _bed.Pool(_bed.Real(lab));
        var domain = Domains.Desired();
        var create = pool.CallAsync(new CreateRequest(DomainConfiguration.ToJson(domain, domain.Boot), Domains.Mark(domain)), Long, default);
        var refused = await Should.ThrowAsync<XenException>(create);
        refused.Code.ShouldBe(XenErrorCode.NotSupported); // the stub's hypervisor runs nothing
        refused.Detail.ShouldContain("can't run Pvh domains");
        _bed.Log.ShouldNotContain(line => line.Text.StartsWith('\u0001'));
    }

    [Fact]
    public async Task A_worker_that_exceeds_its_limit_is_killed_with_its_children_and_the_next_call_works()
    {
        await using var pool = _bed.Pool(_bed.Real(lab));
        await pool.CallAsync(new DescribeRequest(), Long, default);
        var pid = pool.LastReady!.Pid;

        _bed.SetMode("child");
        var call = pool.CallAsync(new DescribeRequest(), TimeSpan.FromSeconds(2), default);
        var child = int.Parse(await ReadWhenThereAsync(_bed.ModeFile + ".child"));
        var killed = await Should.ThrowAsync<XenException>(call);
        killed.Code.ShouldBe(XenErrorCode.Timeout);
        killed.Operation.ShouldBe("describe");
        killed.Detail.ShouldContain("exceeded its limit of 2 s");
        await GoneAsync(child);

        _bed.SetMode("ok");
        await pool.CallAsync(new DescribeRequest(), Long, default);
        pool.LastReady!.Pid.ShouldNotBe(pid);
    }

    [Fact]
    public async Task A_worker_that_dies_is_said_to_be_lost_and_is_replaced()
    {
        await using var pool = _bed.Pool(_bed.Real(lab));
        _bed.SetMode("crash");
        var lost = await Should.ThrowAsync<XenException>(pool.CallAsync(new DescribeRequest(), Long, default));
        lost.Code.ShouldBe(XenErrorCode.WorkerLost);
        lost.Detail.ShouldContain("exit code 134");
        _bed.SetMode("ok");
        await pool.CallAsync(new DescribeRequest(), Long, default);
    }

    [Fact]
    public async Task While_an_operation_hangs_the_host_can_be_observed()
    {
        await using var pool = _bed.Pool(_bed.Real(lab));
        await pool.CallAsync(new ObserveRequest(), Long, default);
        _bed.SetMode("hang");
        var domain = Domains.Desired();
        var create = pool.CallAsync(new CreateRequest(DomainConfiguration.ToJson(domain, domain.Boot), Domains.Mark(domain)), TimeSpan.FromSeconds(5), default);
        OperationLocks locks = new(_bed.LockDirectory);
        while (!locks.IsHeld(domain.Uuid) && !create.IsCompleted) await Task.Delay(20);
        var report = (await pool.CallAsync(new ObserveRequest { Uuid = domain.Uuid }, Long, default)).Domains!;
        report.Busy.ShouldBeTrue();
        (await Should.ThrowAsync<XenException>(create)).Code.ShouldBe(XenErrorCode.Timeout);
        locks.IsHeld(domain.Uuid).ShouldBeFalse();
    }

    [Fact]
    public async Task A_third_worker_is_started_only_when_an_operation_would_have_to_wait()
    {
        await using var pool = _bed.Pool(_bed.Counted(_bed.Real(lab)));
        var nobody = new DomainRef(Guid.NewGuid(), 7);
        for (var i = 0; i < 3; i++)
        {
            await pool.CallAsync(new ObserveRequest(), Long, default);
            await Should.ThrowAsync<XenException>(pool.CallAsync(new PauseRequest(nobody), Long, default));
        }
        _bed.Starts.ShouldBe(2);

        _bed.SetMode("hold");
        var domain = Domains.Desired();
        var create = pool.CallAsync(new CreateRequest(DomainConfiguration.ToJson(domain, domain.Boot), Domains.Mark(domain)), Long, default);
        OperationLocks locks = new(_bed.LockDirectory);
        while (!locks.IsHeld(domain.Uuid) && !create.IsCompleted) await Task.Delay(20);
        (await Should.ThrowAsync<XenException>(pool.CallAsync(new PauseRequest(nobody), Long, default))).Code.ShouldBe(XenErrorCode.Stale);
        create.IsCompleted.ShouldBeFalse();
        _bed.Starts.ShouldBe(3);

        _bed.SetMode("ok");
        (await Should.ThrowAsync<XenException>(create)).Code.ShouldBe(XenErrorCode.NotSupported);
    }

    [Fact]
    public async Task While_long_operations_hold_all_workers_that_they_may_a_pause_and_a_destroy_are_done()
    {
        await using var pool = _bed.Pool(_bed.Real(lab));
        await pool.CallAsync(new ObserveRequest(), Long, default);
        _bed.SetMode("hold");
        DesiredDomain[] domains = [Domains.Desired(), Domains.Desired() with { Uuid = Guid.NewGuid() }];
        var creates = domains
            .Select(domain => pool.CallAsync(new CreateRequest(DomainConfiguration.ToJson(domain, domain.Boot), Domains.Mark(domain)), Long, default))
            .ToArray();
        OperationLocks locks = new(_bed.LockDirectory);
        while (!locks.IsHeld(domains[0].Uuid) && !creates[0].IsCompleted) await Task.Delay(20);

        // There is no such domain: the hypervisor was asked.
        var nobody = new DomainRef(Guid.NewGuid(), 7);
        (await Should.ThrowAsync<XenException>(pool.CallAsync(new PauseRequest(nobody), Long, default))).Code.ShouldBe(XenErrorCode.Stale);
        await pool.CallAsync(new DestroyRequest(nobody), Long, default);
        creates.ShouldAllBe(create => !create.IsCompleted);
        locks.IsHeld(domains[1].Uuid).ShouldBeFalse();

        _bed.SetMode("ok");
        foreach (var create in creates) (await Should.ThrowAsync<XenException>(create)).Code.ShouldBe(XenErrorCode.NotSupported);
    }

    [Fact]
    public async Task When_the_agent_dies_the_worker_finishes_its_operation_and_ends()
    {
        var (worker, input) = StartByHand(_bed.Real(lab));
        using (worker)
        {
            await Send(input, WorkerProtocol.Encode(Hello(), WorkerJson.Default.WorkerHello));
            (await worker.StandardOutput.ReadLineAsync()).ShouldNotBeNull();
            _bed.SetMode("slow");
            await Send(input, WorkerProtocol.Encode<WorkerRequest>(new DescribeRequest { Id = 1 }, WorkerJson.Default.WorkerRequest));

            // As if the agent were gone: nobody writes, nobody reads.
            input.Dispose();
            worker.StandardOutput.Dispose();
            worker.StandardError.Dispose();
            await worker.WaitForExitAsync().WaitAsync(Long);
            worker.ExitCode.ShouldBe(0);
            File.Exists(_bed.ModeFile + ".done").ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Signals_that_end_an_agent_do_not_end_its_workers()
    {
        var (worker, input) = StartByHand(_bed.Real(lab));
        using (worker)
        {
            await Send(input, WorkerProtocol.Encode(Hello(), WorkerJson.Default.WorkerHello));
            (await worker.StandardOutput.ReadLineAsync()).ShouldNotBeNull();
            foreach (var signal in (string[])["-TERM", "-INT", "-HUP", "-QUIT"])
                using (var kill = Process.Start("kill", [signal, worker.Id.ToString()])) await kill.WaitForExitAsync();
            await Send(input, WorkerProtocol.Encode<WorkerRequest>(new DescribeRequest { Id = 1 }, WorkerJson.Default.WorkerRequest));
            (await worker.StandardOutput.ReadLineAsync()).ShouldNotBeNull().ShouldContain("4.17.stub");
            input.Dispose();
            await worker.WaitForExitAsync().WaitAsync(Long);
            worker.ExitCode.ShouldBe(0);
        }
    }

    [Theory]
    [InlineData("exit", XenErrorCode.WorkerLost, "exit code 3")]
    [InlineData("garbage", XenErrorCode.WorkerLost, "it answered with \"xc: detail: not JSON?\"")]
    [InlineData("wrong-id", XenErrorCode.WorkerLost, "it answered request 99 instead of 2")]
    [InlineData("endless", XenErrorCode.WorkerLost, "a line of more than")]
    [InlineData("hang", XenErrorCode.Timeout, "exceeded its limit")]
    public async Task A_worker_that_does_not_keep_the_protocol_is_killed(string how, XenErrorCode code, string message)
    {
        await using var pool = _bed.Pool(_bed.Misbehaving(how));
        var failed = await Should.ThrowAsync<XenException>(pool.CallAsync(new DescribeRequest(), how is "hang" ? Short : Long, default));
        pool.Losses.ShouldBe(code is XenErrorCode.Timeout ? new WorkerLosses(TimedOut: 1, Lost: 0) : new WorkerLosses(TimedOut: 0, Lost: 1));
        failed.Code.ShouldBe(code);
        failed.Detail.ShouldContain(message);
    }

    [Fact]
    public async Task What_a_lost_worker_said_last_is_kept()
    {
        await using var pool = _bed.Pool(_bed.Misbehaving("exit"));
        var lost = await Should.ThrowAsync<XenException>(pool.CallAsync(new DescribeRequest(), Long, default));
        lost.InnerException.ShouldBeOfType<WorkerLogException>().Lines.ShouldBe(["libxl: error: something terrible"]);
        _bed.Log.ShouldContain(line => line.Operation == "describe" && line.Text == "libxl: error: something terrible");
    }

    [Theory]
    [InlineData("exit-at-start", "it ended before it said hello with exit code 3")]
    [InlineData("garbage-start", "it did not say hello but \"Welcome to this machine\"")]
    [InlineData("other-version", "it speaks version 2")]
    [InlineData("silent-start", "it did not say hello within 0.5 s")]
    public async Task A_worker_that_does_not_start_is_unavailable_and_tried_again(string how, string message)
    {
        await using var pool = _bed.Pool(_bed.Misbehaving(how) with { StartLimit = how is "silent-start" ? Short : Long });
        for (var i = 0; i < 2; i++)
        {
            var failed = await Should.ThrowAsync<XenException>(pool.CallAsync(new DescribeRequest(), Long, default));
            failed.Code.ShouldBe(XenErrorCode.Unavailable);
            failed.Detail.ShouldContain(message);
        }
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named()
    {
        await using var pool = _bed.Pool(_bed.Misbehaving("exit") with { Program = "/no/such/program" });
        var failed = await Should.ThrowAsync<XenException>(pool.CallAsync(new DescribeRequest(), Long, default));
        failed.Code.ShouldBe(XenErrorCode.Unavailable);
        failed.Message.ShouldContain("/no/such/program");
    }

    [Fact]
    public async Task Without_the_hypervisor_the_missing_device_is_named_with_the_remedy()
    {
        await using var pool = _bed.Pool(_bed.Real(lab, stub: false));
        var failed = await Should.ThrowAsync<XenException>(pool.CallAsync(new DescribeRequest(), Long, default));
        failed.Code.ShouldBe(XenErrorCode.Unavailable);
        failed.Detail.ShouldContain("/dev/xen/privcmd is not there");
        failed.Detail.ShouldContain("--host simulated");
    }

    [Fact]
    public async Task Without_libxenlight_what_was_looked_for_is_named_with_the_remedy()
    {
        Assert.SkipWhen(
            NativeLibrary.TryLoad("libxenlight.so.4.17", out _), "this machine has a libxenlight of its own: it can't be shown what is said without one");
        var options = _bed.Real(lab) with { Environment = new Dictionary<string, string>() };
        await using var pool = _bed.Pool(options);
        var failed = await Should.ThrowAsync<XenException>(pool.CallAsync(new DescribeRequest(), Long, default));
        failed.Code.ShouldBe(XenErrorCode.Unavailable);
        failed.Detail.ShouldContain("no libxenlight.so.4.14 to .4.22 in the library path");
        failed.Detail.ShouldContain("RECONCILER_LIBXENLIGHT=");
    }

    [Fact]
    public async Task A_cgroup_that_cant_be_entered_is_said_and_no_failure()
    {
        await using var pool = _bed.Pool(_bed.Real(lab) with { Cgroup = "/proc/self/no-cgroup" });
        await pool.CallAsync(new DescribeRequest(), Long, default);
        pool.LastReady!.CgroupError.ShouldNotBeNull().ShouldContain("/proc/self/no-cgroup");
    }

    [Fact]
    public async Task A_worker_moves_itself_to_the_cgroup_first()
    {
        // Any directory serves to see what it writes.
        var cgroup = Path.Combine(_bed.Folder, "cgroup");
        await using var pool = _bed.Pool(_bed.Real(lab) with { Cgroup = cgroup });
        await pool.CallAsync(new DescribeRequest(), Long, default);
        pool.LastReady!.CgroupError.ShouldBeNull();
        int.TryParse(await File.ReadAllTextAsync(Path.Combine(cgroup, "cgroup.procs")), out _).ShouldBeTrue();
    }

    [Fact]
    public async Task After_the_pool_is_closed_its_workers_end()
    {
        var pool = _bed.Pool(_bed.Real(lab));
        await pool.CallAsync(new DescribeRequest(), Long, default);
        var pid = pool.LastReady!.Pid;
        await pool.DisposeAsync();
        await GoneAsync(pid);
        (await Should.ThrowAsync<XenException>(pool.CallAsync(new DescribeRequest(), Long, default))).Code.ShouldBe(XenErrorCode.Unavailable);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_before_a_worker_has_it_does_nothing()
    {
        await using var pool = _bed.Pool(_bed.Real(lab));
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(pool.CallAsync(new DescribeRequest(), Long, cancelled.Token));
        await pool.CallAsync(new DescribeRequest(), Long, default);
    }

    public void Dispose() => _bed.Dispose();

    private WorkerHello Hello() => new() { Protocol = 1, StateDirectory = _bed.Folder, LockDirectory = _bed.LockDirectory };

    private static (Process Worker, Stream Input) StartByHand(WorkerOptions options)
    {
        ProcessStartInfo start = new(options.Program!, options.Arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in options.Environment) start.Environment[name] = value;
        var worker = Process.Start(start)!;
        return (worker, worker.StandardInput.BaseStream);
    }

    private static async Task Send(Stream input, byte[] line)
    {
        await input.WriteAsync(line);
        await input.FlushAsync();
    }

    private static async Task<string> ReadWhenThereAsync(string file)
    {
        using CancellationTokenSource limit = new(Long);
        while (!File.Exists(file) || new FileInfo(file).Length == 0) await Task.Delay(20, limit.Token);
        return await File.ReadAllTextAsync(file);
    }

    /// <summary>Waits for a process that is not ours to end; a zombie that nobody reaps has ended.</summary>
    private static async Task GoneAsync(int pid)
    {
        using CancellationTokenSource limit = new(Long);
        while (File.Exists($"/proc/{pid}/stat") && !(await File.ReadAllTextAsync($"/proc/{pid}/stat", limit.Token)).Contains(") Z ")) await Task.Delay(20, limit.Token);
    }
}
