using Reconciler.Xen.Simulation;

namespace Reconciler.Xen.Tests.Simulation;

public sealed class GuestCmdlineTests
{
    private static readonly GuestBehavior Usual = new() { Boot = TimeSpan.FromSeconds(2) };

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("console=hvc0 quiet root=/dev/xvda1")]
    public void Words_that_are_the_kernel_s_own_change_nothing(string? cmdline) => GuestCmdline.Parse(cmdline, Usual).ShouldBe((Usual, null));

    [Fact]
    public void Each_word_sets_what_it_names()
    {
        var (behavior, error) = GuestCmdline.Parse(
            "quiet sim.shutdown=ignore sim.boot=0s sim.ackDelay=250ms sim.shutdownDelay=5s sim.crashAfter=10s sim.watchdogAfter=2m "
            + "sim.powerOffAfter=1h sim.rebootAfter=3m sim.kexecAfter=4m sim.devices=keep sim.connectDelay=6s sim.letGoDelay=7s sim.reattachAfter=8s", Usual);
        error.ShouldBeNull();
        behavior.ShouldBe(new GuestBehavior
        {
            Shutdown = ShutdownAnswer.Ignore,
            Boot = TimeSpan.Zero,
            AckDelay = TimeSpan.FromMilliseconds(250),
            ShutdownDelay = TimeSpan.FromSeconds(5),
            CrashAfter = TimeSpan.FromSeconds(10),
            WatchdogAfter = TimeSpan.FromMinutes(2),
            PowerOffAfter = TimeSpan.FromHours(1),
            RebootAfter = TimeSpan.FromMinutes(3),
            KexecAfter = TimeSpan.FromMinutes(4),
            Devices = DeviceAnswer.Keep,
            ConnectDelay = TimeSpan.FromSeconds(6),
            LetGoDelay = TimeSpan.FromSeconds(7),
            ReattachAfter = TimeSpan.FromSeconds(8),
        });
    }

    [Theory]
    [InlineData("poweroff", ShutdownAnswer.PowerOff)]
    [InlineData("ignore", ShutdownAnswer.Ignore)]
    [InlineData("hang", ShutdownAnswer.Hang)]
    [InlineData("refuse", ShutdownAnswer.Refuse)]
    [InlineData("forgetInBoot", ShutdownAnswer.ForgetInBoot)]
    public void The_answers_to_a_shutdown_request(string word, ShutdownAnswer answer) =>
        GuestCmdline.Parse($"sim.shutdown={word}", Usual).Behavior.Shutdown.ShouldBe(answer);

    [Theory]
    [InlineData("connect", DeviceAnswer.Connect)]
    [InlineData("noDriver", DeviceAnswer.NoDriver)]
    [InlineData("noHotplug", DeviceAnswer.NoHotplug)]
    [InlineData("keep", DeviceAnswer.Keep)]
    [InlineData("reattach", DeviceAnswer.Reattach)]
    [InlineData("crash", DeviceAnswer.Crash)]
    public void What_a_guest_does_with_its_devices(string word, DeviceAnswer answer) =>
        GuestCmdline.Parse($"sim.devices={word}", Usual).Behavior.Devices.ShouldBe(answer);

    [Theory]
    [InlineData("sim.devices=all", "connect, noDriver, noHotplug, keep, reattach or crash")]
    [InlineData("sim.shutdown=never", "poweroff, ignore, hang, refuse or forgetInBoot")]
    [InlineData("sim.shutdown", "poweroff, ignore, hang, refuse or forgetInBoot")]
    [InlineData("sim.crashAfter=soon", "10s")]
    [InlineData("sim.crashAfter=10", "10s")]
    [InlineData("sim.crashAfter=s", "10s")]
    [InlineData("sim.crashAfter=99999999h", "10s")]
    [InlineData("sim.crashafter=10s", "sim.crashAfter")]
    [InlineData("sim.=1s", "sim.crashAfter")]
    public void A_word_that_is_wrong_is_named_with_its_remedy(string word, string remedy)
    {
        var (behavior, error) = GuestCmdline.Parse($"quiet {word}", Usual);
        behavior.ShouldBe(Usual);
        error.ShouldNotBeNull().ShouldStartWith(word + ": ");
        error.ShouldContain(remedy);
    }
}
