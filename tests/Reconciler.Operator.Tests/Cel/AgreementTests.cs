using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Reconciler.Api.Disks;
using Reconciler.Api.Domains;
using Reconciler.Api.Hosts;
using Reconciler.Api.Networks;
using Reconciler.Api.Nics;
using Reconciler.Api.Storage;
using Reconciler.Kubernetes.Model;
using Reconciler.Operator.Admission;
using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Web.Admission;

namespace Reconciler.Operator.Tests.Cel;

/// <summary>The rules in the schemas and the validators of the webhooks say the same of the same object: a user hears one of them, and which one depends on the server.</summary>
[Trait("Category", "Lab")]
public sealed class AgreementTests
{
    private static readonly AdmissionContext Context = new() { Uid = "1", Operation = AdmissionOperations.Create, Name = "any", Namespace = "default" };

    private static readonly DomainValidator OfDomains = new(new Store<XenHost>());
    private static readonly VbdValidator OfVbds = new(new Store<XenStoragePool>());
    private static readonly VifValidator OfVifs = new(new Store<XenNetwork>());

    [Fact]
    public void Domains_are_judged_alike() => Check("Domain", Generated.Domain, OfDomains);

    [Fact]
    public void Vbds_are_judged_alike() => Check("VBD", Generated.Vbd, OfVbds);

    [Fact]
    public void Vifs_are_judged_alike() => Check("VIF", Generated.Vif, OfVifs);

    [Fact]
    public void Pools_are_judged_alike() => Check("XenStoragePool", Generated.Pool, new XenStoragePoolValidator());

    [Fact]
    public void Hosts_are_judged_alike() => Check("XenHost", Generated.Host, new XenHostValidator(new Store<Domain>()));

    [Fact]
    public void Changes_of_domains_are_judged_alike() => CheckChanges("Domain", Generated.GoodDomain, OfDomains);

    [Fact]
    public void Changes_of_vbds_are_judged_alike() => CheckChanges("VBD", Generated.GoodVbd, OfVbds);

    [Fact]
    public void Changes_of_vifs_are_judged_alike() => CheckChanges("VIF", Generated.GoodVif, OfVifs);

    private static void Check<T>(string kind, Gen<JsonObject> objects, IAdmissionValidator<T> validator)
        where T : class, IResource<T> => Run(objects, entity =>
    {
        var said = validator.CreateAsync(Read<T>(entity), Context, default).AsTask().GetAwaiter().GetResult();
        return Agree(said, CrdRules.Refusals(kind, entity), entity.ToJsonString());
    });

    private static void CheckChanges<T>(string kind, Gen<JsonObject> objects, IAdmissionValidator<T> validator)
        where T : class, IResource<T> => Run(objects.Two(), pair =>
    {
        var (old, now) = pair;
        var said = validator.UpdateAsync(Read<T>(old), Read<T>(now), Context with { Operation = AdmissionOperations.Update }, default).AsTask().GetAwaiter().GetResult();
        return Agree(said, CrdRules.Refusals(kind, now, old), $"{old.ToJsonString()} -> {now.ToJsonString()}");
    });

    private static Property Agree(AdmissionResult validator, IReadOnlyList<string> rules, string what) =>
        (validator.IsAllowed == (rules.Count == 0)).Label($"{what}; the validator: {validator.Message}; the rules: {string.Join("; ", rules)}");

    private static void Run<T>(Gen<T> values, Func<T, Property> property) =>
        FsCheck.Fluent.Prop.ForAll(values.ToArbitrary(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static T Read<T>(JsonObject entity)
        where T : class, IResource<T> => entity.Deserialize(T.Definition.JsonTypeInfo)!;
}
