using System.Globalization;
using System.Text.Json;

namespace Reconciler.Testing.Runner;

/// <summary>
/// Which lab tests have passed in this tree, and with which inputs: those are not run again until something that they can depend on has changed. A
/// new clone knows of none.
/// </summary>
internal sealed class PassedLabs(string folder)
{
    /// <summary>When they passed, and how many; null: they have to be run.</summary>
    public PassedLab? Find(TestProject project, string fingerprint)
    {
        try
        {
            var passed = JsonSerializer.Deserialize<PassedLab>(File.ReadAllText(FileOf(project)));
            return passed?.Fingerprint == fingerprint ? passed : null;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Remembers what was run; what has failed is forgotten.</summary>
    public void Keep(TestProject project, string fingerprint, TestTally tally, DateTimeOffset now)
    {
        if (tally.Failed > 0)
        {
            File.Delete(FileOf(project));
            return;
        }

        Directory.CreateDirectory(folder);
        File.WriteAllText(FileOf(project), JsonSerializer.Serialize(new PassedLab(fingerprint, tally, now)));
    }

    private string FileOf(TestProject project) => Path.Combine(folder, $"{project.Name}.json");
}

/// <param name="Fingerprint">Of what they were run with (<see cref="LabInputs"/>).</param>
internal sealed record PassedLab(string Fingerprint, TestTally Tally, DateTimeOffset At)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Tally}, on {At.ToLocalTime():yyyy-MM-dd HH:mm}");
}
