using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;

namespace Reconciler.Api.Tests;

public sealed class QuantityTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    [InlineData("512Mi", 536870912)]
    [InlineData("1.5Gi", 1610612736)]
    [InlineData("1k", 1000)]
    [InlineData("1M", 1000000)]
    [InlineData("2G", 2000000000)]
    [InlineData("1T", 1000000000000)]
    [InlineData("1Ti", 1099511627776)]
    [InlineData("0.5", 1)]
    [InlineData("0.3Ki", 308)]
    [InlineData("8191.9999999999999999999Ti", 9007199254740992)]
    public void Reads_what_the_api_server_reads(string text, long bytes)
    {
        Quantity.TryParse(text, out var quantity).ShouldBeTrue();
        quantity.Bytes.ShouldBe(bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData(" 1Mi")]
    [InlineData("1 Mi")]
    [InlineData("-1Mi")]
    [InlineData("+1")]
    [InlineData("1mi")]
    [InlineData("1K")]
    [InlineData("1MB")]
    [InlineData("1e3")]
    [InlineData("100m")]
    [InlineData(".5Gi")]
    [InlineData("1.Gi")]
    [InlineData("1.2.3Gi")]
    [InlineData("Mi")]
    [InlineData("٣Mi")]
    [InlineData("8388608Ti")] // 2^63
    [InlineData("99999999999999999999999999999999")]
    [InlineData("111111111111111111111111111111111")] // 33 characters
    public void Refuses_what_is_no_amount_of_bytes(string? text) => Quantity.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("1536Ki", "1536Ki")]
    [InlineData("1024Mi", "1Gi")]
    [InlineData("1.5Gi", "1536Mi")]
    [InlineData("1G", "1G")]
    [InlineData("1000", "1k")]
    [InlineData("1001", "1001")]
    [InlineData("0Mi", "0")]
    public void Writes_the_canonical_form(string text, string canonical) => Quantity.Parse(text).ToString().ShouldBe(canonical);

    [Fact]
    public void What_is_written_is_read_back_as_the_same_and_is_canonical_already() => Prop
        .ForAll(ArbMap.Default.ArbFor<long>().Filter(bytes => bytes >= 0), bytes =>
        {
            foreach (var scaled in new[] { bytes, bytes << 10 >> 10 << 10 & long.MaxValue })
            {
                var text = new Quantity(scaled).ToString();
                if (Quantity.Parse(text).Bytes != scaled || Quantity.Parse(text).ToString() != text) return false;
            }

            return true;
        })
        .QuickCheckThrowOnFailure();

    [Fact]
    public void Reads_exactly_what_the_schema_lets_through()
    {
        var pattern = new Regex(Quantity.Pattern.Replace("$", @"\z", StringComparison.Ordinal), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        var alphabet = Gen.Elements("0123456789..KMGTkim eE-+".ToCharArray());
        var texts = Gen.Choose(1, 8).SelectMany(length => Gen.ArrayOf(alphabet, length)).Select(characters => new string(characters));
        Prop.ForAll(texts.ToArbitrary(), text => Quantity.TryParse(text, out _) == pattern.IsMatch(text))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(5000));
    }

    [Fact]
    public void Whole_KiB_are_rounded_down() => Quantity.Parse("1.999Ki").KiB.ShouldBe(1);
}
