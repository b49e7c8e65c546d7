using System.Collections.Concurrent;
using System.Text.Json;

namespace Reconciler.Agent.HostLife.State;

/// <summary>
/// The last known desired state of this host's Domains, on the host: a file for each below one directory, replaced in one step and only
/// when what it says changes. It outlives the agent, the API server and the host's reboot.
/// </summary>
/// <remarks>
/// Nothing here is fatal. A file that can't be read is named in <see cref="Problems"/> and counts as absent: its domain is not started from
/// it, and is shut down by the defaults. One that can't be written is named, and tried again with the next change.
/// </remarks>
internal sealed class KeptDomains
{
    private const string Suffix = ".json";

    private readonly string _directory;
    private readonly ConcurrentDictionary<Guid, KeptDomain> _kept = new();
    private readonly ConcurrentDictionary<string, string> _problems = new(StringComparer.Ordinal);

    private KeptDomains(string directory) => _directory = directory;

    /// <summary>Every file that can't be used, and why; in the order of their names.</summary>
    public IReadOnlyList<string> Problems => [.. _problems.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => p.Value)];

    /// <summary>All that is kept, in no order.</summary>
    public IEnumerable<KeptDomain> All => _kept.Select(kept => kept.Value);

    /// <summary>Reads what is there. A directory that is missing has nothing in it.</summary>
    public static KeptDomains Open(string directory)
    {
        var kept = new KeptDomains(directory);
        kept.Load();
        return kept;
    }

    public KeptDomain? Find(Guid uuid) => _kept.GetValueOrDefault(uuid);

    /// <returns>Whether it differs from what was kept.</returns>
    public bool Keep(KeptDomain domain)
    {
        var uuid = domain.Desired.Uuid;
        if (_kept.TryGetValue(uuid, out var had) && had == domain && !_problems.ContainsKey(NameOf(uuid))) return false;
        _kept[uuid] = domain;
        Try(NameOf(uuid), path =>
        {
            Directory.CreateDirectory(_directory);
            var content = JsonSerializer.SerializeToUtf8Bytes(domain, KeptJson.Default.KeptDomain);
            // On disk before it takes the name: after a loss of power there is the one before or this one, and never half of one.
            using (var file = new FileStream(path + ".new", FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }
            File.Move(path + ".new", path, overwrite: true);
        });
        return true;
    }

    /// <summary>The domain is this host's no more. Not kept: done.</summary>
    public void Forget(Guid uuid)
    {
        if (!_kept.TryRemove(uuid, out _) && !_problems.ContainsKey(NameOf(uuid))) return;
        Try(NameOf(uuid), path =>
        {
            if (Directory.Exists(_directory)) File.Delete(path);
        });
    }

    private void Load()
    {
        string[] paths;
        try
        {
            paths = Directory.Exists(_directory) ? Directory.GetFiles(_directory, "*" + Suffix) : [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _problems[""] = $"{_directory}: {e.Message}";
            return;
        }

        foreach (var path in paths)
        {
            if (Read(path, out var domain) is { } problem) _problems[Path.GetFileName(path)] = $"{path}: {problem}";
            else _kept[domain!.Desired.Uuid] = domain;
        }
    }

    private static string? Read(string path, out KeptDomain? domain)
    {
        domain = null;
        try
        {
            domain = JsonSerializer.Deserialize(File.ReadAllBytes(path), KeptJson.Default.KeptDomain);
            return domain switch
            {
                null => "it is empty",
                { Format: not KeptDomain.CurrentFormat } => $"its format is {domain.Format}, and this version knows {KeptDomain.CurrentFormat}",
                _ when Path.GetFileName(path) != NameOf(domain.Desired.Uuid) => $"it is about {domain.Desired.Uuid}",
                _ => null,
            };
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private void Try(string name, Action<string> act)
    {
        var path = Path.Combine(_directory, name);
        try
        {
            act(path);
            _problems.TryRemove(name, out _);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _problems[name] = $"{path}: {e.Message}";
        }
    }

    private static string NameOf(Guid uuid) => uuid.ToString("D") + Suffix;
}
