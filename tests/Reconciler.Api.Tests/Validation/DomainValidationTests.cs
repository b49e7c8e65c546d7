using Reconciler.Api.Domains;
using Reconciler.Api.Validation;

namespace Reconciler.Api.Tests.Validation;

public sealed class DomainValidationTests
{
    [Fact]
    public void A_domain_without_devices_of_its_own_is_judged_with_hardly_any_garbage()
    {
        var domain = Sample.Domain();
        DomainValidation.Validate(domain);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) DomainValidation.Validate(domain);
        ((GC.GetAllocatedBytesForCurrentThread() - before) / 100).ShouldBeLessThan(200); // bytes: the quantity is read
    }

    [Fact]
    public void A_minimal_domain_is_acceptable() => DomainValidation.Validate(Sample.Domain()).ShouldBeEmpty();

    [Theory]
    [InlineData("0", "spec.memory.size: 0: that many bytes are less than the minimum of 32Mi. Write a number of bytes with a suffix Ki, Mi, Gi or Ti, such as 512Mi.")]
    [InlineData("512", "spec.memory.size: 512: that many bytes are less than the minimum of 32Mi. Write a number of bytes with a suffix Ki, Mi, Gi or Ti, such as 512Mi.")]
    [InlineData("31Mi", "spec.memory.size: 31Mi: less than the minimum of 32Mi. Write a number of bytes with a suffix Ki, Mi, Gi or Ti, such as 512Mi.")]
    [InlineData("512MB", "spec.memory.size: 512MB: not a quantity of bytes. Write a number of bytes with a suffix Ki, Mi, Gi or Ti, such as 512Mi.")]
    [InlineData("", "spec.memory.size: \"\": a domain needs memory. Write a number of bytes with a suffix Ki, Mi, Gi or Ti, such as 512Mi.")]
    public void Memory_is_refused_with_field_value_and_remedy(string size, string message) =>
        ShouldRefuse(Sample.Domain(memory: size), message);

    [Theory]
    [InlineData(0, "spec.cpu.vcpus: 0: less than the minimum of 1 virtual CPUs. Set it to 1 to 64.")]
    [InlineData(65, "spec.cpu.vcpus: 65: more than the maximum of 64 virtual CPUs. Set it to 1 to 64.")]
    public void Vcpus_are_refused_with_field_value_and_remedy(int vcpus, string message) =>
        ShouldRefuse(Sample.Domain(vcpus: vcpus), message);

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(null)]
    public void Vcpus_at_the_bounds_and_absent_are_accepted(int? vcpus) =>
        DomainValidation.Validate(Sample.Domain(vcpus: vcpus)).ShouldBeEmpty();

    [Fact]
    public void Suspend_at_host_stop_is_refused_because_no_restore_matches_it() => ShouldRefuse(
        Sample.Domain().With(s => s with { OnHostStop = HostStopAction.Suspend }),
        "spec.onHostStop: Suspend: not possible yet: nothing restores a domain that was suspended to disk with the guarantee that its disks and its host still match. Use Shutdown or Ignore.");

    [Theory]
    [InlineData(HostStopAction.Shutdown, HostStartAction.Start, -1000, 0)]
    [InlineData(HostStopAction.Ignore, HostStartAction.Ignore, 1000, 3600)]
    [InlineData(null, null, null, null)]
    public void What_happens_at_host_stop_and_start_is_accepted_at_the_bounds(HostStopAction? stop, HostStartAction? start, int? order, int? delay) =>
        DomainValidation.Validate(Sample.Domain().With(s => s with
        {
            OnHostStop = stop, OnHostStart = start, StartOrder = new StartOrderSpec { Order = order, DelaySeconds = delay },
        })).ShouldBeEmpty();

    [Theory]
    [InlineData(-1001, 0, "spec.startOrder.order: -1001: less than the minimum of -1000. Set it to -1000 to 1000.")]
    [InlineData(1001, 0, "spec.startOrder.order: 1001: more than the maximum of 1000. Set it to -1000 to 1000.")]
    [InlineData(0, -1, "spec.startOrder.delaySeconds: -1: less than the minimum of 0 seconds. Set it to 0 to 3600.")]
    [InlineData(0, 3601, "spec.startOrder.delaySeconds: 3601: more than the maximum of 3600 seconds. Set it to 0 to 3600.")]
    public void An_order_or_delay_out_of_bounds_is_refused(int order, int delay, string message) => ShouldRefuse(
        Sample.Domain().With(s => s with { StartOrder = new StartOrderSpec { Order = order, DelaySeconds = delay } }), message);

    [Theory]
    [InlineData("", "no file is named")]
    [InlineData("vmlinuz", "not an absolute path")]
    [InlineData("/boot/\0", "contains a NUL character")]
    public void A_kernel_path_that_can_name_no_file_is_refused(string kernel, string what)
    {
        var error = DomainValidation.Validate(Sample.Domain().With(s => s with { Boot = s.Boot with { Kernel = kernel } })).ShouldHaveSingleItem();
        error.Field.ShouldBe("spec.boot.kernel");
        error.Value.ShouldBe(kernel);
        error.Message.ShouldBe(what);
        error.Remedy.ShouldNotBeEmpty();
    }

    [Fact]
    public void A_relative_ramdisk_is_refused() =>
        ShouldRefuse(
            Sample.Domain().With(s => s with { Boot = s.Boot with { Ramdisk = "initrd" } }),
            "spec.boot.ramdisk: initrd: not an absolute path. Give an absolute path on the host, such as /var/lib/reconciler/boot/initrd.img, or leave it out.");

    [Theory]
    [InlineData(DomainType.PV, 1023, true)]
    [InlineData(DomainType.PV, 1024, false)]
    [InlineData(DomainType.PVH, 2047, true)]
    [InlineData(DomainType.PVH, 2048, false)]
    public void A_command_line_that_would_be_cut_off_is_refused(DomainType type, int length, bool accepted) =>
        DomainValidation.Validate(Sample.Domain(type: type).With(s => s with { Boot = s.Boot with { Cmdline = new string('x', length) } }))
            .Select(error => error.Field).ShouldBe(accepted ? [] : ["spec.boot.cmdline"]);

    [Fact]
    public void A_command_line_is_measured_in_bytes() =>
        DomainValidation.Validate(Sample.Domain(type: DomainType.PV).With(s => s with { Boot = s.Boot with { Cmdline = new string('é', 600) } }))
            .ShouldHaveSingleItem().Message.ShouldContain("1200 bytes");

    [Theory]
    [InlineData(232, true)]
    [InlineData(233, false)]
    public void A_name_that_is_too_long_for_Xen_is_refused(int length, bool accepted)
    {
        // "default." makes eight characters.
        var errors = DomainValidation.Validate(Sample.Domain(new string('a', length)));
        errors.Select(error => error.Field).ShouldBe(accepted ? [] : ["metadata.name"]);
        if (!accepted) errors[0].Remedy.ShouldContain("at most 232 characters");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(86401)]
    public void A_grace_period_out_of_range_is_refused(int seconds) =>
        DomainValidation.Validate(Sample.Domain().With(s => s with { Shutdown = new ShutdownSpec { GracePeriodSeconds = seconds } }))
            .ShouldHaveSingleItem().Field.ShouldBe("spec.shutdown.gracePeriodSeconds");

    [Theory]
    [InlineData("Xen1")]
    [InlineData("xen_1")]
    [InlineData("-xen")]
    [InlineData("")]
    [InlineData("xen..1")]
    public void A_host_name_that_no_host_can_have_is_refused(string name) =>
        DomainValidation.Validate(Sample.Domain().With(s => s with { Placement = new PlacementSpec { HostName = name } }))
            .ShouldHaveSingleItem().Field.ShouldBe("spec.placement.hostName");

    [Fact]
    public void Every_wrong_field_is_named_at_once() =>
        DomainValidation.Validate(Sample.Domain(memory: "1Mi", vcpus: 0).With(s => s with { Boot = new BootSpec { Kernel = "k" } }))
            .Select(error => error.Field).ShouldBe(["spec.cpu.vcpus", "spec.memory.size", "spec.boot.kernel"]);

    [Fact]
    public void A_missing_spec_is_refused() =>
        DomainValidation.Validate(Sample.Domain() with { Spec = null }).ShouldHaveSingleItem().Field.ShouldBe("spec");

    [Fact]
    public void A_value_outside_of_its_enumeration_is_refused() =>
        ShouldRefuse(
            Sample.Domain().With(s => s with { PowerState = (PowerState)9 }),
            "spec.powerState: 9: not a known value. Use one of Running, Paused, Halted.");

    [Fact]
    public void A_long_value_is_cut_in_the_message() =>
        new FieldError("f", new string('x', 5000), "too long", "Shorten it").ToString().Length.ShouldBeLessThan(200);

    private static void ShouldRefuse(Domain domain, string message) =>
        DomainValidation.Validate(domain).ShouldHaveSingleItem().ToString().ShouldBe(message);
}
