using Reconciler.EndToEnd.Tests.Line;
using Reconciler.Testing.Lab;

namespace Reconciler.EndToEnd.Tests.Scenarios;

/// <summary>What a user gets wrong: each says what is wrong on the object, leaves nothing on the host, and is over once it is put right.</summary>
[Collection(FirstLine.Name)]
public sealed class BadInputTests(LineLab lab) : LineTest(lab)
{
    [Fact]
    public async Task A_missing_kernel_is_named_and_the_domain_starts_once_the_manifest_is_corrected()
    {
        await ShouldBeRefusedAsync(
            new DomainUnderTest(Lab, Namespace, "no-kernel") { Kernel = "/guest/no-such-kernel" },
            "False/FileNotUsable",
            "/guest/no-such-kernel");
        var corrected = Domain("no-kernel");
        await corrected.ApplyAsync(Cancellation);
        await corrected.UntilAsync("Running", Cancellation);
        await corrected.DeleteAsync(Cancellation);
    }

    [Fact]
    public Task A_kernel_outside_the_allowed_directories_is_refused() => ShouldBeRefusedAsync(
        new DomainUnderTest(Lab, Namespace, "outside") { Kernel = "/etc/passwd" }, "False/FileNotUsable", "/etc/passwd");

    [Fact]
    public async Task A_corrupt_kernel_is_named_and_leaves_nothing_on_the_host()
    {
        await Lab.Xen.ExecAsync("head -c 100000 /dev/zero >/guest/corrupt", Cancellation);
        await ShouldBeRefusedAsync(
            new DomainUnderTest(Lab, Namespace, "corrupt") { Kernel = "/guest/corrupt" }, "False/InvalidConfiguration", "/guest/corrupt");
    }

    [Fact]
    public async Task More_memory_than_the_host_has_is_not_placed()
    {
        var domain = new DomainUnderTest(Lab, Namespace, "huge") { Memory = "64Gi" };
        await domain.ApplyAsync(Cancellation);
        var refused = await domain.UntilAsync("Placed is NoHostFits", seen => seen.Condition("Placed") == "False/NoHostFits", Cancellation);
        refused.ConditionMessage("Placed").ShouldNotBeNull().ShouldContain(LineLab.Node);
        await domain.DeleteAsync(Cancellation);
    }

    [Fact]
    public async Task Domains_of_one_name_in_two_namespaces_live_side_by_side()
    {
        var other = await Lab.Kube.CreateNamespaceAsync(Cancellation);
        var here = Domain("twin");
        var there = new DomainUnderTest(Lab, other, "twin");
        await here.ApplyAsync(Cancellation);
        await there.ApplyAsync(Cancellation);
        await here.UntilAsync("Running", Cancellation);
        await there.UntilAsync("Running", Cancellation);
        var one = (await here.OnHostAsync(Cancellation)).ShouldNotBeNull();
        (await there.OnHostAsync(Cancellation)).ShouldNotBeNull().Domid.ShouldNotBe(one.Domid);

        await there.DeleteAsync(Cancellation);
        (await here.OnHostAsync(Cancellation)).ShouldNotBeNull().Domid.ShouldBe(one.Domid);
        await here.DeleteAsync(Cancellation);
    }

    private async Task ShouldBeRefusedAsync(DomainUnderTest domain, string ready, string named)
    {
        await domain.ApplyAsync(Cancellation);
        var refused = await domain.UntilAsync($"Ready is {ready}", seen => seen.Condition("Ready") == ready, Cancellation);
        refused.ConditionMessage("Ready").ShouldNotBeNull().ShouldContain(named);
        // It is tried again every 15 s, and libxl takes away what a try has made: between two of them there is nothing.
        await Eventually.HoldsAsync(
            $"{named}: nothing on the host", () => domain.OnHostAsync(Cancellation), seen => seen is null,
            TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(1), Cancellation);
        await domain.DeleteAsync(Cancellation);
        (await domain.OnHostAsync(Cancellation)).ShouldBeNull();
    }
}
