using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace Reconciler.Testing.Runner;

/// <summary>
/// What the lab tests of a project can depend on in this tree: the sources of the project, of all that it refers to and of the programs that its
/// labs run (<c>LabProgram</c> in the project file), and whatever is no project's and no documentation: the labs' scripts, the chart, the CRDs.
/// </summary>
internal static class LabInputs
{
    private static readonly string[] Made = ["bin", "obj", "artifacts", "TestResults"];

    /// <summary>A digest of all of it; another one as soon as a file is changed, added, removed or renamed.</summary>
    /// <exception cref="IOException">A file can't be read.</exception>
    public static string Fingerprint(string root, TestProject project)
    {
        var projects = Directory.EnumerateFiles(root, "*.csproj", SearchOption.AllDirectories).Select(file => Path.GetDirectoryName(file)! + '/').ToHashSet(StringComparer.Ordinal);
        var concerned = new HashSet<string>(StringComparer.Ordinal);
        AddWithReferences(Path.Combine(project.Folder, project.Name + ".csproj"), concerned);

        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in FilesOf(root).Where(file => IsRead(file, root, projects, concerned)).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(root, file)));
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(file)));
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static void AddWithReferences(string projectFile, HashSet<string> folders)
    {
        var folder = Path.GetDirectoryName(projectFile)!;
        if (!folders.Add(folder + '/')) return;
        foreach (var reference in XDocument.Load(projectFile).Descendants().Where(element => element.Name.LocalName is "ProjectReference" or "LabProgram"))
            AddWithReferences(Path.GetFullPath(Path.Combine(folder, reference.Attribute("Include")!.Value)), folders);
    }

    private static bool IsRead(string file, string root, HashSet<string> projects, HashSet<string> concerned)
    {
        for (var folder = Path.GetDirectoryName(file)!; folder.Length >= root.Length; folder = Path.GetDirectoryName(folder)!)
        {
            if (projects.Contains(folder + '/')) return concerned.Contains(folder + '/');
        }

        return !file.EndsWith(".md", StringComparison.Ordinal) && !file.StartsWith(Path.Combine(root, "docs") + '/', StringComparison.Ordinal);
    }

    private static IEnumerable<string> FilesOf(string folder) => Directory.EnumerateFiles(folder).Concat(
        Directory.EnumerateDirectories(folder)
            .Where(inner => Path.GetFileName(inner) is var name && name[0] != '.' && !Made.Contains(name, StringComparer.Ordinal))
            .SelectMany(FilesOf));
}
