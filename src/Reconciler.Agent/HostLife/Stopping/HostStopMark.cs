using System.Globalization;

namespace Reconciler.Agent.HostLife.Stopping;

/// <summary>
/// The file that says that this host is stopping: between the program that shuts its domains down and an agent that would start them again.
/// It stays until the host has started anew, and one of an earlier boot is void.
/// </summary>
/// <param name="path">Where it is: on a file system that the host's start empties.</param>
internal sealed class HostStopMark(string path)
{
    /// <exception cref="IOException">It can't be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It can't be written.</exception>
    public void Write(string bootId, HostStopOrder order)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // In one step, so that no reader ever finds half of it.
        File.WriteAllText(path + ".new", string.Create(CultureInfo.InvariantCulture, $"{bootId} {order.Since:O} {order.Deadline:O}\n"));
        File.Move(path + ".new", path, overwrite: true);
    }

    /// <summary>Whether there is one, of whatever boot. Cheap: asked every second.</summary>
    public bool Exists => File.Exists(path);

    /// <summary>Null: this host is not stopping. A mark of this boot that says no more counts as one without an end.</summary>
    public HostStopOrder? Read(string bootId)
    {
        try
        {
            return File.ReadAllText(path).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries) switch
            {
                [var boot, var since, var deadline] when boot == bootId && Time(since) is { } from && Time(deadline) is { } to => new HostStopOrder(from, to),
                [var boot, ..] when boot == bootId => new HostStopOrder(DateTimeOffset.MinValue, DateTimeOffset.MaxValue),
                _ => null,
            };
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The host has started, or is not to stop after all. None there: done.</summary>
    public void Remove()
    {
        if (Exists) File.Delete(path);
    }

    private static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) ? time : null;
}
