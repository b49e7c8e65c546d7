using Reconciler.Kubernetes.Model;
using Shouldly;
using Xunit;

namespace Reconciler.Testing.Contract;

public abstract partial class KubernetesClientContract
{
    [Fact]
    public async Task A_created_object_gets_its_identity_from_the_server()
    {
        var created = await CreateAsync("a", metadata: new ObjectMeta { Uid = Guid.Empty.ToString() });

        Guid.Parse(created.Metadata.Uid.ShouldNotBeNull()).ShouldNotBe(Guid.Empty);
        created.Metadata.Generation.ShouldBe(1);
        created.Metadata.ResourceVersion.ShouldNotBeNullOrEmpty();
        created.Metadata.CreationTimestamp.ShouldNotBeNull().Ticks.ShouldBe(
            created.Metadata.CreationTimestamp.Value.Ticks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond);
        created.Metadata.DeletionTimestamp.ShouldBeNull();
        (await GetAsync("a"))!.Metadata.Uid.ShouldBe(created.Metadata.Uid);
    }

    [Fact]
    public async Task Defaults_are_filled_in_and_never_over_what_is_there()
    {
        var plain = await CreateAsync("plain");
        var chosen = await CreateAsync(
            "chosen", new WidgetSpec { Size = "2Gi", Count = 0, Mode = "Slow", Limits = new WidgetLimits { Seconds = 1 } });

        plain.Spec.ShouldBe(new WidgetSpec { Size = "1Gi", Count = 1, Mode = "Fast", Limits = new WidgetLimits { Seconds = 120 } });
        chosen.Spec.ShouldBe(new WidgetSpec { Size = "2Gi", Count = 0, Mode = "Slow", Limits = new WidgetLimits { Seconds = 1 } });
    }

    [Fact]
    public async Task Semantics_26_A_taken_name_is_refused_as_already_existing()
    {
        await CreateAsync("a");

        var refused = await RefusedAsync(() => CreateAsync("a"));

        refused.IsAlreadyExists.ShouldBeTrue();
        refused.IsConflict.ShouldBeFalse();
    }

    [Fact]
    public async Task Status_is_dropped_by_a_create()
    {
        var created = await Client.CreateAsync(New("a") with { Status = new WidgetStatus { Phase = "Made up" } }, Cancel);

        created.Status.ShouldBeNull();
        (await GetAsync("a"))!.Status.ShouldBeNull();
    }

    [Fact]
    public async Task A_name_is_generated_from_its_prefix()
    {
        var entity = New("x") with { Metadata = new ObjectMeta { GenerateName = "made-", Namespace = Namespace } };

        var first = await Client.CreateAsync(entity, Cancel);
        var second = await Client.CreateAsync(entity, Cancel);

        first.Metadata.Name.ShouldStartWith("made-");
        first.Metadata.Name!.Length.ShouldBe("made-".Length + 5);
        second.Metadata.Name.ShouldNotBe(first.Metadata.Name);
    }

    [Theory]
    [InlineData("size", "much", 1)]
    [InlineData("count", "1Gi", 11)]
    [InlineData("count", "1Gi", -1)]
    public async Task What_the_schema_forbids_is_refused_with_the_field(string field, string size, int count)
    {
        var refused = await RefusedAsync(() => CreateAsync("a", new WidgetSpec { Size = size, Count = count }));

        refused.IsInvalid.ShouldBeTrue();
        refused.Status.ShouldNotBeNull().Reason.ShouldBe("Invalid");
        refused.Status.Details.ShouldNotBeNull().Causes.ShouldNotBeNull().ShouldContain(c => c.Field == $"spec.{field}");
        (await GetAsync("a")).ShouldBeNull();
    }

    [Fact]
    public async Task A_missing_required_field_and_a_value_out_of_an_enumeration_are_refused()
    {
        (await RefusedAsync(() => CreateAsync("a", new WidgetSpec()))).Status!.Details!.Causes!.ShouldContain(c => c.Field == "spec.size");
        (await RefusedAsync(() => CreateAsync("a", new WidgetSpec { Size = "1Gi", Mode = "Lazy" }))).Status!.Details!.Causes!.ShouldContain(c => c.Field == "spec.mode");
    }

    [Theory]
    [InlineData("Big")]
    [InlineData("a_b")]
    [InlineData("-a")]
    [InlineData("a..b")]
    public async Task A_name_that_is_no_DNS_subdomain_is_refused(string name) =>
        (await RefusedAsync(() => CreateAsync(name))).IsInvalid.ShouldBeTrue();

    [Fact]
    public async Task A_label_that_is_none_is_refused() =>
        (await RefusedAsync(() => CreateAsync("a", metadata: new ObjectMeta { Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["a"] = "not a value" } }))).IsInvalid.ShouldBeTrue();

    [Fact]
    public async Task What_is_not_there_is_null() => (await GetAsync("nothing")).ShouldBeNull();
}
