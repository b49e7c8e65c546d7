using Reconciler.Runtime.Caching;
using Reconciler.Runtime.Tests.Fakes;

namespace Reconciler.Runtime.Tests.Caching;

public sealed class OwnWritesTests
{
    private static readonly ObjectKey Key = new("ns", "a");

    private readonly OwnWrites _own = new();

    [Fact]
    public void Semantics_21_A_cache_that_shows_a_version_this_process_has_replaced_is_behind()
    {
        _own.AreMissingFrom(Key, At("1")).ShouldBeFalse();
        _own.Wrote(Key, At("1"), At("2"));
        _own.Wrote(Key, At("2"), At("3"));
        _own.AreMissingFrom(Key, At("1")).ShouldBeTrue();
        _own.AreMissingFrom(Key, At("2")).ShouldBeTrue();
        _own.AreMissingFrom(new("ns", "b"), At("1")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("3")]
    [InlineData("written by another since")]
    [InlineData(null)]
    public void Semantics_21_A_cache_that_shows_anything_else_has_caught_up(string? version)
    {
        // Versions are opaque: what was not replaced by this process is not older than its writes.
        _own.Wrote(Key, At("1"), At("3"));
        _own.AreMissingFrom(Key, version is null ? null : At(version)).ShouldBeFalse();
        _own.AreMissingFrom(Key, At("1")).ShouldBeFalse();
    }

    [Fact]
    public void Semantics_21_A_write_that_changed_nothing_is_not_waited_for()
    {
        _own.Wrote(Key, At("1"), At("1"));
        _own.AreMissingFrom(Key, At("1")).ShouldBeFalse();
    }

    private static Widget At(string version) => Widget.Named("a", version);
}
