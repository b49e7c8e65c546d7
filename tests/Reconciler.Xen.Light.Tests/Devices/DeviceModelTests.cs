using Reconciler.Xen.Light.Devices;

namespace Reconciler.Xen.Light.Tests.Devices;

public sealed class DeviceModelTests : IDisposable
{
    private readonly string _proc = Directory.CreateTempSubdirectory("reconciler-proc-").FullName;

    [Fact]
    public void It_has_ended_when_the_process_is_gone_another_one_or_not_waited_for()
    {
        SeeProcessesOf("pid:[4026531836]");
        Process(70, "/usr/libexec/xen-qemu-system-i386\0-xen-domid\03\0-no-shutdown\0");
        Process(71, "/usr/sbin/sshd\0");
        Process(72, "");
        DeviceModel.HasEnded(70, 3, _proc).ShouldBeFalse();
        DeviceModel.HasEnded(70, 4, _proc).ShouldBeTrue();
        DeviceModel.HasEnded(71, 3, _proc).ShouldBeTrue();
        DeviceModel.HasEnded(72, 3, _proc).ShouldBeTrue();
        DeviceModel.HasEnded(73, 3, _proc).ShouldBeTrue();
    }

    [Fact]
    public void Who_does_not_see_the_processes_of_the_host_can_t_tell()
    {
        SeeProcessesOf("pid:[4026532177]");
        DeviceModel.HasEnded(73, 3, _proc).ShouldBeFalse();
    }

    public void Dispose() => Directory.Delete(_proc, recursive: true);

    private void SeeProcessesOf(string pidNamespace)
    {
        Directory.CreateDirectory(Path.Combine(_proc, "self", "ns"));
        File.CreateSymbolicLink(Path.Combine(_proc, "self", "ns", "pid"), pidNamespace);
    }

    private void Process(int pid, string commandLine)
    {
        Directory.CreateDirectory(Path.Combine(_proc, $"{pid}"));
        File.WriteAllText(Path.Combine(_proc, $"{pid}", "cmdline"), commandLine);
    }
}
