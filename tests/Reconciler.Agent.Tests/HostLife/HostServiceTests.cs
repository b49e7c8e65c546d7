using Reconciler.Agent.HostLife.Service;
using Reconciler.Testing.Lab;

namespace Reconciler.Agent.Tests.HostLife;

public sealed class HostServiceTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("host-").FullName;

    private static HostService Service(string program = HostServiceInstaller.Program) =>
        new(program, ["--node-name", "xen-a", "--disk-directory", "/dev/vg0"], [], TimeSpan.FromMinutes(5));

    [Fact]
    public void The_unit_is_stopped_by_nothing_but_the_shutdown_of_the_machine()
    {
        var lines = SystemdUnit.Render(Service()).Split('\n');
        lines.ShouldContain("RefuseManualStop=yes");
        lines.ShouldContain("IgnoreOnIsolate=yes");
        lines.ShouldContain("RemainAfterExit=yes");
        lines.ShouldContain(line => line.StartsWith("After=xenstored.service xenconsoled.service ", StringComparison.Ordinal));
        // Each of these would pass a stop or restart of xenstored, or of what runs the agent's pod, on to it.
        foreach (var key in (string[])["Requires=", "Requisite=", "BindsTo=", "PartOf=", "PropagatesStopTo=", "DefaultDependencies=no", "Conflicts="])
            lines.ShouldNotContain(line => line.StartsWith(key, StringComparison.Ordinal));
        lines.Single(line => line.StartsWith("ExecStop=", StringComparison.Ordinal)).ShouldContain("is-system-running");
    }

    [Fact]
    public void The_unit_starts_and_stops_as_it_was_installed()
    {
        var lines = SystemdUnit.Render(Service()).Split('\n');
        lines.ShouldContain("ExecStart=-/var/lib/reconciler/bin/reconciler-agent host-start --node-name xen-a --disk-directory /dev/vg0");
        lines.Single(line => line.StartsWith("ExecStop=", StringComparison.Ordinal)).ShouldEndWith("exec /var/lib/reconciler/bin/reconciler-agent host-stop --budget 300s'");
        lines.ShouldContain("TimeoutStopSec=390");
        lines.ShouldContain("WantedBy=multi-user.target");
    }

    [Fact]
    public async Task Systemd_has_nothing_against_the_unit()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-analyze"), "systemd-analyze is not installed");
        var path = Path.Combine(_root, "reconciler-host.service");
        await File.WriteAllTextAsync(path, SystemdUnit.Render(Service("/bin/true")), TestContext.Current.CancellationToken);
        var output = await ExternalProgram.RunAsync("systemd-analyze", ["verify", "--man=no", path], cancellation: TestContext.Current.CancellationToken);
        (output.Error + output.Output).Split('\n').Where(line => line.Contains("reconciler-host", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("default", false)]
    [InlineData("single", false)]
    [InlineData("shutdown", true)]
    [InlineData("reboot", true)]
    public async Task The_OpenRC_script_stops_in_earnest_only_when_the_machine_does(string runlevel, bool inEarnest)
    {
        // Its functions, run by a shell with what OpenRC would give it.
        var script = OpenRcScript.Render(Service("/bin/echo")).Replace("/dev/xen/privcmd", "/dev/null", StringComparison.Ordinal);
        var result = await ExternalProgram.RunAsync(
            "/bin/sh", [], $"ebegin() {{ :; }}; eend() {{ return $1; }}; eerror() {{ :; }}; RC_RUNLEVEL={runlevel}\n{script}\nstop\n", cancellation: TestContext.Current.CancellationToken);
        result.ExitCode.ShouldBe(inEarnest ? 0 : 1);
        result.Output.ShouldBe(inEarnest ? "host-stop --budget 300s\n" : "");
    }

    [Fact]
    public void The_OpenRC_script_is_ordered_after_xenstored_and_does_not_need_it()
    {
        var script = OpenRcScript.Render(Service());
        script.ShouldContain("after xenstored xenconsoled ");
        script.ShouldNotContain("need ");
    }

    [Fact]
    public void It_is_installed_once_and_anew_when_something_differs()
    {
        var program = Path.Combine(_root, "program");
        File.WriteAllText(program, "1");
        Directory.CreateDirectory(Path.Combine(_root, "etc/systemd/system"));
        var installer = new HostServiceInstaller(_root);
        installer.Init.ShouldBe(HostInit.Systemd);

        installer.Install(HostInit.Systemd, Service(), program).ShouldBe(
            [HostServiceInstaller.Program, "/etc/systemd/system/reconciler-host.service", "/etc/systemd/system/multi-user.target.wants/reconciler-host.service"]);
        installer.Install(HostInit.Systemd, Service(), program).ShouldBeEmpty();
        File.WriteAllText(program, "2");
        installer.Install(HostInit.Systemd, Service(), program).ShouldBe([HostServiceInstaller.Program]);
        File.ReadAllText(_root + HostServiceInstaller.Program).ShouldBe("2");
        if (OperatingSystem.IsLinux()) File.GetUnixFileMode(_root + HostServiceInstaller.Program).HasFlag(UnixFileMode.UserExecute).ShouldBeTrue();
        File.Delete(Path.Combine(_root, SystemdUnit.Enabled));
        installer.Install(HostInit.Systemd, Service(), program).ShouldBe(["/etc/systemd/system/multi-user.target.wants/reconciler-host.service"]);
        new FileInfo(Path.Combine(_root, SystemdUnit.Enabled)).LinkTarget.ShouldBe("/etc/systemd/system/reconciler-host.service");
    }

    [Fact]
    public void On_a_host_with_OpenRC_it_is_a_script_of_the_default_runlevel()
    {
        var program = Path.Combine(_root, "program");
        File.WriteAllText(program, "1");
        Directory.CreateDirectory(Path.Combine(_root, "sbin"));
        File.WriteAllText(Path.Combine(_root, "sbin/openrc-run"), "");
        var installer = new HostServiceInstaller(_root);
        installer.Init.ShouldBe(HostInit.OpenRc);
        installer.Install(HostInit.OpenRc, Service(), program).ShouldBe([HostServiceInstaller.Program, "/etc/init.d/reconciler-host", "/etc/runlevels/default/reconciler-host"]);
    }

    [Theory]
    [InlineData("/dev/a b")]
    [InlineData("$(reboot)")]
    [InlineData("a'b")]
    [InlineData("100%")]
    [InlineData("")]
    public void A_word_that_a_shell_or_systemd_would_read_otherwise_is_refused(string word) =>
        Should.Throw<ArgumentException>(() => SystemdUnit.Render(Service() with { StartArguments = [word] }));

    public void Dispose() => Directory.Delete(_root, recursive: true);
}
