using System.Globalization;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Reconciler.Kubernetes.Json;
using Reconciler.Kubernetes.Model;

namespace Reconciler.Kubernetes.Tests.Json;

public sealed class TimeTests
{
    [Theory]
    [InlineData("2026-11-21T08:07:20Z", "2026-11-21T08:07:20.0000000+00:00")]
    [InlineData("2026-11-21T08:07:20.1Z", "2026-11-21T08:07:20.1000000+00:00")]
    [InlineData("2026-11-21T08:07:20.123456Z", "2026-11-21T08:07:20.1234560+00:00")]
    [InlineData("2026-11-21T08:07:20.123456789Z", "2026-11-21T08:07:20.1234567+00:00")]
    [InlineData("2026-11-21T08:07:20+05:30", "2026-11-21T08:07:20.0000000+05:30")]
    [InlineData("2026-11-21T08:07:20.5-11:00", "2026-11-21T08:07:20.5000000-11:00")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000+00:00")]
    [InlineData("2024-02-29T23:59:59Z", "2024-02-29T23:59:59.0000000+00:00")]
    public void Semantics_49_every_fraction_of_a_second_is_read(string text, string expected) =>
        Read(text).ToString("O", CultureInfo.InvariantCulture).ShouldBe(expected);

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2026-11-21")]
    [InlineData("2026-11-21T08:07:20")]
    [InlineData("2026-11-21 08:07:20Z")]
    [InlineData("2026-02-29T08:07:20Z")]
    [InlineData("2026-13-01T08:07:20Z")]
    [InlineData("2026-01-01T24:00:00Z")]
    [InlineData("2026-01-01T00:00:60Z")]
    [InlineData("2026-01-01T00:00:00.Z")]
    [InlineData("2026-01-01T00:00:00.1234567890Z")]
    [InlineData("2026-01-01T00:00:00+15:00")]
    [InlineData("2026-01-01T00:00:00+0530")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("0000-01-01T00:00:00Z")]
    public void What_is_no_time_is_refused(string text) => Should.Throw<JsonException>(() => Read(text));

    [Fact]
    public void Semantics_49_a_Time_is_written_in_seconds_and_a_MicroTime_with_six_digits()
    {
        var at = new DateTimeOffset(2026, 11, 21, 10, 7, 20, TimeSpan.FromHours(2)).AddTicks(1234567);
        var lease = new Lease
        {
            Metadata = new ObjectMeta { CreationTimestamp = at },
            Spec = new LeaseSpec { RenewTime = at },
        };
        JsonSerializer.Serialize(lease, Lease.Definition.JsonTypeInfo).ShouldBe(
            """{"metadata":{"creationTimestamp":"2026-11-21T08:07:20Z"},"spec":{"renewTime":"2026-11-21T08:07:20.123456Z"}}""");
    }

    [Fact]
    public void Escapes_inside_of_a_time_are_read() =>
        JsonSerializer.Deserialize("""{"metadata":{"creationTimestamp":"2026-11-21T08\u003a07:20Z"}}""", Lease.Definition.JsonTypeInfo)!
            .Metadata.CreationTimestamp.ShouldBe(new DateTimeOffset(2026, 11, 21, 8, 7, 20, TimeSpan.Zero));

    [Fact]
    public void Every_time_survives_the_way_through_MicroTime_to_the_microsecond() => Check.One(
        FsCheck.Config.QuickThrowOnFailure.WithMaxTest(1000),
        Prop.ForAll(ArbMap.Default.GeneratorFor<DateTimeOffset>().ToArbitrary(), time =>
        {
            var json = JsonSerializer.Serialize(new Lease { Spec = new LeaseSpec { AcquireTime = time } }, Lease.Definition.JsonTypeInfo);
            var back = JsonSerializer.Deserialize(json, Lease.Definition.JsonTypeInfo)!.Spec!.AcquireTime!.Value;
            return back.UtcTicks == time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond);
        }));

    [Fact]
    public void No_bytes_make_the_parser_fail_otherwise_than_by_saying_no() => Check.One(
        FsCheck.Config.QuickThrowOnFailure.WithMaxTest(5000),
        Prop.ForAll(Mutations().ToArbitrary(), bytes =>
        {
            // What is accepted is what .NET reads as the same instant.
            if (!Rfc3339.TryParse(bytes, out var value)) return true;
            var text = Encoding.ASCII.GetString(bytes);
            var dot = text.IndexOf('.', StringComparison.Ordinal);
            if (dot >= 0)
            {
                var end = text.IndexOfAny(['Z', 'z', '+', '-'], dot);
                text = text[..dot] + text[dot..end].PadRight(8, '0')[..8] + text[end..];
            }

            return DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).EqualsExact(value);
        }));

    private static Gen<byte[]> Mutations() =>
        from text in Gen.Elements("2026-11-21T08:07:20Z", "2024-02-29T23:59:59.123456789Z", "2026-01-01T00:00:00.1+14:00", "9999-12-31T23:59:59-14:00")
        from edits in Gen.ListOf(Gen.Zip(Gen.Choose(0, 40), Gen.Elements("0123456789TZ:.+-tz x\u007f".ToCharArray())))
        select edits.Take(3).Aggregate(Encoding.ASCII.GetBytes(text), (bytes, edit) =>
        {
            bytes[edit.Item1 % bytes.Length] = (byte)edit.Item2;
            return bytes;
        });

    private static DateTimeOffset Read(string text) =>
        JsonSerializer.Deserialize($$$"""{"metadata":{"creationTimestamp":"{{{text}}}"}}""", Lease.Definition.JsonTypeInfo)!.Metadata.CreationTimestamp!.Value;
}
