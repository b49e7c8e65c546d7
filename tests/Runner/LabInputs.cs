using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace Reconciler.Testing.Runner;

/// <summary>
/// What the lab tests of a project can depend on in this tree: the sources of the project, of all that it refers to and of the programs that its
/// labs run (<c>LabProgram</c> in the project file), and whatever is no project's and no documentation: the labs' scripts, the chart, the CRDs.
/// </summary>
internal sealed class LabInputs
{
    private static readonly string[] Made = ["bin", "obj", "artifacts", "TestResults"];

    /// <summary>Each file, relative to the tree, with its digest and the folder of the project that it belongs to; null: it is no project's.</summary>
    private readonly List<(string Path, byte[] Digest, string? Project)> _files;

    /// <summary>Reads the tree as it is now.</summary>
    /// <exception cref="IOException">A file can't be read.</exception>
    public LabInputs(string root)
    {
        var files = FilesOf(root).Order(StringComparer.Ordinal).ToList();
        var projects = files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal)).Select(file => Path.GetDirectoryName(file)!).ToHashSet(StringComparer.Ordinal);
        _files = files.ConvertAll(file => (Path.GetRelativePath(root, file), SHA256.HashData(File.ReadAllBytes(file)), ProjectOf(file, projects)));
    }

    /// <summary>A digest of all of it; another one as soon as a file is changed, added, removed or renamed.</summary>
    public string Fingerprint(TestProject project)
    {
        var concerned = new HashSet<string>(StringComparer.Ordinal);
        AddWithReferences(Path.Combine(project.Folder, project.Name + ".csproj"), concerned);

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in _files.Where(file => file.Project is null ? !IsDocumentation(file.Path) : concerned.Contains(file.Project)))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(file.Path));
            hash.AppendData(file.Digest);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static void AddWithReferences(string projectFile, HashSet<string> folders)
    {
        var folder = Path.GetDirectoryName(projectFile)!;
        if (!folders.Add(folder)) return;
        foreach (var reference in XDocument.Load(projectFile).Descendants().Where(element => element.Name.LocalName is "ProjectReference" or "LabProgram"))
            AddWithReferences(Path.GetFullPath(Path.Combine(folder, reference.Attribute("Include")!.Value)), folders);
    }

    private static string? ProjectOf(string file, HashSet<string> projects)
    {
        var folder = Path.GetDirectoryName(file);
        while (folder is not null && !projects.Contains(folder)) folder = Path.GetDirectoryName(folder);
        return folder;
    }

    private static bool IsDocumentation(string path) => path.EndsWith(".md", StringComparison.Ordinal) || path.StartsWith("docs/", StringComparison.Ordinal);

    private static IEnumerable<string> FilesOf(string folder) => Directory.EnumerateFiles(folder).Concat(
        Directory.EnumerateDirectories(folder)
            .Where(inner => Path.GetFileName(inner) is var name && name[0] != '.' && !Made.Contains(name, StringComparer.Ordinal))
            .SelectMany(FilesOf));
}
