using FsCheck;
using FsCheck.Fluent;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Scheduling;

namespace Reconciler.Api.Tests.Scheduling;

public sealed class HostChoiceTests
{
    [Fact]
    public void The_host_with_the_most_memory_left_is_chosen() =>
        Decide(Sample.Domain(), Sample.Host("a", "1Gi"), Sample.Host("b", "3Gi"), Sample.Host("c", "2Gi")).Host.ShouldBe("b");

    [Fact]
    public void Among_equals_the_first_by_name_is_chosen() =>
        Decide(Sample.Domain(), Sample.Host("c"), Sample.Host("b"), Sample.Host("d")).Host.ShouldBe("b");

    [Fact]
    public void Memory_that_is_reserved_is_not_left()
    {
        XenHost[] hosts = [Sample.Host("a", "4Gi"), Sample.Host("b", "3Gi")];
        var reservations = Reservations.Of([Sample.Domain("big", "2Gi").On("a")], hosts);
        HostChoice.Decide(Sample.Domain(), hosts, reservations).Host.ShouldBe("b");
    }

    [Fact]
    public void Without_any_host_the_message_says_how_to_get_one()
    {
        var decision = Decide(Sample.Domain());
        decision.Host.ShouldBeNull();
        decision.Reason.ShouldBe("NoHost");
        decision.Message.ShouldBe("There is no XenHost yet. An agent that runs on a Xen host makes one; see kubectl get xenhosts");
    }

    [Fact]
    public void When_no_host_fits_each_says_why()
    {
        var decision = Decide(Sample.Domain(vcpus: 2), Sample.Host("b", cpus: 1), Sample.Host("a", types: "PV"));
        decision.Reason.ShouldBe("NoHostFits");
        decision.Message.ShouldBe("No XenHost of 2 fits: a: it can't run PVH guests, only PV; b: 2 virtual CPUs, and it has 1 CPUs");
        decision.Verdicts.Select(verdict => verdict.Reason).ShouldBe([UnfitReason.TypeNotSupported, UnfitReason.NotEnoughCpus]);
    }

    [Fact]
    public void Of_many_hosts_the_message_names_a_few() =>
        Decide(Sample.Domain(memory: "1Ti"), [.. Enumerable.Range(0, 30).Select(i => Sample.Host($"h{i:00}"))]).Message.ShouldEndWith("and 22 more");

    [Fact]
    public void A_host_asked_for_by_name_that_does_not_exist_is_said_to_be_missing() =>
        Decide(Wanting("nowhere"), Sample.Host("a"), Sample.Host("b")).Message
            .ShouldBe("placement.hostName asks for XenHost nowhere, which does not exist. There are: a, b");

    [Fact]
    public void A_host_asked_for_by_name_that_does_not_fit_says_why() =>
        Decide(Wanting("a"), Sample.Host("a", cpus: 0), Sample.Host("b")).Message
            .ShouldBe("XenHost a, asked for by placement.hostName, does not fit: 1 virtual CPUs, and it has 0 CPUs");

    [Fact]
    public void The_choice_does_not_depend_on_the_order_of_hosts_and_domains() => Prop
        .ForAll(Clusters, cluster =>
        {
            var forward = HostChoice.Decide(cluster.Domain, cluster.Hosts, Reservations.Of(cluster.Domains, cluster.Hosts));
            XenHost[] hosts = [.. cluster.Hosts.Reverse()];
            var backward = HostChoice.Decide(cluster.Domain, hosts, Reservations.Of(cluster.Domains.Reverse(), hosts));
            return forward.Host == backward.Host && forward.Message == backward.Message && forward.Verdicts.SequenceEqual(backward.Verdicts);
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void A_host_is_chosen_exactly_when_one_fits_and_then_one_that_fits() => Prop
        .ForAll(Clusters, cluster =>
        {
            var reservations = Reservations.Of(cluster.Domains, cluster.Hosts);
            var fitting = cluster.Hosts.Where(host => HostFit.CanPlace(cluster.Domain, host, reservations).Fits).Select(host => host.Metadata.Name).ToList();
            var decision = HostChoice.Decide(cluster.Domain, cluster.Hosts, reservations);
            return decision.Host is null ? fitting.Count == 0 : fitting.Contains(decision.Host);
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void Placing_one_after_another_never_promises_more_memory_than_is_free() => Prop
        .ForAll(Clusters, cluster =>
        {
            var domains = new List<Domain>();
            foreach (var next in cluster.Domains.Select((domain, i) => domain with { Status = null, Metadata = domain.Metadata with { Uid = $"n{i}" } }))
            {
                var host = HostChoice.Decide(next, cluster.Hosts, Reservations.Of(domains, cluster.Hosts)).Host;
                if (host is not null) domains.Add(next.On(host));
            }

            return cluster.Hosts.All(host =>
                domains.Where(domain => domain.Status!.Host == host.Metadata.Name && domain.Spec!.PowerState != PowerState.Halted)
                    .Sum(domain => MemoryFootprint.Of(domain.Spec)!.TotalKiB) <= Quantity.Parse(host.Status!.Memory!.Free).KiB);
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    private sealed record Cluster(Domain Domain, XenHost[] Hosts, Domain[] Domains);

    private static Arbitrary<Cluster> Clusters
    {
        get
        {
            var hosts =
                from free in Gen.Elements("0", "256Mi", "600Mi", "1Gi", "3Gi")
                from cpus in Gen.Choose(0, 4)
                from schedulable in Gen.Elements(true, true, false)
                from ready in Gen.Elements("True", "True", "False")
                from type in Gen.Elements("PV", "PVH")
                select (Func<int, XenHost>)(i =>
                {
                    var host = Sample.Host($"h{i}", free, cpus, "PVH", type);
                    var condition = host.Status!.Conditions![0] with { Status = ready };
                    return host with { Spec = new XenHostSpec { Schedulable = schedulable }, Status = host.Status with { Conditions = [condition] } };
                });
            var domains =
                from memory in Gen.Elements("32Mi", "200Mi", "512Mi", "2Gi")
                from vcpus in Gen.Choose(1, 4)
                from type in Gen.Elements(DomainType.PV, DomainType.PVH)
                from power in Gen.Elements(PowerState.Running, PowerState.Halted)
                from at in Gen.Choose(-1, 4)
                select (Func<int, Domain>)(i =>
                {
                    var domain = Sample.Domain($"d{i}", memory, vcpus, type).With(s => s with { PowerState = power });
                    return at < 0 ? domain : domain.On($"h{at}");
                });
            return (
                from hostMakers in Gen.Choose(0, 5).SelectMany(count => Gen.ArrayOf(hosts, count))
                from domainMakers in Gen.Choose(0, 8).SelectMany(count => Gen.ArrayOf(domains, count))
                from domain in domains
                select new Cluster(
                    domain(99) with { Status = null },
                    [.. hostMakers.Select((make, i) => make(i))],
                    [.. domainMakers.Select((make, i) => make(i))])).ToArbitrary();
        }
    }

    private static Domain Wanting(string host) => Sample.Domain().With(s => s with { Placement = new PlacementSpec { HostName = host } });

    private static PlacementDecision Decide(Domain domain, params XenHost[] hosts) => HostChoice.Decide(domain, hosts, Reservations.None);
}
