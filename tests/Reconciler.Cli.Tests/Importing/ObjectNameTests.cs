using Reconciler.Cli.Importing;

namespace Reconciler.Cli.Tests.Importing;

public sealed class ObjectNameTests
{
    [Theory]
    [InlineData("web", "web")]
    [InlineData("example.pvlinux", "example.pvlinux")]
    [InlineData("Web_01", "web-01")]
    [InlineData("a--b", "a--b")]
    [InlineData("__a__b__", "a-b")]
    [InlineData("a_.b", "a.b")]
    [InlineData("a..b.", "a.b")]
    [InlineData("böse maschine", "b-se-maschine")]
    [InlineData("é", null)]
    [InlineData("...", null)]
    public void A_name_becomes_the_nearest_that_an_object_can_have(string text, string? expected) => ObjectName.Of(text).ShouldBe(expected);

    [Fact]
    public void A_name_that_is_too_long_is_cut() => ObjectName.Of($"{new string('a', 252)}_b")!.ShouldBe(new string('a', 252));
}
