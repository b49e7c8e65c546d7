using Reconciler.Agent.Commands.Get;

namespace Reconciler.Agent.Tests.Commands;

public sealed class HumanDurationTests
{
    // The cases of apimachinery's util/duration/duration_test.go, among others.
    [Theory]
    [InlineData(-2, "<invalid>")]
    [InlineData(-1, "0s")]
    [InlineData(0, "0s")]
    [InlineData(1, "1s")]
    [InlineData(119, "119s")]
    [InlineData(120, "2m")]
    [InlineData(170, "2m50s")]
    [InlineData(599, "9m59s")]
    [InlineData(600, "10m")]
    [InlineData(10_799, "179m")]
    [InlineData(10_800, "3h")]
    [InlineData(12_600, "3h30m")]
    [InlineData(28_799, "7h59m")]
    [InlineData(28_800, "8h")]
    [InlineData(172_799, "47h")]
    [InlineData(172_800, "2d")]
    [InlineData(176_400, "2d1h")]
    [InlineData(691_199, "7d23h")]
    [InlineData(691_200, "8d")]
    [InlineData(63_071_999, "729d")]
    [InlineData(63_072_000, "2y")]
    [InlineData(63_158_400, "2y1d")]
    [InlineData(252_287_999, "7y364d")]
    [InlineData(252_288_000, "8y")]
    public void Ages_read_as_kubectl_writes_them(long seconds, string text) =>
        HumanDuration.Format(TimeSpan.FromSeconds(seconds)).ShouldBe(text);
}
