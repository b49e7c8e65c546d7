namespace Reconciler.Embedded.Manifests;

/// <summary>The files of a manifest directory. Directories in it are not followed, as with kubelet's static pods.</summary>
internal static class ManifestFolder
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <summary>True for what a user means as a manifest: not for backups, swap and temporary files of editors.</summary>
    public static bool IsManifest(string name) =>
        name.Length > 0 && name[0] is not ('.' or '#' or '~') && Extensions.Contains(
            Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);

    /// <summary>Names and contents.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="known">What was read before: a text that is the same is not parsed again.</param>
    /// <param name="parser">Reads the others.</param>
    /// <exception cref="IOException">The directory can't be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory may not be read.</exception>
    public static IReadOnlyList<ManifestFile> Read(string directory, IReadOnlyDictionary<string, ManifestFile> known, ManifestParser parser)
    {
        var files = new List<ManifestFile>();
        foreach (var path in Directory.GetFiles(directory))
        {
            var name = Path.GetFileName(path);
            if (!IsManifest(name)) continue;
            try
            {
                var text = File.ReadAllText(path);
                files.Add(known.TryGetValue(name, out var before) && before.Text == text ? before : parser.Parse(name, text));
            }
            catch (FileNotFoundException) when (new FileInfo(path).LinkTarget is null)
            {
                // Removed since it was listed.
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                files.Add(ManifestFile.Unreadable(name, exception.Message));
            }
        }

        return files;
    }
}
