using System.Text.Json;
using System.Text.Json.Serialization;

namespace Reconciler.Testing.Runner;

/// <summary>
/// The part that is read of a report in the Common Test Report Format (https://ctrf.io), which xunit.v3 writes with
/// <c>--report-ctrf</c>.
/// </summary>
internal sealed record TestReport([property: JsonRequired] TestReport.ReportResults Results)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The report in <paramref name="file"/>, or null where there is none or it is cut off: the run crashed.</summary>
    public static TestReport? Read(string file)
    {
        try
        {
            using var stream = File.OpenRead(file);
            return JsonSerializer.Deserialize<TestReport>(stream, Json);
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    public TestTally Tally => new(
        Results.Summary.Passed,
        Results.Summary.Failed + Results.Summary.Pending + Results.Summary.Other,
        Results.Summary.Skipped);

    internal sealed record ReportResults(
        [property: JsonRequired] ReportSummary Summary,
        [property: JsonRequired] IReadOnlyList<ReportTest> Tests);

    internal sealed record ReportSummary(
        [property: JsonRequired] int Passed,
        [property: JsonRequired] int Failed,
        [property: JsonRequired] int Skipped,
        int Pending,
        int Other);

    internal sealed record ReportTest(string Name, string Status, string? Message, string? Trace, ReportExtra? Extra);

    internal sealed record ReportExtra(string? Reason);
}
