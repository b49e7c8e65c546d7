using System.Reflection;
using System.Text.RegularExpressions;
using Reconciler.Api.Nics;
using Reconciler.Kubernetes.Schema;

namespace Reconciler.Api.Tests.Nics;

public sealed class VifRateTests
{
    [Theory]
    [InlineData("100Mb/s", 12_500_000)]
    [InlineData("12MB/s", 12_000_000)]
    [InlineData("1Gb/s", 125_000_000)]
    [InlineData("8Kb/s", 1_000)]
    [InlineData("9b/s", 1)]
    [InlineData("999999999GB/s", 999_999_999_000_000_000)]
    public void A_rate_is_read_as_xl_reads_it(string text, long bytesPerSecond)
    {
        VifRate.TryParse(text, out var read).ShouldBeTrue();
        read.ShouldBe(bytesPerSecond);
        Matches(text, VifRate.Pattern).ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("100")]
    [InlineData("100Mb")]
    [InlineData("100Mbps")]
    [InlineData("0Mb/s")]
    [InlineData("Mb/s")]
    [InlineData("1.5Mb/s")]
    [InlineData("-1Mb/s")]
    [InlineData("100 Mb/s")]
    [InlineData("100mb/s")]
    [InlineData("100Mb/s@20ms")]
    [InlineData("1000000000b/s")]
    public void What_is_no_rate_is_refused(string text)
    {
        VifRate.TryParse(text, out _).ShouldBeFalse();
        Matches(text, VifRate.Pattern).ShouldBeFalse();
    }

    /// <summary>The schema's rule has no arithmetic; it has to draw the line where the code does.</summary>
    [Fact]
    public void The_rule_of_the_schema_and_the_code_agree_on_the_least_rate()
    {
        var rule = typeof(VifSpec).GetProperty(nameof(VifSpec.Rate))!.GetCustomAttribute<ValidationRuleAttribute>()!.Rule;
        string[] branches = [.. rule.Split('\'').Where(part => part.StartsWith('^'))];
        branches.Length.ShouldBe(5);
        foreach (var unit in new[] { "b/s", "B/s", "Kb/s", "KB/s", "Mb/s", "MB/s", "Gb/s", "GB/s" })
        {
            foreach (var number in new[] { 1, 7, 8, 9, 10, 99, 999, 1000, 7999, 8000, 9999, 10000, 999_999_999 })
            {
                var text = $"{number}{unit}";
                VifRate.TryParse(text, out var rate).ShouldBeTrue(text);
                branches.Any(branch => Matches(text, branch)).ShouldBe(rate >= VifRate.MinimumBytesPerSecond, text);
            }
        }
    }

    private static bool Matches(string text, string pattern) => Regex.IsMatch(text, pattern, RegexOptions.NonBacktracking);
}
