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
        Decide(Sample.Domain(), hosts, Sample.Domain("big", "2Gi").On("a")).Host.ShouldBe("b");
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
        decision.Refused.ShouldBe([new HostVerdict { Host = "a", Reason = "TypeNotSupported" }, new HostVerdict { Host = "b", Reason = "NotEnoughCpus" }]);
        decision.Counts.ShouldBe([new VerdictCount { Reason = "TypeNotSupported", Hosts = 1 }, new VerdictCount { Reason = "NotEnoughCpus", Hosts = 1 }]);
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
        .ForAll(Estates, estate =>
        {
            var forward = Decide(estate.Domain, estate.Hosts, estate.Domains);
            var backward = Decide(estate.Domain, [.. estate.Hosts.Reverse()], [.. estate.Domains.Reverse()]);
            return Told(forward) == Told(backward);
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void A_host_is_chosen_exactly_when_one_fits_and_then_one_that_fits() => Prop
        .ForAll(Estates, estate =>
        {
            var fitting = estate.Hosts.Where(host => estate.Domain.CanPlace(host, estate.Domains).Fits).Select(host => host.Metadata.Name).ToList();
            var decision = Decide(estate.Domain, estate.Hosts, estate.Domains);
            return decision.Host is null ? fitting.Count == 0 : fitting.Contains(decision.Host);
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void What_is_decided_is_what_follows_from_the_answers_of_all_hosts() => Prop
        .ForAll(Estates, estate =>
        {
            var table = PlacementTable.Of(estate.Domain.Request(), Cluster.Of(estate.Hosts, estate.Domains));
            var best = table.Rows.Where(row => row.Verdict.Fits).OrderByDescending(row => row.Scores!.Value.Total).ThenBy(row => row.Verdict.Host, StringComparer.Ordinal).FirstOrDefault();
            var refused = table.Rows.Where(row => !row.Verdict.Fits).Select(row => new HostVerdict { Host = row.Verdict.Host, Reason = $"{row.Verdict.Reason}" });
            var counts = table.Rows.GroupBy(row => row.Verdict.Reason).OrderBy(group => group.Key).Select(group => new VerdictCount { Reason = group.Key?.ToString() ?? "Fits", Hosts = group.Count() });
            return table.Decision.Host == best?.Verdict.Host
                && table.Decision.Score == best?.Scores?.Total
                && table.Decision.Refused.SequenceEqual(refused)
                && table.Decision.Counts.SequenceEqual(counts);
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void Who_is_apart_from_whom_is_what_comes_out_of_asking_every_domain() => Prop
        .ForAll(Estates, estate => PlacementTable.Of(estate.Domain.Request(), Cluster.Of(estate.Hosts, estate.Domains)).Rows.All(row =>
        {
            var there = estate.Domains.Where(domain => domain.Status?.Host == row.Verdict.Host).ToList();
            var rival = there.Where(other => Means(other, estate.Domain, a => a.Required) || Means(estate.Domain, other, a => a.Required)).Select(other => other.Metadata.Name).Order(StringComparer.Ordinal).FirstOrDefault();
            var unwelcome = there.Sum(other => (Means(other, estate.Domain, a => a.Preferred) ? 1 : 0) + (Means(estate.Domain, other, a => a.Preferred) ? 1 : 0));
            return row.Verdict.Reason switch
            {
                UnfitReason.AntiAffinity => rival is not null && row.Verdict.Message.StartsWith($"it holds {rival},", StringComparison.Ordinal),
                UnfitReason.NotEnoughMemory => rival is null,
                null => rival is null && row.Scores!.Value.AntiAffinity == 100 / (1 + unwelcome),
                _ => true,
            };
        }))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void A_cluster_that_was_kept_up_change_by_change_decides_as_one_that_was_just_read() => Prop
        .ForAll(Estates, Estates, (estate, before) =>
        {
            var kept = Cluster.Of(before.Hosts, before.Domains);
            foreach (var host in estate.Hosts) kept.Put(host);
            foreach (var host in before.Hosts.Skip(estate.Hosts.Length)) kept.RemoveHost(host.Metadata.Name!);
            foreach (var domain in before.Domains.Skip(estate.Domains.Length)) kept.Remove(domain);
            foreach (var domain in estate.Domains) kept.Put(domain);
            return Told(PlacementTable.Of(estate.Domain.Request(), kept)) == Told(PlacementTable.Of(estate.Domain.Request(), Cluster.Of(estate.Hosts, estate.Domains)));
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(1000));

    [Fact]
    public void Placing_one_after_another_never_promises_more_memory_than_is_free() => Prop
        .ForAll(Estates, estate =>
        {
            var domains = new List<Domain>();
            foreach (var next in estate.Domains.Select((domain, i) => domain with { Status = null, Metadata = domain.Metadata with { Uid = $"n{i}" } }))
            {
                var host = Decide(next, estate.Hosts, [.. domains]).Host;
                if (host is not null) domains.Add(next.On(host));
            }

            return estate.Hosts.All(host =>
                domains.Where(domain => domain.Status!.Host == host.Metadata.Name && domain.Spec!.PowerState != PowerState.Halted)
                    .Sum(domain => MemoryFootprint.Of(domain.Spec)!.TotalKiB) <= Quantity.Parse(host.Status!.Memory!.Free).KiB);
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void Another_host_never_makes_a_domain_that_has_a_place_lose_it() => Prop
        .ForAll(Estates, estate =>
            Enumerable.Range(0, estate.Hosts.Length).All(count =>
                Decide(estate.Domain, estate.Hosts[..count], estate.Domains).Host is null
                || Decide(estate.Domain, estate.Hosts[..(count + 1)], estate.Domains).Host is not null))
        .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void Domains_that_must_be_apart_never_share_a_host() => Prop
        .ForAll(Estates, estate =>
        {
            var domains = new List<Domain>();
            foreach (var next in estate.Domains.Select((domain, i) => domain with { Status = null, Metadata = domain.Metadata with { Uid = $"n{i}" } }))
            {
                if (Decide(next, estate.Hosts, [.. domains]).Host is { } host) domains.Add(next.On(host));
            }

            return domains.TrueForAll(a => domains.TrueForAll(b => a == b || a.Status!.Host != b.Status!.Host
                || a.Spec!.Placement!.AntiAffinity?.Required?.Any(term => term.LabelSelector.Matches(b.Metadata.Labels)) != true));
        })
        .Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    [Fact]
    public void A_preferred_host_is_chosen_before_one_with_more_memory_the_first_before_the_second()
    {
        var domain = Sample.Domain().With(s => s with { Placement = new PlacementSpec { PreferredHosts = ["c", "b"] } });
        XenHost[] hosts = [Sample.Host("a", "8Gi"), Sample.Host("b", "2Gi"), Sample.Host("c", "1Gi")];
        Decide(domain, hosts).Host.ShouldBe("c");
        Decide(domain, hosts[..2]).Host.ShouldBe("b");
        Decide(domain, hosts[0]).Host.ShouldBe("a");
    }

    [Fact]
    public void The_last_host_is_chosen_again_unless_another_was_asked_for()
    {
        var domain = Sample.Domain() with { Status = new DomainStatus { Placement = new PlacementStatus { Host = "b", DecidedAt = Sample.Now } } };
        XenHost[] hosts = [Sample.Host("a", "8Gi"), Sample.Host("b", "2Gi")];
        Decide(domain, hosts).Host.ShouldBe("b");
        Decide(domain.With(s => s with { Placement = new PlacementSpec { PreferredHosts = ["a"] } }), hosts).Host.ShouldBe("a");
    }

    [Fact]
    public void Preferred_anti_affinity_gives_way_when_no_other_host_fits()
    {
        var db = Sample.Domain("db-1");
        db = (db with { Metadata = db.Metadata with { Labels = App("db") } }).On("a");
        var apart = new AntiAffinitySpec { Preferred = [new AntiAffinityTerm { LabelSelector = new LabelSelector { MatchLabels = App("db") } }] };
        var domain = Sample.Domain("db-2").With(s => s with { Placement = new PlacementSpec { AntiAffinity = apart } });
        Decide(domain, [Sample.Host("a", "8Gi"), Sample.Host("b", "2Gi")], db).Host.ShouldBe("b");
        Decide(domain, [Sample.Host("a", "8Gi")], db).Host.ShouldBe("a");
    }

    [Fact]
    public void Of_a_thousand_hosts_status_lists_twenty_and_counts_all()
    {
        XenHost[] hosts = [.. Enumerable.Range(0, 1000).Select(i => Sample.Host($"h{i:000}", free: i % 2 == 0 ? "1Mi" : "4Gi"))];
        var decision = Decide(Sample.Domain(), hosts);
        decision.Refused.Count.ShouldBe(PlacementStatus.MaximumHosts);
        decision.Counts.ShouldBe([new VerdictCount { Reason = "Fits", Hosts = 500 }, new VerdictCount { Reason = "NotEnoughMemory", Hosts = 500 }]);
    }

    private sealed record Estate(Domain Domain, XenHost[] Hosts, Domain[] Domains);

    private static Arbitrary<Estate> Estates
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
                from app in Gen.Elements<string?>(null, "db", "web")
                from tier in Gen.Elements<string?>(null, "a")
                from placement in Placements
                select (Func<int, Domain>)(i =>
                {
                    var domain = Sample.Domain($"d{i}", memory, vcpus, type).With(s => s with { PowerState = power, Placement = placement });
                    domain = domain with { Metadata = domain.Metadata with { Labels = Labels(("app", app), ("tier", tier)) } };
                    return at < 0 ? domain : domain.On($"h{at}");
                });
            return (
                from hostMakers in Gen.Choose(0, 5).SelectMany(count => Gen.ArrayOf(hosts, count))
                from domainMakers in Gen.Choose(0, 8).SelectMany(count => Gen.ArrayOf(domains, count))
                from domain in domains
                select new Estate(
                    domain(99) with { Status = null },
                    [.. hostMakers.Select((make, i) => make(i))],
                    [.. domainMakers.Select((make, i) => make(i))])).ToArbitrary();
        }
    }

    private static Gen<PlacementSpec?> Placements =>
        from antiAffinity in Gen.Elements<string?>(null, null, "required", "preferred")
        from app in Gen.Elements("db", "web")
        from preferred in Gen.SubListOf<string>("h0", "h2", "h3")
        from selected in Gen.Elements(true, false, false)
        from terms in Gen.Elements<AntiAffinityTerm[]>([Term(("app", app))], [Term(("tier", "a")), Term(("app", app))], [Term(("tier", "a"), ("app", app))])
        select new PlacementSpec
        {
            PreferredHosts = [.. preferred],
            HostSelector = selected ? App("any") : null,
            AntiAffinity = antiAffinity switch
            {
                "required" => new AntiAffinitySpec { Required = terms },
                "preferred" => new AntiAffinitySpec { Preferred = terms },
                _ => null,
            },
        };

    private static AntiAffinityTerm Term(params (string Name, string? Value)[] labels) => new() { LabelSelector = new LabelSelector { MatchLabels = Labels(labels) } };

    private static Dictionary<string, string> App(string value) => Labels(("app", value));

    private static Dictionary<string, string> Labels(params (string Name, string? Value)[] labels) =>
        labels.Where(label => label.Value is not null).ToDictionary(label => label.Name, label => label.Value!, StringComparer.Ordinal);

    private static Domain Wanting(string host) => Sample.Domain().With(s => s with { Placement = new PlacementSpec { HostName = host } });

    private static PlacementDecision Decide(Domain domain, params XenHost[] hosts) => Decide(domain, hosts, []);

    private static PlacementDecision Decide(Domain domain, XenHost[] hosts, params Domain[] domains) => HostChoice.Decide(domain.Request(), Cluster.Of(hosts, domains));

    private static bool Means(Domain domain, Domain other, Func<AntiAffinitySpec, IReadOnlyList<AntiAffinityTerm>?> terms) =>
        domain.Spec!.Placement?.AntiAffinity is { } apart && terms(apart)?.Any(term => term.LabelSelector.Matches(other.Metadata.Labels)) == true;

    private static string Told(PlacementTable table) => $"{Told(table.Decision)} {string.Join(", ", table.Rows)}";

    private static string Told(PlacementDecision decision) =>
        $"{decision.Host} {decision.Score} {decision.Reason} {decision.Message} {string.Join(", ", decision.Refused)} {string.Join(", ", decision.Counts)}";
}
