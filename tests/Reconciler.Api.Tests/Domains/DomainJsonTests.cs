using System.Text.Json;
using Reconciler.Api.Domains;

namespace Reconciler.Api.Tests.Domains;

public sealed class DomainJsonTests
{
    [Fact]
    public void Times_are_written_as_the_api_server_reads_them()
    {
        var at = Sample.Now.AddTicks(1234567);
        var status = new DomainStatus { StartedAt = at, CreatedAt = at };
        var json = JsonSerializer.SerializeToElement(Sample.Domain() with { Status = status }, Domain.Definition.JsonTypeInfo).GetProperty("status");
        json.GetProperty("startedAt").GetString().ShouldBe("2026-03-01T12:00:00Z");
        json.GetProperty("createdAt").GetString().ShouldBe("2026-03-01T12:00:00.123456Z");
    }

    [Fact]
    public void Enumerations_are_written_by_name_and_absent_fields_not_at_all() =>
        JsonSerializer.Serialize(Sample.Domain(type: DomainType.PV).Spec, Domain.Definition.JsonTypeInfo.Options)
            .ShouldBe("""{"type":"PV","cpu":{"vcpus":1},"memory":{"size":"512Mi"},"boot":{"kernel":"/var/lib/reconciler/boot/vmlinuz"}}""");

    [Fact]
    public void What_is_written_is_read_back()
    {
        var domain = Sample.Domain().With(s => s.WithDefaults());
        var json = JsonSerializer.Serialize(domain, Domain.Definition.JsonTypeInfo);
        var read = JsonSerializer.Deserialize(json, Domain.Definition.JsonTypeInfo)!;
        read.Spec.ShouldBe(domain.Spec);
        read.Metadata.Name.ShouldBe(domain.Metadata.Name);
    }
}
