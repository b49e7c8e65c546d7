using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Reconciler.Xen.Host;
using Reconciler.Xen.Light.Ownership;
using Reconciler.Xen.Light.Tests.Support;

namespace Reconciler.Xen.Light.Tests.Ownership;

public sealed class MarkCodecTests
{
    [Fact]
    public void Every_mark_is_read_as_it_was_written() => Prop.ForAll(
        ArbMap.Default.GeneratorFor<(Guid, NonNull<string>, NonNull<string>, long, long)>().ToArbitrary(),
        ArbMap.Default.GeneratorFor<(DateTimeOffset, DateTimeOffset?, DateTimeOffset?, bool, bool)>().ToArbitrary(),
        (identity, times) =>
        {
            var (uuid, name, cmdline, generation, memory) = identity;
            var domain = Domains.Desired() with { Uuid = uuid, Name = Valid(name.Get), MemoryKiB = memory, Boot = new DirectBoot("/k", null, Valid(cmdline.Get)) };
            var mark = Domains.Mark(domain) with
            {
                Generation = generation,
                CreatedAt = times.Item1,
                StartedAt = times.Item2,
                ShutdownRequestedAt = times.Item3,
                ShutdownAskedAt = times.Item3,
                ShutdownRefused = times.Item4,
                ShutdownWithdrawn = times.Item5,
            };
            return MarkCodec.Decode(MarkCodec.Encode(mark), uuid) == mark;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_bytes_are_taken_for_a_mark_and_none_throws() =>
        Prop.ForAll((byte[] bytes) => MarkCodec.Decode(bytes, Guid.Empty) is null).QuickCheckThrowOnFailure();

    [Fact]
    public void A_mark_copied_to_another_domain_proves_nothing() =>
        MarkCodec.Decode(MarkCodec.Encode(Domains.Mark()), Guid.NewGuid()).ShouldBeNull();

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"version":1}""")]
    [InlineData("""{"version":1,"mark":{}}""")]
    public void An_incomplete_mark_proves_nothing(string json) => MarkCodec.Decode(Encoding.UTF8.GetBytes(json), Guid.Empty).ShouldBeNull();

    [Fact]
    public void A_mark_of_a_later_version_proves_nothing()
    {
        var mark = Domains.Mark();
        var later = Encoding.UTF8.GetString(MarkCodec.Encode(mark)).Replace("\"version\":1", "\"version\":2");
        MarkCodec.Decode(Encoding.UTF8.GetBytes(later), mark.Uuid).ShouldBeNull();
    }

    /// <summary>Lone surrogates are no text; Kubernetes refuses them.</summary>
    private static string Valid(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
