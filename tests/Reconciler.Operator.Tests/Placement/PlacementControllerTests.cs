using Reconciler.Api;
using Reconciler.Api.Domains;
using Reconciler.Kubernetes.Client;
using Reconciler.Testing;

namespace Reconciler.Operator.Tests.Placement;

public sealed class PlacementControllerTests
{
    [Fact]
    public void A_domain_gets_its_status_and_then_finalizer_and_label_in_one_write() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1");
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web");
        await rig.UntilPlacedAsync("web");

        rig.Client.Writes.ShouldBe(["apply-status domains default/web", "patch domains default/web"]);
        var domain = (await rig.DomainAsync("web"))!;
        domain.Metadata.Finalizers.ShouldBe([XenApi.ReleaseFinalizer]);
        domain.Status!.Host.ShouldBe("xen-1");
        OperatorRig.HostLabel(domain).ShouldBe("xen-1");
        OperatorRig.Condition(domain, "Accepted").ShouldBe("True Valid");
        OperatorRig.Condition(domain, "Placed").ShouldBe("True Placed");
        OperatorRig.Condition(domain, "Ready").ShouldBe("False WaitingForAgent");
        await rig.UntilAsync(async () => (await rig.EventsAsync("web")).Contains("Normal Placed"));

        // What the agent takes over by force needs not be given up by a write.
        await rig.ReportAsync("web", "True", "Running");
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        rig.Client.Writes.Count.ShouldBe(2);
    });

    [Fact]
    public void A_settled_domain_is_not_written_again() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1");
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web");
        await rig.UntilPlacedAsync("web");
        var writes = rig.Client.Writes.Count;
        var version = (await rig.DomainAsync("web"))!.Metadata.ResourceVersion;

        // Resyncs come every ten minutes; facts of the host change all the time.
        await rig.ApplyHostAsync("xen-1", "3Gi");
        await rig.PassAsync(TimeSpan.FromHours(1));
        rig.Client.Writes.Count.ShouldBe(writes);
        (await rig.DomainAsync("web"))!.Metadata.ResourceVersion.ShouldBe(version);
    });

    [Fact]
    public void A_deletion_that_is_its_agents_to_carry_out_is_nothing_to_write_of() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1");
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web");
        await rig.UntilPlacedAsync("web");
        var writes = rig.Client.Writes.Count;
        var generation = (await rig.DomainAsync("web"))!.Metadata.Generation;

        await rig.Store.DeleteAsync<Domain>("web", "default", new DeleteOptions(), CancellationToken.None);
        await rig.PassAsync(TimeSpan.FromMinutes(1));

        (await rig.DomainAsync("web"))!.Metadata.Generation.ShouldBe(generation + 1);
        rig.Client.Writes.Count.ShouldBe(writes);
    });

    [Fact]
    public void Without_any_host_the_domain_waits_and_says_so_and_is_placed_when_one_comes() => OperatorRig.Run(async rig =>
    {
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web");
        await rig.UntilAsync("web", domain => OperatorRig.Condition(domain, "Placed") == "False NoHost");
        (await rig.DomainAsync("web"))!.Metadata.Finalizers.ShouldBeNull();
        await rig.UntilAsync(async () => (await rig.EventsAsync("web")).Contains("Warning NoHost"));

        await rig.ApplyHostAsync("xen-1");
        await rig.UntilPlacedAsync("web");
    });

    [Fact]
    public void A_wrong_spec_is_not_placed_until_it_is_mended() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1");
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web", "1Mi");
        await rig.UntilAsync("web", domain => OperatorRig.Condition(domain, "Accepted") == "False InvalidSpec");
        var domain = (await rig.DomainAsync("web"))!;
        OperatorRig.Condition(domain, "Ready").ShouldBe("False NotAccepted");
        domain.Status!.Host.ShouldBeNull();
        await rig.UntilAsync(async () => (await rig.EventsAsync("web")).Contains("Warning NotAccepted"));

        await rig.ApplyDomainAsync("web", "64Mi");
        await rig.UntilPlacedAsync("web");
        OperatorRig.Condition((await rig.DomainAsync("web"))!, "Accepted").ShouldBe("True Valid");
    });

    [Fact]
    public void A_placed_domain_whose_spec_becomes_wrong_stays_placed() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1");
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web");
        await rig.UntilPlacedAsync("web");
        await rig.ApplyDomainAsync("web", "1Mi");
        await rig.UntilAsync("web", domain => OperatorRig.Condition(domain, "Accepted") == "False InvalidSpec");
        OperatorRig.Condition((await rig.DomainAsync("web"))!, "Placed").ShouldBe("True Placed");
    });

    [Fact]
    public void A_domain_that_fits_nowhere_is_placed_as_soon_as_memory_is_free() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1", "300Mi");
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web");
        await rig.UntilAsync("web", domain => OperatorRig.Condition(domain, "Ready") == "False NoHost");

        await rig.ApplyHostAsync("xen-1", "2Gi");
        await rig.UntilPlacedAsync("web");
    });

    [Fact]
    public void Semantics_21_Two_domains_are_never_promised_the_same_memory() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1", "1500Mi");
        await rig.ApplyDomainAsync("a", "1Gi");
        await rig.ApplyDomainAsync("b", "1Gi");
        await rig.StartOperatorAsync();

        // Which of them comes first is open.
        await rig.UntilAsync(async () => (await rig.PlacedAsync("a", "b")).All(condition => condition.Length > 0));
        (await rig.PlacedAsync("a", "b")).Order(StringComparer.Ordinal).ShouldBe(["False NoHostFits", "True Placed"]);
    });

    [Fact]
    public void What_a_halted_domain_gives_back_goes_to_one_that_waits() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1", "1500Mi");
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("a", "1Gi");
        await rig.UntilPlacedAsync("a");
        await rig.ApplyDomainAsync("b", "1Gi");
        await rig.UntilAsync("b", domain => OperatorRig.Condition(domain, "Placed") == "False NoHostFits");

        await rig.ApplyDomainAsync("a", "1Gi", powerState: PowerState.Halted);
        await rig.UntilPlacedAsync("b");
    });

    [Fact]
    public void Many_domains_at_once_fill_the_hosts_and_no_more() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1", "3Gi");
        await rig.ApplyHostAsync("xen-2", "2Gi");
        await rig.StartOperatorAsync();
        for (var i = 0; i < 12; i++) await rig.ApplyDomainAsync($"d{i}", "500Mi");

        // 500Mi and 8Mi of overhead: six fit into 3Gi, four into 2Gi.
        string[] names = [.. Enumerable.Range(0, 12).Select(i => $"d{i}")];
        await rig.UntilAsync(async () => (await rig.PlacedAsync(names)).All(condition => condition.Length > 0));
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        var hosts = (await Task.WhenAll(names.Select(rig.DomainAsync))).Select(domain => domain!.Status!.Host).ToList();
        hosts.Count(host => host == "xen-1").ShouldBe(6);
        hosts.Count(host => host == "xen-2").ShouldBe(4);
    });

    [Fact]
    public void Domains_are_written_side_by_side_and_none_is_promised_the_memory_of_another() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1", "3Gi");
        rig.Client.Answer = () => rig.PassAsync(TimeSpan.FromSeconds(10));
        string[] names = [.. Enumerable.Range(0, 8).Select(i => $"d{i}")];
        foreach (var name in names) await rig.ApplyDomainAsync(name, "500Mi");
        await rig.StartOperatorAsync();

        // Six fit. The first eight writes are under way together, so no decision could wait for the outcome of another.
        await rig.PassAsync(TimeSpan.FromSeconds(5));
        rig.Client.Writes.Count.ShouldBe(8);
        await rig.PassAsync(TimeSpan.FromMinutes(2));
        var placed = await rig.PlacedAsync(names);
        placed.Count(condition => condition == "True Placed").ShouldBe(6);
        placed.Count(condition => condition == "False NoHostFits").ShouldBe(2);
    });

    [Fact]
    public void What_was_decided_for_a_domain_that_is_gone_before_it_is_written_is_free_for_another() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1", "1500Mi");
        await rig.ApplyDomainAsync("a", "1Gi");
        await rig.ApplyDomainAsync("b", "1Gi");
        var gone = "";
        rig.Client.BeforeWrite = _ =>
        {
            if (gone.Length > 0) return;
            gone = rig.Client.Writes[0].Split('/')[^1];
            rig.DeleteDomainAsync(gone).IsCompletedSuccessfully.ShouldBeTrue();
        };
        await rig.StartOperatorAsync();
        await rig.UntilAsync(() => Task.FromResult(gone.Length > 0));
        await rig.UntilPlacedAsync(gone == "a" ? "b" : "a");
    });

    [Fact]
    public void A_domain_stays_where_it_is_when_its_hostName_changes() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1");
        await rig.ApplyHostAsync("xen-2");
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web", hostName: "xen-1");
        await rig.UntilPlacedAsync("web");
        await rig.ApplyDomainAsync("web", hostName: "xen-2");
        await rig.UntilAsync("web", domain => domain.Status!.ObservedGeneration == domain.Metadata.Generation);
        (await rig.DomainAsync("web"))!.Status!.Host.ShouldBe("xen-1");
    });

    [Fact]
    public void A_domain_that_was_never_placed_goes_when_it_is_deleted() => OperatorRig.Run(async rig =>
    {
        // A status that was lost (a backup that was put back without it) and a label taken off by hand leave such an object.
        await rig.ApplyDomainAsync("web");
        await rig.Store.PatchAsync<Domain>(
            "web", "default", new JsonPatch().Add("/metadata/finalizers", new System.Text.Json.Nodes.JsonArray(XenApi.ReleaseFinalizer)), CancellationToken.None);
        await rig.DeleteDomainAsync("web");
        await rig.StartOperatorAsync();
        await rig.UntilGoneAsync("web");
    });

    [Fact]
    public void A_placed_domain_that_is_deleted_is_left_to_its_agent() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1");
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web");
        await rig.UntilPlacedAsync("web");
        await rig.DeleteDomainAsync("web");
        await rig.PassAsync(TimeSpan.FromHours(1));
        (await rig.DomainAsync("web"))!.Metadata.Finalizers.ShouldBe([XenApi.ReleaseFinalizer]);
    });

    [Fact]
    public void A_deleted_domain_whose_host_is_gone_waits_and_says_why() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1");
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web");
        await rig.UntilPlacedAsync("web");
        await rig.DeleteHostAsync("xen-1");
        await rig.UntilAsync("web", domain => OperatorRig.Condition(domain, "Placed") == "Unknown HostGone");
        await rig.DeleteDomainAsync("web");
        await rig.PassAsync(TimeSpan.FromMinutes(30));
        var domain = (await rig.DomainAsync("web"))!;
        domain.Metadata.Finalizers.ShouldBe([XenApi.ReleaseFinalizer]);
        domain.Status!.Host.ShouldBe("xen-1");

        await rig.ApplyHostAsync("xen-1");
        await rig.UntilAsync("web", d => OperatorRig.Condition(d, "Placed") == "True Placed");
    });

    [Fact]
    public void Ready_is_the_agent_s_once_it_has_written_it() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1");
        await rig.StartOperatorAsync();
        await rig.RunDomainAsync("web");
        await rig.ApplyHostAsync("xen-1", ready: "False");
        await rig.ApplyDomainAsync("web", "768Mi");
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        var domain = (await rig.DomainAsync("web"))!;
        OperatorRig.Condition(domain, "Ready").ShouldBe("True Running");
        OperatorRig.Condition(domain, "Accepted").ShouldBe("True Valid");
        domain.Status!.ObservedGeneration.ShouldBe(1); // the agent has not looked at the new generation yet
    });

    [Fact]
    public void A_host_that_is_not_ready_shows_in_the_domain_until_its_agent_reports() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1");
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web");
        await rig.UntilPlacedAsync("web");
        await rig.ApplyHostAsync("xen-1", ready: "False");
        await rig.UntilAsync("web", domain => OperatorRig.Condition(domain, "Ready") == "False WaitingForHost");
        await rig.ApplyHostAsync("xen-1");
        await rig.UntilAsync("web", domain => OperatorRig.Condition(domain, "Ready") == "False WaitingForAgent");
    });

    [Fact]
    public void A_label_that_was_taken_off_comes_back() => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1");
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web");
        await rig.UntilPlacedAsync("web");
        await rig.Store.PatchAsync<Domain>("web", "default", new JsonPatch().Remove("/metadata/labels/xen.reconciler.dev~1host"), CancellationToken.None);
        await rig.UntilPlacedAsync("web");
    });

    [Theory]
    [InlineData(0, false)]
    [InlineData(0, true)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    public void A_write_that_fails_or_whose_answer_is_lost_is_made_up_for(int number, bool tookEffect) => OperatorRig.Run(async rig =>
    {
        void Fail(int write)
        {
            if (write == number) throw InterceptedClient.Unavailable();
        }

        if (tookEffect) rig.Client.AfterWrite = Fail;
        else rig.Client.BeforeWrite = Fail;
        await rig.ApplyHostAsync("xen-1");
        await rig.ApplyHostAsync("xen-2");
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web");
        await rig.UntilPlacedAsync("web");
        var domain = (await rig.DomainAsync("web"))!;
        domain.Metadata.Finalizers.ShouldBe([XenApi.ReleaseFinalizer]);
        domain.Status!.Host.ShouldBe(OperatorRig.HostLabel(domain));
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void An_operator_that_is_killed_after_any_write_is_made_up_for_by_the_next_one(int writes) => OperatorRig.Run(async rig =>
    {
        // The first process does nothing any more after so many writes.
        rig.Client.BeforeWrite = number =>
        {
            if (number >= writes) throw InterceptedClient.Unavailable();
        };
        await rig.ApplyHostAsync("xen-1");
        await rig.ApplyHostAsync("xen-2");
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web");
        await rig.PassAsync(TimeSpan.FromSeconds(1));
        await rig.StopOperatorAsync();
        var decided = (await rig.DomainAsync("web"))!.Status?.Host;

        // By now another host would be chosen: what was decided must hold all the same.
        await rig.ApplyHostAsync("xen-2", "16Gi");
        rig.Client.BeforeWrite = _ => { };
        await rig.StartOperatorAsync();
        await rig.UntilPlacedAsync("web");
        var domain = (await rig.DomainAsync("web"))!;
        domain.Status!.Host.ShouldBe(decided ?? "xen-2");
        OperatorRig.HostLabel(domain).ShouldBe(domain.Status.Host);
        domain.Metadata.Finalizers.ShouldBe([XenApi.ReleaseFinalizer]);
    });

    [Theory]
    [InlineData(0)] // before the status
    [InlineData(1)] // after the status, before finalizer and label
    public void A_domain_that_is_deleted_before_its_host_was_given_it_is_gone_and_nothing_failed(int write) => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1");
        rig.Client.BeforeWrite = number =>
        {
            if (number == write) rig.DeleteDomainAsync("web").IsCompletedSuccessfully.ShouldBeTrue();
        };
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web");
        await rig.UntilGoneAsync("web");
        await rig.PassAsync(TimeSpan.FromMinutes(1));
        (await rig.DomainAsync("web")).ShouldBeNull();
        rig.Client.Writes.Count.ShouldBe(write + 1);
        rig.Errors.Lines.ShouldBeEmpty();
    });

    [Theory]
    [InlineData(0)] // before the status
    [InlineData(1)] // after the status, before finalizer and label
    public void A_domain_that_another_operator_placed_meanwhile_is_not_placed_again(int write) => OperatorRig.Run(async rig =>
    {
        await rig.ApplyHostAsync("xen-1", "8Gi");
        await rig.ApplyHostAsync("xen-2", "4Gi");
        var interfered = false;
        rig.Client.BeforeWrite = number =>
        {
            // A former leader, or its last request, gets in between.
            if (number != write || interfered) return;
            interfered = true;
            rig.Store.ApplyStatusAsync(
                new Domain
                {
                    Metadata = new Kubernetes.Model.ObjectMeta { Namespace = "default", Name = "web" },
                    Status = new DomainStatus { Host = "xen-2" },
                },
                new ApplyOptions(XenApi.OperatorStatusFieldManager),
                CancellationToken.None).IsCompletedSuccessfully.ShouldBeTrue();
        };
        await rig.StartOperatorAsync();
        await rig.ApplyDomainAsync("web");
        await rig.UntilPlacedAsync("web");
        interfered.ShouldBeTrue();
        var domain = (await rig.DomainAsync("web"))!;
        domain.Status!.Host.ShouldBe("xen-2");
        OperatorRig.HostLabel(domain).ShouldBe("xen-2");
    });
}
